//! Mind: everything a page knows, and what follows from each frame. Plain state; Chat makes it reactive.

use super::{
    fetches::{Aim, Fetches},
    link::{Dialer, Sign, Step},
    outbox::Outbox,
    timeline::{PageId, Timeline},
};
use crate::protocol::{
    Ack, Batch, ClientFrame, Draft, Event, Failure, Hello, HereState, Lobby, Millis, Nonce, Op, Refused,
    RoomId, RoomPage, RoomState, Seq, ServerFrame, Space, User, Welcome, check_text,
};
use std::collections::{BTreeMap, BTreeSet};

/// What changed since it was last asked.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// Who one is, where one is, or the list of rooms.
    pub(super) lobby: bool,
    /// Who is here.
    pub(super) here: bool,
    /// Timelines.
    pub(super) rooms: BTreeSet<RoomId>,
}

/// Everything a page knows.
#[derive(Debug, Default)]
pub(super) struct Mind {
    pub(super) me: Option<User>,
    pub(super) space: Option<Space>,
    pub(super) rooms: BTreeMap<RoomId, RoomState>,
    pub(super) here: BTreeMap<RoomId, HereState>,
    pub(super) dialer: Dialer,
    pub(super) touched: Touched,
    pub(super) outbox: Outbox,
    timelines: BTreeMap<RoomId, Timeline>,
    fetches: Fetches,
    /// The newest seq that the server spoke of, for each room.
    heads: BTreeMap<RoomId, Seq>,
    /// Rooms whose events were behind their heads at the last pong.
    behind: BTreeSet<RoomId>,
    /// Rooms that the last hello named.
    greeted: BTreeSet<RoomId>,
    /// Was there ever a welcome? From then on the socket knows better than a page that was rendered.
    is_synced: bool,
    /// The server's clock at the last welcome.
    welcomed_at: Millis,
    /// Messages of others that were brought since, and are older than it.
    pub(super) missed: usize,
    /// Frames other than fetches and drafts.
    frames: Vec<ClientFrame>,
    must_redial: bool,
    /// The reader said something there since the view last asked.
    spoke: Option<RoomId>,
}

impl Mind {
    // --- what the server rendered ---

    pub(super) fn seed_lobby(&mut self, lobby: &Lobby, now: Millis) {
        if self.me.as_ref().is_some_and(|me| me.id != lobby.me.id) {
            *self = Self { is_synced: false, ..Self::default() };
        }
        self.dialer.start(now);
        self.touched.lobby = true;
        self.space = Some(lobby.space.clone());
        self.me = Some(lobby.me.clone());
        for (room, timeline) in &mut self.timelines {
            timeline.set_me(self.me.as_ref());
            self.touched.rooms.insert(*room);
        }
        if !self.is_synced {
            self.rooms.clear();
        }
        for room in &lobby.rooms {
            self.seed_state(room);
        }
    }

    pub(super) fn seed_room(&mut self, page: &RoomPage) {
        let room = page.room.id;
        self.seed_state(&page.room);
        self.raise_head(room, page.room.head);
        self.hold(room);
        let seed = Batch { fetch: None, ..page.history.clone() };
        self.apply(&seed);
        self.touched.rooms.insert(room);
        if self.dialer.is_live() {
            self.fetch_if_behind(room);
        }
    }

    fn seed_state(&mut self, room: &RoomState) {
        self.raise_head(room.id, room.head);
        if !self.is_synced || !self.rooms.contains_key(&room.id) {
            self.touched.lobby = true;
            self.rooms.insert(room.id, room.clone());
        }
    }

    // --- act ---

    pub(super) fn send(
        &mut self,
        room: RoomId,
        text: &str,
        nonce: Nonce,
        now: Millis,
    ) -> Result<(), Failure> {
        let op = Op::Message { text: check_text(text)? };
        self.outbox.push(Draft { nonce, room, op }, now)?;
        self.spoke = Some(room);
        self.show_drafts(room);
        Ok(())
    }

