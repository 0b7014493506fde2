//! A room's confirmed events by seq, then the drafts that are still on their way; in pages of rows.

use super::{
    amended::{Amends, Told, is_end},
    day::Zone,
    outbox::Entry,
    quotes::Quotes,
    rows::{Item, Row, RowKey, View, is_visible},
    stand::Stand,
};
use crate::protocol::{Batch, Cursor, Event, Hole, Log, Nonce, Op, Seq, User, UserId};
use std::sync::Arc;

/// The last page takes events until it has this many.
const PAGE_FULL: usize = 25;
/// A larger hole is not filled: what is below it is let go, and comes back as older history.
const HOLE_LIMIT: Seq = 200;

/// A page of the timeline; keeps its id while it is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PageId(pub i32);

/// A run of events that is shown as one block, so that older history is one block put before.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) id: PageId,
    /// It has the events above this seq, up to where the next page starts.
    pub(super) after: Seq,
    /// How many events were put in here one after the other.
    len: usize,
    /// Another number for other rows.
    pub(super) revision: u32,
    /// The rows as last computed, and for which zone.
    pub(super) rows: Option<(usize, Arc<Vec<Row>>)>,
}

/// What a batch brought to a timeline.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Brought {
    /// Newly held events, ascending.
    pub(super) fresh: Vec<Seq>,
    /// One's own nonces among them.
    pub(super) nonces: Vec<Nonce>,
}

/// What is held of one room.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    pub(super) log: Log,
    /// By seq.
    pub(super) events: Vec<Event>,
    /// Which of them are about which.
    pub(super) amends: Amends,
    /// What is quoted by them.
    pub(super) quotes: Quotes,
    pub(super) pages: Vec<Page>,
    /// Where in them the reader is.
    pub(super) stand: Stand,
    /// Messages on their way.
    drafts: Vec<Entry>,
    /// Changes of messages on their way.
    acts: Vec<Entry>,
    pub(super) me: Option<User>,
    /// Counts every change, so that no two states of a page have one number.
    pub(super) revision: u32,
    ids_used: (i32, i32),
    pub(super) is_exhausted: bool,
}

impl Timeline {
    /// Applies a batch from anywhere.
    pub(super) fn apply(&mut self, batch: &Batch) -> Brought {
        let was = self.log.cursor.map(|cursor| cursor.seq);
        let (old_end, was_detached) = (self.log.end(), self.log.is_detached());
        let is_back = self.stand.is_back();
        let mut old_from = self.log.from;
        let held_from = old_from;
        let applied = self.log.apply(batch);
        if batch.fetch.is_none() {
            self.stand.is_adrift &= was >= self.cursor().map(|cursor| cursor.seq);
        }
        if was.is_none() {
            old_from = self.log.from;
            if let Some(page) = self.pages.first_mut() {
                page.after = old_from;
            }
        }
        if let Some(hole) = applied.hole.filter(|hole| hole.upto - hole.after > HOLE_LIMIT) {
            if is_back {
                // Whoever reads further up stays there; what came is brought when they come down to it.
                self.log.let_go_above(hole.after);
            } else {
                self.forget_through(hole.upto);
                old_from = hole.upto;
            }
        }
        self.note_missed(batch, was);
        let old_end = if was.is_some() { old_end } else { old_from };
        let mut brought = Brought::default();
        for event in &batch.events {
            let is_fresh = applied.fresh.binary_search(&event.seq).is_ok();
            if is_fresh && self.log.holds(event.seq) {
                brought.nonces.extend(event.nonce);
                brought.fresh.push(event.seq);
                self.place(event, old_from, old_end);
                self.events.insert(self.place_after(event.seq), event.clone());
                self.relate(event.seq, event.op.of());
            } else if batch.fetch.is_none() && !self.log.holds(event.seq) {
                brought.nonces.extend(event.nonce);
                self.hear(event);
            }
        }
        if was_detached != self.log.is_detached() {
            self.touch_tail();
        }
        if was.is_some() && self.log.from < held_from {
            self.look_up();
        }
        self.find_line();
        self.trim();
        brought
    }

    /// Brings a new event together with those that it is about, or that are about it.
    pub(super) fn relate(&mut self, seq: Seq, of: Option<Seq>) {
        if let Some(of) = of {
            self.amends.note(of, seq);
            self.touch_message(of);
        }
        let message = of.unwrap_or(seq);
        self.relate_answers(seq, message);
        let is_gone = self.find(message).is_some_and(|event| event.op == Op::Gone);
        let about: Vec<Seq> = self.amends.about(message).collect();
        if is_gone || about.iter().any(|seq| self.find(*seq).is_some_and(|event| is_end(&event.op))) {
            self.erase(message, &about);
        }
    }

