//! Where the reader stands in a timeline, and what follows from that: which pages are held, which are let go
//! and brought again, and where the line above what is new is.

use super::{
    amended::{Told, is_end},
    rows::{RowKey, is_visible},
    timeline::{PageId, Timeline},
};
use crate::protocol::{Batch, Event, Millis, Op, Seq};

/// No more rows than this are held beside those near the reader, who looks around.
const ROWS_MOST: usize = 360;
/// Who stays at the end keeps no fewer rows than this, and few more: each costs tens of kilobytes.
const ROWS_AT_END: usize = 75;
/// How many more, so that not every message lets one go.
const ROWS_MORE: usize = 25;
/// No more events than this, shown or not.
const EVENTS_MOST: usize = 2_000;

/// Where the reader is.
#[derive(Debug, Default)]
pub(super) struct Stand {
    /// The first and the last page in sight, for whoever is not at the end.
    sight: Option<(PageId, PageId)>,
    /// So many rows were held when older ones had last been brought for whoever is at the end: a tall screen.
    needs: usize,
    /// It was opened in its middle, and nobody said yet what came after.
    pub(super) is_adrift: bool,
    /// What is after this seq was new when the reader came.
    read: Option<Seq>,
    /// The first message that was.
    pub(super) line: Option<Seq>,
    /// How many there were.
    news: u32,
    /// The reader saw the line.
    is_line_seen: bool,
    /// Where the reader wants to go that is not held: [`Seq::MAX`] is the end.
    pub(super) way: Option<Seq>,
    /// Events were missed that may be about what is held up to here: it is to be asked for anew.
    stale: Option<Seq>,
}

impl Stand {
    /// Does the reader look at something else than the end?
    pub(super) fn is_back(&self) -> bool {
        self.is_adrift || self.sight.is_some()
    }
}

impl Timeline {
    /// Takes which pages are in sight; `None` for the end.
    pub(super) fn look_at(&mut self, sight: Option<(PageId, PageId)>) {
        if sight.is_none() && self.stand.sight.is_some() {
            self.stand.needs = 0;
        }
        self.stand.sight = sight;
    }

    /// Older events were brought. Whoever is at the end sees that far, and would ask for them again.
    pub(super) fn look_up(&mut self) {
        self.stand.needs = self.visible(0, Seq::MAX).count();
    }

    /// The reader is in the middle of a log of which the end is not known yet.
    pub(super) fn drift(&mut self) {
        self.stand.is_adrift = true;
    }

    /// Is there more after what is held?
    pub(super) fn has_newer(&self) -> bool {
        self.stand.is_adrift || self.log.is_detached()
    }

    /// Draws the line above what is new: so many messages that others said after `read`. It stays until it is
    /// drawn anew.
    pub(super) fn draw_line(&mut self, read: Option<Seq>, news: u32) {
        if let Some(line) = self.stand.line.take() {
            self.touch_line(line);
        }
        (self.stand.read, self.stand.news, self.stand.is_line_seen) = (read, news, false);
        self.find_line();
    }

    /// The first of what is new, as far as that is known.
    pub(super) fn new_from(&self) -> Option<Seq> {
        self.stand.line.or_else(|| self.stand.read.map(|read| read + 1))
    }

    /// The reader sees the line: nobody needs to be led to it any more.
    pub(super) fn see_line(&mut self) {
        self.stand.is_line_seen = true;
    }

    /// How many messages are new that the reader was not led to yet, and when the first of them was said.
    pub(super) fn news(&self) -> Option<(u32, Option<Millis>)> {
        self.stand.read.filter(|_| !self.stand.is_line_seen)?;
        let first = self.stand.line.and_then(|line| self.find(line));
        Some((self.stand.news, first.map(|event| event.at)))
    }

    /// Is the line above what is held?
    pub(super) fn is_line_above(&self) -> bool {
        self.new_from().is_some_and(|line| line <= self.log.from)
    }

    pub(super) fn find_line(&mut self) {
        if let Some(read) = self.stand.read
            && self.stand.line.is_none()
            && self.log.from <= read
        {
            let me = self.me.as_ref().map(|me| me.id);
            let is_new = |event: &&Event| matches!(event.op, Op::Message { .. }) && Some(event.by) != me;
            let first = self.visible(read, Seq::MAX).find(is_new).map(|event| event.seq);
            if let Some(first) = first {
                self.stand.line = Some(first);
                self.touch_line(first);
            }
        }
    }

    /// It parts two rows that may be of two pages.
    fn touch_line(&mut self, line: Seq) {
        if let Some(place) = self.pages.partition_point(|page| page.after < line).checked_sub(1) {
            self.touch_around(place);
        }
    }

    /// An event that has no place here may still be about a message that is held.
    pub(super) fn hear(&mut self, event: &Event) {
        let Some(of) = event.op.of() else { return };
        if is_end(&event.op) {
            let about: Vec<Seq> = self.amends.about(of).collect();
            self.erase(of, &about);
        } else if let Some(message) = self.find(of) {
            let mut told: Told = self.told(message);
            told.fold(event);
            if let Some(message) = self.find_mut(of) {
                told.write(event.seq, message);
            }
        }
        self.touch_message(of);
    }

