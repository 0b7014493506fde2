//! Why something was refused, in words both sides know: over HTTP, on the socket and on the page.

use super::{
    Millis, Nonce,
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

impl TryFrom<Loose> for Field {
    type Error = Lacking;

    fn try_from(loose: Loose) -> Result<Self, Lacking> {
        match loose.text("field")?.as_str() {
            "name" => Ok(Self::Name),
            "room_name" => Ok(Self::RoomName),
            "topic" => Ok(Self::Topic),
            "slug" => Ok(Self::Slug),
            "text" => Ok(Self::Text),
            "emoji" => Ok(Self::Emoji),
            "sign_in" => Ok(Self::SignIn),
            "password" => Ok(Self::Password),
            "current" => Ok(Self::Current),
            "email" => Ok(Self::Email),
            "display" => Ok(Self::Display),
            "status" => Ok(Self::Status),
            "face" => Ok(Self::Face),
            "admin" => Ok(Self::Admin),
            "space_name" => Ok(Self::SpaceName),
            "glyph" => Ok(Self::Glyph),
            "note" => Ok(Self::Note),
            "people" => Ok(Self::People),
            "number" => Ok(Self::Number),
            _ => Err(Lacking("field")),
        }
    }
}

impl TryFrom<Loose> for Reason {
    type Error = Lacking;

    fn try_from(loose: Loose) -> Result<Self, Lacking> {
        let (word, limit) = match loose {
            Loose::Tagged(word, limit) => (word, *limit),
            loose => (loose.text("reason")?, Loose::Nothing),
        };
        match word.as_str() {
            "empty" => Ok(Self::Empty),
            "too_long" => {
                let limit = limit.number("reason")?;
                Ok(Self::TooLong(u32::try_from(limit).map_err(|_| Lacking("reason"))?))
            }
            "unshowable" => Ok(Self::Unshowable),
            "too_short" => {
                let limit = limit.number("reason")?;
                Ok(Self::TooShort(u32::try_from(limit).map_err(|_| Lacking("reason"))?))
            }
            "common" => Ok(Self::Common),
            "mixed_script" => Ok(Self::MixedScript),
            "reserved" => Ok(Self::Reserved),
            "wrong" => Ok(Self::Wrong),
            "malformed" => Ok(Self::Malformed),
            "not_an_image" => Ok(Self::NotAnImage),
            "too_big" => Ok(Self::TooBig),
            "last" => Ok(Self::Last),
            "oneself" => Ok(Self::Oneself),
            "too_many" => {
                let limit = limit.number("reason")?;
                Ok(Self::TooMany(u32::try_from(limit).map_err(|_| Lacking("reason"))?))
            }
            _ => Err(Lacking("reason")),
        }
    }
}

/// The field of a form that a refusal speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// A person's name.
    Name,
    /// A room's name.
    RoomName,
    /// A room's topic.
    Topic,
    /// A space's name in a URL.
    Slug,
    /// A message's text.
    Text,
    /// An emoji under a message.
    Emoji,
    /// A name or an e-mail address and its password, of which nobody is told which one was wrong.
    SignIn,
    /// A password to be taken.
    Password,
    /// The password one has.
    Current,
    /// An e-mail address.
    Email,
    /// What a person is shown as.
    Display,
    /// What a person is up to.
    Status,
    /// A person's picture.
    Face,
    /// Who runs the server.
    Admin,
    /// What a space is called.
    SpaceName,
    /// What stands for a space where there is no room for its name.
    Glyph,
    /// A note, or the reason of something.
    Note,
    /// Whom something concerns.
    People,
    /// A number of days, uses or seconds.
    Number,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nothing, or nothing that one could see.
    Empty,
    /// More characters than this.
    TooLong(u32),
    /// It holds characters that cannot be shown.
    Unshowable,
    /// Fewer characters than this.
    TooShort(u32),
    /// The first thing that anybody would guess.
    Common,
    /// Letters of scripts that do not go together, as look-alikes are made of.
    MixedScript,
    /// A word that would be taken for the server's own.
    Reserved,
    /// Not what it should be.
    Wrong,
    /// It does not read as what it should be.
    Malformed,
    /// Not a picture, or of a kind that is not taken.
    NotAnImage,
    /// A picture of too many bytes or pixels.
    TooBig,
    /// There has to be one, and this is the last.
    Last,
    /// One cannot do this with oneself.
    Oneself,
    /// More than this.
    TooMany(u32),
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
