//! Pictures of people, and who may see them.

use super::{
    Store,
    engine::{bigint, number},
};
use crate::protocol::{Millis, UserId};
use crate::server::Result;

impl Store {
    /// Keeps a picture in the place of the one before. Its number goes up with time, and is kept below zero
    /// while there is no picture: so no number ever stands for two.
    pub async fn set_face(&self, user: UserId, picture: Vec<u8>, at: Millis) -> Result<u64> {
        let mut tx = self.db.begin().await?;
        tx.query(
            "insert into face (user_id, picture) values ($1, $2)
             on conflict (user_id) do update set picture = excluded.picture",
        )
        .bind(user)
        .bind(picture)
        .execute()
        .await?;
        let raise = tx.query(
            "update app_user set face = case when abs(face) >= $2 then abs(face) + 1 else $2 end
             where id = $1 returning face",
        );
        let (face,) = raise.bind(user).bind(bigint(at / 1000)).one::<(i64,)>().await?;
        tx.commit().await?;
        Ok(number(face))
    }

    /// Takes a picture away.
    pub async fn remove_face(&self, user: UserId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.query("delete from face where user_id = $1").bind(user).execute().await?;
        tx.query("update app_user set face = -abs(face) where id = $1").bind(user).execute().await?;
        Ok(tx.commit().await?)
    }

    /// The picture of a person and its number, for one's own eyes and those who share a space.
    pub async fn find_face(&self, user: UserId, by: UserId) -> Result<Option<(u64, Vec<u8>)>> {
        let query = self.db.query(
            "select u.face, f.picture from face f join app_user u on u.id = f.user_id
             where f.user_id = $1 and (f.user_id = $2 or exists (
                 select 1 from space_member a join space_member b on b.space_id = a.space_id
                 where a.user_id = $1 and b.user_id = $2
             ))",
        );
        let found = query.bind(user).bind(by).optional::<(i64, Vec<u8>)>().await?;
        Ok(found.map(|(face, picture)| (number(face), picture)))
    }
}
