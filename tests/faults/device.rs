//! A headless device of somebody: an outbox that outlives its tab, a view of each room, one connection.

use crate::{
    chance::Chance,
    history::{Clue, History, Violation, What},
    network::Line,
    wire::{Heard, Key, Link, Transport},
};
use maru::protocol::{
    Ack, Batch, ClientFrame, Cursor, Draft, Event, Failure, Fetch, Hello, Log, Nonce, Op, ReadState, Refused,
    RoomId, RoomState, Seq, ServerFrame, Welcome, list_rev,
};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// How often it asks whether the server is there, and how long it then waits.
const HEARTBEAT: Duration = Duration::from_secs(2);
const SILENCE: Duration = Duration::from_secs(7);
/// The most that it waits between two attempts to connect.
const BACKOFF_MS: u64 = 1500;
/// How many drafts it writes ahead.
const AHEAD: usize = 100;
/// Pings from here on are fences.
const FENCES: u32 = 1 << 30;
/// How long a POST may leave a draft without an answer.
const ANSWER: Duration = Duration::from_secs(12);

/// What a device is told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Orders {
    /// By which way to connect.
    pub transport: Transport,
    /// Whether to say anything, and how many milliseconds apart, about.
    pub pace_ms: Option<u64>,
    /// A number that it is to ask the server about, so that all that was said before is heard.
    pub fence: u32,
}

/// A draft on its way.
#[derive(Debug, Clone)]
struct Entry {
    draft: Draft,
    sent_at: Option<Instant>,
    not_before: Instant,
}

/// What a tab shows of one room.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// How far it is known.
    pub log: Log,
    /// What is known, as it came.
    pub events: BTreeMap<Seq, Event>,
}

/// What a device holds.
#[derive(Debug, Default)]
pub struct Held {
    outbox: BTreeMap<RoomId, VecDeque<Entry>>,
    /// What it shows.
    pub views: BTreeMap<RoomId, View>,
    /// The list of rooms.
    pub list: BTreeMap<RoomId, RoomState>,
    /// The furthest that it has marked as read.
    pub marked: BTreeMap<RoomId, Seq>,
    /// The furthest that the server has told it to be read, and what it told with it.
    pub read: BTreeMap<RoomId, ReadState>,
    /// Its own messages that may still be changed.
    mine: Vec<(RoomId, Seq)>,
    /// Is it connected and greeted?
    pub is_live: bool,
    /// The newest [`Orders::fence`] that was answered.
    pub fence: u32,
    /// How often a head in a pong was ahead of what it held, twice in a row.
    pub resyncs: u32,
}

impl Held {
    /// How many drafts wait.
    pub fn waiting(&self) -> usize {
        self.outbox.values().map(VecDeque::len).sum()
    }

    /// The rooms that it is in.
    pub fn rooms(&self) -> impl Iterator<Item = RoomId> + '_ {
        self.list.values().filter(|room| room.role.is_some()).map(|room| room.id)
    }

    /// Are all markers told to be as far as they were set?
    pub fn is_read(&self) -> bool {
        self.marked.iter().all(|(room, seq)| {
            !self.list.get(room).is_some_and(|room| room.role.is_some())
                || self.read.get(room).is_some_and(|read| read.seq >= *seq)
        })
    }
}

/// A device.
pub struct Device {
    /// Its number among all.
    pub id: usize,
    /// Its person's number.
    pub user: usize,
    /// Its network.
    pub line: Line,
    key: Key,
    seed: u64,
    history: Arc<History>,
    held: Mutex<Held>,
    orders: watch::Sender<Orders>,
    /// The mutation of the checker's own: the cursor is moved by the ack.
    is_hasty: bool,
}

impl Device {
    /// One that holds nothing yet.
    pub fn new(
        (id, user): (usize, usize),
        key: Key,
        line: Line,
        orders: Orders,
        history: Arc<History>,
        (seed, is_hasty): (u64, bool),
    ) -> Self {
        let (held, orders) = (Mutex::default(), watch::Sender::new(orders));
        Self { id, user, line, key, seed, history, held, orders, is_hasty }
    }

