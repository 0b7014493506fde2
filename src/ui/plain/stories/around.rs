//! What stands around the conversation: the small parts, the lists, what opens over it, and pages beside it.

use super::{IN_PLACE, NOW, Story, Telling, unfolded};
use crate::{
    client::wording::plain::plain_words,
    protocol::{Called, Failure, Field, Lobby, Presence, Role, RoomState, UserId, encode_segment, json},
    ui::{
        address::Address,
        app::expect_words,
        choices::density_choice,
        create_room::create_room_dialog,
        dialog::edit_room_dialog,
        element::{El, el},
        emoji_picker::emoji_picker,
        form::{field, field_error, icon_button, input, label},
        heed::inbox_link,
        icon::{avatar, avatar_small, icon, room_mark},
        keys::{kbd, key_sheet},
        me_card::me_card,
        message_actions::{Acts, delete_dialog},
        message_menu::toasts,
        node::Node,
        nothing::{choose_room, refused, shut},
        panel::people,
        plain::{
            desk::Visit,
            inbox::{Inbox, calls},
        },
        presence::mark,
        profile_card::{profile_card, role_tag},
        room_header::room_header,
        room_list::room_list,
        space_rail::space_rail,
    },
};
use leptos::prelude::*;

/// More spaces and rooms than one.
const AROUND: &str = include_str!("around.json");
/// What called the reader.
const CALLS: &str = include_str!("calls.json");

pub(super) const STORIES: &[Story] = &[
    ("badges and faces", marks),
    ("buttons and fields", controls),
    ("spaces and rooms", rooms),
    ("oneself", oneself),
    ("the header of a room", header),
    ("the people in a room", |telling| people(met(telling).id)),
    ("the card of somebody", card),
    ("emoji picker", picker),
    ("dialog: delete what somebody else said", |telling| {
        telling.open(|_| {});
        unfolded(delete_dialog(expect_context()))
    }),
    ("dialog: a new room, and its name is taken", create),
    ("dialog: name and topic", |telling| {
        let (room, _) = telling.open(|_| {});
        unfolded(edit_room_dialog(Memo::new(move |_| Some(room.clone())), NodeRef::new()))
    }),
    ("dialog: the keys", |telling| unfolded(key_sheet(telling.page.reader.lang))),
    ("something was copied", |telling| {
        telling.open(|_| {});
        let acts: Acts = expect_context();
        acts.copied.set(1);
        unfolded(toasts(acts))
    }),
    ("no room is open", |telling| nothing(telling, choose_room)),
    ("a room that is not here", |telling| nothing(telling, || refused(&Failure::NotFound))),
    ("a page that could not be had", |telling| nothing(telling, || refused(&Failure::Unreachable))),
    ("a room that closed while it was open", |telling| nothing(telling, shut)),
    ("what called one", |telling| inbox(telling, json::read(CALLS).expect("the file is ours"))),
    ("what called one: nothing", |telling| inbox(telling, Vec::new())),
];

fn row() -> El {
    el("p").attr("style", "display:flex;flex-wrap:wrap;gap:1rem;align-items:center;margin-block:.5rem")
}

fn marks(telling: &Telling<'_>) -> El {
    let (mut room, _) = telling.open(|_| {});
    let people = json::read::<Lobby>(AROUND).expect("the file is ours").rooms;
    room.people = people.into_iter().flat_map(|room| room.people).take(2).collect();
    let faces = row()
        .with(avatar("서지민", ""))
        .with(avatar("Ben Carter", "").with(mark(Presence::On)))
        .with(avatar("Ana Lee", "").with(mark(Presence::Away)))
        .with(avatar("하은", "").with(mark(Presence::Dnd)))
        .with(avatar("준", "").with(mark(Presence::Off)))
        .with(avatar("윤아", "avatar--sm"))
        .with(avatar_small("윤아"))
        .with(room_mark(&room));
    let roles = [Role::Owner, Role::Moderator, Role::Guest].map(|role| Node::from(role_tag(role)));
    let badges = row()
        .with(el("span").class("badge").with("3"))
        .with(el("span").class("badge badge--mention").with("@2"))
        .with(el("span").class("badge").with("99+"))
        .with(Node::from(roles))
        .with(el("span").with(kbd("Ctrl")).with(" ").with(kbd("K")))
        .with(icon("check"))
        .with(icon("square"));
    el("div").with(faces).with(badges)
}

