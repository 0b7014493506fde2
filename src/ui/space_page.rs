//! A space: the pillar, its rooms, and the sheet on which the open room lies.

use super::{
    address::{Address, Place},
    app::expect_words,
    each::{Key, each},
    element::{el, live},
    heed::inbox_link,
    me_card::me_card,
    node::{Node, part},
    nothing::{choose_room, refused},
    room_list::room_list,
    room_page::room_page,
    space_rail::{space_menu, space_rail},
    switcher::{Switcher, jump, switcher},
    tab_bar::tab_bar,
    told::{Telling, told_lobby},
};
use crate::client::Chat;
use leptos::prelude::*;

/// Is the panel beside the room open?
#[derive(Clone, Copy)]
pub(super) struct Aside(pub(super) RwSignal<bool>);

/// A space.
pub(super) fn space_page() -> Node {
    let address = Address::expect();
    let slug = Memo::new(move |_| address.space());
    let lobby = told_lobby(move || (slug.get(), String::new(), None));
    let aside = RwSignal::new(false);
    provide_context(lobby.clone());
    provide_context(Aside(aside));
    let view = move || if matches!(address.place(), Place::Space(_)) { "list" } else { "room" };
    let inside = each(
        move || vec![Key::Kind(view())],
        |key| if key == Key::Kind("room") { room_page() } else { choose_room() },
    );
    el("div")
        .class("app")
        .attr("data-view", live(view))
        .attr("data-aside", live(move || if aside.get() { "people" } else { "none" }))
        .with(pillar(lobby.clone()))
        .with(
            el("main")
                .class("hall")
                .with(surroundings(lobby))
                .with(el("div").class("sheet").attr("id", "main").with(inside)),
        )
        .into()
}

/// The pillar, once the server said what spaces there are.
fn pillar(lobby: Telling) -> Node {
    lobby.show(|failure| if failure.is_none() { space_rail().into() } else { Node::Nothing })
}

/// The rooms, once the server said what they are. Where they are the page, its heading is the space's name.
fn surroundings(lobby: Telling) -> Node {
    let chat = Chat::expect();
    let words = expect_words();
    lobby.show(move |failure| {
        if let Some(failure) = failure {
            return refused(&failure);
        }
        let find = Switcher::new();
        let name = part(move || chat.space().map(|space| space.name));
        let side = el("section")
            .class("side")
            .attr("aria-label", words.room_list)
            .with(el("h1").class("sr-only side__name").attr("tabindex", "-1").with(name))
            .with(el("div").class("side__head").with(space_menu()).with(jump(find)))
            .with(inbox_link())
            .with(room_list())
            .with(el("div").with(me_card()).with(tab_bar(find)));
        [side.into(), switcher(find).into()].into()
    })
}
