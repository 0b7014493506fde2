//! A room's confirmed events by seq, then the drafts that are still on their way; as rows to show.

use crate::protocol::{Failure, Millis, Nonce, Op, Seq, UserId};

/// A page of the timeline; keeps its id while it is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PageId(pub i32);

/// The reader's time zone: minutes east of UTC at an instant.
#[derive(Debug, Clone, Copy)]
pub struct Zone(pub fn(Millis) -> i32);

/// A day in the reader's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Day {
    /// Year.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 is Sunday.
    pub weekday: u8,
}

/// Names a row for as long as it is shown: a draft keeps its key when it becomes a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowKey {
    /// A message of one's own.
    Mine(Nonce),
    /// Anything else, by its (first) seq.
    Event(Seq),
    /// The line above the first row of a day, by that row's seq.
    Day(Seq),
}

/// One row of the timeline.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A line that says which day begins.
    Day {
        /// Its key.
        key: RowKey,
        /// The day.
        day: Day,
    },
    /// Comings, goings and changes, folded.
    Notice(Notice),
    /// Something that was said.
    Said(Said),
}

/// A run of joins, leaves and changes with nothing said between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Its key.
    pub key: RowKey,
    /// In order.
    pub lines: Vec<NoticeLine>,
}

/// One join, leave or change.
#[derive(Debug, Clone, PartialEq)]
pub struct NoticeLine {
    /// Who.
    pub name: String,
    /// When.
    pub at: Millis,
    /// What: never `Op::Message`.
    pub op: Op,
}

/// A message, or a draft on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// Its key.
    pub key: RowKey,
    /// Its place; `None` while it is on its way.
    pub seq: Option<Seq>,
    /// Who said it.
    pub by: UserId,
    /// What that person is called.
    pub name: String,
    /// Is that the reader?
    pub mine: bool,
    /// What was said.
    pub text: String,
    /// When: the server's instant, or the page's own while it is on its way.
    pub at: Millis,
    /// First of a run by one author within five minutes, with nothing between.
    pub head: bool,
    /// Last of such a run.
    pub tail: bool,
    /// Where it is.
    pub state: SaidState,
}

/// Where a message is on its way.
#[derive(Debug, Clone, PartialEq)]
pub enum SaidState {
    /// In the log.
    Sent,
    /// On its way.
    Pending,
    /// Refused for good: the text is kept.
    Failed(Failure),
    /// Deleted.
    Gone,
}
