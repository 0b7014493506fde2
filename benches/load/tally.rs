//! What is counted, and the little that is read of a frame for it.

use hdrhistogram::Histogram;

/// Counts of one or more connections.
pub struct Tally {
    /// Messages that arrived.
    pub delivered: u64,
    /// Events left out by an announced hole.
    pub skipped: u64,
    /// Events missing without a word.
    pub lost: u64,
    /// The same event right again.
    pub doubled: u64,
    /// An event after a later one.
    pub disordered: u64,
    /// Microseconds from sending to being heard, of every receiver.
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

    /// Milliseconds within which this share arrived.
    pub fn millis(&self, quantile: f64) -> f64 {
        self.latency.value_at_quantile(quantile) as f64 / 1_000.0
    }
}

/// Where a reader is in a room's log, and how many of its events may still come.
#[derive(Default)]
pub struct Place {
    last: Option<u64>,
}

impl Place {
    /// Takes an event that came after the seq `after`; answers with the hole before it, as the last seq held
    /// and the first one after the hole.
    pub fn take(&mut self, tally: &mut Tally, after: u64, seq: u64) -> Option<(u64, u64)> {
        let last = *self.last.get_or_insert(after);
        self.last = Some(last.max(seq));
        match seq {
            _ if seq == last + 1 => None,
            _ if seq == last => {
                tally.doubled += 1;
                None
            }
            _ if seq < last => {
                tally.disordered += 1;
                None
            }
            // The frame said that it begins later.
            _ if after + 1 == seq => {
                tally.skipped += seq - last - 1;
                Some((last, seq))
            }
            _ => {
                tally.lost += seq - last - 1;
                None
            }
        }
    }
}

/// A text of 100 bytes that begins with when and by whom it was sent.
pub fn text(sent_at: u64, sender: usize) -> String {
    format!("{sent_at:016} {sender:06}{}", "x".repeat(77))
}

/// One event of a frame, read as far as needed.
pub struct Event<'a> {
    /// Its place.
    pub seq: u64,
    /// What was said, if anything.
    pub text: Option<&'a str>,
}

impl Event<'_> {
    /// Who sent it.
    pub fn sender(&self) -> Option<usize> {
        self.text?.get(17..23)?.parse().ok()
    }

    /// When, in microseconds.
    pub fn sent_at(&self) -> Option<u64> {
        self.text?.get(..16)?.parse().ok()
    }
}

/// The seq that a frame of events adjoins.
pub fn after(frame: &str) -> u64 {
    frame.split(r#""after":"#).nth(1).map_or(0, number)
}

/// The events of a frame; none when it is another frame.
pub fn events(frame: &str) -> impl Iterator<Item = Event<'_>> {
    let list = if frame.starts_with(r#"{"type":"events""#) { frame } else { "" };
    list.split(r#"{"seq":"#).skip(1).map(|event| Event {
        seq: number(event),
        text: event.split_once(r#""text":""#).and_then(|(_, rest)| rest.split('"').next()),
    })
}

/// The place and the instant that an ack gives, if the frame is one.
pub fn ack(frame: &str) -> Option<(u64, u64)> {
    assert!(!frame.starts_with(r#"{"type":"refused""#), "{frame}");
    let ack = frame.strip_prefix(r#"{"type":"ack""#)?;
    Some((number(ack.split(r#""seq":"#).nth(1)?), number(ack.split(r#""at":"#).nth(1)?)))
}

fn number(text: &str) -> u64 {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().expect("a number")
}
