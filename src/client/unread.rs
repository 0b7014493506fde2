//! What is unread in each room: counted as it comes, corrected by what the server tells, cleared by reading,
//! and set back by who wants it unread again.

use super::mind::{Mind, upto};
use crate::protocol::{Batch, ClientFrame, Event, Marker, Millis, Op, ReadState, RoomId, RoomState, Seq};

/// A room's marker is told at most this often.
const PAUSE: Millis = 1000;
/// A marker that was not confirmed is told again after this.
const AGAIN: Millis = 5000;
/// So many markers are told at once, when many rooms are read together.
const AT_ONCE: usize = 10;
/// So many messages are remembered one by one; the server's next word puts right what was beyond.
const RECENT: usize = 200;

/// What a page knows of one room's unread messages beside the state that it was told.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Messages of others since the state was told. Whom they call, the server says.
    recent: Vec<Seq>,
    /// How far the server says that the reader has read.
    told: Seq,
    /// How often the marker was set back, as far as is known.
    backs: u32,
    /// How far the reader has read.
    pub(super) seen: Seq,
    /// The marker is to be set back to there.
    is_back: bool,
    /// It was set back while the room was open: what is in sight is not read before the reader comes again.
    is_held: bool,
    /// The marker last sent, and when.
    sent: Option<(Seq, Millis)>,
    /// Something was missed: the count is to be asked for.
    is_unsure: bool,
}

impl Tally {
    fn said(&self) -> u32 {
        self.recent.len() as u32
    }

    /// When the marker is to be told.
    fn due(&self) -> Option<Millis> {
        match self.sent {
            _ if !self.is_back && self.seen <= self.told => None,
            None => Some(0),
            Some((seq, at)) if self.seen != seq => Some(at + PAUSE),
            Some((_, at)) => Some(at + AGAIN),
        }
    }

    fn marker(&self, room: RoomId) -> Marker {
        Marker { room, seq: self.seen, back: self.is_back, backs: Some(self.backs) }
    }

    /// The marker was set back elsewhere: what was read here until then counts no more.
    fn set_back(&mut self, (seq, backs): (Seq, u32)) {
        (self.seen, self.backs) = (seq, backs);
        (self.is_back, self.is_held, self.sent) = (false, true, None);
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
        let held = self.rooms.get(&room.id).filter(|_| !room.reset);
        if room.reset {
            *tally = Tally::default();
        }
        tally.told = room.read;
        match held {
            None => (tally.seen, tally.backs) = (room.read, room.backs),
            Some(_) if tally.backs != room.backs => tally.set_back((room.read, room.backs)),
            Some(_) if tally.is_back => {}
            Some(_) => tally.seen = tally.seen.max(room.read),
        }
        let (head, read) = (room.head, tally.seen);
        tally.recent.retain(|seq| *seq > head.max(read));
        let (mut unread, mut mentions) = (room.unread + tally.said(), room.mentions);
        if let Some(held) = held.filter(|_| tally.is_back) {
            (unread, mentions) = (held.unread, held.mentions);
        } else if read > room.read {
            (unread, mentions) = (tally.said(), 0);
        }
        let head = head.max(held.map_or(0, |held| held.head));
        self.rooms.insert(room.id, RoomState { reset: false, head, read, unread, mentions, ..room });
        self.touched.lobby = true;
    }

    /// Counts what others say, in rooms that are on screen and in all others, and what of it is deleted.
    pub(super) fn count(&mut self, batch: &Batch) {
        let Some(room) = self.rooms.get_mut(&batch.room) else { return };
        let tally = self.tallies.hold(batch.room);
        tally.is_unsure |= batch.after > room.head && room.role.is_some();
        for event in batch.events.iter().filter(|event| event.seq > room.head) {
            match &event.op {
                Op::Message { .. }
                    if event.seq > room.read && self.me.as_ref().is_none_or(|me| me.id != event.by) =>
                {
                    room.unread += 1;
                    tally.recent.push(event.seq);
                    if tally.recent.len() > RECENT {
                        tally.recent.remove(0);
                    }
                    self.alarms.raise(room, event, self.me.as_ref());
                    self.touched.lobby = true;
                }
                Op::Delete { of } if *of > room.read && room.unread > 0 => {
                    self.alarms.drop_message(room.id, *of);
                    let place = tally.recent.iter().position(|seq| seq == of);
                    if let Some(place) = place {
                        tally.recent.remove(place);
                        room.unread -= 1;
                        self.touched.lobby = true;
                    }
                    // Whose it was, or whom it called, is the server's to say.
                    tally.is_unsure |= place.is_none() || room.mentions > 0;
                }
                _ => {}
            }
        }
        room.head = room.head.max(batch.events.last().map_or(0, |Event { seq, .. }| *seq));
    }

