//! Carries forms and questions to the server while the page stays.

use crate::{
    protocol::{Failure, json},
    ui::Answer,
};
use leptos::{
    ev::SubmitEvent,
    prelude::{document, window},
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{FormData, HtmlFormElement, RequestInit, Response, UrlSearchParams};

/// Sends a form as the browser would, and hands over what the server answered.
pub(super) fn carry(event: SubmitEvent, done: Box<dyn FnOnce(Answer)>) {
    bring(send(&event), done);
}

/// Calls a server function.
pub(super) fn call(to: &'static str, fields: &[(&str, &str)], done: Box<dyn FnOnce(Answer)>) {
    bring(write(fields).and_then(|fields| post(to, &fields)), done);
}

/// Fields of a form, as it sends them.
pub(super) fn write(fields: &[(&str, &str)]) -> Result<UrlSearchParams, JsValue> {
    let written = UrlSearchParams::new()?;
    fields.iter().for_each(|(name, value)| written.append(name, value));
    Ok(written)
}

fn bring(sent: Result<JsFuture, JsValue>, done: Box<dyn FnOnce(Answer)>) {
    spawn_local(async move {
        let answer = match sent {
            Ok(response) => read(response).await,
            Err(error) => Err(error),
        };
        // What goes wrong on this side of the server is all the same to a person: it did not get there.
        done(answer.unwrap_or(Err(Failure::Unreachable)));
    });
}

/// What the server told with the page, in the element of this id.
pub(super) fn told(id: &str) -> Option<Answer> {
    let element = document().get_element_by_id(id)?;
    let text = element.text_content()?;
    Some(if element.has_attribute("data-refused") { Err(failure(&text)) } else { Ok(text) })
}

fn failure(text: &str) -> Failure {
    json::read(text).unwrap_or(Failure::Other)
}

/// Asks for what stands at an address.
pub(super) fn ask(address: &str, done: Box<dyn FnOnce(Answer)>) {
    bring(Ok(JsFuture::from(window().fetch_with_str(address))), done);
}

fn send(event: &SubmitEvent) -> Result<JsFuture, JsValue> {
    let form: HtmlFormElement = event.target().ok_or(JsValue::NULL)?.dyn_into()?;
    let fields = FormData::new_with_form(&form)?;
    if let Some(button) = event.submitter() {
        // A button speaks only when it was the one that was pressed.
        if let (Some(name), Some(value)) = (button.get_attribute("name"), button.get_attribute("value")) {
            fields.append_with_str(&name, &value)?;
        }
    }
    post(&form.action(), &UrlSearchParams::new_with_str_sequence_sequence(&fields)?)
}

/// Calls a server function.
pub(super) fn post(path: &str, fields: &UrlSearchParams) -> Result<JsFuture, JsValue> {
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(fields);
    let headers = js_sys::Object::new();
    js_sys::Reflect::set(&headers, &"accept".into(), &"application/json".into())?;
    request.set_headers(&headers);
    Ok(JsFuture::from(window().fetch_with_str_and_init(path, &request)))
}

/// What it answered: a value in JSON, or why not.
pub(super) async fn read(response: JsFuture) -> Result<Answer, JsValue> {
    let response: Response = response.await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    if response.ok() {
        return Ok(Ok(text));
    }
    Ok(Err(failure(&text)))
}
