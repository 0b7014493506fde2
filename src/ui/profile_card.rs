//! Who somebody is: a card that opens beside whatever names them.

use super::{
    app::expect_words,
    element::{El, el},
    form::{hidden, submit},
    icon::face_of,
    node::{Node, part},
    presence::{mark, word},
};
use crate::{
    client::Chat,
    protocol::{Person, Presence, Role, SpaceAct, UserId},
};
use leptos::ev;

/// Makes a button open somebody's card.
pub(super) fn opens_profile(button: El, user: UserId) -> El {
    let chat = Chat::expect();
    button
        .attr("type", "button")
        .attr("aria-haspopup", "dialog")
        .attr("popovertarget", "pop-profile")
        .on(ev::click, move |_| chat.choose_person(user))
}

/// The card of whoever was chosen last. One for each room.
pub(super) fn profile_card() -> El {
    let chat = Chat::expect();
    el("div")
        .class("pop pop--profile profile")
        .attr("id", "pop-profile")
        .attr("popover", "auto")
        .attr("role", "dialog")
        .attr("aria-label", expect_words().presence.profile)
        .with(part(move || chat.chosen_person().map(card)))
}

fn card(user: UserId) -> El {
    let chat = Chat::expect();
    let words = expect_words().presence;
    let person = chat.person(user);
    let is_other = chat.me().is_none_or(|me| me.id != user);
    let space = chat.space();
    let write =
        space.as_ref().filter(|_| is_other && chat.may_in_space(SpaceAct::StartDirect)).map(|space| {
            // The server makes the room, or finds it, and leads there.
            el("form")
                .attr("method", "post")
                .attr("action", "/api/direct")
                .with(hidden("space", space.id.to_string()))
                .with(hidden("people", user.to_string()))
                .with(submit("btn btn--primary btn--block", words.write))
        });
    let page = space.filter(|_| chat.may_in_space(SpaceAct::ListPeople)).map(|space| {
        el("a")
            .class("btn")
            .attr("href", space.page(&format!("person/{user}")))
            .attr("rel", "external")
            .with(words.profile_page)
    });
    let body = el("div").class("profile__body").with(match person {
        Some(person) => about(&person),
        None => el("p").class("quiet").with(words.not_in).into(),
    });
    el("div")
        .with(el("div").class("profile__cover"))
        .with(body.with(el("div").class("profile__acts").with(write).with(page)))
}

fn about(person: &Person) -> Node {
    let face = face_of(&person.user, "avatar--xl").with(mark(person.presence));
    let name = el("h3").with(person.user.shown().to_owned()).with(" ").with(role_tag(person.role));
    let called = el("p").class("quiet").with(format!("@{}", person.user.name));
    let status =
        (!person.status.is_empty()).then(|| el("p").class("profile__status").with(person.status.clone()));
    let seen = last_seen(person).unwrap_or_else(|| word(person.presence).to_owned());
    let seen = el("p").class("quiet").with(seen);
    [face.into(), name.into(), called.into(), status.into(), seen.into(), facts(person).into()].into()
}

/// What time it is where somebody is, and where one meets them, as far as that is told.
fn facts(person: &Person) -> Option<El> {
    let all = expect_words();
    let words = all.presence;
    let fact = |name: &'static str, value: Node| {
        Node::from(el("div").with(el("dt").with(name)).with(el("dd").with(value)))
    };
    let [ahead, behind] = words.clocks;
    // A script of its own fills it, and goes with the time: browsers know the zones.
    let clock = el("local-time").attr("data-zone", person.zone.clone());
    let clock = clock.attr("data-am", (all.time)(0, 0)).attr("data-pm", (all.time)(12, 0));
    let clock = clock.attr("data-ahead", ahead).attr("data-behind", behind);
    let time = (!person.zone.is_empty()).then(|| fact(words.local_time, clock.into()));
    let rooms = (person.rooms > 0).then(|| fact(words.rooms, (words.rooms_count)(person.rooms).into()));
    (time.is_some() || rooms.is_some()).then(|| el("dl").with(time).with(rooms))
}

/// What somebody is in the room, where that is more than a member.
pub(super) fn role_tag(role: Role) -> Option<El> {
    let name = expect_words().role;
    let class = match role {
        Role::Owner => "tag tag--keeper",
        Role::Moderator => "tag tag--accent",
        Role::Member => return None,
        Role::Guest => "tag tag--warn",
    };
    Some(el("span").class(class).with(name(role)))
}

/// When somebody was last here who is not, if that is told.
pub(super) fn last_seen(person: &Person) -> Option<String> {
    let is_told = person.presence == Presence::Off && person.seen_at > 0;
    is_told.then(|| (expect_words().presence.last_seen)(Chat::expect().minutes_since(person.seen_at)))
}
