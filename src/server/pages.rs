//! Pages: who is led where before anything is rendered, and what each is rendered with.

use super::{
    App, Error, Result,
    accounts::{self, is_own_path},
    clock::random,
    headers, places,
    respond::Call,
    session,
    session::{Visitor, hex},
};
use crate::{
    protocol::{Failure, encode_segment},
    ui::{Opening, Place, Reader, document},
};
use axum::{
    Router,
    extract::{Query, Request, State},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{MethodFilter, get, on},
};
use http::{
    HeaderMap, Method, StatusCode, Uri,
    header::{ACCEPT_LANGUAGE, CONTENT_SECURITY_POLICY, HOST},
};
use leptos::prelude::provide_context;
use leptos_axum::{ResponseOptions, handle_server_fns_with_context};
use server_fn::axum::server_fn_paths;

/// Leads to the doorway who has to come in first, and past it who has.
pub async fn lead(State(app): State<App>, request: Request, next: Next) -> Response {
    let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    match (request.uri().path(), visitor.0) {
        ("/", None) => Redirect::to("/enter").into_response(),
        (path, None) if path.starts_with("/s/") || matches!(path, "/settings" | "/server") => {
            let asked = request.uri().path_and_query().map_or(path, |asked| asked.as_str());
            Redirect::to(&format!("/enter?next={}", encode_segment(asked))).into_response()
        }
        ("/" | "/enter", Some(session)) => match next_of(request.uri()) {
            Some(path) => Redirect::to(&path).into_response(),
            None => match accounts::home(&app, &session.user).await {
                Ok(path) => Redirect::to(&path).into_response(),
                Err(error) => error.into_response(),
            },
        },
        _ => next.run(request).await,
    }
}

/// Where the doorway was told to lead, if that is here and not the doorway again.
fn next_of(uri: &Uri) -> Option<String> {
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri).ok()?;
    let next = pairs.into_iter().find(|(key, _)| key == "next")?.1;
    let is_doorway = next == "/" || next.starts_with("/enter");
    (is_own_path(&next) && !is_doorway).then_some(next)
}

/// The conversation, and every server function.
pub fn routes(app: &App) -> Router {
    let pages = Router::new()
        .route("/s/{space}", get(page))
        .route("/s/{space}/", get(page))
        .route("/s/{space}/{room}", get(page))
        .route("/s/{space}/{room}/", get(page))
        .route("/s/{space}/{room}/{seq}", get(page));
    let mut routes = pages.with_state(app.clone());
    for (path, method) in server_fn_paths() {
        let app = app.clone();
        let given = move || provide_context(app.clone());
        let call = move |request| handle_server_fns_with_context(given, request);
        let filter = MethodFilter::try_from(method).expect("a server function has one of HTTP's own methods");
        routes = routes.route_service(path, on(filter, call));
    }
    routes
}

/// The page that says that there is none.
pub fn not_found(app: &App) -> Router {
    Router::new().fallback(page).with_state(app.clone())
}

/// A page of the conversation. What is on it is read first, and then rendered on one thread.
async fn page(State(app): State<App>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let url = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    let nonce = hex(&random::<16>());
    let policy = headers::policy(&app, &nonce, host);
    let reader = reader(&parts.headers);
    let place = Place::of(&url);
    let call = Call { app: app.clone(), parts, answer: ResponseOptions::default() };
    let asked = match &place {
        Place::Elsewhere => None,
        Place::Space(space) => Some((space, None)),
        Place::Room(space, room) => Some((space, Some((room.as_str(), None)))),
        Place::Message(space, room, seq) => Some((space, Some((room.as_str(), Some(*seq))))),
    };
    let (status, lobby, room) = match asked {
        Some((space, room)) => {
            let (lobby, room) = places::opening(&call, space, room).await;
            let refused = lobby.as_ref().err().or(room.as_ref().and_then(|room| room.as_ref().err()));
            let status = refused.map_or(StatusCode::OK, Error::status);
            (status, Some(told(lobby)), room.map(told))
        }
        None => (StatusCode::NOT_FOUND, None, None),
    };
    let html = document(&app.built, Opening { reader, url, nonce, lobby, room });
    (status, [(CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
}

fn told<T>(told: Result<T>) -> Result<T, Failure> {
    told.map_err(Error::into_failure)
}

/// How the person likes to read.
pub fn reader(headers: &HeaderMap) -> Reader {
    let cookie = |name: &str| {
        session::cookies(headers).find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
    };
    let languages = headers.get(ACCEPT_LANGUAGE).and_then(|languages| languages.to_str().ok());
    Reader::from_request(cookie, languages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_doorway_leads_only_into_the_house() {
        let next = |uri: &'static str| next_of(&Uri::from_static(uri));
        assert_eq!(next("/enter?next=%2Fs%2Fmaru%2Fa%2520b").as_deref(), Some("/s/maru/a%20b"));
        for uri in
            ["/enter", "/enter?next=//evil.example", "/enter?next=/enter", "/enter?next=/", "/enter?next="]
        {
            assert_eq!(next(uri), None, "{uri}");
        }
    }
}
