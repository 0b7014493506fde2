//! What is counted, and the little that is read of a frame for it.

use super::{light, light::Light};
use hdrhistogram::Histogram;
use tokio::time::Instant;

/// Counts of one or more connections.
pub struct Tally {
    /// Messages that arrived, or acks.
    pub delivered: u64,
    /// Events left out by an announced hole.
    pub skipped: u64,
    /// Events missing without a word.
    pub lost: u64,
    /// The same event right again.
    pub doubled: u64,
    /// An event after a later one.
    pub disordered: u64,
    /// Microseconds.
    pub latency: Histogram<u64>,
}

impl Default for Tally {
    fn default() -> Self {
        let latency = Histogram::new_with_bounds(1, 120_000_000, 2).expect("sensible bounds");
        Self { delivered: 0, skipped: 0, lost: 0, doubled: 0, disordered: 0, latency }
    }
}

impl Tally {
    /// One that arrived after so many microseconds.
    pub fn record(&mut self, micros: u64) {
        self.delivered += 1;
        self.latency.saturating_record(micros);
    }

    /// Takes over another's counts.
    pub fn add(&mut self, other: Self) {
        self.delivered += other.delivered;
        self.skipped += other.skipped;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.disordered += other.disordered;
        self.latency.add(other.latency).expect("the same bounds");
    }

    /// Acked places must be a gapless run in each room, each given once.
    pub fn check_places(&mut self, mut places: Vec<(String, u64)>) {
        places.sort_unstable();
        for pair in places.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            match pair[1].1 - pair[0].1 {
                0 => self.doubled += 1,
                step => self.lost += step - 1,
            }
        }
    }
}

/// A text of 100 bytes that begins with when and by whom it was sent.
pub fn text(sent_at: u64, sender: usize) -> String {
    format!("{sent_at:016} {}{}", mark(sender), "x".repeat(77))
}

/// How a sender marks its texts.
pub fn mark(sender: usize) -> String {
    format!("{sender:06}")
}

/// One event of a frame, read as far as needed.
pub struct Event<'a> {
    seq: u64,
    text: Option<&'a str>,
}

impl Event<'_> {
    /// By whom it was sent.
    pub fn mark(&self) -> Option<&str> {
        self.text?.get(17..23)
    }
    fn sent_at(&self) -> Option<u64> {
        self.text?.get(..16)?.parse().ok()
    }
}

/// The events of a frame; none when it is another frame.
pub fn events(frame: &str) -> impl Iterator<Item = Event<'_>> {
    let list = if frame.starts_with(r#"{"type":"events""#) { frame } else { "" };
    list.split(r#"{"seq":"#).skip(1).map(|event| Event {
        seq: number(event),
        text: event.split_once(r#""text":""#).and_then(|(_, rest)| rest.split('"').next()),
    })
}

/// An ack: the draft's place, and when it was sent.
pub struct Ack {
    /// Its place.
    pub seq: u64,
    /// Microseconds of the clock.
    pub sent_at: u64,
}

/// The ack in a frame, if it is one.
pub fn ack(frame: &str) -> Option<Ack> {
    assert!(!frame.starts_with(r#"{"type":"refused""#), "{frame}");
    let ack = frame.strip_prefix(r#"{"type":"ack""#)?;
    let nonce = ack.split(r#""nonce":""#).nth(1)?.get(..36)?;
    let sent_at = u64::from_str_radix(&nonce[24..], 16).ok()?;
    Some(Ack { seq: number(ack.split(r#""seq":"#).nth(1)?), sent_at })
}

fn number(text: &str) -> u64 {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().expect("a number")
}

/// Follows a room until somebody says "end".
pub async fn read_to_the_end(mut light: Light, clock: Instant) -> Tally {
    let (mut tally, mut last) = (Tally::default(), None);
    loop {
        let frame = light.next().await;
        let now = light::micros(clock);
        let mut after = frame.split(r#""after":"#).nth(1).map_or(0, number);
        for event in events(frame) {
            let expected = *last.get_or_insert(after) + 1;
            match event.seq {
                seq if seq > expected && after + 1 == seq => tally.skipped += seq - expected,
                seq if seq > expected => tally.lost += seq - expected,
                seq if seq + 1 == expected => tally.doubled += 1,
                seq if seq < expected => tally.disordered += 1,
                _ => {}
            }
            after = event.seq;
            last = last.max(Some(event.seq));
            if event.text == Some("end") {
                return tally;
            }
            if let Some(sent_at) = event.sent_at() {
                tally.record(now.saturating_sub(sent_at));
            }
        }
    }
}
