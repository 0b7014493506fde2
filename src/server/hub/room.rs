//! A live room: the end of its log, and who is listening.

use super::{
    encode::Encoded,
    lock,
    mailbox::Mailbox,
    presence::HeadCount,
    tail::{Pulled, Tail},
};
use crate::protocol::{ConnId, Millis, Presence, RoomId, Seq, User, UserId};
use crate::server::{
    Result,
    store::{RoomInfo, Store},
};
use axum::extract::ws::Utf8Bytes;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;

/// In a room of more people than this who are here, nobody is told who writes and how single people are: one
/// change would be as many words. Who asks is told how it is then.
pub const CROWD: u32 = 200;
/// In a room of at most so many members, each is told how far the others have read.
pub const CIRCLE: usize = 20;

/// One room with listeners. Its two locks are never held together nor across an await: readers of the
/// log do not wait for the listeners to be woken.
#[derive(Debug)]
pub struct Room {
    /// Which.
    pub id: RoomId,
    tail: Mutex<Tail>,
    audience: Mutex<Audience>,
    /// Held by the one who reads older events from the store, for all who wait for them.
    filling: tokio::sync::Mutex<()>,
    /// Nobody listens, and nobody may any more: a new one takes its place. Set under the audience's lock.
    is_closed: AtomicBool,
}

#[derive(Debug, Default)]
struct Audience {
    mailboxes: HashMap<ConnId, Arc<Mailbox>>,
    heads: HeadCount,
    /// Those of the listeners who want to know how single people are.
    lookers: HashSet<ConnId>,
    /// How far members have read since it was last told.
    seen: BTreeMap<UserId, Seq>,
}

/// Why somebody stops listening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// The connection ended.
    Connection,
    /// The person is not in the room any more.
    Membership,
}

impl Room {
    /// One of which nothing is known yet.
    pub fn new(id: RoomId) -> Self {
        let (tail, audience) = (Mutex::new(Tail::new(id)), Mutex::default());
        Self { id, tail, audience, filling: tokio::sync::Mutex::default(), is_closed: AtomicBool::new(false) }
    }

    /// Adds a listener; `false` when the room is closed and another has to be woken.
    #[must_use]
    pub fn admit(&self, mailbox: &Arc<Mailbox>, who: &User) -> bool {
        let mut audience = lock(&self.audience);
        if self.is_closed() {
            return false;
        }
        if audience.mailboxes.insert(mailbox.conn, mailbox.clone()).is_none() {
            audience.heads.arrive(who);
        }
        if let Some(here) = audience.heads.said() {
            mailbox.tell_here(self.id, here);
        }
        true
    }

    /// Takes a listener away.
    pub fn dismiss(&self, conn: ConnId, who: &User, why: Leaving, now: Instant) {
        let mut audience = lock(&self.audience);
        audience.lookers.remove(&conn);
        if audience.mailboxes.remove(&conn).is_some() {
            match why {
                Leaving::Connection => audience.heads.depart(who, now),
                Leaving::Membership => audience.heads.remove(who),
            }
        }
    }

    /// Nobody may be admitted any more.
    pub fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Takes new events, in order, and wakes the listeners. `false` when some are missing before them:
    /// the room has to be settled again.
    #[must_use]
    pub fn publish(&self, events: Vec<Encoded>) -> bool {
        let mut is_whole = true;
        {
            let mut tail = lock(&self.tail);
            for event in events {
                is_whole &= tail.apply(event);
            }
        }
        self.wake();
        is_whole
    }

    /// Takes what the store says of the room. `false` when it must be asked again.
    #[must_use]
    pub fn settle(&self, info: Option<RoomInfo>) -> bool {
        let is_settled = lock(&self.tail).settle(info);
        self.wake();
        is_settled
    }

    /// What is due to somebody with this cursor.
    pub fn pull(&self, reader: UserId, cursor: Seq) -> Pulled {
        lock(&self.tail).pull(reader, cursor)
    }

    /// Brings what was said after `after` into memory, as far as there is room for it: one read for all who
    /// wait for the same. `reader` is a member.
    ///
    /// # Errors
    /// When the store does not answer, or the reader is no member any more.
    pub async fn fill(&self, store: &Store, reader: UserId, after: Seq) -> Result<()> {
        let _alone = self.filling.lock().await;
        let (wants, start) = {
            let tail = lock(&self.tail);
            (tail.wants(after), tail.start())
        };
        if wants {
            let older = store.recent(self.id, reader, start).await?;
            let older = older.iter().map(|event| Encoded::new(self.id, event)).collect();
            lock(&self.tail).fill(older);
        }
        Ok(())
    }

    /// Could what was said after this seq be brought into memory?
    pub fn wants(&self, after: Seq) -> bool {
        lock(&self.tail).wants(after)
    }

    /// The newest seq.
    pub fn head(&self) -> Seq {
        lock(&self.tail).head()
    }

    /// The instant of an event, if it is held in memory.
    pub fn instant(&self, seq: Seq) -> Option<Millis> {
        lock(&self.tail).instant(seq)
    }

    /// How many members are here.
    pub fn here(&self) -> u32 {
        lock(&self.audience).heads.count()
    }

    /// Those of them.
    pub fn who(&self) -> Vec<UserId> {
        lock(&self.audience).heads.who()
    }

    /// Is somebody a member, as far as the log has been heard?
    pub fn is_member(&self, user: UserId) -> bool {
        lock(&self.tail).is_member(user)
    }

    /// A member who is here can be reached so.
    pub fn show(&self, who: &User, presence: Presence, status: &str) {
        lock(&self.audience).heads.show(who, presence, status);
    }

