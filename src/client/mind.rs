//! Mind: everything a page knows, and what follows from each frame. Plain state; Chat makes it reactive.

use super::{
    company::Company,
    dialer::Dialer,
    fetches::{Aim, Fetches},
    heed::Alarms,
    jumps::{Lately, Sight},
    keep::Change,
    link::{Sign, Step},
    outbox::Outbox,
    seen::Seen,
    texts::Text,
    timeline::{PageId, Timeline},
    unread::Tally,
};
use crate::protocol::{
    ClientFrame, ConnId, Cursor, Draft, Failure, Hello, HereState, Lobby, Millis, Nonce, Op, Pairs, RoomId,
    RoomPage, RoomState, Seq, Space, User, check_text, list_rev,
};
use std::cmp::Ordering;

/// What changed since it was last asked.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// Who one is, where one is, or the list of rooms.
    pub(super) lobby: bool,
    /// Who is here.
    pub(super) here: bool,
    /// Where something is being written, or was on another device.
    pub(super) texts: bool,
    /// How single people are.
    pub(super) company: bool,
    /// What people are in the room that is looked at.
    pub(super) roles: bool,
    /// Timelines, each once.
    pub(super) rooms: Vec<RoomId>,
}

impl Touched {
    /// Notes that a timeline changed.
    pub(super) fn touch(&mut self, room: RoomId) {
        if !self.rooms.contains(&room) {
            self.rooms.push(room);
        }
    }
}

/// Everything a page knows.
#[derive(Debug, Default)]
pub(super) struct Mind {
    pub(super) me: Option<User>,
    pub(super) space: Option<Space>,
    /// Every space one belongs to, by name.
    pub(super) spaces: Vec<Space>,
    /// One has an account; one runs the server.
    pub(super) powers: (bool, bool),
    pub(super) rooms: Pairs<RoomId, RoomState>,
    pub(super) here: Pairs<RoomId, HereState>,
    pub(super) company: Company,
    pub(super) dialer: Dialer,
    pub(super) touched: Touched,
    /// What was last shown.
    pub(super) seen: Seen,
    pub(super) outbox: Outbox,
    pub(super) timelines: Pairs<RoomId, Timeline>,
    pub(super) fetches: Fetches,
    /// What was said since the states of rooms were told, and how far the reader has read.
    pub(super) tallies: Pairs<RoomId, Tally>,
    /// What the reader is to be told of.
    pub(super) alarms: Alarms,
    /// The room of which the reader sees the end: what comes there is read as it comes.
    pub(super) attended: Option<RoomId>,
    /// No marker is told before this.
    pub(super) reads_at: Millis,
    /// What is being written in rooms.
    pub(super) texts: Pairs<RoomId, Text>,
    /// How far the server's clock is ahead of the page's.
    pub(super) ahead: i64,
    /// What is to be written down of drafts whose author has left this page.
    pub(super) changes: Vec<Change>,
    /// The newest seq that the server spoke of, for each room.
    pub(super) heads: Pairs<RoomId, Seq>,
    /// Heads that were not reached at the last pong.
    pub(super) behind: Pairs<RoomId, Seq>,
    /// The newest event that came of rooms of which nothing is held; polls go on from there.
    pub(super) passed: Pairs<RoomId, Cursor>,
    /// Rooms that were open when they went out of reach: what is said in them is wanted again if they return.
    pub(super) shut: Vec<RoomId>,
    /// Rooms that the last hello named.
    pub(super) greeted: Vec<RoomId>,
    /// What the last hello called the list of rooms.
    pub(super) said_rev: Option<u64>,
    /// What the last welcome called the connection.
    pub(super) conn: Option<ConnId>,
    /// Was there ever a welcome? From then on the socket knows better than a page that was rendered.
    pub(super) is_synced: bool,
    /// The server's clock at the last welcome.
    pub(super) welcomed_at: Millis,
    /// Messages of others that were brought since, and are older than it.
    pub(super) missed: usize,
    /// What the next message of each room answers.
    pub(super) answering: Pairs<RoomId, Seq>,
    /// How many quoted messages were asked for.
    pub(super) quotes_asked: u32,
    /// Frames other than fetches and drafts.
    pub(super) frames: Vec<ClientFrame>,
    pub(super) must_redial: bool,
    /// The reader said something there since the view last asked.
    pub(super) spoke: Option<RoomId>,
    /// Where the reader is in the room on screen, and wants to be.
    pub(super) sight: Sight,
    /// What came of late there.
    pub(super) lately: Lately,
}

