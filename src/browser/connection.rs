//! Connects, and connects again, by whichever transport the chat says. What to do when is the chat's to say.

use super::{clock::now, keeper::Keeper, requests::Requests, socket::Socket};
use crate::{
    client::{Chat, Step, Transport},
    protocol::{ClientFrame, Millis, ServerFrame},
};
use futures::{
    FutureExt, StreamExt,
    channel::mpsc::{Receiver, Sender, channel},
    future::{Either, pending, select},
    select_biased,
};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::window;
use std::pin::pin;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// So many frames may wait to be taken in.
const WAITING: usize = 256;
/// So much text is taken in at once, and one frame more: about a hundred messages, which a slow page shows in the
/// time that nobody feels.
const AT_ONCE: usize = 32 * 1024;

/// Everything that a connection needs of the page.
pub(super) struct Page {
    pub(super) chat: Chat,
    /// Rings when there may be something to do.
    pub(super) woken: Receiver<()>,
    pub(super) keeper: Keeper,
}

/// What comes out of a connection.
pub(super) enum Inbound {
    /// It is open: somebody waits to be greeted.
    Opened,
    /// Nothing, but somebody is there.
    Life,
    /// A frame.
    Text(String),
    /// A plain request was taken.
    Answered,
    /// A poll brought all that it had.
    Polled,
    /// The end, with the close code if there was one.
    End(Option<u16>),
}

/// For as long as the page lives.
pub(super) async fn run(mut page: Page) {
    let chat = page.chat;
    let mut is_leaving = false;
    loop {
        // Drafts are written down also while there is nobody to send them to.
        page.keeper.tend().await;
        if chat.is_signed_out() && !std::mem::replace(&mut is_leaving, true) {
            leave().await;
        }
        let Step::Open(transport) = chat.step(now()) else {
            select(pin!(timer(chat.deadline())), page.woken.next()).await;
            continue;
        };
        let code = converse(&mut page, transport).await;
        chat.closed(code, now());
        if chat.is_worth_asking() {
            chat.asked(is_signed_in().await);
        }
    }
}

/// One connection, from the first attempt to its end. Gives the close code, if there was one.
async fn converse(page: &mut Page, transport: Transport) -> Option<u16> {
    let chat = page.chat;
    let (sender, mut inbound) = channel(WAITING);
    let wire = Wire::open(transport, sender)?;
    let mut later = None;
    loop {
        page.keeper.tend().await;
        for frame in chat.take_outgoing(now()) {
            wire.say(&frame, chat);
        }
        let came = match later.take() {
            Some(came) => Some(came),
            None => {
                let mut due = pin!(timer(chat.deadline()).fuse());
                select_biased! {
                    came = inbound.next() => Some(came.unwrap_or(Inbound::End(None))),
                    _ = page.woken.next() => None,
                    _ = due => None,
                }
            }
        };
        match came {
            None => {}
            Some(Inbound::Opened) => wire.greet(&chat.hello()),
            Some(Inbound::Answered) => chat.answered(now()),
            Some(Inbound::Text(text)) => {
                let (mut size, mut frames) = (text.len(), vec![read(&text)]);
                while size < AT_ONCE
                    && later.is_none()
                    && let Some(came) = inbound.next().now_or_never()
                {
                    match came {
                        Some(Inbound::Text(text)) => {
                            size += text.len();
                            frames.push(read(&text));
                        }
                        other => later = Some(other.unwrap_or(Inbound::End(None))),
                    }
                }
                chat.receive(frames, now());
            }
            Some(Inbound::Life) => chat.heard(),
            Some(Inbound::Polled) => {
                chat.polling(now());
                wire.greet(&chat.hello());
            }
            Some(Inbound::End(code)) => return code,
        }
        if matches!(chat.step(now()), Step::Abandon | Step::Open(_)) || !chat.is_engaged() {
            return None;
        }
    }
}

/// What is no frame of ours still says that somebody is there.
fn read(text: &str) -> ServerFrame {
    ServerFrame::decode(text).unwrap_or(ServerFrame::Unknown)
}

/// A connection of either kind.
enum Wire {
    Socket(Socket),
    Requests(Requests),
}

impl Wire {
    fn open(transport: Transport, sender: Sender<Inbound>) -> Option<Self> {
        Some(match transport {
            Transport::Socket => Self::Socket(Socket::open(sender)?),
            Transport::Stream => Self::Requests(Requests::new(false, sender)?),
            Transport::Poll => Self::Requests(Requests::new(true, sender)?),
        })
    }

    fn greet(&self, hello: &ClientFrame) {
        let hello = serde_json::to_string(hello).unwrap_or_default();
        match self {
            Self::Socket(socket) => socket.say(&hello),
            Self::Requests(requests) => requests.greet(hello),
        }
    }

    fn say(&self, frame: &ClientFrame, chat: Chat) {
        let frame = serde_json::to_string(frame).unwrap_or_default();
        match self {
            Self::Socket(socket) => socket.say(&frame),
            Self::Requests(requests) => requests.say(frame, chat.conn()),
        }
    }
}

/// The session is gone: the doorway is another page, and leads back here. Whoever signed out on this very page is
/// on the way there already.
async fn leave() {
    TimeoutFuture::new(500).await;
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    // Where the browser does not go, the line under the room's header says how it is, and has a link.
    drop(location.set_href(&format!("/enter?next={}", String::from(js_sys::encode_uri_component(&path)))));
}

/// Until something is due.
async fn timer(deadline: Option<Millis>) {
    match deadline {
        Some(at) => {
            TimeoutFuture::new(u32::try_from(at.saturating_sub(now())).unwrap_or(u32::MAX >> 1)).await
        }
        None => pending().await,
    }
}

/// A browser does not tell why a socket was refused; over HTTP it does. `None`: nobody answers there either.
async fn is_signed_in() -> Option<bool> {
    let asked = JsFuture::from(window().fetch_with_str("/api/me"));
    let timeout = TimeoutFuture::new(5_000);
    let Either::Left((Ok(response), _)) = select(pin!(asked), timeout).await else {
        return None;
    };
    match response.dyn_into::<Response>().ok()?.status() {
        401 => Some(false),
        200..500 => Some(true),
        _ => None,
    }
}
