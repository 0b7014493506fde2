//! The panel beside the room: the people who are here.

use super::{
    app::expect_words,
    each::{Key, each, when},
    element::{El, el},
    form::icon_button,
    icon::avatar_here,
    node::{Node, part},
    space_page::Aside,
};
use crate::{client::Chat, protocol::RoomId};
use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
};

/// The people who are here.
pub(super) fn people(room: RoomId) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let Aside(aside) = expect_context();
    let names = move || chat.here(room).map(|here| here.names).unwrap_or_default();
    let count = part(move || chat.here(room).map(|here| here.count.to_string()));
    let more = part(move || {
        let here = chat.here(room)?;
        let shown = here.names.len() as u32;
        (here.count > shown && shown > 0).then(|| line((words.others)(here.count - shown)))
    });
    let list = move || {
        let rows = each(
            move || names().into_iter().map(Key::Name).collect(),
            |key| match key {
                Key::Name(name) => person(name).into(),
                _ => Node::Nothing,
            },
        );
        el("ul").with(rows).into()
    };
    let head = el("h2").with(words.people).with(el("span").class("num").with(count));
    let close = icon_button("iconbtn", words.close, "x").on(ev::click, move |_| aside.set(false));
    let body = el("div")
        .class("scroll people")
        .attr("tabindex", "0")
        .attr("role", "region")
        .attr("aria-label", words.people_list)
        .with(part(move || names().is_empty().then(|| line(words.nobody_here))))
        .with(when(move || !names().is_empty(), list))
        .with(more);
    el("aside")
        .class("aside")
        .attr("aria-label", words.people)
        .on(ev::keydown, move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                aside.set(false);
            }
        })
        .with(el("div").class("aside__head").with(head).with(close))
        .with(body)
}

fn line(text: impl Into<Node>) -> El {
    el("p").class("people__head").with(text)
}

fn person(name: String) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let is_me = untrack(|| chat.me()).is_some_and(|me| me.shown() == name);
    let me = is_me.then(|| el("span").class("quiet").with(format!(" ({})", words.you)));
    let face = avatar_here(&name);
    let text = el("span")
        .class("person__text")
        .with(el("b").with(name).with(me))
        .with(el("small").with(words.is_here));
    el("li").class("person").with(face).with(text)
}
