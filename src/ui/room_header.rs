//! What room this is, who is here, and what can be done with it.

use super::{
    app::expect_words,
    dialog::{EditRoomDialog, open, opens},
    form::{CallForm, Outcome},
    icon::{Avatar, Icon},
    live::{live, part},
    space_page::Aside,
};
use crate::{
    client::Chat,
    protocol::{Role, RoomId, RoomState},
};
use leptos::{html, prelude::*};

/// How many faces stand beside the count.
const FACES: usize = 3;

/// The header of a room.
#[component]
pub(super) fn RoomHeader(
    /// Which room.
    id: RoomId,
) -> impl IntoView {
    let chat = Chat::expect();
    let words = expect_words();
    let Aside(aside) = expect_context();
    let room = Memo::new(move |_| chat.room(id));
    let name = live(move || room.get().map(|room| room.name));
    let topic = move || room.get().map(|room| room.topic).filter(|topic| !topic.is_empty());
    let list = live(move || chat.space().map(|space| format!("/s/{}", space.slug)));
    let pressed = live(move || if aside.get() { "true" } else { "false" });
    view! {
        <header class="roomhead">
            <a class="iconbtn roomhead__back" href=list aria-label=words.back_to_rooms>
                <Icon name="back" class="icon--lg"/>
            </a>
            <div class="roomhead__title">
                <div class="roomhead__name"><Icon name="hash"/><h1>{name}</h1></div>
                {part(move || topic().map(|topic| view! { <p class="roomhead__topic">{topic}</p> }))}
                <Here id faces=false/>
            </div>
            <Here id faces=true/>
            <div class="roomhead__tools">
                <button
                    type="button"
                    class="iconbtn opt"
                    aria-label=words.show_people
                    aria-pressed=pressed
                    on:click=move |_| aside.update(|open| *open = !*open)
                >
                    <Icon name="users"/>
                </button>
                <RoomMenu room/>
            </div>
        </header>
    }
}

/// How many are here; opens the panel with their names.
#[component]
fn Here(id: RoomId, faces: bool) -> impl IntoView {
    let chat = Chat::expect();
    let words = expect_words();
    let Aside(aside) = expect_context();
    let count = Memo::new(move |_| match chat.here(id) {
        Some(here) => here.count,
        None => chat.room(id).map_or(0, |room| room.here),
    });
    let names = Memo::new(move |_| {
        let mut names = chat.here(id).map(|here| here.names).unwrap_or_default();
        names.truncate(if faces { FACES } else { 0 });
        names
    });
    let pile = part(move || {
        let names = names.get();
        (!names.is_empty()).then(|| view! {
            <span class="facepile" aria-hidden="true">
                {names.into_iter().map(|name| view! { <Avatar name class="avatar--sm" is_small=true/> }).collect_view()}
            </span>
        })
    });
    view! {
        <button type="button" class="here" on:click=move |_| aside.update(|open| *open = !*open)>
            {pile}
            <span class="here__pulse"></span>
            <span>{live(move || (words.here)(count.get()))}</span>
        </button>
    }
}

/// What can be done with the room.
#[component]
fn RoomMenu(room: Memo<Option<RoomState>>) -> impl IntoView {
    let words = expect_words();
    let edit = NodeRef::<html::Dialog>::new();
    let menu = NodeRef::<html::Div>::new();
    let fold = move |_| {
        if let Some(menu) = menu.get_untracked() {
            // It fails for a menu that is folded already.
            drop(menu.hide_popover());
        }
    };
    let archive = Outcome::of("/api/archive_room");
    let leave = Outcome::of("/api/leave_room");
    let id = Memo::new(move |_| room.get().map(|room| room.id.to_string()));
    let role = Memo::new(move |_| room.get().and_then(|room| room.role));
    let is_archived = Memo::new(move |_| room.get().is_some_and(|room| room.archived));
    let may_edit = Memo::new(move |_| role.get().is_some() && !is_archived.get());
    let may_archive = Memo::new(move |_| role.get() == Some(Role::Owner));
    view! {
        <button
            type="button"
            class="iconbtn roomhead__more"
            aria-label=words.room_menu
            aria-haspopup="menu"
            popovertarget="pop-room"
            hidden=live(move || role.get().is_none())
        >
            <Icon name="more"/>
        </button>
        <div class="pop pop--menu menu" id="pop-room" node_ref=menu popover="auto" role="menu" aria-label=words.room_menu>
            <button
                type="button"
                role="menuitem"
                class="menu__item"
                {..opens("dlg-edit")}
                on:click=move |event| open(&event, edit)
                hidden=live(move || !may_edit.get())
            >
                <Icon name="pencil"/>
                <span>{words.edit_room}</span>
            </button>
            <div hidden=live(move || !may_archive.get())><CallForm call=archive>
                <input type="hidden" name="room" value=id/>
                <input type="hidden" name="on" value=live(move || if is_archived.get() { "false" } else { "true" })/>
                <button type="submit" role="menuitem" class="menu__item" on:click=fold>
                    <Icon name="box"/>
                    <span>{live(move || if is_archived.get() { words.restore } else { words.archive })}</span>
                </button>
            </CallForm></div>
            <hr/>
            <CallForm call=leave>
                <input type="hidden" name="room" value=id/>
                <button type="submit" role="menuitem" class="menu__item menu__item--danger" on:click=fold>
                    <Icon name="door"/>
                    <span>{words.leave}</span>
                </button>
            </CallForm>
        </div>
        <EditRoomDialog room node_ref=edit/>
    }
}
