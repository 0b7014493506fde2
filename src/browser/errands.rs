//! Runs for the views: brings files of the site, and copies.

use crate::{protocol::Failure, ui::Answer};
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Response;

/// Brings a file of the site as text.
pub(super) fn bring(address: &'static str, done: Box<dyn FnOnce(Answer)>) {
    spawn_local(async move { done(read(address).await.map_err(|_| Failure::Unreachable)) });
}

async fn read(address: &str) -> Result<String, JsValue> {
    let response: Response = JsFuture::from(window().fetch_with_str(address)).await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    if response.ok() { Ok(text.as_string().unwrap_or_default()) } else { Err(JsValue::NULL) }
}

/// Puts a text into the clipboard, where the browser lets us.
pub(super) fn copy(text: &str) {
    // It is refused to pages that are not looked at: then nothing is copied, and nothing else changes.
    let _ = write(text);
}

fn write(text: &str) -> Result<(), JsValue> {
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into())?;
    let write: Function = Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
    let written: Promise = write.call1(&clipboard, &text.into())?.dyn_into()?;
    spawn_local(async move { drop(JsFuture::from(written).await) });
    Ok(())
}
