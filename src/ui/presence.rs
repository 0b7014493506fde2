//! How somebody can be reached, as a mark: by its shape as well as its colour, and in words beside.

use super::{
    app::expect_words,
    element::{El, el},
    icon::room_mark,
    node::Node,
};
use crate::{
    client::Chat,
    protocol::{Presence, RoomState},
};

/// The mark: solid, a ring, a bar, hollow.
pub(super) fn mark(presence: Presence) -> El {
    el("i").class(match presence {
        Presence::On => "presence",
        Presence::Away => "presence presence--away",
        Presence::Dnd => "presence presence--busy",
        Presence::Off => "presence presence--off",
    })
}

/// The same in words.
pub(super) fn word(presence: Presence) -> &'static str {
    expect_words().presence.are[presence as usize]
}

/// What a room is known by in a list; that of one other person with how that one can be reached.
pub(super) fn present_mark(room: &RoomState) -> Node {
    let face = room_mark(room);
    match room.people.as_slice() {
        [one] if !room.archived => {
            let presence = Chat::expect().presence(one.id);
            let told = el("span").class("sr-only").with(word(presence)).with(" ");
            [face.with(mark(presence)).into(), told.into()].into()
        }
        _ => face.into(),
    }
}
