//! One open socket: hello, then whatever is due, at the reader's own speed.
//!
//! One task a connection, and no queue in it: what waits is a cursor a room and the latest of each hint.

mod close;
mod deliver;
mod greet;
mod hear;
#[cfg(test)]
mod tests;

use super::{
    clock::random,
    hub::{Hub, mailbox::Mailbox, room::Leaving, room::Room},
    limits::{Bucket, FRAME_BYTES},
    session::Session,
};
use crate::protocol::{
    Ack, ByeCode, CloseCode, ConnId, Failure, Nonce, Refused, RoomId, Seq, ServerFrame, SpaceId, User,
};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use futures::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

/// How long a closed connection waits for the client to have read why.
const LINGER: Duration = Duration::from_secs(2);
/// Clients come back spread over this long after a restart.
const RETURN_MS: u64 = 5000;

/// Sets the sizes under which an idle connection costs a few kilobytes, and a frame is 64 KiB at most.
pub fn configure(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(4096)
        .write_buffer_size(0)
        .max_write_buffer_size(256 * 1024)
        .max_message_size(FRAME_BYTES)
        .max_frame_size(FRAME_BYTES)
}

/// Serves one socket until it ends, or until `shutdown`: then what is in flight is answered, and the
/// client is told to come back. `who` must be a member of `space`.
pub async fn run(socket: WebSocket, hub: Hub, who: Session, space: SpaceId, shutdown: CancellationToken) {
    let mut connection = Connection::open(socket, hub, who, space);
    let end = connection.serve(&shutdown).await;
    tracing::debug!(conn = %connection.mailbox.conn, ?end, "a connection ends");
    Box::pin(connection.finish(end)).await;
}

/// The server's end of one socket.
struct Connection {
    socket: WebSocket,
    hub: Hub,
    who: User,
    space: SpaceId,
    mailbox: Arc<Mailbox>,
    /// The hello has been heard.
    is_greeted: bool,
    /// The rooms that are followed.
    follows: BTreeMap<RoomId, Follow>,
    /// Those in which something may be due.
    due: BTreeSet<RoomId>,
    in_flight: FuturesUnordered<BoxFuture<'static, Settled>>,
    frames: Bucket,
    excess: Bucket,
    malformed: u32,
    opened_at: Instant,
    heard_at: Instant,
    ping_at: Instant,
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
    /// There is nobody at the other end, or nothing gets through.
    Lost,
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
    Alarm,
}

impl Connection {
    fn open(socket: WebSocket, hub: Hub, who: Session, space: SpaceId) -> Self {
        let id = ConnId::from_random(u64::from_le_bytes(random()));
        let mailbox = Arc::new(Mailbox::new(id, who.user.id, who.token_hash));
        hub.live().people.enter(space, &mailbox, hub.rules().connections);
        let now = Instant::now();
        Self {
            socket,
            who: who.user,
            space,
            mailbox,
            is_greeted: false,
            follows: BTreeMap::new(),
            due: BTreeSet::new(),
            in_flight: FuturesUnordered::new(),
            frames: Bucket::new(now),
            excess: Bucket::new(now),
            malformed: 0,
            opened_at: now,
            heard_at: now,
            ping_at: now + hub.rules().heartbeat,
            hub,
        }
    }

    async fn serve(&mut self, shutdown: &CancellationToken) -> End {
        let mut alarm = Box::pin(sleep_until(self.alarm_at()));
        loop {
            let has_room = self.in_flight.len() < self.hub.rules().in_flight;
            let turn = tokio::select! {
                () = shutdown.cancelled() => return End::Restart,
                () = self.mailbox.woken() => Turn::Woken,
                Some(settled) = self.in_flight.next() => Turn::Settled(settled),
                heard = self.socket.recv(), if has_room => Turn::Heard(heard),
                () = std::future::ready(()), if !self.due.is_empty() => Turn::Due,
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
            Turn::Settled(settled) => self.tell_settled(settled).await,
            Turn::Woken => self.collect().await,
            Turn::Due => self.deliver().await,
            Turn::Alarm => self.keep_alive().await,
        }
    }

    /// The next instant at which something is to be done even if nothing happens.
    fn alarm_at(&self) -> Instant {
        let rules = self.hub.rules();
        let next = self.ping_at.min(self.heard_at + rules.silence);
        if self.is_greeted { next } else { next.min(self.opened_at + rules.hello_within) }
    }

    async fn keep_alive(&mut self) -> Result<(), End> {
        let (now, rules) = (Instant::now(), self.hub.rules());
        let is_late = !self.is_greeted && now >= self.opened_at + rules.hello_within;
        if is_late || now >= self.heard_at + rules.silence {
            return Err(End::Close(CloseCode::TimedOut));
        }
        if now >= self.ping_at {
            self.ping_at = now + rules.heartbeat;
            return self.write(Message::Ping(axum::body::Bytes::new())).await;
        }
        Ok(())
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
        let text = serde_json::to_string(frame).expect("a frame has nothing that JSON lacks");
        self.write_text(text.into()).await
    }

    async fn write_text(&mut self, text: Utf8Bytes) -> Result<(), End> {
        self.write(Message::Text(text)).await
    }

    /// A write that is stuck ends the connection without a word: no word gets through a full pipe.
    async fn write(&mut self, message: Message) -> Result<(), End> {
        match timeout(self.hub.rules().stall, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                tracing::debug!(conn = %self.mailbox.conn, %error, "a write failed");
                Err(End::Lost)
            }
            Err(_) => {
                tracing::info!(conn = %self.mailbox.conn, "a write made no progress");
                Err(End::Lost)
            }
        }
    }

    /// Says why, and waits a little for the client to have read it.
    async fn finish(&mut self, end: End) {
        let code = match end {
            End::Lost => return,
            End::Left => None,
            End::Close(code) => Some(code),
            End::Restart => {
                if self.say_bye().await.is_err() {
                    return;
                }
                Some(CloseCode::Restart)
            }
        };
        self.retire();
        if let Some(code) = code {
            let frame = CloseFrame { code: code as u16, reason: Utf8Bytes::default() };
            if self.write(Message::Close(Some(frame))).await.is_err() {
                return;
            }
        }
        let gone = async {
            let mut is_heard = code.is_none();
            while let Some(Ok(message)) = self.socket.recv().await {
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

    async fn say_bye(&mut self) -> Result<(), End> {
        while let Some(settled) = self.in_flight.next().await {
            self.tell_settled(settled).await?;
        }
        let retry_ms = Some(u64::from_le_bytes(random()) % RETURN_MS);
        self.tell(&ServerFrame::Bye { code: ByeCode::Restart, retry_ms }).await
    }

    /// Stops following anything.
    fn retire(&mut self) {
        for follow in std::mem::take(&mut self.follows).into_values() {
            self.hub.live().dismiss(&follow.room, &self.mailbox, &self.who, Leaving::Connection);
        }
        self.hub.live().people.leave(self.space, &self.mailbox);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.retire();
    }
}
