//! What room this is, who is here, and what can be done with it.

use super::{
    address::Address,
    app::expect_words,
    choices::pressed,
    day_dialog::asks_for_day,
    dialog::{edit_room_dialog, opens},
    element::{El, el, live},
    form::{Outcome, call_form, hidden, icon_button},
    heed::room_lines,
    icon::{avatar_small, icon, icon_with, kind_icon},
    node::{Node, part},
    space_page::Aside,
};
use crate::{
    client::Chat,
    protocol::{RoomAct, RoomId, RoomState, json::read},
};
use leptos::{ev, html, prelude::*};

/// How many faces stand beside the count.
const FACES: usize = 3;

/// The header of a room.
pub(super) fn room_header(id: RoomId) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let Aside(aside) = expect_context();
    let room = Memo::new(move |_| chat.room(id));
    let topic = move || room.get().map(|room| room.topic).filter(|topic| !topic.is_empty());
    let back = el("a")
        .class("iconbtn roomhead__back")
        .attr("href", live(move || chat.space().map(|space| space.path())))
        .attr("aria-label", words.back_to_rooms)
        .with(icon_with("back", "icon--lg"));
    let kind = part(move || room.get().map(|room| kind_icon(room.kind)));
    let name = el("h1").attr("tabindex", "-1").with(part(move || room.get().map(|room| room.title())));
    let title = el("div")
        .class("roomhead__title")
        .with(el("div").class("roomhead__name").with(kind).with(name))
        .with(part(move || topic().map(|topic| el("p").class("roomhead__topic").with(topic))))
        .with(here(id, 0));
    let people = icon_button("iconbtn opt", words.show_people, "users")
        .attr("aria-pressed", pressed(move || aside.get()))
        .on(ev::click, move |_| aside.update(|open| *open = !*open));
    el("header")
        .class("roomhead")
        .with(back)
        .with(title)
        .with(here(id, FACES))
        .with(el("div").class("roomhead__tools").with(people).with(room_menu(room)))
}

/// How many are here, and so many faces; opens the panel with their names.
fn here(id: RoomId, faces: usize) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let Aside(aside) = expect_context();
    let pile = part(move || {
        let mut names = chat.here(id).map(|here| here.names).unwrap_or_default();
        names.truncate(faces);
        let faces: Vec<El> = names.iter().map(|name| avatar_small(name)).collect();
        (!faces.is_empty()).then(|| el("span").class("facepile").attr("aria-hidden", "true").with(faces))
    });
    let count = part(move || (words.here)(count(chat, id)));
    el("button")
        .class("here")
        .attr("type", "button")
        .on(ev::click, move |_| aside.update(|open| *open = !*open))
        .with(pile)
        .with(el("span").class("here__pulse"))
        .with(el("span").with(count))
}

/// How many are in a room.
pub(super) fn count(chat: Chat, id: RoomId) -> u32 {
    match chat.here(id) {
        Some(here) => here.count,
        None => chat.room(id).map_or(0, |room| room.here),
    }
}

/// What can be done with the room; as one's role and the room are now.
fn room_menu(room: Memo<Option<RoomState>>) -> Node {
    let words = expect_words();
    let edit = NodeRef::<html::Dialog>::new();
    let menu = NodeRef::<html::Div>::new();
    let is_archived = move || room.get().is_some_and(|room| room.archived);
    let may = move |act| room.get().is_some_and(|room| room.may(act));
    let unless = move |act| live(move || !may(act));
    let more = icon_button("iconbtn roomhead__more", words.room_menu, "more")
        .attr("aria-haspopup", "menu")
        .attr("popovertarget", "pop-room")
        .attr("hidden", unless(RoomAct::Read));
    let change = el("button")
        .class("menu__item")
        .attr("type", "button")
        .attr("role", "menuitem")
        .attr("hidden", live(move || !may(RoomAct::Rename) || is_archived()))
        .with(icon("pencil"))
        .with(el("span").with(words.edit_room));
    let to_day = el("button")
        .class("menu__item")
        .attr("id", "to-day")
        .attr("type", "button")
        .attr("role", "menuitem")
        .on(ev::click, move |_| fold(menu))
        .with(icon("calendar"))
        .with(el("span").with(words.jumps.to_day));
    let archive_text = part(move || if is_archived() { words.restore } else { words.archive });
    let archive = call(Outcome::of("/api/archive_room"), room)
        .with(hidden("on", live(move || if is_archived() { "false" } else { "true" })))
        .with(item("menu__item", "box", archive_text, menu));
    let leave = item("menu__item menu__item--danger", "door", words.leave.into(), menu);
    let menu = el("div")
        .class("pop pop--menu menu")
        .attr("id", "pop-room")
        .attr("popover", "auto")
        .attr("role", "menu")
        .attr("aria-label", words.room_menu)
        .node_ref(menu)
        .with(room_lines(move || room.get().map(|room| room.id)))
        .with(asks_for_day(to_day, expect_context(), || None))
        .with(opens(change, "dlg-edit", edit))
        .with(page(room, "", "users", words.room_settings))
        .with(page(room, "#invite", "link", words.invite).attr("hidden", unless(RoomAct::Invite)))
        .with(el("div").attr("hidden", unless(RoomAct::Archive)).with(archive))
        .with(el("hr").attr("hidden", unless(RoomAct::Leave)))
        .with(call(leaving(), room).attr("hidden", unless(RoomAct::Leave)).with(leave));
    [more.into(), menu.into(), edit_room_dialog(room, edit).into()].into()
}

/// Leaves a room; one that cannot be seen from outside is left for the list of the others.
fn leaving() -> Outcome {
    let chat = Chat::expect();
    let address = Address::expect();
    let leave = Outcome::of("/api/leave_room");
    leave.on_done(move |json| {
        let is_gone =
            read::<RoomState>(json).is_ok_and(|room| chat.room(room.id).is_none() || room.is_closed());
        if let Some(space) = chat.space().filter(|_| is_gone) {
            address.go(&space.path());
        }
    });
    leave
}

/// A way to a place on the page about the room.
fn page(room: Memo<Option<RoomState>>, place: &'static str, picture: &'static str, text: &'static str) -> El {
    let chat = Chat::expect();
    let path = move || {
        let (room, space) = room.get().zip(chat.space())?;
        Some(space.page(&format!("room/{}{place}", room.id)))
    };
    el("a")
        .class("menu__item")
        .attr("href", live(path))
        .attr("rel", "external")
        .attr("role", "menuitem")
        .with(icon(picture))
        .with(el("span").with(text))
}

fn call(call: Outcome, room: Memo<Option<RoomState>>) -> El {
    call_form(call).with(hidden("room", live(move || room.get().map(|room| room.id.to_string()))))
}

/// Folds the menu; the focus goes back to what opened it.
fn fold(menu: NodeRef<html::Div>) {
    if let Some(menu) = menu.get_untracked() {
        // It fails for a menu that is folded already.
        drop(menu.hide_popover());
    }
}

fn item(class: &'static str, picture: &'static str, text: Node, menu: NodeRef<html::Div>) -> El {
    el("button")
        .class(class)
        .attr("type", "submit")
        .attr("role", "menuitem")
        .on(ev::click, move |_| fold(menu))
        .with(icon(picture))
        .with(el("span").with(text))
}
