//! Keeps the place in the timeline, to the pixel, while rows are put above it or change their size; stays at
//! the end for whoever is at the end, and says that they have seen it; asks for older history in good time.

use crate::{client::Chat, protocol::RoomId};
use leptos::prelude::{GetUntracked, document};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, Event, MutationObserver, MutationObserverInit, ResizeObserver, VisibilityState};

/// Nearer to the end than this is at the end.
const END_PX: f64 = 48.0;
/// What is beyond what is held is asked for when less than this many screens of it are left, and less than this.
const SCREENS_AHEAD: f64 = 1.5;
/// A zoomed-out page has room for so much that it would never be enough.
const PX_AHEAD: f64 = 1600.0;
/// So many rows are remembered, in case the first of them is taken away.
const ANCHORS: usize = 4;

/// Where the reader is in one timeline.
pub(super) struct Place {
    pub(super) timeline: Element,
    room: String,
    pub(super) is_at_end: bool,
    /// How far it was scrolled when this was written down.
    scroll: i32,
    /// The first rows in sight, and where on the screen each of them starts: what comes and goes above the
    /// timeline must not move them either.
    anchors: Vec<(Element, f64)>,
    /// The blocks of rows, of which the size is watched.
    pub(super) pages: Vec<Element>,
}

/// Watches whichever timeline is on screen, for as long as the page lives.
pub(super) struct Keeper {
    pub(super) chat: Chat,
    pub(super) place: RefCell<Option<Place>>,
    resized: ResizeObserver,
}

/// Starts to keep the place.
pub(super) fn keep_place(chat: Chat) {
    let keeper: Rc<RefCell<Option<Rc<Keeper>>>> = Rc::default();
    let call = |keeper: &Rc<RefCell<Option<Rc<Keeper>>>>, f: fn(&Keeper)| {
        let keeper = keeper.clone();
        move || {
            let held = keeper.borrow().clone();
            held.iter().for_each(|keeper| f(keeper));
        }
    };
    let on_resize = Closure::<dyn Fn()>::new(call(&keeper, Keeper::settle));
    let on_mutation = Closure::<dyn Fn()>::new(call(&keeper, Keeper::look));
    let on_scroll = {
        let keeper = keeper.clone();
        Closure::<dyn Fn(Event)>::new(move |event: Event| {
            let held = keeper.borrow().clone();
            held.iter().for_each(|keeper| keeper.on_scroll(&event));
        })
    };
    let (Ok(resized), Ok(mutated)) = (
        ResizeObserver::new(on_resize.as_ref().unchecked_ref()),
        MutationObserver::new(on_mutation.as_ref().unchecked_ref()),
    ) else {
        return;
    };
    let watched = MutationObserverInit::new();
    watched.set_child_list(true);
    watched.set_subtree(true);
    watched.set_character_data(true);
    // Where the reader wants to go stands there, too.
    watched.set_attribute_filter(&js_sys::Array::of1(&"data-goal".into()));
    if let Some(body) = document().body() {
        let _ = mutated.observe_with_options(&body, &watched);
    }
    // Scroll events do not bubble, but they are captured on their way down.
    let _ = document().add_event_listener_with_callback_and_bool(
        "scroll",
        on_scroll.as_ref().unchecked_ref(),
        true,
    );
    let on_show = Closure::<dyn Fn()>::new(call(&keeper, Keeper::see));
    let _ = document().add_event_listener_with_callback("visibilitychange", on_show.as_ref().unchecked_ref());
    *keeper.borrow_mut() = Some(Rc::new(Keeper { chat, place: RefCell::default(), resized }));
    let held = keeper.borrow().clone();
    held.iter().for_each(|keeper| keeper.look());
    on_resize.forget();
    on_mutation.forget();
    on_scroll.forget();
    on_show.forget();
}

impl Keeper {
    /// Something in the document changed, before it is painted: another timeline, other rows, or neither.
    fn look(&self) {
        let found = document().query_selector(".timeline[data-room]").ok().flatten();
        let Some(timeline) = found else {
            *self.place.borrow_mut() = None;
            return;
        };
        let room = timeline.get_attribute("data-room").unwrap_or_default();
        let is_held = self.place.borrow().as_ref().is_some_and(|held| held.is(&timeline, &room));
        if !is_held {
            self.take(timeline, room);
        }
        if let Some(place) = self.place.borrow_mut().as_mut() {
            let is_spoken = |room| self.chat.take_spoke(room) && !self.chat.has_newer(room);
            place.is_at_end |= place.room_id().is_some_and(is_spoken);
            self.watch_pages(place);
        }
        self.settle();
    }

    fn watch_pages(&self, place: &mut Place) {
        let blocks = place.timeline.children();
        let blocks: Vec<Element> = (0..blocks.length()).filter_map(|at| blocks.item(at)).collect();
        for gone in place.pages.iter().filter(|page| !blocks.contains(page)) {
            self.resized.unobserve(gone);
        }
        for new in blocks.iter().filter(|block| !place.pages.contains(block)) {
            self.resized.observe(new);
        }
        place.pages = blocks;
    }

