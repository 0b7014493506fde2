//! A space: the pillar, its rooms, and the sheet on which the open room lies.

use super::{
    address::{Address, Place},
    app::expect_words,
    awaited::awaited,
    each::{Key, each},
    element::{el, live},
    me_card::me_card,
    node::Node,
    nothing::{choose_room, refused},
    room_list::room_list,
    room_page::room_page,
    space_rail::{space_menu, space_rail},
};
use crate::{
    api::{self, Told},
    client::Chat,
    protocol::Lobby,
};
use leptos::prelude::{codee::string::FromToStringCodec, *};

/// What the server says of the space; the room waits for it.
pub(super) type LobbyResource = Resource<Told<Lobby>, FromToStringCodec>;

/// Is the panel beside the room open?
#[derive(Clone, Copy)]
pub(super) struct Aside(pub(super) RwSignal<bool>);

/// A space.
pub(super) fn space_page() -> Node {
    let address = Address::expect();
    let slug = Memo::new(move |_| address.space());
    let lobby: LobbyResource =
        Resource::new_str_blocking(move || slug.get(), async |slug| Told(api::lobby(slug).await));
    let aside = RwSignal::new(false);
    provide_context(lobby);
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
        .with(surroundings(lobby))
        .with(el("main").class("sheet").attr("id", "main").with(inside))
        .into()
}

/// The pillar and the rooms, once the server said what they are.
fn surroundings(lobby: LobbyResource) -> Node {
    let chat = Chat::expect();
    let words = expect_words();
    awaited(move || async move {
        match lobby.await.0 {
            Ok(lobby) => {
                untrack(|| chat.seed_lobby(&lobby));
                let side = el("section")
                    .class("side")
                    .attr("aria-label", words.room_list)
                    .with(el("div").class("side__head").with(space_menu()))
                    .with(room_list())
                    .with(el("div").with(me_card()));
                [space_rail().into(), side.into()].into()
            }
            Err(failure) => refused(&failure),
        }
    })
}
