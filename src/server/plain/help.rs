//! The pages that explain something. They are for everybody, and say nothing of anybody.

use super::Asked;
use crate::{server::App, ui::plain};
use axum::{Router, response::Response, routing::get};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/help/connection", get(connection))
}

async fn connection(asked: Asked) -> Response {
    asked.answer(Ok(plain::slow(&asked.page)))
}
