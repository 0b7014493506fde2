//! What a person is to be told of beside the room on screen, and why; and what they want read or unread.

use super::{chat::Chat, mind::Mind, places::sum};
use crate::protocol::{Event, Mute, Op, Presence, RoomId, RoomState, Seq, User, Why, mention::is_named};

/// So many wait at most; of more, the oldest are forgotten.
const WAITING: usize = 20;
/// So many characters of a message are shown.
const EXCERPT: usize = 140;

/// A message that somebody is to be told of, unless they read it first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// In which room.
    pub room: RoomId,
    /// Which message.
    pub seq: Seq,
    /// What its author is called.
    pub name: String,
    /// How it begins.
    pub text: String,
    /// Why they are told.
    pub why: Why,
    /// It answers some message.
    is_reply: bool,
}

/// Those that wait to be told.
#[derive(Debug, Default)]
pub(super) struct Alarms(Vec<Alarm>);

impl Alarms {
    /// Somebody else said something in a room.
    pub(super) fn raise(&mut self, room: &RoomState, event: &Event, me: Option<&User>) {
        let Op::Message { text, reply_to } = &event.op else { return };
        if room.role.is_none() || room.mute == Mute::Nothing {
            return;
        }
        let why = match me {
            Some(me) if is_named(text, &me.name) => Why::Name,
            _ if room.kind.is_direct() => Why::Direct,
            _ => Why::Everything,
        };
        let (name, text) = (event.name.clone(), text.chars().take(EXCERPT).collect());
        let alarm = Alarm { room: room.id, seq: event.seq, name, text, why, is_reply: reply_to.is_some() };
        self.0.push(alarm);
        if self.0.len() > WAITING {
            self.0.remove(0);
        }
    }

    /// The server says that the reader is called in a room: by what else than the name, the message tells.
    pub(super) fn call(&mut self, room: &RoomState) {
        let newest = self.0.iter_mut().rev().find(|alarm| alarm.room == room.id);
        if let Some(alarm) = newest.filter(|alarm| alarm.why != Why::Name) {
            alarm.why = if alarm.is_reply { Why::Reply } else { Why::All };
        }
    }

    /// All that wait.
    #[cfg(test)]
    pub(super) fn all(&self) -> &[Alarm] {
        &self.0
    }

    /// A room was read up to a seq.
    pub(super) fn drop_read(&mut self, room: RoomId, upto: Seq) {
        self.0.retain(|alarm| alarm.room != room || alarm.seq > upto);
    }

    /// A message is not there any more.
    pub(super) fn drop_message(&mut self, room: RoomId, seq: Seq) {
        self.0.retain(|alarm| (alarm.room, alarm.seq) != (room, seq));
    }
}

impl Mind {
    /// Who does not want to be disturbed is told of nothing of this time, then or later: they find it in the list.
    pub(super) fn drop_quiet_alarms(&mut self) {
        if self.me.as_ref().is_some_and(|me| self.company.presence(me.id) == Presence::Dnd) {
            self.alarms.0.clear();
        }
    }

    /// What is to be told of all that waited.
    pub(super) fn take_alarms(&mut self) -> Vec<Alarm> {
        self.drop_quiet_alarms();
        let mut alarms = std::mem::take(&mut self.alarms.0);
        alarms.retain(|alarm| {
            let is_loud = |room: &RoomState| {
                room.mute == Mute::All || matches!(alarm.why, Why::Name | Why::Reply | Why::All)
            };
            let room = self.rooms.get(&alarm.room);
            room.is_some_and(|room| room.read < alarm.seq && is_loud(room))
        });
        alarms
    }
}

impl Chat {
    /// What there is to be told now of rooms that are not read: taken once.
    pub fn take_alarms(self) -> Vec<Alarm> {
        let mut alarms = Vec::new();
        self.ask(&mut |mind| alarms = mind.take_alarms());
        alarms
    }

    /// Is there anything that waits to be told? Not reactive.
    pub fn has_alarms(self) -> bool {
        self.is(&|mind| !mind.alarms.0.is_empty())
    }

    /// The news of all of one's rooms of all spaces: how much is unread, and how often one is called. Reactive.
    pub fn all_news(self) -> (u32, u32) {
        let mut news = (0, 0);
        self.look_around(&mut |seen| news = sum(seen.rooms.iter()));
        news
    }

    /// How far one has read a room. Not reactive.
    pub fn read_upto(self, room: RoomId) -> Seq {
        let mut read = 0;
        self.ask(&mut |mind| read = mind.rooms.get(&room).map_or(Seq::MAX, |room| room.read));
        read
    }

    /// A message and what follows it are to be unread again, on every device.
    pub fn mark_unread(self, room: RoomId, seq: Seq) {
        self.change(&mut |mind| mind.mark_unread(room, seq));
        self.wake();
    }

    /// Everything in the space on screen is read.
    pub fn mark_all_read(self) {
        self.change(&mut |mind| {
            let here = mind.space.as_ref().map(|space| space.id);
            let unread = mind.rooms.values().filter(|room| Some(room.space) == here && room.unread > 0);
            let unread: Vec<(RoomId, Seq)> = unread.map(|room| (room.id, room.head)).collect();
            unread.into_iter().for_each(|(room, head)| mind.mark_upto(room, head));
        });
        self.wake();
    }

    /// Another room is on screen: what was set back in those that were is read when it is seen again.
    pub fn turn_to(self, room: Option<RoomId>) {
        self.ask(&mut |mind| {
            mind.end_holds(room);
            mind.attended.take_if(|attended| Some(*attended) != room);
        });
    }
}
