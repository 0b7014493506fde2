//! Sessions: who is signed in where, by cookie or by token.

use super::{
    NewSession, SessionKind, Store, TokenEntry,
    endings::IDLE_MS,
    engine::{Both, Db, Tx, bigint, number},
    fold::fold,
    gather::Gather,
    log,
    people::{UserRow, user_columns},
};
use crate::protocol::{Millis, User, UserId};
use crate::server::{Result, session::hex};
use futures::FutureExt;
use std::sync::Arc;

/// How much of what a browser or a token is called is kept, in characters.
const AGENT_LIMIT: usize = 200;
/// How stale a session's last use may be before it is written down again: reading stays reading.
const SEEN_STEP_MS: Millis = 24 * 60 * 60 * 1000;

const FIND_SESSIONS: Both = Both {
    sqlite: concat!(
        "select s.token_hash, ",
        user_columns!(),
        ", s.seen_at, s.expires_at, s.kind from json_each($1) d join session s on s.token_hash = unhex(d.value)
         join app_user u on u.id = s.user_id where u.deactivated_at is null"
    ),
    postgres: concat!(
        "select s.token_hash, ",
        user_columns!(),
        ", s.seen_at, s.expires_at, s.kind from jsonb_array_elements_text($1::jsonb) as d
         join session s on s.token_hash = decode(d, 'hex')
         join app_user u on u.id = s.user_id where u.deactivated_at is null"
    ),
};

#[derive(sqlx::FromRow)]
struct SessionRow {
    token_hash: Vec<u8>,
    #[sqlx(flatten)]
    user: UserRow,
    seen_at: i64,
    expires_at: i64,
    kind: String,
}

/// A session that is shown, whether it has run out or not.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    user: User,
    seen_at: Millis,
    expires_at: Millis,
    is_token: bool,
}

/// Where sessions that are shown at once are looked up together.
pub(super) type Visits = Gather<[u8; 32], Visit>;

pub(super) fn visits(db: &Db) -> Arc<Visits> {
    let db = db.clone();
    Gather::new(Arc::new(move |hashes: Vec<[u8; 32]>| {
        let db = db.clone();
        async move {
            let hashes: Vec<String> = hashes.iter().map(|hash| hex(hash)).collect();
            let rows = db.query_both(FIND_SESSIONS).bind(log::json(&hashes)).all::<SessionRow>().await?;
            Ok(rows.into_iter().filter_map(SessionRow::into_visit).collect())
        }
        .boxed()
    }))
}

impl SessionRow {
    fn into_visit(self) -> Option<([u8; 32], Visit)> {
        let (seen_at, expires_at) = (number(self.seen_at), number(self.expires_at));
        let visit = Visit { user: self.user.into(), seen_at, expires_at, is_token: self.kind == "token" };
        Some((self.token_hash.try_into().ok()?, visit))
    }
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    token_hash: Vec<u8>,
    user_id: UserId,
    name: String,
    label: String,
    created_at: i64,
    seen_at: i64,
}

impl TokenRow {
    fn into_entry(self) -> Option<TokenEntry> {
        Some(TokenEntry {
            token_hash: self.token_hash.try_into().ok()?,
            user: User::new(self.user_id, self.name),
            label: self.label,
            at: number(self.created_at),
            seen_at: (self.seen_at > 0).then_some(number(self.seen_at)),
        })
    }
}

impl Store {
    /// Keeps a session.
    pub async fn create_session(&self, session: &NewSession) -> Result<()> {
        // A browser's session begins by being used, a program's lies ready.
        let (kind, label, seen_at) = match &session.kind {
            SessionKind::Cookie => ("cookie", "", session.at),
            SessionKind::Token { label } => ("token", label.as_str(), 0),
        };
        let mut tx = self.db.begin().await?;
        tx.query(
            "insert into session (token_hash, user_id, created_at, seen_at, expires_at, agent, kind, label)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(session.token_hash.to_vec())
        .bind(session.user)
        .bind(bigint(session.at))
        .bind(bigint(seen_at))
        .bind(bigint(session.expires_at))
        .bind(short(&session.agent))
        .bind(kind)
        .bind(short(label))
        .execute()
        .await?;
        Ok(tx.commit().await?)
    }

    /// Whose session this is, if it has not ended by `now`.
    pub async fn find_session(&self, token_hash: [u8; 32], now: Millis) -> Result<Option<User>> {
        let Some(visit) = self.visits.ask(token_hash).await? else { return Ok(None) };
        let Visit { user, seen_at, expires_at, is_token } = visit;
        if expires_at <= now || !(is_token || seen_at > now.saturating_sub(IDLE_MS)) {
            return Ok(None);
        }
        if now.saturating_sub(seen_at) >= SEEN_STEP_MS {
            self.see_session(token_hash, now).await?;
        }
        Ok(Some(user))
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
            tx.query("update session_end set count = count + 1 where id = 1").execute().await?;
        }
        Ok(tx.commit().await?)
    }

    /// A number that goes up whenever a session is ended, by whichever process.
    pub async fn count_ended_sessions(&self) -> Result<u64> {
        let query = self.db.query("select count from session_end where id = 1");
        let (count,) = query.one::<(i64,)>().await?;
        Ok(number(count))
    }

    /// Which of these sessions have not ended by `now`; one statement for all of them.
    pub async fn living_sessions(&self, hashes: &[[u8; 32]], now: Millis) -> Result<Vec<[u8; 32]>> {
        let asked: Vec<String> = hashes.iter().map(|hash| hex(hash)).collect();
        let asked = serde_json::to_string(&asked).expect("a list of texts is JSON");
        let query = self.db.query_both(LIVING).bind(asked).bind(bigint(now));
        let found = query.all::<(Vec<u8>,)>().await?;
        Ok(found.into_iter().filter_map(|(hash,)| hash.try_into().ok()).collect())
    }

    /// Every token, or those of one person; the oldest first.
    pub async fn tokens(&self, user: Option<UserId>) -> Result<Vec<TokenEntry>> {
        let query = self.db.query(
            "select s.token_hash, s.user_id, u.name, s.label, s.created_at, s.seen_at
             from session s join app_user u on u.id = s.user_id
             where s.kind = 'token' order by s.created_at, s.token_hash",
        );
        let rows = query.all::<TokenRow>().await?;
        let wanted = rows.into_iter().filter(|row| user.is_none_or(|user| row.user_id == user));
        Ok(wanted.filter_map(TokenRow::into_entry).collect())
    }

    /// The person of this name, in any writing that folds to it.
    pub async fn find_user(&self, name: &str) -> Result<Option<User>> {
        let query =
            self.db.query(concat!("select ", user_columns!(), " from app_user u where u.name_folded = $1"));
        Ok(query.bind(fold(name)).optional::<UserRow>().await?.map(User::from))
    }
}

/// Of the hashes in a JSON array of hexadecimal texts, those that are sessions.
const LIVING: Both = Both {
    sqlite: "select s.token_hash from json_each($1) asked join session s on s.token_hash = unhex(asked.value)
             where s.expires_at > $2",
    postgres: "select s.token_hash from json_array_elements_text($1::text::json) asked(value)
               join session s on s.token_hash = decode(asked.value, 'hex') where s.expires_at > $2",
};

/// A text of somebody else's, as much of it as is kept.
fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(AGENT_LIMIT).collect()
}

/// Lets whoever holds an account's sessions and memberships in memory see that they have changed.
pub(super) async fn raise_rev(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.query("update app_user set rev = rev + 1 where id = $1").bind(user).execute().await?;
    Ok(())
}
