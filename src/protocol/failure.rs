//! Why something was refused, in words both sides know: over HTTP, on the socket and on the page.

use super::{
    Field, Millis, Nonce, Reason,
    loose::{Lacking, Loose},
};
use serde::{Deserialize, Serialize};

/// A refusal. `retry_ms` is there exactly when the same request may be tried again as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case", try_from = "FlatRefusal")]
pub enum Failure {
    /// No session, or one that has ended.
    SignedOut,
    /// The request came from another site than Maru's own pages.
    ForeignOrigin,
    /// It is not there, or one may not know that it is.
    NotFound,
    /// One may see it, but not do this with it.
    Forbidden,
    /// A field holds something that cannot be taken.
    Invalid {
        /// Which one.
        field: Field,
        /// What is wrong with it.
        reason: Reason,
    },
    /// Somebody else has that name.
    Taken {
        /// Which field.
        field: Field,
    },
    /// More than a frame, a request or a text may hold.
    TooLarge {
        /// How much would be taken, in characters for a text and in bytes otherwise.
        limit: u64,
    },
    /// This nonce already names another message.
    Conflict,
    /// Somebody has to own it: give it to another before.
    LastOwner,
    /// The room is archived: it can be read, nothing can be added.
    Archived,
    /// Too many requests for now.
    RateLimited {
        /// When to try again.
        retry_ms: Millis,
    },
    /// The server cannot do it now.
    Unavailable {
        /// When to try again.
        retry_ms: Millis,
    },
    /// The frame or body could not be read.
    BadFrame {
        /// What was wrong with it.
        msg: String,
    },
    /// A frame or operation that this server does not know.
    Unknown,
    /// The server's own fault.
    Internal {
        /// Finds the entry in the server's log.
        request: String,
    },
    /// The request did not reach the server. Made by the page, never sent.
    Unreachable,
    /// A code that this client does not know yet.
    Other,
}

/// Every refusal's fields side by side, and what a refused frame says beside them.
#[derive(Deserialize)]
pub(super) struct FlatRefusal {
    #[serde(default)]
    pub(super) nonce: Option<Nonce>,
    #[serde(default)]
    pub(super) fetch: Option<u32>,
    code: String,
    #[serde(default)]
    field: Loose,
    #[serde(default)]
    reason: Loose,
    #[serde(default)]
    limit: Loose,
    #[serde(default)]
    retry_ms: Loose,
    #[serde(default)]
    msg: Loose,
    #[serde(default)]
    request: Loose,
}

impl TryFrom<FlatRefusal> for Failure {
    type Error = Lacking;

    fn try_from(flat: FlatRefusal) -> Result<Self, Lacking> {
        Ok(match flat.code.as_str() {
            "signed_out" => Self::SignedOut,
            "foreign_origin" => Self::ForeignOrigin,
            "not_found" => Self::NotFound,
            "forbidden" => Self::Forbidden,
            "invalid" => Self::Invalid { field: flat.field.try_into()?, reason: flat.reason.try_into()? },
            "taken" => Self::Taken { field: flat.field.try_into()? },
            "too_large" => Self::TooLarge { limit: flat.limit.number("limit")? },
            "conflict" => Self::Conflict,
            "last_owner" => Self::LastOwner,
            "archived" => Self::Archived,
            "rate_limited" => Self::RateLimited { retry_ms: flat.retry_ms.number("retry_ms")? },
            "unavailable" => Self::Unavailable { retry_ms: flat.retry_ms.number("retry_ms")? },
            "bad_frame" => Self::BadFrame { msg: flat.msg.text("msg")? },
            "unknown" => Self::Unknown,
            "internal" => Self::Internal { request: flat.request.text("request")? },
            "unreachable" => Self::Unreachable,
            _ => Self::Other,
        })
    }
}

