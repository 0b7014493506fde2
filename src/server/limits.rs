//! How much one connection and one person may ask for, and the buckets that hold them to it.

use crate::protocol::{Limits, Millis, TEXT_LIMIT};
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// The most bytes of one frame from a client.
pub const FRAME_BYTES: usize = 64 * 1024;

/// So many at once, and so many a second in the long run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// In the long run.
    pub per_second: u32,
    /// At once, after a while of silence.
    pub burst: u32,
}

impl Rate {
    fn interval(self) -> Duration {
        Duration::from_secs(1) / self.per_second.max(1)
    }
}

/// Every limit of the live side (docs/protocol.md, limits).
#[derive(Debug, Clone)]
pub struct Rules {
    /// Frames of one connection.
    pub frames: Rate,
    /// Frames above `frames` that are still answered with a refusal; beyond them the connection is closed.
    pub excess: Rate,
    /// Sends of one person, over all connections and transports.
    pub sends: Rate,
    /// No rate is checked: for measuring, never for the open.
    pub rates_off: bool,
    /// Rooms that one hello may name.
    pub hello_rooms: usize,
    /// Events that one fetch may ask for.
    pub fetch: u32,
    /// Connections of one person; the oldest is closed for the next.
    pub connections: usize,
    /// Sends of one connection that have no answer yet; it is not read from meanwhile.
    pub in_flight: usize,
    /// Frames that could not be read, until the connection is closed.
    pub malformed: u32,
    /// Drafts and changes that wait for the writer; beyond them the answer is `unavailable`.
    pub queue: usize,
    /// How soon the hello must come.
    pub hello_within: Duration,
    /// How often clients are asked to ping, and how often the server does.
    pub heartbeat: Duration,
    /// How often a stream shows that the server lives.
    pub beat: Duration,
    /// How long a long poll waits for something to tell.
    pub poll: Duration,
    /// Silence after which a connection is closed.
    pub silence: Duration,
    /// How long a write may make no progress.
    pub stall: Duration,
    /// How long somebody who went away still counts as here.
    pub grace: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            frames: Rate { per_second: 20, burst: 60 },
            excess: Rate { per_second: 1, burst: 200 },
            sends: Rate { per_second: 10, burst: 30 },
            rates_off: false,
            hello_rooms: 2000,
            fetch: 100,
            connections: 20,
            in_flight: 256,
            malformed: 5,
            queue: 4096,
            hello_within: Duration::from_secs(10),
            heartbeat: Duration::from_secs(25),
            beat: Duration::from_secs(15),
            poll: Duration::from_secs(25),
            silence: Duration::from_secs(75),
            stall: Duration::from_secs(20),
            grace: Duration::from_secs(10),
        }
    }
}

impl Rules {
    /// What clients are told of them.
    pub fn told(&self) -> Limits {
        Limits {
            frame: FRAME_BYTES as u32,
            text: TEXT_LIMIT as u32,
            rate: self.sends.per_second,
            burst: self.sends.burst,
        }
    }
}

/// A token bucket that is one instant wide: when it will be full again.
#[derive(Debug, Clone, Copy)]
pub struct Bucket {
    full_at: Instant,
}

impl Bucket {
    /// A full one.
    pub fn new(now: Instant) -> Self {
        Self { full_at: now }
    }
    /// Takes one token.
    ///
    /// # Errors
    /// How long until there is one.
    pub fn take(&mut self, rate: Rate, now: Instant) -> Result<(), Duration> {
        let full_at = self.full_at.max(now) + rate.interval();
        let wait = (full_at - now).saturating_sub(rate.interval() * rate.burst.max(1));
        if !wait.is_zero() {
            return Err(wait);
        }
        self.full_at = full_at;
        Ok(())
    }
    /// Nothing would be lost by forgetting it.
    pub fn is_full(&self, now: Instant) -> bool {
        self.full_at <= now
    }
}

/// One bucket a key. Full ones are forgotten, so it holds only those who were busy lately.
#[derive(Debug)]
pub struct Buckets<K> {
    rate: Rate,
    held: Mutex<Held<K>>,
}

#[derive(Debug)]
struct Held<K> {
    buckets: HashMap<K, Bucket>,
    sweep_at: usize,
}

const SWEEP_FROM: usize = 64;

impl<K: Hash + Eq> Buckets<K> {
    /// Buckets of this rate.
    pub fn new(rate: Rate) -> Self {
        Self { rate, held: Mutex::new(Held { buckets: HashMap::new(), sweep_at: SWEEP_FROM }) }
    }
    /// Takes one token of `key`.
    ///
    /// # Errors
    /// How long until there is one.
    pub fn take(&self, key: K, now: Instant) -> Result<(), Duration> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = held.buckets.entry(key).or_insert_with(|| Bucket::new(now)).take(self.rate, now);
        if held.buckets.len() >= held.sweep_at {
            held.buckets.retain(|_, bucket| !bucket.is_full(now));
            held.sweep_at = (held.buckets.len() * 2).max(SWEEP_FROM);
        }
        taken
    }
    /// How many keys are held.
    pub fn len(&self) -> usize {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).buckets.len()
    }
    /// Nobody was busy lately.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A wait as the wire says it: rounded up, so that coming back then succeeds.
pub fn retry_ms(wait: Duration) -> Millis {
    wait.as_micros().div_ceil(1000).max(1) as Millis
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { per_second: 10, burst: 3 };

    #[test]
    fn a_full_bucket_gives_its_burst_and_then_its_rate() {
        let start = Instant::now();
        let mut bucket = Bucket::new(start);
        for _ in 0..3 {
            assert_eq!(bucket.take(RATE, start), Ok(()));
        }
        assert_eq!(bucket.take(RATE, start), Err(Duration::from_millis(100)));
        let later = start + Duration::from_millis(100);
        assert_eq!(bucket.take(RATE, later), Ok(()));
        assert_eq!(bucket.take(RATE, later + Duration::from_millis(60)), Err(Duration::from_millis(40)));
    }

    #[test]
    fn a_refused_one_costs_nothing_and_silence_fills_no_more_than_the_burst() {
        let start = Instant::now();
        let mut bucket = Bucket::new(start);
        while bucket.take(RATE, start).is_ok() {}
        for _ in 0..100 {
            assert!(bucket.take(RATE, start).is_err());
        }
        let later = start + Duration::from_secs(3600);
        assert!(bucket.is_full(later));
        assert_eq!((0..10).filter(|_| bucket.take(RATE, later).is_ok()).count(), 3);
    }

    #[test]
    fn coming_back_when_told_succeeds() {
        let start = Instant::now();
        let mut bucket = Bucket::new(start);
        let rate = Rate { per_second: 7, burst: 1 };
        assert_eq!(bucket.take(rate, start), Ok(()));
        let wait = bucket.take(rate, start).expect_err("it is empty");
        assert_eq!(bucket.take(rate, start + Duration::from_millis(retry_ms(wait))), Ok(()));
    }

    #[test]
    fn people_have_their_own_buckets_and_the_quiet_ones_are_forgotten() {
        let buckets = Buckets::new(RATE);
        let start = Instant::now();
        while buckets.take(0, start).is_ok() {}
        assert_eq!(buckets.take(1, start), Ok(()));
        for second in 1..100 {
            for person in 0..100 {
                let _ = buckets.take(person, start + Duration::from_secs(second * 60 + person / 10));
            }
        }
        assert!(buckets.len() <= 2 * SWEEP_FROM, "{} are held", buckets.len());
    }
}
