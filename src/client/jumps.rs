//! Going to a place in a room's log: to a message, to what is new, to the end; and what is shown on the way.

use super::{
    chat::Chat,
    day::Day,
    fetches::Aim,
    mind::Mind,
    rows::RowKey,
    timeline::{PageId, Timeline},
};
use crate::protocol::{Batch, Event, Millis, Op, RoomId, RoomPage, Seq};
use leptos::prelude::GetUntracked;

/// Where the reader is in the room on screen, and wants to be.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sight {
    /// More than a screen away from the end.
    pub is_far: bool,
    /// What is new begins above: how much that is, and since when.
    pub news: Option<(u32, Option<Millis>)>,
    /// Where the reader wants to go.
    pub goal: Option<Goal>,
    /// Why that could not be.
    pub note: Option<Note>,
    /// So many messages came within a moment: too many to be read out one by one. 0: few.
    pub flood: u32,
}

/// A message that the reader wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Goal {
    /// In which room.
    pub room: RoomId,
    /// Which; [`Seq::MAX`] is the end.
    pub seq: Seq,
    /// It is pointed out when it is reached.
    pub is_shown: bool,
}

/// Why a message cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// It was deleted.
    Gone,
    /// There is none here, or it is not for the reader's eyes.
    Nowhere,
}

/// What is seen of a timeline.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// The first and the last page in sight; `None` at the end.
    pub pages: Option<(PageId, PageId)>,
    /// More than a screen away from the end of what is held.
    pub is_far: bool,
    /// Where the line above what is new is: above what is seen, or in it. `None`: below, or nowhere to be found.
    pub line: Option<bool>,
}

impl Chat {
    /// Goes to a message of a room, wherever it is in the log, and points it out.
    pub fn go_to(self, room: RoomId, seq: Seq) {
        self.change(&mut |mind| mind.go(room, seq, true));
        self.wake();
    }

    /// Goes to the first message that is new, and points it out.
    pub fn jump_to_new(self, room: RoomId) {
        self.change(&mut |mind| {
            if let Some(seq) = mind.timeline(room).and_then(|timeline| timeline.new_from()) {
                mind.go(room, seq, true);
            }
        });
        self.wake();
    }

    /// Goes to the end.
    pub fn jump_to_newest(self, room: RoomId) {
        self.change(&mut |mind| mind.go(room, Seq::MAX, false));
        self.wake();
    }

    /// Everything in a room is read; the line above what was new goes.
    pub fn mark_read(self, room: RoomId) {
        self.change(&mut |mind| {
            let head = mind.rooms.get(&room).map_or(0, |state| state.head);
            mind.mark_upto(room, head);
            mind.rub_line(room);
        });
        self.wake();
    }

    /// Where the reader is. Reactive.
    pub fn sight(self) -> Sight {
        let mut sight = Sight::default();
        self.look(self.sight, &mut |seen| sight = seen.sight.clone());
        sight
    }

    /// Takes what is seen of a room.
    pub fn look_at(self, room: RoomId, look: Look) {
        self.change(&mut |mind| mind.look_at(room, look));
    }

    /// Where the reader wants to go, and in which row that is, once it is held. Not reactive.
    pub fn goal(self) -> Option<(Goal, Option<RowKey>)> {
        let mut goal = None;
        self.ask(&mut |mind| {
            goal = mind.sight.goal.map(|goal| {
                let timeline = mind.timeline(goal.room);
                (goal, timeline.and_then(|timeline| timeline.key_at(goal.seq)))
            });
        });
        goal
    }

    /// The reader is where they wanted to be.
    pub fn reached(self) {
        self.change(&mut |mind| mind.reached());
    }

    /// Is this instant today, for the reader? Not reactive.
    pub fn is_today(self, at: Millis) -> bool {
        self.zone.get_untracked().day(at) == self.today()
    }

    /// Which day it is for the reader. Not reactive.
    pub fn today(self) -> Day {
        self.zone.get_untracked().day(self.now())
    }

    /// Is there more below what is held? Not reactive.
    pub fn has_newer(self, room: RoomId) -> bool {
        self.is(&|mind| mind.has_newer(room))
    }

    /// Asks for what comes after what is held, unless it was asked for already.
    pub fn want_newer(self, room: RoomId) {
        if self.is(&|mind| mind.can_want_newer(room)) {
            self.change(&mut |mind| {
                mind.fetches.want(room, Aim::Newer);
                mind.touched.touch(room);
            });
            self.wake();
        }
    }
}

/// Within this, messages are counted together.
const MOMENT: Millis = 2_000;
/// More than this in a moment are read out as a number.
const FEW: u32 = 3;

/// What came of late in the room on screen, of others.
#[derive(Debug, Default)]
pub(super) struct Lately {
    room: Option<RoomId>,
    since: Millis,
    count: u32,
}

impl Mind {
    /// Counts what others say in the room on screen, for who is read to.
    pub(super) fn hear_out(&mut self, batch: &Batch, now: Millis) {
        if batch.fetch.is_some() || self.lately.room != Some(batch.room) {
            return;
        }
        let me = self.me.as_ref().map(|me| me.id);
        let is_said = |event: &&Event| matches!(event.op, Op::Message { .. }) && Some(event.by) != me;
        if now >= self.lately.since + MOMENT {
            (self.lately.since, self.lately.count) = (now, 0);
        }
        self.lately.count += batch.events.iter().filter(is_said).count() as u32;
        self.sight.flood = if self.lately.count > FEW { self.lately.count } else { 0 };
    }

