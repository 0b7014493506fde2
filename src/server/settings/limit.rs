//! How much anybody may ask (docs/protocol.md, limits).

use super::{
    Wrong,
    flags::Flags,
    source::{Knob, Sources},
    value,
};
use crate::server::{
    faults,
    limits::{Rate, Rules},
};
use std::time::Duration;

/// How much anybody may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Whether the rates hold; sizes always do.
    pub rates: bool,
    /// Frames a second of one connection, in the long run.
    pub frames: u32,
    /// Frames of one connection at once.
    pub frames_burst: u32,
    /// Messages a second of one person, in the long run.
    pub sends: u32,
    /// Messages of one person at once.
    pub sends_burst: u32,
    /// Connections of one person.
    pub connections: u32,
    /// Connections from one address.
    pub address_connections: u32,
    /// New connections a second, over all.
    pub handshakes: u32,
    /// New names a minute from one address, in the long run.
    pub entries: u32,
    /// New names from one address at once.
    pub entries_burst: u32,
    /// Rooms in one hello.
    pub hello_rooms: u32,
    /// Events in one piece of history.
    pub fetch: u32,
    /// Frames of one connection that cannot be read, before it is closed.
    pub malformed: u32,
    /// Seconds that a long poll waits for something to tell.
    pub poll: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rates: true,
            frames: 20,
            frames_burst: 60,
            sends: 10,
            sends_burst: 30,
            connections: 20,
            address_connections: 200,
            handshakes: 50,
            entries: 10,
            entries_burst: 20,
            hello_rooms: 2_000,
            fetch: 100,
            malformed: 5,
            poll: 25,
        }
    }
}

impl Limits {
    /// What of it the live side holds people to.
    pub fn rules(&self) -> Rules {
        faults::rules(Rules {
            frames: Rate { per_second: self.frames, burst: self.frames_burst },
            sends: Rate { per_second: self.sends, burst: self.sends_burst },
            rates_off: !self.rates,
            connections: self.connections as usize,
            hello_rooms: self.hello_rooms as usize,
            fetch: self.fetch,
            malformed: self.malformed,
            poll: Duration::from_secs(self.poll.into()),
            ..Rules::default()
        })
    }
}

/// Reads them all.
pub(super) fn read(from: &mut Sources, flags: &Flags) -> Result<Limits, Wrong> {
    let built_in = Limits::default();
    let rates =
        from.take(&Knob::new("limits", "rates", "MARU_LIMITS"), flags.limits.as_deref(), value::switch)?;
    let mut number = |key, env, flag: &Option<String>, built_in| {
        from.take(&Knob::new("limits", key, env), flag.as_deref(), value::count)
            .map(|number| number.unwrap_or(built_in))
    };
    Ok(Limits {
        rates: rates.unwrap_or(built_in.rates),
        frames: number("frames", "MARU_LIMIT_FRAMES", &flags.limit_frames, built_in.frames)?,
        frames_burst: number(
            "frames-burst",
            "MARU_LIMIT_FRAMES_BURST",
            &flags.limit_frames_burst,
            built_in.frames_burst,
        )?,
        sends: number("sends", "MARU_LIMIT_SENDS", &flags.limit_sends, built_in.sends)?,
        sends_burst: number(
            "sends-burst",
            "MARU_LIMIT_SENDS_BURST",
            &flags.limit_sends_burst,
            built_in.sends_burst,
        )?,
        connections: number(
            "connections",
            "MARU_LIMIT_CONNECTIONS",
            &flags.limit_connections,
            built_in.connections,
        )?,
        address_connections: number(
            "address-connections",
            "MARU_LIMIT_ADDRESS_CONNECTIONS",
            &flags.limit_address_connections,
            built_in.address_connections,
        )?,
        handshakes: number(
            "handshakes",
            "MARU_LIMIT_HANDSHAKES",
            &flags.limit_handshakes,
            built_in.handshakes,
        )?,
        entries: number("entries", "MARU_LIMIT_ENTRIES", &flags.limit_entries, built_in.entries)?,
        entries_burst: number(
            "entries-burst",
            "MARU_LIMIT_ENTRIES_BURST",
            &flags.limit_entries_burst,
            built_in.entries_burst,
        )?,
        hello_rooms: number(
            "hello-rooms",
            "MARU_LIMIT_HELLO_ROOMS",
            &flags.limit_hello_rooms,
            built_in.hello_rooms,
        )?,
        fetch: number("fetch", "MARU_LIMIT_FETCH", &flags.limit_fetch, built_in.fetch)?,
        malformed: number("malformed", "MARU_LIMIT_MALFORMED", &flags.limit_malformed, built_in.malformed)?,
        poll: number("poll", "MARU_LIMIT_POLL", &flags.limit_poll, built_in.poll)?,
    })
}
