//! Coming in, going out, and how one likes to read.

use super::codec::{Given, Reply};
use crate::protocol::{Account, Arrival, Failure, OpenSession, SignedIn, User, UserId};
use leptos::prelude::*;

/// Comes in through the doorway under a name; `next` is the path to go on to.
#[server(prefix = "/api", endpoint = "enter", output = Reply)]
pub async fn enter(name: String, next: Option<String>) -> Result<Arrival, Failure> {
    use crate::server::{accounts, respond};
    respond(|call| accounts::enter(call, name, next)).await
}

/// Sets a new server up: makes its owner, the first space and its first room. `token` is from the link
/// that the server printed.
#[server(prefix = "/api", endpoint = "set_up", output = Reply)]
pub async fn set_up(
    token: String,
    name: String,
    #[server(default)] display: String,
    password: String,
    #[server(default)] email: String,
    space: String,
    #[server(default)] room: String,
) -> Result<SignedIn, Failure> {
    use crate::server::{accounts, respond};
    let asked = accounts::SetUp { token, name, display, password, email, space, room };
    respond(|call| accounts::set_up(call, asked)).await
}

/// Makes an account, and signs in; `invite` is the code of an invitation, `next` the path to go on to.
#[server(prefix = "/api", endpoint = "sign_up", output = Reply)]
pub async fn sign_up(
    name: String,
    #[server(default)] display: String,
    password: String,
    #[server(default)] email: String,
    #[server(default)] invite: String,
    next: Option<String>,
) -> Result<SignedIn, Failure> {
    use crate::server::{accounts, respond};
    let asked = accounts::SignUp { name, display, password, email, invite, next };
    respond(|call| accounts::sign_up(call, asked)).await
}

/// Signs in by a name or an e-mail address; `next` is the path to go on to.
#[server(prefix = "/api", endpoint = "sign_in", output = Reply)]
pub async fn sign_in(name: String, password: String, next: Option<String>) -> Result<SignedIn, Failure> {
    use crate::server::{accounts, respond};
    respond(|call| accounts::sign_in(call, name, password, next)).await
}

/// Ends the session.
#[server(prefix = "/api", endpoint = "sign_out", output = Reply)]
pub async fn sign_out() -> Result<(), Failure> {
    use crate::server::{accounts, respond};
    respond(accounts::sign_out).await
}

/// Who one is.
#[server(prefix = "/api", endpoint = "me", input = server_fn::codec::GetUrl, output = Reply)]
pub async fn me() -> Result<User, Failure> {
    use crate::server::{accounts, respond};
    respond(accounts::me).await
}

/// One's own account.
#[server(prefix = "/api", endpoint = "profile", input = server_fn::codec::GetUrl, output = Reply)]
pub async fn profile() -> Result<Account, Failure> {
    use crate::server::{accounts, respond};
    respond(accounts::profile).await
}

/// Makes an account of a guest, who keeps everything.
#[server(prefix = "/api", endpoint = "become_account", output = Reply)]
pub async fn become_account(password: String, #[server(default)] email: String) -> Result<SignedIn, Failure> {
    use crate::server::{accounts, respond};
    respond(|call| accounts::become_account(call, password, email)).await
}

/// Gives oneself another password; one's other browsers are signed out.
#[server(prefix = "/api", endpoint = "change_password", output = Reply)]
pub async fn change_password(current: String, new: String) -> Result<(), Failure> {
    use crate::server::{accounts, respond};
    respond(|call| accounts::change_password(call, current, new)).await
}

/// Edits one's own account; what is left out stays, what is empty is taken away.
#[server(prefix = "/api", endpoint = "edit_profile", output = Reply)]
pub async fn edit_profile(
    #[server(default)] display: Given,
    #[server(default)] status: Given,
    #[server(default)] email: Given,
    #[server(default)] lang: Given,
    #[server(default)] zone: Given,
) -> Result<(), Failure> {
    use crate::server::{accounts, respond};
    let (display, status, email) = (display.0, status.0, email.0);
    let edited = accounts::Edited { display, status, email, lang: lang.0, zone: zone.0 };
    respond(|call| accounts::edit_profile(call, edited)).await
}