impl Mind {
    // --- what the server rendered ---

    /// Takes who one is and the rooms. With a clock to go by, connecting starts.
    pub(super) fn seed_lobby(&mut self, lobby: &Lobby, now: Option<Millis>) {
        if self.me.as_ref().is_some_and(|me| me.id != lobby.me.id) {
            *self = Self { changes: self.take_changes(), ..Self::default() };
        }
        now.into_iter().for_each(|now| self.dialer.start(now));
        self.touched.lobby = true;
        self.space = Some(lobby.space.clone());
        self.spaces.clone_from(&lobby.spaces);
        self.powers = (lobby.has_account, lobby.is_admin);
        self.me = Some(lobby.me.clone());
        for timeline in self.timelines.values_mut() {
            timeline.set_me(self.me.as_ref());
        }
        for room in self.timelines.keys() {
            self.touched.touch(room);
        }
        if !self.is_synced {
            self.rooms.clear();
        }
        for room in &lobby.rooms {
            self.seed_state(room);
        }
    }

    /// Takes a room's first page of history. A state that is held stays: the list and the page were asked for
    /// one after the other, and whichever the server rendered first, the page must find what stands there.
    pub(super) fn seed_room(&mut self, page: &RoomPage) {
        let room = page.room.id;
        if !self.rooms.contains_key(&room) {
            self.take_state(page.room.clone());
        }
        self.raise_head(room, page.room.head);
        self.hold(room);
        self.open(page);
        self.touched.touch(room);
        if self.dialer.is_live() {
            self.fetch_if_behind(room);
        }
    }

    fn seed_state(&mut self, room: &RoomState) {
        self.raise_head(room.id, room.head);
        if !self.is_synced || !self.rooms.contains_key(&room.id) {
            self.take_state(room.clone());
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
        let reply_to = self.answering.get(&room).copied();
        let op = Op::Message { text: check_text(text)?, reply_to };
        self.outbox.push(Draft { nonce, room, op }, now)?;
        self.answer(room, None);
        self.spoke = Some(room);
        self.end_holds(None);
        self.show_drafts(room);
        // One's own words stand at the end: there one goes.
        if self.has_newer(room) {
            self.go(room, Seq::MAX, false);
        }
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
            self.touched.touch(room);
        }
    }

    /// Did the reader just say something in this room? Asked once, answered once.
    pub(super) fn take_spoke(&mut self, room: RoomId) -> bool {
        self.spoke.take_if(|spoke| *spoke == room).is_some()
    }

    pub(super) fn hold(&mut self, room: RoomId) -> &mut Timeline {
        let timeline = self.timelines.hold(room);
        timeline.set_me(self.me.as_ref());
        timeline
    }

    pub(super) fn show_drafts(&mut self, room: RoomId) {
        let drafts = self.outbox.of_room(room).cloned().collect();
        self.hold(room).set_drafts(drafts);
        self.touched.touch(room);
    }

    // --- read ---

    pub(super) fn timeline(&mut self, room: RoomId) -> Option<&mut Timeline> {
        self.timelines.get_mut(&room)
    }

    /// The rooms by name, or by who is in them, whatever the case of its ASCII letters. Put in one after the other: a general
    /// sort and the case of all of Unicode are far more code than a list of rooms is worth.
    pub(super) fn rooms_by_name(&self) -> Vec<RoomState> {
        let mut sorted: Vec<&RoomState> = Vec::with_capacity(self.rooms.len());
        for room in self.rooms.values() {
            let place = sorted.partition_point(|held| in_order(name(held), name(room)) != Ordering::Greater);
            sorted.insert(place, room);
        }
        sorted.into_iter().cloned().collect()
    }

    pub(super) fn pages(&self, room: RoomId) -> Vec<(PageId, u32)> {
        self.timelines.get(&room).map(|timeline| timeline.pages().collect()).unwrap_or_default()
    }

    pub(super) fn has_older(&self, room: RoomId) -> bool {
        let min = self.rooms.get(&room).map_or(0, |state| state.min);
        self.timelines.get(&room).is_some_and(|timeline| timeline.has_older(min))
    }

    pub(super) fn is_fetching(&self, room: RoomId) -> bool {
        [Aim::Older, Aim::Newer, Aim::Way].iter().any(|aim| self.fetches.is_wanted(room, *aim))
    }

