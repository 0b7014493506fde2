//! What proves who somebody is: passwords, one-time codes, known browsers; and who may not come in.

use super::{
    NewAccount, Store,
    accounts::{self, lock_names},
    audit::{self, Deed},
    endings::{Ending, end_sessions},
    engine::{Tx, bigint},
    spaces::{NewSpace, add_to_space, create_space},
};
use crate::protocol::{AuditAct, Failure, Field, Millis, Reason, Role, Space, SpaceId, User, UserId};
use crate::server::Result;

/// What a one-time code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To set the server up.
    Setup,
    /// To choose a new password.
    Recover,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Recover => "recover",
        }
    }
}

/// What an administrator does to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
    /// Nobody may come in by it any more.
    Deactivate,
    /// Its owner may come in again.
    Reactivate,
    /// It runs the server from now on, or no longer.
    Admin(bool),
}

impl Office {
    fn act(self) -> AuditAct {
        match self {
            Self::Deactivate => AuditAct::Deactivated,
            Self::Reactivate => AuditAct::Reactivated,
            Self::Admin(true) => AuditAct::AdminGiven,
            Self::Admin(false) => AuditAct::AdminTaken,
        }
    }
}

impl Store {
    /// The hash of somebody's password.
    pub async fn find_password(&self, user: UserId) -> Result<Option<String>> {
        let query = self.db.query("select password from app_user where id = $1").bind(user);
        Ok(query.optional::<(Option<String>,)>().await?.and_then(|(password,)| password))
    }

    /// Gives an account another password, and ends its browsers' sessions but one; answers with those
    /// that ended. What could still have recovered the account is worth nothing any more.
    pub async fn set_password(
        &self,
        user: UserId,
        password: &str,
        but: Option<[u8; 32]>,
    ) -> Result<Vec<[u8; 32]>> {
        let mut tx = self.db.begin().await?;
        let ended = replace_password(&mut tx, user, password, but).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// Keeps a one-time code; the ones before it for the same purpose and person are worth nothing any more.
    pub async fn keep_one_time(
        &self,
        purpose: Purpose,
        hash: [u8; 32],
        user: Option<UserId>,
        at: Millis,
        expires_at: Millis,
    ) -> Result<()> {
        let mut tx = self.db.begin().await?;
        forget_one_time(&mut tx, purpose, user).await?;
        tx.query(
            "insert into one_time (secret_hash, purpose, user_id, created_at, expires_at)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(hash.to_vec())
        .bind(purpose.word())
        .bind(user)
        .bind(bigint(at))
        .bind(bigint(expires_at))
        .execute()
        .await?;
        Ok(tx.commit().await?)
    }

    /// Whom a one-time code is for, as long as it may be used; nobody in particular for a set-up.
    pub async fn find_one_time(
        &self,
        purpose: Purpose,
        hash: [u8; 32],
        now: Millis,
    ) -> Result<Option<Option<UserId>>> {
        let query = self.db.query(
            "select user_id from one_time where secret_hash = $1 and purpose = $2 and expires_at > $3",
        );
        let query = query.bind(hash.to_vec()).bind(purpose.word()).bind(bigint(now));
        Ok(query.optional::<(Option<UserId>,)>().await?.map(|(user,)| user))
    }

    /// Uses up a code to give its account another password. Answers with whose it was, and the sessions that
    /// ended; nothing when the code is none, or its account is deactivated.
    pub async fn recover(
        &self,
        hash: [u8; 32],
        password: &str,
        now: Millis,
    ) -> Result<Option<(UserId, Vec<[u8; 32]>)>> {
        let mut tx = self.db.begin().await?;
        let used = tx
            .query(
                "delete from one_time where secret_hash = $1 and purpose = 'recover' and expires_at > $2
                 and exists (select 1 from app_user where id = one_time.user_id and deactivated_at is null)
                 returning user_id",
            )
            .bind(hash.to_vec())
            .bind(bigint(now))
            .optional::<(UserId,)>()
            .await?;
        let Some((user,)) = used else { return Ok(None) };
        let ended = replace_password(&mut tx, user, password, None).await?;
        tx.commit().await?;
        Ok(Some((user, ended)))
    }

    /// Uses up the set-up's code to make the owner and the space: the one that `open` made when nobody
    /// owns it yet, under its new name, else a new one. Refused as `NotFound` for any other code, and once
    /// there is an account.
    pub async fn set_up(&self, code: [u8; 32], owner: &NewAccount, new: &NewSpace) -> Result<Space> {
        let mut tx = self.db.begin().await?;
        lock_names(&mut tx).await?;
        let used = tx.query("delete from one_time where secret_hash = $1 and purpose = 'setup'");
        let used = used.bind(code.to_vec()).execute().await?;
        let account = tx.query("select id from app_user where kind = 'account' limit 1");
        if used == 0 || account.optional::<(UserId,)>().await?.is_some() {
            return Err(Failure::NotFound.into());
        }
        accounts::insert(&mut tx, owner).await?;
        let taken_over = tx
            .query(
                "update space set name = $1 where id = (
                     select id from space where not exists (
                         select 1 from space_member where space_id = space.id and role >= $2
                     ) order by created_at, id limit 1
                 ) returning id, slug",
            )
            .bind(new.space.name.as_str())
            .bind(Role::Owner)
            .optional::<(SpaceId, String)>()
            .await?;
        let space = match taken_over {
            Some((id, slug)) => {
                add_to_space(&mut tx, id, owner.id, Role::Owner, false, owner.at).await?;
                Space { id, slug, ..new.space.clone() }
            }
            None => {
                create_space(&mut tx, new).await?;
                new.space.clone()
            }
        };
        tx.commit().await?;
        Ok(space)
    }

    /// Was a code made for this purpose and person after an instant?
    pub async fn is_code_fresh(&self, purpose: Purpose, user: UserId, after: Millis) -> Result<bool> {
        let query = self.db.query(
            "select created_at from one_time where purpose = $1 and user_id = $2 and created_at > $3 limit 1",
        );
        let query = query.bind(purpose.word()).bind(user).bind(bigint(after));
        Ok(query.optional::<(i64,)>().await?.is_some())
    }

    /// Has this person signed in from this browser before?
    pub async fn is_device_known(&self, device: [u8; 32], user: UserId) -> Result<bool> {
        let query = self.db.query("select user_id from device where device_hash = $1 and user_id = $2");
        Ok(query.bind(device.to_vec()).bind(user).optional::<(UserId,)>().await?.is_some())
    }

    /// Remembers that this person signed in from this browser.
    pub async fn see_device(&self, device: [u8; 32], user: UserId, at: Millis) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.query(
            "insert into device (device_hash, user_id, seen_at) values ($1, $2, $3)
             on conflict (device_hash, user_id) do update set seen_at = excluded.seen_at",
        )
        .bind(device.to_vec())
        .bind(user)
        .bind(bigint(at))
        .execute()
        .await?;
        Ok(tx.commit().await?)
    }

