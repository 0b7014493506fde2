//! Every URL of the program, grouped by who calls it.

use super::{
    App, Error, Result, assets, connection, face, forms, headers, invites, origin, pages, plain,
    session::{self, Address, Visitor},
    sync,
};
use crate::protocol::Failure;
use axum::{
    Extension, Router,
    extract::{
        DefaultBodyLimit, Request, State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use std::any::Any;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

/// All of it.
pub fn router(app: &App) -> Router {
    let pages = pages::routes(app);
    let say = {
        let pages = pages.clone();
        move |State(app), request| forms::say(app, pages, request)
    };
    // For people: pages and server functions (`/api/…`), the form of a page without WASM, and pictures of links.
    let people = Router::new()
        .route("/s/{space}/{room}/say", post(say))
        .route("/invite/{code}/qr.svg", get(invites::qr))
        .merge(plain::routes())
        .with_state(app.clone())
        .merge(pages);
    // For clients: the socket, and the ways around it.
    let clients = Router::new().route("/v1/ws", get(socket));
    let clients = clients.route("/v1/sync", post(sync::sync)).route("/v1/send", post(sync::send));
    let clients = clients.with_state(app.clone());
    // Pictures of people. They come in forms of their own, larger than any other.
    let upload = post(face::upload).layer(DefaultBodyLimit::max(face::FORM_BYTES));
    let uploads = recognised(app, Router::new().route("/api/face", upload).with_state(app.clone()));
    let clients = clients.merge(Router::new().route("/face/{user}", get(face::show)).with_state(app.clone()));
    // For whoever watches over the server.
    let watchers = Router::new().route("/healthz", get(healthz)).with_state(app.clone());
    // For browsers: the site's files.
    let files = assets::routes(app.carried, &app.leptos, known(app, nowhere(app)));

    known(app, people.merge(clients))
        .merge(uploads)
        // Outermost: what is known of a request reads and rewrites answers before they are compressed.
        .layer(CompressionLayer::new())
        .merge(watchers)
        .merge(files)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), headers::dress))
}

/// What every answer that depends on who asks goes through, the outermost last.
fn known(app: &App, routes: Router) -> Router {
    let led = routes.layer(from_fn_with_state(app.clone(), pages::lead));
    recognised(app, led.layer(from_fn(forms::receive)))
}

/// What everything goes through of which somebody in particular asks.
fn recognised(app: &App, routes: Router) -> Router {
    routes
        .layer(from_fn_with_state(app.clone(), session::recognise))
        .layer(from_fn_with_state(app.clone(), origin::check))
        .layer(from_fn(headers::keep_private))
}

/// Where nothing is: a page for people, a refusal for programs.
fn nowhere(app: &App) -> Router {
    pages::not_found(app).layer(from_fn(async |request: Request, next: Next| {
        let path = request.uri().path();
        let is_program = ["/api/", "/v1/"].iter().any(|start| path.starts_with(start));
        if is_program { Error::from(Failure::NotFound).into_response() } else { next.run(request).await }
    }))
}

/// Answers as long as the server takes requests; 503 once it stops.
async fn healthz(State(app): State<App>) -> Result<&'static str> {
    match app.shutdown.is_cancelled() {
        false => Ok("ok\n"),
        true => Err(Failure::Unavailable { retry_ms: 5_000 }.into()),
    }
}

/// The socket: who it is for and whether there is room are settled before the upgrade.
async fn socket(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Extension(Address(from)): Extension<Address>,
    upgrade: std::result::Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response> {
    let session = visitor.session()?;
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return Ok(rejection.into_response()),
    };
    if app.shutdown.is_cancelled() {
        return Err(Failure::Unavailable { retry_ms: 5_000 }.into());
    }
    let place = app.door.connect(from, app.clock.now())?;
    Ok(connection::configure(upgrade).on_upgrade(async move |socket| {
        let shutdown = app.shutdown.clone();
        let run = connection::run(socket, app.hub.clone(), session, shutdown);
        app.connections.track_future(run).await;
        drop(place);
    }))
}

/// A panic is a bug of ours: the request ends, the server goes on.
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let told = panic.downcast_ref::<String>().map(String::as_str);
    let told = told.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words");
    Error::Broken(format!("a panic: {told}")).into_response()
}
