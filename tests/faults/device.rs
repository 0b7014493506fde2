//! A headless device of somebody: an outbox that outlives its tab, a view of each room, one connection.

use crate::{
    chance::Chance,
    conversation::Conversation,
    history::{Clue, History, Violation, What},
    network::Line,
    wire::{Key, Link, Transport},
};
use maru::protocol::{
    Draft, Event, Hello, Log, Marker, Nonce, Op, ReadState, RoomId, RoomState, Seq, list_rev,
};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// The most that it waits between two attempts to connect.
const BACKOFF_MS: u64 = 1500;
/// How many drafts it writes ahead.
const AHEAD: usize = 100;

/// What a device is told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Orders {
    /// By which way to connect.
    pub transport: Transport,
    /// Whether to say anything, and how many milliseconds apart, about.
    pub pace_ms: Option<u64>,
    /// A number that it is to ask the server about, so that all that was said before is heard.
    pub fence: u32,
}

/// A draft on its way.
#[derive(Debug, Clone)]
pub struct Entry {
    pub draft: Draft,
    pub sent_at: Option<Instant>,
    pub not_before: Instant,
}

/// What a tab shows of one room.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// How far it is known.
    pub log: Log,
    /// What is known, as it came.
    pub events: BTreeMap<Seq, Event>,
}

/// What a device holds.
#[derive(Debug, Default)]
pub struct Held {
    pub outbox: BTreeMap<RoomId, VecDeque<Entry>>,
    /// What it shows.
    pub views: BTreeMap<RoomId, View>,
    /// The list of rooms.
    pub list: BTreeMap<RoomId, RoomState>,
    /// What it last said of how far it has read; `back` until the server has set it back.
    pub marked: BTreeMap<RoomId, Marker>,
    /// The furthest that the server has told it to be read, and what it told with it.
    pub read: BTreeMap<RoomId, ReadState>,
    /// Its own messages that may still be changed.
    pub mine: Vec<(RoomId, Seq)>,
    /// Is it connected and greeted?
    pub is_live: bool,
    /// The newest [`Orders::fence`] that was answered.
    pub fence: u32,
    /// How often a head in a pong was ahead of what it held, twice in a row.
    pub resyncs: u32,
}

impl Held {
    /// How many drafts wait.
    pub fn waiting(&self) -> usize {
        self.outbox.values().map(VecDeque::len).sum()
    }

    /// The rooms that it is in.
    pub fn rooms(&self) -> impl Iterator<Item = RoomId> + '_ {
        self.list.values().filter(|room| room.role.is_some()).map(|room| room.id)
    }

    /// Are all markers told to be as far as they were set?
    pub fn is_read(&self) -> bool {
        self.marked.iter().all(|(room, marker)| {
            self.list.get(room).is_none_or(|room| room.role.is_none())
                || self.read.get(room).is_some_and(|read| is_met(marker, read))
        })
    }
}

/// A device.
pub struct Device {
    /// Its number among all.
    pub id: usize,
    /// Its person's number.
    pub user: usize,
    /// Its network.
    pub line: Line,
    key: Key,
    seed: u64,
    history: Arc<History>,
    held: Mutex<Held>,
    pub orders: watch::Sender<Orders>,
    /// The mutation of the checker's own: the cursor is moved by the ack.
    pub is_hasty: bool,
}

impl Device {
    /// One that holds nothing yet.
    pub fn new(
        (id, user): (usize, usize),
        key: Key,
        line: Line,
        orders: Orders,
        history: Arc<History>,
        (seed, is_hasty): (u64, bool),
    ) -> Self {
        let (held, orders) = (Mutex::default(), watch::Sender::new(orders));
        Self { id, user, line, key, seed, history, held, orders, is_hasty }
    }

