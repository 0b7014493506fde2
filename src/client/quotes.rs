//! What answers quote: the messages that are answered, as they are now, whether the timeline holds them or not.

use super::{amended::Amends, chat::Chat, mind::Mind, timeline::Timeline};
use crate::protocol::{ClientFrame, Event, Fetch, Op, RoomId, Seq, UserId};

/// The numbers of requests for what is quoted have this bit; no others have it.
const OURS: u32 = 1 << 31;
/// So many messages are held for the sake of what answers them.
const ASIDE: usize = 300;

/// A message as it is quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Its place.
    pub seq: Seq,
    /// Who said it; 0 and no name while it is not here.
    pub by: UserId,
    /// What that person is called.
    pub name: String,
    /// The number of that person's picture.
    pub face: u32,
    /// What it says.
    pub said: Quoted,
}

/// What a quoted message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quoted {
    /// This, after all its edits.
    Text(String),
    /// It was deleted.
    Gone,
    /// It is not here: it is still to come, or the reader may not read so far back.
    Away,
}

/// What a timeline knows of the messages that are answered in it.
#[derive(Debug, Default)]
pub(super) struct Quotes {
    /// Which answers there are to each message.
    answers: Amends,
    /// Answered messages that are not part of what is held.
    aside: Vec<Event>,
    /// Those that nobody asked for yet.
    wanted: Vec<Seq>,
    /// What was asked for, and under which number.
    asked: Option<(u32, Seq)>,
}

impl Quotes {
    fn note(&mut self, of: Seq, answer: Seq) {
        self.answers.note(of, answer);
        self.want(of);
    }

    fn want(&mut self, of: Seq) {
        let is_known = self.aside.iter().any(|event| event.seq == of) || self.wanted.contains(&of);
        if !is_known {
            self.wanted.push(of);
        }
    }

    fn put_aside(&mut self, event: Event) {
        if self.aside.len() >= ASIDE {
            self.aside.remove(0);
        }
        self.aside.push(event);
    }

    /// Lets go of a deleted message.
    pub(super) fn erase(&mut self, message: Seq) {
        for event in self.aside.iter_mut().filter(|event| event.seq == message) {
            (event.op, event.amended) = (Op::Gone, None);
        }
    }

    /// Answers up to this seq are held no more. What the others quote is asked for again: what became of it
    /// meanwhile may be among what is let go.
    pub(super) fn forget_through(&mut self, seq: Seq) {
        self.answers.forget_through(seq);
        self.aside.clear();
        self.wanted.clear();
        let left: Vec<Seq> = self.answers.messages().collect();
        left.into_iter().for_each(|of| self.want(of));
    }

    /// Answers above this seq are held no more.
    pub(super) fn forget_above(&mut self, seq: Seq) {
        self.answers.forget_above(seq);
    }

    /// The connection is gone, and with it every answer.
    fn recall(&mut self) {
        self.wanted.extend(self.asked.take().map(|(_, seq)| seq));
    }
}

impl Timeline {
    /// Notes what a new event has to do with answers: it may be one, and it may be or change what is quoted.
    pub(super) fn relate_answers(&mut self, seq: Seq, message: Seq) {
        if let Some(of) = self.find(seq).and_then(|event| event.op.answers()) {
            self.quotes.note(of, seq);
        }
        self.touch_answers(message);
    }

    fn touch_answers(&mut self, message: Seq) {
        let answers: Vec<Seq> = self.quotes.answers.about(message).collect();
        answers.into_iter().for_each(|answer| self.touch_message(answer));
    }

    /// A message as it is quoted.
    pub(super) fn quote(&self, seq: Seq) -> Quote {
        let event = self.find(seq).or_else(|| self.quotes.aside.iter().find(|event| event.seq == seq));
        let Some(event) = event.filter(|event| matches!(event.op, Op::Message { .. } | Op::Gone)) else {
            return Quote { seq, by: UserId::from_raw(0), name: String::new(), face: 0, said: Quoted::Away };
        };
        let said = self.told(event).text.map_or(Quoted::Gone, Quoted::Text);
        Quote { seq, by: event.by, name: event.name.clone(), face: event.face, said }
    }

