//! Events: changes in a room that every member must see, numbered by seq, kept for ever.

use super::{
    Millis, Nonce, Pairs, Role, Seq, UserId,
    account::is_zero,
    loose::{Lacking, Loose},
};
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
    /// The number of that person's picture; 0 when there is none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub face: u32,
    /// The author's own nonce; sent to the author's own connections alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Nonce>,
    /// What was done.
    pub op: Op,
    /// What became of a message between its own seq and the moment at which it was read from the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amended: Option<Box<Amended>>,
}

/// What became of a message since it was said. The text in its operation is the newest then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amended {
    /// The newest event about the message that is told of here: what comes at or below it is in already.
    pub seq: Seq,
    /// When its text was last changed; `None` when it is as it was first said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Millis>,
    /// Who reacted, and how; in the order in which each emoji was first used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
}

/// One emoji under a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// Which.
    pub emoji: String,
    /// Who chose it, and what they are called.
    pub by: Pairs<UserId, String>,
}

/// What can be done in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "FlatOp")]
pub enum Op {
    /// Somebody said something.
    Message {
        /// What was said.
        text: String,
        /// The seq of the message that it answers, in the same room.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<Seq>,
    },
    /// The author gave a message of theirs another text.
    Edit {
        /// The message's seq.
        of: Seq,
        /// Its text from now on; empty once the message has been deleted.
        text: String,
    },
    /// A message was deleted, for everybody: its text is gone from the log.
    Delete {
        /// The message's seq.
        of: Seq,
    },
    /// The author put an emoji under a message, or took it back.
    React {
        /// The message's seq.
        of: Seq,
        /// Which emoji.
        emoji: String,
        /// Put there?
        on: bool,
    },
    /// The room was made; always the first event.
    Create {
        /// Its name then.
        name: String,
    },
    /// The author came in.
    Join,
    /// The author was brought in.
    Added {
        /// What the one is called who did it.
        by: String,
    },
    /// The author went out.
    Leave,
    /// The author was sent out.
    Removed {
        /// What the one is called who did it.
        by: String,
    },
    /// The author has another role in the room.
    Role {
        /// The role from now on.
        role: Role,
        /// What the one is called who gave it.
        by: String,
    },
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
    Unknown,
}

/// Every operation's fields side by side. Read without looking ahead for the kind, which a reader of
/// tagged enums pays for with a buffer and a second reader for what is in it.
#[derive(Deserialize)]
struct FlatOp {
    kind: String,
    #[serde(default)]
    text: Loose,
    #[serde(default)]
    name: Loose,
    #[serde(default)]
    topic: Loose,
    #[serde(default)]
    on: Loose,
    #[serde(default)]
    of: Loose,
    #[serde(default)]
    emoji: Loose,
    #[serde(default)]
    by: Loose,
    #[serde(default)]
    role: Loose,
    #[serde(default)]
    reply_to: Loose,
}

impl Op {
    /// Somebody said something that answers no message in particular.
    pub fn said(text: impl Into<String>) -> Self {
        Self::Message { text: text.into(), reply_to: None }
    }

    /// The message that this answers, when it says something and answers one.
    pub fn answers(&self) -> Option<Seq> {
        if let Self::Message { reply_to, .. } = self { *reply_to } else { None }
    }

    /// The message that this is about, when it changes one.
    pub fn of(&self) -> Option<Seq> {
        match self {
            Self::Edit { of, .. } | Self::Delete { of } | Self::React { of, .. } => Some(*of),
            _ => None,
        }
    }
}

impl TryFrom<FlatOp> for Op {
    type Error = Lacking;

