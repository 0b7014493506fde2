//! Plain requests, where no socket comes through: frames come down in one answer that does not end, or in an answer
//! for each time there is news; each frame goes up in a request of its own.

use super::connection::Inbound;
use crate::{client::Sse, protocol::ServerFrame};
use futures::{SinkExt, channel::mpsc::Sender};
use js_sys::{Array, JSON, Object, Reflect, Uint8Array};
use leptos::prelude::window;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestInit, Response};

/// The close code that a status stands for is this much more.
const CODES: u16 = 4000;

/// One connection's requests; dropping it drops them.
pub(super) struct Requests {
    wire: Rc<Wire>,
    sender: Sender<Inbound>,
}

/// What all requests of a connection have in common.
struct Wire {
    abort: AbortController,
    is_poll: bool,
}

impl Requests {
    /// Nothing is asked yet.
    pub(super) fn new(is_poll: bool, mut sender: Sender<Inbound>) -> Option<Self> {
        let abort = AbortController::new().ok()?;
        sender.try_send(Inbound::Opened).ok()?;
        Some(Self { wire: Rc::new(Wire { abort, is_poll }), sender })
    }

    /// Asks for what is new; it is read beside everything else.
    pub(super) fn greet(&self, hello: String) {
        let (wire, mut sender) = (self.wire.clone(), self.sender.clone());
        spawn_local(async move {
            let heard = wire.hear(&hello, &mut sender).await;
            let _ = sender.send(heard.unwrap_or(Inbound::End(None))).await;
        });
    }

    /// Sends one frame; its answer comes in like every other frame.
    pub(super) fn say(&self, frame: String, conn: String) {
        let (wire, mut sender) = (self.wire.clone(), self.sender.clone());
        spawn_local(async move {
            let answer = wire.answer(&frame, &conn).await;
            // What became of it nobody knows: the next connection asks again.
            let _ = sender.send(answer.unwrap_or(Inbound::End(None))).await;
        });
    }
}

impl Drop for Requests {
    fn drop(&mut self) {
        self.wire.abort.abort();
    }
}

impl Wire {
    async fn hear(&self, body: &str, sender: &mut Sender<Inbound>) -> Result<Inbound, JsValue> {
        let accept = if self.is_poll { "application/json" } else { "text/event-stream" };
        let response = self.post("/v1/sync", body, "accept", accept).await?;
        if !response.ok() {
            return Ok(Inbound::End(Some(CODES + response.status())));
        }
        let _ = sender.send(Inbound::Answered).await;
        if self.is_poll {
            let frames: Array = JsFuture::from(response.json()?).await?.dyn_into()?;
            // An answer without a word would be asked for again at once, and for ever.
            if frames.length() == 0 {
                return Ok(Inbound::End(None));
            }
            for frame in frames.iter() {
                let text = JSON::stringify(&frame)?.as_string().unwrap_or_default();
                let _ = sender.send(Inbound::Text(text)).await;
            }
            return Ok(Inbound::Polled);
        }
        let stream = response.body().ok_or(JsValue::NULL)?;
        let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
        let mut sse = Sse::default();
        loop {
            let piece = JsFuture::from(reader.read()).await?;
            if Reflect::get(&piece, &"done".into())?.is_truthy() {
                return Ok(Inbound::End(None));
            }
            let bytes = Uint8Array::new(&Reflect::get(&piece, &"value".into())?).to_vec();
            let texts = sse.feed(&bytes).ok_or(JsValue::NULL)?;
            if texts.is_empty() {
                let _ = sender.send(Inbound::Life).await;
            }
            for text in texts {
                let _ = sender.send(Inbound::Text(text)).await;
            }
        }
    }

    async fn answer(&self, body: &str, conn: &str) -> Result<Inbound, JsValue> {
        let response = self.post("/v1/send", body, "x-conn", conn).await?;
        let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
        Ok(match ServerFrame::decode(&text) {
            Ok(_) => Inbound::Text(text),
            Err(_) if response.ok() => Inbound::Life,
            Err(_) => Inbound::End(Some(CODES + response.status())),
        })
    }

    async fn post(&self, path: &str, body: &str, header: &str, value: &str) -> Result<Response, JsValue> {
        let request = RequestInit::new();
        request.set_method("POST");
        request.set_body(&JsValue::from(body));
        request.set_signal(Some(&self.abort.signal()));
        let headers = Object::new();
        Reflect::set(&headers, &"content-type".into(), &"application/json".into())?;
        Reflect::set(&headers, &header.into(), &value.into())?;
        request.set_headers(&headers);
        JsFuture::from(window().fetch_with_str_and_init(path, &request)).await?.dyn_into()
    }
}