    /// What it holds.
    pub fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().expect("nobody panics with it")
    }

    /// Changes what it is told to do.
    pub fn order(&self, change: impl FnOnce(&mut Orders)) {
        self.orders.send_modify(change);
    }

    /// Forgets what a closed tab forgets. Its task must have ended.
    pub fn reopen(&self) {
        self.note(What::Reopened);
        let mut held = self.held();
        let Held { outbox, marked, mine, read, .. } = std::mem::take(&mut *held);
        *held = Held { outbox, marked, mine, read, ..Held::default() };
        drop(held);
        self.recall();
    }

    fn note(&self, what: What) {
        self.history.note(self.id, self.user, what);
    }

    fn violate(&self, rule: &'static str, text: String, clue: Clue) {
        self.history.violate(Violation { rule, text: format!("device {}: {text}", self.id), clue });
    }

    /// The connection is gone, and with it every answer.
    fn recall(&self) {
        let mut held = self.held();
        held.is_live = false;
        for entry in held.outbox.values_mut().flatten() {
            entry.sent_at = None;
        }
    }

    /// Lives until its tab is killed.
    pub async fn run(self: Arc<Self>, life: u64) {
        let mut mind = Mind::new(Chance::of(self.seed, (self.id as u64) << 16 | life));
        let mut failures = 0u32;
        loop {
            let orders = *self.orders.borrow();
            let link = Link::open(orders.transport, self.line.address, &self.key, self.hello(&mut mind));
            let opened = tokio::select! {
                link = link => link,
                () = self.write(&mut mind) => None,
            };
            if let Some(link) = opened {
                let was_greeted = Conversation::new(&self, link, orders.transport, &mut mind).run().await;
                self.recall();
                self.note(What::Linked(false));
                failures = if was_greeted { 0 } else { failures + 1 };
            } else {
                failures += 1;
            }
            let most = (100 << failures.min(4)).min(BACKOFF_MS);
            let back_at = Instant::now() + Duration::from_millis(mind.chance.below(most));
            tokio::select! {
                () = sleep_until(back_at) => {}
                () = self.write(&mut mind) => {}
            }
        }
    }

    /// Writes at its pace, for ever.
    async fn write(&self, mind: &mut Mind) {
        loop {
            match self.next_thought(mind) {
                Some(at) => sleep_until(at).await,
                None => {
                    let mut orders = self.orders.subscribe();
                    let is_told = orders.wait_for(|orders| orders.pace_ms.is_some()).await.is_ok();
                    assert!(is_told, "it holds the sender itself");
                    continue;
                }
            }
            self.think(mind);
        }
    }

    fn next_thought(&self, mind: &Mind) -> Option<Instant> {
        self.orders.borrow().pace_ms.map(|_| mind.think_at)
    }

    /// Thinks of something to do, if it is time to.
    fn think(&self, mind: &mut Mind) {
        let Some(pace) = self.orders.borrow().pace_ms else { return };
        if Instant::now() < mind.think_at {
            return;
        }
        mind.think_at = Instant::now() + Duration::from_millis(pace / 2 + mind.chance.below(pace + 1));
        let mut held = self.held();
        let rooms: Vec<RoomId> = held.rooms().collect();
        if rooms.is_empty() || held.waiting() >= AHEAD {
            return;
        }
        let room = *mind.chance.pick(&rooms);
        let nonce = Nonce::new(1, {
            let mut random = [0; 10];
            random[2..].copy_from_slice(&mind.chance.next().to_be_bytes());
            random
        });
        let (room, op) = match mind.chance.below(100) {
            0..12 if !held.mine.is_empty() => {
                let (room, of) = *mind.chance.pick(&held.mine);
                (room, Op::Edit { of, text: format!("edited {nonce}") })
            }
            12..17 if !held.mine.is_empty() => {
                let which = mind.chance.below(held.mine.len() as u64) as usize;
                let (room, of) = held.mine.swap_remove(which);
                (room, Op::Delete { of })
            }
            17..27 => match held.a_message(room, &mut mind.chance) {
                Some(of) => {
                    let emoji = (*mind.chance.pick(&["👍", "🎉", "🌊"])).to_owned();
                    (room, Op::React { of, emoji, on: mind.chance.below(3) > 0 })
                }
                None => return,
            },
            27..40 => {
                if let Some(cursor) = held.views.get(&room).and_then(|view| view.log.cursor) {
                    let marked = held.marked.entry(room).or_default();
                    *marked = cursor.seq.max(*marked);
                }
                return;
            }
            _ => {
                let most = if mind.chance.below(20) == 0 { 900 } else { 40 };
                let filler = "물결".repeat(mind.chance.below(most) as usize);
                (room, Op::Message { text: format!("{nonce} {filler}.") })
            }
        };
        let draft = Draft { nonce, room, op };
        self.note(What::Invoked(draft.clone()));
        let entry = Entry { draft, sent_at: None, not_before: Instant::now() };
        held.outbox.entry(room).or_default().push_back(entry);
    }

    fn hello(&self, mind: &mut Mind) -> Hello {
        let held = self.held();
        let cursors = held.views.iter().filter_map(|(room, view)| Some((*room, view.log.cursor?)));
        let list: Vec<RoomState> = held.list.values().cloned().collect();
        // A list of which the name is not told is sent whole: both ways are walked.
        let rev = (!list.is_empty() && mind.chance.below(4) > 0).then(|| list_rev(&list));
        Hello { client: "checker".to_owned(), rooms: cursors.collect(), rev }
    }
}

