//! What the browser notices of the person and the network.

use crate::client::{Chat, Sign};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{EventTarget, VisibilityState};

/// Tells the chat of every change, for as long as the page lives.
pub(super) fn watch(chat: Chat) {
    if !window().navigator().on_line() {
        chat.notice(Sign::Offline);
    }
    listen(&window(), "online", move || chat.notice(Sign::Online));
    listen(&window(), "offline", move || chat.notice(Sign::Offline));
    // A page that comes back from the browser's memory may have lost its socket while it slept.
    listen(&window(), "pageshow", move || chat.notice(Sign::Shown));
    listen(&document(), "visibilitychange", move || {
        let is_hidden = document().visibility_state() == VisibilityState::Hidden;
        chat.notice(if is_hidden { Sign::Hidden } else { Sign::Shown });
    });
}

/// Calls back whenever it happens, for as long as the page lives.
pub(super) fn listen(target: &EventTarget, name: &str, f: impl Fn() + 'static) {
    let listener = Closure::<dyn Fn()>::new(f);
    let added = target.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
    if added.is_ok() {
        listener.forget();
    }
}
