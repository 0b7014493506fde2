//! The panel beside the room: the people who are here.

use super::{
    app::expect_words,
    icon::{Avatar, Icon},
    live::{live, part},
    space_page::Aside,
};
use crate::{client::Chat, protocol::RoomId};
use leptos::{either::Either, prelude::*};

/// The people who are here.
#[component]
pub(super) fn People(
    /// In which room.
    room: RoomId,
) -> impl IntoView {
    let chat = Chat::expect();
    let words = expect_words();
    let Aside(aside) = expect_context();
    let here = Memo::new(move |_| chat.here(room));
    let names = move || here.get().map(|here| here.names).unwrap_or_default();
    let is_empty = Memo::new(move |_| names().is_empty());
    let count = live(move || here.get().map(|here| here.count.to_string()));
    let more = move || {
        let here = here.get()?;
        let shown = here.names.len() as u32;
        (here.count > shown && shown > 0).then(|| (words.others)(here.count - shown))
    };
    view! {
        <aside
            class="aside"
            aria-label=words.people
            on:keydown=move |event| if event.key() == "Escape" { aside.set(false) }
        >
            <div class="aside__head">
                <h2>{words.people}<span class="num">{count}</span></h2>
                <button type="button" class="iconbtn" aria-label=words.close on:click=move |_| aside.set(false)>
                    <Icon name="x"/>
                </button>
            </div>
            <div class="scroll people" tabindex="0" role="region" aria-label=words.people_list>
                {part(move || if is_empty.get() {
                    Either::Left(view! { <p class="people__head">{words.nobody_here}</p> })
                } else {
                    Either::Right(view! {
                        <ul>
                            <For each=names key=Clone::clone let:name>
                                <Person name/>
                            </For>
                        </ul>
                    })
                })}
                {part(move || more().map(|more| view! { <p class="people__head">{more}</p> }))}
            </div>
        </aside>
    }
}

#[component]
fn Person(name: String) -> impl IntoView {
    let chat = Chat::expect();
    let words = expect_words();
    let is_me = untrack(|| chat.me()).is_some_and(|me| me.name == name);
    view! {
        <li class="person">
            <Avatar name=name.clone() here=true/>
            <span class="person__text">
                <b>{name}{is_me.then(|| view! { <span class="quiet">" ("{words.you}")"</span> })}</b>
                <small>{words.is_here}</small>
            </span>
        </li>
    }
}
