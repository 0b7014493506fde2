//! The part of the page that the keyboard of a phone leaves free, for browsers that lay the keyboard over the page.

use js_sys::Reflect;
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{EventTarget, HtmlElement};

/// What is covered by less than this is no keyboard: bars of the browser come and go.
const KEYBOARD_PX: f64 = 100.0;

/// Follows it for as long as the page lives: `--vvh` is its height while something covers the rest.
pub(super) fn follow() {
    let Ok(seen) = Reflect::get(&window(), &"visualViewport".into()) else { return };
    let Ok(target) = seen.clone().dyn_into::<EventTarget>() else { return };
    let on_change = Closure::<dyn Fn()>::new(move || fit(&seen));
    for event in ["resize", "scroll"] {
        let _ = target.add_event_listener_with_callback(event, on_change.as_ref().unchecked_ref());
    }
    on_change.forget();
}

fn fit(seen: &JsValue) {
    let number = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).ok()?.as_f64();
    let read = || {
        let html: HtmlElement = document().document_element()?.dyn_into().ok()?;
        let whole = number(&window(), "innerHeight")?;
        Some((html, whole, number(seen, "height")?, number(seen, "scale")?))
    };
    let Some((html, whole, height, scale)) = read() else { return };
    // Who has zoomed in sees a part of the page for another reason.
    let is_covered = whole - height > KEYBOARD_PX && scale < 1.01;
    let _ = if is_covered {
        // In whole pixels: to write fractions takes more code than all of this file.
        let _ = html.style().set_property("--vvh", &format!("{}px", height as i32));
        // Such browsers push the page up as well.
        window().scroll_to_with_x_and_y(0.0, 0.0);
        Ok(String::new())
    } else {
        html.style().remove_property("--vvh")
    };
}
