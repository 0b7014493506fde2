//! Coming in, going out, and how one likes to read.

use super::codec::Reply;
use crate::protocol::{Arrival, Failure, User};
use leptos::prelude::*;

/// Comes in through the doorway under a name; `next` is the path to go on to.
#[server(prefix = "/api", endpoint = "enter", output = Reply)]
pub async fn enter(name: String, next: Option<String>) -> Result<Arrival, Failure> {
    use crate::server::{accounts, respond};
    respond(|call| accounts::enter(call, name, next)).await
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

/// Keeps how one likes to read: `lang` is ko or en, `theme` light, dark or auto, `density` bubbles or
/// compact. What is left out stays. A plain form goes on to the path `back`, else to where it came from.
#[server(prefix = "/api", endpoint = "prefer", output = Reply)]
pub async fn prefer(
    lang: Option<String>,
    theme: Option<String>,
    density: Option<String>,
    back: Option<String>,
) -> Result<(), Failure> {
    use crate::server::{accounts, respond};
    respond(|call| accounts::prefer(call, lang, theme, density, back)).await
}
