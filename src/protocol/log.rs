//! How a client follows a room's log: one cursor, explicit holes, one rule to apply a batch.

use super::{Batch, Millis, Seq};
use serde::{Deserialize, Serialize};

/// Everything up to `seq` is held, from some point on. `at` is that event's instant, by which the
/// server sees whether it still has the same log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(Seq, Millis)", into = "(Seq, Millis)")]
pub struct Cursor {
    /// The newest event that was applied.
    pub seq: Seq,
    /// When the server took it.
    pub at: Millis,
}

impl From<(Seq, Millis)> for Cursor {
    fn from((seq, at): (Seq, Millis)) -> Self {
        Self { seq, at }
    }
}

impl From<Cursor> for (Seq, Millis) {
    fn from(cursor: Cursor) -> Self {
        (cursor.seq, cursor.at)
    }
}

/// Seqs known to be missing: after `after`, up to and with `upto`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    /// The last seq before the hole.
    pub after: Seq,
    /// The last seq in it.
    pub upto: Seq,
}

/// What is held of a room's log: `from < seq <= cursor.seq`, less the holes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log {
    /// `None` until the first batch.
    pub cursor: Option<Cursor>,
    /// Ascending, disjoint.
    pub holes: Vec<Hole>,
    /// Nothing at or below this seq is held yet; history starts above it.
    pub from: Seq,
}

/// What a batch brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// Seqs that were not held before, ascending: show these events.
    pub fresh: Vec<Seq>,
    /// A hole that this batch left behind it.
    pub hole: Option<Hole>,
}

impl Log {
    /// Applies one batch, whatever came before it: live, resumed, repeated, overlapping or fetched.
    ///
    /// Pure: the same batches in any split end in the same log. A fetched batch never moves the
    /// cursor; a batch without events says nothing.
    pub fn apply(&mut self, batch: &Batch) -> Applied {
        let Some(newest) = last(batch) else {
            return Applied::default();
        };
        let Some(cursor) = self.cursor else {
            return self.begin(batch, newest);
        };
        let is_live = batch.fetch.is_none();
        if self.is_detached() && batch.after > self.end() {
            return self.pass(newest, is_live);
        }
        let upto = if is_live { newest.seq } else { newest.seq.min(cursor.seq) };
        let adjoins = upto >= self.from;
        let fresh = batch.events.iter().map(|event| event.seq);
        let fresh = fresh.filter(|seq| *seq <= upto && !self.holds(*seq) && (adjoins || *seq > self.from));
        let fresh: Vec<Seq> = fresh.collect();
        self.fill(batch.after, upto);
        if adjoins {
            self.from = self.from.min(batch.after);
        }
        if newest.seq <= cursor.seq || !is_live {
            return Applied { fresh, hole: None };
        }
        let hole = (batch.after > cursor.seq).then_some(Hole { after: cursor.seq, upto: batch.after });
        self.holes.extend(hole);
        self.cursor = Some(newest);
        Applied { fresh, hole }
    }

    fn begin(&mut self, batch: &Batch, newest: Cursor) -> Applied {
        if batch.fetch.is_some() {
            return Applied::default();
        }
        self.from = batch.after;
        self.cursor = Some(newest);
        Applied { fresh: batch.events.iter().map(|event| event.seq).collect(), hole: None }
    }

    /// What does not adjoin the end is not taken while one is detached; where the log ends is known all the same.
    fn pass(&mut self, newest: Cursor, is_live: bool) -> Applied {
        if is_live
            && let Some(cursor) = self.cursor.as_mut().filter(|cursor| cursor.seq < newest.seq)
            && let Some(tail) = self.holes.last_mut()
        {
            *cursor = newest;
            tail.upto = newest.seq;
        }
        Applied::default()
    }

    /// The newest seq that is held: the cursor's, unless the newest were let go.
    pub fn end(&self) -> Seq {
        let head = self.cursor.map_or(0, |cursor| cursor.seq);
        self.holes.last().filter(|hole| hole.upto == head).map_or(head, |tail| tail.after)
    }

    /// Were the newest let go? They are a hole that reaches up to the cursor.
    pub fn is_detached(&self) -> bool {
        self.cursor.is_some_and(|cursor| cursor.seq > self.end())
    }

