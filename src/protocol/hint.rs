//! What is told of the moment: latest values, never queued; the next one says it again.

use super::RoomId;
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
