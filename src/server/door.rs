//! Who may come in, and how fast: new names and new connections, before anybody is known.

use super::settings::Limits;
use crate::protocol::{Failure, Millis};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// How many addresses are remembered; then those that have asked for nothing lately are forgotten.
const ADDRESS_LIMIT: usize = 10_000;

/// Counts those who knock.
#[derive(Debug)]
pub struct Door {
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    handshakes: Bucket,
    entries: HashMap<IpAddr, Bucket>,
    connections: HashMap<IpAddr, u32>,
}

/// Tokens spent, which come back with time.
#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    spent: f64,
    at: Millis,
}

impl Bucket {
    /// Spends one token of `burst`, of which `rate` come back in a second; else says when there will be one.
    fn spend(&mut self, rate: f64, burst: f64, now: Millis) -> Result<(), Failure> {
        let back = now.saturating_sub(self.at) as f64 * rate / 1_000.0;
        self.spent = (self.spent - back).max(0.0);
        self.at = now;
        let missing = self.spent + 1.0 - burst;
        if missing > 0.0 {
            return Err(Failure::RateLimited { retry_ms: (missing / rate * 1_000.0).ceil() as Millis });
        }
        self.spent += 1.0;
        Ok(())
    }

    fn is_idle(&self, rate: f64, now: Millis) -> bool {
        self.spent <= now.saturating_sub(self.at) as f64 * rate / 1_000.0
    }
}

impl Door {
    /// A door that holds these limits.
    pub fn new(limits: Limits) -> Self {
        Self { limits, state: Mutex::default() }
    }

    /// May this address make one more name?
    ///
    /// # Errors
    /// [`Failure::RateLimited`].
    pub fn enter(&self, from: IpAddr, now: Millis) -> Result<(), Failure> {
        if !self.limits.rates {
            return Ok(());
        }
        let (rate, burst) = (f64::from(self.limits.entries) / 60.0, f64::from(self.limits.entries_burst));
        let mut state = self.state();
        if state.entries.len() >= ADDRESS_LIMIT {
            state.entries.retain(|_, bucket| !bucket.is_idle(rate, now));
        }
        if state.entries.len() >= ADDRESS_LIMIT && !state.entries.contains_key(&from) {
            return Err(Failure::RateLimited { retry_ms: 60_000 });
        }
        state.entries.entry(from).or_default().spend(rate, burst, now)
    }

    /// May this address ask for news once more, by a long poll? Such a one comes back every time that there
    /// was news, so it takes no handshake. The answer is to be held until the poll is answered.
    ///
    /// # Errors
    /// [`Failure::RateLimited`] when this address has too many connections.
    pub fn poll(self: &Arc<Self>, from: IpAddr) -> Result<Place, Failure> {
        self.take_place(&mut self.state(), from)
    }

    /// May this address open one more connection? The answer is to be held as long as it is open.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when all together come too fast, [`Failure::RateLimited`] when this
    /// address has too many.
    pub fn connect(self: &Arc<Self>, from: IpAddr, now: Millis) -> Result<Place, Failure> {
        let rate = f64::from(self.limits.handshakes);
        let mut state = self.state();
        if self.limits.rates {
            state
                .handshakes
                .spend(rate, rate, now)
                .map_err(|failure| Failure::Unavailable { retry_ms: failure.retry_ms().unwrap_or(1_000) })?;
        }
        self.take_place(&mut state, from)
    }

    fn take_place(self: &Arc<Self>, state: &mut State, from: IpAddr) -> Result<Place, Failure> {
        let open = state.connections.get(&from).copied().unwrap_or_default();
        if self.limits.rates && open >= self.limits.address_connections {
            return Err(Failure::RateLimited { retry_ms: 30_000 });
        }
        *state.connections.entry(from).or_default() += 1;
        Ok(Place { door: Arc::clone(self), from })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Counts are whole after every line, so a panic elsewhere leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An open connection's place among those of its address.
#[derive(Debug)]
pub struct Place {
    door: Arc<Door>,
    from: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.door.state();
        if let Some(open) = state.connections.get_mut(&self.from) {
            *open -= 1;
            if *open == 0 {
                state.connections.remove(&self.from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn door(change: impl FnOnce(&mut Limits)) -> Arc<Door> {
        let mut limits = Limits::default();
        change(&mut limits);
        Arc::new(Door::new(limits))
    }

    #[test]
    fn an_address_that_makes_names_too_fast_waits_and_others_do_not() {
        let door = door(|_| ());
        for _ in 0..20 {
            assert_eq!(door.enter(HERE, 1_000), Ok(()));
        }
        let Err(Failure::RateLimited { retry_ms }) = door.enter(HERE, 1_000) else { panic!("too fast") };
        assert_eq!(retry_ms, 6_000);
        assert_eq!(door.enter(IpAddr::V4([10, 0, 0, 1].into()), 1_000), Ok(()));
        assert_eq!(door.enter(HERE, 1_000 + retry_ms), Ok(()));
        assert!(door.enter(HERE, 1_000 + retry_ms).is_err());
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_away() {
        let door = door(|limits| limits.entries_burst = 1);
        assert_eq!(door.enter(HERE, 9_000), Ok(()));
        assert!(door.enter(HERE, 1_000).is_err());
    }

    #[test]
    fn handshakes_beyond_the_rate_are_told_to_come_back() {
        let door = door(|_| ());
        let places: Vec<_> = (0..50).map(|_| door.connect(HERE, 5_000).expect("within")).collect();
        assert!(matches!(door.connect(HERE, 5_000), Err(Failure::Unavailable { retry_ms: 20 })));
        assert!(door.connect(HERE, 5_020).is_ok());
        assert_eq!(places.len(), 50);
    }

    #[test]
    fn a_closed_connection_gives_its_place_back() {
        let door = door(|limits| limits.address_connections = 1);
        let place = door.connect(HERE, 0).expect("the first");
        assert!(matches!(door.connect(HERE, 100), Err(Failure::RateLimited { .. })));
        drop(place);
        assert!(door.connect(HERE, 200).is_ok());
        assert!(door.state().connections.is_empty());
    }

    #[test]
    fn lifted_limits_let_everybody_in() {
        let door = door(|limits| limits.rates = false);
        assert!((0..1_000).all(|_| door.enter(HERE, 0).is_ok() && door.connect(HERE, 0).is_ok()));
    }
}
