//! Coming in as somebody new, and going out.

use super::check_email;
use crate::protocol::{
    AccountKind, Arrival, Failure, Field, Role, RoomState, SignedIn, Space, User, UserId, check_display,
};
use crate::server::{
    App, Error, Result,
    clock::random,
    invites,
    names::{check_looks, check_new_name},
    password::check_password,
    places,
    respond::Call,
    session::{self, Visitor},
    store::NewAccount,
};

/// Makes somebody of a name, or goes on with the session there is; joins the space's first room.
///
/// # Errors
/// What is wrong with the name, or [`Failure::RateLimited`]; [`Failure::NotFound`] where nobody comes in
/// by a name alone.
pub async fn enter(call: Call, name: String, next: Option<String>) -> Result<Arrival> {
    let app = &call.app;
    let (user, space, room) = match call.visitor().0 {
        Some(session) => {
            let (space, room) = match home_of(app, &session.user).await? {
                Some(home) => home,
                None => come_in(app, &session.user).await?,
            };
            (session.user, space, room)
        }
        None => {
            let name = check_new_name(&name)?;
            app.door.enter(call.address(), app.clock.now())?;
            let (space, role) = app.store.find_door().await?.ok_or(Failure::NotFound)?;
            let user = User::new(new_id(), name);
            app.store.create_user(&user, Some((space.id, role)), app.clock.now()).await?;
            call.set_cookie(session::begin(app, &user, &call.parts.headers).await?);
            let room = places::first_room(app, space.id, &user).await?;
            (user, space, room)
        }
    };
    let path = next.filter(|next| is_own_path(next)).unwrap_or_else(|| room.path(&space));
    leptos_axum::redirect(&path);
    Ok(Arrival { user, space: space.id, room: room.id, path })
}

/// Lets somebody who is nowhere yet in through the door, if there is one that is open.
async fn come_in(app: &App, user: &User) -> Result<(Space, RoomState)> {
    let own = app.store.spaces_of(user.id).await?.into_iter().next();
    let space = match own {
        Some(space) => space,
        None => {
            let (space, role) = app.store.find_door().await?.ok_or(Failure::NotFound)?;
            if !app.store.add_to_space(space.id, user.id, role, app.clock.now()).await? {
                return Err(Failure::NotFound.into());
            }
            space
        }
    };
    let room = places::first_room(app, space.id, user).await?;
    Ok((space, room))
}

/// What somebody asks an account of one's own to be.
pub struct SignUp {
    /// The name.
    pub name: String,
    /// What to be shown as; empty for the name.
    pub display: String,
    /// The password.
    pub password: String,
    /// The e-mail address; empty for none.
    pub email: String,
    /// The code of an invitation; empty for the open space.
    pub invite: String,
    /// The path to go on to.
    pub next: Option<String>,
}

/// Makes an account where everybody may have one, or by an invitation, and signs in.
///
/// An e-mail address that somebody else has is left out without a word: nobody learns here whose it is.
///
/// # Errors
/// What is wrong with a field, [`Failure::Taken`] for the name, [`Failure::RateLimited`];
/// [`Failure::NotFound`] where there is no such way in.
pub async fn sign_up(call: Call, asked: SignUp) -> Result<SignedIn> {
    let app = &call.app;
    let account = check_account(&asked.name, &asked.display, &asked.password, &asked.email)?;
    app.door.enter(call.address(), app.clock.now())?;
    let way = Way::find(app, &asked.invite).await?;
    let mut account = NewAccount {
        password: Some(app.vault.hash(account.password.clone()).await?),
        ..account.into_new(false, app.clock.now())
    };
    let path = match way.come(app, &account).await {
        Err(Error::Refused(Failure::Taken { field: Field::Email })) => {
            account.email = None;
            way.come(app, &account).await?
        }
        came => came?,
    };
    let user = account.user();
    super::sign_in::begin(&call, &user).await?;
    Ok(go_on(user, asked.next, path))
}

/// How somebody new comes in.
enum Way {
    /// Into the space that is open to all.
    Open(Space),
    /// By an invitation, under whose hash.
    Invite([u8; 32]),
}

