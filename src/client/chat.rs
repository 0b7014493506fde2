//! Chat: the one handle that views hold, and the only file here that knows signals.

use super::{
    PageId, Row, Zone,
    wording::{Lang, Words},
};
use crate::protocol::{
    ClientFrame, Failure, HereState, Lobby, Millis, Nonce, RoomId, RoomPage, RoomState, ServerFrame, Space,
    User,
};
use leptos::prelude::*;
use std::sync::Arc;

/// How the page is connected, as far as a person cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Before the first connection, or within the first two seconds of losing one: say nothing.
    Quiet,
    /// Everything arrives as it happens.
    Live,
    /// Trying again; `waiting` drafts will be sent then.
    Reconnecting { waiting: usize },
    /// The browser says that there is no network; `waiting` drafts will be sent later.
    Offline { waiting: usize },
    /// Back for less than three seconds; `missed` messages were brought.
    Back { missed: usize },
    /// The session ended: enter again.
    SignedOut,
}

/// The handle on everything a page knows and can do. Copy it freely.
#[derive(Clone, Copy)]
pub struct Chat {
    /// The language of every sentence.
    pub lang: RwSignal<Lang>,
    /// The reader's time zone: UTC until the page is awake, so that both sides render the same.
    pub zone: RwSignal<Zone>,
    /// The page is awake: WASM runs, the plain form is taken over.
    pub awake: RwSignal<bool>,
    /// The room on screen.
    pub current: RwSignal<Option<RoomId>>,
}

#[expect(unused_variables, reason = "signatures first")]
impl Chat {
    /// Made once, by the app's root component.
    pub fn new(lang: Lang) -> Self {
        unimplemented!()
    }
    /// The handle that the root component provided.
    pub fn expect() -> Self {
        expect_context()
    }
    /// Every sentence, in the reader's language; reads `lang`.
    pub fn words(self) -> &'static Words {
        unimplemented!()
    }

    // --- what the server rendered, on both sides ---

    /// Takes who one is and the list of rooms. Newer state from the socket is never overwritten.
    pub fn seed_lobby(self, lobby: &Lobby) {
        unimplemented!()
    }
    /// Takes a room's first page of history, unless more is held already.
    pub fn seed_room(self, page: &RoomPage) {
        unimplemented!()
    }

    // --- read, reactively ---

    /// Who one is.
    pub fn me(self) -> Option<User> {
        unimplemented!()
    }
    /// Where one is.
    pub fn space(self) -> Option<Space> {
        unimplemented!()
    }
    /// The rooms, by name.
    pub fn rooms(self) -> Vec<RoomState> {
        unimplemented!()
    }
    /// One room.
    pub fn room(self, room: RoomId) -> Option<RoomState> {
        unimplemented!()
    }
    /// Who is here, once the server said so.
    pub fn here(self, room: RoomId) -> Option<HereState> {
        unimplemented!()
    }
    /// The pages of a room's timeline, oldest first. Each keeps its id; older history is one page put before.
    pub fn pages(self, room: RoomId) -> Vec<PageId> {
        unimplemented!()
    }
    /// The rows of one page. Cheap when that page did not change.
    pub fn rows(self, room: RoomId, page: PageId) -> Arc<Vec<Row>> {
        unimplemented!()
    }
    /// Is there history above the first page? Reactive.
    pub fn has_older(self, room: RoomId) -> bool {
        unimplemented!()
    }
    /// Is it being brought? Reactive.
    pub fn is_fetching(self, room: RoomId) -> bool {
        unimplemented!()
    }
    /// How the page is connected.
    pub fn link(self) -> Link {
        unimplemented!()
    }

    // --- act ---

    /// Puts a text on its way. The failure is for a text that may not be said; nothing is lost otherwise.
    pub fn send(self, room: RoomId, text: &str) -> Result<(), Failure> {
        unimplemented!()
    }
    /// Sends a refused draft again, under the same nonce where that is allowed, else under a new one.
    pub fn retry(self, nonce: Nonce) {
        unimplemented!()
    }
    /// Drops a refused draft, and gives its text back.
    pub fn discard(self, nonce: Nonce) -> Option<String> {
        unimplemented!()
    }
    /// Asks for older history of a room.
    pub fn want_older(self, room: RoomId) {
        unimplemented!()
    }
    /// Try to connect now instead of waiting.
    pub fn reconnect_now(self) {
        unimplemented!()
    }

    // --- for browser/ alone ---

    /// Takes a frame.
    pub fn receive(self, frame: ServerFrame, now: Millis) {
        unimplemented!()
    }
    /// Frames to be sent now, in order; empties as it is read.
    pub fn take_outgoing(self, now: Millis) -> Vec<ClientFrame> {
        unimplemented!()
    }
}
