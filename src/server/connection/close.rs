//! What a broken frame means for its connection.

use super::End;
use crate::protocol::CloseCode;
use tungstenite::{Error, error::ProtocolError};

/// How a connection ends on which this went wrong while reading.
pub(super) fn end_of(error: axum::Error) -> End {
    let Ok(error) = error.into_inner().downcast::<Error>() else { return End::Lost };
    match *error {
        Error::Capacity(_) => End::Close(CloseCode::TooLarge),
        Error::Utf8(_) => End::Close(CloseCode::NotText),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => End::Lost,
        Error::Protocol(_) => End::Close(CloseCode::Protocol),
        _ => End::Lost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tungstenite::error::CapacityError;

    #[test]
    fn each_broken_frame_has_its_close_code() {
        let end = |error: Error| end_of(axum::Error::new(error));
        let size = CapacityError::MessageTooLong { size: 2, max_size: 1 };
        assert_eq!(end(Error::Capacity(size)), End::Close(CloseCode::TooLarge));
        assert_eq!(end(Error::Utf8(String::new())), End::Close(CloseCode::NotText));
        let unmasked = ProtocolError::UnmaskedFrameFromClient;
        assert_eq!(end(Error::Protocol(unmasked)), End::Close(CloseCode::Protocol));
        let reset = ProtocolError::ResetWithoutClosingHandshake;
        assert_eq!(end(Error::Protocol(reset)), End::Lost);
        assert_eq!(end_of(axum::Error::new("something else")), End::Lost);
    }
}
