//! How a connection ends, and what a broken frame means for it.

use super::{
    Connection, End,
    wire::{Out, Wire},
};
use crate::protocol::{ByeCode, CloseCode, ServerFrame};
use crate::server::clock::random;
use axum::extract::ws::{Message, WebSocket};
use futures::StreamExt;
use std::time::Duration;
use tokio::time::timeout;
use tungstenite::{Error, error::ProtocolError};

/// How long a closed connection waits for the client to have read why.
const LINGER: Duration = Duration::from_secs(2);
/// Clients come back spread over this long after a restart.
pub(super) const RETURN_MS: u64 = 5000;

impl Connection {
    /// Says why, and waits a little for the client to have read it.
    pub(super) async fn finish(&mut self, end: End) {
        let (conn, user) = (self.mailbox.conn, self.who.id);
        let code = match end {
            End::Lost | End::Stuck | End::Answered => None,
            End::Left => None,
            End::Close(code) => Some(code),
            End::Restart => match self.say_bye().await {
                Ok(()) => Some(CloseCode::Restart),
                Err(_) => return,
            },
        };
        match end {
            // Somebody's fault, and worth knowing.
            End::Close(code) if code != CloseCode::SignedOut => {
                tracing::info!(%conn, %user, code = code as u16, "closed a connection");
            }
            _ => tracing::debug!(%conn, %user, ?end, "a connection ends"),
        }
        self.retire();
        // Without close codes, the bye was the last word.
        let is_said = end == End::Restart && !matches!(self.wire, Wire::Socket(_));
        if let Some(code) = code.filter(|_| !is_said)
            && self.write(Out::Close(code)).await.is_err()
        {
            return;
        }
        if let (Wire::Socket(socket), true) = (&mut self.wire, code.is_some() || end == End::Left) {
            linger(socket, code.is_none()).await;
        }
    }

    async fn say_bye(&mut self) -> Result<(), End> {
        while let Some(settled) = self.in_flight.next().await {
            self.tell_settled(settled).await?;
        }
        let retry_ms = Some(u64::from_le_bytes(random()) % RETURN_MS);
        self.tell(&ServerFrame::Bye { code: ByeCode::Restart, retry_ms }).await
    }
}

/// Reads on until the client has gone, for a while.
async fn linger(socket: &mut WebSocket, mut is_heard: bool) {
    let gone = async {
        while let Some(Ok(message)) = socket.recv().await {
            is_heard |= matches!(message, Message::Close(_));
        }
        if !is_heard {
            // What the client is still sending is not read any more, and dropping the socket over
            // it resets the connection: give the reason time to arrive.
            tokio::time::sleep(LINGER / 4).await;
        }
    };
    let _ = timeout(LINGER, gone).await;
}

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
