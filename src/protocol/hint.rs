//! What is told of the moment: latest values, never queued; the next one says it again.

use super::{Millis, RoomId, Seq};
use serde::{Deserialize, Serialize};

/// Who is here now in one room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HereState {
    /// Which room.
    pub room: RoomId,
    /// How many of its members are here.
    pub count: u32,
    /// The names of the first few, sorted.
    pub names: Vec<String>,
}

/// How far one person has read one room. The same on all of that person's devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadState {
    /// Which room.
    pub room: RoomId,
    /// Everything up to here has been seen.
    pub seq: Seq,
    /// How many messages of others are after that.
    pub unread: u32,
    /// How many of them call one by name.
    pub mentions: u32,
}

/// A text that somebody is still writing in a room. The same on all of that person's devices: the newest counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    /// Which room.
    pub room: RoomId,
    /// The text so far; empty when it was said, or given up.
    pub text: String,
    /// When it was written, by the server's clock as the client knows it.
    pub at: Millis,
}
