//! Plain requests, where no socket comes through: frames come down in one answer that does not end, or in an answer
//! for each time there is news; each frame goes up in a request of its own.

use super::{
    clock::now,
    connection::{Inbound, Page, is_over, take, timer},
};
use crate::{
    client::Sse,
    protocol::{ClientFrame, ServerFrame},
};
use futures::{
    FutureExt, SinkExt, StreamExt,
    channel::mpsc::{Sender, channel},
    select_biased,
};
use js_sys::{Array, JSON, Object, Reflect, Uint8Array};
use leptos::prelude::window;
use std::{pin::pin, rc::Rc};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestInit, Response};

/// So many frames may wait to be taken.
const WAITING: usize = 16;
/// The close code that a status stands for is this much more.
const CODES: u16 = 4000;

/// One connection, from the first request to its end. Gives the code, if there was one.
pub(super) async fn converse(page: &mut Page, is_poll: bool) -> Option<u16> {
    let chat = page.chat;
    let wire = Rc::new(Wire { abort: AbortController::new().ok()?, is_poll });
    let (sender, mut inbound) = channel(WAITING);
    wire.clone().greet(&chat.hello(), &sender);
    let code = loop {
        page.keeper.tend().await;
        for frame in chat.take_outgoing(now()) {
            wire.clone().say(&frame, chat.conn(), &sender);
        }
        let came = {
            let mut due = pin!(timer(chat.deadline()).fuse());
            select_biased! {
                came = inbound.next() => came,
                _ = page.woken.next() => None,
                _ = due => None,
            }
        };
        if let Some(came) = came {
            if let Some(code) = take(chat, &came) {
                break code;
            }
            if matches!(came, Inbound::Polled) {
                chat.polling(now());
                wire.clone().greet(&chat.hello(), &sender);
            }
        }
        if is_over(chat) {
            break None;
        }
    };
    wire.abort.abort();
    code
}

/// What all requests of a connection have in common.
struct Wire {
    abort: AbortController,
    is_poll: bool,
}

impl Wire {
    /// Asks for what is new; it is read beside everything else.
    fn greet(self: Rc<Self>, hello: &ClientFrame, sender: &Sender<Inbound>) {
        let (body, mut sender) = (body(hello), sender.clone());
        spawn_local(async move {
            let heard = self.hear(&body, &mut sender).await;
            let end = heard.unwrap_or(Inbound::End(None));
            let _ = sender.send(end).await;
        });
    }

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

    /// Sends one frame; its answer comes in like every other frame.
    fn say(self: Rc<Self>, frame: &ClientFrame, conn: String, sender: &Sender<Inbound>) {
        let (body, mut sender) = (body(frame), sender.clone());
        spawn_local(async move {
            let answer = self.answer(&body, &conn).await;
            // What became of it nobody knows: the next connection asks again.
            let _ = sender.send(answer.unwrap_or(Inbound::End(None))).await;
        });
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

fn body(frame: &ClientFrame) -> String {
    serde_json::to_string(frame).unwrap_or_default()
}
