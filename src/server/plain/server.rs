//! The page of who runs the server.

use super::Asked;
use crate::{
    protocol::{Failure, LIST_PAGE, Space, User, UserId},
    server::{App, Error, Result, accounts, store::SpaceLine},
    ui::plain::{self, ServerDesk, SpaceRow},
};
use axum::{
    Form, Router,
    response::Response,
    routing::{get, post},
};
use http::header::HOST;
use serde::Deserialize;

/// How much of the record stands on the page.
const RECORD: u32 = 30;

/// The page of who runs the server.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/server", get(server)).route("/server/recovery", post(recovery).get(server))
}

async fn server(asked: Asked) -> Response {
    let html = look(&asked, None).await;
    asked.answer(html)
}

/// Whom a link is made for.
#[derive(Debug, Deserialize)]
struct Whom {
    user: UserId,
}

/// Makes a link with which somebody chooses a new password: it stands on the page, and in no address.
async fn recovery(asked: Asked, Form(Whom { user }): Form<Whom>) -> Response {
    let html = match make(&asked, user).await {
        Ok(link) => look(&asked, Some(link)).await,
        Err(error) => Err(error),
    };
    asked.answer(html)
}

async fn make(asked: &Asked, user: UserId) -> Result<String> {
    let me = admin(asked).await?;
    let path = accounts::recovery_path(&asked.app, me, user).await?;
    let host = asked.headers.get(HOST).and_then(|host| host.to_str().ok());
    Ok(match (asked.app.settings.base_url.as_deref(), host) {
        (Some(base_url), _) => format!("{base_url}{path}"),
        (None, Some(host)) => format!("http://{host}{path}"),
        (None, None) => path,
    })
}

/// Who asks, when it is somebody who runs the server; for others there is no such page.
async fn admin(asked: &Asked) -> Result<User> {
    accounts::require_admin(&asked.app, asked.user()?).await.map_err(|error| match error {
        Error::Refused(Failure::Forbidden) => Failure::NotFound.into(),
        error => error,
    })
}

async fn look(asked: &Asked, recovery: Option<String>) -> Result<String> {
    let me = admin(asked).await?;
    let (q, after, store) = (asked.q(), asked.after(), &asked.app.store);
    let accounts = store.find_accounts(&q, &after, LIST_PAGE).await?;
    let is_full = accounts.len() >= LIST_PAGE as usize;
    let next = accounts.last().filter(|_| is_full).map(|account| account.user.name.clone());
    let own = store.spaces_of(me.id).await?;
    let row = |line: SpaceLine| {
        let role = own.iter().find(|space| space.id == line.space.id).and_then(|space| space.role);
        SpaceRow { space: Space { role, ..line.space }, members: line.people, rooms: line.rooms }
    };
    let spaces = store.all_spaces().await?.into_iter().map(row).collect();
    let entries = store.audit(None, me.id, None, RECORD).await?;
    let (now, is_later) = (asked.app.clock.now(), !after.is_empty());
    let desk = ServerDesk { me, now, q, accounts, next, is_later, spaces, recovery, entries };
    Ok(plain::server(&asked.page, &desk))
}