    /// Takes how far the reader has read on any device. What came after it was counted is still unread.
    pub(super) fn on_read(&mut self, state: &ReadState) {
        let Some(room) = self.rooms.get_mut(&state.room) else { return };
        let tally = self.tallies.hold(state.room);
        if (state.backs, state.seq) < (tally.backs, tally.told) {
            // Told of an earlier time; it came by a longer way.
            return;
        }
        tally.is_unsure = false;
        if state.backs > tally.backs {
            tally.set_back((state.seq, state.backs));
            tally.told = state.seq;
        }
        tally.told = tally.told.max(state.seq);
        if tally.is_back || state.seq < tally.seen {
            return;
        }
        tally.seen = state.seq;
        let counted = state.head.max(state.seq);
        tally.recent.retain(|seq| *seq > counted);
        if state.mentions > room.mentions {
            self.alarms.call(room);
        }
        room.head = room.head.max(state.head);
        (room.read, room.backs) = (state.seq, state.backs);
        (room.unread, room.mentions) = (state.unread + tally.said(), state.mentions);
        self.touched.lobby = true;
    }

    /// Is there anything in a room that the reader sees for the first time?
    pub(super) fn is_news(&self, room: RoomId) -> bool {
        let is_member = self.rooms.get(&room).is_some_and(|state| state.role.is_some());
        let tally = self.tallies.get(&room).filter(|tally| !tally.is_held);
        is_member
            && self
                .timelines
                .get(&room)
                .is_some_and(|timeline| tally.is_some_and(|tally| upto(timeline) > tally.seen))
    }

    /// The reader sees the newest that is held of a room. It is read here at once; the server is told.
    pub(super) fn mark(&mut self, id: RoomId) {
        if self.is_news(id) {
            self.mark_upto(id, self.timelines.get(&id).map_or(0, upto));
        }
    }

    /// The reader has read a room up to a seq, and wants it so.
    pub(super) fn mark_upto(&mut self, id: RoomId, seq: Seq) {
        let Some(room) = self.rooms.get_mut(&id) else { return };
        let tally = self.tallies.hold(id);
        if std::mem::take(&mut tally.is_back) && tally.sent.take().is_some() {
            // The server has set it back, or will have when it hears this.
            (tally.backs, tally.told) = (tally.backs + 1, tally.seen);
        }
        tally.is_held = false;
        tally.seen = tally.seen.max(seq);
        let seen = tally.seen;
        tally.recent.retain(|seq| *seq > seen);
        (room.read, room.unread, room.mentions) = (seen, tally.said(), 0);
        self.alarms.drop_read(id, seen);
        self.touched.lobby = true;
    }

    /// A message and what follows it are to be unread again, on every device.
    pub(super) fn mark_unread(&mut self, id: RoomId, seq: Seq) {
        let Some(room) = self.rooms.get_mut(&id).filter(|room| room.role.is_some()) else { return };
        let tally = self.tallies.hold(id);
        (tally.seen, tally.is_back, tally.is_held, tally.sent) = (seq.saturating_sub(1), true, true, None);
        // How many there are, the server says at once.
        (room.read, room.unread) = (tally.seen, room.unread.max(1));
        self.touched.lobby = true;
    }

    /// The reader goes to another room: what was set back in the others is read when they are seen again.
    pub(super) fn end_holds(&mut self, but: Option<RoomId>) {
        let rooms: Vec<RoomId> = self.tallies.keys().filter(|room| Some(*room) != but).collect();
        rooms.into_iter().for_each(|room| self.tallies.hold(room).is_held = false);
    }

    /// When there is a marker to be told.
    pub(super) fn read_deadline(&self) -> Option<Millis> {
        Some(self.tallies.values().filter_map(Tally::due).min()?.max(self.reads_at))
    }

    /// The markers to be told now, and questions where a count is not sure.
    pub(super) fn take_reads(&mut self, now: Millis) -> Vec<ClientFrame> {
        let mut frames = Vec::new();
        if now < self.reads_at {
            return frames;
        }
        let rooms: Vec<RoomId> = self.tallies.keys().collect();
        for room in rooms {
            let tally = self.tallies.hold(room);
            let is_due = tally.due().is_some_and(|due| due <= now);
            if !is_due && !tally.is_unsure {
                continue;
            }
            if frames.len() == AT_ONCE {
                self.reads_at = now + PAUSE;
                break;
            }
            if is_due {
                tally.sent = Some((tally.seen, now));
            }
            tally.is_unsure = false;
            frames.push(ClientFrame::Read(tally.marker(room)));
        }
        frames
    }

    /// The connection is gone, and with it every answer.
    pub(super) fn recall_reads(&mut self) {
        self.reads_at = 0;
        self.tallies.values_mut().for_each(|tally| tally.sent = None);
    }
}
