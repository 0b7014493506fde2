//! One open connection: hello, then whatever is due, at the reader's own speed.
//!
//! One task a connection, and no queue in it: what waits is a cursor a room and the latest of each hint.

mod close;
mod deliver;
mod greet;
mod hear;
mod present;
#[cfg(test)]
mod tests;
mod wire;

pub use hear::{Address, describe, fetched};

use super::{
    clock::random,
    hub::{Hub, mailbox::Mailbox, room::Leaving, room::Room},
    limits::{Bucket, FRAME_BYTES},
    session::Session,
};
use crate::protocol::{
    Ack, CloseCode, ConnId, Failure, Hello, Nonce, Refused, RoomId, Seq, ServerFrame, SpaceId, User,
};
use axum::{
    body::Bytes,
    extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade},
};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::mpsc,
    task::yield_now,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;
use wire::{Answer, Out, Wire};

/// Bytes that are held for each socket to read into, idle or not; a larger frame makes more room for itself.
const READ_BUFFER: usize = 1024;
/// Bytes beyond which frames go out, although more are coming.
const WRITE_BUFFER: usize = 16 * 1024;

/// Sets the sizes under which an idle connection costs a few kilobytes, and a frame is 64 KiB at most.
pub fn configure(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(256 * 1024)
        .max_message_size(FRAME_BYTES)
        .max_frame_size(FRAME_BYTES)
}

/// Serves one socket until it ends, or until `shutdown`: then what is in flight is answered, and the
/// client is told to come back.
pub async fn run(socket: WebSocket, hub: Hub, who: Session, shutdown: CancellationToken) {
    let mut connection = Connection::open(Wire::Socket(socket), hub, who);
    let end = connection.serve(&shutdown).await;
    Box::pin(connection.finish(end)).await;
}

/// Begins a stream of server-sent events in answer to a hello: what the client reads of it, and what
/// serves it until it ends. When the reader is stuck, `cut` is cancelled: no word gets through to it.
pub fn stream(
    hub: Hub,
    who: Session,
    hello: Hello,
    shutdown: CancellationToken,
    cut: CancellationToken,
) -> (mpsc::Receiver<Bytes>, impl Future<Output = ()> + Send) {
    let (wire, written) = Wire::stream();
    let mut connection = Connection::open(wire, hub, who);
    let served = async move {
        let end = connection.answer(hello, &shutdown).await;
        if end == End::Stuck {
            cut.cancel();
        }
        connection.finish(end).await;
    };
    (written, served)
}

/// Answers a hello with a JSON array of frames, as soon as there is anything new to tell.
pub async fn poll(hub: Hub, who: Session, hello: Hello, shutdown: CancellationToken) -> String {
    let mut connection = Connection::open(Wire::Poll(Answer::default()), hub, who);
    let end = connection.answer(hello, &shutdown).await;
    connection.finish(end).await;
    connection.wire.take_answer()
}

/// The server's end of one connection.
struct Connection {
    wire: Wire,
    hub: Hub,
    who: User,
    /// The spaces that were told.
    spaces: BTreeSet<SpaceId>,
    mailbox: Arc<Mailbox>,
    /// The hello has been heard.
    is_greeted: bool,
    /// The rooms that are followed.
    follows: BTreeMap<RoomId, Follow>,
    /// The room of which it was asked last who is in it.
    looks_at: Option<RoomId>,
    /// The direct rooms, at which the person looks at all times.
    parties: BTreeSet<RoomId>,
    /// Those in which something may be due.
    due: BTreeSet<RoomId>,
    in_flight: FuturesUnordered<BoxFuture<'static, Settled>>,
    /// Something was written that has not been handed to the network yet.
    is_held: bool,
    frames: Bucket,
    excess: Bucket,
    malformed: u32,
    opened_at: Instant,
    heard_at: Instant,
    beat_at: Instant,
    /// How often to show that the server lives; for a long poll, when it is answered in any case.
    beat: Duration,
}

