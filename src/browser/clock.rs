//! The page's clock, its zone, and its chance.

use crate::{client::Zone, protocol::Millis};
use leptos::prelude::window;
use wasm_bindgen::JsValue;

/// The page's clock.
pub(super) fn now() -> Millis {
    js_sys::Date::now() as Millis
}

/// The zone that this browser is set to; it knows of summer time.
pub(super) fn zone() -> Zone {
    Zone(|at| -(js_sys::Date::new(&JsValue::from_f64(at as f64)).get_timezone_offset() as i32))
}

/// Random bytes, from the browser's own source where it has one: pages on plain http have it too.
pub(super) fn random() -> [u8; 10] {
    let mut bytes = [0; 10];
    let filled = window().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    if filled.is_err() {
        bytes.fill_with(|| (js_sys::Math::random() * 256.0) as u8);
    }
    bytes
}
