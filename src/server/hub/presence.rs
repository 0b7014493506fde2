//! Who is here: the head-count of one room, and how those who are can be reached.

use crate::protocol::{HereState, Presence, RoomId, ServerFrame, User, UserId};
use axum::extract::ws::Utf8Bytes;
use std::{collections::BTreeMap, time::Duration};
use tokio::time::Instant;

/// How many names a head-count tells.
const NAMES: usize = 20;
/// How often somebody is heard who writes in a room.
const TYPING_EVERY: Duration = Duration::from_secs(3);

/// The members of one room that are connected; each counts once. Pure: the time is passed in.
#[derive(Debug, Default)]
pub struct HeadCount {
    /// By name, so that the first few are at hand.
    people: BTreeMap<(String, UserId), Being>,
    said: Option<Utf8Bytes>,
    moved: Moved,
}

/// What changed of people since it was last told.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// How they can be reached.
    pub presences: BTreeMap<UserId, Presence>,
    /// What they are up to.
    pub statuses: BTreeMap<UserId, String>,
}

#[derive(Debug, Default)]
struct Being {
    connections: u32,
    /// When the last connection went.
    gone_at: Option<Instant>,
    presence: Presence,
    status: String,
    /// When they were last heard to write.
    typed_at: Option<Instant>,
}

impl HeadCount {
    /// One more connection of somebody.
    pub fn arrive(&mut self, who: &User) {
        let key = (who.shown().to_owned(), who.id);
        let being = self.people.entry(key).or_default();
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
    /// Somebody is not a member any more: nothing is told of them.
    pub fn remove(&mut self, who: &User) {
        self.people.remove(&(who.shown().to_owned(), who.id));
        self.moved.presences.remove(&who.id);
        self.moved.statuses.remove(&who.id);
    }
    /// Somebody who is here can be reached so, and is up to this.
    pub fn show(&mut self, who: &User, presence: Presence, status: &str) {
        let Some(being) = self.people.get_mut(&(who.shown().to_owned(), who.id)) else { return };
        if being.presence != presence {
            being.presence = presence;
            self.moved.presences.insert(who.id, presence);
        }
        if being.status != status {
            status.clone_into(&mut being.status);
            self.moved.statuses.insert(who.id, status.to_owned());
        }
    }
    /// How a member can be reached.
    pub fn presence(&self, who: &User) -> Presence {
        let being = self.people.get(&(who.shown().to_owned(), who.id));
        being.map(|being| being.presence).unwrap_or_default()
    }
    /// How all who are here can be reached.
    pub fn present(&self) -> BTreeMap<UserId, Presence> {
        self.people.iter().map(|((_, id), being)| (*id, being.presence)).collect()
    }
    /// The first few who are here.
    pub fn first(&self, limit: usize) -> Vec<UserId> {
        self.people.keys().take(limit).map(|(_, id)| *id).collect()
    }
    /// What changed since the last time.
    pub fn take_moved(&mut self) -> Moved {
        std::mem::take(&mut self.moved)
    }
    /// Somebody who is here writes; are they to be heard? Not more often than so.
    pub fn may_type(&mut self, who: &User, now: Instant) -> bool {
        let Some(being) = self.people.get_mut(&(who.shown().to_owned(), who.id)) else { return false };
        let is_heard = being.typed_at.is_none_or(|at| now >= at + TYPING_EVERY);
        if is_heard {
            being.typed_at = Some(now);
        }
        is_heard
    }
    /// Forgets those who have been away for longer than `grace`. Is somebody else about to be forgotten?
    pub fn sweep(&mut self, now: Instant, grace: Duration) -> bool {
        let moved = &mut self.moved.presences;
        self.people.retain(|(_, id), being| {
            let is_kept = being.gone_at.is_none_or(|gone_at| now < gone_at + grace);
            if !is_kept {
                moved.insert(*id, Presence::Off);
            }
            is_kept
        });
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
    #[test]
    fn what_changed_of_somebody_is_told_once_and_nothing_of_who_left() {
        let (mut heads, now) = (HeadCount::default(), Instant::now());
        let (ann, bo) = (person(1), person(2));
        heads.show(&ann, Presence::On, "");
        assert_eq!(heads.take_moved(), Moved::default(), "who is not here cannot be shown");
        for who in [&ann, &bo] {
            heads.arrive(who);
            heads.show(who, Presence::On, "tea");
        }
        heads.show(&ann, Presence::Away, "tea");
        heads.remove(&bo);
        let moved = heads.take_moved();
        assert_eq!(moved.presences, BTreeMap::from([(ann.id, Presence::Away)]));
        assert_eq!(moved.statuses, BTreeMap::from([(ann.id, "tea".to_owned())]));
        heads.show(&ann, Presence::Away, "tea");
        assert_eq!(heads.take_moved(), Moved::default());
        heads.depart(&ann, now);
        heads.sweep(now + GRACE / 2, GRACE);
        assert_eq!((heads.presence(&ann), heads.take_moved()), (Presence::Away, Moved::default()));
        heads.sweep(now + GRACE, GRACE);
        assert_eq!(heads.take_moved().presences, BTreeMap::from([(ann.id, Presence::Off)]));
    }

    #[test]
    fn who_writes_is_heard_once_in_three_seconds() {
        let (mut heads, now) = (HeadCount::default(), Instant::now());
        assert!(!heads.may_type(&person(1), now), "who is not here is not heard");
        heads.arrive(&person(1));
        assert!(heads.may_type(&person(1), now));
        assert!(!heads.may_type(&person(1), now + TYPING_EVERY / 2));
        assert!(heads.may_type(&person(1), now + TYPING_EVERY));
    }
}
