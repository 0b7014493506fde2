//! Chat: the one handle that views hold, and the only file here that knows signals.

use super::{
    day::Zone,
    link::{Hands, Link},
    mind::Mind,
    rows::Row,
    seen::{Seen, Shows},
    timeline::PageId,
    wording::{self, Lang, Words},
};
use crate::protocol::{
    Failure, HereState, Lobby, Millis, Nonce, Pairs, RoomId, RoomPage, RoomState, Space, User,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The handle on everything a page knows and can do. Copy it freely.
#[derive(Clone, Copy)]
pub struct Chat {
    /// The language of every sentence.
    pub lang: RwSignal<Lang>,
    /// The reader's time zone: UTC until the page is awake, so that both sides render the same.
    pub zone: RwSignal<Zone>,
    /// The page is awake: WASM runs, the plain form is taken over.
    pub awake: RwSignal<bool>,
    /// The room on screen.
    pub current: RwSignal<Option<RoomId>>,
    /// Count the changes of what the mind shows: signals of one type, since each type costs the page dearly.
    lobby: RwSignal<u32>,
    here: RwSignal<u32>,
    pub(super) company: RwSignal<u32>,
    pub(super) roles: RwSignal<u32>,
    link: RwSignal<u32>,
    pub(super) sight: RwSignal<u32>,
    texts: RwSignal<u32>,
    shown: StoredValue<Pairs<RoomId, Shown>>,
    mind: StoredValue<Mind>,
    hands: StoredValue<Hands>,
}

/// What is watched of one room.
#[derive(Default)]
struct Shown {
    watched: Watched,
    revisions: Pairs<PageId, ArcRwSignal<u32>>,
}

#[derive(Clone, Default)]
struct Watched {
    pages: ArcRwSignal<Vec<PageId>>,
    has_older: ArcRwSignal<bool>,
    is_fetching: ArcRwSignal<bool>,
}

impl Chat {
    /// Made once, by whoever mounts or renders the app.
    pub fn new(lang: Lang) -> Self {
        Self {
            lang: RwSignal::new(lang),
            zone: RwSignal::new(Zone::UTC),
            awake: RwSignal::new(false),
            current: RwSignal::new(None),
            lobby: RwSignal::new(0),
            here: RwSignal::new(0),
            company: RwSignal::new(0),
            roles: RwSignal::new(0),
            link: RwSignal::new(0),
            sight: RwSignal::new(0),
            texts: RwSignal::new(0),
            shown: StoredValue::new(Pairs::default()),
            mind: StoredValue::new(Mind::default()),
            hands: StoredValue::new(Hands::default()),
        }
    }

    /// The handle that the root component provided.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Every sentence, in the reader's language; reads `lang`.
    pub fn words(self) -> &'static Words {
        wording::words(self.lang.get())
    }

    // --- what the server rendered, on both sides ---

    /// Takes who one is and the list of rooms. Newer state from the socket is never overwritten.
    pub fn seed_lobby(self, lobby: &Lobby) {
        let now = self.hands().waker.map(|_| self.now());
        self.change(&mut |mind| mind.seed_lobby(lobby, now));
        self.wake();
    }

    /// Takes a room's first page of history; what is held already stays, and is completed.
    pub fn seed_room(self, page: &RoomPage) {
        self.change(&mut |mind| mind.seed_room(page));
        self.wake();
    }

    // --- read, reactively ---

    /// Who one is.
    pub fn me(self) -> Option<User> {
        let mut me = None;
        self.look(self.lobby, &mut |seen| me = seen.me.clone());
        me
    }

    /// Where one is.
    pub fn space(self) -> Option<Space> {
        let mut space = None;
        self.look(self.lobby, &mut |seen| space = seen.space.clone());
        space
    }

    /// Every space one belongs to, by name.
    pub fn spaces(self) -> Vec<Space> {
        let mut spaces = Vec::new();
        self.look(self.lobby, &mut |seen| spaces = seen.spaces.clone());
        spaces
    }

    /// The rooms of the space one is in, by name.
    pub fn rooms(self) -> Vec<RoomState> {
        let mut rooms = Vec::new();
        self.look(self.lobby, &mut |seen| {
            let here = seen.space.as_ref().map(|space| space.id);
            rooms = seen.rooms.iter().filter(|room| Some(room.space) == here).cloned().collect();
        });
        rooms
    }

    /// One room.
    pub fn room(self, room: RoomId) -> Option<RoomState> {
        let mut found = None;
        self.look(self.lobby, &mut |seen| found = seen.rooms.iter().find(|held| held.id == room).cloned());
        found
    }

    /// Who is here, once the server said so.
    pub fn here(self, room: RoomId) -> Option<HereState> {
        let mut found = None;
        self.look(self.here, &mut |seen| found = seen.here.get(&room).cloned());
        found
    }

    /// The pages of a room's timeline, oldest first. Each keeps its id; older history is one page put before.
    pub fn pages(self, room: RoomId) -> Vec<PageId> {
        self.watch(room).pages.get()
    }

    /// The rows of one page. Runs again only when that page, or the zone, changed; cheap otherwise.
    pub fn rows(self, room: RoomId, page: PageId) -> Arc<Vec<Row>> {
        let revision = self.all_shown(|all| all.get(&room)?.revisions.get(&page).cloned());
        revision.flatten().unwrap_or_default().track();
        let (zone, mut rows) = (self.zone.get(), Arc::default());
        self.ask(&mut |mind| {
            if let Some(timeline) = mind.timeline(room) {
                rows = timeline.rows(page, zone);
            }
        });
        rows
    }

    /// Is there history above the first page? Reactive.
    pub fn has_older(self, room: RoomId) -> bool {
        self.watch(room).has_older.get()
    }

    /// Is it being brought? Reactive.
    pub fn is_fetching(self, room: RoomId) -> bool {
        self.watch(room).is_fetching.get()
    }

    /// How the page is connected.
    pub fn link(self) -> Link {
        let mut link = Link::Quiet;
        self.look(self.link, &mut |seen| link = seen.link);
        link
    }

    // --- act ---

    /// Puts a text on its way.
    ///
    /// # Errors
    /// A failure for a text that may not be said, or when too many wait already; nothing is lost otherwise.
    pub fn send(self, room: RoomId, text: &str) -> Result<(), Failure> {
        let (nonce, now) = (self.nonce(), self.now());
        let mut sent = Ok(());
        self.change(&mut |mind| sent = mind.send(room, text, nonce, now));
        if sent.is_ok() {
            self.keep_answer(room, None);
        }
        self.wake();
        sent
    }

    /// Sends a refused draft again, under the same nonce where that is allowed, else under a new one.
    pub fn retry(self, nonce: Nonce) {
        let fresh = self.nonce();
        self.change(&mut |mind| mind.retry(nonce, fresh));
        self.wake();
    }

    /// Drops a refused draft, and gives its text back.
    pub fn discard(self, nonce: Nonce) -> Option<String> {
        let mut text = None;
        self.change(&mut |mind| text = mind.discard(nonce));
        text
    }

    /// Asks for older history of a room.
    pub fn want_older(self, room: RoomId) {
        self.change(&mut |mind| mind.want_older(room));
        self.wake();
    }

    /// Try to connect now instead of waiting.
    pub fn reconnect_now(self) {
        let now = self.now();
        self.change(&mut |mind| mind.dialer.hurry(now));
        self.wake();
    }

    /// Is there older history that was not asked for yet? Not reactive.
    pub fn can_want_older(self, room: RoomId) -> bool {
        self.is(&|mind| mind.can_want_older(room))
    }

    /// Did the reader just say something in this room? True once for each time.
    pub fn take_spoke(self, room: RoomId) -> bool {
        self.is(&|mind| mind.take_spoke(room))
    }

    // --- inside ---

    pub(super) fn hands(self) -> Hands {
        self.hands.get_value()
    }

    pub(super) fn lend(self, hands: Hands) {
        self.hands.set_value(hands);
    }

    pub(super) fn now(self) -> Millis {
        (self.hands().now)()
    }

    pub(super) fn nonce(self) -> Nonce {
        let hands = self.hands();
        Nonce::new((hands.now)(), (hands.random)())
    }

    pub(super) fn chance(self) -> u32 {
        let [a, b, c, d, ..] = (self.hands().random)();
        u32::from_be_bytes([a, b, c, d])
    }

    /// One signal in the channel is enough: whoever is woken looks at everything.
    pub(super) fn wake(self) {
        self.hands.try_update_value(|hands| hands.waker.as_mut().map(|waker| waker.try_send(())));
    }

    /// Signals are cloned out first: whoever reads one may come back here at once.
    fn watch(self, room: RoomId) -> Watched {
        self.all_shown(|all| all.hold(room).watched.clone()).unwrap_or_default()
    }

    fn all_shown<T>(self, f: impl FnOnce(&mut Pairs<RoomId, Shown>) -> T) -> Option<T> {
        self.shown.try_update_value(f)
    }

    /// Looks into the mind. Not generic, like all that follows: the page carries every copy.
    pub(super) fn ask(self, f: &mut dyn FnMut(&mut Mind)) {
        self.mind.try_update_value(f);
    }

    pub(super) fn is(self, f: &dyn Fn(&mut Mind) -> bool) -> bool {
        let mut is = false;
        self.ask(&mut |mind| is = f(mind));
        is
    }

    /// Looks at who and where one is, and at all spaces and rooms.
    pub(super) fn look_around(self, f: &mut dyn FnMut(&Seen)) {
        self.look(self.lobby, f);
    }

    /// Looks again whenever something is being written in another room than before, or on another device.
    pub(super) fn watch_texts(self) {
        self.texts.track();
    }

    /// Looks at what the mind shows, and again whenever that changed.
    pub(super) fn look(self, changes: RwSignal<u32>, f: &mut dyn FnMut(&Seen)) {
        changes.track();
        self.ask(&mut |mind| f(&mind.seen));
    }

    /// Changes the mind, then every signal of what is another now.
    pub(super) fn change(self, f: &mut dyn FnMut(&mut Mind)) {
        let mut shown = None;
        self.ask(&mut |mind| {
            f(mind);
            shown = Some(mind.show());
        });
        let Some(Shows { lobby, here, company, roles, link, sight, texts, rooms }) = shown else {
            return;
        };
        let counts = [
            (self.link, link),
            (self.lobby, lobby),
            (self.here, here),
            (self.company, company),
            (self.roles, roles),
            (self.sight, sight),
            (self.texts, texts),
        ];
        for (signal, is_new) in counts {
            if is_new {
                signal.try_update(|count| *count = count.wrapping_add(1));
            }
        }
        rooms.into_iter().for_each(|room| self.show_room(room));
    }

    fn show_room(self, room: RoomId) {
        let (mut pages, mut has_older, mut is_fetching) = (Vec::new(), false, false);
        self.ask(&mut |mind| {
            (pages, has_older, is_fetching) =
                (mind.pages(room), mind.has_older(room), mind.is_fetching(room));
        });
        let mut moved = Vec::new();
        let watched = self.all_shown(|all| {
            let shown = all.hold(room);
            shown.revisions.retain(|held, _| pages.iter().any(|(page, _)| page == held));
            for (page, revision) in &pages {
                match shown.revisions.get(page) {
                    Some(signal) if signal.get_untracked() == *revision => {}
                    Some(signal) => moved.push((signal.clone(), *revision)),
                    None => shown.revisions.insert(*page, ArcRwSignal::new(*revision)),
                }
            }
            shown.watched.clone()
        });
        let Some(watched) = watched else { return };
        set_if_new(watched.pages, pages.into_iter().map(|(page, _)| page).collect());
        moved.into_iter().for_each(|(signal, revision)| signal.set(revision));
        set_if_new(watched.has_older, has_older);
        set_if_new(watched.is_fetching, is_fetching);
    }
}

/// Signals wake everybody who reads them, so they are only set to what they are not.
fn set_if_new<T, S>(signal: S, value: T)
where
    T: PartialEq + Clone + 'static,
    S: GetUntracked<Value = T> + Set<Value = T>,
{
    if signal.try_get_untracked().is_some_and(|held| held != value) {
        signal.try_set(value);
    }
}
