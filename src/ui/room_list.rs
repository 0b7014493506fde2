//! The rooms of a space.

use super::{
    address::Address,
    app::expect_words,
    composer::unsent_mark,
    create_room::create_room_dialog,
    dialog::opens,
    each::{Key, each, when},
    element::{El, el, live},
    form::icon_button,
    icon::{icon, icon_with},
    node::{Node, part},
    presence::present_mark,
    room_header::count,
};
use crate::{
    client::{Chat, news, wording::Words},
    protocol::{Mute, RoomId, RoomState, SpaceAct},
};
use leptos::{
    ev::{self, Event},
    html,
    prelude::*,
    tachys::renderer::{CastFrom, types},
};

/// A badge counts up to this.
const MOST: u32 = 99;
/// More rooms to join than this are not listed: they have a page of their own.
const FEW: usize = 8;

/// Which part of the list a room stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Mine,
    Direct,
    Joinable,
    Archived,
}

fn part_of(room: &RoomState) -> Part {
    match room {
        RoomState { archived: true, .. } => Part::Archived,
        RoomState { role: None, .. } => Part::Joinable,
        room if room.kind.is_direct() => Part::Direct,
        _ => Part::Mine,
    }
}

/// The rooms: one's own, those with a few people, those to join, and the archived ones folded away.
pub(super) fn room_list() -> Node {
    let words = expect_words();
    let chat = Chat::expect();
    let create = NodeRef::<html::Dialog>::new();
    let may = move |act| live(move || !chat.may_in_space(act));
    let make = icon_button("iconbtn iconbtn--sm", words.create_room, "plus")
        .attr("aria-haspopup", "dialog")
        .attr("hidden", may(SpaceAct::CreateRoom));
    let browse = el("a")
        .class("room-link")
        .attr("href", page("rooms"))
        .attr("rel", "external")
        .with(icon("compass"))
        .with(el("span").class("room-link__name").with(words.browse));
    let mine = rooms(Part::Mine).with(el("li").with(browse));
    let mine = section(Part::Mine, words.rooms, mine).with(opens(make, "dlg-create", create));
    let direct = move || {
        let start = el("a")
            .class("iconbtn iconbtn--sm")
            .attr("href", page("direct"))
            .attr("rel", "external")
            .attr("aria-label", words.start_direct)
            .attr("hidden", may(SpaceAct::StartDirect))
            .with(icon("plus"));
        section(Part::Direct, words.direct_rooms, rooms(Part::Direct)).with(start).into()
    };
    let joinable = move || section(Part::Joinable, words.joinable, rooms(Part::Joinable)).into();
    let archived = move || section(Part::Archived, words.archived_rooms, rooms(Part::Archived)).into();
    let is_social = move || !ids(Part::Direct).is_empty() || chat.may_in_space(SpaceAct::StartDirect);
    let list = el("nav")
        .class("scroll side__scroll")
        .attr("aria-label", words.rooms)
        .with(mine)
        .with(when(is_social, direct))
        .with(when(move || (1..=FEW).contains(&ids(Part::Joinable).len()), joinable))
        .with(when(move || !ids(Part::Archived).is_empty(), archived));
    [list.into(), create_room_dialog(create).into()].into()
}

