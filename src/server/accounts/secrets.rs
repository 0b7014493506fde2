//! What proves who one is: the password, and the sessions it opened.

use super::sign_in::{begin, begin_try};
use crate::protocol::{AccountKind, Failure, Field, OpenSession, Reason, SignedIn};
use crate::server::{
    Result, mail,
    password::{check_password, composed},
    respond::Call,
    session::{Session, hex},
    store::Ending,
};

/// Hexadecimal digits of a session's hash that name it to its owner.
const ID_LEN: usize = 24;

/// An e-mail address, trimmed; nothing for none.
///
/// # Errors
/// [`Failure::Invalid`] of [`Field::Email`].
pub fn check_email(email: &str) -> Result<Option<String>, Failure> {
    let email = email.trim();
    if email.is_empty() {
        return Ok(None);
    }
    match mail::is_address(email) {
        true => Ok(Some(email.to_owned())),
        false => Err(Failure::Invalid { field: Field::Email, reason: Reason::Malformed }),
    }
}

/// Gives a guest a password, who from now on has an account: the same person, with all that was said.
///
/// # Errors
/// What is wrong with a field; [`Failure::Forbidden`] for who is no guest.
pub async fn become_account(call: Call, password: String, email: String) -> Result<SignedIn> {
    let (app, user) = (&call.app, call.user()?);
    let email = check_email(&email)?;
    let password =
        check_password(&password, &[&user.name, user.shown(), email.as_deref().unwrap_or_default()])?;
    let account = app.store.find_account(user.id).await?.ok_or(Failure::SignedOut)?;
    if account.kind != AccountKind::Guest {
        return Err(Failure::Forbidden.into());
    }
    let password = app.vault.hash(password).await?;
    app.store.become_account(user.id, &password, email.as_deref()).await?;
    for space in app.store.spaces_of(user.id).await? {
        app.hub.tell_member(user.id, space.id);
    }
    // Who holds the guest's cookie does not hold the account.
    begin(&call, &user).await?;
    let path = super::home(app, &user).await?;
    Ok(SignedIn { user, path })
}

/// Gives oneself another password; one's other browsers are signed out.
///
/// # Errors
/// [`Failure::Invalid`] of [`Field::Current`] or [`Field::Password`], [`Failure::RateLimited`];
/// [`Failure::Forbidden`] for who has none.
pub async fn change_password(call: Call, now: String, new: String) -> Result<()> {
    let app = &call.app;
    let Session { user, token_hash } = call.visitor().session()?;
    let account = app.store.find_account(user.id).await?.ok_or(Failure::SignedOut)?;
    if account.kind != AccountKind::Account {
        return Err(Failure::Forbidden.into());
    }
    let email = account.email.unwrap_or_default();
    let new = check_password(&new, &[&user.name, user.shown(), &email])?;
    let wrong = Failure::Invalid { field: Field::Current, reason: Reason::Wrong };
    let now = composed(&now).map_err(|_| wrong.clone())?;
    let trying = begin_try(&call, user.id, &user.name).await?;
    let kept = app.store.find_password(user.id).await?;
    if !app.vault.is_right(kept, now).await? {
        tracing::info!(from = %call.address(), "a password was to be changed by a wrong one");
        return Err(wrong.into());
    }
    app.slowdown.was_right(trying);
    let new = app.vault.hash(new).await?;
    let ended = app.store.set_password(user.id, &new, Some(token_hash)).await?;
    ended.into_iter().for_each(|session| app.hub.sign_out(user.id, session));
    Ok(())
}

/// The browsers in which one is signed in, the last used first.
///
/// # Errors
/// [`Failure::SignedOut`].
pub async fn sessions(call: Call) -> Result<Vec<OpenSession>> {
    let session = call.visitor().session()?;
    open_sessions(&call.app, &session).await
}

/// The browsers in which the owner of a session is signed in.
///
/// # Errors
/// When the store does not answer.
pub async fn open_sessions(app: &crate::server::App, session: &Session) -> Result<Vec<OpenSession>> {
    let entries = app.store.sessions_of(session.user.id, app.clock.now()).await?;
    let open = entries.into_iter().map(|entry| OpenSession {
        id: id_of(&entry.token_hash),
        agent: entry.agent,
        at: entry.at,
        seen_at: entry.seen_at,
        is_current: entry.token_hash == session.token_hash,
    });
    Ok(open.collect())
}

/// Signs one of one's browsers out; what it has open closes at once.
///
/// # Errors
/// [`Failure::SignedOut`]; [`Failure::NotFound`] for a session that is not one's own.
pub async fn end_session(call: Call, id: String) -> Result<()> {
    let (app, session) = (&call.app, call.visitor().session()?);
    let entries = app.store.sessions_of(session.user.id, app.clock.now()).await?;
    let named = entries.iter().find(|entry| id_of(&entry.token_hash) == id).ok_or(Failure::NotFound)?;
    for ended in app.store.end_sessions_of(session.user.id, Ending::One(named.token_hash)).await? {
        app.hub.sign_out(session.user.id, ended);
    }
    Ok(())
}

/// Signs all of one's browsers out but this one.
///
/// # Errors
/// [`Failure::SignedOut`].
pub async fn end_other_sessions(call: Call) -> Result<()> {
    let (app, session) = (&call.app, call.visitor().session()?);
    let ended = app.store.end_sessions_of(session.user.id, Ending::CookiesBut(session.token_hash)).await?;
    ended.into_iter().for_each(|ended| app.hub.sign_out(session.user.id, ended));
    Ok(())
}

fn id_of(token_hash: &[u8; 32]) -> String {
    let mut id = hex(token_hash);
    id.truncate(ID_LEN);
    id
}
