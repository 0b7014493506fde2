//! Sessions: who is signed in where.

use super::{
    NewSession, Store,
    engine::{Tx, bigint, number},
};
use crate::protocol::{Millis, User, UserId};
use crate::server::Result;

/// How much of what a browser calls itself is kept, in characters.
const AGENT_LIMIT: usize = 200;
/// How stale a session's last use may be before it is written down again: reading stays reading.
const SEEN_STEP_MS: Millis = 24 * 60 * 60 * 1000;

#[derive(sqlx::FromRow)]
struct SessionRow {
    user_id: UserId,
    name: String,
    seen_at: i64,
}

impl Store {
    /// Keeps a session.
    pub async fn create_session(&self, session: &NewSession) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.query(
            "insert into session (token_hash, user_id, created_at, seen_at, expires_at, agent)
             values ($1, $2, $3, $3, $4, $5)",
        )
        .bind(session.token_hash.to_vec())
        .bind(session.user)
        .bind(bigint(session.at))
        .bind(bigint(session.expires_at))
        .bind(session.agent.chars().filter(|c| !c.is_control()).take(AGENT_LIMIT).collect::<String>())
        .execute()
        .await?;
        Ok(tx.commit().await?)
    }

    /// Whose session this is, if it has not ended by `now`.
    pub async fn find_session(&self, token_hash: [u8; 32], now: Millis) -> Result<Option<User>> {
        let found = self
            .db
            .query(
                "select s.user_id, u.name, s.seen_at from session s join app_user u on u.id = s.user_id
                 where s.token_hash = $1 and s.expires_at > $2",
            )
            .bind(token_hash.to_vec())
            .bind(bigint(now))
            .optional::<SessionRow>()
            .await?;
        let Some(row) = found else { return Ok(None) };
        if now.saturating_sub(number(row.seen_at)) >= SEEN_STEP_MS {
            self.see_session(token_hash, now).await?;
        }
        Ok(Some(User { id: row.user_id, name: row.name }))
    }

    async fn see_session(&self, token_hash: [u8; 32], now: Millis) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.query("update session set seen_at = $2 where token_hash = $1 and seen_at < $2")
            .bind(token_hash.to_vec())
            .bind(bigint(now))
            .execute()
            .await?;
        Ok(tx.commit().await?)
    }

    /// Ends a session.
    pub async fn delete_session(&self, token_hash: [u8; 32]) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let ended = tx
            .query("delete from session where token_hash = $1 returning user_id")
            .bind(token_hash.to_vec())
            .optional::<(UserId,)>()
            .await?;
        if let Some((user,)) = ended {
            raise_rev(&mut tx, user).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Lets whoever holds an account's sessions and memberships in memory see that they have changed.
pub(super) async fn raise_rev(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.query("update app_user set rev = rev + 1 where id = $1").bind(user).execute().await?;
    Ok(())
}
