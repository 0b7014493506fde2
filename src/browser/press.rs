//! A finger that stays on a message asks for everything that can be done with it.

use crate::ui::HOLD;
use gloo_timers::future::TimeoutFuture;
use js_sys::Reflect;
use leptos::prelude::document;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, MouseEvent};

/// So long it stays.
const STAYS_MS: u32 = 500;
/// So many pixels it may move meanwhile: a finger is never quite still.
const STILL: i32 = 10;
/// What has its own answer to a long press.
const OTHERS: &str = "a, button, input, textarea, pre, dialog";

/// One touch, from its beginning.
#[derive(Default)]
struct Press {
    /// Another number for each touch, and for its end.
    turn: Cell<u32>,
    x: Cell<i32>,
    y: Cell<i32>,
    is_on_row: Cell<bool>,
    /// It was long enough, and somebody was told.
    is_told: Cell<bool>,
}

/// Starts to listen, for as long as the page lives.
pub(super) fn watch() {
    let press = Rc::new(Press::default());
    let hear = Closure::<dyn Fn(MouseEvent)>::new(move |event: MouseEvent| press.hear(&event));
    let mut is_heard = false;
    for name in ["pointerdown", "pointermove", "pointerup", "pointercancel", "contextmenu", "touchend"] {
        let added = document().add_event_listener_with_callback(name, hear.as_ref().unchecked_ref());
        is_heard |= added.is_ok();
    }
    if is_heard {
        hear.forget();
    }
}

impl Press {
    fn hear(self: &Rc<Self>, event: &MouseEvent) {
        let (x, y) = (event.client_x(), event.client_y());
        match event.type_().as_str() {
            "contextmenu" if self.is_on_row.get() => event.prevent_default(),
            // The finger goes: without this it would press whatever was opened beneath it.
            "touchend" if self.is_told.get() => event.prevent_default(),
            "contextmenu" | "touchend" => {}
            "pointermove" if (x - self.x.get()).abs() <= STILL && (y - self.y.get()).abs() <= STILL => {}
            "pointerdown" => {
                let row = row(event);
                self.is_on_row.set(row.is_some());
                self.is_told.set(false);
                self.x.set(x);
                self.y.set(y);
                let turn = self.next();
                let Some(row) = row else { return };
                let press = self.clone();
                spawn_local(async move {
                    TimeoutFuture::new(STAYS_MS).await;
                    if press.turn.get() == turn
                        && let Ok(hold) = Event::new(HOLD)
                    {
                        press.is_told.set(true);
                        // Whether anybody took it makes no difference.
                        drop(row.dispatch_event(&hold));
                    }
                });
            }
            _ => {
                self.next();
            }
        }
    }

    fn next(&self) -> u32 {
        self.turn.set(self.turn.get().wrapping_add(1));
        self.turn.get()
    }
}

/// The row that a finger touches, if it does.
fn row(event: &MouseEvent) -> Option<Element> {
    let kind = Reflect::get(event, &"pointerType".into()).ok()?;
    let target: Element = event.target()?.dyn_into().ok()?;
    let is_ours = kind == "touch" && target.closest(OTHERS).ok()?.is_none();
    if is_ours { target.closest("article").ok()? } else { None }
}
