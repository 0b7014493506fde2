//! The pages of rooms: looking around, and what one is like.

use super::Asked;
use crate::{
    protocol::{LIST_PAGE, RoomState},
    server::{
        App, Result,
        store::{History, RoomGlance, fold},
    },
    ui::plain::{self, Browse, Listed, RoomDesk},
};
use axum::{Router, extract::Path, response::Response, routing::get};

/// The pages of rooms.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/s/{space}/-/rooms", get(rooms)).route("/s/{space}/-/room/{room}", get(room))
}

async fn rooms(Path(space): Path<String>, asked: Asked) -> Response {
    let html = browse(&asked, &space).await;
    asked.answer(html)
}

async fn browse(asked: &Asked, space: &str) -> Result<String> {
    let visit = asked.visit(space).await?;
    let q = asked.q();
    let wanted = fold(&q);
    let mut glances = asked.app.store.glance(visit.space.id).await?;
    let rooms = asked.app.hub.rooms(visit.space.id, visit.me.id).await?;
    let is_wanted = |room: &RoomState| {
        !room.kind.is_direct() && (fold(&room.name).contains(&wanted) || fold(&room.topic).contains(&wanted))
    };
    let listed = |room: RoomState| {
        let RoomGlance { members, last_at } = glances.remove(&room.id).unwrap_or_default();
        Listed { room, members, last_at }
    };
    let rooms = rooms.into_iter().filter(is_wanted).map(listed).collect();
    Ok(plain::rooms(&asked.page, &Browse { visit, q, rooms }))
}

async fn room(Path((space, room)): Path<(String, String)>, asked: Asked) -> Response {
    let html = look(&asked, &space, &room).await;
    asked.answer(html)
}

async fn look(asked: &Asked, space: &str, room: &str) -> Result<String> {
    let visit = asked.visit(space).await?;
    let room = asked.room(&visit, room).await?;
    let (store, after) = (&asked.app.store, asked.after());
    let members = store.members_of_room(room.id, visit.me.id, &after, LIST_PAGE).await?;
    let from_joining = store.history_of(room.id).await? == Some(History::Joined);
    let guests = store.access(visit.space.id).await?.is_some_and(|access| access.guests);
    let is_later = !after.is_empty();
    let desk = RoomDesk { visit, room, from_joining, members, is_later, guests, made: asked.made() };
    Ok(plain::room(&asked.page, &desk))
}
