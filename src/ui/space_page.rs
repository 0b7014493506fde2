//! A space: the pillar, its rooms, and the sheet on which the open room lies.

use super::{
    app::expect_words,
    awaited::awaited,
    element::{el, live},
    heed::inbox_link,
    me_card::me_card,
    node::Node,
    nothing::refused,
    room_list::room_list,
    space_rail::{space_menu, space_rail},
};
use crate::{
    api::{self, Told},
    client::Chat,
    protocol::Lobby,
};
use leptos::prelude::{codee::string::FromToStringCodec, *};
use leptos_router::{
    components::Outlet,
    hooks::{use_location, use_params_map},
};

/// What the server says of the space; the room waits for it.
pub(super) type LobbyResource = Resource<Told<Lobby>, FromToStringCodec>;

/// Is the panel beside the room open?
#[derive(Clone, Copy)]
pub(super) struct Aside(pub(super) RwSignal<bool>);

/// A space.
pub(super) fn space_page() -> Node {
    let params = use_params_map();
    let path = use_location().pathname;
    let slug = Memo::new(move |_| params.read().get("space").unwrap_or_default());
    let lobby: LobbyResource =
        Resource::new_str_blocking(move || slug.get(), async |slug| Told(api::lobby(slug).await));
    let aside = RwSignal::new(false);
    provide_context(lobby);
    provide_context(Aside(aside));
    let view =
        live(move || if path.read().trim_matches('/').split('/').count() > 2 { "room" } else { "list" });
    let outlet: Node = view! { <Outlet/> }.into_any().into();
    el("div")
        .class("app")
        .attr("data-view", view)
        .attr("data-aside", live(move || if aside.get() { "people" } else { "none" }))
        .with(surroundings(lobby))
        .with(el("main").class("sheet").attr("id", "main").with(outlet))
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
                    .with(inbox_link())
                    .with(room_list())
                    .with(el("div").with(me_card()));
                [space_rail().into(), side.into()].into()
            }
            Err(failure) => refused(&failure),
        }
    })
}