    /// Opens a room with a page of its log, at the place that the page names.
    pub(super) fn open(&mut self, page: &RoomPage) {
        let id = page.room.id;
        let synced = self.rooms.get(&id).filter(|_| self.is_synced);
        let state = synced.unwrap_or(&page.room);
        let (news, min) = (if state.role.is_some() { state.unread } else { 0 }, state.min);
        let read = state.read.max(min);
        let head = page.room.head;
        let last = page.history.events.last().map_or(0, |event| event.seq);
        let timeline = self.hold(id);
        let is_new = timeline.cursor().is_none();
        let is_unread = |at: Seq| at == page.room.read + 1;
        let at = page.at.filter(|at| news > 0 || !is_unread(*at));
        // What is held stays, unless the page opens elsewhere.
        let is_elsewhere = at.map_or(timeline.has_newer(), |at| timeline.key_at(at).is_none());
        if is_elsewhere && !is_new {
            timeline.begin_at(&page.history);
        } else {
            self.apply(&Batch { fetch: None, ..page.history.clone() });
        }
        let timeline = self.hold(id);
        if is_new && last < head {
            timeline.drift();
        }
        timeline.look_at(None);
        timeline.draw_line((news > 0).then_some(read), news);
        self.sight = Sight::default();
        self.lately = Lately { room: Some(id), ..Lately::default() };
        match at {
            Some(seq) if self.timelines.get(&id).is_some_and(|timeline| timeline.key_at(seq).is_some()) => {
                self.sight.goal = Some(Goal { room: id, seq, is_shown: !is_unread(seq) });
            }
            Some(_) => self.sight.note = Some(Note::Nowhere),
            // The page was made before something was read that is read now.
            None if page.at.is_some() && self.has_newer(id) => self.go(id, Seq::MAX, false),
            None => {}
        }
        self.sight.is_far = self.has_newer(id);
    }

    pub(super) fn go(&mut self, room: RoomId, seq: Seq, is_shown: bool) {
        let head = self.heads.get(&room).copied().unwrap_or_default();
        let min = self.rooms.get(&room).map_or(0, |state| state.min);
        self.sight.goal = None;
        self.sight.note = None;
        if seq <= min || (seq > head && seq != Seq::MAX) {
            self.sight.note = Some(Note::Nowhere);
            return;
        }
        let Some(timeline) = self.timelines.get_mut(&room) else { return };
        let is_held = if seq == Seq::MAX { !timeline.has_newer() } else { timeline.key_at(seq).is_some() };
        self.sight.goal = Some(Goal { room, seq, is_shown });
        if !is_held {
            timeline.stand.way = Some(seq);
            self.fetches.want(room, Aim::Way);
            self.touched.touch(room);
        }
    }

    /// What the reader wanted to see is here.
    pub(super) fn on_way(&mut self, batch: &Batch) {
        self.touched.touch(batch.room);
        let Some(timeline) = self.timelines.get_mut(&batch.room) else { return };
        timeline.stand.way = None;
        if batch.events.is_empty() {
            return self.lose_way(batch.room);
        }
        timeline.begin_at(batch);
        self.show_drafts(batch.room);
    }

    /// What is held, as it is now.
    pub(super) fn on_renewal(&mut self, batch: &Batch) {
        self.touched.touch(batch.room);
        if let Some(timeline) = self.timelines.get_mut(&batch.room) {
            timeline.renew(batch);
        }
    }

    /// It cannot be shown.
    pub(super) fn lose_way(&mut self, room: RoomId) {
        if self.sight.goal.take_if(|goal| goal.room == room).is_some() {
            self.sight.note = Some(Note::Nowhere);
        }
        if let Some(timeline) = self.timelines.get_mut(&room) {
            timeline.stand.way = None;
        }
    }

    fn reached(&mut self) {
        let Some(goal) = self.sight.goal.take() else { return };
        let timeline = self.timelines.get(&goal.room);
        let is_gone =
            timeline.and_then(|timeline| timeline.find(goal.seq)).is_some_and(|event| event.op == Op::Gone);
        self.sight.note = (is_gone && goal.is_shown).then_some(Note::Gone);
    }

    fn look_at(&mut self, room: RoomId, look: Look) {
        let Some(timeline) = self.timelines.get_mut(&room) else { return };
        timeline.look_at(look.pages);
        if look.line == Some(false) {
            timeline.see_line();
        }
        let is_above = look.line == Some(true) || timeline.is_line_above();
        self.sight.is_far = look.is_far || timeline.has_newer();
        self.sight.news = timeline.news().filter(|_| is_above);
    }

    /// Takes the line above what was new away.
    fn rub_line(&mut self, room: RoomId) {
        if let Some(timeline) = self.timelines.get_mut(&room) {
            timeline.draw_line(None, 0);
            self.touched.touch(room);
        }
        self.sight.news = None;
    }

    pub(super) fn has_newer(&self, room: RoomId) -> bool {
        self.timelines.get(&room).is_some_and(Timeline::has_newer)
    }

    fn can_want_newer(&self, room: RoomId) -> bool {
        self.timelines.get(&room).is_some_and(|timeline| timeline.log.is_detached())
            && ![Aim::Newer, Aim::Way].iter().any(|aim| self.fetches.is_wanted(room, *aim))
            && !self.fetches.is_refused(room, Aim::Newer)
    }
}
