//! How the people who are connected want to be seen, and whether they look: over all of their devices.

use super::lock;
use crate::protocol::{ConnId, Millis, Presence, UserId};
use crate::server::store::Manner;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Mutex,
};

/// An instant of which others are told is this coarse.
const COARSE_MS: Millis = 60_000;

/// Everybody who is connected. Pure: the time is passed in.
#[derive(Debug, Default)]
pub struct Manners {
    held: Mutex<HashMap<UserId, Held>>,
    /// Who came or went since that was last written down, and when.
    seen: Mutex<BTreeMap<UserId, Millis>>,
}

#[derive(Debug, Default)]
struct Held {
    manner: Manner,
    /// Each connection, and whether nobody looks there.
    devices: BTreeMap<ConnId, bool>,
}

/// To the minute.
pub fn coarse(at: Millis) -> Millis {
    at - at % COARSE_MS
}

impl Manners {
    /// A connection of somebody who wants to be seen so.
    pub fn enter(&self, user: UserId, conn: ConnId, manner: Manner, now: Millis) {
        let mut all = lock(&self.held);
        let held = all.entry(user).or_default();
        held.manner = manner;
        held.devices.entry(conn).or_insert(false);
        drop(all);
        self.come(user, now);
    }

    /// Somebody was here, with no connection yet.
    pub fn come(&self, user: UserId, now: Millis) {
        lock(&self.seen).insert(user, coarse(now));
    }

    /// It ended. Is another one open?
    pub fn leave(&self, user: UserId, conn: ConnId, now: Millis) -> bool {
        let mut all = lock(&self.held);
        let Some(held) = all.get_mut(&user) else { return false };
        if held.devices.remove(&conn).is_some() {
            lock(&self.seen).insert(user, coarse(now));
        }
        let is_left = !held.devices.is_empty();
        if !is_left {
            all.remove(&user);
        }
        is_left
    }

    /// Whether somebody looks at one of their devices. Is that news?
    pub fn look(&self, user: UserId, conn: ConnId, is_away: bool) -> bool {
        let mut all = lock(&self.held);
        let device = all.get_mut(&user).and_then(|held| held.devices.get_mut(&conn));
        device.is_some_and(|device| std::mem::replace(device, is_away) != is_away)
    }

    /// Somebody who is connected wants to be seen otherwise.
    pub fn change(&self, user: UserId, change: impl FnOnce(&mut Manner)) {
        if let Some(held) = lock(&self.held).get_mut(&user) {
            change(&mut held.manner);
        }
    }

    /// How somebody can be reached, and what they are up to.
    pub fn of(&self, user: UserId, now: Millis) -> (Presence, String) {
        match lock(&self.held).get(&user) {
            None => (Presence::Off, String::new()),
            Some(held) => (held.presence(now), held.manner.status(now).to_owned()),
        }
    }

    /// Looks at how somebody who is connected wants to be seen.
    pub fn ask<T>(&self, user: UserId, look: impl FnOnce(&Manner) -> T) -> Option<T> {
        lock(&self.held).get(&user).map(|held| look(&held.manner))
    }

    /// Whose status, or wish not to be disturbed, has just come to its end.
    pub fn expire(&self, now: Millis) -> Vec<UserId> {
        let mut all = lock(&self.held);
        let is_over = |until: Millis| until > 0 && until <= now;
        let over = all.iter_mut().filter_map(|(user, held)| {
            let manner = &mut held.manner;
            let (status, dnd) = (is_over(manner.status_until), is_over(manner.dnd_until));
            if status {
                (manner.status, manner.status_until) = (String::new(), 0);
            }
            if dnd {
                manner.dnd_until = 0;
            }
            (status || dnd).then_some(*user)
        });
        over.collect()
    }

    /// Who came or went since the last time, and when, to be written down.
    pub fn take_seen(&self) -> Vec<(UserId, Millis)> {
        std::mem::take(&mut *lock(&self.seen)).into_iter().collect()
    }

    /// When somebody came or went, if that is not written down yet.
    pub fn seen(&self, user: UserId) -> Option<Millis> {
        lock(&self.seen).get(&user).copied()
    }
}

impl Held {
    fn presence(&self, now: Millis) -> Presence {
        match self.devices.values().all(|is_away| *is_away) {
            _ if self.manner.is_dnd(now) => Presence::Dnd,
            true => Presence::Away,
            false => Presence::On,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: UserId = UserId::from_raw(1);
    const NOW: Millis = 1_800_000_000_000;

    fn conn(id: i64) -> ConnId {
        ConnId::from_raw(id)
    }

    fn presence(manners: &Manners, now: Millis) -> Presence {
        manners.of(ANN, now).0
    }

    #[test]
    fn who_looks_at_one_of_two_devices_is_on() {
        let manners = Manners::default();
        assert_eq!(presence(&manners, NOW), Presence::Off);
        manners.enter(ANN, conn(1), Manner::default(), NOW);
        manners.enter(ANN, conn(2), Manner::default(), NOW);
        assert!(manners.look(ANN, conn(1), true));
        assert!(!manners.look(ANN, conn(1), true), "that is no news");
        assert_eq!(presence(&manners, NOW), Presence::On);
        assert!(manners.look(ANN, conn(2), true));
        assert_eq!(presence(&manners, NOW), Presence::Away);
        assert!(manners.leave(ANN, conn(2), NOW));
        assert!(manners.look(ANN, conn(1), false));
        assert_eq!(presence(&manners, NOW), Presence::On);
        assert!(!manners.leave(ANN, conn(1), NOW));
        assert_eq!(presence(&manners, NOW), Presence::Off);
    }

    #[test]
    fn a_status_and_a_wish_for_quiet_end_by_themselves_and_once() {
        let manners = Manners::default();
        let manner = Manner {
            status: "tea".to_owned(),
            status_until: NOW + 5,
            dnd_until: NOW + 9,
            ..Manner::default()
        };
        manners.enter(ANN, conn(1), manner, NOW);
        assert_eq!(manners.of(ANN, NOW), (Presence::Dnd, "tea".to_owned()));
        assert_eq!(manners.expire(NOW + 4), []);
        assert_eq!(manners.expire(NOW + 5), [ANN]);
        assert_eq!(manners.of(ANN, NOW + 5), (Presence::Dnd, String::new()));
        assert_eq!(manners.expire(NOW + 9), [ANN]);
        assert_eq!(manners.expire(NOW + 10), []);
        assert_eq!(presence(&manners, NOW + 10), Presence::On);
    }

    #[test]
    fn an_instant_is_told_to_the_minute_and_written_once() {
        let manners = Manners::default();
        manners.enter(ANN, conn(1), Manner::default(), NOW + 1);
        manners.leave(ANN, conn(1), NOW + 59_999);
        assert_eq!(manners.seen(ANN), Some(NOW));
        assert_eq!(manners.take_seen(), [(ANN, NOW)]);
        assert_eq!(manners.take_seen(), []);
        manners.come(ANN, NOW + 60_001);
        assert_eq!(manners.seen(ANN), Some(NOW + 60_000), "who came in was here before any connection");
    }
}
