//! The settings of a space, and the page of who runs the server.

use super::Asked;
use crate::{
    protocol::Failure,
    server::{App, Result},
    ui::plain::{self, SpaceDesk},
};
use axum::{Router, extract::Path, response::Response, routing::get};

/// The settings of a space.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/s/{space}/-/settings", get(settings))
}

async fn settings(Path(space): Path<String>, asked: Asked) -> Response {
    let html = look(&asked, &space).await;
    asked.answer(html)
}

async fn look(asked: &Asked, space: &str) -> Result<String> {
    let visit = asked.visit(space).await?;
    let access = asked.app.store.access(visit.space.id).await?.ok_or(Failure::NotFound)?;
    let desk = SpaceDesk { visit, entry: access.entry, door: access.door, guests: access.guests };
    Ok(plain::space(&asked.page, &desk))
}