    /// What was missed while the newest are not held never comes by itself.
    pub(super) fn note_missed(&mut self, batch: &Batch, cursor: Option<Seq>) {
        let is_missed = batch.fetch.is_none() && cursor.is_some_and(|cursor| batch.after > cursor);
        if is_missed && self.log.is_detached() {
            self.stand.stale = Some(self.log.end());
        }
    }

    /// Up to where what is held may be out of date.
    pub(super) fn stale(&self) -> Option<Seq> {
        self.stand.stale.filter(|stale| *stale > self.log.from)
    }

    /// Takes messages as they are now in place of what they were.
    pub(super) fn renew(&mut self, batch: &Batch) {
        for event in &batch.events {
            let is_newer = |held: &Event| {
                let upto = |event: &Event| event.amended.as_ref().map_or(event.seq, |amended| amended.seq);
                held.op != Op::Gone && (event.op == Op::Gone || upto(event) >= upto(held) && event != held)
            };
            if self.find(event.seq).is_some_and(is_newer)
                && let Some(held) = self.find_mut(event.seq)
            {
                held.clone_from(event);
                self.relate(event.seq, None);
                self.touch_message(event.seq);
            }
        }
        self.stand.stale = (!batch.events.is_empty()).then_some(batch.after);
    }

    /// Begins anew with a batch from anywhere in the log.
    pub(super) fn begin_at(&mut self, batch: &Batch) {
        self.events.clear();
        (self.amends, self.quotes) = Default::default();
        self.pages.clear();
        self.is_exhausted = false;
        (self.stand.sight, self.stand.stale, self.stand.line) = (None, None, None);
        let newest = batch.events.last().map_or(0, |event| event.seq);
        let is_beyond = self.log.cursor.is_none_or(|cursor| cursor.seq < newest);
        if is_beyond {
            self.log = Default::default();
        } else {
            self.log.begin_above(batch.after);
        }
        self.apply(&Batch { fetch: (!is_beyond).then_some(0), ..batch.clone() });
        self.make_room_for_drafts();
    }

    /// Lets go of the pages that are farthest from the reader, until what is held is not too much.
    pub(super) fn trim(&mut self) {
        let at_end = self.stand.needs.max(ROWS_AT_END);
        let (least, most) = if self.stand.is_back() { (0, ROWS_MOST) } else { (at_end, at_end + ROWS_MORE) };
        while self.pages.len() > 1 && self.events.len() > most {
            let sizes: Vec<usize> = (0..self.pages.len()).map(|place| self.size(place)).collect();
            let rows: usize = sizes.iter().sum();
            if (rows <= most || rows - sizes[0] < least) && self.events.len() <= EVENTS_MOST {
                return;
            }
            let (first, last) = self.near();
            let above: usize = sizes[..first].iter().sum();
            let below: usize = sizes[last + 1..].iter().sum();
            if first > 0 && (above >= below || last + 1 == sizes.len()) {
                self.drop_first();
            } else if last + 1 < sizes.len() {
                self.drop_last();
            } else {
                return;
            }
        }
    }

    /// The pages that must stay: those in sight, and one on either side.
    fn near(&self) -> (usize, usize) {
        let end = self.pages.len() - 1;
        let place = |id: PageId| self.pages.iter().position(|page| page.id == id);
        match self.stand.sight {
            Some((first, last)) => {
                let (first, last) = (place(first), place(last));
                let (first, last) = (first.or(last).unwrap_or(end), last.or(first).unwrap_or(end));
                (first.saturating_sub(1), (last + 1).min(end))
            }
            // Opened in its middle: nobody looked around yet.
            None if self.stand.is_adrift => (0, end),
            None => (end, end),
        }
    }

    fn size(&self, place: usize) -> usize {
        let (after, upto) = self.span(place);
        self.visible(after, upto).count()
    }

    fn drop_first(&mut self) {
        let upto = self.pages[1].after;
        self.pages.remove(0);
        self.log.forget_through(upto);
        self.events.drain(..self.place_after(upto));
        self.amends.forget_through(upto);
        self.quotes.forget_through(upto);
        self.is_exhausted = false;
        self.touch_around(0);
    }

    fn drop_last(&mut self) {
        let after = self.pages.pop().map_or(0, |page| page.after);
        self.log.let_go_above(after);
        let let_go = self.events.split_off(self.place_after(after));
        self.amends.forget_above(after);
        self.quotes.forget_above(after);
        let_go.iter().for_each(|event| self.hear(event));
        self.touch_tail();
    }

    /// The row in which a message is shown, or the next that is shown after it, or before.
    pub(super) fn row_at(&self, seq: Seq) -> Option<&Event> {
        let is_near = seq > self.log.from && seq <= self.log.end();
        let is_said = |event: &&Event| is_visible(event) && matches!(event.op, Op::Message { .. } | Op::Gone);
        let after = || self.visible(seq - 1, Seq::MAX).find(is_said);
        let before = || self.visible(0, seq).rfind(is_said);
        if is_near { after().or_else(before) } else { None }
    }

    /// By what that row is known.
    pub(super) fn key_at(&self, seq: Seq) -> Option<RowKey> {
        self.row_at(seq).map(RowKey::of)
    }
}
