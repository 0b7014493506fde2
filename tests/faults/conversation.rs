//! One connection of a device: what is due goes out, what comes is taken, until it is over.

use crate::{
    device::{Device, Mind, Orders, is_met, is_same},
    history::{Clue, What},
    wire::{Heard, Link, Transport},
};
use maru::protocol::{
    Ack, Batch, ClientFrame, Cursor, Draft, Failure, Fetch, Marker, Op, ReadState, Refused, RoomId,
    RoomState, Seq, ServerFrame, Welcome, list_rev,
};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// How often it asks whether the server is there, and how long it then waits.
const HEARTBEAT: Duration = Duration::from_secs(2);
const SILENCE: Duration = Duration::from_secs(7);
/// Pings from here on are fences.
const FENCES: u32 = 1 << 30;
/// How long a POST may leave a draft without an answer.
const ANSWER: Duration = Duration::from_secs(12);

/// One connection of a device.
pub struct Conversation<'a> {
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
    /// On a link over which hello was said.
    pub fn new(me: &'a Device, link: Link, transport: Transport, mind: &'a mut Mind) -> Self {
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
    pub async fn run(mut self) -> bool {
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
        let due: Vec<Marker> = {
            let held = self.me.held();
            let is_due = |marker: &&Marker| {
                held.list.get(&marker.room).is_some_and(|room| room.role.is_some())
                    && held.read.get(&marker.room).is_none_or(|read| !is_met(marker, read))
            };
            held.marked.values().filter(is_due).copied().collect()
        };
        if due.is_empty() {
            return Ok(());
        }
        self.reading_at = Instant::now() + Duration::from_millis(700);
        for marker in due {
            self.say(ClientFrame::Read(marker)).await?;
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
            ServerFrame::Here(_)
            | ServerFrame::Space { .. }
            | ServerFrame::SpaceGone { .. }
            | ServerFrame::Presence(_)
            | ServerFrame::Unsent(_)
            | ServerFrame::Typing(_)
            | ServerFrame::Seen(_)
            | ServerFrame::People(_)
            | ServerFrame::Unknown => {}
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
            if room.role.is_some() {
                self.me.hear_read(&mut held, read_of(&room), self.transport == Transport::Ws);
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
            self.me.hear_read(&mut held, read_of(&room), self.transport == Transport::Ws);
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
            if (read.backs, read.seq) > (room.backs, room.read) {
                (room.backs, room.read) = (read.backs, read.seq);
            }
            room.mentions = read.mentions;
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

/// How far a room is read, as its state tells it.
pub fn read_of(room: &RoomState) -> ReadState {
    let RoomState { id, read, head, unread, mentions, backs, .. } = room;
    ReadState { room: *id, seq: *read, head: *head, unread: *unread, mentions: *mentions, backs: *backs }
}
