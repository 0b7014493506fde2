//! What stands around a timeline: the line above what is new, the ways to it and to the end, and what is to be
//! said when there is no way.

use super::{
    app::expect_words,
    each::when,
    element::{El, el, live},
    form::icon_button,
    icon::icon,
    node::part,
};
use crate::{
    client::{Chat, Note, RowKey},
    protocol::RoomId,
};
use leptos::{ev, prelude::*};

/// A timeline with its ways.
pub(super) fn stage(room: RoomId, timeline: El) -> El {
    let chat = Chat::expect();
    el("div")
        .class("stage")
        .with(timeline)
        .with(when(move || chat.sight().news.is_some(), move || to_new(room).into()))
        .with(when(move || chat.sight().is_far, move || to_end(room).into()))
        .with(note())
        .with(flood())
}

/// The line above the first message that is new.
pub(super) fn new_line(key: RowKey) -> El {
    let words = expect_words();
    let id = super::dom_id(key);
    el("div")
        .class("newline")
        .attr("role", "separator")
        .attr("id", id)
        .with(el("span").with(words.jumps.new_line))
}

fn to_new(room: RoomId) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let text = move || {
        let (news, at) = chat.sight().news.unwrap_or_default();
        let zone = chat.zone.get();
        let since = at.map(|at| match chat.is_today(at) {
            true => words.time_of(at, zone),
            false => (words.day)(zone.day(at), false),
        });
        (words.jumps.to_new)(news, since.as_deref())
    };
    let go = el("button")
        .attr("type", "button")
        .on(ev::click, move |_| chat.jump_to_new(room))
        .with(icon("arrowup"))
        .with(el("span").with(part(text)));
    let read = icon_button("", words.jumps.mark_read, "x").on(ev::click, move |_| chat.mark_read(room));
    el("div").class("topjump").with(go).with(read)
}

/// A link, so that it leads there without WASM, too.
fn to_end(room: RoomId) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let newest = move || {
        let place = chat.room(room).zip(chat.space());
        place.map(|(room, space)| format!("{}/{}", room.path(&space), room.head))
    };
    let unread = move || chat.room(room).map(|room| room.unread).unwrap_or_default();
    el("a")
        .class("newest")
        .attr("href", live(newest))
        .attr("rel", "external")
        .on(ev::click, move |event| {
            event.prevent_default();
            chat.jump_to_newest(room);
        })
        .with(icon("arrowdown"))
        .with(el("span").with(part(move || (words.jumps.to_end)(unread()))))
}

/// The region is always there, so that it is heard.
fn note() -> El {
    let chat = Chat::expect();
    let words = expect_words();
    el("div").class("stage__note").attr("role", "status").with(part(move || {
        chat.sight().note.map(|note| match note {
            Note::Gone => words.jumps.note_gone,
            Note::Nowhere => words.jumps.note_nowhere,
        })
    }))
}

/// For who is read to: how many messages came, when they were too many.
fn flood() -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let count = Memo::new(move |_| match chat.sight().flood {
        0 => String::new(),
        count => (words.jumps.to_end)(count),
    });
    el("div").class("sr-only").attr("role", "status").with(part(move || count.get()))
}
