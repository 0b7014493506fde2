//! Accounts: who there is, and what each is known by.

use super::{
    Store,
    directory::like,
    engine::{Tx, bigint, number},
    fold::{fold, skeleton},
    people::{UserRow, user_columns},
    sessions::raise_rev,
    spaces::add_to_space,
};
use crate::protocol::{Account, AccountKind, Failure, Field, Millis, Role, SpaceId, User, UserId};
use crate::server::Result;

/// The word by which a kind is kept.
fn word(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Guest => "guest",
        AccountKind::Account => "account",
        AccountKind::Bot => "bot",
    }
}

fn kind_of(word: &str) -> AccountKind {
    match word {
        "account" => AccountKind::Account,
        "bot" => AccountKind::Bot,
        _ => AccountKind::Guest,
    }
}

/// An account to be made; its texts have been checked.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Its id.
    pub id: UserId,
    /// The name by which it signs in and is called.
    pub name: String,
    /// What it is shown as; empty for the name.
    pub display: String,
    /// How it shows who it is.
    pub kind: AccountKind,
    /// The hash of its password.
    pub password: Option<String>,
    /// Its e-mail address.
    pub email: Option<String>,
    /// Whether it runs the server.
    pub is_admin: bool,
    /// When it is made.
    pub at: Millis,
}

impl NewAccount {
    /// Somebody with a name alone.
    pub fn guest(user: &User, at: Millis) -> Self {
        Self {
            id: user.id,
            name: user.name.clone(),
            display: String::new(),
            kind: AccountKind::Guest,
            password: None,
            email: None,
            is_admin: false,
            at,
        }
    }

    /// Who it is.
    pub fn user(&self) -> User {
        User { display: self.display.clone(), ..User::new(self.id, self.name.clone()) }
    }
}

/// What somebody edits of the own account; the texts have been checked.
#[derive(Debug, Clone)]
pub struct ProfileEdit {
    /// What to be shown as; empty for the name.
    pub display: String,
    /// What one is up to.
    pub status: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// The language.
    pub lang: String,
    /// The time zone.
    pub zone: String,
}

#[derive(sqlx::FromRow)]
struct AccountRow {
    #[sqlx(flatten)]
    user: UserRow,
    kind: String,
    email: Option<String>,
    status: String,
    lang: String,
    zone: String,
    is_admin: i64,
    created_at: i64,
    deactivated_at: Option<i64>,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self {
            user: row.user.into(),
            kind: kind_of(&row.kind),
            email: row.email,
            status: row.status,
            lang: row.lang,
            zone: row.zone,
            is_admin: row.is_admin != 0,
            at: number(row.created_at),
            deactivated_at: row.deactivated_at.map(number),
        }
    }
}

#[derive(sqlx::FromRow)]
struct LoginRow {
    #[sqlx(flatten)]
    user: UserRow,
    password: Option<String>,
}

macro_rules! accounts_where {
    ($which:literal) => {
        concat!(
            "select ",
            user_columns!(),
            ", u.kind, u.email, u.status, u.lang, u.zone, u.is_admin, u.created_at, u.deactivated_at
             from app_user u where ",
            $which
        )
    };
}

impl Store {
    /// Makes a guest, and its place in a space if it has one. Refused as `Taken { Name }` when the name exists, or one
    /// that looks like it.
    pub async fn create_user(&self, user: &User, place: Option<(SpaceId, Role)>, at: Millis) -> Result<()> {
        self.create_account(&NewAccount::guest(user, at), place).await
    }

    /// Makes an account, and its place in a space. Refused as `Taken` when its name, one that looks like
    /// it, or its e-mail address exists.
    pub async fn create_account(&self, account: &NewAccount, place: Option<(SpaceId, Role)>) -> Result<()> {
        let mut tx = self.db.begin().await?;
        insert(&mut tx, account).await?;
        if let Some((space, role)) = place {
            add_to_space(&mut tx, space, account.id, role, false, account.at).await?;
        }
        Ok(tx.commit().await?)
    }

    /// One account.
    pub async fn find_account(&self, id: UserId) -> Result<Option<Account>> {
        let query = self.db.query(accounts_where!("u.id = $1")).bind(id);
        Ok(query.optional::<AccountRow>().await?.map(Account::from))
    }

    /// Accounts by the order of their names, from behind one on.
    pub async fn accounts_after(&self, name: &str, limit: u32) -> Result<Vec<Account>> {
        let query = self.db.query(accounts_where!("u.name_folded > $1 order by u.name_folded limit $2"));
        let rows = query.bind(fold(name)).bind(i64::from(limit)).all::<AccountRow>().await?;
        Ok(rows.into_iter().map(Account::from).collect())
    }

    /// Accounts whose name, or what it is shown as, has `q` in it; by name, after the name `after`.
    pub async fn find_accounts(&self, q: &str, after: &str, limit: u32) -> Result<Vec<Account>> {
        let query = self.db.query(accounts_where!(
            "u.name_folded > $1 and (u.name_folded like $3 escape '!' or lower(u.display) like $3 escape '!')
             order by u.name_folded limit $2"
        ));
        let query = query.bind(fold(after)).bind(i64::from(limit)).bind(like(q));
        Ok(query.all::<AccountRow>().await?.into_iter().map(Account::from).collect())
    }

    /// Has anybody an account with a password yet?
    pub async fn has_accounts(&self) -> Result<bool> {
        let query = self.db.query("select id from app_user where kind = 'account' limit 1");
        Ok(query.optional::<(UserId,)>().await?.is_some())
    }