fn controls(_: &Telling<'_>) -> El {
    let words = expect_words();
    let button =
        |class: &'static str, text: &'static str| el("button").class(class).attr("type", "button").with(text);
    let buttons = row()
        .with(button("btn btn--primary", words.join))
        .with(button("btn", words.retry))
        .with(button("btn btn--quiet", words.cancel))
        .with(button("btn btn--danger", words.delete))
        .with(button("btn btn--primary", words.join).attr("aria-busy", "true"))
        .with(button("btn", words.retry).attr("disabled", true))
        .with(button("btn btn--sm", words.try_now))
        .with(icon_button("iconbtn", words.room_menu, "more"))
        .with(icon_button("iconbtn", words.show_people, "users").attr("aria-pressed", "true"));
    let name = input("name").attr("value", "여름 출시").attr("aria-invalid", "true");
    let taken = Signal::derive(|| Some(Failure::Taken { field: Field::RoomName }));
    let switch = |label: &'static str, on: bool| {
        let input = el("input").class("switch").attr("type", "checkbox").attr("role", "switch");
        input.attr("aria-label", label).attr("checked", on)
    };
    let choices = row()
        .with(switch(words.presence.dnd, true))
        .with(switch(words.presence.status, false))
        .with(density_choice());
    el("div").with(buttons).with(field(label(words.room_name), name)).with(field_error(taken)).with(choices)
}

/// A list with rooms of every kind, in one of several spaces.
fn rooms(telling: &Telling<'_>) -> El {
    let lobby: Lobby = json::read(AROUND).expect("the file is ours");
    let unsent = lobby.rooms.iter().find(|room| room.name == "글-다듬기").map(|room| room.id);
    let telling = Telling { lobby, room: telling.room.clone(), ..*telling };
    telling.open(|_| {});
    telling.wake(|| [0; 10]);
    unsent.into_iter().for_each(|room| telling.chat.keep_text(room, "쓰다 만 글"));
    telling.hear(r#"{"type":"presence","users":{"u_0000000000000002":"away"}}"#);
    let list = el("div").attr("style", "inline-size:17rem;max-inline-size:100%;background:var(--floor)");
    el("div")
        .attr("style", "display:flex;flex-wrap:wrap;gap:1rem")
        .with(space_rail())
        .with(list.with(inbox_link()).with(room_list()))
}

fn oneself(telling: &Telling<'_>) -> El {
    met(telling);
    telling.hear(&format!(
        r#"{{"type":"presence","users":{{"{me}":"dnd"}},"status":{{"{me}":"☕️ 글 다듬는 중"}}}}"#,
        me = telling.lobby.me.id
    ));
    unfolded(el("div").attr("style", "max-inline-size:20rem").with(me_card()))
}

fn met(telling: &Telling<'_>) -> RoomState {
    let (room, _) = telling.open(|_| {});
    telling.meet(&room);
    room
}

fn header(telling: &Telling<'_>) -> El {
    let room = met(telling);
    telling.hear(&format!(
        r#"{{"type":"here","room":"{}","count":8,"names":["지민","하은","Ben Carter"]}}"#,
        room.id
    ));
    room_header(room.id)
}

fn card(telling: &Telling<'_>) -> El {
    met(telling);
    telling.chat.choose_person(UserId::from_raw(2));
    unfolded(profile_card())
}

/// With a few emoji in it: the script of the page fills it.
fn picker(telling: &Telling<'_>) -> El {
    let lang = telling.page.reader.lang;
    let cell = |sign: &'static str| {
        el("button").attr("type", "button").attr("role", "gridcell").attr("aria-label", sign).with(sign)
    };
    let signs = ["😀", "😄", "🥹", "😊", "😉", "😎", "🤔", "😭"].map(cell).map(Node::from);
    let name = plain_words(lang).emoji.groups[1];
    let row = el("div").attr("role", "row").with(Node::from(signs));
    let rows = el("div").attr("role", "grid").attr("aria-label", name).with(row);
    let mut picker = emoji_picker(lang);
    if let Some(Node::El(grid)) = picker.children.last_mut() {
        grid.children.extend([el("h3").with(name), rows].map(Node::from));
    }
    unfolded(picker)
}

/// As it comes back to who has no script.
fn create(telling: &Telling<'_>) -> El {
    let failure = encode_segment(r#"{"code":"taken","field":"room_name"}"#);
    let name = encode_segment("여름 출시");
    let url = format!("/stories?__path=/api/create_room&__err={failure}&name={name}");
    provide_context(Address::new(url, |_, _| {}));
    telling.open(|_| {});
    el("div").with(create_room_dialog(NodeRef::new()).attr("style", IN_PLACE))
}

fn nothing(telling: &Telling<'_>, page: fn() -> Node) -> El {
    telling.open(|_| {});
    el("div").with(page())
}

fn inbox(telling: &Telling<'_>, called: Vec<Called>) -> El {
    let (me, space) = (telling.lobby.me.clone(), telling.lobby.space.clone());
    let visit = Visit { me, space, now: NOW };
    el("div").with(calls(telling.page, &Inbox { visit, calls: called, next: None, is_later: false }))
}
