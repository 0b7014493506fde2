//! Keeping order: reports, removals, bans, slow mode, and the record of what was done.

use super::codec::Reply;
use crate::protocol::{self, AuditEntry, AuditId, Failure, ReportId, Role, RoomId, RoomState, Seq};
use leptos::prelude::*;

/// Tells the moderators of a message, and why; `more` is what there is to add. Telling twice is once.
#[server(prefix = "/api", endpoint = "report", output = Reply)]
pub async fn report(
    room: RoomId,
    seq: Seq,
    #[server(default)] reason: String,
    #[server(default)] more: String,
) -> Result<(), Failure> {
    use crate::server::{reports, respond};
    respond(|call| reports::report(call, room, seq, reason, more)).await
}

/// What was reported in a space, the newest first; with `all`, what is settled too.
#[server(prefix = "/api", endpoint = "reports", input = server_fn::codec::GetUrl, output = Reply)]
pub async fn reports(space: String, #[server(default)] all: bool) -> Result<Vec<protocol::Report>, Failure> {
    use crate::server::{reports, respond};
    respond(|call| reports::list(call, space, all)).await
}

/// Settles every report of a message, and deletes the message if asked to.
#[server(prefix = "/api", endpoint = "settle_report", output = Reply)]
pub async fn settle_report(report: ReportId, #[server(default)] delete: bool) -> Result<(), Failure> {
    use crate::server::{reports, respond};
    respond(|call| reports::settle(call, report, delete)).await
}

/// Brings somebody of the space into a room; `user` is a name or an id.
#[server(prefix = "/api", endpoint = "add_to_room", output = Reply)]
pub async fn add_to_room(room: RoomId, user: String) -> Result<(), Failure> {
    use crate::server::{moderation, respond};
    respond(|call| moderation::add_to_room(call, room, user)).await
}

/// Sends somebody out of a room; `user` is a name or an id.
#[server(prefix = "/api", endpoint = "remove_from_room", output = Reply)]
pub async fn remove_from_room(room: RoomId, user: String) -> Result<(), Failure> {
    use crate::server::{moderation, respond};
    respond(|call| moderation::remove_from_room(call, room, user)).await
}

/// Gives somebody another role in a room; `user` is a name or an id.
#[server(prefix = "/api", endpoint = "set_room_role", output = Reply)]
pub async fn set_room_role(room: RoomId, user: String, role: Role) -> Result<(), Failure> {
    use crate::server::{moderation, respond};
    respond(|call| moderation::set_room_role(call, room, user, role)).await
}

/// Sends somebody out of a space for good; `user` is a name or an id. With `delete_messages`, what they said
/// in rooms that everybody may find is deleted.
#[server(prefix = "/api", endpoint = "ban", output = Reply)]
pub async fn ban(
    space: String,
    user: String,
    #[server(default)] reason: String,
    #[server(default)] delete_messages: bool,
) -> Result<(), Failure> {
    use crate::server::{moderation, respond};
    respond(|call| moderation::ban(call, space, user, reason, delete_messages)).await
}

/// Lets somebody come into a space again; `user` is a name or an id.
#[server(prefix = "/api", endpoint = "unban", output = Reply)]
pub async fn unban(space: String, user: String) -> Result<(), Failure> {
    use crate::server::{moderation, respond};
    respond(|call| moderation::unban(call, space, user)).await
}

/// Who may not come into a space.
#[server(prefix = "/api", endpoint = "bans", input = server_fn::codec::GetUrl, output = Reply)]
pub async fn bans(space: String) -> Result<Vec<protocol::Ban>, Failure> {
    use crate::server::{moderation, respond};
    respond(|call| moderation::bans(call, space)).await
}

/// How many seconds a member waits between two messages; 0 for none.
#[server(prefix = "/api", endpoint = "set_slow", output = Reply)]
pub async fn set_slow(room: RoomId, seconds: u32) -> Result<RoomState, Failure> {
    use crate::server::{moderation, respond};
    respond(|call| moderation::set_slow(call, room, seconds)).await
}

/// What was done in a space to keep order, the newest first; after an entry of an earlier page.
#[server(prefix = "/api", endpoint = "audit", input = server_fn::codec::GetUrl, output = Reply)]
pub async fn audit(space: String, after: Option<AuditId>) -> Result<Vec<AuditEntry>, Failure> {
    use crate::server::{moderation, respond};
    respond(|call| moderation::audit(call, space, after)).await
}
