//! Walks over the messages with the arrow keys, and leaves them again.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Starts to listen, for as long as the page lives.
pub(super) fn rove() {
    let on_key = Closure::<dyn Fn(KeyboardEvent)>::new(|event: KeyboardEvent| {
        if !event.default_prevented() && is_plain(&event) && walk(&event).is_some() {
            event.prevent_default();
        }
    });
    if document().add_event_listener_with_callback("keydown", on_key.as_ref().unchecked_ref()).is_ok() {
        on_key.forget();
    }
}

fn is_plain(event: &KeyboardEvent) -> bool {
    !(event.is_composing() || event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key())
}

/// Moves the focus where the key says; gives nothing where the key is none of ours.
fn walk(event: &KeyboardEvent) -> Option<()> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let timeline = target.closest(".timeline").ok()??;
    let row = target.closest("article").ok()?;
    let is_log = target == timeline;
    let is_row = row.as_ref() == Some(&target);
    match event.key().as_str() {
        // From the log one goes in where one reads.
        "ArrowUp" | "Tab" if is_log => focus(last_in_sight(&timeline)?),
        "ArrowUp" if is_row => focus(beside(&timeline, &target, -1)?),
        "ArrowDown" if is_row => focus(beside(&timeline, &target, 1)?),
        "Escape" if is_row => focus(document().get_element_by_id("composer").unwrap_or(timeline)),
        "Escape" => focus(row?),
        _ => None,
    }
}

fn focus(element: Element) -> Option<()> {
    element.dyn_into::<HtmlElement>().ok()?.focus().ok()
}

fn rows(timeline: &Element) -> impl DoubleEndedIterator<Item = Element> {
    let rows = timeline.query_selector_all("article").ok();
    let count = rows.as_ref().map_or(0, |rows| rows.length());
    (0..count).filter_map(move |at| rows.as_ref()?.item(at)?.dyn_into().ok())
}

fn beside(timeline: &Element, row: &Element, step: isize) -> Option<Element> {
    let place = rows(timeline).position(|held| held == *row)?;
    rows(timeline).nth(place.checked_add_signed(step)?)
}

fn last_in_sight(timeline: &Element) -> Option<Element> {
    let end = timeline.get_bounding_client_rect().bottom();
    rows(timeline).rev().find(|row| row.get_bounding_client_rect().top() < end)
}
