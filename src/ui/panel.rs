//! The panel beside the room: the people in it, by how they can be reached.

use super::{
    app::expect_words,
    each::{Key, each, when},
    element::{El, el, live},
    form::icon_button,
    icon::face_of,
    node::{Node, part},
    presence::{mark, word},
    profile_card::{last_seen, opens_profile, role_tag},
    space_page::Aside,
};
use crate::{
    client::Chat,
    protocol::{Person, Presence, RoomId, UserId},
};
use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
};

/// The people in a room.
pub(super) fn people(room: RoomId) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let Aside(aside) = expect_context();
    chat.meet(room);
    let count = part(move || Some(chat.people_total().0).filter(|count| *count > 0).map(|n| n.to_string()));
    let head = el("h2").with(words.people).with(el("span").class("num").with(count));
    let close = icon_button("iconbtn", words.close, "x").on(ev::click, move |_| aside.set(false));
    let more = move || {
        let more = el("button").class("btn btn--quiet btn--block").attr("type", "button");
        more.on(ev::click, move |_| chat.want_people()).with(words.presence.more).into()
    };
    let groups = [Presence::On, Presence::Away, Presence::Off].into_iter().zip(words.presence.parts);
    let body = el("div")
        .class("scroll people")
        .attr("tabindex", "0")
        .attr("role", "region")
        .attr("aria-label", words.people_list)
        .with(groups.map(|(presence, title)| group(presence, title)).collect::<Vec<_>>())
        .with(when(move || chat.people_total().1, more));
    el("aside")
        .class("aside")
        .attr("aria-label", words.people)
        .on(ev::keydown, move |event: KeyboardEvent| {
            // A card that was opened from here closes first. Where popovers are not known, none is open.
            let is_covered = document().query_selector(":popover-open").is_ok_and(|open| open.is_some());
            if event.key() == "Escape" && !is_covered {
                aside.set(false);
            }
        })
        .with(el("div").class("aside__head").with(head).with(close))
        .with(body)
}

fn group(presence: Presence, title: &'static str) -> El {
    let chat = Chat::expect();
    let ids = move || chat.people_who_are(presence);
    let head = el("h3")
        .class("people__head")
        .with(title)
        .with(" ")
        .with(el("span").with(part(move || ids().len().to_string())));
    let rows = each(
        move || ids().into_iter().map(Key::User).collect(),
        |key| match key {
            Key::User(user) => row(user).into(),
            _ => Node::Nothing,
        },
    );
    el("section").attr("hidden", live(move || ids().is_empty())).with(head).with(el("ul").with(rows))
}

fn row(user: UserId) -> El {
    let chat = Chat::expect();
    let is_off = move || chat.presence(user) == Presence::Off;
    let button = el("button").class(live(move || if is_off() { "person is-off" } else { "person" }));
    el("li").with(opens_profile(button, user).with(part(move || chat.person(user).map(|one| inside(&one)))))
}

fn inside(person: &Person) -> Node {
    let words = expect_words();
    let is_me = untrack(|| Chat::expect().me()).is_some_and(|me| me.id == person.user.id);
    let me = is_me.then(|| el("span").class("quiet").with(format!(" ({})", words.you)));
    let presence = word(person.presence);
    let said = Some(person.status.clone()).filter(|status| !status.is_empty()).or_else(|| last_seen(person));
    // What stands for the mark to those who do not see it, where it does not stand there for all.
    let told = said.is_some().then(|| el("span").class("sr-only").with(presence));
    let text = el("span")
        .class("person__text")
        .with(el("b").with(person.user.shown().to_owned()).with(me))
        .with(el("small").with(said.unwrap_or_else(|| presence.to_owned())));
    let face = face_of(&person.user, "").with(mark(person.presence));
    [face.into(), text.into(), role_tag(person.role).into(), told.into()].into()
}
