//! The open room: header, connection line, timeline, composer, panel.

use super::{
    composer::Dock, connection_strip::ConnectionStrip, message_list::MessageList, nothing::Refused,
    panel::People, room_header::RoomHeader, space_page::LobbyResource,
};
use crate::{
    api,
    client::Chat,
    protocol::{Failure, Nonce, RoomId},
};
use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};

/// The room that the address names.
#[component]
pub(super) fn RoomPage() -> impl IntoView {
    let chat = Chat::expect();
    let lobby = expect_context::<LobbyResource>();
    let params = use_params_map();
    let slug = Memo::new(move |_| params.read().get("space").unwrap_or_default());
    // The open room keeps what it was asked by when its name, and so its address, changes.
    let asked = Memo::new(move |last: Option<&String>| {
        let name = params.read().get("room").unwrap_or_default();
        match last {
            Some(last) if untrack(|| open_name(chat)).as_ref() == Some(&name) => last.clone(),
            _ => name,
        }
    });
    let page = Resource::new_blocking(
        move || (slug.get(), asked.get()),
        |(space, room)| api::room_page(space, room),
    );
    follow_name(chat);
    on_cleanup(move || {
        chat.current.try_set(None);
    });
    // Every answer is a new room on screen: nothing of the one before may stay in its elements.
    let run = StoredValue::new(0_u32);
    view! {
        <Transition>
            {move || Suspend::new(async move {
                // The list comes first: the room is one of it.
                let lobby = lobby.await;
                let page = page.await;
                match (lobby, page) {
                    (Ok(_), Ok(page)) => {
                        let id = page.room.id;
                        untrack(|| {
                            chat.seed_room(&page);
                            chat.current.set(Some(id));
                        });
                        run.update_value(|run| *run += 1);
                        let keep = StoredValue::new((page.form_nonce, page.refused));
                        let open = move || {
                            let (form_nonce, refused) = keep.get_value();
                            view! { <OpenRoom id form_nonce refused/> }
                        };
                        Either::Left(view! {
                            <For each=move || [run.get_value()] key=|run| *run children=move |_| open()/>
                        })
                    }
                    // Who has no session is sent to the doorway by the list beside.
                    (Err(_), _) => Either::Right(None),
                    (_, Err(failure)) => Either::Right(Some(view! { <Refused failure/> })),
                }
            })}
        </Transition>
    }
}

/// The name of the room on screen.
fn open_name(chat: Chat) -> Option<String> {
    chat.current.get().and_then(|id| chat.room(id)).map(|room| room.name)
}

/// The address follows the room when it gets another name.
fn follow_name(chat: Chat) {
    let navigate = use_navigate();
    Effect::new(move |last: Option<Option<(RoomId, String)>>| {
        let now = chat.current.get().zip(open_name(chat));
        if let (Some(Some((last_room, last_name))), Some((room, name))) = (last, &now)
            && last_room == *room
            && last_name != *name
            && let Some(path) =
                untrack(|| chat.room(*room).zip(chat.space())).map(|(room, space)| room.path(&space))
        {
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(&path, options);
        }
        now
    });
}

#[component]
fn OpenRoom(id: RoomId, form_nonce: Nonce, refused: Option<(Failure, String)>) -> impl IntoView {
    let chat = Chat::expect();
    let name = Memo::new(move |_| chat.room(id).map(|room| room.name).unwrap_or_default());
    let action = untrack(|| chat.room(id).zip(chat.space()))
        .map(|(room, space)| format!("{}/say", room.path(&space)))
        .unwrap_or_default();
    view! {
        <Title text=move || name.get()/>
        <div class="pane">
            <RoomHeader id/>
            <ConnectionStrip/>
            <div class="stage"><MessageList room=id name/></div>
            <Dock room=id name action form_nonce refused/>
        </div>
        <People room=id/>
    }
}