    pub(super) fn retry(&mut self, nonce: Nonce, fresh: Nonce) {
        if let Some(room) = self.outbox.retry(nonce, fresh) {
            self.show_drafts(room);
        }
    }

    pub(super) fn discard(&mut self, nonce: Nonce) -> Option<String> {
        let entry = self.outbox.discard(nonce)?;
        self.show_drafts(entry.draft.room);
        Some(entry.text().to_owned())
    }

    pub(super) fn want_older(&mut self, room: RoomId) {
        if self.has_older(room) {
            self.fetches.want(room, Aim::Older);
            self.touched.rooms.insert(room);
        }
    }

    /// Did the reader just say something in this room? Asked once, answered once.
    pub(super) fn take_spoke(&mut self, room: RoomId) -> bool {
        self.spoke.take_if(|spoke| *spoke == room).is_some()
    }

    fn hold(&mut self, room: RoomId) -> &mut Timeline {
        let timeline = self.timelines.entry(room).or_default();
        timeline.set_me(self.me.as_ref());
        timeline
    }

    fn show_drafts(&mut self, room: RoomId) {
        let drafts = self.outbox.of_room(room).cloned().collect();
        self.hold(room).set_drafts(drafts);
        self.touched.rooms.insert(room);
    }

    // --- read ---

    pub(super) fn timeline(&mut self, room: RoomId) -> Option<&mut Timeline> {
        self.timelines.get_mut(&room)
    }

    pub(super) fn pages(&self, room: RoomId) -> Vec<(PageId, u32)> {
        self.timelines.get(&room).map(|timeline| timeline.pages().collect()).unwrap_or_default()
    }

    pub(super) fn has_older(&self, room: RoomId) -> bool {
        let min = self.rooms.get(&room).map_or(0, |state| state.min);
        self.timelines.get(&room).is_some_and(|timeline| timeline.has_older(min))
    }

    pub(super) fn is_fetching(&self, room: RoomId) -> bool {
        self.fetches.is_wanted(room, Aim::Older)
    }

    /// Is there older history that was neither asked for nor refused?
    pub(super) fn can_want_older(&self, room: RoomId) -> bool {
        self.has_older(room) && !self.is_fetching(room) && !self.fetches.is_refused(room, Aim::Older)
    }

    // --- the socket ---

    pub(super) fn step(&mut self, now: Millis, chance: u32) -> Step {
        if std::mem::take(&mut self.must_redial) && self.dialer.is_live() {
            return Step::Abandon;
        }
        match self.dialer.step(now, chance) {
            Step::Ping { n, away } => {
                self.frames.push(ClientFrame::Ping { n, away });
                Step::Wait
            }
            step => step,
        }
    }

    pub(super) fn deadline(&self) -> Option<Millis> {
        let draft = self.outbox.deadline().filter(|_| self.dialer.is_live());
        [self.dialer.deadline(), draft].into_iter().flatten().min()
    }

    pub(super) fn hello(&mut self) {
        let cursor = |(room, held): (&RoomId, &Timeline)| Some((*room, held.cursor()?));
        let rooms: BTreeMap<_, _> = self.timelines.iter().filter_map(cursor).collect();
        self.greeted = rooms.keys().copied().collect();
        let client = concat!("web/", env!("CARGO_PKG_VERSION")).to_owned();
        self.frames = vec![ClientFrame::Hello(Hello { client, rooms })];
    }

    pub(super) fn closed(&mut self, now: Millis, code: Option<u16>, chance: u32) {
        self.dialer.on_closed(now, code, chance);
        self.outbox.recall();
        self.fetches.recall();
        self.frames.clear();
        self.behind.clear();
        self.must_redial = false;
    }

    pub(super) fn sign(&mut self, now: Millis, sign: Sign) {
        self.dialer.on_sign(now, sign);
    }

