//! What is awake: the rooms somebody listens to, and everybody who listens.

use super::{
    encode::{Encoded, Motion},
    lock,
    mailbox::{Mailbox, Note},
    manners::Manners,
    people::People,
    room::{Leaving, Room},
};
use crate::protocol::{Event, Mute, Op, RoomId, RoomKind, RoomState, Seq, User, UserId};
use crate::server::{Result, clock::Clock, limits::Rules, store::Store};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, Weak},
    time::Duration,
};
use tokio::{sync::Semaphore, time::Instant};

/// How often head-counts are told, and empty rooms put to sleep.
const TICK: Duration = Duration::from_secs(1);
/// How long to wait before the store is asked again for a room that it could not give.
const ASK_AGAIN: Duration = Duration::from_secs(1);
/// Rooms that are woken at the same time.
const WAKING: usize = 8;

/// The live side of this process, shared by the writer, the connections and the ticker.
pub struct Live {
    /// What is kept.
    pub store: Store,
    /// Tells the time.
    pub clock: Clock,
    /// What may be asked for.
    pub rules: Rules,
    /// Who is connected.
    pub people: People,
    /// How they want to be seen.
    pub manners: Manners,
    rooms: Mutex<HashMap<RoomId, Arc<Room>>>,
    /// Rooms whose head-count may have changed since the last tick.
    changed: Mutex<BTreeSet<RoomId>>,
    waking: Semaphore,
}

impl Live {
    /// Nothing is awake yet; starts the ticker, which ends with the last handle.
    pub fn new(store: Store, clock: Clock, rules: Rules) -> Arc<Self> {
        let live = Arc::new(Self {
            store,
            clock,
            rules,
            people: People::default(),
            manners: Manners::default(),
            rooms: Mutex::default(),
            changed: Mutex::default(),
            waking: Semaphore::new(WAKING),
        });
        tokio::spawn(tick(Arc::downgrade(&live)));
        live
    }

    /// The room, if it is awake.
    pub fn find(&self, id: RoomId) -> Option<Arc<Room>> {
        lock(&self.rooms).get(&id).cloned()
    }

    /// Adds a listener to a room, and wakes the room if it slept.
    pub fn admit(self: &Arc<Self>, id: RoomId, mailbox: &Arc<Mailbox>, who: &User) -> Arc<Room> {
        loop {
            let room = self.wake(id);
            if room.admit(mailbox, who) {
                lock(&self.changed).insert(id);
                return room;
            }
        }
    }

    /// Takes a listener away.
    pub fn dismiss(&self, room: &Room, mailbox: &Mailbox, who: &User, why: Leaving) {
        room.dismiss(mailbox.conn, who, why, Instant::now());
        lock(&self.changed).insert(room.id);
    }

    /// Hands out new events of one room, in order.
    pub fn publish(self: &Arc<Self>, id: RoomId, events: &[Event]) {
        if let Some(room) = self.find(id) {
            let encoded = events.iter().map(|event| Encoded::new(id, event)).collect();
            if !room.publish(encoded) {
                self.settle(room);
            }
        }
        // Only now: who came in finds the membership that the event brought.
        for event in events {
            if event.op == Op::Join {
                self.manners.come(event.by, event.at);
            }
            match Motion::of(&event.op) {
                Some(Motion::In) => self.tell_joined(event.by, id, event.seq),
                Some(Motion::Out) => self.people.note_user(event.by, id, &Note::default()),
                None => {}
            }
        }
    }

    /// Tells somebody's connections that they are in a room, and follow it from this event on.
    pub fn tell_joined(&self, user: UserId, id: RoomId, seq: Seq) {
        self.people.note_user(user, id, &Note { joined: Some(seq), common: None });
    }