    /// A deleted message leaves nothing behind of what it said, neither as it was first nor later.
    pub(super) fn erase(&mut self, message: Seq, about: &[Seq]) {
        for seq in about {
            if let Some(Op::Edit { text, .. }) = self.find_mut(*seq).map(|event| &mut event.op) {
                *text = String::new();
            }
        }
        if let Some(event) = self.find_mut(message)
            && matches!(event.op, Op::Message { .. })
        {
            event.op = Op::Gone;
            event.amended = None;
        }
        self.quotes.erase(message);
    }

    /// Who did the newest events, and what they are called.
    pub(super) fn authors(&self, limit: usize) -> impl Iterator<Item = (&str, UserId)> {
        self.events.iter().rev().take(limit).map(|event| (event.name.as_str(), event.by))
    }

    pub(super) fn find(&self, seq: Seq) -> Option<&Event> {
        self.events.get(self.place_after(seq).checked_sub(1)?).filter(|event| event.seq == seq)
    }

    pub(super) fn find_mut(&mut self, seq: Seq) -> Option<&mut Event> {
        let place = self.place_after(seq).checked_sub(1)?;
        self.events.get_mut(place).filter(|event| event.seq == seq)
    }

    /// A message after all that is held about it.
    pub(super) fn told(&self, event: &Event) -> Told {
        let mut told = Told::by(event);
        self.amends.about(event.seq).filter_map(|seq| self.find(seq)).for_each(|event| told.fold(event));
        told
    }

    /// The newest message of a person that still stands.
    pub(super) fn newest_by(&self, who: UserId) -> Option<RowKey> {
        let is_said = |event: &&Event| event.by == who && matches!(event.op, Op::Message { .. });
        self.events.iter().rev().find(is_said).map(RowKey::of)
    }

    /// The newest message that is held, and whose it is.
    pub(super) fn newest_said(&self) -> Option<(Seq, UserId)> {
        let mut said = self.events.iter().rev().filter(|event| matches!(event.op, Op::Message { .. }));
        said.next().map(|event| (event.seq, event.by))
    }

    /// Finds the page for an event that is about to be held.
    fn place(&mut self, event: &Event, old_from: Seq, old_head: Seq) {
        let seq = event.seq;
        if seq <= old_from {
            if self.pages.first().is_none_or(|page| page.after >= old_from) {
                self.ids_used.0 -= 1;
                self.pages.insert(0, Page::new(PageId(self.ids_used.0), self.log.from));
            }
            self.pages[0].len += 1;
            self.touch_around(0);
        } else if seq <= old_head {
            let place = self.pages.partition_point(|page| page.after < seq).saturating_sub(1);
            self.touch_around(place);
        } else {
            // A draft keeps its page when it becomes a message; one that stays a draft may not hold up the others.
            let most = if self.drafts.is_empty() { PAGE_FULL } else { 2 * PAGE_FULL };
            let is_full = self.pages.last().is_none_or(|page| page.len >= most);
            if is_full {
                let after = if self.pages.is_empty() { self.log.from } else { seq - 1 };
                self.start_page(after);
            }
            // What is not shown itself changes nothing here.
            if is_full || is_visible(event) {
                self.touch_tail();
            }
            if let Some(page) = self.pages.last_mut() {
                page.len += 1;
            }
        }
    }

    fn start_page(&mut self, after: Seq) {
        self.pages.push(Page::new(PageId(self.ids_used.1), after));
        self.ids_used.1 += 1;
    }

    /// Lets go of everything, as of a log that is not the one it was. Page ids go on, so that no page is mistaken
    /// for another.
    pub(super) fn clear(&mut self) {
        self.log = Log::default();
        self.events.clear();
        self.amends = Amends::default();
        self.quotes = Quotes::default();
        self.pages.clear();
        self.is_exhausted = false;
        self.stand = Stand::default();
        self.make_room_for_drafts();
    }

    fn forget_through(&mut self, seq: Seq) {
        self.log.forget_through(seq);
        self.events.retain(|event| event.seq > seq);
        self.amends.forget_through(seq);
        self.quotes.forget_through(seq);
        self.pages.clear();
        self.is_exhausted = false;
        self.start_page(seq);
        self.touch_tail();
    }

