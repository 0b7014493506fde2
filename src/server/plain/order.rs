//! The pages that keep order: invitations, reports, and the record.

use super::Asked;
use crate::{
    protocol::{AuditId, Event, Failure, LIST_PAGE, Op, RoomState, Seq, SpaceAct},
    server::{App, Result, store::Which},
    ui::plain::{self, Invites, Record, Reports, Telling},
};
use axum::{Router, extract::Path, response::Response, routing::get};

/// The pages that keep order.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/s/{space}/-/invites", get(invites))
        .route("/s/{space}/-/reports", get(reports))
        .route("/s/{space}/-/report/{room}/{seq}", get(report))
        .route("/s/{space}/-/audit", get(audit))
}

async fn invites(Path(space): Path<String>, asked: Asked) -> Response {
    let html = links(&asked, &space).await;
    asked.answer(html)
}

async fn links(asked: &Asked, space: &str) -> Result<String> {
    // Who makes links to rooms alone sees those.
    let visit = asked.visit_to(space, SpaceAct::ListPeople).await?;
    let store = &asked.app.store;
    let links = store.invites(Which::Of(visit.space.id), visit.me.id, visit.now).await?;
    let guests = store.access(visit.space.id).await?.is_some_and(|access| access.guests);
    Ok(plain::invites(&asked.page, &Invites { visit, links, guests, made: asked.made() }))
}

async fn reports(Path(space): Path<String>, asked: Asked) -> Response {
    let html = waiting(&asked, &space).await;
    asked.answer(html)
}

async fn waiting(asked: &Asked, space: &str) -> Result<String> {
    let visit = asked.visit_to(space, SpaceAct::HandleReports).await?;
    let all = asked.param("all").is_some();
    let reports = asked.app.store.reports(visit.space.id, visit.me.id, all).await?;
    Ok(plain::reports(&asked.page, &Reports { visit, all, reports }))
}

async fn report(Path((space, room, seq)): Path<(String, String, String)>, asked: Asked) -> Response {
    let html = tell(&asked, &space, &room, &seq).await;
    asked.answer(html)
}

async fn tell(asked: &Asked, space: &str, room: &str, seq: &str) -> Result<String> {
    let visit = asked.visit(space).await?;
    let room: RoomState = asked.room(&visit, room).await?;
    let seq: Seq = seq.parse().map_err(|_| Failure::NotFound)?;
    let before = seq.saturating_add(1).min(room.head + 1);
    let events = asked.app.store.events_before(room.id, visit.me.id, before, 1).await?.events;
    let event: Event = events.into_iter().find(|event| event.seq == seq).ok_or(Failure::NotFound)?;
    let Op::Message { text, .. } = event.op else { return Err(Failure::NotFound.into()) };
    Ok(plain::tell(&asked.page, &Telling { visit, room, seq, author: event.name, text }))
}

async fn audit(Path(space): Path<String>, asked: Asked) -> Response {
    let html = record(&asked, &space).await;
    asked.answer(html)
}

async fn record(asked: &Asked, space: &str) -> Result<String> {
    let visit = asked.visit_to(space, SpaceAct::ReadAudit).await?;
    let after: Option<AuditId> = asked.param("after").and_then(|after| after.parse().ok());
    let entries = asked.app.store.audit(Some(visit.space.id), visit.me.id, after, LIST_PAGE).await?;
    let is_full = entries.len() >= LIST_PAGE as usize;
    let next = entries.last().filter(|_| is_full).map(|entry| entry.id.to_string());
    Ok(plain::audit(&asked.page, &Record { visit, entries, next, is_later: after.is_some() }))
}
