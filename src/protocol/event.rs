//! Events: changes in a room that every member must see, numbered by seq, kept for ever.

use super::{Millis, Nonce, Seq, UserId};
use serde::{Deserialize, Serialize};

/// One change in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number in the room.
    pub seq: Seq,
    /// When the server took it.
    pub at: Millis,
    /// Who did it.
    pub by: UserId,
    /// What that person is called.
    #[serde(default)]
    pub name: String,
    /// The author's own nonce; sent to the author's own connections alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Nonce>,
    /// What was done.
    pub op: Op,
}

/// What can be done in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Op {
    /// Somebody said something.
    Message {
        /// What was said.
        text: String,
    },
    /// The room was made; always the first event.
    Create {
        /// Its name then.
        name: String,
    },
    /// The author came in.
    Join,
    /// The author went out.
    Leave,
    /// The room has another name.
    Rename {
        /// Its name from now on.
        name: String,
    },
    /// The room has another topic.
    Topic {
        /// Its topic from now on; may be empty.
        topic: String,
    },
    /// The room was archived, or restored.
    Archive {
        /// Archived?
        on: bool,
    },
    /// What was here has been deleted; the seq stays.
    Gone,
    /// An operation that this side does not know yet. It still has its place in the order.
    #[serde(other)]
    Unknown,
}