impl Held {
    fn a_message(&self, room: RoomId, chance: &mut Chance) -> Option<Seq> {
        let newest: Vec<Seq> = self
            .views
            .get(&room)?
            .events
            .values()
            .rev()
            .take(20)
            .filter_map(|event| matches!(event.op, Op::Message { .. }).then_some(event.seq))
            .collect();
        (!newest.is_empty()).then(|| *chance.pick(&newest))
    }
}

/// What a device has in mind.
struct Mind {
    chance: Chance,
    think_at: Instant,
    fetches: u32,
    pings: u32,
}

impl Mind {
    fn new(mut chance: Chance) -> Self {
        let think_at = Instant::now() + Duration::from_millis(chance.below(50));
        Self { chance, think_at, fetches: 0, pings: 0 }
    }
}

/// One connection of a device.
struct Conversation<'a> {
    me: &'a Device,
    link: Link,
    transport: Transport,
    mind: &'a mut Mind,
    orders: watch::Receiver<Orders>,
    is_greeted: bool,
    heard_at: Instant,
    ping_at: Instant,
    /// The fetch that is under way in a room, and since when.
    fetching: BTreeMap<RoomId, (u32, Instant)>,
    /// Rooms of which a pong told a head that is not held.
    ahead: BTreeSet<RoomId>,
    reading_at: Instant,
    fence: u32,
}

/// Why a conversation ends.
struct Over;

impl<'a> Conversation<'a> {
    fn new(me: &'a Device, link: Link, transport: Transport, mind: &'a mut Mind) -> Self {
        let (now, orders) = (Instant::now(), me.orders.subscribe());
        Self {
            me,
            link,
            transport,
            mind,
            orders,
            is_greeted: false,
            heard_at: now,
            ping_at: now + HEARTBEAT,
            fetching: BTreeMap::new(),
            ahead: BTreeSet::new(),
            reading_at: now,
            fence: 0,
        }
    }

    /// Speaks and listens until the connection is over. Was it greeted?
    async fn run(mut self) -> bool {
        while self.turn().await.is_ok() {}
        self.is_greeted
    }

    async fn turn(&mut self) -> Result<(), Over> {
        if self.orders.borrow_and_update().transport != self.transport {
            return Err(Over);
        }
        if self.is_greeted {
            self.send_due().await?;
            self.fetch_due().await?;
            self.mark_due().await?;
            let fence = self.orders.borrow().fence;
            if std::mem::replace(&mut self.fence, fence) != fence {
                self.say(ClientFrame::Ping { n: FENCES + fence, away: false }).await?;
            }
        }
        let wake_at = self.wake_at();
        tokio::select! {
            heard = self.link.hear() => return self.hear(heard).await,
            () = sleep_until(wake_at) => {}
            _ = self.orders.changed() => {}
        }
        self.me.think(self.mind);
        let now = Instant::now();
        if now >= self.heard_at + SILENCE {
            return Err(Over);
        }
        if now >= self.ping_at {
            self.ping_at = now + HEARTBEAT;
            self.mind.pings += 1;
            let n = self.mind.pings;
            self.say(ClientFrame::Ping { n, away: false }).await?;
        }
        Ok(())
    }

