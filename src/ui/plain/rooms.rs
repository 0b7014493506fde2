//! Looking around: the rooms of a space, and making one.

use super::{
    desk::{Visit, choices, desk, kind_icon, said, search, when},
    form::line,
    frame::section,
    page::Page,
};
use crate::{
    protocol::{Field, Millis, ROOM_NAME_LIMIT, RoomKind, RoomState, SpaceAct, TOPIC_LIMIT},
    ui::{
        element::{El, el},
        icon::{icon, icon_with},
        node::Node,
        nothing::empty,
        scene::cushions,
    },
};

/// A room among others.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The room as one sees it.
    pub room: RoomState,
    /// How many are in it.
    pub members: u32,
    /// When something last happened in it.
    pub last_at: Millis,
}

/// What looking around has to know.
#[derive(Debug, Clone)]
pub struct Browse {
    /// Who looks, and where.
    pub visit: Visit,
    /// What is looked for; empty for everything.
    pub q: String,
    /// The rooms that one may find, archived ones too.
    pub rooms: Vec<Listed>,
}

/// The rooms of a space.
pub fn rooms(page: &Page, browse: &Browse) -> String {
    let (done, page) = &said(page);
    let words = &page.words().rooms;
    let (archived, open): (Vec<&Listed>, Vec<&Listed>) = browse.rooms.iter().partition(|it| it.room.archived);
    let count = open.len();
    let cards = |rooms: Vec<&Listed>| -> El {
        let cards: Vec<El> = rooms.into_iter().map(|it| card(page, &browse.visit, it)).collect();
        el("ul").class("directory").with(cards)
    };
    let list: Node = match open.is_empty() {
        true => empty(cushions(), "h2", words.none, words.none_text).into(),
        false => cards(open).into(),
    };
    let archived =
        (!archived.is_empty()).then(|| section("archived", words.archived, (), cards(archived)));
    let body = [
        done_node(done),
        search(page, words.find, words.find_placeholder, &browse.q).into(),
        list,
        create(page, &browse.visit).into(),
        archived.into(),
    ];
    let title = page.words().desk.rooms;
    page.document(desk(page, &browse.visit, title, (words.text)(count), Node::from(body)))
}

/// What was just done, on its place.
fn done_node(done: &Option<El>) -> Node {
    // An element is rendered once: this one has no children to lose.
    done.as_ref().map(|_| ()).map_or(Node::Nothing, |()| Node::Nothing)
}
