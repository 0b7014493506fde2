//! Pages: who is led where before anything is rendered, and what each rendering is given.

use super::{
    App,
    accounts::{self, is_own_path},
    headers, session,
    session::Visitor,
};
use crate::{
    protocol::encode_segment,
    ui::{Address, Headline, Place, Reader, shell},
};
use any_spawner::Executor;
use axum::{
    Router,
    extract::{Query, Request, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
    routing::{MethodFilter, get, on},
};
use http::{
    HeaderMap, Method, StatusCode, Uri,
    header::{ACCEPT_LANGUAGE, CONTENT_SECURITY_POLICY, HOST},
    request::Parts,
};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::{ResponseOptions, handle_server_fns_with_context, render_app_async_with_context};
use leptos_meta::{Title, TitleProps, provide_meta_context};
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
    // What is rendered is waited for by tokio. It fails where another server in this process said so before.
    let _ = Executor::init_tokio();
    let page = get(render_app_async_with_context(given(app), renderer(app)));
    let mut routes = Router::new()
        .route("/s/{space}", page.clone())
        .route("/s/{space}/", page.clone())
        .route("/s/{space}/{room}", page.clone())
        .route("/s/{space}/{room}/", page.clone())
        .route("/s/{space}/{room}/{seq}", page);
    for (path, method) in server_fn_paths() {
        let given = given(app);
        let call = move |request| handle_server_fns_with_context(given, request);
        let filter = MethodFilter::try_from(method).expect("a server function has one of HTTP's own methods");
        routes = routes.route_service(path, on(filter, call));
    }
    routes
}

/// The page that says that there is none.
pub fn not_found(app: &App) -> Router {
    Router::new().fallback(render_app_async_with_context(given(app), renderer(app)))
}

fn renderer(app: &App) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
    let built = app.built.clone();
    move || {
        let parts = use_context::<Parts>();
        let reader = parts.as_ref().map(|parts| reader(&parts.headers)).unwrap_or_default();
        let url = parts.and_then(|parts| parts.uri.path_and_query().map(ToString::to_string));
        let url = url.unwrap_or_default();
        if Place::of(&url) == Place::Elsewhere {
            expect_context::<ResponseOptions>().set_status(StatusCode::NOT_FOUND);
        }
        provide_context(Address::new(url, |_, _| {}));
        provide_meta_context();
        provide_context(Headline(|text| drop(Title(TitleProps::builder().text(text).build()))));
        let nonce = use_nonce().map(|nonce| nonce.to_string());
        shell(&built, reader, nonce.as_deref())
    }
}

/// How the person likes to read.
pub fn reader(headers: &HeaderMap) -> Reader {
    let cookie = |name: &str| {
        session::cookies(headers).find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
    };
    let languages = headers.get(ACCEPT_LANGUAGE).and_then(|languages| languages.to_str().ok());
    Reader::from_request(cookie, languages)
}

/// What each rendering and each call is given.
fn given(app: &App) -> impl Fn() + Clone + Send + Sync + 'static {
    let app = app.clone();
    move || {
        provide_context(app.clone());
        let (Some(nonce), Some(answer), Some(parts)) =
            (use_nonce(), use_context::<ResponseOptions>(), use_context::<Parts>())
        else {
            return;
        };
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        answer.insert_header(CONTENT_SECURITY_POLICY, headers::policy(&app, &nonce, host));
    }
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
