//! Every open connection of this process, by person and by space.

use super::{
    lock,
    mailbox::{Mailbox, Note},
};
use crate::protocol::{CloseCode, ConnId, ReadState, RoomId, SpaceId, UserId};
use std::{
    collections::HashMap,
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
    pub fn enter(&self, space: SpaceId, mailbox: &Arc<Mailbox>, limit: usize) {
        let mut register = lock(&self.0);
        register.by_space.entry(space).or_default().insert(mailbox.conn, mailbox.clone());
        let own = register.by_user.entry(mailbox.user).or_default();
        own.push(mailbox.clone());
        let crowd = own.len().saturating_sub(limit);
        for oldest in &own[..crowd] {
            oldest.close(CloseCode::Crowded);
        }
    }
    /// A connection ended.
    pub fn leave(&self, space: SpaceId, mailbox: &Mailbox) {
        let mut register = lock(&self.0);
        if let Some(all) = register.by_space.get_mut(&space) {
            all.remove(&mailbox.conn);
            if all.is_empty() {
                register.by_space.remove(&space);
            }
        }
        if let Some(own) = register.by_user.get_mut(&mailbox.user) {
            own.retain(|other| other.conn != mailbox.conn);
            if own.is_empty() {
                register.by_user.remove(&mailbox.user);
            }
        }
    }
    /// Tells every connection of one person to close.
    pub fn close(&self, user: UserId, why: CloseCode) {
        for mailbox in lock(&self.0).by_user.get(&user).into_iter().flatten() {
            mailbox.close(why);
        }
    }
    /// Leaves a note for each connection of one person.
    pub fn note_user(&self, user: UserId, room: RoomId, note: &Note) {
        for mailbox in lock(&self.0).by_user.get(&user).into_iter().flatten() {
            mailbox.note(room, note.clone());
        }
    }
    /// Tells each connection of one person how far that person has read a room.
    pub fn tell_read(&self, user: UserId, state: ReadState) {
        for mailbox in lock(&self.0).by_user.get(&user).into_iter().flatten() {
            mailbox.tell_read(state);
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
        Arc::new(Mailbox::new(ConnId::from_raw(conn), UserId::from_raw(user)))
    }

    #[test]
    fn the_oldest_connection_makes_room_for_the_next() {
        let people = People::default();
        let all: Vec<_> = (0..3).map(|conn| mailbox(conn, 1)).collect();
        all.iter().for_each(|mailbox| people.enter(SPACE, mailbox, 2));
        let closed: Vec<_> = all.iter().map(|mailbox| mailbox.collect().close).collect();
        assert_eq!(closed, [Some(CloseCode::Crowded), None, None]);
        people.leave(SPACE, &all[0]);
        people.enter(SPACE, &mailbox(3, 2), 2);
        assert!(all.iter().all(|mailbox| mailbox.collect().close.is_none()), "others have their own");
    }

    #[test]
    fn a_note_reaches_the_person_or_the_space_and_nobody_who_left() {
        let people = People::default();
        let all = [mailbox(1, 1), mailbox(2, 1), mailbox(3, 2), mailbox(4, 2)];
        all.iter().for_each(|mailbox| people.enter(SPACE, mailbox, 20));
        people.leave(SPACE, &all[3]);
        let noted = || all.iter().map(|mailbox| mailbox.collect().notes.len()).collect::<Vec<_>>();
        people.note_user(UserId::from_raw(1), ROOM, &Note::default());
        assert_eq!(noted(), [1, 1, 0, 0]);
        people.note_space(SPACE, ROOM, &Note::default());
        assert_eq!(noted(), [1, 1, 1, 0]);
        people.note_space(SpaceId::from_raw(9), ROOM, &Note::default());
        assert_eq!(noted(), [0, 0, 0, 0]);
    }
}
