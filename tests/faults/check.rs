//! The invariants: what must hold between what the devices saw and what the log says in the end.

use crate::{
    device::{View, is_same},
    fold::fold,
    history::{Clue, Record, Violation, What},
};
use maru::protocol::{Event, Nonce, Op, RoomId, Seq, UserId};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    time::Duration,
};

/// Everything there is to judge by, once all is quiet.
pub struct Evidence {
    /// What the devices noted.
    pub records: Vec<Record>,
    /// Who the persons are.
    pub users: Vec<UserId>,
    /// Each room's whole log as each person fetched it in the end.
    pub logs: Vec<BTreeMap<RoomId, Vec<Event>>>,
    /// What each device shows: its number, its person's, its rooms.
    pub devices: Vec<(usize, usize, BTreeMap<RoomId, View>)>,
}

/// Judges.
pub fn check(evidence: &Evidence) -> Vec<Violation> {
    let mut judge = Judge { evidence, rooms: BTreeMap::new(), places: HashMap::new(), found: Vec::new() };
    judge.agree();
    judge.place();
    judge.acks();
    judge.authors();
    judge.order();
    judge.views();
    judge.leaks();
    judge.resets();
    judge.found
}

/// After which seq somebody is out, up to which, and when they asked to come back.
type Absence = (Seq, Seq, Duration);

struct Judge<'a> {
    evidence: &'a Evidence,
    /// The logs that all agree on, with everybody's nonces.
    rooms: BTreeMap<RoomId, Vec<Event>>,
    places: HashMap<Nonce, Vec<(RoomId, Seq)>>,
    found: Vec<Violation>,
}

