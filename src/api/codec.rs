//! How answers of the server are read: as text, like every other JSON on the page, so that the page
//! carries one JSON reader.

use crate::protocol::json::{Unreadable, read};
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType, codec::Post};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Failure;

    #[test]
    fn an_answer_survives_the_wire_and_what_is_not_text_is_an_error() {
        let failure = Failure::RateLimited { retry_ms: 5 };
        let bytes = TextJson::encode(&failure).expect("serialises");
        let read: Failure = TextJson::decode(bytes).expect("its own text");
        assert_eq!(read, failure);
        let garbled: Result<String, _> = TextJson::decode(Bytes::from_static(b"\"\xff\""));
        assert!(garbled.is_err());
    }
}