    pub(super) fn take_outgoing(&mut self, now: Millis) -> Vec<ClientFrame> {
        let mut frames = std::mem::take(&mut self.frames);
        if self.dialer.is_live() {
            let head = |room: RoomId| self.heads.get(&room).copied().unwrap_or_default();
            for (room, timeline) in &self.timelines {
                frames.extend(self.fetches.take_due(*room, timeline, head(*room)).map(ClientFrame::Fetch));
            }
            frames.extend(self.outbox.take_due(now).into_iter().map(ClientFrame::Send));
        }
        frames
    }

    pub(super) fn receive(&mut self, frame: ServerFrame, now: Millis, chance: u32) {
        self.dialer.on_inbound();
        match frame {
            ServerFrame::Welcome(welcome) => self.on_welcome(*welcome, now, chance),
            ServerFrame::Events(batch) => self.on_events(batch),
            ServerFrame::Ack(ack) => self.on_ack(&ack),
            ServerFrame::Refused(refused) => self.on_refused(refused, now),
            ServerFrame::Room { room } => self.on_room(room),
            ServerFrame::Gone { room } => self.on_gone(room),
            ServerFrame::Here(here) => {
                self.touched.here = true;
                self.here.insert(here.room, here);
            }
            ServerFrame::Pong { heads, .. } => self.on_pong(heads),
            ServerFrame::Bye { retry_ms, .. } => self.dialer.on_bye(retry_ms),
            ServerFrame::Unknown => {}
        }
    }

    fn on_welcome(&mut self, welcome: Welcome, now: Millis, chance: u32) {
        if self.me.as_ref().is_some_and(|me| me.id != welcome.user) {
            // Somebody else signed in from another tab: what is on this page is not theirs to see.
            self.dialer.on_signed_out();
            return;
        }
        self.dialer.on_welcome(now, welcome.heartbeat_s, chance);
        self.is_synced = true;
        self.welcomed_at = welcome.now;
        self.missed = 0;
        self.heads.clear();
        let known: BTreeSet<RoomId> = welcome.rooms.iter().map(|room| room.id).collect();
        let held: Vec<RoomId> = self.timelines.keys().chain(self.rooms.keys()).copied().collect();
        held.into_iter().filter(|room| !known.contains(room)).for_each(|room| self.on_gone(room));
        for room in welcome.rooms {
            self.on_room(room);
        }
        self.touched.lobby = true;
    }

    fn on_room(&mut self, room: RoomState) {
        let id = room.id;
        self.raise_head(id, room.head);
        let was_member = self.rooms.get(&id).is_some_and(|held| held.role.is_some());
        let is_streamed = was_member && room.role.is_some() && self.greeted.contains(&id);
        if room.reset {
            self.reset(id);
        } else if !is_streamed {
            self.fetch_if_behind(id);
        }
        self.rooms.insert(id, RoomState { reset: false, ..room });
        self.touched.lobby = true;
        self.touched.rooms.insert(id);
    }

    /// The log is another one than what is held came from.
    fn reset(&mut self, room: RoomId) {
        self.outbox.settle_through(room, Seq::MAX);
        self.fetches.forget(room);
        if let Some(timeline) = self.timelines.get_mut(&room) {
            timeline.clear();
            self.fetch_if_behind(room);
            self.show_drafts(room);
        }
    }

    fn on_gone(&mut self, room: RoomId) {
        self.rooms.remove(&room);
        self.here.remove(&room);
        self.heads.remove(&room);
        self.timelines.remove(&room);
        self.fetches.forget(room);
        self.touched.lobby = true;
        self.touched.here = true;
        self.touched.rooms.insert(room);
    }

    fn on_events(&mut self, mut batch: Batch) {
        let newest = batch.events.last().map_or(0, |event| event.seq);
        self.raise_head(batch.room, newest);
        let is_live = batch.fetch.is_none();
        let mut sought = None;
        if let Some(id) = batch.fetch {
            match self.fetches.settle(id) {
                Some((room, _)) if room != batch.room => return,
                // Asked for what is newest: it continues what is held, so it counts as live.
                Some((_, Aim::Newest)) => batch.fetch = None,
                Some((_, Aim::Older)) => sought = self.timelines.get(&batch.room).map(Timeline::from),
                Some(_) => {}
                None => return,
            }
            self.touched.rooms.insert(batch.room);
        }
        let fresh = self.apply(&batch);
        if let Some(from) = sought {
            self.exhaust_if_bare(&batch, from);
        }
        if is_live {
            let is_fresh = |event: &&Event| fresh.binary_search(&event.seq).is_ok();
            let missed = batch.events.iter().filter(is_fresh).filter(|event| self.is_missed(event));
            self.missed += missed.count();
        }
    }