impl Judge<'_> {
    fn say(
        &mut self,
        rule: &'static str,
        text: String,
        (room, nonce, seq): (RoomId, Option<Nonce>, Option<Seq>),
    ) {
        self.found.push(Violation { rule, text, clue: Clue { room: Some(room), nonce, seq } });
    }

    /// I3, I4: everybody fetches one log, and it has no gaps.
    fn agree(&mut self) {
        let rooms: BTreeSet<RoomId> = self.evidence.logs.iter().flat_map(BTreeMap::keys).copied().collect();
        for room in rooms {
            let mut whole: Vec<Event> = Vec::new();
            for (user, logs) in self.evidence.logs.iter().enumerate() {
                let Some(log) = logs.get(&room) else { continue };
                if let Some((at, event)) =
                    log.iter().enumerate().find(|(at, event)| event.seq != *at as Seq + 1)
                {
                    self.say(
                        "I4",
                        format!("u{user} finds {} at place {}", event.seq, at + 1),
                        (room, None, Some(event.seq)),
                    );
                }
                if whole.is_empty() {
                    whole.clone_from(log);
                    continue;
                }
                if whole.len() != log.len() {
                    self.say(
                        "I3",
                        format!("u{user} finds {} events, others {}", log.len(), whole.len()),
                        (room, None, None),
                    );
                }
                for (known, event) in whole.iter_mut().zip(log) {
                    let nonce = known.nonce.or(event.nonce);
                    let is_one =
                        Event { nonce: None, ..known.clone() } == Event { nonce: None, ..event.clone() };
                    if !is_one {
                        let text = format!("u{user} finds {event:?}, others {known:?}");
                        self.found.push(Violation {
                            rule: "I3",
                            text,
                            clue: Clue { room: Some(room), nonce, seq: Some(event.seq) },
                        });
                    }
                    known.nonce = nonce;
                }
            }
            self.rooms.insert(room, whole);
        }
    }

    /// I2: one place for each nonce.
    fn place(&mut self) {
        for (room, log) in &self.rooms {
            for event in log {
                if let Some(nonce) = name(event) {
                    self.places.entry(nonce).or_default().push((*room, event.seq));
                }
            }
        }
        let doubled: Vec<_> = self.places.iter().filter(|(_, places)| places.len() > 1).collect();
        let doubled: Vec<_> = doubled.into_iter().map(|(nonce, places)| (*nonce, places.clone())).collect();
        for (nonce, places) in doubled {
            self.say("I2", format!("{nonce} is at {places:?}"), (places[0].0, Some(nonce), None));
        }
    }

    /// I1: what was acknowledged is where the ack said.
    fn acks(&mut self) {
        for Record { what, .. } in &self.evidence.records {
            let What::Acked(ack) = what else { continue };
            let event = self.rooms.get(&ack.room).and_then(|log| log.get(ack.seq as usize - 1));
            let is_there = event.is_some_and(|event| {
                event.at == ack.at
                    && (name(event) == Some(ack.nonce) || event.op == Op::Gone && name(event).is_none())
            });
            if !is_there {
                let text = format!("{ack:?} was acknowledged, and there is {event:?}");
                self.say("I1", text, (ack.room, Some(ack.nonce), Some(ack.seq)));
            }
        }
    }

    /// I6: what is in the log was written by its author, and not refused.
    fn authors(&mut self) {
        let mut invoked = HashMap::new();
        let mut refused = HashSet::new();
        for Record { user, what, .. } in &self.evidence.records {
            match what {
                What::Invoked(draft) => _ = invoked.insert(draft.nonce, (*user, draft)),
                What::Refused { nonce, failure, .. } if failure.retry_ms().is_none() => {
                    _ = refused.insert(*nonce)
                }
                _ => {}
            }
        }
        let mut wrong = Vec::new();
        for (room, log) in &self.rooms {
            for event in log.iter().filter(|event| is_said(&event.op)) {
                let Some(nonce) = name(event) else {
                    wrong.push((*room, None, event.seq, format!("{event:?} has no nonce for its author")));
                    continue;
                };
                let is_own = invoked.get(&nonce).is_some_and(|(user, draft)| {
                    self.evidence.users[*user] == event.by
                        && draft.room == *room
                        && std::mem::discriminant(&draft.op) == std::mem::discriminant(&event.op)
                        || event.op == Op::Gone
                });
                if !is_own {
                    wrong.push((*room, Some(nonce), event.seq, format!("{event:?} was never written so")));
                } else if refused.contains(&nonce) {
                    wrong.push((*room, Some(nonce), event.seq, format!("{event:?} was refused for good")));
                }
            }
        }
        for (room, nonce, seq, text) in wrong {
            self.say("I6", text, (room, nonce, Some(seq)));
        }
    }

    /// I5: what was acknowledged before something was sent stands before it; each device's own order is kept.
    fn order(&mut self) {
        let mut acked: HashMap<RoomId, (Seq, Nonce)> = HashMap::new();
        let mut sent = HashSet::new();
        let mut last: HashMap<(usize, RoomId), (Seq, Nonce)> = HashMap::new();
        let mut wrong = Vec::new();
        for Record { device, what, .. } in &self.evidence.records {
            match what {
                What::Acked(ack) => {
                    let newest = acked.entry(ack.room).or_insert((ack.seq, ack.nonce));
                    *newest = (*newest).max((ack.seq, ack.nonce));
                }
                What::Sent { nonce, room } if sent.insert(*nonce) => {
                    let Some((_, seq)) = self.places.get(nonce).and_then(|places| places.first()) else {
                        continue;
                    };
                    if let Some((before, other)) = acked.get(room).filter(|(before, _)| before >= seq) {
                        wrong.push((
                            *room,
                            *nonce,
                            *seq,
                            format!(
                                "{nonce} is at {seq}, but was sent after {other} was acknowledged at {before}"
                            ),
                        ));
                    }
                }
                What::Invoked(draft) => {
                    let Some((_, seq)) = self.places.get(&draft.nonce).and_then(|places| places.first())
                    else {
                        continue;
                    };
                    let known = last.insert((*device, draft.room), (*seq, draft.nonce));
                    if let Some((before, other)) = known.filter(|(before, _)| before >= seq) {
                        wrong.push((
                            draft.room,
                            draft.nonce,
                            *seq,
                            format!("device {device} wrote {other} first, which is at {before}"),
                        ));
                    }
                }
                _ => {}
            }
        }
        for (room, nonce, seq, text) in wrong {
            self.say("I5", text, (room, Some(nonce), Some(seq)));
        }
    }

    /// I3, I4: each device shows what the log says, whole from where it begins.
    fn views(&mut self) {
        let mut wrong = Vec::new();
        for (device, _, views) in &self.evidence.devices {
            for (room, view) in views {
                let Some(log) = self.rooms.get(room) else { continue };
                let upto = view.log.cursor.map_or(0, |cursor| cursor.seq);
                for event in log.iter().filter(|event| view.log.from < event.seq && event.seq <= upto) {
                    match view.events.get(&event.seq) {
                        Some(known) if is_same(known, event) => {}
                        Some(known) => {
                            wrong.push((
                                "I3",
                                *room,
                                event,
                                format!("device {device} has {known:?}, the log {event:?}"),
                            ));
                        }
                        None if view.log.holds(event.seq) => {
                            wrong.push(("I4", *room, event, format!("device {device} never got {event:?}")));
                        }
                        None => {}
                    }
                }
                // Who is not in the room, or not at its head, cannot know what became of what is below.
                if upto < log.len() as Seq {
                    continue;
                }
                let held = fold(view.events.values());
                for (seq, told) in fold(log.iter()) {
                    if let Some(shown) = held.get(&seq).filter(|shown| **shown != told) {
                        let event = &log[seq as usize - 1];
                        wrong.push((
                            "I3",
                            *room,
                            event,
                            format!("device {device} shows {shown:?} at {seq}, the log tells {told:?}"),
                        ));
                    }
                }
            }
        }
        let wrong: Vec<_> = wrong
            .into_iter()
            .map(|(rule, room, event, text)| (rule, (room, name(event), Some(event.seq)), text))
            .collect();
        for (rule, clue, text) in wrong {
            self.say(rule, text, clue);
        }
    }

    /// I8: nobody hears live what happens after they left, until they have begun to come back.
    fn leaks(&mut self) {
        let mut calls: HashMap<(usize, RoomId), Vec<(bool, Duration)>> = HashMap::new();
        for Record { at, user, what, .. } in &self.evidence.records {
            if let What::Moving { room, is_in } = what {
                calls.entry((*user, *room)).or_default().push((*is_in, *at));
            }
        }
        let mut outs: HashMap<(usize, RoomId), Vec<Absence>> = HashMap::new();
        for (user, id) in self.evidence.users.iter().enumerate() {
            for (room, log) in &self.rooms {
                let moves: Vec<&Event> = log
                    .iter()
                    .filter(|event| event.by == *id && matches!(event.op, Op::Join | Op::Leave))
                    .collect();
                let asked = calls.get(&(user, *room)).cloned().unwrap_or_default();
                // Rooms are made and entered before the devices are.
                let unasked = moves.len().saturating_sub(asked.len());
                let ends = moves.iter().enumerate().filter(|(_, event)| event.op == Op::Leave);
                let ends: Vec<_> = ends
                    .map(|(at, event)| {
                        let next = moves.get(at + 1);
                        let returns = (at + 1).checked_sub(unasked).and_then(|at| asked.get(at));
                        (
                            event.seq,
                            next.map_or(Seq::MAX, |event| event.seq),
                            returns.map_or(Duration::MAX, |(_, at)| *at),
                        )
                    })
                    .collect();
                outs.insert((user, *room), ends);
            }
        }
        let mut wrong = Vec::new();
        for Record { at, device, user, what } in &self.evidence.records {
            let What::Heard { room, after, upto, is_live: true } = what else { continue };
            for (left, back, asked) in outs.get(&(*user, *room)).into_iter().flatten() {
                let first = (after + 1).max(*left);
                if first <= *upto && first < *back && at < asked {
                    wrong.push((
                        *room,
                        first,
                        format!("device {device} of u{user} heard {first} after leaving at {left}"),
                    ));
                }
            }
        }
        for (room, seq, text) in wrong {
            self.say("I8", text, (room, None, Some(seq)));
        }
    }

    /// A log only becomes another one when a backup is restored.
    fn resets(&mut self) {
        for Record { device, what, .. } in &self.evidence.records {
            if let What::Reset { room } = what {
                self.say(
                    "I3",
                    format!("device {device} was told that the log is another one"),
                    (*room, None, None),
                );
            }
        }
    }
}

fn is_said(op: &Op) -> bool {
    matches!(op, Op::Message { .. } | Op::Edit { .. } | Op::Delete { .. } | Op::React { .. } | Op::Gone)
}

/// The nonce of an event: as its author is told it, else as its text tells it.
fn name(event: &Event) -> Option<Nonce> {
    event.nonce.or_else(|| match &event.op {
        Op::Message { text, .. } if !text.starts_with("edited") => text.split(' ').next()?.parse().ok(),
        _ => None,
    })
}