    /// Another timeline is on screen. One goes to its end, unless the reader scrolled in it already.
    fn take(&self, timeline: Element, room: String) {
        self.resized.disconnect();
        self.resized.observe(&timeline);
        let is_first = self.place.borrow().is_none();
        let is_at_end = !is_first || timeline.scroll_top() == 0;
        let mut place =
            Place { timeline, room, is_at_end, scroll: 0, anchors: Vec::new(), pages: Vec::new() };
        place.is_at_end &= !place.room_id().is_some_and(|room| self.chat.has_newer(room));
        if !is_at_end {
            place.remember(self.chat);
        }
        *self.place.borrow_mut() = Some(place);
    }

    /// Puts everything back to where the reader left it, or to where the reader wants to be.
    fn settle(&self) {
        self.pursue();
        if let Some(place) = self.place.borrow_mut().as_mut() {
            place.restore();
        }
        self.want_more();
        self.report();
        self.see();
    }

    /// Whoever is at the end of a page that is not hidden has seen what is newest, and sees what comes.
    fn see(&self) {
        let is_shown = document().visibility_state() != VisibilityState::Hidden;
        let end = |place: &Place| place.room_id().filter(|_| place.is_at_end && is_shown);
        let room = self.place.borrow().as_ref().and_then(end);
        self.chat.seen(room);
    }

    fn on_scroll(&self, event: &Event) {
        let target = event.target();
        if let Some(place) = self.place.borrow_mut().as_mut() {
            if target.is_none_or(|target| target != **place.timeline) {
                return;
            }
            place.remember(self.chat);
        }
        self.want_more();
        self.report();
        self.see();
    }

    fn want_more(&self) {
        let near = |place: &Place| {
            let ahead = (f64::from(place.timeline.client_height()) * SCREENS_AHEAD).min(PX_AHEAD);
            let is_near = |left: f64| left < ahead;
            place
                .room_id()
                .map(|room| (room, is_near(f64::from(place.timeline.scroll_top())), is_near(place.below())))
        };
        let near = self.place.borrow().as_ref().and_then(near);
        let Some((room, is_near_start, is_near_end)) = near else { return };
        if self.chat.current.get_untracked().is_none_or(|current| current == room) {
            if is_near_start && self.chat.can_want_older(room) {
                self.chat.want_older(room);
            }
            if is_near_end {
                self.chat.want_newer(room);
            }
        }
    }
}

impl Place {
    fn is(&self, timeline: &Element, room: &str) -> bool {
        self.timeline == *timeline && self.room == room
    }

    pub(super) fn room_id(&self) -> Option<RoomId> {
        self.room.parse().ok()
    }

    /// Takes the reader's place from the screen.
    pub(super) fn remember(&mut self, chat: Chat) {
        let has_newer = self.room_id().is_some_and(|room| chat.has_newer(room));
        self.is_at_end = self.below() < END_PX && !has_newer;
        self.write_down();
    }

    /// How much there is below what is in sight.
    pub(super) fn below(&self) -> f64 {
        let timeline = &self.timeline;
        f64::from(timeline.scroll_height() - timeline.scroll_top() - timeline.client_height())
    }

    fn write_down(&mut self) {
        self.scroll = self.timeline.scroll_top();
        self.anchors = self.rows_in_sight();
    }

    /// Puts the screen to the reader's place.
    fn restore(&mut self) {
        // The reader may have scrolled just now, and the event of it is still to come; but what became shorter
        // than the reader's place was not scrolled.
        let most = self.timeline.scroll_height() - self.timeline.client_height();
        let now = self.timeline.scroll_top();
        let scrolled = if self.scroll > most { 0.0 } else { f64::from(now - self.scroll) };
        if self.is_at_end && -scrolled > END_PX && self.below() > END_PX {
            self.is_at_end = false;
        }
        if self.is_at_end {
            self.timeline.set_scroll_top(self.timeline.scroll_height());
        } else if let Some((row, top)) = self.anchors.iter().find(|(row, _)| row.is_connected()) {
            let moved = row.get_bounding_client_rect().top() - (top - scrolled);
            if moved.abs() >= 1.0 {
                self.timeline.set_scroll_top(self.timeline.scroll_top() + moved.round() as i32);
            }
        }
        self.write_down();
    }

    /// Rows stand in order, so the first in sight is found by halving.
    fn rows_in_sight(&self) -> Vec<(Element, f64)> {
        let Ok(rows) = self.timeline.query_selector_all("article") else {
            return Vec::new();
        };
        let row = |at: u32| rows.item(at).and_then(|node| node.dyn_into::<Element>().ok());
        let edge = self.timeline.get_bounding_client_rect().top();
        let is_above = |at: u32| row(at).is_some_and(|row| row.get_bounding_client_rect().bottom() <= edge);
        let (mut low, mut high) = (0, rows.length());
        while low < high {
            let middle = low + (high - low) / 2;
            if is_above(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let seen = (low..rows.length()).take(ANCHORS).filter_map(row);
        let placed = seen.map(|row| {
            let top = row.get_bounding_client_rect().top();
            (row, top)
        });
        placed.collect()
    }
}
