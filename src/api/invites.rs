//! Invitations: links that bring people in.

use super::codec::Reply;
use crate::protocol::{Arrival, Failure, Invite, InviteId, InviteView, MadeInvite, RoomId};
use leptos::prelude::*;

/// Makes a link to a space (a slug or an id), or to one of its rooms, that lets guests in or not, for so many
/// `days` (none: for ever) and `uses` (none: any number). Its code is told here and never again; a plain form
/// goes on to the page of invitations (`?made=CODE`), or to the room's when it is for a room.
#[server(prefix = "/api", endpoint = "create_invite", output = Reply)]
pub async fn create_invite(
    space: String,
    #[server(default)] room: String,
    #[server(default)] guests: bool,
    #[server(default)] days: String,
    #[server(default)] uses: String,
    #[server(default)] note: String,
) -> Result<MadeInvite, Failure> {
    use crate::server::{invites, respond};
    let asked = || invites::Asked { space, room, guests, days, uses, note };
    respond(|call| invites::create(call, asked())).await
}

/// Takes a link back.
#[server(prefix = "/api", endpoint = "revoke_invite", output = Reply)]
pub async fn revoke_invite(invite: InviteId) -> Result<(), Failure> {
    use crate::server::{invites, respond};
    respond(|call| invites::revoke(call, invite)).await
}

/// The links of a space, the newest first: all for who may make such links, else one's own. With `room`, only
/// those to that room.
#[server(prefix = "/api", endpoint = "invites", input = server_fn::codec::GetUrl, output = Reply)]
pub async fn invites(space: String, room: Option<RoomId>) -> Result<Vec<Invite>, Failure> {
    use crate::server::{invites, respond};
    respond(|call| invites::list(call, space, room)).await
}

/// Where a code leads.
#[server(prefix = "/api", endpoint = "look_at_invite", input = server_fn::codec::GetUrl, output = Reply)]
pub async fn look_at_invite(code: String) -> Result<InviteView, Failure> {
    use crate::server::{invites, respond};
    respond(|call| invites::look_at(call, code)).await
}

/// Comes in by a code as who one is signed in as; a plain form goes on to where it leads.
#[server(prefix = "/api", endpoint = "accept_invite", output = Reply)]
pub async fn accept_invite(code: String) -> Result<Arrival, Failure> {
    use crate::server::{invites, respond};
    respond(|call| invites::accept(call, code)).await
}

/// Comes in by a code with a name alone, where that is allowed.
#[server(prefix = "/api", endpoint = "enter_by_invite", output = Reply)]
pub async fn enter_by_invite(code: String, name: String) -> Result<Arrival, Failure> {
    use crate::server::{invites, respond};
    respond(|call| invites::enter(call, code, name)).await
}