    fn wake_at(&self) -> Instant {
        let held = self.me.held();
        let drafts = held.outbox.values().filter_map(VecDeque::front).map(|entry| match entry.sent_at {
            Some(sent_at) => sent_at + ANSWER,
            None => entry.not_before,
        });
        let thought = self.me.next_thought(self.mind);
        let marks = (!held.is_read()).then_some(self.reading_at);
        let next = drafts.chain(thought).chain(marks).chain([self.ping_at, self.heard_at + SILENCE]);
        next.min().expect("there is a ping").max(Instant::now() + Duration::from_millis(1))
    }

    async fn say(&mut self, frame: ClientFrame) -> Result<(), Over> {
        if self.link.say(frame).await { Ok(()) } else { Err(Over) }
    }

    /// The first draft of each room goes out, if none of the room is under way.
    async fn send_due(&mut self) -> Result<(), Over> {
        let now = Instant::now();
        let due: Vec<Draft> = {
            let mut held = self.me.held();
            let firsts = held.outbox.values_mut().filter_map(VecDeque::front_mut);
            let due = firsts.filter(|entry| {
                entry.not_before <= now && entry.sent_at.is_none_or(|sent_at| now >= sent_at + ANSWER)
            });
            due.map(|entry| {
                entry.sent_at = Some(now);
                entry.draft.clone()
            })
            .collect()
        };
        for draft in due {
            self.me.note(What::Sent { nonce: draft.nonce, room: draft.room });
            self.say(ClientFrame::Send(draft)).await?;
        }
        Ok(())
    }

    /// Known holes are asked for, one piece at a time in each room.
    async fn fetch_due(&mut self) -> Result<(), Over> {
        let now = Instant::now();
        let holes: Vec<(RoomId, Seq)> = {
            let held = self.me.held();
            let holes =
                held.views.iter().filter_map(|(room, view)| Some((*room, view.log.holes.last()?.upto)));
            let is_free =
                |room: &RoomId| self.fetching.get(room).is_none_or(|(_, since)| now >= *since + ANSWER);
            holes.filter(|(room, _)| is_free(room)).collect()
        };
        for (room, upto) in holes {
            self.mind.fetches += 1;
            let id = self.mind.fetches;
            self.fetching.insert(room, (id, now));
            self.say(ClientFrame::Fetch(Fetch { id, room, before: upto + 1, limit: 100 })).await?;
        }
        Ok(())
    }

    /// Markers that the server has not confirmed are said again.
    async fn mark_due(&mut self) -> Result<(), Over> {
        if Instant::now() < self.reading_at {
            return Ok(());
        }
        let due: Vec<(RoomId, Seq)> = {
            let held = self.me.held();
            let is_due = |(room, seq): &(&RoomId, &Seq)| {
                held.list.get(room).is_some_and(|room| room.role.is_some())
                    && held.read.get(room).is_none_or(|read| read.seq < **seq)
            };
            held.marked.iter().filter(is_due).map(|(room, seq)| (*room, *seq)).collect()
        };
        if due.is_empty() {
            return Ok(());
        }
        self.reading_at = Instant::now() + Duration::from_millis(700);
        for (room, seq) in due {
            self.say(ClientFrame::Read { room, seq }).await?;
        }
        Ok(())
    }

    async fn hear(&mut self, heard: Heard) -> Result<(), Over> {
        match heard {
            Heard::Frame(frame) => {
                self.heard_at = Instant::now();
                self.take(frame).await
            }
            Heard::Round => {
                self.heard_at = Instant::now();
                let hello = self.me.hello(self.mind);
                self.link.listen(hello);
                Ok(())
            }
            Heard::Answer(frame) => {
                // Of a stream only what it says itself shows that it lives.
                match (self.transport, &frame) {
                    (Transport::Poll, _) => self.heard_at = Instant::now(),
                    (_, ServerFrame::Pong { .. }) => return Ok(()),
                    _ => {}
                }
                self.take(frame).await
            }
            Heard::Unanswered | Heard::End(_) => Err(Over),
        }
    }

