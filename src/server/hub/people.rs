//! Every open connection of this process, by person and by space.

use super::{
    lock,
    mailbox::{Mailbox, Note},
};
use crate::protocol::{CloseCode, ConnId, ReadState, RoomId, SpaceId, UserId};
use axum::extract::ws::Utf8Bytes;
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
};

/// The connections.
#[derive(Debug, Default)]
pub struct People(Mutex<Register>);

#[derive(Debug, Default)]
struct Register {
    /// The oldest first.
    by_user: HashMap<UserId, Vec<Arc<Mailbox>>>,
    by_space: HashMap<SpaceId, HashMap<ConnId, Arc<Mailbox>>>,
}

impl People {
    /// A connection opened. A person's oldest are told to close when there are more than `limit`.
    pub fn enter(&self, mailbox: &Arc<Mailbox>, limit: usize) {
        let mut register = lock(&self.0);
        let own = register.by_user.entry(mailbox.user).or_default();
        own.push(mailbox.clone());
        let crowd = own.len().saturating_sub(limit);
        for oldest in &own[..crowd] {
            oldest.close(CloseCode::Crowded);
        }
    }
    /// A connection hears from now on of all rooms in a space that everybody may find.
    pub fn enter_space(&self, space: SpaceId, mailbox: &Arc<Mailbox>) {
        let mut register = lock(&self.0);
        register.by_space.entry(space).or_default().insert(mailbox.conn, mailbox.clone());
    }
    /// And no more.
    pub fn leave_space(&self, space: SpaceId, mailbox: &Mailbox) {
        let mut register = lock(&self.0);
        if let Some(all) = register.by_space.get_mut(&space) {
            all.remove(&mailbox.conn);
            if all.is_empty() {
                register.by_space.remove(&space);
            }
        }
    }
    /// A connection ended, which has left its spaces.
    pub fn leave(&self, mailbox: &Mailbox) {
        let mut register = lock(&self.0);
        if let Some(own) = register.by_user.get_mut(&mailbox.user) {
            own.retain(|other| other.conn != mailbox.conn);
            if own.is_empty() {
                register.by_user.remove(&mailbox.user);
            }
        }
    }
    /// Tells every connection of one session to close.
    pub fn close_session(&self, user: UserId, session: [u8; 32], why: CloseCode) {
        for mailbox in lock(&self.0).by_user.get(&user).into_iter().flatten() {
            if mailbox.session == session {
                mailbox.close(why);
            }
        }
    }
    /// Tells every connection of one person to close.
    pub fn close_user(&self, user: UserId, why: CloseCode) {
        lock(&self.0).by_user.get(&user).into_iter().flatten().for_each(|mailbox| mailbox.close(why));
    }
    /// Tells each connection of one person that their place in a space changed.
    pub fn note_member(&self, user: UserId, space: SpaceId) {
        lock(&self.0).by_user.get(&user).into_iter().flatten().for_each(|mailbox| mailbox.note_space(space));
    }
    /// Tells each connection in a space that it changed.
    pub fn note_members(&self, space: SpaceId) {
        let register = lock(&self.0);
        let all = register.by_space.get(&space).into_iter().flat_map(HashMap::values);
        all.for_each(|mailbox| mailbox.note_space(space));
    }
    /// The sessions that have a connection, each once.
    pub fn sessions(&self) -> BTreeSet<[u8; 32]> {
        lock(&self.0).by_user.values().flatten().map(|mailbox| mailbox.session).collect()
    }
    /// Tells every connection to close whose session is among these.
    pub fn close_sessions(&self, ended: &BTreeSet<[u8; 32]>, why: CloseCode) {
        for mailbox in lock(&self.0).by_user.values().flatten() {
            if ended.contains(&mailbox.session) {
                mailbox.close(why);
            }
        }
    }
    /// Nobody is connected.
    pub fn is_empty(&self) -> bool {
        lock(&self.0).by_user.is_empty()
    }
    /// Leaves a note for each connection of one person.
    pub fn note_user(&self, user: UserId, room: RoomId, note: &Note) {
        for mailbox in lock(&self.0).by_user.get(&user).into_iter().flatten() {
            mailbox.note(room, note.clone());
        }
    }
    /// One of a person's connections is to answer a ping that came by another way.
    pub fn tell_pong(&self, user: UserId, conn: ConnId, n: u32, is_away: bool) {
        self.with(user, |mailbox| {
            if mailbox.conn == conn {
                mailbox.tell_pong(n, is_away);
            }
        });
    }
    /// One of a person's connections looks at a room that was asked about by another way.
    pub fn look(&self, user: UserId, conn: ConnId, room: RoomId) {
        self.with(user, |mailbox| {
            if mailbox.conn == conn {
                mailbox.look(room);
            }
        });
    }
    /// Each connection of one person learns that the person wants to be seen otherwise.
    pub fn tell_manner(&self, user: UserId) {
        self.with(user, Mailbox::tell_manner);
    }
    fn with(&self, user: UserId, f: impl Fn(&Mailbox)) {
        lock(&self.0).by_user.get(&user).into_iter().flatten().for_each(|mailbox| f(mailbox));
    }
    /// Tells each connection of one person how far that person has read a room.
    pub fn tell_read(&self, user: UserId, state: ReadState) {
        for mailbox in lock(&self.0).by_user.get(&user).into_iter().flatten() {
            mailbox.tell_read(state);
        }
    }
    /// Tells each connection of one person what that person is writing in a room.
    pub fn tell_unsent(&self, user: UserId, room: RoomId, frame: &Utf8Bytes) {
        for mailbox in lock(&self.0).by_user.get(&user).into_iter().flatten() {
            mailbox.tell_unsent(room, frame.clone());
        }
    }
    /// Leaves a note for each connection in a space.
    pub fn note_space(&self, space: SpaceId, room: RoomId, note: &Note) {
        for mailbox in lock(&self.0).by_space.get(&space).into_iter().flat_map(HashMap::values) {
            mailbox.note(room, note.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPACE: SpaceId = SpaceId::from_raw(1);
    const ROOM: RoomId = RoomId::from_raw(1);

    fn mailbox(conn: i64, user: i64) -> Arc<Mailbox> {
        Arc::new(Mailbox::new(ConnId::from_raw(conn), UserId::from_raw(user), [conn as u8; 32]))
    }

    #[test]
    fn the_oldest_connection_makes_room_for_the_next() {
        let people = People::default();
        let all: Vec<_> = (0..3).map(|conn| mailbox(conn, 1)).collect();
        all.iter().for_each(|mailbox| people.enter(mailbox, 2));
        let closed: Vec<_> = all.iter().map(|mailbox| mailbox.collect().close).collect();
        assert_eq!(closed, [Some(CloseCode::Crowded), None, None]);
        people.leave(&all[0]);
        people.enter(&mailbox(3, 2), 2);
        assert!(all.iter().all(|mailbox| mailbox.collect().close.is_none()), "others have their own");
    }

    #[test]
    fn the_end_of_a_session_is_the_end_of_its_connections_alone() {
        let people = People::default();
        let all = [mailbox(1, 1), mailbox(2, 1), mailbox(3, 2)];
        all.iter().for_each(|mailbox| people.enter(mailbox, 20));
        let closed = || all.iter().map(|mailbox| mailbox.collect().close.is_some()).collect::<Vec<_>>();
        people.close_session(UserId::from_raw(1), [2; 32], CloseCode::SignedOut);
        assert_eq!(closed(), [false, true, false]);
        people.close_sessions(&BTreeSet::from([[1; 32], [3; 32], [9; 32]]), CloseCode::SignedOut);
        assert_eq!(closed(), [true, false, true]);
        assert_eq!(people.sessions().len(), 3);
    }

    #[test]
    fn a_note_reaches_the_person_or_the_space_and_nobody_who_left() {
        let people = People::default();
        let all = [mailbox(1, 1), mailbox(2, 1), mailbox(3, 2), mailbox(4, 2)];
        for mailbox in &all {
            people.enter(mailbox, 20);
            people.enter_space(SPACE, mailbox);
        }
        people.leave_space(SPACE, &all[3]);
        people.leave(&all[3]);
        let noted = || all.iter().map(|mailbox| mailbox.collect().notes.len()).collect::<Vec<_>>();
        people.note_user(UserId::from_raw(1), ROOM, &Note::default());
        assert_eq!(noted(), [1, 1, 0, 0]);
        people.note_space(SPACE, ROOM, &Note::default());
        assert_eq!(noted(), [1, 1, 1, 0]);
        people.note_space(SpaceId::from_raw(9), ROOM, &Note::default());
        assert_eq!(noted(), [0, 0, 0, 0]);
    }
}