/// A part of the list. It folds, and stays folded for this person in this browser.
fn section(of: Part, title: &'static str, list: El) -> El {
    let chat = Chat::expect();
    let name = match of {
        Part::Mine => "fold.mine",
        Part::Direct => "fold.direct",
        Part::Joinable => "fold.joinable",
        Part::Archived => "fold.archived",
    };
    // The archived ones are out of the way unless one looks at one of them.
    let looks_at_archived =
        move || chat.current.get().and_then(|id| chat.room(id)).is_some_and(|room| room.archived);
    let is_open = move || match of {
        Part::Archived => looks_at_archived(),
        _ => !(chat.awake.get() && chat.is_folded(name)),
    };
    let fold = move |event: Event| {
        let details = event.current_target().and_then(|it| types::Element::cast_from(types::Event::from(it)));
        if let Some(details) = details {
            chat.fold(name, !details.has_attribute("open"));
        }
    };
    let news = part(move || {
        badge(
            expect_words(),
            ids(of)
                .into_iter()
                .filter_map(|id| chat.room(id))
                .map(|room| news(&room))
                .fold((0, 0), |(unread, calls), (more, mentions)| (unread + more, calls + mentions)),
        )
    });
    let head = el("summary")
        .class("roomlist__head")
        .with(icon_with("down", "chev"))
        .with(el("h2").with(title))
        .with(el("span").class("roomlist__news").with(news));
    let fold = el("details").attr("open", live(is_open)).on(ev::toggle, fold).with(head).with(list);
    el("section").class("roomlist__section").with(fold)
}

/// The address of a page about the space.
pub(super) fn page(name: &'static str) -> super::element::Value {
    let chat = Chat::expect();
    live(move || chat.space().map(|space| space.page(name)))
}

fn ids(of: Part) -> Vec<RoomId> {
    Chat::expect().rooms().iter().filter(|room| part_of(room) == of).map(|room| room.id).collect()
}

fn rooms(of: Part) -> El {
    let links = each(
        move || ids(of).into_iter().map(Key::Room).collect(),
        |key| match key {
            Key::Room(id) => el("li").with(room_link(id)).into(),
            _ => Node::Nothing,
        },
    );
    el("ul").class("roomlist").with(links)
}

fn room_link(id: RoomId) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let room = Memo::new(move |_| chat.room(id));
    let path = move || room.get().zip(chat.space()).map(|(room, space)| room.path(&space));
    // By the address, too: the server renders the list before it knows the room.
    let address = Address::expect();
    let is_current =
        move || chat.current.get() == Some(id) || path().is_some_and(|path| path == address.path());
    let here = part(move || {
        let count = count(chat, id);
        (count > 0).then(|| {
            el("span")
                .class("room-link__here")
                .with(el("i").class("presence").attr("aria-hidden", "true"))
                .with(el("span").attr("aria-hidden", "true").with(count.to_string()))
                .with(el("span").class("sr-only").with((words.here)(count)))
        })
    });
    let is_muted = move || room.get().is_some_and(|room| room.mute != Mute::All);
    let news = move || room.get().map_or((0, 0), |room| news(&room));
    let class = move || match (news(), is_muted()) {
        ((0, 0), false) => "room-link",
        ((0, 0), true) => "room-link is-muted",
        _ => "room-link is-unread",
    };
    let muted = move || {
        is_muted().then(|| {
            Node::from([icon("belloff").into(), el("span").class("sr-only").with(words.muted).into()])
        })
    };
    let title = live(move || room.get().map(|room| room.title()));
    let whole = el("span").class("room-link__name").attr("title", title);
    el("a")
        .class(live(class))
        .attr("href", live(path))
        .attr("aria-current", live(move || is_current().then_some("page")))
        .with(part(move || room.get().map(|room| present_mark(&room))))
        .with(whole.with(part(move || room.get().map(|room| room.title()))))
        .with(part(move || badge(words, news())))
        .with(unsent_mark(id))
        .with(part(muted))
        .with(here)
}

/// How much is unread; being called by name comes first.
pub(super) fn badge(words: &'static Words, (unread, mentions): (u32, u32)) -> Option<El> {
    let (class, sign, count, told) = match (unread, mentions) {
        (0, 0) => return None,
        (unread, 0) => ("badge", "", unread, (words.unread)(unread)),
        (_, mentions) => ("badge badge--mention", "@", mentions, (words.mentions)(mentions)),
    };
    let shown = if count > MOST { format!("{sign}{MOST}+") } else { format!("{sign}{count}") };
    let shown = el("span").attr("aria-hidden", "true").with(shown);
    Some(el("span").class(class).with(shown).with(el("span").class("sr-only").with(told)))
}