    /// Lets go of everything above `seq`. The cursor stays: it says what was told, not what is held.
    pub fn let_go_above(&mut self, seq: Seq) {
        let seq = seq.max(self.from);
        if let Some(cursor) = self.cursor.filter(|cursor| cursor.seq > seq) {
            self.holes.retain(|hole| hole.after < seq);
            if let Some(hole) = self.holes.last_mut().filter(|hole| hole.upto >= seq) {
                hole.upto = cursor.seq;
            } else {
                self.holes.push(Hole { after: seq, upto: cursor.seq });
            }
        }
    }

    /// Lets go of everything, to begin anew above `seq`. The cursor stays.
    pub fn begin_above(&mut self, seq: Seq) {
        self.holes.clear();
        self.from = seq.min(self.cursor.map_or(seq, |cursor| cursor.seq));
        self.let_go_above(self.from);
    }

    /// Is this seq held?
    pub fn holds(&self, seq: Seq) -> bool {
        let head = self.cursor.map_or(0, |cursor| cursor.seq);
        seq > self.from && seq <= head && !self.holes.iter().any(|hole| seq > hole.after && seq <= hole.upto)
    }

    /// Is everything between these two held?
    pub fn adjoin(&self, earlier: Seq, later: Seq) -> bool {
        !self.holes.iter().any(|hole| hole.after >= earlier && hole.upto < later)
    }

    /// Lets go of everything up to and with `seq`: history then starts above it.
    pub fn forget_through(&mut self, seq: Seq) {
        self.from = self.from.max(seq);
        self.holes.retain(|hole| hole.upto > seq);
        if let Some(hole) = self.holes.first_mut() {
            hole.after = hole.after.max(seq);
        }
    }

    fn fill(&mut self, after: Seq, upto: Seq) {
        let holes = std::mem::take(&mut self.holes);
        for hole in holes {
            let before = Hole { after: hole.after, upto: hole.upto.min(after) };
            let behind = Hole { after: hole.after.max(upto), upto: hole.upto };
            self.holes.extend([before, behind].into_iter().filter(|part| part.after < part.upto));
        }
    }
}

