//! What happened, as the devices saw it: every operation invoked, ok, unknown or refused, and every batch.

use maru::protocol::{Ack, Draft, Failure, Nonce, RoomId, Seq};
use std::{
    fmt::Write,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// One thing that a device did or saw.
#[derive(Debug, Clone)]
pub struct Record {
    /// Since the checker began.
    pub at: Duration,
    /// Which device.
    pub device: usize,
    /// Whose.
    pub user: usize,
    /// What.
    pub what: What,
}

/// What a device did or saw.
#[derive(Debug, Clone)]
pub enum What {
    /// A draft was put into the outbox.
    Invoked(Draft),
    /// It went out; how often so far.
    Sent { nonce: Nonce, room: RoomId },
    /// It was acknowledged.
    Acked(Ack),
    /// It was refused, for good or not.
    Refused { nonce: Nonce, room: RoomId, failure: Failure },
    /// Events came: after `after`, up to `upto`.
    Heard { room: RoomId, after: Seq, upto: Seq, is_live: bool },
    /// A call to join or leave began. They alternate for each person and room.
    Moving { room: RoomId, is_in: bool },
    /// The server said that the room's log is another one.
    Reset { room: RoomId },
    /// A read marker was heard.
    Read { room: RoomId, seq: Seq },
    /// A connection stands, or is gone.
    Linked(bool),
    /// All that was said before a certain moment was heard.
    Fenced,
    /// The tab was killed and opened again: what it showed is forgotten, its outbox is not.
    Reopened,
    /// A fault began.
    Fault(String),
}

impl What {
    fn room(&self) -> Option<RoomId> {
        match self {
            Self::Invoked(draft) => Some(draft.room),
            Self::Acked(ack) => Some(ack.room),
            Self::Sent { room, .. }
            | Self::Refused { room, .. }
            | Self::Heard { room, .. }
            | Self::Moving { room, .. }
            | Self::Reset { room }
            | Self::Read { room, .. } => Some(*room),
            Self::Linked(_) | Self::Fenced | Self::Reopened | Self::Fault(_) => None,
        }
    }

    fn nonce(&self) -> Option<Nonce> {
        match self {
            Self::Invoked(draft) => Some(draft.nonce),
            Self::Acked(ack) => Some(ack.nonce),
            Self::Sent { nonce, .. } | Self::Refused { nonce, .. } => Some(*nonce),
            _ => None,
        }
    }

    /// Does it concern this event?
    fn touches(&self, clue: &Clue) -> bool {
        let is_nonce = clue.nonce.is_some() && self.nonce() == clue.nonce;
        let is_place = match (self, clue.seq) {
            (Self::Heard { after, upto, .. }, Some(seq)) => *after < seq && seq <= *upto,
            (Self::Acked(ack), Some(seq)) => ack.seq == seq,
            (Self::Moving { .. } | Self::Reset { .. }, _) => true,
            (Self::Read { .. }, None) => clue.nonce.is_none(),
            _ => false,
        };
        is_nonce || (is_place && self.room() == clue.room) || matches!(self, Self::Fault(_))
    }
}

/// What a violation is about.
#[derive(Debug, Clone, Default)]
pub struct Clue {
    /// Which room.
    pub room: Option<RoomId>,
    /// Which draft.
    pub nonce: Option<Nonce>,
    /// Which place.
    pub seq: Option<Seq>,
}

/// A promise that was broken.
#[derive(Debug, Clone)]
pub struct Violation {
    /// Which invariant (docs/delivery.md).
    pub rule: &'static str,
    /// How it was broken.
    pub text: String,
    /// What it is about.
    pub clue: Clue,
}

/// The most lines of history that are shown with a violation.
const LINES: usize = 60;

/// All that happened, in the order in which it was noted.
pub struct History {
    began: Instant,
    records: Mutex<Vec<Record>>,
    seen: Mutex<Vec<Violation>>,
    acked: AtomicUsize,
    progress: watch::Sender<u64>,
}

impl History {
    /// Nothing yet.
    pub fn new() -> Self {
        let (records, seen) = (Mutex::default(), Mutex::default());
        Self {
            began: Instant::now(),
            records,
            seen,
            acked: AtomicUsize::new(0),
            progress: watch::Sender::new(0),
        }
    }

    /// Notes something; the instant is that of the note.
    pub fn note(&self, device: usize, user: usize, what: What) {
        if matches!(what, What::Acked(_)) {
            self.acked.fetch_add(1, Ordering::Relaxed);
        }
        let mut records = self.records.lock().expect("nobody panics with it");
        records.push(Record { at: self.began.elapsed(), device, user, what });
        drop(records);
        self.progress.send_modify(|count| *count += 1);
    }

    /// Notes that a fault begins.
    pub fn fault(&self, what: impl Into<String>) {
        self.note(usize::MAX, usize::MAX, What::Fault(what.into()));
    }

    /// A device saw for itself that a promise was broken.
    pub fn violate(&self, violation: Violation) {
        self.seen.lock().expect("nobody panics with it").push(violation);
    }

    /// What devices saw for themselves.
    pub fn seen(&self) -> Vec<Violation> {
        self.seen.lock().expect("nobody panics with it").clone()
    }

    /// Everything so far.
    pub fn records(&self) -> Vec<Record> {
        self.records.lock().expect("nobody panics with it").clone()
    }

    /// How much was noted, as it grows.
    pub fn progress(&self) -> watch::Receiver<u64> {
        self.progress.subscribe()
    }

    /// How many drafts were acknowledged.
    pub fn acked(&self) -> usize {
        self.acked.load(Ordering::Relaxed)
    }

    /// Counts what is such.
    pub fn count(&self, is_such: impl Fn(&What) -> bool) -> usize {
        let records = self.records.lock().expect("nobody panics with it");
        records.iter().filter(|record| is_such(&record.what)).count()
    }

    /// A violation and the history around it.
    pub fn tell(&self, violation: &Violation) -> String {
        let Violation { rule, text, clue } = violation;
        let mut told = format!("{rule}: {text}\n");
        let records = self.records.lock().expect("nobody panics with it");
        let concerned: Vec<&Record> = records.iter().filter(|record| record.what.touches(clue)).collect();
        let skipped = concerned.len().saturating_sub(LINES);
        for record in concerned.iter().skip(skipped) {
            let Record { at, device, user, what } = record;
            let at = at.as_secs_f64();
            let _ = match what {
                What::Fault(fault) => writeln!(told, "  {at:9.3}          {fault}"),
                What::Read { seq, .. } => {
                    writeln!(told, "  {at:9.3} u{user} d{device} is told that {seq} is read")
                }
                What::Moving { is_in, .. } => {
                    writeln!(told, "  {at:9.3} u{user} {}", if *is_in { "joins" } else { "leaves" })
                }
                what => writeln!(told, "  {at:9.3} u{user} d{device} {what:?}"),
            };
        }
        told
    }
}
