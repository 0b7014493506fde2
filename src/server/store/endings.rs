//! Sessions as their owner sees them, and how they end.

use super::{
    Store,
    engine::{Both, Tx, bigint, number},
    sessions::raise_rev,
};
use crate::protocol::{Millis, UserId};
use crate::server::{Result, session::hex};

/// How long a browser's session lasts that nobody uses.
pub const IDLE_MS: Millis = 30 * 24 * 60 * 60 * 1000;

/// Which of somebody's sessions end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Every one, those of programs too.
    All,
    /// Those of browsers.
    Cookies,
    /// Those of browsers but this one.
    CookiesBut([u8; 32]),
    /// This one.
    One([u8; 32]),
}

/// A browser's session, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionEntry {
    /// Under which hash it is kept.
    pub token_hash: [u8; 32],
    /// What the browser calls itself.
    pub agent: String,
    /// When it began.
    pub at: Millis,
    /// When it was last used, to the day.
    pub seen_at: Millis,
}

impl Store {
    /// The browsers in which somebody is signed in, the last used first.
    pub async fn sessions_of(&self, user: UserId, now: Millis) -> Result<Vec<SessionEntry>> {
        let query = self.db.query(
            "select token_hash, agent, created_at, seen_at from session
             where user_id = $1 and kind = 'cookie' and expires_at > $2 and seen_at > $3
             order by seen_at desc, created_at desc, token_hash",
        );
        let query = query.bind(user).bind(bigint(now)).bind(bigint(now.saturating_sub(IDLE_MS)));
        let rows = query.all::<(Vec<u8>, String, i64, i64)>().await?;
        let entry = |(hash, agent, at, seen_at): (Vec<u8>, String, i64, i64)| {
            let token_hash = hash.try_into().ok()?;
            Some(SessionEntry { token_hash, agent, at: number(at), seen_at: number(seen_at) })
        };
        Ok(rows.into_iter().filter_map(entry).collect())
    }

    /// Ends sessions of somebody; answers with those that ended.
    pub async fn end_sessions_of(&self, user: UserId, which: Ending) -> Result<Vec<[u8; 32]>> {
        let mut tx = self.db.begin().await?;
        let ended = end_sessions(&mut tx, user, which).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// Notes that these sessions are in use: who is only connected asks for nothing else.
    pub async fn see_sessions(&self, hashes: &[[u8; 32]], now: Millis) -> Result<()> {
        let hashes: Vec<String> = hashes.iter().map(|hash| hex(hash)).collect();
        let hashes = serde_json::to_string(&hashes).expect("a list of texts is JSON");
        let mut tx = self.db.begin().await?;
        tx.query_both(SEE).bind(hashes).bind(bigint(now)).execute().await?;
        Ok(tx.commit().await?)
    }

    /// Forgets sessions that ended by their age or because nobody used them.
    pub async fn sweep_sessions(&self, now: Millis) -> Result<u64> {
        let mut tx = self.db.begin().await?;
        let query =
            tx.query("delete from session where expires_at <= $1 or (kind = 'cookie' and seen_at <= $2)");
        let swept = query.bind(bigint(now)).bind(bigint(now.saturating_sub(IDLE_MS))).execute().await?;
        tx.commit().await?;
        Ok(swept)
    }
}

/// Those of the sessions in a JSON array of hexadecimal texts that are browsers'.
const SEE: Both = Both {
    sqlite: "update session set seen_at = $2 where kind = 'cookie' and seen_at < $2
             and token_hash in (select unhex(value) from json_each($1))",
    postgres: "update session set seen_at = $2 where kind = 'cookie' and seen_at < $2
               and token_hash in (select decode(value, 'hex') from json_array_elements_text($1::text::json))",
};

/// Ends sessions within a transaction, and lets everybody who holds them see it.
pub(super) async fn end_sessions(tx: &mut Tx, user: UserId, which: Ending) -> Result<Vec<[u8; 32]>> {
    let (programs, only, but) = match which {
        Ending::All => (1, Vec::new(), Vec::new()),
        Ending::Cookies => (0, Vec::new(), Vec::new()),
        Ending::CookiesBut(hash) => (0, Vec::new(), hash.to_vec()),
        Ending::One(hash) => (1, hash.to_vec(), Vec::new()),
    };
    let is_one = i64::from(!only.is_empty());
    let ended = tx
        .query(
            "delete from session where user_id = $1 and ($2 = 1 or kind = 'cookie')
             and ($3 = 0 or token_hash = $4) and token_hash <> $5 returning token_hash",
        )
        .bind(user)
        .bind(programs as i64)
        .bind(is_one)
        .bind(only)
        .bind(but)
        .all::<(Vec<u8>,)>()
        .await?;
    if !ended.is_empty() {
        raise_rev(tx, user).await?;
        tx.query("update session_end set count = count + 1 where id = 1").execute().await?;
    }
    Ok(ended.into_iter().filter_map(|(hash,)| hash.try_into().ok()).collect())
}
