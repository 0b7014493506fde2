//! Events as bytes: each is serialised once, and every frame with it is a copy of those bytes.

use crate::protocol::{Event, Millis, Op, RoomId, Seq, UserId};
use axum::extract::ws::Utf8Bytes;
use std::{fmt::Write, ops::Range};

/// The most bytes that events are joined up to; one event that is larger goes alone. Small enough for
/// a reader of one kilobyte a second to take it before a write counts as stalled.
pub const FRAME_FILL: usize = 16 * 1024;

/// An event's author came into the room, or went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// In.
    In,
    /// Out.
    Out,
}

impl Motion {
    /// What an operation does to who is in the room.
    pub fn of(op: &Op) -> Option<Self> {
        match op {
            Op::Join | Op::Added { .. } => Some(Self::In),
            Op::Leave | Op::Removed { .. } => Some(Self::Out),
            _ => None,
        }
    }
}

/// One event, serialised once for everybody who will ever read it from memory.
#[derive(Debug, Clone)]
pub struct Encoded {
    /// Its number.
    pub seq: Seq,
    /// Its instant.
    pub at: Millis,
    /// Its author.
    pub by: UserId,
    /// What it does to who is in the room.
    pub motion: Option<Motion>,
    /// The message that it gave another text.
    edits: Option<Seq>,
    /// The message that it deleted.
    pub deletes: Option<Seq>,
    plain: Wire,
    /// With the nonce, for the author; `None` when it has none.
    own: Option<Wire>,
}

/// An `events` frame of one event, and where in it the event stands.
#[derive(Debug, Clone)]
struct Wire {
    frame: Utf8Bytes,
    event: Range<usize>,
}

impl Encoded {
    /// Serialises an event of a room.
    pub fn new(room: RoomId, event: &Event) -> Self {
        let wire = |text: &str| {
            let frame = join(room, event.seq - 1, None, [text]);
            let end = frame.len() - TAIL.len();
            Wire { event: end - text.len()..end, frame: frame.into() }
        };
        let text = event_text(event);
        let plain = event.nonce.and_then(|_| without_nonce(&text));
        Self {
            seq: event.seq,
            at: event.at,
            by: event.by,
            motion: Motion::of(&event.op),
            edits: event.op.of().filter(|_| matches!(event.op, Op::Edit { .. })),
            deletes: event.op.of().filter(|_| matches!(event.op, Op::Delete { .. })),
            plain: wire(plain.as_deref().unwrap_or(&text)),
            own: plain.is_some().then(|| wire(&text)),
        }
    }
    /// The event as `reader` may see it.
    pub fn event(&self, reader: UserId) -> &str {
        let wire = self.wire(reader);
        &wire.frame[wire.event.clone()]
    }
    /// The `events` frame that brings `reader` this event alone; a clone of it costs a count.
    pub fn frame(&self, reader: UserId) -> Utf8Bytes {
        self.wire(reader).frame.clone()
    }
    /// Is `reader` told more of it than others are?
    pub fn is_own(&self, reader: UserId) -> bool {
        self.by == reader && self.own.is_some()
    }
    /// Does it hold the text of this message, or one that an edit gave it?
    pub fn tells(&self, message: Seq) -> bool {
        self.seq == message || self.edits == Some(message)
    }
    /// The same event without the text that it brought: its message was deleted.
    pub fn erased(&self, room: RoomId) -> Self {
        let text = self.event(self.by);
        let mut event: Event = serde_json::from_str(text).expect("it was written from an event");
        event.op = match event.op {
            Op::Edit { of, .. } => Op::Edit { of, text: String::new() },
            _ => Op::Gone,
        };
        event.amended = None;
        Self::new(room, &event)
    }
    /// The bytes that it holds.
    pub fn weight(&self) -> usize {
        self.plain.frame.len() + self.own.as_ref().map_or(0, |wire| wire.frame.len())
    }
    fn wire(&self, reader: UserId) -> &Wire {
        self.own.as_ref().filter(|_| self.by == reader).unwrap_or(&self.plain)
    }
}

const TAIL: &str = "]}";
const NONCE: &str = r#","nonce":""#;
/// With the quotation mark after it.
const NONCE_LEN: usize = NONCE.len() + 36 + 1;

/// An event's JSON without its nonce; `None` when it has none. Only a field begins like this: within a text,
/// a quotation mark has a backslash before it.
fn without_nonce(text: &str) -> Option<String> {
    let start = text.find(NONCE)?;
    Some([&text[..start], &text[start + NONCE_LEN..]].concat())
}