/// How far one room has been told.
struct Follow {
    room: Arc<Room>,
    /// The newest event that was sent, or skipped.
    cursor: Seq,
    /// The head that was told last, in the welcome or in a pong.
    told: Seq,
}

/// A draft that has its answer.
struct Settled {
    nonce: Nonce,
    answer: Result<Ack, Failure>,
}

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The client closed, and waits for the other half of that.
    Left,
    /// There is nobody at the other end.
    Lost,
    /// Nothing gets through to the other end.
    Stuck,
    /// The long poll has its answer.
    Answered,
    /// The server closes, with this code.
    Close(CloseCode),
    /// The server stops.
    Restart,
}

/// What happens next on a connection.
enum Turn {
    Heard(Option<Result<Message, axum::Error>>),
    Settled(Settled),
    Woken,
    Due,
    Rested,
    Alarm,
}

impl Connection {
    fn open(wire: Wire, hub: Hub, who: Session) -> Self {
        let id = ConnId::from_random(u64::from_le_bytes(random()));
        let mailbox = Arc::new(Mailbox::new(id, who.user.id, who.token_hash));
        hub.live().people.enter(&mailbox, hub.rules().connections);
        let now = Instant::now();
        let beat = match wire {
            Wire::Socket(_) => hub.rules().heartbeat,
            Wire::Stream(_) => hub.rules().beat,
            Wire::Poll(_) => hub.rules().poll,
        };
        Self {
            wire,
            who: who.user,
            spaces: BTreeSet::new(),
            mailbox,
            is_greeted: false,
            follows: BTreeMap::new(),
            looks_at: None,
            parties: BTreeSet::new(),
            due: BTreeSet::new(),
            in_flight: FuturesUnordered::new(),
            is_held: false,
            frames: Bucket::new(now),
            excess: Bucket::new(now),
            malformed: 0,
            opened_at: now,
            heard_at: now,
            beat_at: now + beat,
            beat,
            hub,
        }
    }

    /// Greets and serves a client whose hello came first of all.
    async fn answer(&mut self, hello: Hello, shutdown: &CancellationToken) -> End {
        match Box::pin(self.greet(hello)).await {
            Ok(()) => self.serve(shutdown).await,
            Err(end) => end,
        }
    }

    async fn serve(&mut self, shutdown: &CancellationToken) -> End {
        let mut alarm = Box::pin(sleep_until(self.alarm_at()));
        loop {
            if self.wire.has_answer() && self.due.is_empty() {
                return End::Answered;
            }
            let has_room = self.in_flight.len() < self.hub.rules().in_flight;
            let turn = tokio::select! {
                () = shutdown.cancelled() => return End::Restart,
                () = self.mailbox.woken() => Turn::Woken,
                Some(settled) = self.in_flight.next() => Turn::Settled(settled),
                heard = self.wire.heard(), if has_room => Turn::Heard(heard),
                () = std::future::ready(()), if !self.due.is_empty() => Turn::Due,
                // Everybody else first: an ack and the event itself, or two events, are one write then.
                () = yield_now(), if self.is_held => Turn::Rested,
                () = &mut alarm => Turn::Alarm,
            };
            let is_alarm = matches!(turn, Turn::Alarm);
            // Boxed, so that an idle connection does not hold the room that a busy one needs.
            if let Err(end) = Box::pin(self.take(turn)).await {
                return end;
            }
            if is_alarm {
                alarm.as_mut().reset(self.alarm_at());
            }
        }
    }

    async fn take(&mut self, turn: Turn) -> Result<(), End> {
        match turn {
            Turn::Heard(Some(Ok(message))) => self.hear(message).await,
            Turn::Heard(Some(Err(error))) => Err(close::end_of(error)),
            Turn::Heard(None) => Err(End::Lost),
            Turn::Settled(settled) => {
                self.tell_settled(settled).await?;
                while let Some(Some(settled)) = self.in_flight.next().now_or_never() {
                    self.tell_settled(settled).await?;
                }
                Ok(())
            }
            Turn::Woken => self.collect().await,
            Turn::Due => self.deliver().await,
            Turn::Rested => self.flush().await,
            Turn::Alarm => self.keep_alive().await,
        }
    }

