//! How a connection begins: who speaks and what they hold, and what they are told.

use super::{ConnId, Cursor, Millis, Pairs, RoomId, RoomState, Space, UserId};
use serde::{Deserialize, Serialize};

/// The first frame of a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Program and version, for the server's log.
    #[serde(default)]
    pub client: String,
    /// The cursor of each room of which something is held. A room left out is live from now on.
    #[serde(default)]
    pub rooms: Pairs<RoomId, Cursor>,
    /// The `rev` of the list of rooms that the client holds ([`list_rev`](super::list_rev), or the last welcome's).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rev: Option<u64>,
}

/// The answer to `hello`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// Names this connection in logs.
    pub conn: ConnId,
    /// Who one is.
    pub user: UserId,
    /// The server's clock.
    pub now: Millis,
    /// The server's version; another one than the page's means: reload when convenient.
    pub build: String,
    /// How often to ping, in seconds.
    pub heartbeat_s: u32,
    /// Abilities beyond version 1.
    #[serde(default)]
    pub feat: Vec<String>,
    /// What the server takes.
    pub limits: Limits,
    /// Names the list of rooms as it is now. When it equals the hello's, the client holds that list already.
    #[serde(default)]
    pub rev: u64,
    /// Every space that one belongs to, by name.
    #[serde(default)]
    pub spaces: Vec<Space>,
    /// Every room that one is in or could join; of a list that the client holds already, only those of
    /// which the log is another one now (`reset`).
    #[serde(default)]
    pub rooms: Vec<RoomState>,
}

/// What the server takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of one frame.
    pub frame: u32,
    /// Characters of one text.
    pub text: u32,
    /// Sends a second, in the long run.
    pub rate: u32,
    /// Sends at once.
    pub burst: u32,
}
