//! Spaces: what they are like, who belongs to them, and talking to a few people alone.

use super::codec::Reply;
use crate::protocol::{Failure, Members, Mute, Role, RoomId, RoomState, Space, User};
use leptos::prelude::*;

/// Makes a space, which one owns then; for those who run the server.
#[server(prefix = "/api", endpoint = "create_space", output = Reply)]
pub async fn create_space(name: String, slug: String) -> Result<Space, Failure> {
    use crate::server::{respond, spaces};
    respond(|call| spaces::create(call, name, slug)).await
}

/// Says what a space is like: `entry` is open, invite or closed; `door` the role of who comes in by a name
/// alone (guest or member; empty when nobody may); `guests` whether invitations may let guests in.
#[server(prefix = "/api", endpoint = "edit_space", output = Reply)]
pub async fn edit_space(
    space: String,
    name: String,
    #[server(default)] glyph: String,
    entry: String,
    #[server(default)] door: String,
    #[server(default)] guests: bool,
) -> Result<Space, Failure> {
    use crate::server::{respond, spaces};
    respond(|call| spaces::edit(call, space, name, glyph, entry, door, guests)).await
}

/// Gives somebody another role in a space; `user` is a name or an id.
#[server(prefix = "/api", endpoint = "set_space_role", output = Reply)]
pub async fn set_space_role(space: String, user: String, role: Role) -> Result<(), Failure> {
    use crate::server::{respond, spaces};
    respond(|call| spaces::set_role(call, space, user, role)).await
}

/// Goes out of a space and all its rooms.
#[server(prefix = "/api", endpoint = "leave_space", output = Reply)]
pub async fn leave_space(space: String) -> Result<(), Failure> {
    use crate::server::{respond, spaces};
    respond(|call| spaces::leave(call, space)).await
}

/// Who belongs to a space, by name, a page at a time: `after` is the `next` of the page before. With `q`, those
/// who have it in their name, or in the name that they are shown as.
#[server(prefix = "/api", endpoint = "people", input = server_fn::codec::GetUrl, output = Reply)]
pub async fn people(
    space: String,
    #[server(default)] after: String,
    #[server(default)] q: String,
) -> Result<Members, Failure> {
    use crate::server::{respond, spaces};
    respond(|call| spaces::people(call, space, after, q)).await
}

/// Who is in a room, by name, a page at a time.
#[server(prefix = "/api", endpoint = "room_people", input = server_fn::codec::GetUrl, output = Reply)]
pub async fn room_people(room: RoomId, #[server(default)] after: String) -> Result<Members, Failure> {
    use crate::server::{respond, spaces};
    respond(|call| spaces::room_people(call, room, after)).await
}

/// The few people of a room who may be meant by the start of a name, or by its initial consonants.
#[server(prefix = "/api", endpoint = "suggest_people", output = Reply)]
pub async fn suggest_people(room: RoomId, #[server(default)] start: String) -> Result<Vec<User>, Failure> {
    use crate::server::{respond, suggest};
    respond(|call| suggest::people(call, room, start)).await
}

/// Opens the room of these people and oneself; `people` are names or ids, with commas or lines between them.
#[server(prefix = "/api", endpoint = "direct", output = Reply)]
pub async fn direct(space: String, people: String) -> Result<RoomState, Failure> {
    use crate::server::{respond, spaces};
    respond(|call| spaces::direct(call, space, people)).await
}

/// Changes a room's `kind` (public, announcement or private; never from private) and what newcomers see of its
/// `history` (all or joined); what is empty stays.
#[server(prefix = "/api", endpoint = "configure_room", output = Reply)]
pub async fn configure_room(
    room: RoomId,
    #[server(default)] kind: String,
    #[server(default)] history: String,
) -> Result<RoomState, Failure> {
    use crate::server::{moderation, respond};
    respond(|call| moderation::configure_room(call, room, kind, history)).await
}

/// What of a room one wants to be told loudly: all, mentions or nothing.
#[server(prefix = "/api", endpoint = "set_mute", output = Reply)]
pub async fn set_mute(room: RoomId, mute: Mute) -> Result<RoomState, Failure> {
    use crate::server::{moderation, respond};
    respond(|call| moderation::set_mute(call, room, mute)).await
}
