//! The socket: one connection over a WebSocket, from the first attempt to its end.

use super::{
    clock::now,
    connection::{Inbound, Page, is_over, take, timer},
};
use crate::{client::Chat, protocol::ClientFrame};
use futures::{FutureExt, Sink, SinkExt, StreamExt, future::poll_fn, select_biased};
use gloo_net::websocket::{Message, State, WebSocketError, futures::WebSocket};
use leptos::prelude::window;
use std::pin::{Pin, pin};

/// Gives the close code, if the server had one.
pub(super) async fn converse(page: &mut Page) -> Option<u16> {
    let chat = page.chat;
    let mut socket = WebSocket::open(&url()).ok()?;
    let mut is_greeted = false;
    loop {
        let is_open = matches!(socket.state(), State::Open);
        if is_open && !is_greeted {
            is_greeted = true;
            say(&mut socket, &chat.hello()).await;
        }
        page.keeper.tend().await;
        if is_open {
            send(chat, &mut socket).await;
        }
        let inbound = {
            let mut heard = pin!(hear(&mut socket).fuse());
            let mut due = pin!(timer(chat.deadline()).fuse());
            select_biased! {
                inbound = heard => inbound,
                _ = page.woken.next() => None,
                _ = due => None,
            }
        };
        if let Some(code) = inbound.and_then(|inbound| take(chat, &inbound)) {
            return code;
        }
        if is_over(chat) {
            return None;
        }
    }
}

/// The next thing that the socket has to say: that it is open, then frames, then its end.
async fn hear(socket: &mut WebSocket) -> Option<Inbound> {
    if matches!(socket.state(), State::Connecting) {
        let _ = poll_fn(|cx| Pin::new(&mut *socket).poll_ready(cx)).await;
        return None;
    }
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => return Some(Inbound::Text(text)),
            Some(Ok(Message::Bytes(_))) => return Some(Inbound::Life),
            // It goes down; the code follows.
            Some(Err(WebSocketError::ConnectionError)) => {}
            Some(Err(WebSocketError::ConnectionClose(event))) => return Some(Inbound::End(Some(event.code))),
            Some(Err(_)) | None => return Some(Inbound::End(None)),
        }
    }
}

/// Sends what there is. A socket that closes takes frames without a word and loses them: drafts wait for
/// their answer in the outbox, so nothing depends on this.
async fn send(chat: Chat, socket: &mut WebSocket) {
    for frame in chat.take_outgoing(now()) {
        say(socket, &frame).await;
    }
}

async fn say(socket: &mut WebSocket, frame: &ClientFrame) {
    if let Ok(text) = serde_json::to_string(frame) {
        let _ = socket.send(Message::Text(text)).await;
    }
}

fn url() -> String {
    let location = window().location();
    let scheme = if location.protocol().as_deref() == Ok("https:") { "wss" } else { "ws" };
    format!("{scheme}://{}/v1/ws", location.host().unwrap_or_default())
}