impl Way {
    async fn find(app: &App, code: &str) -> Result<Self> {
        if code.is_empty() {
            return Ok(Self::Open(app.store.find_open_space().await?.ok_or(Failure::NotFound)?));
        }
        // Before anything is said about names: who has no invitation learns nothing of them.
        invites::look(app, code, &Visitor::default()).await?;
        Ok(Self::Invite(invites::hash(code)))
    }

    /// Makes the account, and brings it in; answers with the path of where it comes to.
    async fn come(&self, app: &App, account: &NewAccount) -> Result<String> {
        let user = account.user();
        match self {
            Self::Open(space) => {
                app.store.create_account(account, Some((space.id, Role::Member))).await?;
                Ok(places::first_room(app, space.id, &user).await?.path(space))
            }
            Self::Invite(code) => {
                let accepted = app.store.create_invited(account, *code).await?;
                invites::hand_out(app, user.id, &accepted);
                Ok(invites::path_of(app, &user, &accepted).await?.1)
            }
        }
    }
}

/// The checked texts of a new account.
pub(super) struct Checked {
    name: String,
    display: String,
    pub password: String,
    email: Option<String>,
}

pub(super) fn check_account(name: &str, display: &str, password: &str, email: &str) -> Result<Checked> {
    let name = check_new_name(name)?;
    let display = check_display(display)?;
    check_looks(Field::Display, &display)?;
    let email = check_email(email)?;
    let password = check_password(password, &[&name, &display, email.as_deref().unwrap_or_default()])?;
    Ok(Checked { name, display, password, email })
}

impl Checked {
    /// The account to be made, without its password.
    pub fn into_new(self, is_admin: bool, at: u64) -> NewAccount {
        NewAccount {
            id: new_id(),
            name: self.name,
            display: self.display,
            kind: AccountKind::Account,
            password: None,
            email: self.email,
            is_admin,
            at,
        }
    }
}

fn new_id() -> UserId {
    UserId::from_random(u64::from_be_bytes(random()))
}

/// To where somebody was going who had to sign in first, else to `home`.
pub(super) fn go_on(user: User, next: Option<String>, home: String) -> SignedIn {
    let path = next.filter(|next| is_own_path(next)).unwrap_or(home);
    leptos_axum::redirect(&path);
    SignedIn { user, path }
}

/// The first of somebody's spaces that has a room for them, and that room.
async fn home_of(app: &App, user: &User) -> Result<Option<(Space, RoomState)>> {
    for space in app.store.spaces_of(user.id).await? {
        if let Some(room) = places::home_room(app, space.id, user).await? {
            return Ok(Some((space, room)));
        }
    }
    Ok(None)
}

/// Who calls.
///
/// # Errors
/// [`Failure::SignedOut`].
pub async fn me(call: Call) -> Result<User> {
    call.user()
}

/// Ends the session; does nothing when there is none.
///
/// # Errors
/// When the store does not answer.
pub async fn sign_out(call: Call) -> Result<()> {
    let visitor = call.visitor();
    call.set_cookie(session::end(&call.app, &visitor).await?);
    if let Some(session) = visitor.0 {
        call.app.hub.sign_out(session.user.id, session.token_hash);
    }
    leptos_axum::redirect("/enter");
    Ok(())
}

/// Where somebody goes who asks for nothing in particular.
///
/// # Errors
/// When the store does not answer.
pub async fn home(app: &App, user: &User) -> Result<String> {
    let home = home_of(app, user).await?;
    Ok(home.map_or_else(|| "/settings".to_owned(), |(space, room)| room.path(&space)))
}

/// A path on this site, which a header can carry and no browser takes for another host.
pub fn is_own_path(path: &str) -> bool {
    let mut bytes = path.bytes();
    bytes.next() == Some(b'/')
        && !matches!(bytes.next(), Some(b'/' | b'\\'))
        && path.bytes().all(|byte| byte.is_ascii_graphic())
        && path.len() <= 2_048
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_sent_on_only_within_the_site() {
        for own in ["/", "/s/maru/%EB%A7%88%EB%A3%A8", "/s/a/b?c=d#e"] {
            assert!(is_own_path(own), "{own}");
        }
        for foreign in [
            "",
            "s/a",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nb",
            "/마루",
            "/a b",
        ] {
            assert!(!is_own_path(foreign), "{foreign}");
        }
    }
}
