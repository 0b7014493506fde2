//! Accounts: who there is.

use super::{
    Store,
    engine::{Tx, bigint},
    fold::fold,
    spaces::add_to_space,
};
use crate::protocol::{Failure, Field, Millis, Role, SpaceId, User};
use crate::server::Result;

impl Store {
    /// Makes an account of a name alone, and its place in a space if it has one. Refused as `Taken { Name }`
    /// when the folded name exists.
    pub async fn create_user(&self, user: &User, place: Option<(SpaceId, Role)>, at: Millis) -> Result<()> {
        let mut tx = self.db.begin().await?;
        insert_guest(&mut tx, user, at).await?;
        if let Some((space, role)) = place {
            add_to_space(&mut tx, space, user.id, role, false, at).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Makes an account of a name alone. Refused as `Taken { Name }` when the folded name exists.
pub(super) async fn insert_guest(tx: &mut Tx, user: &User, at: Millis) -> Result<()> {
    let made = tx
        .query(
            "insert into app_user (id, kind, name, name_folded, created_at) values ($1, 'guest', $2, $3, $4)
             on conflict (name_folded) do nothing",
        )
        .bind(user.id)
        .bind(user.name.as_str())
        .bind(fold(&user.name))
        .bind(bigint(at))
        .execute()
        .await?;
    if made == 0 { Err(Failure::Taken { field: Field::Name }.into()) } else { Ok(()) }
}
