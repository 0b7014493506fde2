//! Looking around: the rooms of a space, and making one.

use super::{
    desk::{Visit, choices, desk, panel, search, when},
    form::line,
    frame::section,
    page::Page,
};
use crate::{
    protocol::{Field, Millis, RoomKind, RoomState, SpaceAct},
    ui::{
        element::{El, el},
        icon::{icon, kind_icon},
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
    let words = &page.words().rooms;
    let (archived, open): (Vec<&Listed>, Vec<&Listed>) = browse.rooms.iter().partition(|it| it.room.archived);
    let count = open.len();
    let cards = |rooms: Vec<&Listed>, heading| -> El {
        let cards: Vec<El> = rooms.into_iter().map(|it| card(page, &browse.visit, it, heading)).collect();
        el("ul").class("directory").with(cards)
    };
    let list: Node = match open.is_empty() {
        true => empty(cushions(), "h2", words.none, words.none_text).into(),
        false => cards(open, "h2").into(),
    };
    let archived =
        (!archived.is_empty()).then(|| section("archived", words.archived, (), cards(archived, "h3")));
    let create = browse.visit.may(SpaceAct::CreateRoom).then(|| create(page, &browse.visit));
    let search = search(page, words.find, words.find_placeholder, &browse.q);
    let body = Node::from([search.into(), list, create.into(), archived.into()]);
    page.document(desk(page, &browse.visit, page.words().desk.rooms, (words.text)(count), body))
}

fn card(page: &Page, visit: &Visit, listed: &Listed, heading: &'static str) -> El {
    let words = &page.words().rooms;
    let room = &listed.room;
    let act: Node = match room.role {
        Some(_) => el("span").class("tag tag--ok").with(icon("check")).with(words.joined).into(),
        None if room.archived => Node::Nothing,
        None => {
            let form = page.form_for("/api/join_room", "room", &room.id.to_string());
            let name = el("span").class("sr-only").with(format!(" {}", room.name));
            form.submit("btn btn--sm btn--primary", Node::from([words.join.into(), name.into()])).into()
        }
    };
    let title = el("a").attr("href", room.path(&visit.space)).with(room.name.clone());
    let kind = (room.kind != RoomKind::Public)
        .then(|| el("span").class("tag").with(page.words().desk.kind_name(room.kind).0));
    let here =
        (room.here > 0).then(|| el("span").with(el("i").class("presence")).with((words.here)(room.here)));
    let about = el("a").class("link").attr("href", visit.to(&format!("room/{}", room.id)));
    let about = about.with(words.details).with(el("span").class("sr-only").with(format!(": {}", room.name)));
    let meta = el("div")
        .class("room-card__meta")
        .with(el("span").with(icon("users")).with((page.words().desk.count)(listed.members)))
        .with(here)
        .with(el("span").with(when(page, visit.now, listed.last_at)))
        .with(about);
    el("li")
        .class("room-card")
        .with(el("span").class("room-card__icon").with(kind_icon(room.kind)))
        .with(el(heading).with(title).with(kind))
        .with(el("div").class("room-card__act").with(act))
        .with((!room.topic.is_empty()).then(|| el("p").with(room.topic.clone())))
        .with(meta)
}

/// The form that makes a room.
fn create(page: &Page, visit: &Visit) -> El {
    let words = &page.words().rooms;
    let kinds = [
        Some(RoomKind::Public),
        Some(RoomKind::Private),
        visit.may(SpaceAct::CreateAnnouncement).then_some(RoomKind::Announcement),
    ];
    let kinds = kinds.into_iter().flatten();
    let kinds = kinds.map(|kind| (kind.word(), page.words().desk.kind_name(kind))).collect();
    let name = line("name", words.room_name).about(Field::RoomName).attr("autocomplete", "off");
    let topic = line("topic", words.topic)
        .about(Field::Topic)
        .optional()
        .attr("placeholder", words.topic_placeholder)
        .attr("autocomplete", "off");
    let form = page.form("/api/create_room").class("stack").hidden("space", visit.named());
    let form = form.field(name).field(topic);
    let form = choices(form, "kind", words.who, kinds, RoomKind::Public.word());
    section("create", words.create, words.create_text, panel(form.submit("btn btn--primary", words.create)))
}
