//! People, as they are read from a row.

use super::{Store, reading::count, rooms::may_read};
use crate::protocol::{Failure, RoomId, User, UserId};
use crate::server::Result;

/// The columns of `app_user u` that make somebody.
macro_rules! user_columns {
    () => {
        "u.id as user_id, u.name, u.display, u.face"
    };
}
pub(super) use user_columns;

/// What people see of `app_user u`.
macro_rules! shown {
    () => {
        "coalesce(nullif(u.display, ''), u.name)"
    };
}
pub(super) use shown;

/// Somebody, by [`user_columns`].
#[derive(sqlx::FromRow)]
pub struct UserRow {
    user_id: UserId,
    name: String,
    display: String,
    face: i64,
}

impl Store {
    /// Has somebody more than a name, and does that person run the server?
    pub async fn powers(&self, user: UserId) -> Result<(bool, bool)> {
        let query = self.db.query("select kind, is_admin from app_user where id = $1").bind(user);
        let found = query.optional::<(String, i64)>().await?;
        Ok(found.map_or((false, false), |(kind, is_admin)| (kind != "guest", is_admin != 0)))
    }
}

impl Store {
    /// The people of a room, those first who have read the furthest; for who may read it.
    pub async fn people_of_room(&self, room: RoomId, reader: UserId, limit: u32) -> Result<Vec<User>> {
        let mut tx = self.db.begin_to_read().await?;
        let seen = tx.query(concat!("select r.id from room r where r.id = $1 and ", may_read!()));
        seen.bind(room).bind(reader).optional::<(RoomId,)>().await?.ok_or(Failure::NotFound)?;
        let query = tx.query(concat!(
            "select ",
            user_columns!(),
            " from room_member m join app_user u on u.id = m.user_id
             where m.room_id = $1 order by m.read_seq desc, u.name_folded limit $2"
        ));
        let rows = query.bind(room).bind(i64::from(limit)).all::<UserRow>().await?;
        Ok(rows.into_iter().map(User::from).collect())
    }
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self { id: row.user_id, name: row.name, display: row.display, face: count(row.face) }
    }
}
