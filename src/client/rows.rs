//! What is shown of a room: rows, grouped and folded, from events and drafts.

use super::{
    amended::{Reacted, Told},
    day::{Day, Zone},
    outbox::{Entry, Stage},
    quotes::Quote,
    timeline::Timeline,
};
use crate::protocol::{Event, Failure, Log, Millis, Nonce, Op, Seq, User, UserId};

/// Messages of one author closer than this belong together.
const GROUP_SPAN: Millis = 5 * 60 * 1000;

/// Names a row for as long as it is shown: a draft keeps its key when it becomes a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowKey {
    /// A message of one's own.
    Mine(Nonce),
    /// Anything else, by its (first) seq.
    Event(Seq),
    /// The line above the first row of a day, by that row's seq.
    Day(Seq),
    /// The line above what is new, by the seq of the first of it.
    New(Seq),
}

impl RowKey {
    /// Of the message that an event is.
    pub(super) fn of(event: &Event) -> Self {
        event.nonce.map_or(Self::Event(event.seq), Self::Mine)
    }
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
    /// The line above what is new since the reader left.
    New(RowKey),
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
    /// The number of that person's picture; 0 when there is none.
    pub face: u32,
    /// Is that the reader?
    pub mine: bool,
    /// What was said.
    pub text: String,
    /// What it answers.
    pub quote: Option<Box<Quote>>,
    /// When: the server's instant, or the page's own while it is on its way.
    pub at: Millis,
    /// First of a run by one author within five minutes, with nothing between.
    pub head: bool,
    /// Last of such a run.
    pub tail: bool,
    /// When its text was last changed.
    pub edited: Option<Millis>,
    /// What stands under it.
    pub reactions: Vec<Reacted>,
    /// The newest change of it that was refused.
    pub refused: Option<Box<Refusal>>,
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
    /// In the log; another text of it is on its way, and shown already.
    Changing,
    /// In the log; it will be deleted.
    Going,
    /// In the log; it will be deleted soon, unless the reader takes that back. By the draft's nonce.
    Leaving(Nonce),
    /// Deleted.
    Gone,
}

/// A change of a message that was refused for good.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// Names it.
    pub nonce: Nonce,
    /// What was to be done; an edit keeps its text here.
    pub op: Op,
    /// Why it was not.
    pub failure: Failure,
}

impl Row {
    /// Its name among the rows of its room.
    pub fn key(&self) -> RowKey {
        match self {
            Self::New(key)
            | Self::Day { key, .. }
            | Self::Notice(Notice { key, .. })
            | Self::Said(Said { key, .. }) => *key,
        }
    }
}

/// Something that is shown: an event that has its place, or a draft that has none yet.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item<'a> {
    /// In the log.
    Event(&'a Event),
    /// On its way.
    Draft(&'a Entry),
}

impl Item<'_> {
    fn seq(&self) -> Option<Seq> {
        match self {
            Self::Event(event) => Some(event.seq),
            Self::Draft(_) => None,
        }
    }

    fn at(&self) -> Millis {
        match self {
            Self::Event(event) => event.at,
            Self::Draft(entry) => entry.at,
        }
    }

    fn is_said(&self) -> bool {
        match self {
            Self::Event(event) => matches!(event.op, Op::Message { .. } | Op::Gone),
            Self::Draft(_) => true,
        }
    }
}

/// Is there anything to show of this event? What is not known yet has its place and nothing else.
pub(super) fn is_visible(event: &Event) -> bool {
    event.op != Op::Unknown && event.op.of().is_none()
}

/// Everything that rows depend on beside the items themselves.
pub(super) struct View<'a> {
    /// The reader.
    pub(super) me: Option<&'a User>,
    /// The reader's time zone.
    pub(super) zone: Zone,
    /// Knows what is missing: nothing is grouped over a hole.
    pub(super) log: &'a Log,
    /// Knows what became of each message.
    pub(super) timeline: &'a Timeline,
    /// Changes of messages that are on their way.
    pub(super) acts: &'a [Entry],
    /// The first message that is new.
    pub(super) line: Option<Seq>,
}