/// One event's JSON.
pub fn event_text(event: &Event) -> String {
    serde_json::to_string(event).expect("an event has nothing that JSON lacks")
}

/// An `events` frame around events that are text already.
pub fn join<'e>(
    room: RoomId,
    after: Seq,
    fetch: Option<u32>,
    events: impl IntoIterator<Item = &'e str>,
) -> String {
    let mut frame = format!(r#"{{"type":"events","room":"{room}","after":{after},"#);
    if let Some(fetch) = fetch {
        write!(frame, r#""fetch":{fetch},"#).expect("a String takes all");
    }
    frame.push_str(r#""events":["#);
    for (index, event) in events.into_iter().enumerate() {
        if index > 0 {
            frame.push(',');
        }
        frame.push_str(event);
    }
    frame.push_str(TAIL);
    frame
}

/// How many of these, from the first on, go into one frame of about `limit` bytes: at least one if any.
pub fn fit(lengths: impl IntoIterator<Item = usize>, limit: usize) -> usize {
    let mut left = limit;
    let mut count = 0;
    for length in lengths {
        match left.checked_sub(length + 1) {
            Some(rest) => left = rest,
            None if count == 0 => left = 0,
            None => break,
        }
        count += 1;
    }
    count
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::protocol::{Batch, Nonce, ServerFrame};

    pub const ROOM: RoomId = RoomId::from_raw(7);
    pub const ANA: UserId = UserId::from_raw(1);
    pub const BO: UserId = UserId::from_raw(2);

    pub fn said(seq: Seq, by: UserId, op: Op) -> Event {
        let nonce = Some(Nonce::from_bytes([seq as u8; 16]));
        Event { seq, at: 1000 + seq, by, name: "아나 \"A\"".to_owned(), face: 0, nonce, op, amended: None }
    }

    pub fn message(seq: Seq) -> Event {
        said(seq, ANA, Op::said(format!("line\n{seq}")))
    }

    pub fn parse(frame: &str) -> Batch {
        match ServerFrame::decode(frame).expect("a frame") {
            ServerFrame::Events(batch) => batch,
            other => panic!("not events: {other:?}"),
        }
    }

    #[test]
    fn a_joined_frame_is_byte_for_byte_what_serde_would_write() {
        for fetch in [None, Some(3)] {
            let events = vec![message(4), message(5)];
            let texts: Vec<String> = events.iter().map(event_text).collect();
            let joined = join(ROOM, 3, fetch, texts.iter().map(String::as_str));
            let whole = ServerFrame::Events(Batch { room: ROOM, after: 3, fetch, events });
            assert_eq!(joined, serde_json::to_string(&whole).expect("serialises"));
        }
    }

    #[test]
    fn nobody_can_write_a_nonce_into_a_name_or_a_text() {
        let sly = r#"x","nonce":"0197f3a2-6c1e-7b5e-9d43-0b1c2d3e4f50","#;
        let event = Event { name: sly.to_owned(), ..said(9, ANA, Op::said(sly.to_owned())) };
        let encoded = Encoded::new(ROOM, &event);
        assert_eq!(parse(&encoded.frame(ANA)).events, std::slice::from_ref(&event));
        assert_eq!(parse(&encoded.frame(BO)).events, [Event { nonce: None, ..event.clone() }]);
        let bare = Event { nonce: None, ..event };
        assert_eq!(parse(&Encoded::new(ROOM, &bare).frame(ANA)).events, [bare]);
    }

    #[test]
    fn only_the_author_sees_the_nonce() {
        let encoded = Encoded::new(ROOM, &message(9));
        assert_eq!(parse(&encoded.frame(ANA)).events, [message(9)]);
        assert_eq!(parse(&encoded.frame(BO)).events, [Event { nonce: None, ..message(9) }]);
        assert!(!encoded.event(BO).contains("nonce"));
        assert_eq!(encoded.event(ANA), event_text(&message(9)));
        assert_eq!(parse(&encoded.frame(BO)).after, 8);
    }

    #[test]
    fn a_frame_takes_what_fits_and_never_nothing() {
        assert_eq!(fit([10, 10, 10], 22), 2);
        assert_eq!(fit([100, 1], 22), 1);
        assert_eq!(fit([], 22), 0);
        assert_eq!(fit([1; 50], 1000), 50);
    }
}