    async fn take(&mut self, frame: ServerFrame) -> Result<(), Over> {
        match frame {
            ServerFrame::Welcome(welcome) => self.greet(*welcome),
            ServerFrame::Events(batch) => self.apply(&batch),
            ServerFrame::Ack(ack) => self.settle(ack),
            ServerFrame::Refused(refused) => self.refuse(refused),
            ServerFrame::Room { room } => self.see(room),
            ServerFrame::Gone { room } => {
                let mut held = self.me.held();
                held.list.remove(&room);
                held.views.remove(&room);
            }
            ServerFrame::Read(read) => self.mark(read),
            ServerFrame::Pong { n, heads, .. } => {
                if n > FENCES {
                    self.me.held().fence = n - FENCES;
                    self.me.note(What::Fenced);
                }
                for (room, head) in heads.iter() {
                    self.compare(*room, *head)?;
                }
            }
            ServerFrame::Bye { .. } => return Err(Over),
            ServerFrame::Here(_) | ServerFrame::Unknown => {}
        }
        Ok(())
    }

    fn greet(&mut self, welcome: Welcome) {
        self.link.bind(welcome.conn);
        let mut held = self.me.held();
        let list: Vec<RoomState> = held.list.values().cloned().collect();
        let is_whole = list.is_empty() || list_rev(&list) != welcome.rev;
        if is_whole {
            held.list.clear();
        }
        for room in welcome.rooms {
            if room.reset {
                self.me.note(What::Reset { room: room.id });
                held.views.remove(&room.id);
            }
            let read =
                ReadState { room: room.id, seq: room.read, unread: room.unread, mentions: room.mentions };
            if room.role.is_some() {
                self.me.hear_read(&mut held, read, self.transport == Transport::Ws);
            }
            held.list.insert(room.id, room);
        }
        held.is_live = true;
        drop(held);
        if !std::mem::replace(&mut self.is_greeted, true) {
            self.me.note(What::Linked(true));
        }
    }

    fn see(&mut self, room: RoomState) {
        let mut held = self.me.held();
        if room.role.is_some() {
            let read =
                ReadState { room: room.id, seq: room.read, unread: room.unread, mentions: room.mentions };
            self.me.hear_read(&mut held, read, self.transport == Transport::Ws);
        } else {
            // A marker ends with its membership.
            held.read.remove(&room.id);
            held.marked.remove(&room.id);
        }
        held.list.insert(room.id, room);
    }

    fn mark(&mut self, read: ReadState) {
        let mut held = self.me.held();
        self.me.hear_read(&mut held, read, self.transport == Transport::Ws);
        if let Some(room) = held.list.get_mut(&read.room) {
            room.read = room.read.max(read.seq);
        }
    }

    fn apply(&mut self, batch: &Batch) {
        let (me, room) = (self.me, batch.room);
        if batch.fetch.is_some() && self.fetching.get(&room).is_some_and(|(id, _)| batch.fetch == Some(*id)) {
            self.fetching.remove(&room);
        }
        let mut held = me.held();
        let view = held.views.entry(room).or_default();
        if let Some(last) = batch.events.last() {
            let (after, upto, is_live) = (batch.after, last.seq, batch.fetch.is_none());
            me.note(What::Heard { room, after, upto, is_live });
        }
        let seqs: Vec<Seq> = batch.events.iter().map(|event| event.seq).collect();
        if seqs.iter().zip(batch.after + 1..).any(|(seq, expected)| *seq != expected) {
            let text = format!("a batch after {} has the seqs {seqs:?}", batch.after);
            me.violate("I4", text, Clue { room: Some(room), nonce: None, seq: seqs.first().copied() });
        }
        let applied = view.log.apply(batch);
        for event in &batch.events {
            let clue = Clue { room: Some(room), nonce: event.nonce, seq: Some(event.seq) };
            let is_fresh = applied.fresh.binary_search(&event.seq).is_ok();
            match view.events.get(&event.seq) {
                Some(known) if is_fresh => {
                    me.violate("I2", format!("{known:?} was shown twice"), clue);
                }
                Some(known) if !is_same(known, event) => {
                    me.violate("I3", format!("{known:?} became {event:?}"), clue);
                }
                None if is_fresh => _ = view.events.insert(event.seq, event.clone()),
                _ => {}
            }
        }
    }