    /// How a member can be reached.
    pub fn presence(&self, who: &User) -> Presence {
        lock(&self.audience).heads.presence(who)
    }

    /// How all who are here can be reached.
    pub fn present(&self) -> BTreeMap<UserId, Presence> {
        lock(&self.audience).heads.present()
    }

    /// The first few who are here.
    pub fn first(&self, limit: usize) -> Vec<UserId> {
        lock(&self.audience).heads.first(limit)
    }

    /// A listener wants to know how single people are, or no more.
    pub fn look(&self, conn: ConnId, on: bool) {
        let mut audience = lock(&self.audience);
        if on && audience.mailboxes.contains_key(&conn) {
            audience.lookers.insert(conn);
        } else {
            audience.lookers.remove(&conn);
        }
    }

    /// Is somebody heard who writes now?
    pub fn may_type(&self, who: &User, now: Instant) -> bool {
        let mut audience = lock(&self.audience);
        audience.heads.count() <= CROWD && audience.heads.may_type(who, now)
    }

    /// Tells all but the one who writes.
    pub fn tell_typing(&self, user: UserId, now: Instant, frame: &Utf8Bytes) {
        for mailbox in lock(&self.audience).mailboxes.values().filter(|mailbox| mailbox.user != user) {
            mailbox.tell_typing(self.id, user, now, frame);
        }
    }

    /// A member has read so far. Is it a room in which that is told?
    pub fn note_seen(&self, user: UserId, seq: Seq) -> bool {
        let is_circle = {
            let tail = lock(&self.tail);
            tail.is_member(user) && tail.count() <= CIRCLE
        };
        if is_circle {
            lock(&self.audience).seen.insert(user, seq);
        }
        is_circle
    }

    /// Tells what changed: how single people are, and how far they have read.
    pub fn tell_moved(&self, hides_reading: impl Fn(UserId) -> bool) {
        let mut audience = lock(&self.audience);
        let (moved, seen) = (audience.heads.take_moved(), std::mem::take(&mut audience.seen));
        if moved != Default::default() && audience.heads.count() <= CROWD {
            let lookers = audience.lookers.iter().filter_map(|conn| audience.mailboxes.get(conn));
            lookers.for_each(|mailbox| mailbox.tell_moved(&moved));
        }
        if !seen.is_empty() {
            let open = audience.mailboxes.values().filter(|mailbox| !hides_reading(mailbox.user));
            open.for_each(|mailbox| mailbox.tell_seen(self.id, &seen));
        }
    }

    /// Tells the head-count if it changed. Does the room need another visit? Closes it when it is empty.
    pub fn tell_here(&self, now: Instant, grace: Duration) -> bool {
        let mut audience = lock(&self.audience);
        let is_unsettled = audience.heads.sweep(now, grace);
        if audience.mailboxes.is_empty() {
            self.is_closed.store(!is_unsettled, Ordering::Release);
            return is_unsettled;
        }
        if let Some(frame) = audience.heads.say(self.id) {
            for mailbox in audience.mailboxes.values() {
                mailbox.tell_here(self.id, frame.clone());
            }
        }
        is_unsettled
    }

    fn wake(&self) {
        for mailbox in lock(&self.audience).mailboxes.values() {
            mailbox.mark(self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::encode::tests::{ANA, ROOM, message};
    use super::*;

    fn ana() -> User {
        User::new(ANA, "ana".to_owned())
    }

    #[test]
    fn an_empty_room_closes_and_admits_nobody() {
        let (room, now) = (Room::new(ROOM), Instant::now());
        let mailbox = Arc::new(Mailbox::new(ConnId::from_raw(1), ANA, [1; 32]));
        assert!(room.admit(&mailbox, &ana()));
        assert!(!room.tell_here(now, Duration::ZERO));
        assert!(mailbox.collect().here.contains_key(&ROOM));
        room.dismiss(mailbox.conn, &ana(), Leaving::Connection, now);
        assert!(room.tell_here(now, Duration::from_secs(10)), "somebody may come back");
        assert!(!room.is_closed());
        assert!(!room.tell_here(now + Duration::from_secs(10), Duration::from_secs(10)));
        assert!(room.is_closed());
        assert!(!room.admit(&mailbox, &ana()));
    }

    #[test]
    fn a_listener_is_woken_by_what_is_said_and_a_former_one_is_not() {
        let (room, now) = (Room::new(ROOM), Instant::now());
        let mailbox = Arc::new(Mailbox::new(ConnId::from_raw(1), ANA, [1; 32]));
        assert!(room.admit(&mailbox, &ana()));
        assert!(room.publish(vec![Encoded::new(ROOM, &message(1))]));
        assert!(mailbox.collect().dirty.contains(&ROOM));
        room.dismiss(mailbox.conn, &ana(), Leaving::Membership, now);
        assert!(room.publish(vec![Encoded::new(ROOM, &message(2))]));
        assert!(mailbox.collect().dirty.is_empty());
        assert_eq!(room.here(), 0);
    }

    #[test]
    fn a_newcomer_is_told_at_once_who_is_here() {
        let (room, now) = (Room::new(ROOM), Instant::now());
        let first = Arc::new(Mailbox::new(ConnId::from_raw(1), ANA, [1; 32]));
        let second = Arc::new(Mailbox::new(ConnId::from_raw(2), ANA, [2; 32]));
        assert!(room.admit(&first, &ana()));
        room.tell_here(now, Duration::ZERO);
        assert!(room.admit(&second, &ana()));
        assert!(second.collect().here.contains_key(&ROOM));
        assert_eq!(room.here(), 1);
    }
}
