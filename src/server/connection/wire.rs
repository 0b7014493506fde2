//! How a connection's frames travel: over a WebSocket, as server-sent events, or as one answer to a
//! long poll. All else about a connection is the same.

use super::End;
use crate::protocol::{ByeCode, CloseCode, Millis, RoomId, Seq, ServerFrame};
use axum::{
    body::Bytes,
    extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket},
};
use futures::SinkExt;
use std::fmt::Write;
use tokio::sync::mpsc;

/// Frames of a stream that are on their way to the network; the next waits until one has gone.
const ON_THE_WAY: usize = 4;
/// Bytes after which a long poll is answered, though there is more: the client asks again.
const ANSWER_FILL: usize = 256 * 1024;

/// The way of one connection.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are sockets, which should not cost an allocation more"
)]
pub(super) enum Wire {
    /// Both ways.
    Socket(WebSocket),
    /// To the client alone; what the client says comes in requests of its own.
    Stream(mpsc::Sender<Bytes>),
    /// To the client alone, all at once.
    Poll(Answer),
}

/// What a long poll will be answered with.
#[derive(Debug, Default)]
pub(super) struct Answer {
    frames: Vec<Utf8Bytes>,
    bytes: usize,
    is_due: bool,
}

/// A frame, and what it is to those who wait for one.
pub(super) enum Out {
    /// Something that the client should hear of now.
    News(Utf8Bytes),
    /// Events up to this one, by which a reader of this room alone can go on.
    Events(Utf8Bytes, (RoomId, Seq, Millis)),
    /// Something that can wait for other news.
    Aside(Utf8Bytes),
    /// A sign of life.
    Beat,
    /// The last word.
    Close(CloseCode),
}

impl Wire {
    /// A stream, and what comes out at its other end.
    pub fn stream() -> (Self, mpsc::Receiver<Bytes>) {
        let (frames, written) = mpsc::channel(ON_THE_WAY);
        (Self::Stream(frames), written)
    }

    /// What the client says next; nothing when it is gone. Safe to be dropped and asked again.
    pub async fn heard(&mut self) -> Option<Result<Message, axum::Error>> {
        match self {
            Self::Socket(socket) => socket.recv().await,
            Self::Stream(frames) => {
                frames.closed().await;
                None
            }
            // When the client goes, the request is dropped, and this with it.
            Self::Poll(_) => std::future::pending().await,
        }
    }

    /// Takes one frame; waits while there is no room for it. On a socket it may stay here until `flush`, so
    /// that what comes soon after travels with it.
    pub async fn send(&mut self, out: Out) -> Result<(), End> {
        match self {
            Self::Socket(socket) => socket.feed(message(out)).await.map_err(lost),
            Self::Stream(frames) => frames.send(sse(&out)).await.map_err(|_| End::Lost),
            Self::Poll(answer) => answer.add(out),
        }
    }

    /// Hands on to the network what `send` took.
    pub async fn flush(&mut self) -> Result<(), End> {
        match self {
            Self::Socket(socket) => socket.flush().await.map_err(lost),
            Self::Stream(_) | Self::Poll(_) => Ok(()),
        }
    }

    /// There is something that the long poll should be answered with.
    pub fn has_answer(&self) -> bool {
        matches!(self, Self::Poll(answer) if answer.is_due)
    }

    /// The frames of a long poll, as a JSON array.
    pub fn take_answer(&mut self) -> String {
        let Self::Poll(answer) = self else { return String::new() };
        let frames: Vec<&str> = answer.frames.iter().map(Utf8Bytes::as_str).collect();
        format!("[{}]", frames.join(","))
    }
}

fn lost(error: axum::Error) -> End {
    tracing::debug!(%error, "a write failed");
    End::Lost
}

impl Answer {
    fn add(&mut self, out: Out) -> Result<(), End> {
        let (text, is_news) = match out {
            Out::News(text) | Out::Events(text, _) => (text, true),
            Out::Aside(text) => (text, false),
            Out::Close(code) => (bye(code), true),
            Out::Beat => return Ok(()),
        };
        self.is_due |= is_news;
        self.bytes += text.as_str().len();
        self.frames.push(text);
        if self.bytes >= ANSWER_FILL { Err(End::Answered) } else { Ok(()) }
    }
}

fn message(out: Out) -> Message {
    match out {
        Out::News(text) | Out::Events(text, _) | Out::Aside(text) => Message::Text(text),
        Out::Beat => Message::Ping(Bytes::new()),
        Out::Close(code) => {
            Message::Close(Some(CloseFrame { code: code as u16, reason: Utf8Bytes::default() }))
        }
    }
}

/// One event of the stream. JSON has no line breaks of its own, so one `data` line carries it.
fn sse(out: &Out) -> Bytes {
    let mut event = String::new();
    let text = match out {
        Out::News(text) | Out::Aside(text) => text.clone(),
        Out::Events(text, (room, seq, at)) => {
            let _ = writeln!(event, "id: {room}:{seq}:{at}");
            text.clone()
        }
        Out::Close(code) => bye(*code),
        Out::Beat => return Bytes::from_static(b":\n\n"),
    };
    event.reserve_exact(text.as_str().len() + 8);
    event.push_str("data: ");
    event.push_str(&text);
    event.push_str("\n\n");
    event.into()
}

/// Where there are no close codes, the last frame has it.
fn bye(code: CloseCode) -> Utf8Bytes {
    let frame = ServerFrame::Bye { code: ByeCode::Closed(code as u16), retry_ms: None };
    frame.encode().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_one_event_of_a_stream() {
        let text = |out| String::from_utf8(sse(&out).to_vec()).expect("text");
        let frame = || Utf8Bytes::from_static("{}");
        assert_eq!(text(Out::News(frame())), "data: {}\n\n");
        let room = RoomId::from_raw(7);
        assert_eq!(text(Out::Events(frame(), (room, 3, 9))), "id: r_0000000000000007:3:9\ndata: {}\n\n");
        assert_eq!(text(Out::Beat), ":\n\n");
        assert_eq!(text(Out::Close(CloseCode::SignedOut)), "data: {\"type\":\"bye\",\"code\":\"4401\"}\n\n");
    }

    #[tokio::test]
    async fn a_long_poll_waits_for_news_and_holds_no_more_than_its_fill() {
        let mut wire = Wire::Poll(Answer::default());
        assert_eq!(wire.send(Out::Aside(Utf8Bytes::from_static("1"))).await, Ok(()));
        assert!(!wire.has_answer());
        assert_eq!(wire.send(Out::Beat).await, Ok(()));
        assert_eq!(wire.send(Out::News(Utf8Bytes::from_static("2"))).await, Ok(()));
        assert!(wire.has_answer());
        assert_eq!(wire.take_answer(), "[1,2]");
        let long = Utf8Bytes::from("x".repeat(ANSWER_FILL));
        assert_eq!(wire.send(Out::News(long)).await, Err(End::Answered));
    }
}
