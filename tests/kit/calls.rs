//! Requests over HTTP and the small things they are made of.

use super::soon;
use maru::protocol::{ClientFrame, Draft, Failure, Nonce, Op, RoomId};
use serde::de::DeserializeOwned;
use std::sync::atomic::{AtomicU64, Ordering};

/// A client that follows nothing and keeps nothing, so that a test sees each answer as it is.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .expect("a client")
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: reqwest::header::HeaderMap,
    /// Its body.
    pub body: String,
}

impl Reply {
    /// The answer to a request.
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = soon("an answer", request.send()).await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = soon("the rest of an answer", response.text()).await.expect("a body");
        Self { status, headers, body }
    }

    /// One header's text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("readable"))
    }

    /// What a call answered.
    #[track_caller]
    pub fn value<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.status, 200, "{}", self.body);
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// What a call was refused with, and the status that went with it.
    #[track_caller]
    pub fn failure(&self) -> (u16, Failure) {
        let failure = serde_json::from_str(&self.body);
        (self.status, failure.unwrap_or_else(|error| panic!("{} {error}: {}", self.status, self.body)))
    }

    /// The value of a `Set-Cookie` of this name.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        let mut pairs = cookies.filter_map(|cookie| cookie.split(';').next()?.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
    }
}

/// A nonce that no other call has given.
pub fn nonce() -> Nonce {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut random = [0; 10];
    random[2..].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    Nonce::new(u64::from(std::process::id()), random)
}

/// The frame that says `text` in a room.
pub fn say(nonce: Nonce, room: RoomId, text: &str) -> ClientFrame {
    ClientFrame::Send(Draft { nonce, room, op: Op::said(text.to_owned()) })
}
