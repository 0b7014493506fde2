//! The open room: header, connection line, timeline, composer, panel.

use super::{
    address::Address,
    app::title,
    composer::{Plain, dock},
    connection_strip::connection_strip,
    day_dialog::day_dialog,
    each::{Key, each, effect},
    element::el,
    emoji_picker::picked,
    history_dialog::history_dialog,
    jumps::stage,
    message_actions::{Acts, delete_dialog},
    message_list::message_list,
    message_menu::toasts,
    node::Node,
    nothing::{refused, shut},
    panel::people,
    profile_card::profile_card,
    room_header::room_header,
    told::{Telling, told_room},
};
use crate::{
    client::Chat,
    protocol::{Failure, Nonce, RoomId, RoomState},
};
use leptos::prelude::*;

/// The room that the address names.
pub(super) fn room_page() -> Node {
    let chat = Chat::expect();
    let listed = expect_context::<Telling>();
    let address = Address::expect();
    // On the way out of the room nothing is asked any more.
    let slug = Memo::new(move |last: Option<&String>| match last {
        Some(last) if address.room().is_empty() => last.clone(),
        _ => address.space(),
    });
    // The open room keeps what it was asked by when its name, and so its address, changes.
    let asked = Memo::new(move |last: Option<&String>| {
        let name = address.room();
        match last {
            Some(last) if name.is_empty() || untrack(|| open_name(chat)).as_ref() == Some(&name) => {
                last.clone()
            }
            _ => name,
        }
    });
    let page = told_room(move || (slug.get(), asked.get(), untrack(|| address.message())));
    follow_name(chat);
    follow_message(chat);
    on_cleanup(move || {
        chat.current.try_set(None);
    });
    // Every answer is a new room on screen: nothing of the one before may stay in its elements. The list comes first,
    // since the room is one of it.
    let run = RwSignal::new(0);
    let settle = {
        let (page, lobby) = (page.clone(), listed.clone());
        move || {
            let (count, _) = (page.count(), lobby.count());
            if page.is_of_space_of(&lobby) && untrack(|| run.get() != count) {
                run.set(count);
            }
        }
    };
    untrack(&settle);
    effect(settle);
    let shown = move || match run.get() {
        0 => Vec::new(),
        count => vec![Key::Run(count)],
    };
    each(shown, move |_| {
        // Why there is no list is said by the list.
        if listed.failure().is_some() {
            return Node::Nothing;
        }
        let opened = page.room(|page| {
            untrack(|| {
                chat.seed_room(page);
                chat.current.set(Some(page.room.id));
            });
            open_room(page.room.id, page.form_nonce, page.refused.clone())
        });
        opened.unwrap_or_else(|failure| refused(&failure))
    })
}

/// The name of the room on screen.
fn open_name(chat: Chat) -> Option<String> {
    chat.current.get().and_then(|id| chat.room(id)).map(|room| room.name)
}

/// The address follows the room when it gets another name.
fn follow_name(chat: Chat) {
    let address = Address::expect();
    let mut last: Option<(RoomId, String)> = None;
    effect(move || {
        let now = chat.current.get().zip(open_name(chat));
        if let (Some((last_room, last_name)), Some((room, name))) = (&last, &now)
            && last_room == room
            && last_name != name
            && let Some(path) =
                untrack(|| chat.room(*room).zip(chat.space())).map(|(room, space)| room.path(&space))
        {
            address.rename(&path);
        }
        last = now;
    });
}

/// Another message of the room that is open stands in the address: there one goes.
fn follow_message(chat: Chat) {
    let address = Address::expect();
    effect(move || {
        let seq = address.message();
        untrack(|| {
            let room = chat.current.get().and_then(|id| chat.room(id));
            let is_here =
                |room: &RoomState| [room.name.clone(), room.id.to_string()].contains(&address.room());
            if let Some((seq, room)) = seq.zip(room.filter(is_here)) {
                chat.go_to(room.id, seq);
            }
        });
    });
}

fn open_room(id: RoomId, nonce: Nonce, refused: Option<(Failure, String)>) -> Node {
    let chat = Chat::expect();
    // It closes at once when it goes out of reach, and opens again when it comes back.
    each(
        move || vec![Key::Kind(if chat.room(id).is_some() { "room" } else { "shut" })],
        move |kind| match kind {
            Key::Kind("room") => room(id, nonce, refused.clone()),
            _ => shut(),
        },
    )
}

fn room(id: RoomId, nonce: Nonce, refused: Option<(Failure, String)>) -> Node {
    let chat = Chat::expect();
    let name = Memo::new(move |_| chat.room(id).map(|room| room.title()).unwrap_or_default());
    let action = untrack(|| chat.room(id).zip(chat.space()))
        .map(|(room, space)| format!("{}/say", room.path(&space)))
        .unwrap_or_default();
    let acts = Acts::provide(id);
    // Rooms change far more often than what this says of them.
    let called = Memo::new(move |_| match chat.unread() {
        0 => name.get(),
        unread => format!("({unread}) {}", name.get()),
    });
    let pane = el("div")
        .class("pane")
        .with(room_header(id))
        .with(connection_strip())
        .with(stage(id, message_list(id, name)))
        .with(dock(id, name, Plain { action, nonce, refused }));
    let dialogs = [delete_dialog(acts), history_dialog(acts), day_dialog(acts)].map(Node::from);
    let over = [profile_card(), picked(), toasts(acts)].map(Node::from);
    [title(move || called.get()), pane.into(), people(id).into(), dialogs.into(), over.into()].into()
}
