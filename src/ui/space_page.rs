//! A space: the pillar, its rooms, and the sheet on which the open room lies.

use super::{
    app::expect_words, live::live, me_card::MeCard, nothing::Refused, room_list::RoomList,
    space_rail::SpaceRail,
};
use crate::{
    api,
    client::Chat,
    protocol::{Failure, Lobby},
};
use leptos::{either::Either, prelude::*};
use leptos_router::{
    components::Outlet,
    hooks::{use_location, use_params_map},
};

/// What the server says of the space; the room waits for it.
pub(super) type LobbyResource = Resource<Result<Lobby, Failure>>;

/// Is the panel beside the room open?
#[derive(Clone, Copy)]
pub(super) struct Aside(pub(super) RwSignal<bool>);

/// A space.
#[component]
pub(super) fn SpacePage() -> impl IntoView {
    let params = use_params_map();
    let path = use_location().pathname;
    let slug = Memo::new(move |_| params.read().get("space").unwrap_or_default());
    let lobby: LobbyResource = Resource::new_blocking(move || slug.get(), api::lobby);
    let aside = RwSignal::new(false);
    provide_context(lobby);
    provide_context(Aside(aside));
    let view =
        live(move || if path.read().trim_matches('/').split('/').count() > 2 { "room" } else { "list" });
    view! {
        <div class="app" data-view=view data-aside=live(move || if aside.get() { "people" } else { "none" })>
            <Surroundings lobby/>
            <main class="sheet" id="main"><Outlet/></main>
        </div>
    }
}

/// The pillar and the rooms, once the server said what they are.
#[component]
fn Surroundings(lobby: LobbyResource) -> impl IntoView {
    let chat = Chat::expect();
    let words = expect_words();
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match lobby.await {
                    Ok(lobby) => {
                        untrack(|| chat.seed_lobby(&lobby));
                        Either::Left(view! {
                            <SpaceRail/>
                            <section class="side" aria-label=words.room_list>
                                <div class="side__head">
                                    <p class="space-name">{live(move || chat.space().map(|space| space.name))}</p>
                                </div>
                                <RoomList/>
                                <div><MeCard/></div>
                            </section>
                        })
                    }
                    Err(failure) => Either::Right(view! { <Refused failure/> }),
                }
            })}
        </Transition>
    }
}
