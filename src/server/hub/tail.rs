//! The end of one room's log, held in memory: what its members read without asking the store.

use super::encode::{Encoded, FRAME_FILL, Motion, fit, join};
use crate::protocol::{Millis, RoomId, Seq, UserId};
use crate::server::{faults, store::RoomInfo};
use axum::extract::ws::Utf8Bytes;
use std::collections::{HashMap, VecDeque};

/// Events that are held, at most.
const RING_EVENTS: usize = 256;
/// Bytes that they hold, at most.
pub(super) const RING_BYTES: usize = 1024 * 1024;
/// Somebody who is further behind than this skips to near the head,
const SKIP_BEYOND: Seq = 200;
/// to here, and fetches the hole when looking at it.
const SKIP_TO: Seq = 50;

/// The newest events of a room, and who may read them. Pure: nothing here waits.
#[derive(Debug)]
pub struct Tail {
    room: RoomId,
    phase: Phase,
    head: Seq,
    head_at: Millis,
    /// Each member with the seq at which they came in; 0 when that was before the room woke.
    members: HashMap<UserId, Seq>,
    pub(super) ring: VecDeque<Encoded>,
    pub(super) weight: usize,
    /// The frame that was joined last, and between which seqs: most readers are at the same place.
    joined: Option<(Seq, Seq, Utf8Bytes)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// It is not known yet who is in it: nothing is given out.
    Waking,
    Awake,
    /// The store does not have it.
    Missing,
}

/// What is due to one reader.
#[derive(Debug, PartialEq, Eq)]
pub enum Pulled {
    /// Nothing: the cursor is at the head.
    Nothing,
    /// Not known yet; a wake-up follows.
    Later,
    /// The reader is not a member.
    Gone,
    /// This frame, after which the cursor is at `upto`.
    Frame {
        /// The frame.
        frame: Utf8Bytes,
        /// Its last seq.
        upto: Seq,
        /// Something is still due after it.
        more: bool,
    },
    /// The events after `after`, up to `upto`, which only the store has.
    Read {
        /// Where the reader is, or skips to.
        after: Seq,
        /// The head at the moment at which the reader was a member.
        upto: Seq,
    },
}

impl Tail {
    /// Of a room of which nothing is known yet. Events that come meanwhile are kept.
    pub fn new(room: RoomId) -> Self {
        let (members, ring) = (HashMap::new(), VecDeque::new());
        Self { room, phase: Phase::Waking, head: 0, head_at: 0, members, ring, weight: 0, joined: None }
    }

    /// The newest seq.
    pub fn head(&self) -> Seq {
        self.head
    }

    /// The instant of an event, if it is held.
    pub fn instant(&self, seq: Seq) -> Option<Millis> {
        if self.phase == Phase::Awake && seq == self.head {
            return Some(self.head_at);
        }
        let index = seq.checked_sub(self.first()?)?;
        self.ring.get(index as usize).map(|event| event.at)
    }

    /// Takes what the store says. `false` when that is older than what is held: ask again.
    #[must_use]
    pub fn settle(&mut self, info: Option<RoomInfo>) -> bool {
        let Some(info) = info else {
            self.phase = Phase::Missing;
            return true;
        };
        if self.first().is_some_and(|first| first > info.head + 1) {
            return false;
        }
        let since = std::mem::take(&mut self.members);
        self.members =
            info.members.iter().map(|user| (*user, since.get(user).copied().unwrap_or(0))).collect();
        (self.head, self.head_at) = (info.head, info.head_at);
        self.phase = Phase::Awake;
        for index in 0..self.ring.len() {
            let Encoded { seq, at, by, motion, .. } = self.ring[index];
            if seq > self.head {
                self.advance(seq, at, by, motion);
            }
        }
        true
    }

    /// Takes a new event. `false` when one before it is missing: nothing is given out until the store
    /// has said who is in the room now.
    #[must_use]
    pub fn apply(&mut self, event: Encoded) -> bool {
        let newest = self.ring.back().map(|event| event.seq);
        if newest.is_some_and(|newest| event.seq <= newest) {
            return true;
        }
        // The store's own account may be ahead of what was published; then the ring catches up with it.
        let is_next = newest.is_none_or(|newest| event.seq == newest + 1)
            && (self.phase != Phase::Awake || event.seq <= self.head + 1);
        if !is_next {
            (self.ring, self.weight, self.joined) = (VecDeque::new(), 0, None);
            self.phase = Phase::Waking;
        }
        if self.phase == Phase::Awake && event.seq > self.head {
            self.advance(event.seq, event.at, event.by, event.motion);
        }
        self.push(event);
        is_next
    }

