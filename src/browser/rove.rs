//! Walks over the messages with the arrow keys, and leaves them again.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Starts to listen, for as long as the page lives.
pub(super) fn rove() {
    let on_key = Closure::<dyn Fn(KeyboardEvent)>::new(|event: KeyboardEvent| {
        let has_more = event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key();
        let is_ours = !(event.default_prevented() || event.is_composing() || has_more);
        if is_ours && let Some(to) = goal(&event) {
            event.prevent_default();
            // It fails for an element that is gone already.
            drop(to.unchecked_into::<HtmlElement>().focus());
        }
    });
    if document().add_event_listener_with_callback("keydown", on_key.as_ref().unchecked_ref()).is_ok() {
        on_key.forget();
    }
}

/// Where the focus goes by this key; nothing when the key is none of ours.
fn goal(event: &KeyboardEvent) -> Option<Element> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let timeline = target.closest(".timeline").ok()??;
    let row = target.closest("article").ok()?;
    let (key, rows) = (event.key(), rows(&timeline));
    if target == timeline {
        // From the log one goes in where one reads.
        let end = timeline.get_bounding_client_rect().bottom();
        let place = rows.iter().rposition(|row| row.get_bounding_client_rect().top() < end)?;
        return matches!(key.as_str(), "ArrowUp" | "Tab").then(|| rows[place].clone());
    }
    let place = rows.iter().position(|row| *row == target);
    match (key.as_str(), place) {
        ("ArrowUp", Some(place)) => rows.get(place.wrapping_sub(1)).cloned(),
        ("ArrowDown", Some(place)) => rows.get(place + 1).cloned(),
        ("Escape", Some(_)) => document().get_element_by_id("composer").or(Some(timeline)),
        ("Escape", None) => row,
        _ => None,
    }
}

fn rows(timeline: &Element) -> Vec<Element> {
    let Ok(rows) = timeline.query_selector_all("article") else { return Vec::new() };
    (0..rows.length()).filter_map(|at| rows.item(at)?.dyn_into().ok()).collect()
}
