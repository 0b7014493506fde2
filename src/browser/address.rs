//! The address bar: what stands in it, links that stay in the page, and the way back.

use super::attention::listen;
use crate::ui::{Address, Place};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

/// Path and query, as they stand there.
pub(super) fn here() -> String {
    let location = window().location();
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
}

/// Goes there. What the page cannot show is loaded.
pub(super) fn go(url: &str, in_place: bool) {
    if Place::of(url) == Place::Elsewhere {
        drop(window().location().assign(url));
        return;
    }
    let Ok(history) = window().history() else { return };
    // A browser refuses when there are too many at once; what is shown is right all the same.
    drop(match in_place {
        true => history.replace_state_with_url(&JsValue::NULL, "", Some(url)),
        false => history.push_state_with_url(&JsValue::NULL, "", Some(url)),
    });
}

/// Follows links without leaving the page, and the browser's way back, for as long as the page lives.
pub(super) fn follow(address: Address) {
    listen(&window(), "popstate", move || address.arrive(here()));
    let on_click = Closure::<dyn Fn(MouseEvent)>::new(move |event: MouseEvent| {
        if let Some(url) = wanted(&event) {
            event.prevent_default();
            if url != here() {
                address.go(&url);
            }
        }
    });
    if document().add_event_listener_with_callback("click", on_click.as_ref().unchecked_ref()).is_ok() {
        on_click.forget();
    }
}

/// Where a click leads, when that can be shown without leaving the page.
fn wanted(event: &MouseEvent) -> Option<String> {
    let has_more = event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key();
    if event.default_prevented() || event.button() != 0 || has_more {
        return None;
    }
    let target: Element = event.target()?.dyn_into().ok()?;
    let link: HtmlAnchorElement = target.closest("a[href]").ok()??.dyn_into().ok()?;
    let leaves = !link.target().is_empty()
        || link.has_attribute("download")
        || link.rel().contains("external")
        || !link.hash().is_empty()
        || link.origin() != window().location().origin().ok()?;
    let url = link.pathname() + &link.search();
    (!leaves && Place::of(&url) != Place::Elsewhere).then_some(url)
}
