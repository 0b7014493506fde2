//! Calls over HTTP.

use crate::protocol::{self, Arrival, Failure, RoomId, RoomKind, RoomState};
use leptos::prelude::*;
use leptos::server_fn::{codec::JsonEncoding, error::{FromServerFnError, ServerFnErrorErr}};

impl FromServerFnError for Failure {
    type Encoder = JsonEncoding;
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            _ => Self::Other,
        }
    }
}

/// Stub.
#[server]
pub async fn enter(name: String, next: String) -> Result<Arrival, Failure> {
    Err(Failure::Unknown)
}
/// Stub.
#[server]
pub async fn sign_out() -> Result<(), Failure> {
    Err(Failure::Unknown)
}
/// Stub.
#[server]
pub async fn prefer(lang: String, theme: String, density: String, back: String) -> Result<(), Failure> {
    Err(Failure::Unknown)
}
/// Stub.
#[server]
pub async fn lobby(space: String) -> Result<protocol::Lobby, Failure> {
    Err(Failure::Unknown)
}
/// Stub.
#[server]
pub async fn room_page(space: String, room: String) -> Result<protocol::RoomPage, Failure> {
    Err(Failure::Unknown)
}
/// Stub.
#[server]
pub async fn create_room(space: String, name: String, topic: String, kind: RoomKind) -> Result<RoomState, Failure> {
    Err(Failure::Unknown)
}
/// Stub.
#[server]
pub async fn rename_room(room: RoomId, name: String) -> Result<RoomState, Failure> {
    Err(Failure::Unknown)
}
/// Stub.
#[server]
pub async fn set_topic(room: RoomId, topic: String) -> Result<RoomState, Failure> {
    Err(Failure::Unknown)
}
/// Stub.
#[server]
pub async fn archive_room(room: RoomId, on: bool) -> Result<RoomState, Failure> {
    Err(Failure::Unknown)
}
/// Stub.
#[server]
pub async fn join_room(room: RoomId) -> Result<RoomState, Failure> {
    Err(Failure::Unknown)
}
/// Stub.
#[server]
pub async fn leave_room(room: RoomId) -> Result<RoomState, Failure> {
    Err(Failure::Unknown)
}
