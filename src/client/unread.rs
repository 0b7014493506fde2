//! What is unread in each room: counted as it comes, corrected by what the server tells, cleared by reading.

use super::{
    mind::{Mind, upto},
    quotes,
};
use crate::protocol::{
    Batch, ClientFrame, Event, Millis, Op, ReadState, RoomId, RoomState, Seq, mention::is_named,
};

/// A room's marker is told at most this often.
const PAUSE: Millis = 1000;
/// A marker that was not confirmed is told again after this.
const AGAIN: Millis = 5000;
/// So many messages are remembered one by one; the server's next word puts right what was beyond.
const RECENT: usize = 200;

/// What a page knows of one room's unread messages beside the state that it was told.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Messages of others since the state was told, and whether they call the reader.
    recent: Vec<(Seq, bool)>,
    /// How far the server says that the reader has read.
    told: Seq,
    /// How far the reader has read.
    seen: Seq,
    /// The marker last sent, and when.
    sent: Option<(Seq, Millis)>,
    /// Something was missed: the count is to be asked for.
    is_unsure: bool,
}

impl Tally {
    fn calls(&self) -> u32 {
        self.recent.iter().filter(|(_, is_named)| *is_named).count() as u32
    }

    fn said(&self) -> u32 {
        self.recent.len() as u32
    }

    /// When the marker is to be told.
    fn due(&self) -> Option<Millis> {
        match self.sent {
            _ if self.seen <= self.told => None,
            None => Some(0),
            Some((seq, at)) if self.seen > seq => Some(at + PAUSE),
            Some((_, at)) => Some(at + AGAIN),
        }
    }
}

impl Mind {
    /// How far the server says that the reader has read a room.
    pub(super) fn told_read(&self, room: &RoomState) -> Seq {
        self.tallies.get(&room.id).map_or(room.read, |tally| tally.told)
    }

    /// Takes a room's state. What was counted since, and what was read since, is not taken back by it.
    pub(super) fn take_state(&mut self, room: RoomState) {
        let tally = self.tallies.hold(room.id);
        let (seen_head, seen) = match self.rooms.get(&room.id) {
            Some(held) if !room.reset => (held.head, tally.seen),
            _ => (0, 0),
        };
        if room.reset {
            *tally = Tally::default();
        }
        tally.told = room.read;
        tally.seen = seen.max(room.read);
        let (head, read) = (room.head, tally.seen);
        tally.recent.retain(|(seq, _)| *seq > head.max(read));
        let is_old = read > room.read;
        let base = |count: u32| if is_old { 0 } else { count };
        let state = RoomState {
            reset: false,
            head: head.max(seen_head),
            read,
            unread: base(room.unread) + tally.said(),
            mentions: base(room.mentions) + tally.calls(),
            ..room
        };
        self.rooms.insert(state.id, state);
        self.touched.lobby = true;
    }

    /// Counts what others say, in rooms that are on screen and in all others.
    pub(super) fn count(&mut self, batch: &Batch) {
        let me = self.me.as_ref();
        let Some(room) = self.rooms.get_mut(&batch.room) else { return };
        let tally = self.tallies.hold(batch.room);
        tally.is_unsure |= batch.after > room.head && room.role.is_some();
        for event in batch.events.iter().filter(|event| event.seq > room.head) {
            if let Event { op: Op::Message { text, reply_to }, by, seq, .. } = event
                && me.is_none_or(|me| me.id != *by)
                && *seq > room.read
            {
                let answers = quotes::calls(&self.timelines, batch.room, *reply_to, me);
                tally.is_unsure |= answers.is_none();
                let is_named = me.is_some_and(|me| is_named(text, &me.name));
                let is_called = is_named || answers == Some(true);
                room.unread += 1;
                room.mentions += u32::from(is_called);
                tally.recent.push((*seq, is_called));
                if tally.recent.len() > RECENT {
                    tally.recent.remove(0);
                }
                self.touched.lobby = true;
            }
        }
        room.head = room.head.max(batch.events.last().map_or(0, |event| event.seq));
    }

    /// Takes how far the reader has read on any device. Says it of an earlier moment than what was counted
    /// since, perhaps: that stays unread.
    pub(super) fn on_read(&mut self, state: &ReadState) {
        let Some(room) = self.rooms.get_mut(&state.room) else { return };
        let tally = self.tallies.hold(state.room);
        tally.told = tally.told.max(state.seq);
        tally.is_unsure = false;
        if state.seq < tally.seen {
            return;
        }
        tally.seen = state.seq;
        tally.recent.retain(|(seq, _)| *seq > state.seq);
        room.read = state.seq;
        room.unread = state.unread.max(tally.said());
        room.mentions = state.mentions.max(tally.calls());
        self.touched.lobby = true;
    }

    /// Is there anything in a room that the reader sees for the first time?
    pub(super) fn is_news(&self, room: RoomId) -> bool {
        let is_member = self.rooms.get(&room).is_some_and(|state| state.role.is_some());
        let seen = self.tallies.get(&room).map_or(0, |tally| tally.seen);
        is_member && self.timelines.get(&room).is_some_and(|timeline| upto(timeline) > seen)
    }

    /// The reader sees the newest that is held of a room. It is read here at once; the server is told.
    pub(super) fn mark(&mut self, id: RoomId) {
        let seq = self.timelines.get(&id).map_or(0, upto);
        let Some(room) = self.rooms.get_mut(&id) else { return };
        let tally = self.tallies.hold(id);
        tally.seen = tally.seen.max(seq);
        let seen = tally.seen;
        tally.recent.retain(|(seq, _)| *seq > seen);
        (room.read, room.unread, room.mentions) = (seen, tally.said(), tally.calls());
        self.touched.lobby = true;
    }

    /// When there is a marker to be told.
    pub(super) fn read_deadline(&self) -> Option<Millis> {
        self.tallies.values().filter_map(Tally::due).min()
    }

    /// The markers to be told now, and questions where a count is not sure.
    pub(super) fn take_reads(&mut self, now: Millis) -> Vec<ClientFrame> {
        let mut frames = Vec::new();
        let rooms: Vec<RoomId> = self.tallies.keys().collect();
        for room in rooms {
            let tally = self.tallies.hold(room);
            let is_due = tally.due().is_some_and(|due| due <= now);
            if is_due {
                tally.sent = Some((tally.seen, now));
            }
            if std::mem::take(&mut tally.is_unsure) || is_due {
                frames.push(ClientFrame::Read { room, seq: tally.seen });
            }
        }
        frames
    }

    /// The connection is gone, and with it every answer.
    pub(super) fn recall_reads(&mut self) {
        self.tallies.values_mut().for_each(|tally| tally.sent = None);
    }
}
