//! The socket: a WebSocket that tells what comes out of it.

use super::connection::Inbound;
use futures::channel::mpsc::Sender;
use js_sys::Reflect;
use leptos::prelude::window;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Event, WebSocket};

/// What it tells of. An error is always followed by the close.
const EVENTS: [&str; 3] = ["open", "message", "close"];

/// One WebSocket; dropping it is how it is abandoned, for its farewell may never come.
pub(super) struct Socket {
    socket: WebSocket,
    listener: Closure<dyn Fn(Event)>,
}

impl Socket {
    /// Begins to open one.
    pub(super) fn open(sender: Sender<Inbound>) -> Option<Self> {
        let socket = WebSocket::new(&url()).ok()?;
        let sender = RefCell::new(Some(sender));
        let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            let mut sender = sender.borrow_mut();
            let is_taken = sender.as_mut().is_some_and(|sender| sender.try_send(told(&event)).is_ok());
            if !is_taken {
                // More came than could be taken in: without a sender this connection is at its end, and the next
                // one brings what is missing.
                *sender = None;
            }
        });
        for name in EVENTS {
            let _ = socket.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        }
        Some(Self { socket, listener })
    }

    /// Sends a frame. A socket that closes takes frames without a word and loses them: drafts wait for their answer
    /// in the outbox, so nothing depends on this.
    pub(super) fn say(&self, frame: &str) {
        // A browser complains of frames for one that is known to be closed.
        if self.socket.ready_state() == WebSocket::OPEN {
            let _ = self.socket.send_with_str(frame);
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let listener = self.listener.as_ref().unchecked_ref();
        for name in EVENTS {
            let _ = self.socket.remove_event_listener_with_callback(name, listener);
        }
        let _ = self.socket.close();
    }
}

fn told(event: &Event) -> Inbound {
    let field = |name: &str| Reflect::get(event, &name.into()).unwrap_or_default();
    match event.type_().as_str() {
        "open" => Inbound::Opened,
        "message" => field("data").as_string().map_or(Inbound::Life, Inbound::Text),
        _ => Inbound::End(field("code").as_f64().map(|code| code as u16)),
    }
}

fn url() -> String {
    let location = window().location();
    let scheme = if location.protocol().as_deref() == Ok("https:") { "wss" } else { "ws" };
    format!("{scheme}://{}/v1/ws", location.host().unwrap_or_default())
}
