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
    /// Pure: the same batches in any split end in the same log.
    pub fn apply(&mut self, batch: &Batch) -> Applied {
        match batch.fetch {
            Some(_) => self.apply_fetched(batch),
            None => self.apply_live(batch),
        }
    }

    fn apply_live(&mut self, batch: &Batch) -> Applied {
        let Some(cursor) = self.cursor else {
            self.from = batch.after;
            self.cursor = Some(last(batch).unwrap_or(Cursor { seq: batch.after, at: 0 }));
            return Applied { fresh: batch.events.iter().map(|e| e.seq).collect(), hole: None };
        };
        let fresh: Vec<Seq> = batch.events.iter().map(|e| e.seq).filter(|seq| *seq > cursor.seq).collect();
        if fresh.is_empty() {
            return Applied::default();
        }
        let hole = (batch.after > cursor.seq).then_some(Hole { after: cursor.seq, upto: batch.after });
        self.holes.extend(hole);
        self.cursor = last(batch);
        Applied { fresh, hole }
    }

    fn apply_fetched(&mut self, batch: &Batch) -> Applied {
        let Some(upto) = batch.events.last().map(|e| e.seq) else {
            return Applied::default();
        };
        let head = self.cursor.map_or(0, |cursor| cursor.seq);
        let fresh =
            batch.events.iter().map(|e| e.seq).filter(|seq| *seq <= head && !self.holds(*seq)).collect();
        self.fill(batch.after, upto);
        if upto >= self.from {
            self.from = self.from.min(batch.after);
        }
        Applied { fresh, hole: None }
    }

    /// Is this seq held?
    pub fn holds(&self, seq: Seq) -> bool {
        let head = self.cursor.map_or(0, |cursor| cursor.seq);
        seq > self.from && seq <= head && !self.holes.iter().any(|hole| seq > hole.after && seq <= hole.upto)
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
