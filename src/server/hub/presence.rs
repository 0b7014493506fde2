//! Who is here: the head-count of one room.

use crate::protocol::{HereState, RoomId, ServerFrame, User, UserId};
use axum::extract::ws::Utf8Bytes;
use std::{collections::BTreeMap, time::Duration};
use tokio::time::Instant;

/// How many names a head-count tells.
const NAMES: usize = 20;

/// The members of one room that are connected; each counts once. Pure: the time is passed in.
#[derive(Debug, Default)]
pub struct HeadCount {
    /// By name, so that the first few are at hand.
    people: BTreeMap<(String, UserId), Being>,
    said: Option<Utf8Bytes>,
}

#[derive(Debug)]
struct Being {
    connections: u32,
    /// When the last connection went.
    gone_at: Option<Instant>,
}

impl HeadCount {
    /// One more connection of somebody.
    pub fn arrive(&mut self, who: &User) {
        let key = (who.shown().to_owned(), who.id);
        let being = self.people.entry(key).or_insert(Being { connections: 0, gone_at: None });
        being.connections += 1;
        being.gone_at = None;
    }
    /// One connection less. Who has none any more still counts for a while: pages are reloaded.
    pub fn depart(&mut self, who: &User, now: Instant) {
        if let Some(being) = self.people.get_mut(&(who.shown().to_owned(), who.id)) {
            being.connections = being.connections.saturating_sub(1);
            being.gone_at = (being.connections == 0).then_some(now);
        }
    }
    /// Somebody is not a member any more.
    pub fn remove(&mut self, who: &User) {
        self.people.remove(&(who.shown().to_owned(), who.id));
    }
    /// Forgets those who have been away for longer than `grace`. Is somebody else about to be forgotten?
    pub fn sweep(&mut self, now: Instant, grace: Duration) -> bool {
        self.people.retain(|_, being| being.gone_at.is_none_or(|gone_at| now < gone_at + grace));
        self.people.values().any(|being| being.gone_at.is_some())
    }
    /// How many are here.
    pub fn count(&self) -> u32 {
        self.people.len() as u32
    }
    /// All who are here.
    pub fn who(&self) -> Vec<UserId> {
        self.people.keys().map(|(_, id)| *id).collect()
    }
    /// The frame that was told last.
    pub fn said(&self) -> Option<Utf8Bytes> {
        self.said.clone()
    }
    /// The frame to be told now, unless it was told already.
    pub fn say(&mut self, room: RoomId) -> Option<Utf8Bytes> {
        let names = self.people.keys().take(NAMES).map(|(name, _)| name.clone()).collect();
        let frame = ServerFrame::Here(HereState { room, count: self.count(), names });
        let text = frame.encode();
        if self.said.as_ref().is_some_and(|said| said.as_str() == text) {
            return None;
        }
        self.said = Some(text.into());
        self.said.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(10);
    const ROOM: RoomId = RoomId::from_raw(1);

    fn person(id: i64) -> User {
        User::new(UserId::from_raw(id), format!("p{id:02}"))
    }

    #[test]
    fn somebody_with_three_windows_counts_once() {
        let (mut heads, now) = (HeadCount::default(), Instant::now());
        for _ in 0..3 {
            heads.arrive(&person(1));
        }
        heads.arrive(&person(2));
        assert_eq!(heads.count(), 2);
        heads.depart(&person(1), now);
        assert!(!heads.sweep(now + GRACE * 9, GRACE));
        assert_eq!(heads.count(), 2);
    }

    #[test]
    fn a_reload_goes_unseen_and_a_departure_does_not() {
        let (mut heads, now) = (HeadCount::default(), Instant::now());
        heads.arrive(&person(1));
        heads.depart(&person(1), now);
        assert!(heads.sweep(now + GRACE / 2, GRACE));
        assert_eq!(heads.count(), 1);
        heads.arrive(&person(1));
        assert!(!heads.sweep(now + GRACE * 2, GRACE));
        assert_eq!(heads.count(), 1);
        heads.depart(&person(1), now);
        heads.sweep(now + GRACE, GRACE);
        assert_eq!(heads.count(), 0);
    }

    #[test]
    fn who_left_the_room_is_gone_at_once() {
        let (mut heads, now) = (HeadCount::default(), Instant::now());
        heads.arrive(&person(1));
        heads.remove(&person(1));
        heads.depart(&person(1), now);
        assert_eq!(heads.count(), 0);
    }

    #[test]
    fn the_first_twenty_names_are_told_sorted_and_only_when_they_changed() {
        let mut heads = HeadCount::default();
        for id in (0..30).rev() {
            heads.arrive(&person(id));
        }
        let frame = heads.say(ROOM).expect("it is new");
        let ServerFrame::Here(state) = ServerFrame::decode(&frame).expect("a frame") else { panic!("here") };
        assert_eq!(state.count, 30);
        assert_eq!(state.names, (0..20).map(|id| person(id).name).collect::<Vec<_>>());
        assert_eq!(heads.say(ROOM), None);
        heads.arrive(&person(3));
        assert_eq!(heads.say(ROOM), None);
        assert_eq!(heads.said(), Some(frame));
    }
}