    /// Takes the drafts of this room as they are now. Those about a message show on that message.
    pub(super) fn set_drafts(&mut self, drafts: Vec<Entry>) {
        let (acts, drafts): (Vec<Entry>, Vec<Entry>) =
            drafts.into_iter().partition(|entry| entry.draft.op.of().is_some());
        if self.acts != acts {
            let old = std::mem::replace(&mut self.acts, acts);
            let is_moved = |entry: &&Entry| !(old.contains(entry) && self.acts.contains(entry));
            let moved: Vec<Seq> = old
                .iter()
                .chain(&self.acts)
                .filter(is_moved)
                .filter_map(|entry| entry.draft.op.of())
                .collect();
            moved.into_iter().for_each(|of| self.touch_message(of));
        }
        if self.drafts != drafts {
            self.drafts = drafts;
            self.make_room_for_drafts();
        }
    }

    pub(super) fn make_room_for_drafts(&mut self) {
        if self.pages.is_empty() && !self.drafts.is_empty() {
            self.start_page(self.log.from);
        }
        self.touch_tail();
    }

    /// Takes who the reader is.
    pub(super) fn set_me(&mut self, me: Option<&User>) {
        if self.me.as_ref() != me {
            self.me = me.cloned();
            (0..self.pages.len()).for_each(|place| self.touch(place));
        }
    }

    /// There is nothing below what is held.
    pub(super) fn exhaust(&mut self) {
        self.is_exhausted = true;
    }

    /// Is a message of one's own held that went out under this nonce?
    pub(super) fn has_own(&self, nonce: Nonce) -> bool {
        self.events.iter().any(|event| event.nonce == Some(nonce))
    }

    /// How far the log is held.
    pub(super) fn cursor(&self) -> Option<Cursor> {
        self.log.cursor
    }

    /// Where what is held starts: above this seq.
    pub(super) fn from(&self) -> Seq {
        self.log.from
    }

    /// Is there history below, above `min`, which is as far as one may read?
    pub(super) fn has_older(&self, min: Seq) -> bool {
        self.log.cursor.is_some() && !self.is_exhausted && self.log.from > min
    }

    /// The newest run of missing seqs.
    pub(super) fn hole(&self) -> Option<Hole> {
        let end = self.log.end();
        self.log.holes.iter().rev().find(|hole| hole.after < end).copied()
    }

    /// The pages with their revisions, oldest first.
    pub(super) fn pages(&self) -> impl Iterator<Item = (PageId, u32)> {
        self.pages.iter().map(|page| (page.id, page.revision))
    }

    /// The rows of a page; computed when something of it changed.
    pub(super) fn rows(&mut self, page: PageId, zone: Zone) -> Arc<Vec<Row>> {
        let Some(place) = self.pages.iter().position(|held| held.id == page) else {
            return Arc::default();
        };
        let zone_id = zone.0 as usize;
        if let Some((computed_for, rows)) = &self.pages[place].rows
            && *computed_for == zone_id
        {
            return rows.clone();
        }
        let rows = Arc::new(self.compute(place, zone));
        self.pages[place].rows = Some((zone_id, rows.clone()));
        rows
    }

    /// The rows of the page at a place, whatever was computed before.
    pub(super) fn compute(&self, place: usize, zone: Zone) -> Vec<Row> {
        let (after, upto) = self.span(place);
        let is_last = place + 1 == self.pages.len();
        // What is on its way stands at the end, and nowhere else.
        let drafts = || self.drafts.iter().filter(|_| !self.log.is_detached()).map(Item::Draft);
        let before = self.visible(0, after).next_back().map(Item::Event);
        let mut items: Vec<Item> = self.visible(after, upto).map(Item::Event).collect();
        if is_last {
            items.extend(drafts());
        }
        let mut behind = None;
        if !is_last {
            behind = self.visible(upto, Seq::MAX).next().map(Item::Event).or_else(|| drafts().next());
        }
        View {
            me: self.me.as_ref(),
            zone,
            log: &self.log,
            timeline: self,
            acts: &self.acts,
            line: self.stand.line,
        }
        .rows(before, &items, behind)
    }

    pub(super) fn span(&self, place: usize) -> (Seq, Seq) {
        (self.pages[place].after, self.pages.get(place + 1).map_or(Seq::MAX, |next| next.after))
    }

    pub(super) fn visible(&self, after: Seq, upto: Seq) -> impl DoubleEndedIterator<Item = &Event> {
        let start = self.place_after(after);
        let end = self.place_after(upto).max(start);
        self.events[start..end].iter().filter(|event| is_visible(event))
    }

    /// How many events there are up to and with this seq.
    pub(super) fn place_after(&self, seq: Seq) -> usize {
        self.events.partition_point(|event| event.seq <= seq)
    }
}

impl Page {
    fn new(id: PageId, after: Seq) -> Self {
        Self { id, after, len: 0, revision: 0, rows: None }
    }
}