    fn try_from(flat: FlatOp) -> Result<Self, Lacking> {
        Ok(match flat.kind.as_str() {
            "message" => Self::Message {
                text: flat.text.text("text")?,
                reply_to: flat.reply_to.number("reply_to").ok(),
            },
            "edit" => Self::Edit { of: flat.of.number("of")?, text: flat.text.text("text")? },
            "delete" => Self::Delete { of: flat.of.number("of")? },
            "react" => Self::React {
                of: flat.of.number("of")?,
                emoji: flat.emoji.text("emoji")?,
                on: flat.on.flag("on")?,
            },
            "create" => Self::Create { name: flat.name.text("name")? },
            "join" => Self::Join,
            "added" => Self::Added { by: flat.by.text("by")? },
            "leave" => Self::Leave,
            "removed" => Self::Removed { by: flat.by.text("by")? },
            "role" => Self::Role {
                role: flat.role.text("role")?.try_into().map_err(|_| Lacking("role"))?,
                by: flat.by.text("by")?,
            },
            "rename" => Self::Rename { name: flat.name.text("name")? },
            "topic" => Self::Topic { topic: flat.topic.text("topic")? },
            "archive" => Self::Archive { on: flat.on.flag("on")? },
            "gone" => Self::Gone,
            _ => Self::Unknown,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Op, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn every_operation_survives_the_wire() {
        for (op, text) in [
            (Op::said("a"), r#"{"kind":"message","text":"a"}"#),
            (
                Op::Message { text: "a".to_owned(), reply_to: Some(3) },
                r#"{"kind":"message","text":"a","reply_to":3}"#,
            ),
            (Op::Edit { of: 7, text: "a".to_owned() }, r#"{"kind":"edit","of":7,"text":"a"}"#),
            (Op::Delete { of: 7 }, r#"{"kind":"delete","of":7}"#),
            (
                Op::React { of: 7, emoji: "👍".to_owned(), on: true },
                r#"{"kind":"react","of":7,"emoji":"👍","on":true}"#,
            ),
            (Op::Create { name: "a".to_owned() }, r#"{"kind":"create","name":"a"}"#),
            (Op::Join, r#"{"kind":"join"}"#),
            (Op::Added { by: "a".to_owned() }, r#"{"kind":"added","by":"a"}"#),
            (Op::Leave, r#"{"kind":"leave"}"#),
            (Op::Removed { by: "a".to_owned() }, r#"{"kind":"removed","by":"a"}"#),
            (
                Op::Role { role: Role::Moderator, by: "a".to_owned() },
                r#"{"kind":"role","role":"moderator","by":"a"}"#,
            ),
            (Op::Rename { name: "a".to_owned() }, r#"{"kind":"rename","name":"a"}"#),
            (Op::Topic { topic: String::new() }, r#"{"kind":"topic","topic":""}"#),
            (Op::Archive { on: true }, r#"{"kind":"archive","on":true}"#),
            (Op::Gone, r#"{"kind":"gone"}"#),
            (Op::Unknown, r#"{"kind":"unknown"}"#),
        ] {
            assert_eq!(serde_json::to_string(&op).expect("serialises"), text);
            assert_eq!(read(text), Ok(op));
        }
    }

    #[test]
    fn an_operation_of_a_newer_server_is_unknown_whatever_is_in_it() {
        for text in [
            r#"{"kind":"poll","q":"?"}"#,
            r#"{"kind":"poll","text":{"ko":["가",1.5,null]},"name":-1,"topic":{},"on":[]}"#,
            r#"{"text":"a","on":1e300,"kind":"poll"}"#,
        ] {
            assert_eq!(read(text), Ok(Op::Unknown), "{text}");
        }
        let more = r#"{"kind":"message","mood":{"a":[1]},"text":"a"}"#;
        assert_eq!(read(more), Ok(Op::said("a")));
    }

    #[test]
    fn an_operation_that_lacks_something_or_says_it_twice_is_an_error() {
        for text in [
            r#"{}"#,
            r#"{"text":"a"}"#,
            r#"{"kind":1}"#,
            r#"{"kind":"message"}"#,
            r#"{"kind":"message","text":null}"#,
            r#"{"kind":"edit","of":-1,"text":"a"}"#,
            r#"{"kind":"delete"}"#,
            r#"{"kind":"react","of":1,"emoji":"👍"}"#,
            r#"{"kind":"message","text":1}"#,
            r#"{"kind":"archive","on":"yes"}"#,
            r#"{"kind":"message","text":"a","text":"b"}"#,
            r#"{"kind":"message","kind":"message","text":"a"}"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