    /// What it holds.
    pub fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().expect("nobody panics with it")
    }

    /// Changes what it is told to do.
    pub fn order(&self, change: impl FnOnce(&mut Orders)) {
        self.orders.send_modify(change);
    }

    /// Forgets what a closed tab forgets. Its task must have ended.
    pub fn reopen(&self) {
        self.note(What::Reopened);
        let mut held = self.held();
        let Held { outbox, marked, mine, read, .. } = std::mem::take(&mut *held);
        *held = Held { outbox, marked, mine, read, ..Held::default() };
        drop(held);
        self.recall();
    }

    pub fn note(&self, what: What) {
        self.history.note(self.id, self.user, what);
    }

    pub fn violate(&self, rule: &'static str, text: String, clue: Clue) {
        self.history.violate(Violation { rule, text: format!("device {}: {text}", self.id), clue });
    }

    /// The connection is gone, and with it every answer.
    fn recall(&self) {
        let mut held = self.held();
        held.is_live = false;
        for entry in held.outbox.values_mut().flatten() {
            entry.sent_at = None;
        }
    }

    /// Lives until its tab is killed.
    pub async fn run(self: Arc<Self>, life: u64) {
        let mut mind = Mind::new(Chance::of(self.seed, (self.id as u64) << 16 | life));
        let mut failures = 0u32;
        loop {
            let orders = *self.orders.borrow();
            let link = Link::open(orders.transport, self.line.address, &self.key, self.hello(&mut mind));
            let opened = tokio::select! {
                link = link => link,
                () = self.write(&mut mind) => None,
            };
            if let Some(link) = opened {
                let was_greeted = Conversation::new(&self, link, orders.transport, &mut mind).run().await;
                self.recall();
                self.note(What::Linked(false));
                failures = if was_greeted { 0 } else { failures + 1 };
            } else {
                failures += 1;
            }
            let most = (100 << failures.min(4)).min(BACKOFF_MS);
            let back_at = Instant::now() + Duration::from_millis(mind.chance.below(most));
            tokio::select! {
                () = sleep_until(back_at) => {}
                () = self.write(&mut mind) => {}
            }
        }
    }

    /// Writes at its pace, for ever.
    async fn write(&self, mind: &mut Mind) {
        loop {
            match self.next_thought(mind) {
                Some(at) => sleep_until(at).await,
                None => {
                    let mut orders = self.orders.subscribe();
                    let is_told = orders.wait_for(|orders| orders.pace_ms.is_some()).await.is_ok();
                    assert!(is_told, "it holds the sender itself");
                    continue;
                }
            }
            self.think(mind);
        }
    }

    pub fn next_thought(&self, mind: &Mind) -> Option<Instant> {
        self.orders.borrow().pace_ms.map(|_| mind.think_at)
    }

    /// Thinks of something to do, if it is time to.
    pub fn think(&self, mind: &mut Mind) {
        let Some(pace) = self.orders.borrow().pace_ms else { return };
        if Instant::now() < mind.think_at {
            return;
        }
        mind.think_at = Instant::now() + Duration::from_millis(pace / 2 + mind.chance.below(pace + 1));
        let mut held = self.held();
        let rooms: Vec<RoomId> = held.rooms().collect();
        if rooms.is_empty() || held.waiting() >= AHEAD {
            return;
        }
        let room = *mind.chance.pick(&rooms);
        let nonce = Nonce::new(1, {
            let mut random = [0; 10];
            random[2..].copy_from_slice(&mind.chance.next().to_be_bytes());
            random
        });
        let (room, op) = match mind.chance.below(100) {
            0..12 if !held.mine.is_empty() => {
                let (room, of) = *mind.chance.pick(&held.mine);
                (room, Op::Edit { of, text: format!("edited {nonce}") })
            }
            12..17 if !held.mine.is_empty() => {
                let which = mind.chance.below(held.mine.len() as u64) as usize;
                let (room, of) = held.mine.swap_remove(which);
                (room, Op::Delete { of })
            }
            17..27 => match held.a_message(room, &mut mind.chance) {
                Some(of) => {
                    let emoji = (*mind.chance.pick(&["👍", "🎉", "🌊"])).to_owned();
                    (room, Op::React { of, emoji, on: mind.chance.below(3) > 0 })
                }
                None => return,
            },
            27..40 => {
                if let Some(cursor) = held.views.get(&room).and_then(|view| view.log.cursor) {
                    let back = mind.chance.below(6) == 0;
                    let seq = if back { mind.chance.below(cursor.seq + 1) } else { cursor.seq };
                    held.mark(Marker { room, seq, back, backs: None });
                }
                return;
            }
            _ => {
                let most = if mind.chance.below(20) == 0 { 900 } else { 40 };
                let filler = "물결".repeat(mind.chance.below(most) as usize);
                (room, Op::said(format!("{nonce} {filler}.")))
            }
        };
        let draft = Draft { nonce, room, op };
        self.note(What::Invoked(draft.clone()));
        let entry = Entry { draft, sent_at: None, not_before: Instant::now() };
        held.outbox.entry(room).or_default().push_back(entry);
    }

    pub fn hello(&self, mind: &mut Mind) -> Hello {
        let held = self.held();
        let cursors = held.views.iter().filter_map(|(room, view)| Some((*room, view.log.cursor?)));
        let list: Vec<RoomState> = held.list.values().cloned().collect();
        // A list of which the name is not told is sent whole: both ways are walked.
        let rev = (!list.is_empty() && mind.chance.below(4) > 0).then(|| list_rev(&list));
        Hello { client: "checker".to_owned(), rooms: cursors.collect(), rev }
    }
}

