//! What called somebody, wherever they are, and why.

use super::{Millis, RoomId, RoomKind, Seq, Space, User, space::encode_segment};
use serde::{Deserialize, Serialize};

/// Why somebody is told of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It calls them by name.
    Name,
    /// It answers something they said.
    Reply,
    /// It calls everybody.
    All,
    /// It was said to them alone, or to a few.
    Direct,
    /// They want to hear everything of the room.
    Everything,
}

/// A message that called somebody, as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// Where: the space,
    pub space: Space,
    /// the room,
    pub room: RoomId,
    /// what that is called, empty when it is called by its people,
    pub room_name: String,
    /// what kind of room it is,
    pub kind: RoomKind,
    /// and which message.
    pub seq: Seq,
    /// When.
    pub at: Millis,
    /// Who called.
    pub by: User,
    /// What was said.
    pub text: String,
    /// Why it calls.
    pub why: Why,
    /// Has it not been read yet?
    pub is_unread: bool,
}

impl Called {
    /// Where it can be read among what was said around it.
    pub fn path(&self) -> String {
        let room = match self.kind.is_direct() {
            true => self.room.to_string(),
            false => encode_segment(&self.room_name),
        };
        format!("{}/{room}/{}", self.space.path(), self.seq)
    }
}
