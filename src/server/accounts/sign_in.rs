//! Signing in: a name or an address, and its password.

use super::{come::go_on, home};
use crate::protocol::{Failure, Field, Reason, SignedIn, User, UserId};
use crate::server::{
    Result,
    password::composed,
    respond::Call,
    session::{self, device_cookie, device_secret, new_secret},
    slowdown::{Attempt, Try},
};

/// Signs in. Whatever is wrong, the answer is the same, and as much work.
///
/// # Errors
/// [`Failure::Invalid`] of [`Field::SignIn`], [`Failure::RateLimited`].
pub async fn sign_in(call: Call, name: String, password: String, next: Option<String>) -> Result<SignedIn> {
    let app = &call.app;
    let password = composed(&password)?;
    let login = app.store.find_login(&name).await?;
    let nobody = UserId::from_raw(0);
    let who = login.as_ref().map_or(nobody, |(user, _)| user.id);
    let trying = begin_try(&call, who, &name).await?;
    let (user, kept) = login.map_or((None, None), |(user, kept)| (Some(user), kept));
    let is_right = app.vault.is_right(kept, password).await?;
    let Some(user) = user.filter(|_| is_right) else {
        tracing::info!(from = %call.address(), "a sign-in failed");
        return Err(Failure::Invalid { field: Field::SignIn, reason: Reason::Wrong }.into());
    };
    app.slowdown.was_right(trying);
    begin(&call, &user).await?;
    let home = home(app, &user).await?;
    Ok(go_on(user, next, home))
}

/// Counts a try at somebody's password. Who does not exist is slowed down like everybody.
pub(super) async fn begin_try(call: &Call, who: UserId, named: &str) -> Result<Try> {
    let app = &call.app;
    // Asked for nobody as well, so that it takes as long.
    let device = device_secret(app, &call.parts.headers).map(|secret| session::hash(&secret));
    let is_known = app.store.is_device_known(device.unwrap_or_default(), who).await?;
    let account = if who.raw() == 0 { stand_in(named) } else { who.raw().unsigned_abs() };
    let device = device.filter(|_| is_known).map(|device| (who, device));
    Ok(app.slowdown.begin(&Attempt { account, from: call.address(), device }, app.clock.now())?)
}

/// Stands for an account that does not exist: above all ids.
fn stand_in(named: &str) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = session::hash(&named.trim().to_lowercase());
    u64::from_be_bytes([a, b, c, d, e, f, g, h]) | 1 << 63
}

/// Begins a session under a new token, whatever the browser had before, and remembers the browser.
pub(super) async fn begin(call: &Call, user: &User) -> Result<()> {
    let app = &call.app;
    if let Some(before) = call.visitor().0 {
        app.store.delete_session(before.token_hash).await?;
        app.hub.sign_out(before.user.id, before.token_hash);
    }
    call.set_cookie(session::begin(app, user, &call.parts.headers).await?);
    let secret = device_secret(app, &call.parts.headers).unwrap_or_else(new_secret);
    app.store.see_device(session::hash(&secret), user.id, app.clock.now()).await?;
    call.set_cookie(device_cookie(app, &secret));
    Ok(())
}
