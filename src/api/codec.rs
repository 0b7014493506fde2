//! How answers of the server are read: as text, like every other JSON on the page, so that the page
//! carries one JSON reader.

use crate::protocol::{
    Failure, Lobby, RoomPage,
    json::{Unreadable, read},
};
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType, codec::Post};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{fmt, str::FromStr};

/// The body of an answer, in JSON.
pub type Reply = Post<TextJson>;

/// JSON that is read from a string rather than from bytes.
pub struct TextJson;

impl ContentType for TextJson {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for TextJson {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for TextJson {
    type Error = serde_json::Error;

    fn encode(output: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(output).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for TextJson {
    type Error = Unreadable;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        read(std::str::from_utf8(&bytes).map_err(|_| Unreadable)?)
    }
}

/// A field of a form, if the form has it: one that is empty is not missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Given(pub Option<String>);

impl From<String> for Given {
    fn from(text: String) -> Self {
        Self(Some(text))
    }
}

impl From<Given> for String {
    fn from(given: Given) -> Self {
        given.0.unwrap_or_default()
    }
}

/// An answer that the server rendered a page with, and tells the page in its HTML. One type for all of them,
/// since each type that is waited for costs the page dearly.
#[derive(Debug, Clone)]
pub enum Told {
    /// Who one is, where one is, and what rooms there are.
    Lobby(Box<Result<Lobby, Failure>>),
    /// What a room's page opens with.
    Room(Box<Result<RoomPage, Failure>>),
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, json) = match self {
            Self::Lobby(answer) => ("l", serde_json::to_string(answer)),
            Self::Room(answer) => ("r", serde_json::to_string(answer)),
        };
        f.write_str(kind)?;
        f.write_str(&json.map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Told {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        match text.split_at_checked(1) {
            Some(("l", json)) => read(json).map(|answer| Self::Lobby(Box::new(answer))),
            Some(("r", json)) => read(json).map(|answer| Self::Room(Box::new(answer))),
            _ => Err(Unreadable),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_survives_the_wire_and_what_is_not_text_is_an_error() {
        let failure = Failure::RateLimited { retry_ms: 5 };
        let bytes = TextJson::encode(&failure).expect("serialises");
        let read: Failure = TextJson::decode(bytes).expect("its own text");
        assert_eq!(read, failure);
        let garbled: Result<String, _> = TextJson::decode(Bytes::from_static(b"\"\xff\""));
        assert!(garbled.is_err());
    }

    #[test]
    fn what_a_page_is_told_is_read_as_what_it_was() {
        let lobby = Told::Lobby(Box::new(Err(Failure::Unreachable)));
        let read: Told = lobby.to_string().parse().expect("its own text");
        assert!(matches!(&read, Told::Lobby(answer) if **answer == Err(Failure::Unreachable)), "{read:?}");
        let room = Told::Room(Box::new(Err(Failure::Unknown)));
        let read: Told = room.to_string().parse().expect("its own text");
        assert!(matches!(&read, Told::Room(answer) if **answer == Err(Failure::Unknown)), "{read:?}");
        assert!("".parse::<Told>().is_err() && "가".parse::<Told>().is_err());
    }
}
