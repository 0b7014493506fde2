//! The conversation: what was said and what is done with it, what is new, who is writing, and where one writes.

use super::{NOW, Story, Telling, unfolded};
use crate::{
    client::{Chat, Look, RowKey, Sign},
    protocol::{Failure, Nonce, Refused, Role, RoomKind, RoomState, ServerFrame, User, UserId},
    ui::{
        Density, Reader,
        composer::{Plain, dock},
        connection_strip::connection_strip,
        element::{El, el},
        jumps::stage,
        message_actions::{Acts, Doing},
        message_list::message_list,
    },
};
use leptos::prelude::*;

pub(super) const STORIES: &[Story] = &[
    ("messages: bubbles", |telling| messages(telling, Density::Bubbles)),
    ("messages: compact", |telling| messages(telling, Density::Compact)),
    ("messages: changes on their way, and one that was refused", changes),
    ("messages: one is being edited", |telling| busy(telling, Doing::Edit(RowKey::Event(8)))),
    ("messages: the bar and the menu", |telling| busy(telling, Doing::Menu(RowKey::Event(8)))),
    ("a room where nothing was said", empty_room),
    ("what is new: the line, the ways to it and to the end", news),
    ("a message that is not here", nowhere),
    ("older history is on its way", older),
    ("who is writing, and who has seen it", company),
    ("composer", |telling| composer(telling, |_| {})),
    ("composer: to one person", |telling| composer(telling, direct)),
    ("composer: an answer", answer),
    ("composer: one waits between two messages", |telling| composer(telling, |room| room.slow_s = 30)),
    ("composer: refused", refused_composer),
    ("composer: not in the room", |telling| composer(telling, |room| room.role = None)),
    ("composer: few write here", |telling| composer(telling, |room| room.kind = RoomKind::Announcement)),
    ("composer: archived", |telling| composer(telling, |room| room.archived = true)),
    ("composer: archived, and one may change that", |telling| {
        composer(telling, |room| (room.archived, room.role) = (true, Some(Role::Owner)))
    }),
    ("connection: lost", |telling| strip(telling, |chat| _ = chat.step(NOW + 60_000))),
    ("connection: no network", |telling| {
        strip(telling, |chat| {
            chat.notice(Sign::Offline);
            chat.step(NOW + 60_000);
        })
    }),
    ("connection: signed out", |telling| strip(telling, |chat| chat.asked(Some(false)))),
];

fn messages(telling: &Telling<'_>, density: Density) -> El {
    expect_context::<RwSignal<Reader>>().update(|reader| reader.density = density);
    let (room, name) = telling.open(|_| {});
    telling.say(&room, "보내는 중인 글", || [1; 10]);
    let nonce = telling.say(&room, "보내지 못한 글", || [2; 10]);
    refuse(telling, nonce);
    flat(message_list(room.id, name))
}

fn changes(telling: &Telling<'_>) -> El {
    let telling = telling.part(7..=14);
    let chat = telling.chat;
    let (room, name) = telling.open(|_| {});
    chat.awake.set(true);
    telling.wake(|| [3; 10]);
    chat.edit(room.id, 7, "고친 글이 가는 중").expect("it can be edited");
    telling.wake(|| [4; 10]);
    chat.delete_soon(room.id, 8).expect("it can be deleted");
    telling.wake(|| [5; 10]);
    chat.react(room.id, 9, "👍", true).expect("it can be reacted to");
    refuse(&telling, Nonce::new(NOW, [5; 10]));
    telling.wake(|| [6; 10]);
    chat.delete(room.id, 13).expect("it can be deleted");
    flat(message_list(room.id, name))
}

fn refuse(telling: &Telling<'_>, nonce: Nonce) {
    let refused = Refused { nonce: Some(nonce), fetch: None, failure: Failure::Forbidden };
    telling.chat.receive(vec![ServerFrame::Refused(refused)], NOW);
}

/// One of one's own messages, with which this is being done.
fn busy(telling: &Telling<'_>, doing: Doing) -> El {
    let telling = telling.part(8..=8);
    let (room, name) = telling.open(|_| {});
    telling.chat.awake.set(true);
    let list = message_list(room.id, name);
    expect_context::<Acts>().doing.set(Some(doing));
    unfolded(flat(list))
}

fn empty_room(telling: &Telling<'_>) -> El {
    let (room, name) = telling.part(1..=1).open(|_| {});
    flat(message_list(room.id, name))
}

/// A timeline that is as high as what is in it.
fn flat(timeline: El) -> El {
    el("div").class("stage").attr("style", "display:block").with(timeline.attr("style", "overflow:visible"))
}

fn news(telling: &Telling<'_>) -> El {
    let (room, name) = telling.part(11..=14).open(|room| (room.read, room.unread) = (13, 1));
    telling.chat.look_at(room.id, Look { pages: None, is_far: true, line: Some(true) });
    stage(room.id, message_list(room.id, name).attr("style", "overflow:visible")).attr("style", ROOMY)
}

/// Room for what floats over a timeline, so that nothing is covered here.
const ROOMY: &str = "padding-block:3.5rem 6rem";

fn nowhere(telling: &Telling<'_>) -> El {
    let (room, name) = telling.part(14..=14).open(|_| {});
    telling.chat.go_to(room.id, 999);
    stage(room.id, message_list(room.id, name).attr("style", "overflow:visible")).attr("style", ROOMY)
}

fn older(telling: &Telling<'_>) -> El {
    let (room, name) = telling.part(14..=14).open(|_| {});
    telling.chat.want_older(room.id);
    flat(message_list(room.id, name))
}

fn company(telling: &Telling<'_>) -> El {
    let telling = telling.part(13..=13);
    let (room, name) = telling.open(|_| {});
    telling.meet(&room);
    for (user, who) in [("u_0000000000000002", "하은"), ("u_0000000000000003", "Ben Carter")] {
        telling.hear(&format!(r#"{{"type":"typing","room":"{}","user":"{user}","name":"{who}"}}"#, room.id));
    }
    docked(&telling, &room, name, None)
}

fn composer(telling: &Telling<'_>, change: fn(&mut RoomState)) -> El {
    let (room, name) = telling.open(change);
    docked(telling, &room, name, None)
}

fn direct(room: &mut RoomState) {
    room.kind = RoomKind::Direct;
    room.people = vec![User::new(UserId::from_raw(2), "하은".to_owned())];
}

fn answer(telling: &Telling<'_>) -> El {
    let (room, name) = telling.open(|_| {});
    telling.chat.answer(room.id, Some(6));
    docked(telling, &room, name, None)
}

fn refused_composer(telling: &Telling<'_>) -> El {
    let (room, name) = telling.open(|_| {});
    let refused = Some((Failure::RateLimited { retry_ms: 1500 }, "너무 빨리 쓴 글".to_owned()));
    docked(telling, &room, name, refused)
}

fn docked(
    telling: &Telling<'_>,
    room: &RoomState,
    name: Memo<String>,
    refused: Option<(Failure, String)>,
) -> El {
    dock(room.id, name, Plain { action: "/stories".to_owned(), nonce: telling.room.form_nonce, refused })
}

fn strip(telling: &Telling<'_>, happens: fn(Chat)) -> El {
    telling.open(|_| {});
    telling.wake(|| [0; 10]);
    happens(telling.chat);
    connection_strip()
}
