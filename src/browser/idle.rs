//! Whether anybody is there: five minutes without a touch, and nobody is.

use super::clock::now;
use crate::{
    client::{Chat, Sign},
    protocol::Millis,
};
use gloo_timers::callback::Interval;
use leptos::prelude::{document, window};
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::VisibilityState;

const IDLE_MS: Millis = 5 * 60_000;
/// How often to look at the clock.
const LOOK_MS: u32 = 15_000;
/// What a person does with a page.
const TOUCHES: [&str; 4] = ["keydown", "pointerdown", "pointermove", "wheel"];

/// Tells the chat when the person rests, and when they are back, for as long as the page lives.
pub(super) fn watch(chat: Chat) {
    let touched_at = Rc::new(Cell::new(now()));
    let is_idle = Rc::new(Cell::new(false));
    let touched = {
        let (touched_at, is_idle) = (touched_at.clone(), is_idle.clone());
        Closure::<dyn Fn()>::new(move || {
            touched_at.set(now());
            if is_idle.replace(false) {
                chat.notice(Sign::Shown);
            }
        })
    };
    for name in TOUCHES {
        let _ =
            window().add_event_listener_with_callback_and_bool(name, touched.as_ref().unchecked_ref(), true);
    }
    touched.forget();
    let look = move || {
        let rests = now() >= touched_at.get() + IDLE_MS;
        if rests && document().visibility_state() != VisibilityState::Hidden && !is_idle.replace(true) {
            chat.notice(Sign::Hidden);
        }
    };
    Interval::new(LOOK_MS, look).forget();
}