    /// Tells all who may see a room how it is now.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn tell_changed(&self, id: RoomId) -> Result<()> {
        match self.store.find_room_as_all(id).await? {
            Some(seen) => self.tell(&RoomState { here: self.here(id), ..seen }).await,
            None => Ok(()),
        }
    }

    /// Tells all who may see a room how it is now; each person's own part is theirs to read. `seen` is the
    /// room as one person sees it. Of a room that not everybody may find, its members alone hear.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn tell(&self, seen: &RoomState) -> Result<()> {
        if !matches!(seen.kind, RoomKind::Public | RoomKind::Announcement) {
            let members = self.store.find_room_info(seen.id).await?.map(|info| info.members);
            for user in members.unwrap_or_default() {
                self.people.note_user(user, seen.id, &Note::default());
            }
            return Ok(());
        }
        let common = RoomState {
            role: None,
            min: 0,
            read: 0,
            unread: 0,
            mentions: 0,
            backs: 0,
            mute: Mute::All,
            ..seen.clone()
        };
        let note = Note { joined: None, common: Some(Arc::new(common)) };
        self.people.note_space(seen.space, seen.id, &note);
        Ok(())
    }

    /// How many members of a room are here.
    pub fn here(&self, id: RoomId) -> u32 {
        self.find(id).map_or(0, |room| room.here())
    }

    /// A room as one person sees it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn room_state(&self, id: RoomId, user: UserId) -> Result<Option<RoomState>> {
        let state = self.store.find_room_state(id, user).await?;
        Ok(state.map(|state| RoomState { here: self.here(id), ..state }))
    }

    /// Asks the store about a room until it answers, in a task of its own: no listener's end ends it.
    pub fn settle(self: &Arc<Self>, room: Arc<Room>) {
        let live = self.clone();
        tokio::spawn(async move {
            while !room.is_closed() {
                let permit = live.waking.acquire().await;
                match live.store.find_room_info(room.id).await {
                    Ok(info) => {
                        if room.settle(info) {
                            return;
                        }
                    }
                    Err(error) => {
                        tracing::warn!(room = %room.id, ?error, "a room could not be woken");
                        drop(permit);
                        tokio::time::sleep(ASK_AGAIN).await;
                    }
                }
            }
        });
    }

    /// Every room that is awake asks the store where it is: another process wrote to some of them.
    pub fn settle_all(self: &Arc<Self>) {
        let awake: Vec<Arc<Room>> = lock(&self.rooms).values().cloned().collect();
        awake.into_iter().for_each(|room| self.settle(room));
    }

    /// The room is in the map before the store is asked about it, so that nothing which is published
    /// meanwhile passes it by.
    fn wake(self: &Arc<Self>, id: RoomId) -> Arc<Room> {
        let mut rooms = lock(&self.rooms);
        if let Some(room) = rooms.get(&id).filter(|room| !room.is_closed()) {
            return room.clone();
        }
        let room = Arc::new(Room::new(id));
        rooms.insert(id, room.clone());
        drop(rooms);
        self.settle(room.clone());
        room
    }

    /// A room is to be visited at the next tick.
    pub fn visit(&self, id: RoomId) {
        lock(&self.changed).insert(id);
    }

    fn tick(&self) {
        for user in self.manners.expire(self.clock.now()) {
            self.people.tell_manner(user);
        }
        let changed = std::mem::take(&mut *lock(&self.changed));
        for id in changed {
            let Some(room) = self.find(id) else { continue };
            if room.tell_here(Instant::now(), self.rules.grace) {
                lock(&self.changed).insert(id);
            }
            let hides_reading = |user| self.manners.ask(user, |manner| manner.hides.reading);
            room.tell_moved(|user| hides_reading(user).unwrap_or(true));
            if room.is_closed() {
                let mut rooms = lock(&self.rooms);
                if rooms.get(&id).is_some_and(|held| Arc::ptr_eq(held, &room)) {
                    rooms.remove(&id);
                }
            }
        }
    }
}

async fn tick(live: Weak<Live>) {
    let mut every = tokio::time::interval(TICK);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        let Some(live) = live.upgrade() else { return };
        live.tick();
    }
}