impl Failure {
    /// When the same request may be tried again; `None` when it is final.
    pub fn retry_ms(&self) -> Option<Millis> {
        match self {
            Self::RateLimited { retry_ms } | Self::Unavailable { retry_ms } => Some(*retry_ms),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_reads_as_the_protocol_says() {
        let text = serde_json::to_string(&Failure::RateLimited { retry_ms: 1500 }).expect("serialises");
        assert_eq!(text, r#"{"code":"rate_limited","retry_ms":1500}"#);
        let text =
            serde_json::to_string(&Failure::Invalid { field: Field::Name, reason: Reason::TooLong(32) })
                .expect("serialises");
        assert_eq!(text, r#"{"code":"invalid","field":"name","reason":{"too_long":32}}"#);
    }

    #[test]
    fn every_refusal_survives_the_wire() {
        let (field, msg) = (Field::RoomName, "?".to_owned());
        for failure in [
            Failure::SignedOut,
            Failure::ForeignOrigin,
            Failure::NotFound,
            Failure::Forbidden,
            Failure::Invalid { field: Field::Name, reason: Reason::Empty },
            Failure::Invalid { field: Field::Topic, reason: Reason::TooLong(200) },
            Failure::Invalid { field: Field::Text, reason: Reason::Unshowable },
            Failure::Invalid { field: Field::SignIn, reason: Reason::Wrong },
            Failure::Invalid { field: Field::Current, reason: Reason::Wrong },
            Failure::Invalid { field: Field::Password, reason: Reason::TooShort(8) },
            Failure::Invalid { field: Field::Password, reason: Reason::Common },
            Failure::Invalid { field: Field::Name, reason: Reason::MixedScript },
            Failure::Invalid { field: Field::Display, reason: Reason::Reserved },
            Failure::Invalid { field: Field::Email, reason: Reason::Malformed },
            Failure::Invalid { field: Field::Status, reason: Reason::TooLong(80) },
            Failure::Invalid { field: Field::Face, reason: Reason::NotAnImage },
            Failure::Invalid { field: Field::Face, reason: Reason::TooBig },
            Failure::Invalid { field: Field::Admin, reason: Reason::Last },
            Failure::Invalid { field: Field::People, reason: Reason::Oneself },
            Failure::Invalid { field: Field::Number, reason: Reason::TooMany(365) },
            Failure::Invalid { field: Field::Day, reason: Reason::Malformed },
            Failure::Invalid { field: Field::SpaceName, reason: Reason::Empty },
            Failure::Invalid { field: Field::Glyph, reason: Reason::TooLong(2) },
            Failure::Invalid { field: Field::Note, reason: Reason::TooLong(200) },
            Failure::Taken { field },
            Failure::TooLarge { limit: u64::MAX },
            Failure::Conflict,
            Failure::Archived,
            Failure::RateLimited { retry_ms: 1 },
            Failure::Unavailable { retry_ms: 2 },
            Failure::BadFrame { msg: msg.clone() },
            Failure::Unknown,
            Failure::Internal { request: msg },
            Failure::Unreachable,
            Failure::Other,
        ] {
            let text = serde_json::to_string(&failure).expect("serialises");
            assert_eq!(serde_json::from_str::<Failure>(&text).expect("its own text"), failure, "{text}");
        }
    }

    #[test]
    fn a_refusal_that_lacks_something_or_says_it_twice_is_an_error() {
        for text in [
            r#"{}"#,
            r#"{"code":"invalid","field":"name"}"#,
            r#"{"code":"invalid","field":"name","reason":{"too_long":-1}}"#,
            r#"{"code":"taken","field":"shoe"}"#,
            r#"{"code":"rate_limited","retry_ms":1.5}"#,
            r#"{"code":"conflict","code":"conflict"}"#,
        ] {
            assert!(serde_json::from_str::<Failure>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_code_from_a_newer_server_is_still_a_refusal() {
        let failure: Failure = serde_json::from_str(r#"{"code":"brand_new","x":1}"#).expect("other");
        assert_eq!(failure, Failure::Other);
        let odd = r#"{"code":"brand_new","msg":{"a":[1]},"field":7,"limit":"much","reason":{}}"#;
        assert_eq!(serde_json::from_str::<Failure>(odd).expect("other"), Failure::Other);
    }
}