    /// The next message that is quoted and must be asked for.
    fn next_quote(&mut self, min: Seq) -> Option<Seq> {
        if self.quotes.asked.is_some() {
            return None;
        }
        while let Some(seq) = self.quotes.wanted.pop() {
            if seq > min && self.find(seq).is_none() {
                return Some(seq);
            }
        }
        None
    }
}

impl Mind {
    /// Requests for messages that are quoted; one at a time for each room.
    pub(super) fn take_quotes(&mut self) -> Vec<ClientFrame> {
        let mut frames = Vec::new();
        let rooms: Vec<RoomId> = self.timelines.keys().collect();
        for room in rooms {
            let Some(state) = self.rooms.get(&room) else { continue };
            let min = state.min;
            let Some(timeline) = self.timelines.get_mut(&room) else { continue };
            if let Some(seq) = timeline.next_quote(min) {
                self.quotes_asked = self.quotes_asked.wrapping_add(1);
                let id = self.quotes_asked | OURS;
                timeline.quotes.asked = Some((id, seq));
                frames.push(ClientFrame::Fetch(Fetch { id, room, before: seq + 1, limit: 1 }));
            }
        }
        frames
    }

    /// Takes a message that was asked for to be quoted. False when the answer is to something else.
    pub(super) fn take_quote(&mut self, id: u32, events: &[Event]) -> bool {
        let rooms: Vec<RoomId> = self.timelines.keys().collect();
        for room in rooms {
            let Some(timeline) = self.timelines.get_mut(&room) else { continue };
            if let Some((_, seq)) = timeline.quotes.asked.take_if(|(asked, _)| *asked == id) {
                // An answer without it means that the reader may not read so far back.
                if let Some(event) = events.iter().find(|event| event.seq == seq) {
                    timeline.quotes.put_aside(event.clone());
                    timeline.touch_answers(seq);
                    self.touched.touch(room);
                }
            }
        }
        id & OURS != 0
    }

    /// The connection is gone: what was asked for is asked again.
    pub(super) fn recall_quotes(&mut self) {
        self.timelines.values_mut().for_each(|timeline| timeline.quotes.recall());
    }

    /// Chooses what the next message in a room answers.
    pub(super) fn answer(&mut self, room: RoomId, of: Option<Seq>) {
        match of {
            Some(of) => self.answering.insert(room, of),
            None => drop(self.answering.remove(&room)),
        }
        self.touched.lobby = true;
    }
}

impl Chat {
    /// The next message that is said in a room answers this one, or none. It stays so over reloads until it is said.
    pub fn answer(self, room: RoomId, of: Option<Seq>) {
        self.change(&mut |mind| mind.answer(room, of));
        self.keep_answer(room, of);
    }

    /// What the next message in a room answers. Reactive.
    pub fn answering(self, room: RoomId) -> Option<Quote> {
        let (mut of, mut quote) = (None, None);
        self.look_around(&mut |seen| of = seen.answering.get(&room).copied());
        if let Some(of) = of {
            self.ask(&mut |mind| quote = mind.timeline(room).map(|timeline| timeline.quote(of)));
        }
        quote
    }

    /// Goes on with the answer that was being written when the page went.
    pub fn recall_answer(self, room: RoomId) {
        let kept = self.answer_key(room).and_then(|key| (self.hands().recall)(&key));
        if let Some(of) = kept.and_then(|of| of.parse().ok()) {
            self.change(&mut |mind| mind.answer(room, Some(of)));
        }
    }

    pub(super) fn keep_answer(self, room: RoomId, of: Option<Seq>) {
        if let Some(key) = self.answer_key(room) {
            (self.hands().remember)(&key, &of.map(|of| of.to_string()).unwrap_or_default());
        }
    }

    fn answer_key(self, room: RoomId) -> Option<String> {
        Some(format!("maru.answer.{}.{room}", self.owner()?))
    }
}