    /// The next instant at which something is to be done even if nothing happens.
    fn alarm_at(&self) -> Instant {
        let rules = self.hub.rules();
        if !self.is_socket() {
            return self.beat_at;
        }
        let next = self.beat_at.min(self.heard_at + rules.silence);
        if self.is_greeted { next } else { next.min(self.opened_at + rules.hello_within) }
    }

    async fn keep_alive(&mut self) -> Result<(), End> {
        let (now, rules) = (Instant::now(), self.hub.rules());
        let is_late = !self.is_greeted && now >= self.opened_at + rules.hello_within;
        if self.is_socket() && (is_late || now >= self.heard_at + rules.silence) {
            return Err(End::Close(CloseCode::TimedOut));
        }
        if now < self.beat_at {
            return Ok(());
        }
        if let Wire::Poll(_) = self.wire {
            return Err(End::Answered);
        }
        self.beat_at = now + self.beat;
        self.write(Out::Beat).await
    }

    /// Does the client speak on this connection too?
    fn is_socket(&self) -> bool {
        matches!(self.wire, Wire::Socket(_))
    }

    async fn tell_settled(&mut self, settled: Settled) -> Result<(), End> {
        match settled.answer {
            Ok(ack) => self.tell(&ServerFrame::Ack(ack)).await,
            Err(failure) => self.refuse(Some(settled.nonce), None, failure).await,
        }
    }

    async fn refuse(
        &mut self,
        nonce: Option<Nonce>,
        fetch: Option<u32>,
        failure: Failure,
    ) -> Result<(), End> {
        self.tell(&ServerFrame::Refused(Refused { nonce, fetch, failure })).await
    }

    async fn tell(&mut self, frame: &ServerFrame) -> Result<(), End> {
        self.write_text(frame.encode().into()).await
    }

    async fn write_text(&mut self, text: Utf8Bytes) -> Result<(), End> {
        self.write(Out::News(text)).await
    }

    /// Events of a room up to `upto`.
    async fn write_events(&mut self, room: RoomId, text: Utf8Bytes, upto: Seq) -> Result<(), End> {
        let at = match (&self.wire, self.follows.get(&room)) {
            (Wire::Stream(_), Some(follow)) => follow.room.instant(upto),
            _ => None,
        };
        match at {
            Some(at) => self.write(Out::Events(text, (room, upto, at))).await,
            None => self.write_text(text).await,
        }
    }

    async fn write(&mut self, out: Out) -> Result<(), End> {
        let is_last = matches!(out, Out::Close(_));
        self.is_held = self.is_socket();
        let sent = timeout(self.hub.rules().stall, self.wire.send(out)).await;
        sent.unwrap_or_else(|_| Err(self.stuck()))?;
        if is_last { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<(), End> {
        self.is_held = false;
        let flushed = timeout(self.hub.rules().stall, self.wire.flush()).await;
        flushed.unwrap_or_else(|_| Err(self.stuck()))
    }

    /// A write that is stuck ends the connection without a word: no word gets through a full pipe.
    fn stuck(&self) -> End {
        tracing::info!(conn = %self.mailbox.conn, "a write made no progress");
        End::Stuck
    }

    /// Stops following anything.
    fn retire(&mut self) {
        self.disappear();
        for follow in std::mem::take(&mut self.follows).into_values() {
            self.hub.live().dismiss(&follow.room, &self.mailbox, &self.who, Leaving::Connection);
        }
        for space in std::mem::take(&mut self.spaces) {
            self.hub.live().people.leave_space(space, &self.mailbox);
        }
        self.hub.live().people.leave(&self.mailbox);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.retire();
    }
}
