//! The socket: hands frames to the chat and drains its outbox. What to do when is the chat's to say.

use super::clock::now;
use crate::{
    client::{Chat, Step},
    protocol::{Millis, ServerFrame},
};
use futures::{
    FutureExt, Sink, SinkExt, StreamExt,
    channel::mpsc::Receiver,
    future::{Either, pending, poll_fn, select},
    select_biased,
};
use gloo_net::websocket::{Message, State, WebSocketError, futures::WebSocket};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::window;
use std::pin::{Pin, pin};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Connects, and connects again, for as long as the page lives.
pub(super) async fn run(chat: Chat, mut woken: Receiver<()>) {
    loop {
        if chat.step(now()) == Step::Open {
            let code = converse(chat, &mut woken).await;
            chat.closed(code, now());
            if chat.is_refused_at_the_door() && is_signed_out().await {
                chat.signed_out();
            }
        } else {
            idle(chat, &mut woken).await;
        }
    }
}

/// Until something is due, or somebody has something to say.
async fn idle(chat: Chat, woken: &mut Receiver<()>) {
    select(pin!(timer(chat.deadline())), woken.next()).await;
}

/// One connection, from the first attempt to its end. Gives the close code, if the server had one.
async fn converse(chat: Chat, woken: &mut Receiver<()>) -> Option<u16> {
    let mut socket = WebSocket::open(&url()).ok()?;
    let mut is_greeted = false;
    loop {
        let is_open = matches!(socket.state(), State::Open);
        if is_open && !is_greeted {
            is_greeted = true;
            chat.opened();
        }
        if is_open {
            send(chat, &mut socket).await;
        }
        let inbound = {
            let mut heard = pin!(hear(&mut socket).fuse());
            let mut due = pin!(timer(chat.deadline()).fuse());
            select_biased! {
                inbound = heard => inbound,
                _ = woken.next() => Inbound::Nothing,
                _ = due => Inbound::Nothing,
            }
        };
        match inbound {
            Inbound::Nothing => {}
            Inbound::Text(text) => match ServerFrame::decode(&text) {
                Ok(frame) => chat.receive(frame, now()),
                Err(_) => chat.heard(),
            },
            Inbound::End(code) => return code,
        }
        // Dropping it is how a socket is abandoned: its farewell may never come.
        if matches!(chat.step(now()), Step::Abandon | Step::Open) || !chat.is_engaged() {
            return None;
        }
    }
}

/// What came out of the socket.
enum Inbound {
    Nothing,
    Text(String),
    End(Option<u16>),
}

/// The next thing that the socket has to say: that it is open, then frames, then its end.
async fn hear(socket: &mut WebSocket) -> Inbound {
    if matches!(socket.state(), State::Connecting) {
        let _ = poll_fn(|cx| Pin::new(&mut *socket).poll_ready(cx)).await;
        return Inbound::Nothing;
    }
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => return Inbound::Text(text),
            Some(Ok(Message::Bytes(_))) => return Inbound::Text(String::new()),
            // It goes down; the code follows.
            Some(Err(WebSocketError::ConnectionError)) => {}
            Some(Err(WebSocketError::ConnectionClose(event))) => return Inbound::End(Some(event.code)),
            Some(Err(_)) | None => return Inbound::End(None),
        }
    }
}

/// Sends what there is. A socket that closes takes frames without a word and loses them: drafts wait for
/// their answer in the outbox, so nothing depends on this.
async fn send(chat: Chat, socket: &mut WebSocket) {
    for frame in chat.take_outgoing(now()) {
        if let Ok(text) = serde_json::to_string(&frame) {
            let _ = socket.send(Message::Text(text)).await;
        }
    }
}

async fn timer(deadline: Option<Millis>) {
    match deadline {
        Some(at) => {
            TimeoutFuture::new(u32::try_from(at.saturating_sub(now())).unwrap_or(u32::MAX >> 1)).await
        }
        None => pending().await,
    }
}

fn url() -> String {
    let location = window().location();
    let scheme = if location.protocol().as_deref() == Ok("https:") { "wss" } else { "ws" };
    format!("{scheme}://{}/v1/ws", location.host().unwrap_or_default())
}

/// A browser does not tell why an upgrade was refused; over HTTP it does.
async fn is_signed_out() -> bool {
    let asked = JsFuture::from(window().fetch_with_str("/api/me"));
    let timeout = TimeoutFuture::new(5_000);
    let Either::Left((Ok(response), _)) = select(pin!(asked), timeout).await else {
        return false;
    };
    js_sys::Reflect::get(&response, &JsValue::from_str("status")).is_ok_and(|status| status == 401)
}