    /// Is there older history that was neither asked for nor refused?
    pub(super) fn can_want_older(&self, room: RoomId) -> bool {
        self.has_older(room)
            && !self.fetches.is_wanted(room, Aim::Older)
            && !self.fetches.is_refused(room, Aim::Older)
    }

    // --- the socket ---

    pub(super) fn step(&mut self, now: Millis, chance: u32) -> Step {
        self.release(now);
        if std::mem::take(&mut self.must_redial) && self.dialer.is_live() {
            return Step::Abandon;
        }
        self.company_forgets(now);
        match self.dialer.step(now, chance) {
            Step::Ping { n, away } => {
                self.frames.push(ClientFrame::Ping { n, away });
                Step::Wait
            }
            step => step,
        }
    }

    pub(super) fn deadline(&self) -> Option<Millis> {
        let due =
            [self.outbox.deadline(), self.read_deadline(), self.text_deadline(), self.company.deadline()];
        let due = due.into_iter().flatten().filter(|_| self.dialer.is_live());
        due.chain(self.dialer.deadline()).chain(self.outbox.held_deadline()).min()
    }

    /// The first frame of a connection, and the body of every poll.
    pub(super) fn hello(&mut self) -> ClientFrame {
        let mut rooms = Pairs::default();
        if self.dialer.is_polling() {
            // Whatever a poll does not name, its answer begins with again.
            rooms = self.passed.clone();
        }
        for (room, held) in self.timelines.iter() {
            held.cursor().into_iter().for_each(|cursor| rooms.insert(*room, cursor));
        }
        self.said_rev = self.is_synced.then(|| {
            let told = |room: &RoomState| RoomState { read: self.told_read(room), ..room.clone() };
            let list: Vec<RoomState> = self.rooms.values().map(told).collect();
            list_rev(&list)
        });
        self.greeted = rooms.keys().collect();
        let client = concat!("web/", env!("CARGO_PKG_VERSION")).to_owned();
        ClientFrame::Hello(Hello { client, rooms, rev: self.said_rev })
    }

    pub(super) fn closed(&mut self, now: Millis, code: Option<u16>, chance: u32) {
        self.dialer.on_closed(now, code, chance);
        self.outbox.recall();
        self.fetches.recall();
        self.recall_reads();
        self.recall_texts();
        self.recall_quotes();
        self.company_ends();
        self.frames.clear();
        self.behind.clear();
        self.must_redial = false;
    }

    pub(super) fn sign(&mut self, now: Millis, sign: Sign) {
        if sign == Sign::Hidden {
            self.release(Millis::MAX);
        }
        self.dialer.on_sign(now, sign);
    }

    pub(super) fn take_outgoing(&mut self, now: Millis) -> Vec<ClientFrame> {
        let mut frames = Vec::new();
        if self.dialer.is_live() {
            frames.append(&mut self.frames);
            let head = |room: RoomId| self.heads.get(&room).copied().unwrap_or_default();
            for (room, timeline) in self.timelines.iter() {
                frames.extend(
                    self.fetches.take_due(*room, timeline, head(*room)).into_iter().map(ClientFrame::Fetch),
                );
            }
            frames.extend(self.take_quotes());
            frames.extend(self.outbox.take_due(now).into_iter().map(ClientFrame::Send));
            frames.extend(self.take_reads(now));
            frames.extend(self.take_texts(now));
            frames.extend(self.company.take_ask(now).map(ClientFrame::People));
        }
        frames
    }

    pub(super) fn raise_head(&mut self, room: RoomId, head: Seq) {
        let held = self.heads.hold(room);
        *held = head.max(*held);
    }

    pub(super) fn is_behind(&self, room: RoomId) -> bool {
        let head = self.heads.get(&room).copied().unwrap_or_default();
        self.timelines.get(&room).is_some_and(|timeline| upto(timeline) < head)
    }

    /// What was published between a page's rendering and its greeting comes by no other way.
    pub(super) fn fetch_if_behind(&mut self, room: RoomId) {
        if self.is_behind(room) {
            self.fetches.want(room, Aim::Newest);
        }
    }
}

fn name(room: &RoomState) -> &str {
    room.people.first().map_or(&room.name, User::shown)
}

fn in_order(a: &str, b: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    a.bytes().map(lower).cmp(b.bytes().map(lower))
}

/// How far a timeline is held.
pub(super) fn upto(timeline: &Timeline) -> Seq {
    timeline.cursor().map_or(0, |cursor| cursor.seq)
}
