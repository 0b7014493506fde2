//! The states of the components beside each other, from fixed data: to look at, and for tests to look at. A page
//! for those who build Maru; the server shows it in debug builds and where it was told to.
//!
//! A story is one entry of [`STORIES`]: what it is called, and a function that renders it within its own chat.

use super::page::{Page, Sheet};
use crate::{
    client::{Chat, Hands, Sign},
    protocol::{
        Event, Failure, Lobby, Millis, Nonce, Presence, Refused, RoomPage, RoomState, ServerFrame, json,
    },
    ui::{
        Density, Reader,
        address::Address,
        composer::{Plain, dock},
        connection_strip::connection_strip,
        element::{El, el},
        icon::{avatar, avatar_small, icon},
        message_actions::Acts,
        message_list::message_list,
        node::Node,
        presence::mark,
    },
};
use leptos::prelude::*;

/// Who reads, and the list of rooms.
const LOBBY: &str = include_str!("stories/lobby.json");
/// A room in which everything was said.
const ROOM: &str = include_str!("stories/room.json");
/// When the stories are told.
const NOW: Millis = 1_795_000_000_000;

/// How a story is told.
type Tell = fn(&Telling) -> El;

/// Every story, in order.
const STORIES: &[(&str, Tell)] = &[
    ("messages: bubbles", |telling| messages(telling, Density::Bubbles)),
    ("messages: compact", |telling| messages(telling, Density::Compact)),
    ("a room where nothing was said", empty_room),
    ("composer", |telling| composer(telling, |_| {})),
    ("composer: not in the room", |telling| composer(telling, |room| room.role = None)),
    ("composer: archived", |telling| composer(telling, |room| room.archived = true)),
    ("composer: refused", refused_composer),
    ("connection: lost", |telling| strip(telling, |chat| _ = chat.step(NOW + 60_000))),
    ("connection: no network", |telling| {
        strip(telling, |chat| {
            chat.notice(Sign::Offline);
            chat.step(NOW + 60_000);
        })
    }),
    ("connection: signed out", |telling| strip(telling, |chat| chat.asked(Some(false)))),
    ("badges and faces", marks),
];

/// What every story begins with.
struct Telling {
    chat: Chat,
    room: RoomPage,
    lobby: Lobby,
}

