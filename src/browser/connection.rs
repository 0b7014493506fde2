//! Connects, and connects again, by whichever transport the chat says. What to do when is the chat's to say.

use super::{clock::now, keeper::Keeper, requests, socket};
use crate::{
    client::{Chat, Step, Transport},
    protocol::{Millis, ServerFrame},
};
use futures::{
    StreamExt,
    channel::mpsc::Receiver,
    future::{Either, pending, select},
};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::window;
use std::pin::pin;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// Everything that a connection needs of the page.
pub(super) struct Page {
    pub(super) chat: Chat,
    /// Rings when there may be something to do.
    pub(super) woken: Receiver<()>,
    pub(super) keeper: Keeper,
}

/// What comes out of a connection.
pub(super) enum Inbound {
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
    loop {
        // Drafts are written down also while there is nobody to send them to.
        page.keeper.tend().await;
        let Step::Open(transport) = chat.step(now()) else {
            select(pin!(timer(chat.deadline())), page.woken.next()).await;
            continue;
        };
        let code = match transport {
            Transport::Socket => socket::converse(&mut page).await,
            Transport::Stream => requests::converse(&mut page, false).await,
            Transport::Poll => requests::converse(&mut page, true).await,
        };
        chat.closed(code, now());
        if chat.is_worth_asking() {
            chat.asked(is_signed_in().await);
        }
    }
}

/// Hands over what came. Gives the code, when it was the end.
pub(super) fn take(chat: Chat, inbound: &Inbound) -> Option<Option<u16>> {
    match inbound {
        Inbound::Text(text) => match ServerFrame::decode(text) {
            Ok(frame) => chat.receive(frame, now()),
            Err(_) => chat.heard(),
        },
        Inbound::Life | Inbound::Polled => chat.heard(),
        Inbound::Answered => chat.answered(now()),
        Inbound::End(code) => return Some(*code),
    }
    None
}

/// Is the connection to be dropped? Its farewell may never come, so it is not waited for.
pub(super) fn is_over(chat: Chat) -> bool {
    matches!(chat.step(now()), Step::Abandon | Step::Open(_)) || !chat.is_engaged()
}

/// Until something is due.
pub(super) async fn timer(deadline: Option<Millis>) {
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