impl Held {
    /// Says of a room how far it is read, as far as its marker is known. A marker that is still to be set back is
    /// left until that is done.
    fn mark(&mut self, marker: Marker) {
        let backs = self.read.get(&marker.room).map_or(0, |read| read.backs);
        let is_open =
            |held: &Marker| held.back && self.read.get(&held.room).is_none_or(|read| !is_met(held, read));
        if self.marked.get(&marker.room).is_some_and(is_open) {
            return;
        }
        let held = self.marked.get(&marker.room).filter(|held| !held.back && held.backs == Some(backs));
        let seq = match held {
            Some(held) if !marker.back => held.seq.max(marker.seq),
            _ => marker.seq,
        };
        self.marked.insert(marker.room, Marker { seq, backs: Some(backs), ..marker });
    }

    fn a_message(&self, room: RoomId, chance: &mut Chance) -> Option<Seq> {
        let newest: Vec<Seq> = self
            .views
            .get(&room)?
            .events
            .values()
            .rev()
            .take(20)
            .filter_map(|event| matches!(event.op, Op::Message { .. }).then_some(event.seq))
            .collect();
        (!newest.is_empty()).then(|| *chance.pick(&newest))
    }
}

/// What a device has in mind.
pub struct Mind {
    pub chance: Chance,
    pub think_at: Instant,
    pub fetches: u32,
    pub pings: u32,
}

impl Mind {
    fn new(mut chance: Chance) -> Self {
        let think_at = Instant::now() + Duration::from_millis(chance.below(50));
        Self { chance, think_at, fetches: 0, pings: 0 }
    }
}

impl Device {
    /// Markers only move forward but where somebody set them back. Answers to requests and what a stream or a poll says pass each other on the
    /// way, so that only a socket shows in which order the server said it.
    pub fn hear_read(&self, held: &mut Held, read: ReadState, is_in_order: bool) {
        let known = held.read.get(&read.room).copied();
        if let Some(known) = known.filter(|known| (read.backs, read.seq) < (known.backs, known.seq)) {
            if is_in_order {
                let text = format!(
                    "a marker went from {} to {}, set back {} and then {} times",
                    known.seq, read.seq, known.backs, read.backs
                );
                self.violate("I10", text, Clue { room: Some(read.room), nonce: None, seq: None });
            }
            return;
        }
        self.note(What::Read { room: read.room, seq: read.seq });
        held.read.insert(read.room, read);
    }
}

/// Does the server know as much of a marker as was said of it? What was set back since counts no more.
pub fn is_met(marker: &Marker, read: &ReadState) -> bool {
    let backs = marker.backs.unwrap_or_default();
    read.backs > backs || (!marker.back && read.backs == backs && read.seq >= marker.seq)
}

/// Are these two accounts of one event? A message may have been changed between them, but not become another.
pub fn is_same(one: &Event, other: &Event) -> bool {
    let is_same_op = match (&one.op, &other.op) {
        (Op::Message { .. } | Op::Gone, Op::Message { .. } | Op::Gone) => true,
        (Op::Edit { of, .. }, Op::Edit { of: too, .. }) => of == too,
        (one, other) => one == other,
    };
    is_same_op && (one.seq, one.at, one.by) == (other.seq, other.at, other.by)
}
