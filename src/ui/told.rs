//! What the server says of where the address leads: with the page, and again when it leads elsewhere.

use super::{
    each::{Key, each, effect},
    form::{Answer, Asker},
    node::Node,
};
use crate::{
    client::Chat,
    protocol::{Failure, Lobby, RoomPage, Seq, encode_segment, json::read},
};
use leptos::prelude::*;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the server says.
pub(super) enum Told {
    /// Who one is, where one is, and what rooms there are.
    Lobby(Box<Lobby>),
    /// What a room's page opens with.
    Room(Box<RoomPage>),
}

/// What is told, or why nothing is.
type Answered = Result<Told, Failure>;

/// What came with the page, and is not asked for again. Given to the root on both sides.
#[derive(Clone, Default)]
pub struct Prefetched(Arc<Mutex<[Option<Answered>; 2]>>);

impl Prefetched {
    /// What was told of the space, and of the room if one is open.
    pub(super) fn new(lobby: Option<Answered>, room: Option<Answered>) -> Self {
        Self(Arc::new(Mutex::new([lobby, room])))
    }

    /// The same from what stands in the page.
    pub fn read(lobby: Option<Answer>, room: Option<Answer>) -> Self {
        Self::new(lobby.map(LOBBY.take), room.map(ROOM.take))
    }

    fn pick(&self, kind: &Kind) -> Option<Answered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)[kind.place].take()
    }
}

/// Where the address leads: a space, a room of it, an event of that.
pub(super) type Asked = (String, String, Option<Seq>);

/// One of the two things that are told.
struct Kind {
    place: usize,
    path: fn(&Asked) -> String,
    take: fn(Answer) -> Answered,
}

static LOBBY: Kind = Kind {
    place: 0,
    path: |(space, ..)| format!("/api/lobby?space={}", encode_segment(space)),
    take: |answer| Ok(Told::Lobby(Box::new(read(&answer?).map_err(|_| Failure::Other)?))),
};

static ROOM: Kind = Kind {
    place: 1,
    path: |(space, room, at)| {
        let at = at.map(|at| format!("&at={at}")).unwrap_or_default();
        format!("/api/room_page?space={}&room={}{at}", encode_segment(space), encode_segment(room))
    },
    take: |answer| Ok(Told::Room(Box::new(read(&answer?).map_err(|_| Failure::Other)?))),
};

/// The newest answer, and the number of those that there were.
#[derive(Clone)]
pub(super) struct Telling {
    count: RwSignal<u32>,
    held: Arc<Mutex<Held>>,
}

struct Held {
    /// What was asked last.
    asked: Asked,
    /// The slug of the space that the answer is of.
    space: String,
    answer: Answered,
}

/// Asks for what is told of a space.
pub(super) fn told_lobby(asked: impl Fn() -> Asked + 'static) -> Telling {
    told(&LOBBY, Box::new(asked))
}

/// Asks for what is told of a room.
pub(super) fn told_room(asked: impl Fn() -> Asked + 'static) -> Telling {
    told(&ROOM, Box::new(asked))
}

fn told(kind: &'static Kind, asked: Box<dyn Fn() -> Asked>) -> Telling {
    let now = untrack(&asked);
    let first = use_context::<Prefetched>().and_then(|prefetched| prefetched.pick(kind));
    let mut last = first.is_some().then(|| now.clone());
    let held = Held { asked: now.clone(), space: String::new(), answer: Err(Failure::Unreachable) };
    let telling = Telling { count: RwSignal::new(0), held: Arc::new(Mutex::new(held)) };
    let chat = Chat::expect();
    if let Some(first) = first {
        telling.bring(chat, now, first);
    }
    let asker = use_context::<Asker>();
    let own = telling.clone();
    effect(move || {
        let now = asked();
        if last.as_ref() == Some(&now) {
            return;
        }
        last = Some(now.clone());
        own.held().asked = now.clone();
        if let Some(Asker(ask)) = asker {
            let own = own.clone();
            ask(&(kind.path)(&now), Box::new(move |answer| own.bring(chat, now, (kind.take)(answer))));
        }
    });
    telling
}

impl Telling {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who has asked for something else meanwhile waits for that.
    fn bring(&self, chat: Chat, of: Asked, answer: Answered) {
        {
            let mut held = self.held();
            if held.asked != of {
                return;
            }
            // All that is shown of the rooms is read from the chat.
            if let Ok(Told::Lobby(lobby)) = &answer {
                chat.seed_lobby(lobby);
            }
            (held.space, held.answer) = (of.0, answer);
        }
        self.count.try_update(|count| *count += 1);
    }

    /// How many answers there were. Reactive.
    pub(super) fn count(&self) -> u32 {
        self.count.get()
    }

    /// Are both answers of the same space?
    pub(super) fn is_of_space_of(&self, other: &Self) -> bool {
        self.held().space == other.held().space
    }

    /// Why there is nothing.
    pub(super) fn failure(&self) -> Option<Failure> {
        self.held().answer.as_ref().err().cloned()
    }

    /// Looks at what is told of a room.
    pub(super) fn room<T>(&self, look: impl FnOnce(&RoomPage) -> T) -> Result<T, Failure> {
        match &self.held().answer {
            Ok(Told::Room(page)) => Ok(look(page)),
            Ok(Told::Lobby(_)) => Err(Failure::Other),
            Err(failure) => Err(failure.clone()),
        }
    }

    /// Shows something for every answer; what was there stays until the next one.
    pub(super) fn show(self, view: impl Fn(Option<Failure>) -> Node + Send + Sync + 'static) -> Node {
        let own = self.clone();
        let keys = move || match self.count() {
            0 => Vec::new(),
            count => vec![Key::Run(count)],
        };
        each(keys, move |_| view(own.failure()))
    }
}
