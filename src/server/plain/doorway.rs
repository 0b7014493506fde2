//! The pages before one is anybody here.

use super::Asked;
use crate::{
    protocol::{Failure, encode_segment},
    server::{
        App, Result,
        accounts::is_own_path,
        session::{hash, is_secret},
        store::Purpose,
    },
    ui::plain::{self, Doorway, Way},
};
use axum::{
    Router,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::StatusCode;

/// The doorway's pages.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/enter", get(enter))
        .route("/setup", get(set_up))
        .route("/join", get(join))
        .route("/recover/{code}", get(recover))
        .route("/forgot", get(forgot))
}

async fn enter(asked: Asked) -> Response {
    asked.answer(doorway(&asked).await.map(|doorway| plain::enter(&asked.page, &doorway)))
}

async fn doorway(asked: &Asked) -> Result<Doorway> {
    let app = &asked.app;
    let by_name = app.store.find_door().await?.is_some();
    let asks_for_account = asked.param("way") == Some("account") || was_refused(asked, "/api/sign_in");
    Ok(Doorway {
        is_set_up: app.store.has_accounts().await?,
        by_name,
        can_join: app.store.find_open_space().await?.is_some(),
        way: if by_name && !asks_for_account { Way::Name } else { Way::Account },
        next: next(asked),
    })
}

fn was_refused(asked: &Asked, function: &str) -> bool {
    asked.page.refused.as_ref().is_some_and(|refused| refused.by == function)
}

/// The first run. Whose link is not the one that was printed last learns no more than whoever comes later.
async fn set_up(asked: Asked) -> Response {
    let token = asked.param("token").unwrap_or_default().to_owned();
    let is_first = find_code(&asked.app, Purpose::Setup, &token).await;
    match is_first {
        Ok(false) => asked.show(StatusCode::NOT_FOUND, plain::dead_link(&asked.page)),
        is_first => asked.answer(is_first.map(|_| plain::set_up(&asked.page, &token))),
    }
}

async fn find_code(app: &App, purpose: Purpose, code: &str) -> Result<bool> {
    if !is_secret(code) {
        return Ok(false);
    }
    Ok(app.store.find_one_time(purpose, hash(code), app.clock.now()).await?.is_some())
}

/// By an invitation, or where a space is open to everybody who makes an account.
async fn join(asked: Asked) -> Response {
    let invite = asked.param("invite").unwrap_or_default().to_owned();
    // Who is somebody already needs no other account: a guest makes one of the own name, in the settings.
    if asked.visitor.0.is_some() {
        let path =
            if invite.is_empty() { "/".to_owned() } else { format!("/invite/{}", encode_segment(&invite)) };
        return Redirect::to(&path).into_response();
    }
    let page = may_join(&asked, &invite).await;
    asked.answer(page.map(|()| plain::join(&asked.page, &invite, &next(&asked))))
}

async fn may_join(asked: &Asked, invite: &str) -> Result<()> {
    let may = match invite {
        "" => asked.app.store.find_open_space().await?.is_some(),
        _ => true,
    };
    if may { Ok(()) } else { Err(Failure::NotFound.into()) }
}

async fn recover(Path(code): Path<String>, asked: Asked) -> Response {
    let is_known = find_code(&asked.app, Purpose::Recover, &code).await;
    match is_known {
        Ok(false) => asked.show(StatusCode::NOT_FOUND, plain::dead_link(&asked.page)),
        is_known => asked.answer(is_known.map(|_| plain::recover(&asked.page, &code))),
    }
}

async fn forgot(asked: Asked) -> Response {
    let by_mail = asked.app.recoveries.is_open();
    asked.answer(Ok(plain::forgot(&asked.page, by_mail)))
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
