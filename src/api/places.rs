//! Rooms: what one sees of them and what one does to them.

use super::codec::Reply;
use crate::protocol::{Batch, Failure, Lobby, RoomId, RoomKind, RoomPage, RoomState, Seq};
use leptos::prelude::*;

/// Who one is, where one is, and what rooms there are; `space` is a slug or an id.
#[server(name = LobbyOf, prefix = "/api", endpoint = "lobby", input = server_fn::codec::GetUrl, output = Reply)]
pub async fn lobby(space: String) -> Result<Lobby, Failure> {
    use crate::server::{places, respond};
    respond(|call| places::lobby(call, space)).await
}

/// What a room's page opens with; `room` is a name or an id. It opens at the event `at`, when there is one.
#[server(name = RoomPageOf, prefix = "/api", endpoint = "room_page", input = server_fn::codec::GetUrl, output = Reply)]
pub async fn room_page(space: String, room: String, at: Option<Seq>) -> Result<RoomPage, Failure> {
    use crate::server::{places, respond};
    respond(|call| places::room_page(call, space, room, at)).await
}

/// The newest events before a seq, at most 100.
#[server(prefix = "/api", endpoint = "history", input = server_fn::codec::GetUrl, output = Reply)]
pub async fn history(room: RoomId, before: Seq, limit: u32) -> Result<Batch, Failure> {
    use crate::server::{places, respond};
    respond(|call| places::history(call, room, before, limit)).await
}

/// The first message of a day, else the first after it, else the newest. `from` is the instant at which the day begins
/// where the reader is, in milliseconds since 1970; without it, `day` (2026-11-03) begins as it does in Greenwich.
#[server(prefix = "/api", endpoint = "find_day", output = Reply)]
pub async fn find_day(
    room: RoomId,
    #[server(default)] day: String,
    #[server(default)] from: String,
) -> Result<Seq, Failure> {
    use crate::server::{days, respond};
    respond(|call| days::find_day(call, room, day, from)).await
}

/// Every text that a message has had, the newest last: an event for each.
#[server(prefix = "/api", endpoint = "message_history", output = Reply)]
pub async fn message_history(room: RoomId, seq: Seq) -> Result<Batch, Failure> {
    use crate::server::{places, respond};
    respond(|call| places::message_history(call, room, seq)).await
}

/// Makes a room, public unless said otherwise.
#[server(prefix = "/api", endpoint = "create_room", output = Reply)]
pub async fn create_room(
    space: String,
    name: String,
    #[server(default)] topic: String,
    kind: Option<RoomKind>,
) -> Result<RoomState, Failure> {
    use crate::server::{places, respond};
    respond(|call| places::create_room(call, space, name, topic, kind)).await
}

/// Gives a room another name.
#[server(prefix = "/api", endpoint = "rename_room", output = Reply)]
pub async fn rename_room(room: RoomId, name: String) -> Result<RoomState, Failure> {
    use crate::server::{places, respond};
    respond(|call| places::rename_room(call, room, name)).await
}

/// Gives a room another topic; an empty one takes it away.
#[server(prefix = "/api", endpoint = "set_topic", output = Reply)]
pub async fn set_topic(room: RoomId, #[server(default)] topic: String) -> Result<RoomState, Failure> {
    use crate::server::{places, respond};
    respond(|call| places::set_topic(call, room, topic)).await
}

/// Archives a room, or restores it.
#[server(prefix = "/api", endpoint = "archive_room", output = Reply)]
pub async fn archive_room(room: RoomId, on: bool) -> Result<RoomState, Failure> {
    use crate::{
        protocol::Op,
        server::{places, respond},
    };
    respond(|call| places::change(call, room, Op::Archive { on })).await
}

/// Joins a room.
#[server(prefix = "/api", endpoint = "join_room", output = Reply)]
pub async fn join_room(room: RoomId) -> Result<RoomState, Failure> {
    use crate::{
        protocol::Op,
        server::{places, respond},
    };
    respond(|call| places::change(call, room, Op::Join)).await
}

/// Leaves a room.
#[server(prefix = "/api", endpoint = "leave_room", output = Reply)]
pub async fn leave_room(room: RoomId) -> Result<RoomState, Failure> {
    use crate::{
        protocol::Op,
        server::{places, respond},
    };
    respond(|call| places::change(call, room, Op::Leave)).await
}