/// Takes one's picture away. One is brought by a form with a file, to `/api/face`.
#[server(prefix = "/api", endpoint = "remove_face", output = Reply)]
pub async fn remove_face() -> Result<(), Failure> {
    use crate::server::{face, respond};
    respond(face::remove).await
}

/// The browsers in which one is signed in.
#[server(prefix = "/api", endpoint = "sessions", input = server_fn::codec::GetUrl, output = Reply)]
pub async fn sessions() -> Result<Vec<OpenSession>, Failure> {
    use crate::server::{accounts, respond};
    respond(accounts::sessions).await
}

/// Signs one of one's browsers out.
#[server(prefix = "/api", endpoint = "end_session", output = Reply)]
pub async fn end_session(id: String) -> Result<(), Failure> {
    use crate::server::{accounts, respond};
    respond(|call| accounts::end_session(call, id)).await
}

/// Signs all of one's browsers out but this one.
#[server(prefix = "/api", endpoint = "end_other_sessions", output = Reply)]
pub async fn end_other_sessions() -> Result<(), Failure> {
    use crate::server::{accounts, respond};
    respond(accounts::end_other_sessions).await
}

/// Asks for a letter with a link to choose a new password; the answer says nothing.
#[server(prefix = "/api", endpoint = "ask_recovery", output = Reply)]
pub async fn ask_recovery(name: String) -> Result<(), Failure> {
    use crate::server::{accounts, respond};
    respond(|call| accounts::ask_recovery(call, name)).await
}

/// Chooses a new password with the code of a link, and signs in.
#[server(prefix = "/api", endpoint = "recover", output = Reply)]
pub async fn recover(code: String, password: String) -> Result<SignedIn, Failure> {
    use crate::server::{accounts, respond};
    respond(|call| accounts::recover(call, code, password)).await
}

/// Accounts by name, at most 100, from behind one on. For those who run the server, as what follows.
#[server(prefix = "/api", endpoint = "accounts", input = server_fn::codec::GetUrl, output = Reply)]
pub async fn accounts(#[server(default)] after: String) -> Result<Vec<Account>, Failure> {
    use crate::server::{accounts, respond};
    respond(|call| accounts::accounts(call, after)).await
}

/// Takes an account out of use.
#[server(prefix = "/api", endpoint = "deactivate", output = Reply)]
pub async fn deactivate(user: UserId) -> Result<(), Failure> {
    use crate::server::{accounts, respond};
    respond(|call| accounts::deactivate(call, user)).await
}

/// Lets an account be used again.
#[server(prefix = "/api", endpoint = "reactivate", output = Reply)]
pub async fn reactivate(user: UserId) -> Result<(), Failure> {
    use crate::server::{accounts, respond};
    respond(|call| accounts::reactivate(call, user)).await
}

/// Makes a link with which somebody chooses a new password; answers with its path, once.
#[server(prefix = "/api", endpoint = "make_recovery_link", output = Reply)]
pub async fn make_recovery_link(user: UserId) -> Result<String, Failure> {
    use crate::server::{accounts, respond};
    respond(|call| accounts::make_recovery_link(call, user)).await
}

/// Lets somebody run the server, or no longer.
#[server(prefix = "/api", endpoint = "set_admin", output = Reply)]
pub async fn set_admin(user: UserId, on: bool) -> Result<(), Failure> {
    use crate::server::{accounts, respond};
    respond(|call| accounts::set_admin(call, user, on)).await
}

/// Keeps how one likes to read: `lang` is ko or en, `theme` light, dark or auto, `contrast` more, standard or auto,
/// `density` bubbles or compact, `open` new or end: where a room opens. What is left out stays. A plain form goes on to
/// the path `back`, else to where it came from.
#[server(prefix = "/api", endpoint = "prefer", output = Reply)]
pub async fn prefer(
    lang: Option<String>,
    theme: Option<String>,
    contrast: Option<String>,
    density: Option<String>,
    open: Option<String>,
    back: Option<String>,
) -> Result<(), Failure> {
    use crate::server::{accounts, respond};
    let choices = accounts::Choices { lang, theme, contrast, density, open };
    respond(|call| accounts::prefer(call, choices, back)).await
}
