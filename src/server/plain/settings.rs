//! One's own settings.

use super::Asked;
use crate::{
    protocol::Failure,
    server::{App, Result, accounts},
    ui::plain::{self, Settings},
};
use axum::{Router, response::Response, routing::get};

/// The settings page.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/settings", get(settings))
}

async fn settings(asked: Asked) -> Response {
    asked.answer(gather(&asked).await.map(|settings| plain::settings(&asked.page, &settings)))
}

async fn gather(asked: &Asked) -> Result<Settings> {
    let app = &asked.app;
    let session = asked.visitor.clone().session()?;
    let account = app.store.find_account(session.user.id).await?.ok_or(Failure::SignedOut)?;
    let hides = app.store.manner_of(session.user.id).await?.hides;
    Ok(Settings {
        account,
        hides: [hides.typing, hides.seen_at, hides.reading],
        sessions: accounts::open_sessions(app, &session).await?,
        now: app.clock.now(),
        back: accounts::home(app, &session.user).await?,
    })
}
