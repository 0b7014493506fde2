//! What the reader sees of the timeline, and the way to what the reader wants to see.

use super::scroll::{Keeper, Place};
use crate::{
    client::{Look, PageId},
    protocol::Seq,
    ui::dom_id,
};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

impl Keeper {
    /// Goes to where the reader wants to be, once that is on the page.
    pub(super) fn pursue(&self) {
        let Some((goal, key)) = self.chat.goal() else { return };
        {
            let mut place = self.place.borrow_mut();
            let Some(place) = place.as_mut().filter(|place| place.room_id() == Some(goal.room)) else {
                return;
            };
            if goal.seq == Seq::MAX {
                if self.chat.has_newer(goal.room) {
                    return;
                }
                place.is_at_end = true;
            } else {
                let Some(row) = key.and_then(|key| document().get_element_by_id(&dom_id(key))) else {
                    return;
                };
                place.show(&row);
                place.remember(self.chat);
                if goal.is_shown {
                    point_out(&row);
                }
            }
        }
        self.chat.reached();
    }

    /// Says what is seen.
    pub(super) fn report(&self) {
        let seen =
            self.place.borrow().as_ref().and_then(|place| place.room_id().map(|room| (room, place.look())));
        if let Some((room, look)) = seen {
            self.chat.look_at(room, look);
        }
    }
}

impl Place {
    /// A row stands a quarter of the screen below its upper edge: what was said before it is seen, too.
    fn show(&self, row: &Element) {
        let quarter = f64::from(self.timeline.client_height()) / 4.0;
        let from = self.timeline.get_bounding_client_rect().top() + quarter;
        let by = row.get_bounding_client_rect().top() - from;
        self.timeline.set_scroll_top(self.timeline.scroll_top() + by.round() as i32);
    }

    fn look(&self) -> Look {
        let seen = self.timeline.get_bounding_client_rect();
        let is_seen = |page: &&Element| {
            let page = page.get_bounding_client_rect();
            page.bottom() > seen.top() && page.top() < seen.bottom()
        };
        let id = |page: &Element| page.get_attribute("data-page").and_then(|id| id.parse().ok()).map(PageId);
        let mut pages = self.pages.iter().filter(is_seen).filter_map(id);
        let first = pages.next();
        let last = pages.next_back().or(first);
        let line = self.timeline.query_selector(".newline").ok().flatten();
        let line = line.map(|line| line.get_bounding_client_rect());
        Look {
            pages: first.zip(last).filter(|_| !self.is_at_end),
            is_far: self.below() > f64::from(self.timeline.client_height()),
            line: line.filter(|line| line.top() < seen.bottom()).map(|line| line.bottom() <= seen.top()),
        }
    }
}

/// The row lights up, and has the focus.
fn point_out(row: &Element) {
    if let Ok(Some(last)) = document().query_selector(".is-target") {
        last.set_class_name(&last.class_name().replace(" is-target", ""));
    }
    row.set_class_name(&(row.class_name() + " is-target"));
    if let Some(row) = row.dyn_ref::<HtmlElement>() {
        // It is in sight already, so this scrolls nothing.
        let _ = row.focus();
    }
}
