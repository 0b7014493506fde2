//! Events: changes in a room that every member must see, numbered by seq, kept for ever.

use super::{
    Millis, Nonce, Seq, UserId,
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
    /// The author's own nonce; sent to the author's own connections alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Nonce>,
    /// What was done.
    pub op: Op,
}

/// What can be done in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "FlatOp")]
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
}

impl TryFrom<FlatOp> for Op {
    type Error = Lacking;

    fn try_from(flat: FlatOp) -> Result<Self, Lacking> {
        Ok(match flat.kind.as_str() {
            "message" => Self::Message { text: flat.text.text("text")? },
            "create" => Self::Create { name: flat.name.text("name")? },
            "join" => Self::Join,
            "leave" => Self::Leave,
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
            (Op::Message { text: "a".to_owned() }, r#"{"kind":"message","text":"a"}"#),
            (Op::Create { name: "a".to_owned() }, r#"{"kind":"create","name":"a"}"#),
            (Op::Join, r#"{"kind":"join"}"#),
            (Op::Leave, r#"{"kind":"leave"}"#),
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
        assert_eq!(read(more), Ok(Op::Message { text: "a".to_owned() }));
    }

    #[test]
    fn an_operation_that_lacks_something_or_says_it_twice_is_an_error() {
        for text in [
            r#"{}"#,
            r#"{"text":"a"}"#,
            r#"{"kind":1}"#,
            r#"{"kind":"message"}"#,
            r#"{"kind":"message","text":null}"#,
            r#"{"kind":"message","text":1}"#,
            r#"{"kind":"archive","on":"yes"}"#,
            r#"{"kind":"message","text":"a","text":"b"}"#,
            r#"{"kind":"message","kind":"message","text":"a"}"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
