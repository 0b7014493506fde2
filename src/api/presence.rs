//! How one wants to be seen.

use super::codec::Reply;
use crate::protocol::Failure;
use leptos::prelude::*;

/// Says what one is up to, `emoji` before it. `lasts` is 30 or 60 (minutes), today, or empty: until it is changed;
/// `offset` is how many minutes one's clock is ahead of UTC.
#[server(prefix = "/api", endpoint = "set_status", output = Reply)]
pub async fn set_status(
    #[server(default)] status: String,
    #[server(default)] emoji: String,
    #[server(default)] lasts: String,
    #[server(default)] offset: i32,
) -> Result<(), Failure> {
    use crate::server::{accounts, respond};
    respond(|call| accounts::set_status(call, status, emoji, lasts, offset)).await
}

/// Asks not to be disturbed; `lasts` as for a status, or off.
#[server(prefix = "/api", endpoint = "set_dnd", output = Reply)]
pub async fn set_dnd(
    #[server(default)] lasts: String,
    #[server(default)] offset: i32,
) -> Result<(), Failure> {
    use crate::server::{accounts, respond};
    respond(|call| accounts::set_dnd(call, lasts, offset)).await
}

/// Says what others are told of oneself: that one is writing, when one was last here, how far one has read.
#[server(prefix = "/api", endpoint = "share_presence", output = Reply)]
pub async fn share_presence(
    #[server(default)] typing: bool,
    #[server(default)] seen_at: bool,
    #[server(default)] reading: bool,
) -> Result<(), Failure> {
    use crate::server::{accounts, respond};
    respond(|call| accounts::share_presence(call, typing, seen_at, reading)).await
}