/// The page with all of them.
pub fn stories(page: &Page) -> String {
    let told = STORIES.iter().map(|(name, tell)| {
        let heading = format!("story-{}", name.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
        let title = el("h2").attr("id", heading.clone()).with(*name);
        let story = el("section").class("section").attr("aria-labelledby", heading).with(title);
        story.with(el("div").html(render(page, *tell)))
    });
    let body = el("main").attr("id", "main").attr("style", "max-inline-size:60rem;margin:auto;padding:1rem");
    let body = body.with(el("h1").with("Stories")).with(told.collect::<Vec<_>>());
    page.document(Sheet::new("Stories", body))
}

/// Each story has a chat of its own.
fn render(page: &Page, tell: Tell) -> String {
    Owner::new().with(|| {
        let chat = Chat::new(page.reader.lang);
        provide_context(chat);
        provide_context(RwSignal::new(page.reader));
        provide_context(Address::new("/stories".to_owned(), |_, _| {}));
        let lobby: Lobby = json::read(LOBBY).expect("the file is ours");
        let room: RoomPage = json::read(ROOM).expect("the file is ours");
        Node::from(tell(&Telling { chat, room, lobby })).to_html()
    })
}

impl Telling {
    /// The room as it is after `change`, and its name.
    fn open(&self, change: impl Fn(&mut RoomState)) -> (RoomState, Memo<String>) {
        let (mut lobby, mut page) = (self.lobby.clone(), self.room.clone());
        change(&mut page.room);
        lobby.rooms.push(page.room.clone());
        self.chat.seed_lobby(&lobby);
        self.chat.seed_room(&page);
        self.chat.current.set(Some(page.room.id));
        Acts::provide(page.room.id);
        let name = page.room.title();
        (page.room, Memo::new(move |_| name.clone()))
    }

    fn wake(&self, random: fn() -> [u8; 10]) {
        drop(self.chat.set_hands(Hands { now: || NOW, random, ..Hands::default() }));
    }

    /// Says something that is not acknowledged; chance is what the nonce is made of.
    fn say(&self, room: &RoomState, text: &str, random: fn() -> [u8; 10]) -> Nonce {
        self.wake(random);
        self.chat.send(room.id, text).expect("it can be said");
        Nonce::new(NOW, random())
    }
}

fn messages(telling: &Telling, density: Density) -> El {
    expect_context::<RwSignal<Reader>>().update(|reader| reader.density = density);
    let (room, name) = telling.open(|_| {});
    telling.say(&room, "보내는 중인 글", || [1; 10]);
    let nonce = telling.say(&room, "보내지 못한 글", || [2; 10]);
    let refused = Refused { nonce: Some(nonce), fetch: None, failure: Failure::Forbidden };
    telling.chat.receive(ServerFrame::Refused(refused), NOW);
    flat(message_list(room.id, name))
}

fn empty_room(telling: &Telling) -> El {
    let (mut page, first) = (telling.room.clone(), telling.room.history.events.first().cloned());
    page.history.events = first.into_iter().collect::<Vec<Event>>();
    page.room.head = 1;
    let telling = Telling { room: page, lobby: telling.lobby.clone(), ..*telling };
    let (room, name) = telling.open(|_| {});
    flat(message_list(room.id, name))
}

/// A timeline that is as high as what is in it.
fn flat(timeline: El) -> El {
    el("div").class("stage").attr("style", "display:block").with(timeline.attr("style", "overflow:visible"))
}

fn composer(telling: &Telling, change: fn(&mut RoomState)) -> El {
    let (room, name) = telling.open(change);
    dock(
        room.id,
        name,
        Plain { action: "/stories".to_owned(), nonce: telling.room.form_nonce, refused: None },
    )
}

fn refused_composer(telling: &Telling) -> El {
    let (room, name) = telling.open(|_| {});
    let refused = Some((Failure::RateLimited { retry_ms: 1500 }, "너무 빨리 쓴 글".to_owned()));
    dock(room.id, name, Plain { action: "/stories".to_owned(), nonce: telling.room.form_nonce, refused })
}

fn strip(telling: &Telling, happens: fn(Chat)) -> El {
    telling.open(|_| {});
    telling.wake(|| [0; 10]);
    happens(telling.chat);
    connection_strip()
}

fn marks(_: &Telling) -> El {
    let row = el("p").attr("style", "display:flex;gap:1rem;align-items:center");
    row.with(el("span").class("badge").with("3"))
        .with(el("span").class("badge badge--mention").with("2"))
        .with(avatar("서지민", ""))
        .with(avatar("Ben Carter", "").with(mark(Presence::On)))
        .with(avatar("Ana Lee", "").with(mark(Presence::Away)))
        .with(avatar("하은", "").with(mark(Presence::Dnd)))
        .with(avatar("준", "").with(mark(Presence::Off)))
        .with(avatar_small("윤아"))
        .with(icon("check"))
        .with(icon("square"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{client::wording::Lang, ui::plain::tests::page};

    #[test]
    fn every_story_is_told_in_both_languages() {
        for lang in [Lang::Ko, Lang::En] {
            let html = stories(&page(lang));
            for (name, _) in STORIES {
                assert!(html.contains(&format!(">{name}<")), "{name}");
            }
            let told = [
                "is-pending",
                "is-failed",
                "is-gone",
                "mention--me",
                "class=\"reactions\"",
                "class=\"code\"",
                "spoiler__cover",
            ];
            for part in told {
                assert!(html.contains(part), "{part}");
            }
        }
    }
}
