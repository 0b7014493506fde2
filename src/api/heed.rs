//! What one has read, and wants read or unread.

use super::codec::Reply;
use crate::protocol::{Failure, ReadState, RoomId, Seq};
use leptos::prelude::*;

/// Everything in a room up to a seq is read, or everything there is when none is said. With `back`, what comes
/// after the seq is unread again.
#[server(prefix = "/api", endpoint = "mark_read", output = Reply)]
pub async fn mark_read(
    room: RoomId,
    seq: Option<Seq>,
    #[server(default)] back: bool,
) -> Result<ReadState, Failure> {
    use crate::server::{heed, respond};
    respond(|call| heed::mark_read(call, room, seq, back)).await
}

/// Everything is read in all rooms of a space, or of all spaces when none is said.
#[server(prefix = "/api", endpoint = "mark_all_read", output = Reply)]
pub async fn mark_all_read(#[server(default)] space: String) -> Result<(), Failure> {
    use crate::server::{heed, respond};
    respond(|call| heed::mark_all_read(call, space)).await
}