impl View<'_> {
    /// The rows of `items`, which stand between two neighbours of other pages.
    pub(super) fn rows(&self, before: Option<Item>, items: &[Item], behind: Option<Item>) -> Vec<Row> {
        let mut rows = Vec::with_capacity(items.len() + 1);
        for (place, item) in items.iter().enumerate() {
            let before = if place == 0 { before } else { Some(items[place - 1]) };
            let behind = items.get(place + 1).copied().or(behind);
            if let Item::Event(event) = item {
                rows.extend(self.day_row(before, event));
                if self.line == Some(event.seq) {
                    rows.push(Row::New(RowKey::New(event.seq)));
                }
            }
            if item.is_said() {
                let head = !before.is_some_and(|before| self.is_close(before, *item));
                let tail = !behind.is_some_and(|behind| self.is_close(*item, behind));
                rows.push(Row::Said(Said { head, tail, ..self.said(item) }));
            } else if let Item::Event(event) = item {
                self.fold(&mut rows, before, event);
            }
        }
        rows
    }

    fn day_row(&self, before: Option<Item>, event: &Event) -> Option<Row> {
        let day = self.zone.day(event.at);
        let is_new = before.is_none_or(|before| self.zone.day(before.at()) != day);
        is_new.then_some(Row::Day { key: RowKey::Day(event.seq), day })
    }

    /// Adds a join, leave or change to the run that is already there, or starts one.
    fn fold(&self, rows: &mut Vec<Row>, before: Option<Item>, event: &Event) {
        let line = NoticeLine { name: event.name.clone(), at: event.at, op: event.op.clone() };
        let adjoins = before.and_then(|item| item.seq()).is_some_and(|seq| self.log.adjoin(seq, event.seq));
        match rows.last_mut() {
            Some(Row::Notice(notice)) if adjoins => notice.lines.push(line),
            _ => rows.push(Row::Notice(Notice { key: RowKey::Event(event.seq), lines: vec![line] })),
        }
    }

    /// Said by one person within five minutes, on one day, with nothing between.
    fn is_close(&self, earlier: Item, later: Item) -> bool {
        let adjoin = match (earlier.seq(), later.seq()) {
            (Some(earlier), Some(later)) => self.log.adjoin(earlier, later),
            _ => true,
        };
        earlier.is_said()
            && later.is_said()
            && (self.line.is_none() || later.seq() != self.line)
            && self.author(&earlier) == self.author(&later)
            && earlier.at().abs_diff(later.at()) <= GROUP_SPAN
            && self.zone.day(earlier.at()) == self.zone.day(later.at())
            && adjoin
    }

    fn author(&self, item: &Item) -> Option<UserId> {
        match item {
            Item::Event(event) => Some(event.by),
            Item::Draft(_) => self.me.map(|me| me.id),
        }
    }

    fn said(&self, item: &Item) -> Said {
        match item {
            Item::Event(event) => self.said_event(event),
            Item::Draft(entry) => self.said_draft(entry),
        }
    }

    fn said_event(&self, event: &Event) -> Said {
        let mut told = self.timeline.told(event);
        let (mut state, mut refused) = (SaidState::Sent, None);
        for entry in self.acts.iter().filter(|entry| entry.draft.op.of() == Some(event.seq)) {
            let op = &entry.draft.op;
            match (&entry.stage, op) {
                (Stage::Refused(failure), _) => {
                    let nonce = entry.draft.nonce;
                    refused = Some(Box::new(Refusal { nonce, op: op.clone(), failure: failure.clone() }));
                }
                (Stage::Held(_), Op::Delete { .. }) => state = SaidState::Leaving(entry.draft.nonce),
                // It shows what it will be; only that it is deleted is shown when it is so.
                (_, Op::Delete { .. }) => state = SaidState::Going,
                (_, Op::Edit { .. }) if state == SaidState::Sent => {
                    self.expect(&mut told, entry);
                    state = SaidState::Changing;
                }
                _ => self.expect(&mut told, entry),
            }
        }
        let reactions = told.reacted(self.me.map(|me| me.id));
        if told.text.is_none() {
            state = SaidState::Gone;
        }
        Said {
            key: RowKey::of(event),
            seq: Some(event.seq),
            by: event.by,
            name: event.name.clone(),
            face: event.face,
            mine: self.me.is_some_and(|me| me.id == event.by),
            text: told.text.unwrap_or_default(),
            quote: self.quote(&event.op),
            at: event.at,
            head: true,
            tail: true,
            edited: told.edited,
            reactions,
            refused,
            state,
        }
    }

    fn quote(&self, op: &Op) -> Option<Box<Quote>> {
        op.answers().map(|of| Box::new(self.timeline.quote(of)))
    }

    /// Shows a change of the reader's own as if it were in the log.
    fn expect(&self, told: &mut Told, entry: &Entry) {
        if let Some(me) = self.me {
            told.amend(&entry.draft.op, me.id, me.shown(), entry.at);
        }
    }

    fn said_draft(&self, entry: &Entry) -> Said {
        Said {
            key: RowKey::Mine(entry.draft.nonce),
            seq: None,
            by: self.me.map_or(UserId::from_raw(0), |me| me.id),
            name: self.me.map(|me| me.shown().to_owned()).unwrap_or_default(),
            face: self.me.map_or(0, |me| me.face),
            mine: true,
            text: entry.text().to_owned(),
            quote: self.quote(&entry.draft.op),
            at: entry.at,
            head: true,
            tail: true,
            edited: None,
            reactions: Vec::new(),
            refused: None,
            state: match &entry.stage {
                Stage::Refused(failure) => SaidState::Failed(failure.clone()),
                Stage::Waiting(_) | Stage::Held(_) | Stage::InFlight | Stage::Taken(_) => SaidState::Pending,
            },
        }
    }
}
