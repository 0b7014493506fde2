//! The end of one room's log, held in memory: what its members read without asking the store.

use super::encode::{Encoded, FRAME_FILL, Motion, fit, join};
use crate::protocol::{Millis, RoomId, Seq, UserId};
use crate::server::{faults, store::RoomInfo};
use axum::extract::ws::Utf8Bytes;
use std::collections::{HashMap, VecDeque};

/// Events that are held, at most.
const RING_EVENTS: usize = 256;
/// Bytes that they hold, at most.
const RING_BYTES: usize = 1024 * 1024;
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
    ring: VecDeque<Encoded>,
    weight: usize,
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
        Self { room, phase: Phase::Waking, head: 0, head_at: 0, members, ring, weight: 0 }
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
            (self.ring, self.weight) = (VecDeque::new(), 0);
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
    pub fn pull(&self, reader: UserId, cursor: Seq) -> Pulled {
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
        let frame = match count {
            1 if self.ring[start].seq == after + 1 => self.ring[start].frame(reader),
            _ => join(self.room, after, None, due().take(count)).into(),
        };
        let upto = after + count as Seq;
        Pulled::Frame { frame, upto, more: upto < self.head }
    }

    /// Takes a deleted text out of memory, so that nobody who comes later reads it here.
    fn erase(&mut self, message: Seq) {
        for held in self.ring.iter_mut().filter(|held| held.tells(message)) {
            let erased = held.erased(self.room);
            self.weight = self.weight + erased.weight() - held.weight();
            *held = erased;
        }
    }

    fn first(&self) -> Option<Seq> {
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

#[cfg(test)]
mod tests {
    use super::super::encode::tests::{ANA, BO, ROOM, message, parse, said};
    use super::*;
    use crate::protocol::{Op, SpaceId};

    fn info(head: Seq, members: &[UserId]) -> Option<RoomInfo> {
        let (space, members) = (SpaceId::from_raw(1), members.to_vec());
        Some(RoomInfo { id: ROOM, space, head, head_at: 1000 + head, members })
    }

    fn awake(head: Seq) -> Tail {
        let mut tail = Tail::new(ROOM);
        assert!(tail.settle(info(head, &[ANA])));
        tail
    }

    fn publish(tail: &mut Tail, seqs: impl IntoIterator<Item = Seq>) {
        for seq in seqs {
            assert!(tail.apply(Encoded::new(ROOM, &message(seq))), "{seq} is next");
        }
    }

    fn seqs(pulled: &Pulled) -> (Seq, Vec<Seq>) {
        let Pulled::Frame { frame, upto, .. } = pulled else { panic!("no frame: {pulled:?}") };
        let batch = parse(frame);
        assert_eq!(batch.events.last().map(|event| event.seq), Some(*upto));
        (batch.after, batch.events.iter().map(|event| event.seq).collect())
    }

    #[test]
    fn a_reader_gets_everything_after_the_cursor_once() {
        let mut tail = awake(10);
        publish(&mut tail, 11..=13);
        assert_eq!(seqs(&tail.pull(ANA, 10)), (10, vec![11, 12, 13]));
        assert_eq!(seqs(&tail.pull(ANA, 12)), (12, vec![13]));
        assert_eq!(tail.pull(ANA, 13), Pulled::Nothing);
        assert_eq!(tail.pull(ANA, 99), Pulled::Nothing);
    }

    #[test]
    fn what_the_ring_has_no_more_is_read_from_the_store() {
        let mut tail = awake(10);
        assert_eq!(tail.pull(ANA, 8), Pulled::Read { after: 8, upto: 10 });
        publish(&mut tail, [11]);
        assert_eq!(tail.pull(ANA, 8), Pulled::Read { after: 8, upto: 11 });
        assert_eq!(seqs(&tail.pull(ANA, 10)), (10, vec![11]));
    }

    #[test]
    fn somebody_far_behind_skips_and_the_frame_says_so() {
        let mut tail = awake(0);
        publish(&mut tail, 1..=300);
        let (after, got) = seqs(&tail.pull(ANA, 0));
        assert_eq!((after, got[0]), (250, 251));
        assert_eq!(seqs(&tail.pull(ANA, 100)).0, 100, "200 behind is not far");
    }

    #[test]
    fn the_ring_is_bounded_in_events_and_in_bytes() {
        let mut tail = awake(0);
        publish(&mut tail, 1..=1000);
        assert_eq!((tail.ring.len(), tail.first()), (256, Some(745)));
        for seq in 1001..1200 {
            let long = said(seq, ANA, Op::said("가".repeat(8000)));
            assert!(tail.apply(Encoded::new(ROOM, &long)));
        }
        assert!(tail.weight <= RING_BYTES);
        let (_, got) = seqs(&tail.pull(ANA, 1190));
        assert_eq!(got, [1191], "one that is larger than a frame should be goes alone");
    }

    #[test]
    fn a_long_run_comes_in_several_frames_that_adjoin() {
        let mut tail = awake(0);
        publish(&mut tail, 1..=200);
        let (mut cursor, mut frames) = (0, 0);
        while let pulled @ Pulled::Frame { .. } = tail.pull(ANA, cursor) {
            let (after, got) = seqs(&pulled);
            assert_eq!((after, got[0]), (cursor, cursor + 1));
            let Pulled::Frame { frame, upto, more } = pulled else { panic!("a frame") };
            assert!(frame.len() <= FRAME_FILL + 200);
            assert_eq!(more, upto < 200);
            (cursor, frames) = (upto, frames + 1);
        }
        assert_eq!(cursor, 200);
        assert!(frames > 1);
    }

    #[test]
    fn nobody_reads_from_outside_their_membership() {
        let mut tail = awake(5);
        assert_eq!(tail.pull(BO, 5), Pulled::Gone);
        publish(&mut tail, [6]);
        assert!(tail.apply(Encoded::new(ROOM, &said(7, BO, Op::Join))));
        publish(&mut tail, [8]);
        assert_eq!(seqs(&tail.pull(BO, 0)), (6, vec![7, 8]));
        assert!(tail.apply(Encoded::new(ROOM, &said(9, BO, Op::Leave))));
        assert_eq!(tail.pull(BO, 8), Pulled::Gone);
        publish(&mut tail, [10]);
        assert!(tail.apply(Encoded::new(ROOM, &said(11, BO, Op::Join))));
        assert_eq!(seqs(&tail.pull(BO, 8)), (10, vec![11]), "not what was said while away");
    }

    #[test]
    fn what_is_published_while_the_room_wakes_is_not_lost() {
        let mut tail = Tail::new(ROOM);
        publish(&mut tail, [11]);
        assert!(tail.apply(Encoded::new(ROOM, &said(12, BO, Op::Join))));
        assert_eq!(tail.pull(ANA, 10), Pulled::Later);
        assert!(tail.settle(info(10, &[ANA])));
        assert_eq!(seqs(&tail.pull(ANA, 10)), (10, vec![11, 12]));
        assert_eq!(seqs(&tail.pull(BO, 10)), (11, vec![12]));
    }

    #[test]
    fn what_the_store_already_knew_is_not_taken_twice() {
        let mut tail = awake(12);
        publish(&mut tail, [11]);
        assert_eq!(tail.head(), 12);
        assert!(tail.apply(Encoded::new(ROOM, &said(12, ANA, Op::Leave))), "and does not undo what it said");
        assert_eq!(seqs(&tail.pull(ANA, 10)), (10, vec![11, 12]));
        publish(&mut tail, [13]);
        assert_eq!(tail.head(), 13);
    }

    #[test]
    fn a_missing_event_shuts_the_room_until_the_store_has_spoken() {
        let mut tail = awake(10);
        publish(&mut tail, [11]);
        assert!(!tail.apply(Encoded::new(ROOM, &message(14))));
        assert_eq!(tail.pull(ANA, 11), Pulled::Later);
        assert!(!tail.settle(info(12, &[ANA])), "older than what is held");
        assert!(tail.settle(info(14, &[BO])));
        assert_eq!(tail.pull(ANA, 11), Pulled::Gone);
        assert_eq!(tail.pull(BO, 11), Pulled::Read { after: 11, upto: 14 });
        assert_eq!(seqs(&tail.pull(BO, 13)), (13, vec![14]));
    }

    #[test]
    fn a_deleted_text_is_gone_from_memory() {
        let mut tail = awake(10);
        publish(&mut tail, 11..=12);
        let edit = Op::Edit { of: 11, text: "second thoughts".to_owned() };
        assert!(tail.apply(Encoded::new(ROOM, &said(13, ANA, edit))));
        assert!(tail.apply(Encoded::new(ROOM, &said(14, ANA, Op::Delete { of: 11 }))));
        let Pulled::Frame { frame, .. } = tail.pull(ANA, 10) else { panic!("a frame") };
        let ops: Vec<Op> = parse(&frame).events.into_iter().map(|event| event.op).collect();
        let untold = Op::Edit { of: 11, text: String::new() };
        assert_eq!([&ops[0], &ops[2], &ops[3]], [&Op::Gone, &untold, &Op::Delete { of: 11 }]);
        assert!(matches!(&ops[1], Op::Message { text, .. } if text == "line\n12"));
        assert_eq!(tail.weight, tail.ring.iter().map(Encoded::weight).sum::<usize>());
    }

    #[test]
    fn instants_are_known_of_what_is_held() {
        let mut tail = awake(10);
        publish(&mut tail, 11..=12);
        assert_eq!([10, 11, 12, 13].map(|seq| tail.instant(seq)), [None, Some(1011), Some(1012), None]);
        assert_eq!(awake(10).instant(10), Some(1010));
    }
}
