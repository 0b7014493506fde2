//! A room's timeline on screen: pages of rows, so that older history moves nothing that is there.

use super::{
    app::expect_words,
    composer::COMPOSER,
    each::{Key, each},
    element::{El, el, focus, live},
    jumps::new_line,
    message_row::{day_row, message_row, notice_row},
    node::{Node, part},
    nothing::empty,
    reader::expect_reader,
    scene::cushions,
};
use crate::{
    client::{Chat, PageId, Row, RowKey},
    protocol::{RoomAct, RoomId},
};
use leptos::{
    ev::{self, MouseEvent},
    prelude::*,
};
use std::sync::Arc;

/// The log of a room.
pub(super) fn message_list(room: RoomId, name: Memo<String>) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let reader = expect_reader();
    let year = Memo::new(move |_| newest_year(chat, room));
    // History is not news, and of many messages at once the number is told beside.
    let is_quiet = move || chat.is_fetching(room) || chat.sight().flood > 0;
    let pages = each(
        move || chat.pages(room).into_iter().map(Key::Page).collect(),
        move |key| match key {
            Key::Page(id) => page(room, id, year).into(),
            _ => Node::Nothing,
        },
    );
    el("div")
        .class("timeline")
        .attr("role", "log")
        .attr("tabindex", "0")
        .attr("aria-live", live(move || if is_quiet() { "off" } else { "polite" }))
        .attr("aria-relevant", "additions")
        .attr("aria-label", live(move || (words.conversation)(&name.get())))
        .attr("data-room", room.to_string())
        .attr("data-goal", live(move || chat.sight().goal.map(|goal| goal.seq.to_string())))
        .attr("data-density", live(move || reader.get().density.name()))
        .with(beginning(room, name))
        .with(pages)
        .with(el("div").class("timeline__end").attr("aria-hidden", "true"))
}

/// What stands above the first row: a way to older history, or where the room began.
fn beginning(room: RoomId, name: Memo<String>) -> Node {
    let chat = Chat::expect();
    let words = expect_words();
    let is_silent = move || {
        let pages = chat.pages(room);
        !pages.into_iter().any(|page| chat.rows(room, page).iter().any(|row| matches!(row, Row::Said(_))))
    };
    part(move || {
        if chat.has_older(room) {
            let is_fetching = chat.is_fetching(room);
            let older = el("button")
                .class("btn btn--quiet btn--sm")
                .attr("type", "button")
                .attr("aria-busy", is_fetching.then_some("true"))
                .on(ev::click, move |_| chat.want_older(room))
                .with(if is_fetching { words.fetching_older } else { words.older });
            el("div").class("timeline__older").with(older)
        } else if is_silent() {
            empty(cushions(), "h2", words.empty_title, words.empty_text).with(first_steps(chat, room))
        } else {
            el("p").class("timeline__start").with((words.beginning)(&name.get()))
        }
    })
}

/// What to begin with where nothing was said: a word of one's own, or people. As far as one may.
fn first_steps(chat: Chat, room: RoomId) -> El {
    let words = expect_words().jumps;
    let hello = chat.may(room, RoomAct::Send).then(|| {
        // A link, since it leads there before the page is awake too.
        let to_composer = |event: MouseEvent| {
            event.prevent_default();
            focus(COMPOSER);
        };
        let link = el("a").class("btn btn--primary").attr("href", format!("#{COMPOSER}"));
        link.on(ev::click, to_composer).with(words.hello)
    });
    let invite = chat.space().filter(|_| chat.may(room, RoomAct::Invite)).map(|space| {
        let path = space.page(&format!("room/{room}#invite"));
        el("a").class("btn").attr("href", path).attr("rel", "external").with(words.invite_people)
    });
    el("div").class("empty__acts").with(hello).with(invite)
}

fn page(room: RoomId, page: PageId, year: Memo<String>) -> El {
    let chat = Chat::expect();
    let rows = Memo::new(move |_| chat.rows(room, page));
    let list = each(
        move || rows.with(|rows| rows.iter().map(|row| Key::Row(row.key())).collect()),
        move |key| match key {
            Key::Row(key) => row(rows, key, year),
            _ => Node::Nothing,
        },
    );
    el("section").class("timeline__page").attr("data-page", page.0.to_string()).with(list)
}

/// One row, found by its key whenever its page changes. The kind of a row never changes.
fn row(rows: Memo<Arc<Vec<Row>>>, key: RowKey, year: Memo<String>) -> Node {
    let Some(first) = rows.with_untracked(|rows| find(rows, key).cloned()) else { return Node::Nothing };
    let kind = first.clone();
    // What did not change is left as it is, and nobody is told: of a page, most rows are such.
    let row = Memo::new_owning(move |last: Option<Row>| {
        rows.with(|rows| match (find(rows, key), last) {
            (Some(row), Some(last)) if *row == last => (last, false),
            (Some(row), _) => (row.clone(), true),
            (None, Some(last)) => (last, false),
            (None, None) => (first.clone(), true),
        })
    });
    match kind {
        Row::Said(_) => message_row(row, key).into(),
        Row::Notice(_) => notice_row(row).into(),
        Row::Day { .. } => day_row(row, year).into(),
        Row::New(_) => new_line(key).into(),
    }
}

fn find(rows: &[Row], key: RowKey) -> Option<&Row> {
    rows.iter().find(|row| row.key() == key)
}

/// The year of the newest day line; a text, since a memo of another type would cost the page more.
fn newest_year(chat: Chat, room: RoomId) -> String {
    let year = chat.pages(room).into_iter().rev().find_map(|page| {
        chat.rows(room, page).iter().rev().find_map(|row| match row {
            Row::Day { day, .. } => Some(day.year.to_string()),
            _ => None,
        })
    });
    year.unwrap_or_default()
}
