//! The page of stories, for those who build Maru.

use super::{Asked, find};
use crate::{
    protocol::Failure,
    server::App,
    ui::{Contrast, Density, Theme, plain},
};
use axum::{Router, response::Response, routing::get};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/stories", get(stories))
}

/// Shown in debug builds, and where `MARU_STORIES` is `on`; elsewhere it is not there.
async fn stories(mut asked: Asked) -> Response {
    let is_told = cfg!(debug_assertions) || std::env::var("MARU_STORIES").is_ok_and(|told| told == "on");
    if !is_told {
        return asked.answer(Err(Failure::NotFound.into()));
    }
    let reader = &mut asked.page.reader;
    let [theme, contrast, density] = ["theme", "contrast", "density"].map(|key| find(&asked.query, key));
    reader.theme = theme.and_then(Theme::parse).unwrap_or(reader.theme);
    reader.contrast = contrast.and_then(Contrast::parse).unwrap_or(reader.contrast);
    reader.density = density.and_then(Density::parse).unwrap_or(reader.density);
    let html = plain::stories(&asked.page);
    asked.answer(Ok(html))
}