    /// Is somebody in the room? Nobody, as long as that is not known.
    pub fn is_member(&self, user: UserId) -> bool {
        self.phase == Phase::Awake && self.members.contains_key(&user)
    }

    /// How many are.
    pub fn count(&self) -> usize {
        self.members.len()
    }

    /// What is due to `reader`, who has everything up to `cursor`.
    pub fn pull(&mut self, reader: UserId, cursor: Seq) -> Pulled {
        match self.phase {
            Phase::Waking => return Pulled::Later,
            Phase::Missing => return Pulled::Gone,
            Phase::Awake => {}
        }
        let once = faults::breaks("member_once").then_some(&0);
        let Some(since) = self.members.get(&reader).or(once) else { return Pulled::Gone };
        let after = skip(cursor.max(since.saturating_sub(1)), self.head);
        if after >= self.head {
            return Pulled::Nothing;
        }
        let Some(start) = self.index_after(after) else { return Pulled::Read { after, upto: self.head } };
        let due = || self.ring.range(start..).map(|event| event.event(reader));
        let count = fit(due().map(str::len), FRAME_FILL);
        let upto = after + count as Seq;
        let is_common = !self.ring.range(start..start + count).any(|event| event.is_own(reader));
        let frame = match &self.joined {
            _ if count == 1 && self.ring[start].seq == after + 1 => self.ring[start].frame(reader),
            Some((from, to, frame)) if is_common && (*from, *to) == (after, upto) => frame.clone(),
            _ => join(self.room, after, None, due().take(count)).into(),
        };
        if is_common && count > 1 {
            self.joined = Some((after, upto, frame.clone()));
        }
        Pulled::Frame { frame, upto, more: upto < self.head }
    }

    /// Could events after this seq be given out of memory, if the store brought some more of them?
    pub fn wants(&self, after: Seq) -> bool {
        self.phase == Phase::Awake
            && self.start() > after + 1
            && self.ring.len() < RING_EVENTS
            && self.weight < RING_BYTES / 2
    }

    /// The first seq that is held, or would be.
    pub fn start(&self) -> Seq {
        self.first().unwrap_or(self.head + 1)
    }

    /// Takes events that the store brought, which adjoin those held; others are of no use.
    pub fn fill(&mut self, older: Vec<Encoded>) {
        let adjoins = older.last().is_some_and(|newest| newest.seq + 1 == self.start());
        if self.phase != Phase::Awake || !adjoins {
            return;
        }
        for event in older.into_iter().rev() {
            if self.ring.len() >= RING_EVENTS || self.weight + event.weight() > RING_BYTES {
                break;
            }
            self.weight += event.weight();
            self.ring.push_front(event);
        }
        // They may have been deleted since they were read.
        let deleted: Vec<Seq> = self.ring.iter().filter_map(|event| event.deletes).collect();
        deleted.into_iter().for_each(|message| self.erase(message));
    }

    /// Takes a deleted text out of memory, so that nobody who comes later reads it here.
    fn erase(&mut self, message: Seq) {
        self.joined = None;
        for held in self.ring.iter_mut().filter(|held| held.tells(message)) {
            let erased = held.erased(self.room);
            self.weight = self.weight + erased.weight() - held.weight();
            *held = erased;
        }
    }

    pub(super) fn first(&self) -> Option<Seq> {
        self.ring.front().map(|event| event.seq)
    }

    fn index_after(&self, after: Seq) -> Option<usize> {
        let index = (after + 1).checked_sub(self.first()?)? as usize;
        (index < self.ring.len()).then_some(index)
    }

    /// Who is in the room changes before anything later can be read.
    fn advance(&mut self, seq: Seq, at: Millis, by: UserId, motion: Option<Motion>) {
        match motion {
            Some(Motion::In) => _ = self.members.insert(by, seq),
            Some(Motion::Out) => _ = self.members.remove(&by),
            None => {}
        }
        (self.head, self.head_at) = (seq, at);
    }

    fn push(&mut self, event: Encoded) {
        if let Some(message) = event.deletes {
            self.erase(message);
        }
        self.joined = None;
        self.weight += event.weight();
        self.ring.push_back(event);
        while self.ring.len() > RING_EVENTS || (self.weight > RING_BYTES && self.ring.len() > 1) {
            let dropped = self.ring.pop_front().expect("it has more than one");
            self.weight -= dropped.weight();
        }
    }
}

/// Somebody far behind jumps to near the head; the hole is in the frame's `after`.
fn skip(cursor: Seq, head: Seq) -> Seq {
    if head.saturating_sub(cursor) > SKIP_BEYOND { head - SKIP_TO } else { cursor }
}
