//! The pages before one is anybody here.

use super::Asked;
use crate::{
    server::{App, Result, accounts::is_own_path},
    ui::plain::{self, Doorway, Way},
};
use axum::{Router, response::Response, routing::get};

/// The doorway's pages.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/enter", get(enter))
}

async fn enter(asked: Asked) -> Response {
    asked.answer(doorway(&asked).await.map(|doorway| plain::enter(&asked.page, &doorway)))
}

async fn doorway(asked: &Asked) -> Result<Doorway> {
    let by_name = asked.app.store.find_door().await?.is_some();
    let asks_for_account = asked.param("way") == Some("account") || was_refused(asked, "/api/sign_in");
    Ok(Doorway {
        is_set_up: true,
        by_name,
        can_join: false,
        way: if by_name && !asks_for_account { Way::Name } else { Way::Account },
        next: next(asked),
    })
}

fn was_refused(asked: &Asked, function: &str) -> bool {
    asked.page.refused.as_ref().is_some_and(|refused| refused.by == function)
}

/// Where the person wanted to go, fit for a header: the query has decoded it.
fn next(asked: &Asked) -> String {
    let encode = |byte: u8| match byte {
        byte if byte.is_ascii_graphic() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    let next: String = asked.param("next").unwrap_or_default().bytes().map(encode).collect();
    if is_own_path(&next) { next } else { String::new() }
}
