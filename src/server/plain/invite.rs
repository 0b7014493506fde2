//! Where a link of invitation leads.

use super::Asked;
use crate::{
    protocol::Failure,
    server::{App, Error, invites},
    ui::plain::{self, Invitation},
};
use axum::{Router, extract::Path, response::Response, routing::get};
use http::{StatusCode, header::HOST};

/// The page of an invitation.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/invite/{code}", get(invite))
}

async fn invite(Path(code): Path<String>, asked: Asked) -> Response {
    let view = match invites::look(&asked.app, &code, &asked.visitor).await {
        Ok(view) => view,
        // Expired, withdrawn, used up or never made: nobody learns which.
        Err(Error::Refused(Failure::NotFound)) => {
            return asked.show(StatusCode::NOT_FOUND, plain::dead_invite(&asked.page));
        }
        Err(error) => return asked.answer(Err(error)),
    };
    let host = asked.headers.get(HOST).and_then(|host| host.to_str().ok());
    let link = invites::link_from(asked.app.settings.base_url.as_deref(), host, &code);
    let me = asked.visitor.0.as_ref().map(|session| session.user.shown().to_owned());
    let invitation = Invitation { code, view, me, qr: invites::qr_svg(&link) };
    asked.answer(Ok(plain::invite(&asked.page, &invitation)))
}