    fn settle(&mut self, ack: Ack) {
        let mut held = self.me.held();
        let Some(entries) = held.outbox.get_mut(&ack.room) else { return };
        let Some(place) = entries.iter().position(|entry| entry.draft.nonce == ack.nonce) else { return };
        let entry = entries.remove(place).expect("found");
        self.me.note(What::Acked(ack.clone()));
        if matches!(entry.draft.op, Op::Message { .. }) {
            held.mine.push((ack.room, ack.seq));
            if held.mine.len() > 40 {
                held.mine.remove(0);
            }
        }
        if self.me.is_hasty {
            let log = &mut held.views.entry(ack.room).or_default().log;
            if log.cursor.is_none_or(|cursor| cursor.seq < ack.seq) {
                log.cursor = Some(Cursor { seq: ack.seq, at: ack.at });
            }
        }
    }

    fn refuse(&mut self, refused: Refused) {
        let Refused { nonce, fetch, failure } = refused;
        if let Some(id) = fetch {
            if let Some((room, _)) = self.fetching.iter().find(|(_, (known, _))| *known == id) {
                let room = *room;
                self.fetching.insert(room, (0, Instant::now() - ANSWER + Duration::from_millis(200)));
                if failure == Failure::NotFound {
                    self.me.held().views.remove(&room);
                }
            }
            return;
        }
        let Some(nonce) = nonce else { return };
        let mut held = self.me.held();
        for (room, entries) in &mut held.outbox {
            let Some(place) = entries.iter().position(|entry| entry.draft.nonce == nonce) else { continue };
            let now = Instant::now();
            match failure.retry_ms() {
                Some(retry_ms) => {
                    entries[place].sent_at = None;
                    entries[place].not_before = now + Duration::from_millis(retry_ms);
                }
                None => _ = entries.remove(place),
            }
            self.me.note(What::Refused { nonce, room: *room, failure });
            return;
        }
    }

    /// A head that is not held at two pongs in a row: something was missed, and hello asks for it.
    fn compare(&mut self, room: RoomId, head: Seq) -> Result<(), Over> {
        let mut held = self.me.held();
        let cursor = held.views.get(&room).and_then(|view| view.log.cursor).map_or(0, |cursor| cursor.seq);
        let is_in = held.list.get(&room).is_some_and(|room| room.role.is_some());
        if !is_in || cursor >= head {
            self.ahead.remove(&room);
        } else if cursor > 0 && !self.ahead.insert(room) {
            held.resyncs += 1;
            return Err(Over);
        }
        Ok(())
    }
}

impl Device {
    /// Markers only move forward. Answers to requests and what a stream or a poll says pass each other on the
    /// way, so that only a socket shows in which order the server said it.
    fn hear_read(&self, held: &mut Held, read: ReadState, is_in_order: bool) {
        let known = held.read.get(&read.room).copied();
        if let Some(known) = known.filter(|known| read.seq < known.seq) {
            if is_in_order {
                let text = format!("a marker went back from {} to {}", known.seq, read.seq);
                self.violate("I10", text, Clue { room: Some(read.room), nonce: None, seq: None });
            }
            return;
        }
        self.note(What::Read { room: read.room, seq: read.seq });
        held.read.insert(read.room, read);
    }
}

/// Are these two accounts of one event? A message may have been changed between them, but not become another.
pub fn is_same(one: &Event, other: &Event) -> bool {
    let is_same_op = match (&one.op, &other.op) {
        (Op::Message { .. } | Op::Gone, Op::Message { .. } | Op::Gone) => true,
        (Op::Edit { of, .. }, Op::Edit { of: too, .. }) => of == too,
        (one, other) => one == other,
    };
    is_same_op && (one.seq, one.at, one.by) == (other.seq, other.at, other.by)
}