    /// Said by somebody else before we were back.
    fn is_missed(&self, event: &Event) -> bool {
        let is_other = self.me.as_ref().is_some_and(|me| me.id != event.by);
        is_other && event.at <= self.welcomed_at && matches!(event.op, Op::Message { .. })
    }

    /// An answer that begins where history began already means that there is no more: it is not asked for again.
    fn exhaust_if_bare(&mut self, batch: &Batch, from: Seq) {
        let is_about_it = batch.events.last().is_none_or(|event| event.seq >= from);
        if let Some(timeline) = self.timelines.get_mut(&batch.room)
            && is_about_it
            && timeline.from() == from
        {
            timeline.exhaust();
        }
    }

    /// Puts a batch into the timeline of its room, if that is held, and settles what came home with it.
    /// Gives the seqs that are new.
    fn apply(&mut self, batch: &Batch) -> Vec<Seq> {
        let Some(timeline) = self.timelines.get_mut(&batch.room) else {
            return Vec::new();
        };
        let brought = timeline.apply(batch);
        let upto = timeline.cursor().map_or(0, |cursor| cursor.seq);
        if !brought.fresh.is_empty() {
            brought.nonces.into_iter().for_each(|nonce| drop(self.outbox.settle(nonce)));
            self.outbox.settle_through(batch.room, upto);
            self.show_drafts(batch.room);
        }
        brought.fresh
    }

    fn on_ack(&mut self, ack: &Ack) {
        let Some(room) = self.outbox.take(ack.nonce, ack.seq) else {
            return;
        };
        let upto = self.timelines.get(&room).and_then(Timeline::cursor).map_or(0, |cursor| cursor.seq);
        self.outbox.settle_through(room, upto);
        self.show_drafts(room);
    }

    fn on_refused(&mut self, refused: Refused, now: Millis) {
        if refused.failure == Failure::SignedOut {
            self.dialer.on_signed_out();
            return;
        }
        if let Some(room) = refused.nonce.and_then(|nonce| self.outbox.refuse(nonce, refused.failure, now)) {
            self.show_drafts(room);
        }
        if let Some(room) = refused.fetch.and_then(|id| self.fetches.refuse(id)) {
            self.touched.rooms.insert(room);
        }
    }

    /// Heads that stay above what is held for two pongs mean that something was lost on the way: greet anew.
    fn on_pong(&mut self, heads: BTreeMap<RoomId, Seq>) {
        for (room, head) in heads {
            self.raise_head(room, head);
        }
        let is_member = |room: &RoomId| self.rooms.get(room).is_some_and(|state| state.role.is_some());
        let behind: BTreeSet<RoomId> =
            self.timelines.keys().copied().filter(|room| is_member(room) && self.is_behind(*room)).collect();
        self.must_redial = self.behind.intersection(&behind).next().is_some();
        self.behind = behind;
    }

    fn raise_head(&mut self, room: RoomId, head: Seq) {
        let held = self.heads.entry(room).or_default();
        *held = head.max(*held);
    }

    fn is_behind(&self, room: RoomId) -> bool {
        let head = self.heads.get(&room).copied().unwrap_or_default();
        let held = self.timelines.get(&room);
        held.is_some_and(|timeline| timeline.cursor().map_or(0, |cursor| cursor.seq) < head)
    }

    /// What was published between a page's rendering and its greeting comes by no other way.
    fn fetch_if_behind(&mut self, room: RoomId) {
        if self.is_behind(room) {
            self.fetches.want(room, Aim::Newest);
        }
    }
}
