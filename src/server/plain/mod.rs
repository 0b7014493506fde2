//! Plain pages: what each asks the server for, and the answer that carries it.

mod desk;
mod doorway;
mod help;
mod inbox;
mod invite;
mod order;
mod people;
mod rooms;
mod server;
mod settings;
mod space;
mod stories;

use super::{App, Error, Result, headers, pages, session::Visitor};
use crate::{
    protocol::{Failure, User, encode_segment},
    ui::plain::{self, Page, Refused},
};
use axum::{
    Router,
    extract::{FromRequestParts, Query},
    response::{Html, IntoResponse, Redirect, Response},
};
use http::{HeaderMap, StatusCode, Uri, header::CONTENT_SECURITY_POLICY, request::Parts};
use std::convert::Infallible;

/// Every plain page.
pub fn routes() -> Router<App> {
    doorway::routes()
        .merge(invite::routes())
        .merge(settings::routes())
        .merge(rooms::routes())
        .merge(people::routes())
        .merge(order::routes())
        .merge(inbox::routes())
        .merge(space::routes())
        .merge(server::routes())
        .merge(help::routes())
        .merge(stories::routes())
}

/// One request for a plain page: who asks, for what, and how it is to be shown.
pub struct Asked {
    /// What it can reach.
    pub app: App,
    /// Who asks.
    pub visitor: Visitor,
    /// What came with the request.
    pub headers: HeaderMap,
    /// What the page is rendered with.
    pub page: Page,
    query: Vec<(String, String)>,
}

impl FromRequestParts<App> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map(|Query(query)| query);
        let query = query.unwrap_or_default();
        Ok(Self {
            app: app.clone(),
            visitor: parts.extensions.get::<Visitor>().cloned().unwrap_or_default(),
            headers: parts.headers.clone(),
            page: Page {
                reader: pages::reader(&parts.headers),
                built: app.built.clone(),
                here: here(&parts.uri),
                refused: refused(&query),
                done: find(&query, "__done").map(str::to_owned),
            },
            query,
        })
    }
}

impl Asked {
    /// Who asks.
    ///
    /// # Errors
    /// [`Failure::SignedOut`] when nobody has signed in.
    pub fn user(&self) -> Result<User> {
        self.visitor.user()
    }

    /// What the address says beside its path.
    pub fn param(&self, key: &str) -> Option<&str> {
        find(&self.query, key)
    }

    /// Everything that the address says under one key.
    pub fn params<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    /// The page; or the one that says why not. Who has to come in first is led to the doorway.
    pub fn answer(&self, html: Result<String>) -> Response {
        match html {
            Ok(html) => self.show(StatusCode::OK, html),
            Err(Error::Refused(Failure::SignedOut)) => {
                let next = encode_segment(&self.page.here);
                Redirect::to(&format!("/enter?next={next}")).into_response()
            }
            Err(error) => {
                let (status, failure) = (error.status(), error.into_failure());
                let html = match failure {
                    Failure::NotFound => plain::not_found(&self.page),
                    failure => plain::broken(&self.page, &failure),
                };
                self.show(status, html)
            }
        }
    }

    /// A page with this status.
    pub fn show(&self, status: StatusCode, html: String) -> Response {
        let mut response = (status, Html(html)).into_response();
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, headers::plain_policy());
        response
    }
}

fn find<'a>(query: &'a [(String, String)], key: &str) -> Option<&'a str> {
    query.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
}

/// The page's own address.
fn here(uri: &Uri) -> String {
    uri.path_and_query().map_or_else(|| "/".to_owned(), |here| here.as_str().to_owned())
}

/// What `forms` wrote into the address of the page that a refused form goes back to.
fn refused(query: &[(String, String)]) -> Option<Refused> {
    let (by, failure) = (find(query, "__path")?, find(query, "__err")?);
    let failure = serde_json::from_str(failure).unwrap_or(Failure::Other);
    let typed = query.iter().filter(|(key, _)| !key.starts_with("__")).cloned().collect();
    Some(Refused { by: by.to_owned(), failure, typed })
}