    /// Does this to an account, and writes into the audit log who did; nobody for the command line. Answers
    /// with the sessions that ended by it. Refused when nobody would run the server any more.
    pub async fn hold_office(
        &self,
        user: UserId,
        office: Office,
        by: Option<&User>,
        at: Millis,
    ) -> Result<Vec<[u8; 32]>> {
        let mut tx = self.db.begin().await?;
        lock_names(&mut tx).await?;
        if matches!(office, Office::Deactivate | Office::Admin(false)) {
            refuse_last_admin(&mut tx, user).await?;
        }
        let done = match office {
            Office::Deactivate => tx
                .query("update app_user set deactivated_at = coalesce(deactivated_at, $2) where id = $1")
                .bind(user)
                .bind(bigint(at)),
            Office::Reactivate => {
                tx.query("update app_user set deactivated_at = null where id = $1").bind(user)
            }
            // Who has no password cannot be asked for one, and whoever has a token is a program.
            Office::Admin(is_admin) => tx
                .query("update app_user set is_admin = $2 where id = $1 and kind = 'account'")
                .bind(user)
                .bind(i64::from(is_admin)),
        };
        if done.execute().await? == 0 {
            return Err(Failure::NotFound.into());
        }
        let ended = match office {
            Office::Deactivate => {
                forget_one_time(&mut tx, Purpose::Recover, Some(user)).await?;
                end_sessions(&mut tx, user, Ending::All).await?
            }
            Office::Reactivate | Office::Admin(_) => Vec::new(),
        };
        note(&mut tx, at, by, office.act(), user).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// Writes into the audit log that somebody was given a way back in.
    pub async fn note_recovery(&self, user: UserId, by: Option<&User>, at: Millis) -> Result<()> {
        let mut tx = self.db.begin().await?;
        note(&mut tx, at, by, AuditAct::RecoveryMade, user).await?;
        Ok(tx.commit().await?)
    }

    /// Forgets codes and browsers that are worth nothing any more.
    pub async fn sweep_secrets(&self, now: Millis, seen_before: Millis) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.query("delete from one_time where expires_at <= $1").bind(bigint(now)).execute().await?;
        tx.query("delete from device where seen_at < $1").bind(bigint(seen_before)).execute().await?;
        Ok(tx.commit().await?)
    }
}

async fn replace_password(
    tx: &mut Tx,
    user: UserId,
    password: &str,
    but: Option<[u8; 32]>,
) -> Result<Vec<[u8; 32]>> {
    let set = tx.query("update app_user set password = $2, kind = 'account' where id = $1 and kind <> 'bot'");
    if set.bind(user).bind(password).execute().await? == 0 {
        return Err(Failure::NotFound.into());
    }
    forget_one_time(tx, Purpose::Recover, Some(user)).await?;
    end_sessions(tx, user, but.map_or(Ending::Cookies, Ending::CookiesBut)).await
}

async fn forget_one_time(tx: &mut Tx, purpose: Purpose, user: Option<UserId>) -> Result<()> {
    // Not `is not distinct from`, which SQLite has only of late: ids are never -1.
    let old = tx.query("delete from one_time where purpose = $1 and coalesce(user_id, -1) = $2");
    old.bind(purpose.word()).bind(user.map_or(-1, UserId::raw)).execute().await?;
    Ok(())
}

async fn refuse_last_admin(tx: &mut Tx, user: UserId) -> Result<()> {
    let query = tx.query(
        "select a.id from app_user a where a.id = $1 and a.is_admin = 1 and not exists (
             select 1 from app_user b where b.id <> a.id and b.is_admin = 1 and b.deactivated_at is null
         )",
    );
    match query.bind(user).optional::<(UserId,)>().await? {
        Some(_) => Err(Failure::Invalid { field: Field::Admin, reason: Reason::Last }.into()),
        None => Ok(()),
    }
}

/// Writes down what concerns the whole server.
async fn note(tx: &mut Tx, at: Millis, by: Option<&User>, act: AuditAct, user: UserId) -> Result<()> {
    let by = by.map(|by| by.id);
    let deed = Deed { space: None, at, by, act, user: Some(user), room: None, detail: "" };
    audit::write(tx, &deed).await
}
