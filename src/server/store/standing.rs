//! What somebody is in a room and in its space: what every change is decided by.

use super::engine::Tx;
use crate::protocol::{Failure, Role, RoomAct, RoomId, RoomKind, SpaceId, UserId, effective, may};
use crate::server::Result;

/// Somebody's place in a space, and in one of its rooms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Standing {
    /// The role in the space.
    pub space: Role,
    /// The role in the room, when in it.
    pub room: Option<Role>,
    only_rooms: i64,
}

impl Standing {
    /// Reads it; `None` for who does not belong to the space.
    pub async fn find(tx: &mut Tx, space: SpaceId, room: RoomId, user: UserId) -> Result<Option<Self>> {
        let query = tx.query(
            "select s.role as space, m.role as room, s.only_rooms from space_member s
             left join room_member m on m.room_id = $2 and m.user_id = s.user_id
             where s.space_id = $1 and s.user_id = $3",
        );
        Ok(query.bind(space).bind(room).bind(user).optional::<Self>().await?)
    }

    /// What one may do in the room as its member.
    pub fn in_room(&self, kind: RoomKind) -> Option<Role> {
        self.room.map(|room| effective(kind, room, self.space))
    }

    /// May one know of the room?
    pub fn may_read(&self, kind: RoomKind) -> bool {
        self.room.is_some() || (is_common(kind) && self.only_rooms == 0)
    }

    /// As a member, one may do this.
    ///
    /// # Errors
    /// [`Failure::NotFound`] for who is not in the room, [`Failure::Forbidden`] for who may not do it.
    pub fn expect(&self, act: RoomAct, kind: RoomKind) -> Result<Role, Failure> {
        let role = self.in_room(kind).ok_or(Failure::NotFound)?;
        if may(act, kind, role) { Ok(role) } else { Err(Failure::Forbidden) }
    }
}

/// May everybody in the space find it?
pub fn is_common(kind: RoomKind) -> bool {
    matches!(kind, RoomKind::Public | RoomKind::Announcement)
}
