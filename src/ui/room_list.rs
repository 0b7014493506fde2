//! The rooms of a space.

use super::{
    app::expect_words,
    dialog::{create_room_dialog, opens},
    each::{Key, each, when},
    element::{El, el, live},
    form::icon_button,
    icon::{icon, icon_with},
    node::{Node, part},
    room_header::count,
};
use crate::{
    client::{Chat, wording::Words},
    protocol::{RoomId, RoomState},
};
use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;

/// A badge counts up to this.
const MOST: u32 = 99;

/// Which part of the list a room stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Mine,
    Joinable,
    Archived,
}

fn part_of(room: &RoomState) -> Part {
    match room {
        RoomState { archived: true, .. } => Part::Archived,
        RoomState { role: Some(_), .. } => Part::Mine,
        RoomState { role: None, .. } => Part::Joinable,
    }
}

/// The rooms: one's own, those to join, and the archived ones folded away.
pub(super) fn room_list() -> Node {
    let words = expect_words();
    let chat = Chat::expect();
    let create = NodeRef::<html::Dialog>::new();
    // The open room is never folded away.
    let is_open = move || chat.current.get().and_then(|id| chat.room(id)).is_some_and(|room| room.archived);
    let make = icon_button("iconbtn iconbtn--sm", words.create_room, "plus").attr("aria-haspopup", "dialog");
    let head = |title: &'static str| el("div").class("roomlist__head").with(el("h2").with(title));
    let mine = el("section")
        .class("roomlist__section")
        .with(head(words.rooms).with(opens(make, "dlg-create", create)))
        .with(rooms(Part::Mine));
    let joinable = move || {
        el("section").class("roomlist__section").with(head(words.joinable)).with(rooms(Part::Joinable)).into()
    };
    let archived = move || {
        let summary = el("summary")
            .class("roomlist__head")
            .with(el("h2").with(words.archived_rooms))
            .with(icon_with("down", "chev"));
        el("details")
            .class("roomlist__section")
            .attr("open", live(is_open))
            .with(summary)
            .with(rooms(Part::Archived))
            .into()
    };
    let list = el("nav")
        .class("scroll side__scroll")
        .attr("aria-label", words.rooms)
        .with(mine)
        .with(when(has(Part::Joinable), joinable))
        .with(when(has(Part::Archived), archived));
    [list.into(), create_room_dialog(create).into()].into()
}

fn ids(of: Part) -> impl Fn() -> Vec<RoomId> + Copy + Send + Sync + 'static {
    let chat = Chat::expect();
    move || chat.rooms().iter().filter(|room| part_of(room) == of).map(|room| room.id).collect()
}

fn has(of: Part) -> impl Fn() -> bool + Send + Sync + 'static {
    let ids = ids(of);
    move || !ids().is_empty()
}

fn rooms(of: Part) -> El {
    let ids = ids(of);
    let links = each(
        move || ids().into_iter().map(Key::Room).collect(),
        |key| match key {
            Key::Room(id) => el("li").with(room_link(id)).into(),
            _ => Node::Nothing,
        },
    );
    el("ul").class("roomlist").with(links)
}

fn room_link(id: RoomId) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let room = Memo::new(move |_| chat.room(id));
    let path = move || room.get().zip(chat.space()).map(|(room, space)| room.path(&space));
    // By the address, too: the server renders the list before it knows the room.
    let address = use_location().pathname;
    let is_current =
        move || chat.current.get() == Some(id) || path().is_some_and(|path| path == address.get());
    let picture = if untrack(|| room.get()).is_some_and(|room| room.archived) { "box" } else { "hash" };
    let here = part(move || {
        let count = count(chat, id);
        (count > 0).then(|| {
            el("span")
                .class("room-link__here")
                .with(el("i").class("presence").attr("aria-hidden", "true"))
                .with(el("span").attr("aria-hidden", "true").with(count.to_string()))
                .with(el("span").class("sr-only").with((words.here)(count)))
        })
    });
    let news = move || {
        room.get().filter(|room| room.role.is_some()).map_or((0, 0), |room| (room.unread, room.mentions))
    };
    el("a")
        .class(live(move || if news() == (0, 0) { "room-link" } else { "room-link is-unread" }))
        .attr("href", live(path))
        .attr("aria-current", live(move || is_current().then_some("page")))
        .with(icon(picture))
        .with(el("span").class("room-link__name").with(part(move || room.get().map(|room| room.name))))
        .with(part(move || badge(words, news())))
        .with(here)
}

/// How much is unread; being called by name comes first.
fn badge(words: &'static Words, (unread, mentions): (u32, u32)) -> Option<El> {
    let (class, sign, count, told) = match (unread, mentions) {
        (0, 0) => return None,
        (unread, 0) => ("badge", "", unread, (words.unread)(unread)),
        (_, mentions) => ("badge badge--mention", "@", mentions, (words.mentions)(mentions)),
    };
    let shown = if count > MOST { format!("{sign}{MOST}+") } else { format!("{sign}{count}") };
    let shown = el("span").attr("aria-hidden", "true").with(shown);
    Some(el("span").class(class).with(shown).with(el("span").class("sr-only").with(told)))
}
