//! The rooms of a space.

use super::{
    app::expect_words,
    dialog::{CreateRoomDialog, open, opens},
    icon::Icon,
    live::{live, part},
};
use crate::{
    client::Chat,
    protocol::{RoomId, RoomState},
};
use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;

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
#[component]
pub(super) fn RoomList() -> impl IntoView {
    let words = expect_words();
    let chat = Chat::expect();
    let create = NodeRef::<html::Dialog>::new();
    // The open room is never folded away.
    let is_open = move || chat.current.get().and_then(|id| chat.room(id)).is_some_and(|room| room.archived);
    view! {
        <nav class="scroll side__scroll" aria-label=words.rooms>
            <section class="roomlist__section">
                <div class="roomlist__head">
                    <h2>{words.rooms}</h2>
                    <button
                        type="button"
                        class="iconbtn iconbtn--sm"
                        aria-label=words.create_room
                        aria-haspopup="dialog"
                        {..opens("dlg-create")}
                        on:click=move |event| open(&event, create)
                    >
                        <Icon name="plus"/>
                    </button>
                </div>
                <Rooms of=Part::Mine/>
            </section>
            <Show when=has(Part::Joinable)>
                <section class="roomlist__section">
                    <div class="roomlist__head"><h2>{words.joinable}</h2></div>
                    <Rooms of=Part::Joinable/>
                </section>
            </Show>
            <Show when=has(Part::Archived)>
                <details class="roomlist__section" open=is_open>
                    <summary class="roomlist__head"><h2>{words.archived_rooms}</h2><Icon name="down" class="chev"/></summary>
                    <Rooms of=Part::Archived/>
                </details>
            </Show>
        </nav>
        <CreateRoomDialog node_ref=create/>
    }
}

fn ids(of: Part) -> impl Fn() -> Vec<RoomId> + Copy + Send + Sync + 'static {
    let chat = Chat::expect();
    move || chat.rooms().iter().filter(|room| part_of(room) == of).map(|room| room.id).collect()
}

fn has(of: Part) -> impl Fn() -> bool + Send + Sync + 'static {
    let ids = ids(of);
    move || !ids().is_empty()
}

#[component]
fn Rooms(of: Part) -> impl IntoView {
    view! {
        <ul class="roomlist">
            <For each=ids(of) key=|id| *id let:id>
                <li><RoomLink id/></li>
            </For>
        </ul>
    }
}

#[component]
fn RoomLink(id: RoomId) -> impl IntoView {
    let chat = Chat::expect();
    let words = expect_words();
    let room = Memo::new(move |_| chat.room(id));
    let path = Memo::new(move |_| room.get().zip(chat.space()).map(|(room, space)| room.path(&space)));
    let name = live(move || room.get().map(|room| room.name));
    // By the address, too: the server renders the list before it knows the room.
    let address = use_location().pathname;
    let is_current =
        move || chat.current.get() == Some(id) || path.get().is_some_and(|path| path == address.get());
    let here = Memo::new(move |_| match chat.here(id) {
        Some(here) => here.count,
        None => room.get().map_or(0, |room| room.here),
    });
    let icon = if untrack(|| room.get()).is_some_and(|room| room.archived) { "box" } else { "hash" };
    view! {
        <a class="room-link" href=path aria-current=live(move || is_current().then_some("page"))>
            <Icon name=icon/>
            <span class="room-link__name">{name}</span>
            {part(move || (here.get() > 0).then(|| view! {
                <span class="room-link__here">
                    <i class="presence" aria-hidden="true"></i>
                    <span aria-hidden="true">{here.get()}</span>
                    <span class="sr-only">{(words.here)(here.get())}</span>
                </span>
            }))}
        </a>
    }
}