fn last(batch: &Batch) -> Option<Cursor> {
    batch.events.last().map(|event| Cursor { seq: event.seq, at: event.at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Event, Op, RoomId, UserId};
    use proptest::prelude::*;

    fn batch(seqs: std::ops::RangeInclusive<Seq>) -> Batch {
        let event = |seq| Event {
            seq,
            at: seq * 1000,
            by: UserId::from_raw(1),
            name: "ann".to_owned(),
            face: 0,
            nonce: None,
            op: Op::Join,
            amended: None,
        };
        Batch {
            room: RoomId::from_raw(1),
            after: seqs.start() - 1,
            fetch: None,
            events: seqs.map(event).collect(),
        }
    }

    fn fetched(seqs: std::ops::RangeInclusive<Seq>) -> Batch {
        Batch { fetch: Some(1), ..batch(seqs) }
    }

    #[test]
    fn the_first_batch_says_where_history_starts() {
        let mut log = Log::default();
        assert_eq!(log.apply(&batch(51..=60)).fresh.len(), 10);
        assert_eq!((log.from, log.cursor), (50, Some(Cursor { seq: 60, at: 60_000 })));
        assert!(!log.holds(50) && log.holds(51) && log.holds(60) && !log.holds(61));
    }

    #[test]
    fn a_repeated_batch_brings_nothing_and_an_overlapping_one_what_is_new() {
        let mut log = Log::default();
        log.apply(&batch(1..=10));
        assert_eq!(log.apply(&batch(1..=10)), Applied::default());
        assert_eq!(log.apply(&batch(8..=12)), Applied { fresh: vec![11, 12], hole: None });
    }

    #[test]
    fn a_batch_that_does_not_adjoin_leaves_a_hole_which_fetches_close() {
        let mut log = Log::default();
        log.apply(&batch(1..=10));
        let applied = log.apply(&batch(21..=22));
        assert_eq!(applied.hole, Some(Hole { after: 10, upto: 20 }));
        assert!(!log.adjoin(10, 21) && log.adjoin(1, 10));
        assert_eq!(log.apply(&fetched(14..=16)).fresh, [14, 15, 16]);
        assert_eq!(log.holes, [Hole { after: 10, upto: 13 }, Hole { after: 16, upto: 20 }]);
        assert_eq!(log.apply(&fetched(11..=20)).fresh, [11, 12, 13, 17, 18, 19, 20]);
        assert_eq!(log.holes, []);
    }

    #[test]
    fn a_fetched_batch_never_moves_the_cursor() {
        let mut log = Log::default();
        assert_eq!(log.apply(&fetched(1..=5)), Applied::default());
        assert_eq!(log.cursor, None);
        log.apply(&batch(11..=12));
        assert_eq!(log.apply(&fetched(9..=15)).fresh, [9, 10]);
        assert_eq!((log.from, log.cursor.map(|cursor| cursor.seq)), (8, Some(12)));
    }

    #[test]
    fn history_that_does_not_adjoin_is_not_taken() {
        let mut log = Log::default();
        log.apply(&batch(100..=110));
        assert_eq!(log.apply(&fetched(10..=20)), Applied::default());
        assert_eq!(log.from, 99);
    }

    #[test]
    fn a_batch_without_events_says_nothing() {
        let mut log = Log::default();
        let empty = Batch { after: 7, events: Vec::new(), ..batch(1..=1) };
        log.apply(&empty);
        assert_eq!(log, Log::default());
    }

    #[test]
    fn what_was_let_go_at_the_end_comes_back_by_fetches_alone() {
        let mut log = Log::default();
        log.apply(&batch(1..=30));
        log.let_go_above(20);
        assert_eq!((log.end(), log.is_detached(), log.holds(21)), (20, true, false));
        assert_eq!(log.apply(&batch(31..=32)), Applied::default());
        assert_eq!((log.end(), log.cursor.map(|cursor| cursor.seq)), (20, Some(32)), "it is known, not held");
        assert_eq!(log.apply(&fetched(25..=26)), Applied::default(), "it does not adjoin");
        assert_eq!(log.apply(&fetched(20..=25)).fresh, [21, 22, 23, 24, 25]);
        assert_eq!(log.apply(&fetched(26..=32)).fresh.len(), 7);
        assert_eq!((log.end(), log.is_detached(), log.holes.as_slice()), (32, false, &[][..]));
        log.begin_above(10);
        assert_eq!((log.from, log.end()), (10, 10));
        assert_eq!(log.apply(&fetched(11..=12)).fresh, [11, 12]);
        assert_eq!(log.apply(&fetched(9..=10)).fresh, [9, 10]);
        assert_eq!((log.from, log.end()), (8, 12));
    }

    #[test]
    fn a_hole_at_the_border_of_what_was_let_go_is_part_of_it() {
        let mut log = Log::default();
        log.apply(&batch(1..=10));
        log.apply(&batch(21..=30));
        log.let_go_above(15);
        assert_eq!((log.end(), log.holes.clone()), (10, vec![Hole { after: 10, upto: 30 }]));
    }

    #[test]
    fn what_was_forgotten_is_below_the_start() {
        let mut log = Log::default();
        log.apply(&batch(1..=10));
        log.apply(&batch(21..=30));
        log.forget_through(15);
        assert_eq!((log.from, log.holes.clone()), (15, vec![Hole { after: 15, upto: 20 }]));
        log.forget_through(20);
        assert_eq!((log.from, log.holes.clone()), (20, vec![]));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn any_split_with_repeats_ends_in_the_same_log(cuts in prop::collection::vec((1u64..60, 0u64..8), 1..20)) {
            let mut whole = Log::default();
            whole.apply(&batch(1..=60));
            let mut log = Log::default();
            let mut shown = std::collections::BTreeSet::new();
            let mut runs: Vec<_> = cuts.iter().map(|(start, more)| batch(*start..=(start + more).min(60))).collect();
            runs.push(batch(60..=60));
            runs.push(fetched(1..=30));
            runs.push(fetched(31..=60));
            runs.push(fetched(1..=30));
            for run in &runs {
                for seq in log.apply(run).fresh {
                    prop_assert!(shown.insert(seq), "{seq} was shown twice");
                }
                for seq in 1..=60 {
                    prop_assert_eq!(log.holds(seq), shown.contains(&seq), "{}", seq);
                }
            }
            prop_assert_eq!(log, whole);
        }
    }
}
