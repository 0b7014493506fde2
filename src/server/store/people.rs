//! People, as they are read from a row.

use super::{Store, reading::count};
use crate::protocol::{User, UserId};
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

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self { id: row.user_id, name: row.name, display: row.display, face: count(row.face) }
    }
}
