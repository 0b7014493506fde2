//! Presses on what stands in messages: what is hidden is shown, and what can be copied is. One ear for all of them.

use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, Event, HtmlElement, HtmlTextAreaElement};

/// How long it is said that something was copied.
const SAID_MS: u32 = 2_000;

/// Where the page is served from.
pub(super) fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Starts to listen, for as long as the page lives.
pub(super) fn listen() {
    let on_click = Closure::<dyn Fn(Event)>::new(|event: Event| {
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
            return;
        };
        if let Ok(Some(hidden)) = target.closest(".spoiler") {
            // A link in it is followed, once it is shown.
            if !matches!(target.closest("a"), Ok(Some(_))) {
                turn(&hidden);
            }
        } else if let Ok(Some(button)) = target.closest("button[data-copy]") {
            spawn_local(copy(button));
        }
    });
    if document().add_event_listener_with_callback("click", on_click.as_ref().unchecked_ref()).is_ok() {
        on_click.forget();
    }
}

/// Shows what is hidden, or hides it again.
fn turn(hidden: &Element) {
    let (Some(button), Some(words)) = (hidden.first_element_child(), hidden.last_element_child()) else {
        return;
    };
    let is_shown = button.get_attribute("aria-expanded").as_deref() == Some("true");
    // They fail for names that are none.
    let _ = button.set_attribute("aria-expanded", if is_shown { "false" } else { "true" });
    let _ = if is_shown { words.set_attribute("inert", "") } else { words.remove_attribute("inert") };
}

/// Copies what the button names, or else the code that it stands above; and says so in its place.
async fn copy(button: Element) {
    let named = button.get_attribute("data-copy").filter(|text| !text.is_empty());
    let code = || button.closest(".code").ok()??.query_selector("pre").ok()??.text_content();
    let Some(text) = named.or_else(code) else { return };
    if write(&text).await.is_err() && !write_by_hand(&text) {
        return;
    }
    let (Some(label), Some(done)) = (button.last_child(), button.get_attribute("data-done")) else { return };
    let before = label.text_content();
    // Pressed again, it would learn the wrong word.
    if before.as_deref() == Some(done.as_str()) {
        return;
    }
    label.set_text_content(Some(&done));
    TimeoutFuture::new(SAID_MS).await;
    label.set_text_content(before.as_deref());
}

/// Through the browser's clipboard, which is there on safe addresses alone.
async fn write(text: &str) -> Result<(), JsValue> {
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into())?;
    let write: Function = Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
    let written: Promise = write.call1(&clipboard, &text.into())?.dyn_into()?;
    JsFuture::from(written).await.map(drop)
}

/// Through a field, as it was done before; the focus stays where it was.
fn write_by_hand(text: &str) -> bool {
    let by_hand = || {
        let field: HtmlTextAreaElement = document().create_element("textarea").ok()?.dyn_into().ok()?;
        let focus = document().active_element().and_then(|at| at.dyn_into::<HtmlElement>().ok());
        field.set_value(text);
        document().body()?.append_child(&field).ok()?;
        field.select();
        let command: Function = Reflect::get(&document(), &"execCommand".into()).ok()?.dyn_into().ok()?;
        let is_done = Reflect::apply(&command, &document(), &Array::of1(&"copy".into())).ok()?;
        field.remove();
        drop(focus.map(|focus| focus.focus()));
        is_done.as_bool()
    };
    by_hand().unwrap_or_default()
}
