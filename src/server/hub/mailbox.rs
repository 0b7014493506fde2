//! What waits for one connection: the latest of each thing, never a queue.

use super::{lock, presence::Moved};
use crate::protocol::{CloseCode, ConnId, Presence, ReadState, RoomId, RoomState, Seq, SpaceId, UserId};
use axum::extract::ws::Utf8Bytes;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};
use tokio::{sync::Notify, time::Instant};

/// So many who write are told of at once.
const TYPING: usize = 20;

/// Where the hub leaves word for one connection. It holds at most one entry a room of each kind.
#[derive(Debug)]
pub struct Mailbox {
    /// Whose it is.
    pub conn: ConnId,
    /// Who is at the other end.
    pub user: UserId,
    /// By which session: the hash of its token.
    pub session: [u8; 32],
    post: Mutex<Post>,
    wake: Notify,
}

/// What was left.
#[derive(Debug, Default)]
pub struct Post {
    /// Rooms with something to pull.
    pub dirty: BTreeSet<RoomId>,
    /// Rooms whose state changed.
    pub notes: BTreeMap<RoomId, Note>,
    /// Spaces in which one's place changed.
    pub spaces: BTreeSet<SpaceId>,
    /// The newest head-count of rooms, as a frame.
    pub here: BTreeMap<RoomId, Utf8Bytes>,
    /// How far the person has read rooms, as it stands now.
    pub reads: BTreeMap<RoomId, ReadState>,
    /// What the person is writing, as frames.
    pub unsent: BTreeMap<RoomId, Utf8Bytes>,
    /// How people are now.
    pub moved: Moved,
    /// Who writes where, as a frame, and since when.
    pub typing: BTreeMap<(RoomId, UserId), (Instant, Utf8Bytes)>,
    /// How far others have read small rooms.
    pub seen: BTreeMap<RoomId, BTreeMap<UserId, Seq>>,
    /// The person wants to be seen otherwise.
    pub manner: bool,
    /// The person asked by another way who is in a room.
    pub look: Option<RoomId>,
    /// A ping came by another way: say so here. Does nobody look?
    pub pong: Option<(u32, bool)>,
    /// Close, with this code.
    pub close: Option<CloseCode>,
}

/// What is to be known of a room whose state changed.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// The person came in with this event.
    pub joined: Option<Seq>,
    /// The state as somebody who is not a member sees it; a member has to read their own.
    pub common: Option<Arc<RoomState>>,
}

impl Note {
    /// A later note on top of this one.
    fn add(&mut self, later: Note) {
        self.joined = self.joined.max(later.joined);
        self.common = later.common.or(self.common.take());
    }
}

impl Mailbox {
    /// An empty one.
    pub fn new(conn: ConnId, user: UserId, session: [u8; 32]) -> Self {
        Self { conn, user, session, post: Mutex::default(), wake: Notify::new() }
    }
    /// There is something to pull from a room.
    pub fn mark(&self, room: RoomId) {
        self.leave(|post| _ = post.dirty.insert(room));
    }
    /// A room's state changed.
    pub fn note(&self, room: RoomId, note: Note) {
        self.leave(|post| post.notes.entry(room).or_default().add(note));
    }
    /// One's place in a space changed.
    pub fn note_space(&self, space: SpaceId) {
        self.leave(|post| _ = post.spaces.insert(space));
    }
    /// A room's head-count changed.
    pub fn tell_here(&self, room: RoomId, frame: Utf8Bytes) {
        self.leave(|post| _ = post.here.insert(room, frame));
    }
    /// How far the person has read a room.
    pub fn tell_read(&self, state: ReadState) {
        self.leave(|post| _ = post.reads.insert(state.room, state));
    }
    /// What the person is writing in a room.
    pub fn tell_unsent(&self, room: RoomId, frame: Utf8Bytes) {
        self.leave(|post| _ = post.unsent.insert(room, frame));
    }

    /// People are otherwise than before.
    pub fn tell_moved(&self, moved: &Moved) {
        self.leave(|post| {
            post.moved.presences.extend(&moved.presences);
            let statuses = moved.statuses.iter().map(|(user, status)| (*user, status.clone()));
            post.moved.statuses.extend(statuses);
        });
    }
    /// Somebody can be reached so.
    pub fn tell_presence(&self, user: UserId, presence: Presence) {
        self.leave(|post| _ = post.moved.presences.insert(user, presence));
    }
    /// Somebody writes in a room.
    pub fn tell_typing(&self, room: RoomId, user: UserId, now: Instant, frame: &Utf8Bytes) {
        self.leave(|post| {
            if post.typing.len() < TYPING {
                post.typing.insert((room, user), (now, frame.clone()));
            }
        });
    }
    /// Others have read a room so far.
    pub fn tell_seen(&self, room: RoomId, seen: &BTreeMap<UserId, Seq>) {
        self.leave(|post| post.seen.entry(room).or_default().extend(seen));
    }
    /// The person wants to be seen otherwise.
    pub fn tell_manner(&self) {
        self.leave(|post| post.manner = true);
    }
    /// The person asked by another way who is in a room.
    pub fn look(&self, room: RoomId) {
        self.leave(|post| post.look = Some(room));
    }
    /// A ping of this number came by another way.
    pub fn tell_pong(&self, n: u32, is_away: bool) {
        self.leave(|post| post.pong = Some((n, is_away)));
    }
    /// The connection is to be closed.
    pub fn close(&self, code: CloseCode) {
        self.leave(|post| post.close = Some(code));
    }
    /// Takes all that waits.
    pub fn collect(&self) -> Post {
        std::mem::take(&mut lock(&self.post))
    }
    /// Waits until something was left since the last time.
    pub async fn woken(&self) {
        self.wake.notified().await;
    }

    fn leave(&self, word: impl FnOnce(&mut Post)) {
        word(&mut lock(&self.post));
        self.wake.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_thousand_words_of_one_room_are_one_wake_up() {
        let mailbox = Mailbox::new(ConnId::from_raw(1), UserId::from_raw(1), [1; 32]);
        let room = RoomId::from_raw(1);
        for seq in 0..1000 {
            mailbox.mark(room);
            mailbox.note(room, Note { joined: (seq == 7).then_some(seq), common: None });
            mailbox.tell_here(room, format!("{seq}").into());
        }
        mailbox.woken().await;
        let post = mailbox.collect();
        assert_eq!((post.dirty.len(), post.notes.len(), post.here.len()), (1, 1, 1));
        assert_eq!(post.here[&room].as_str(), "999");
        assert_eq!(post.notes[&room].joined, Some(7));
        assert!(futures::FutureExt::now_or_never(mailbox.woken()).is_none());
    }
}
