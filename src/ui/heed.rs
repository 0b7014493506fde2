//! What calls one, and making read what is unread: a link, and lines of menus.

use super::{
    app::expect_words,
    choices::pressed,
    element::{El, el, live},
    form::{Outcome, call_form, hidden},
    icon::icon,
    node::{Node, part},
    room_list::badge,
};
use crate::{
    client::Chat,
    protocol::{Mute, RoomId},
};
use leptos::ev;

/// The way to what called one, over all spaces.
pub(super) fn inbox_link() -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let calls = move || chat.all_news().1;
    el("a")
        .class(live(move || if calls() > 0 { "room-link is-unread" } else { "room-link" }))
        .attr("href", live(move || chat.space().map(|space| space.page("inbox"))))
        .attr("rel", "external")
        .with(icon("at"))
        .with(el("span").class("room-link__name").with(words.heed.inbox))
        .with(part(move || badge(words, (calls(), calls()))))
}

/// Makes everything read in the space on screen.
pub(super) fn mark_all_item() -> El {
    let chat = Chat::expect();
    let has_news = move || chat.space().is_some_and(|space| chat.unread_in(space.id) > 0);
    line("check", expect_words().heed.mark_all_read)
        .attr("hidden", live(move || !has_news()))
        .on(ev::click, move |_| chat.mark_all_read())
}

/// What the menu of a room says of being read and being told.
pub(super) fn room_lines(id: impl Fn() -> Option<RoomId> + Copy + Send + Sync + 'static) -> Node {
    let chat = Chat::expect();
    let words = expect_words().heed;
    let room = move || id().and_then(|id| chat.room(id));
    let is_member = move || room().is_some_and(|room| room.role.is_some());
    let read = line("check", words.mark_read)
        .attr("role", "menuitem")
        .attr("hidden", live(move || room().is_none_or(|room| room.unread == 0)))
        .on(ev::click, move |_| id().into_iter().for_each(|id| chat.mark_read(id)));
    let level = |mute: Mute, text: &'static str| {
        el("button")
            .class("menu__item")
            .attr("type", "submit")
            .attr("name", "mute")
            .attr("value", mute.word())
            .attr("role", "menuitemradio")
            .attr("aria-checked", pressed(move || room().is_some_and(|room| room.mute == mute)))
            .with(icon("check"))
            .with(el("span").with(text))
            .into()
    };
    let levels = Node::from([
        level(Mute::All, words.mute_all),
        level(Mute::Mentions, words.mute_mentions),
        level(Mute::Nothing, words.mute_nothing),
    ]);
    let levels = call_form(Outcome::of("/api/set_mute"))
        .class("menu__levels")
        .attr("role", "group")
        .attr("aria-label", words.mute)
        .attr("hidden", live(move || !is_member()))
        .with(hidden("room", live(move || id().map(|id| id.to_string()))))
        .with(el("small").class("menu__head").attr("aria-hidden", "true").with(words.mute))
        .with(levels);
    [read.into(), levels.into()].into()
}

fn line(picture: &'static str, text: &'static str) -> El {
    el("button").class("menu__item").attr("type", "button").with(icon(picture)).with(el("span").with(text))
}
