//! How far somebody has read a room, as it is said and as it is told.

use super::{RoomId, Seq, account::is_zero};
use serde::{Deserialize, Serialize};

/// Everything in a room up to a seq has been seen; or, set `back`, what comes after it is to be unread again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// Which room.
    pub room: RoomId,
    /// The newest seq that was seen. Without `back`, a lesser one than is known changes nothing.
    pub seq: Seq,
    /// The marker is put here from wherever it stands.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub back: bool,
    /// How often one knew the marker to have been set back when this was said. When it has been set back once
    /// more since, this is of an earlier time, and changes nothing. Left out, it counts whenever it comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backs: Option<u32>,
}

impl Marker {
    /// Everything up to here has been seen.
    pub fn upto(room: RoomId, seq: Seq) -> Self {
        Self { room, seq, back: false, backs: None }
    }
}

/// How far one person has read one room. The same on all of that person's devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadState {
    /// Which room.
    pub room: RoomId,
    /// Everything up to here has been seen.
    pub seq: Seq,
    /// The room's newest seq when this was counted: later messages are not in the counts.
    pub head: Seq,
    /// How many messages of others are after `seq`.
    pub unread: u32,
    /// How many of them call one.
    pub mentions: u32,
    /// How often the marker was set back, counted on over leaving and coming back: of two states the one with the
    /// greater `(backs, seq)` is the later.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub backs: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_says_no_more_than_it_has_to() {
        let room = RoomId::from_raw(1);
        for (marker, text) in [
            (Marker::upto(room, 7), r#"{"room":"r_0000000000000001","seq":7}"#),
            (
                Marker { room, seq: 7, back: true, backs: Some(0) },
                r#"{"room":"r_0000000000000001","seq":7,"back":true,"backs":0}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&marker).expect("serialises"), text);
            assert_eq!(serde_json::from_str::<Marker>(text).expect("its own text"), marker);
        }
    }
}
