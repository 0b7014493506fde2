//! What somebody has read, and wants read or unread, when it is not said on a connection.

use super::{Result, respond::Call};
use crate::protocol::{Marker, ReadState, RoomId, Seq};
use futures::future::join_all;

/// Moves one's marker in a room.
///
/// # Errors
/// [`Failure::SignedOut`](crate::protocol::Failure::SignedOut), [`Failure::NotFound`](crate::protocol::Failure::NotFound).
pub async fn mark_read(call: Call, room: RoomId, seq: Option<Seq>, back: bool) -> Result<ReadState> {
    let me = call.user()?;
    let marker = Marker { back, ..Marker::upto(room, seq.unwrap_or(Seq::MAX)) };
    Ok(call.app.hub.read(me.id, marker).await?)
}

/// Moves one's markers in all rooms of a space, or of all spaces, to their heads.
///
/// # Errors
/// [`Failure::SignedOut`](crate::protocol::Failure::SignedOut), [`Failure::NotFound`](crate::protocol::Failure::NotFound),
/// or when not all of them could be moved.
pub async fn mark_all_read(call: Call, space: String) -> Result<()> {
    let me = call.user()?;
    let hub = &call.app.hub;
    let rooms = match space.as_str() {
        "" => hub.arrival(me.id).await?.rooms,
        space => hub.rooms(call.app.space(space, &me).await?.id, me.id).await?,
    };
    let unread = rooms.iter().filter(|room| room.role.is_some() && room.unread > 0);
    let marked = unread.map(|room| hub.read(me.id, Marker::upto(room.id, room.head)));
    for state in join_all(marked).await {
        state?;
    }
    Ok(())
}
