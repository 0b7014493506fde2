//! What those who run the server do to accounts.

use super::recovery::{MADE_MS, new_recovery};
use crate::protocol::{Account, AccountKind, Failure, User, UserId};
use crate::server::{App, Result, respond::Call, store::Office};

/// The most accounts on one page.
const PAGE: u32 = 100;

/// Who calls, when it is somebody who runs the server.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::Forbidden`].
pub async fn require_admin(app: &App, user: User) -> Result<User> {
    let account = app.store.find_account(user.id).await?.ok_or(Failure::SignedOut)?;
    if account.is_admin { Ok(user) } else { Err(Failure::Forbidden.into()) }
}

/// Accounts by name, from behind one on.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::Forbidden`].
pub async fn accounts(call: Call, after: String) -> Result<Vec<Account>> {
    require_admin(&call.app, call.user()?).await?;
    call.app.store.accounts_after(&after, PAGE).await
}

/// Takes an account out of use: all it has open closes, and nobody comes in by it.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::Forbidden`], [`Failure::NotFound`]; [`Failure::Invalid`] for the last
/// who runs the server.
pub async fn deactivate(call: Call, user: UserId) -> Result<()> {
    hold(&call, user, Office::Deactivate).await
}

/// Lets an account be used again.
///
/// # Errors
/// As [`deactivate`].
pub async fn reactivate(call: Call, user: UserId) -> Result<()> {
    hold(&call, user, Office::Reactivate).await
}

/// Lets somebody run the server, or no longer.
///
/// # Errors
/// As [`deactivate`].
pub async fn set_admin(call: Call, user: UserId, on: bool) -> Result<()> {
    hold(&call, user, Office::Admin(on)).await
}

async fn hold(call: &Call, user: UserId, office: Office) -> Result<()> {
    let app = &call.app;
    let by = require_admin(app, call.user()?).await?;
    let ended = app.store.hold_office(user, office, Some(&by), app.clock.now()).await?;
    ended.into_iter().for_each(|session| app.hub.sign_out(user, session));
    Ok(())
}

/// Makes a link with which somebody chooses a new password, to be handed over in person. Answers with its
/// path, which is told this once.
///
/// # Errors
/// As [`deactivate`]; [`Failure::NotFound`] for who has no password to forget.
pub async fn make_recovery_link(call: Call, user: UserId) -> Result<String> {
    recovery_path(&call.app, call.user()?, user).await
}

/// As [`make_recovery_link`], for whoever this is.
///
/// # Errors
/// As [`make_recovery_link`].
pub async fn recovery_path(app: &App, by: User, user: UserId) -> Result<String> {
    let (by, now) = (require_admin(app, by).await?, app.clock.now());
    let account = app.store.find_account(user).await?.filter(|account| account.deactivated_at.is_none());
    account.filter(|account| account.kind == AccountKind::Account).ok_or(Failure::NotFound)?;
    let code = new_recovery(&app.store, user, now, MADE_MS).await?;
    app.store.note_recovery(user, Some(&by), now).await?;
    Ok(format!("/recover/{code}"))
}
