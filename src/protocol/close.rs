//! Why the server ends a connection.

use serde::{Deserialize, Serialize};

/// Why the server says bye.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum ByeCode {
    /// The server stops or restarts.
    Restart,
    /// The close code, where the transport has none of its own.
    Closed(u16),
    /// A reason that this client does not know yet.
    Other,
}

impl From<String> for ByeCode {
    fn from(word: String) -> Self {
        match word.as_str() {
            "restart" => Self::Restart,
            code => code.parse().map_or(Self::Other, Self::Closed),
        }
    }
}

impl From<ByeCode> for String {
    fn from(code: ByeCode) -> Self {
        match code {
            ByeCode::Restart => "restart".to_owned(),
            ByeCode::Closed(code) => code.to_string(),
            ByeCode::Other => "other".to_owned(),
        }
    }
}

/// Why a connection was closed: the WebSocket close code (RFC 6455, 7.4), ours being 4000 + HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub enum CloseCode {
    /// The client is leaving.
    Away = 1001,
    /// Not a WebSocket frame as RFC 6455 has it, or binary.
    Protocol = 1002,
    /// Not UTF-8.
    NotText = 1007,
    /// More bytes than a frame may have.
    TooLarge = 1009,
    /// The server restarts: come back after the `retry_ms` of `bye`.
    Restart = 1012,
    /// Too many frames that could not be read.
    Malformed = 4400,
    /// The session ended: sign in again.
    SignedOut = 4401,
    /// No `hello` in time, silence, or a write that made no progress.
    TimedOut = 4408,
    /// Too many connections of one person; the oldest goes.
    Crowded = 4409,
    /// Far too many frames.
    Flood = 4429,
    /// The server's own fault.
    Internal = 4500,
    /// The server cannot keep up.
    Overloaded = 4503,
}

impl CloseCode {
    /// Whether to try again after a close with this code (docs/protocol.md, close codes).
    pub fn may_return(code: u16) -> bool {
        !matches!(code, 4400 | 4401 | 4403 | 4409 | 4426)
    }
}