    /// Who it is that signs in with this name or address, and the hash of the password. Nobody whose
    /// account is deactivated.
    pub async fn find_login(&self, named: &str) -> Result<Option<(User, Option<String>)>> {
        // PostgreSQL keeps no NUL in a text, so nobody is called that.
        if named.contains('\0') {
            return Ok(None);
        }
        let query = self.db.query(concat!(
            "select ",
            user_columns!(),
            ", u.password from app_user u
             where (u.name_folded = $1 or u.email_folded = $1) and u.kind = 'account' and u.deactivated_at is null
             order by case when u.name_folded = $1 then 0 else 1 end limit 1"
        ));
        let row = query.bind(fold(named)).optional::<LoginRow>().await?;
        Ok(row.map(|row| (row.user.into(), row.password)))
    }

    /// Keeps what somebody edited. Refused as `Taken` when somebody else has the address, or goes by what
    /// one would be shown as.
    pub async fn edit_profile(&self, user: UserId, edit: &ProfileEdit) -> Result<()> {
        let mut tx = self.db.begin().await?;
        lock_names(&mut tx).await?;
        if let Some(email) = &edit.email {
            refuse_taken_email(&mut tx, email, user).await?;
        }
        refuse_others_name(&mut tx, &edit.display, user).await?;
        tx.query(
            "update app_user set display = $2, status = $3, email = $4, email_folded = $5, lang = $6, zone = $7
             where id = $1",
        )
        .bind(user)
        .bind(edit.display.as_str())
        .bind(edit.status.as_str())
        .bind(edit.email.clone())
        .bind(edit.email.as_deref().map(fold))
        .bind(edit.lang.as_str())
        .bind(edit.zone.as_str())
        .execute()
        .await?;
        raise_rev(&mut tx, user).await?;
        Ok(tx.commit().await?)
    }

    /// Makes an account of a guest, who stays who it was. Where everybody may come in who has an account,
    /// the guest is a member from now on. Refused as `Forbidden` when it is no guest.
    pub async fn become_account(&self, user: UserId, password: &str, email: Option<&str>) -> Result<()> {
        let mut tx = self.db.begin().await?;
        lock_names(&mut tx).await?;
        if let Some(email) = email {
            refuse_taken_email(&mut tx, email, user).await?;
        }
        let became = tx
            .query(
                "update app_user set kind = 'account', password = $2, email = $3, email_folded = $4
                 where id = $1 and kind = 'guest'",
            )
            .bind(user)
            .bind(password)
            .bind(email.map(str::to_owned))
            .bind(email.map(fold))
            .execute()
            .await?;
        if became == 0 {
            return Err(Failure::Forbidden.into());
        }
        tx.query(
            "update space_member set role = $2 where user_id = $1 and role < $2
             and exists (select 1 from space where id = space_member.space_id and entry = 'open')",
        )
        .bind(user)
        .bind(Role::Member)
        .execute()
        .await?;
        raise_rev(&mut tx, user).await?;
        Ok(tx.commit().await?)
    }

    /// Gives skeletons to names that were taken before there were any.
    pub(super) async fn give_skeletons(&self) -> Result<()> {
        let without = self.db.query("select id, name from app_user where skeleton = ''");
        let without = without.all::<(UserId, String)>().await?;
        if without.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        for (id, name) in without {
            let query = tx.query("update app_user set skeleton = $2 where id = $1");
            query.bind(id).bind(skeleton(&name)).execute().await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Makes the account's row; refuses what is taken.
pub(super) async fn insert(tx: &mut Tx, account: &NewAccount) -> Result<()> {
    lock_names(tx).await?;
    let taken = tx.query("select id from app_user where name_folded = $1 or skeleton = $2 limit 1");
    let (folded, looks) = (fold(&account.name), skeleton(&account.name));
    if taken.bind(folded.as_str()).bind(looks.as_str()).optional::<(UserId,)>().await?.is_some() {
        return Err(Failure::Taken { field: Field::Name }.into());
    }
    refuse_others_name(tx, &account.display, account.id).await?;
    if let Some(email) = &account.email {
        refuse_taken_email(tx, email, account.id).await?;
    }
    tx.query(
        "insert into app_user (id, kind, name, name_folded, skeleton, display, password, email, email_folded,
             is_admin, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(account.id)
    .bind(word(account.kind))
    .bind(account.name.as_str())
    .bind(folded)
    .bind(looks)
    .bind(account.display.as_str())
    .bind(account.password.clone())
    .bind(account.email.clone())
    .bind(account.email.as_deref().map(fold))
    .bind(i64::from(account.is_admin))
    .bind(bigint(account.at))
    .execute()
    .await?;
    Ok(())
}

/// Holds back everybody else who would take a name, an address or an office, until this transaction ends:
/// what one of them may have depends on what all others have.
pub(super) async fn lock_names(tx: &mut Tx) -> Result<()> {
    // A row that is always there, and that writing locks on both engines.
    tx.query("update session_end set count = count where id = 1").execute().await?;
    Ok(())
}

/// Two may be shown alike, as two may be called Kim; nobody is shown as what somebody else is called by.
async fn refuse_others_name(tx: &mut Tx, display: &str, but: UserId) -> Result<()> {
    if display.is_empty() {
        return Ok(());
    }
    let others = tx.query("select id from app_user where skeleton = $1 and id <> $2 limit 1");
    match others.bind(skeleton(display)).bind(but).optional::<(UserId,)>().await? {
        Some(_) => Err(Failure::Taken { field: Field::Display }.into()),
        None => Ok(()),
    }
}

async fn refuse_taken_email(tx: &mut Tx, email: &str, but: UserId) -> Result<()> {
    let taken = tx.query("select id from app_user where email_folded = $1 and id <> $2");
    match taken.bind(fold(email)).bind(but).optional::<(UserId,)>().await? {
        Some(_) => Err(Failure::Taken { field: Field::Email }.into()),
        None => Ok(()),
    }
}
