//! The page of what called one: asking for it, a part at a time.

use super::Asked;
use crate::{
    protocol::{Called, RoomId},
    server::{App, Result, store::CalledAt},
    ui::plain::{self, Inbox},
};
use axum::{Router, extract::Path, response::Response, routing::get};

/// How many stand on one page.
const PAGE: usize = 50;

/// The page of what called one.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/s/{space}/-/inbox", get(inbox))
}

async fn inbox(Path(space): Path<String>, asked: Asked) -> Response {
    let html = look(&asked, &space).await;
    asked.answer(html)
}

async fn look(asked: &Asked, space: &str) -> Result<String> {
    let visit = asked.visit(space).await?;
    let (store, limit) = (&asked.app.store, PAGE as u32 + 1);
    let after = asked.after();
    let (from_unread, from_read) = match read_place(&after) {
        Some((true, place)) => (Some(place), CalledAt::START),
        Some((false, place)) => (None, place),
        None => (Some(CalledAt::START), CalledAt::START),
    };
    let mut calls = match from_unread {
        Some(place) => store.inbox(&visit.me, true, place, limit).await?,
        None => Vec::new(),
    };
    if calls.len() <= PAGE {
        calls.extend(store.inbox(&visit.me, false, from_read, limit).await?);
    }
    let is_full = calls.len() > PAGE;
    calls.truncate(PAGE);
    let next = calls.last().filter(|_| is_full).map(place);
    Ok(plain::inbox(&asked.page, &Inbox { visit, calls, next, is_later: !after.is_empty() }))
}

/// A place in the list, for the address of what comes after it.
fn place(called: &Called) -> String {
    let part = if called.is_unread { "unread" } else { "read" };
    format!("{part}.{}.{}.{}", called.at, called.room, called.seq)
}

fn read_place(text: &str) -> Option<(bool, CalledAt)> {
    let mut parts = text.split('.');
    let is_unread = parts.next()? == "unread";
    let (at, room, seq) = (parts.next()?.parse().ok()?, parts.next()?.parse::<RoomId>().ok()?, parts.next()?);
    Some((is_unread, CalledAt { at, room, seq: seq.parse().ok()? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_list_is_read_back_and_nothing_else_is() {
        let place = CalledAt { at: 5, room: RoomId::from_raw(7), seq: 9 };
        assert_eq!(read_place("unread.5.r_0000000000000007.9"), Some((true, place)));
        assert_eq!(read_place("read.5.r_0000000000000007.9"), Some((false, place)));
        for text in ["", "unread", "read.5.7.9", "read.-1.r_0000000000000007.9"] {
            assert_eq!(read_place(text), None, "{text}");
        }
    }
}
