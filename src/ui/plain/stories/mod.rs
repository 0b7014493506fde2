//! The states of the components beside each other, from fixed data: to look at, and for tests to look at. A page
//! for those who build Maru; the server shows it in debug builds and where it was told to.
//!
//! A story is one entry of a list: what it is called, and a function that renders it within its own chat.

mod around;
mod flow;

use super::page::{Page, Sheet};
use crate::{
    client::{Chat, Hands},
    protocol::{Lobby, Millis, Nonce, RoomPage, RoomState, Seq, ServerFrame, json},
    ui::{
        address::Address,
        element::{El, el},
        message_actions::Acts,
        node::Node,
        space_page::Aside,
    },
};
use leptos::prelude::*;
use std::ops::RangeInclusive;

/// Who reads, and the list of rooms.
const LOBBY: &str = include_str!("lobby.json");
/// A room in which everything was said.
const ROOM: &str = include_str!("room.json");
/// Who is in that room, as the server tells it.
const PEOPLE: &str = include_str!("people.json");
/// When the stories are told.
const NOW: Millis = 1_795_000_000_000;
/// How what floats stands here: where it is written.
const IN_PLACE: &str =
    "position:relative;inset:auto;margin:0;z-index:auto;max-block-size:none;box-shadow:var(--e-2)";

/// How a story is told.
type Tell = fn(&Telling<'_>) -> El;

/// What a story is called, and how it is told.
type Story = (&'static str, Tell);

/// What every story begins with.
struct Telling<'a> {
    chat: Chat,
    room: RoomPage,
    lobby: Lobby,
    page: &'a Page,
}

/// Every story, in order.
fn all() -> impl Iterator<Item = &'static Story> {
    flow::STORIES.iter().chain(around::STORIES)
}

/// The page with all of them.
pub fn stories(page: &Page) -> String {
    let told = all().map(|(name, tell)| {
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
        provide_context(Aside(RwSignal::new(true)));
        let lobby: Lobby = json::read(LOBBY).expect("the file is ours");
        let room: RoomPage = json::read(ROOM).expect("the file is ours");
        Node::from(tell(&Telling { chat, room, lobby, page })).to_html()
    })
}

impl Telling<'_> {
    /// The same with this part of the room's history alone.
    fn part(&self, seqs: RangeInclusive<Seq>) -> Self {
        let mut room = self.room.clone();
        room.history.after = seqs.start() - 1;
        room.history.events.retain(|event| seqs.contains(&event.seq));
        room.room.head = *seqs.end();
        Self { room, lobby: self.lobby.clone(), ..*self }
    }

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

    /// From now on there is a clock, and chance.
    fn wake(&self, random: fn() -> [u8; 10]) {
        drop(self.chat.set_hands(Hands { now: || NOW, random, ..Hands::default() }));
    }

    /// Says something that is not acknowledged; chance is what the nonce is made of.
    fn say(&self, room: &RoomState, text: &str, random: fn() -> [u8; 10]) -> Nonce {
        self.wake(random);
        self.chat.send(room.id, text).expect("it can be said");
        Nonce::new(NOW, random())
    }

    /// Hears something from the server.
    fn hear(&self, frame: &str) {
        let frame = ServerFrame::decode(frame).expect("the frame is ours");
        self.chat.receive(vec![frame], NOW);
    }

    /// Everybody in the room is known.
    fn meet(&self, room: &RoomState) {
        self.wake(|| [0; 10]);
        self.chat.meet(room.id);
        self.hear(PEOPLE);
    }
}

/// What is folded, floats or goes away by itself stands open, where it is written.
fn unfolded(view: impl Into<Node>) -> El {
    let html = view.into().to_html();
    let html = html
        .replace("<dialog ", &format!("<dialog open=\"\" style=\"{IN_PLACE}\" "))
        .replace(" popover=\"auto\"", "")
        .replace("class=\"toasts\"", "class=\"toasts\" style=\"position:static\"")
        .replace("class=\"toast\"", "class=\"toast\" style=\"animation:none\"");
    el("div").html(html)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{client::wording::Lang, ui::plain::tests::page};

    #[test]
    fn every_story_is_told_in_both_languages() {
        for lang in [Lang::Ko, Lang::En] {
            let html = stories(&page(lang));
            for (name, _) in all() {
                assert!(html.contains(&format!(">{name}<")), "{name}");
            }
            let told = [
                // messages
                "is-pending",
                "is-failed",
                "is-gone",
                "is-going",
                "is-editing",
                "mention--me",
                "class=\"reactions\"",
                "class=\"reaction reaction--add\"",
                "class=\"code\"",
                "spoiler__cover",
                "class=\"replyto\"",
                "class=\"tombstone\" role=\"status\"",
                "class=\"msg__actions\"",
                "id=\"dlg-message\"",
                // the flow
                "class=\"day\"",
                "class=\"notice\"><details",
                "class=\"newline\"",
                "class=\"topjump\"",
                "class=\"newest\"",
                "class=\"timeline__older\"",
                "href=\"#composer\"",
                "#invite\"",
                "/-/rooms\"",
                "class=\"typing__in\"",
                "class=\"seen\"",
                // writing
                "class=\"composer__context\"",
                "class=\"composer__slow\"",
                // around it
                "class=\"space__dot\"",
                ">@2<",
                ">99+<",
                "room-link is-muted",
                "room-link__unsent",
                "presence--away",
                "class=\"profile__status\"",
                "<local-time data-zone=\"Asia/Seoul\"",
                "class=\"tag tag--keeper\"",
                "class=\"emoji__tabs\"",
                "role=\"gridcell\"",
                "class=\"toast\"",
                "id=\"dlg-delete\"",
                "id=\"dlg-keys\"",
                "why__item is-unread",
            ];
            for part in told {
                assert!(html.contains(part), "{part}");
            }
        }
    }
}
