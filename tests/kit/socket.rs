//! A client's end of a connection, whatever carries it.

use super::{HttpLine, nonce, say, soon};
use futures::{SinkExt, StreamExt};
use maru::protocol::{
    Ack, Batch, ClientFrame, Event, Failure, Fetch, Hello, HereState, Nonce, Op, RoomId, RoomState, Seq,
    ServerFrame, Welcome,
};
use std::collections::VecDeque;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest, http::HeaderValue},
};

/// One connection. Frames that nobody has asked for yet are kept, in order.
///
/// Live batches are handed out one event at a time, which says the same: each event comes right
/// after the one before it.
pub struct Socket {
    pipe: Pipe,
    kept: VecDeque<ServerFrame>,
    welcome: Option<Welcome>,
}

/// What carries the frames.
enum Pipe {
    Ws(Box<WebSocketStream<MaybeTlsStream<TcpStream>>>),
    Http(HttpLine),
}

impl Pipe {
    /// Sends a text; `false` when it cannot.
    async fn send(&mut self, text: String) -> bool {
        match self {
            Self::Ws(stream) => stream.send(Message::text(text)).await.is_ok(),
            Self::Http(line) => line.send(text),
        }
    }
}

impl Socket {
    /// A connection over requests, on which nothing has been said yet.
    pub fn over(line: HttpLine) -> Self {
        Self { pipe: Pipe::Http(line), kept: VecDeque::new(), welcome: None }
    }

    /// Asks for an upgrade; the status when it was refused.
    pub async fn open(address: &str, cookie: Option<&str>, origin: Option<&str>) -> Result<Self, u16> {
        let headers = [("cookie", cookie), ("origin", origin)];
        let given = headers.into_iter().filter_map(|(name, value)| Some((name, value?.to_owned())));
        Self::open_as(address, &given.collect::<Vec<_>>()).await
    }

    /// Asks for an upgrade with these headers.
    pub async fn open_as(address: &str, headers: &[(&'static str, String)]) -> Result<Self, u16> {
        match Self::try_open_as(address, headers).await {
            Ok(socket) => Ok(socket),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("no connection: {error}"),
        }
    }

    /// Asks for an upgrade of a server that may not be there.
    pub async fn try_open(address: &str, cookie: Option<&str>, origin: Option<&str>) -> Result<Self, Error> {
        let headers = [("cookie", cookie), ("origin", origin)];
        let given = headers.into_iter().filter_map(|(name, value)| Some((name, value?.to_owned())));
        Self::try_open_as(address, &given.collect::<Vec<_>>()).await
    }

    async fn try_open_as(address: &str, headers: &[(&'static str, String)]) -> Result<Self, Error> {
        let mut request = format!("ws://{address}/v1/ws").into_client_request().expect("an address");
        for (name, value) in headers {
            request.headers_mut().append(*name, HeaderValue::from_str(value).expect("a header"));
        }
        let (stream, _) = soon("an upgrade", connect_async(request)).await?;
        Ok(Self { pipe: Pipe::Ws(Box::new(stream)), kept: VecDeque::new(), welcome: None })
    }

    /// Says hello and waits for the welcome.
    pub async fn hello(&mut self, hello: Hello) {
        match &mut self.pipe {
            Pipe::Http(line) => line.begin(hello),
            Pipe::Ws(_) => self.send(&ClientFrame::Hello(hello)).await,
        }
        let welcome = self.wait_for("a welcome", |frame| match frame {
            ServerFrame::Welcome(welcome) => Some((**welcome).clone()),
            _ => None,
        });
        self.welcome = Some(welcome.await);
    }

    /// Says hello on a connection that may break; `false` when it did.
    pub async fn try_hello(&mut self) -> bool {
        let text = serde_json::to_string(&ClientFrame::Hello(Hello::default())).expect("serialises");
        self.pipe.send(text).await
            && matches!(soon("a welcome", self.next_frame()).await, Some(ServerFrame::Welcome(_)))
    }

    /// What the server answered to `hello`.
    pub fn welcome(&self) -> &Welcome {
        self.welcome.as_ref().expect("said hello")
    }

    /// One room as `welcome` told it.
    pub fn welcomed(&self, room: RoomId) -> &RoomState {
        self.welcome().rooms.iter().find(|state| state.id == room).expect("in the welcome")
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: &ClientFrame) {
        self.send_text(&serde_json::to_string(frame).expect("serialises")).await;
    }

    /// Sends any text.
    pub async fn send_text(&mut self, text: &str) {
        assert!(soon("the server to read", self.pipe.send(text.to_owned())).await, "sent");
    }

    /// Sends any text on a connection that may break; `false` when it did.
    pub async fn try_send_text(&mut self, text: &str) -> bool {
        soon("the server to read", self.pipe.send(text.to_owned())).await
    }

    /// Sends anything that the client's library lets through.
    pub async fn send_raw(&mut self, message: Message) {
        let Pipe::Ws(stream) = &mut self.pipe else { panic!("no WebSocket") };
        soon("the server to read", stream.send(message)).await.expect("sent");
    }

    /// Sends a draft on a connection that may break; the ack, or `None` when it broke.
    pub async fn try_settle(&mut self, draft: &ClientFrame, nonce: Nonce) -> Option<Ack> {
        let text = serde_json::to_string(draft).expect("serialises");
        self.pipe.send(text).await.then_some(())?;
        loop {
            match soon("an ack", self.next_frame()).await? {
                ServerFrame::Ack(ack) if ack.nonce == nonce => return Some(ack),
                ServerFrame::Refused(refused) => panic!("refused: {refused:?}"),
                _ => {}
            }
        }
    }

    /// Says something and waits until it is on disk.
    pub async fn say(&mut self, room: RoomId, text: &str) -> Ack {
        let nonce = nonce();
        self.send(&say(nonce, room, text)).await;
        self.ack(nonce).await
    }

    /// Says something that is refused.
    pub async fn say_in_vain(&mut self, room: RoomId, text: &str) -> Failure {
        let nonce = nonce();
        self.send(&say(nonce, room, text)).await;
        self.refusal(nonce).await
    }

    /// The answer to a draft that is taken.
    pub async fn ack(&mut self, nonce: Nonce) -> Ack {
        self.answer(nonce).await.unwrap_or_else(|failure| panic!("refused: {failure:?}"))
    }

    /// The answer to a draft that is refused.
    pub async fn refusal(&mut self, nonce: Nonce) -> Failure {
        self.answer(nonce).await.expect_err("to be refused")
    }

    /// The answer to a draft.
    pub async fn answer(&mut self, nonce: Nonce) -> Result<Ack, Failure> {
        self.wait_for("an answer to a draft", |frame| match frame {
            ServerFrame::Ack(ack) if ack.nonce == nonce => Some(Ok(ack.clone())),
            ServerFrame::Refused(refused) if refused.nonce == Some(nonce) => {
                Some(Err(refused.failure.clone()))
            }
            _ => None,
        })
        .await
    }

    /// The next live event of a room.
    pub async fn event(&mut self, room: RoomId) -> Event {
        let mut batch = self.live(room).await;
        batch.events.pop().expect("one event")
    }

    /// The next live batch of a room: one event and the seq before it.
    pub async fn live(&mut self, room: RoomId) -> Batch {
        self.wait_for("an event", |frame| match frame {
            ServerFrame::Events(batch) if batch.room == room && batch.fetch.is_none() => Some(batch.clone()),
            _ => None,
        })
        .await
    }

    /// The live events of a room up to and with a seq, each right after the one before.
    pub async fn events_upto(&mut self, room: RoomId, seq: Seq) -> Vec<Event> {
        let mut events: Vec<Event> = Vec::new();
        while events.last().is_none_or(|event| event.seq < seq) {
            let batch = self.live(room).await;
            if let Some(last) = events.last() {
                assert_eq!(batch.after, last.seq, "an unannounced hole");
            }
            events.extend(batch.events);
        }
        events
    }

    /// The next message that is said in a room.
    pub async fn message(&mut self, room: RoomId) -> (Event, String) {
        loop {
            let event = self.event(room).await;
            if let Op::Message { text, .. } = &event.op {
                let text = text.clone();
                return (event, text);
            }
        }
    }

    /// The live events that have come so far, without waiting for more.
    pub fn events_so_far(&self, room: RoomId) -> Vec<&Event> {
        let batches = self.kept.iter().filter_map(|frame| match frame {
            ServerFrame::Events(batch) if batch.room == room && batch.fetch.is_none() => Some(&batch.events),
            _ => None,
        });
        batches.flatten().collect()
    }

    /// Did such a frame come so far?
    pub fn has_kept(&self, is_such: impl Fn(&ServerFrame) -> bool) -> bool {
        self.kept.iter().any(is_such)
    }

    /// One piece of history.
    pub async fn fetch(&mut self, room: RoomId, before: Seq, limit: u32) -> Result<Batch, Failure> {
        let id = u32::from_be_bytes(nonce().bytes()[12..].try_into().expect("four bytes"));
        self.send(&ClientFrame::Fetch(Fetch { id, room, before, limit })).await;
        self.wait_for("history", |frame| match frame {
            ServerFrame::Events(batch) if batch.fetch == Some(id) => Some(Ok(batch.clone())),
            ServerFrame::Refused(refused) if refused.fetch == Some(id) => Some(Err(refused.failure.clone())),
            _ => None,
        })
        .await
    }

    /// All of a room's history, in pages.
    pub async fn whole_history(&mut self, room: RoomId) -> Vec<Event> {
        let mut events = VecDeque::new();
        let mut before = 1 << 52;
        while before > 1 {
            let page = self.fetch(room, before, 100).await.expect("history").events;
            let Some(first) = page.first() else { break };
            before = first.seq;
            page.into_iter().rev().for_each(|event| events.push_front(event));
        }
        events.into()
    }

    /// Waits until the server says how many are here.
    pub async fn here(&mut self, room: RoomId, count: u32) -> HereState {
        self.wait_for("who is here", |frame| match frame {
            ServerFrame::Here(here) if here.room == room && here.count == count => Some(here.clone()),
            _ => None,
        })
        .await
    }

    /// Waits until a room's state is such.
    pub async fn room(&mut self, is_such: impl Fn(&RoomState) -> bool) -> RoomState {
        self.wait_for("a room's state", |frame| match frame {
            ServerFrame::Room { room } if is_such(room) => Some(room.clone()),
            _ => None,
        })
        .await
    }

    /// The next refusal of anything.
    pub async fn any_refusal(&mut self) -> Failure {
        self.wait_for("a refusal", |frame| match frame {
            ServerFrame::Refused(refused) => Some(refused.failure.clone()),
            _ => None,
        })
        .await
    }

    /// Shows that the connection lives, and that everything sent before was read.
    pub async fn ping(&mut self) {
        let n = u32::from_be_bytes(nonce().bytes()[12..].try_into().expect("four bytes"));
        self.send(&ClientFrame::Ping { n, away: false }).await;
        self.wait_for("a pong", |frame| {
            matches!(frame, ServerFrame::Pong { n: same, .. } if *same == n).then_some(())
        })
        .await;
    }

    /// Waits for a frame, kept or new; the others stay where they are.
    pub async fn wait_for<T>(&mut self, what: &str, pick: impl Fn(&ServerFrame) -> Option<T>) -> T {
        if let Some((place, found)) =
            self.kept.iter().enumerate().find_map(|(place, frame)| Some((place, pick(frame)?)))
        {
            self.kept.remove(place);
            return found;
        }
        let search = async {
            let mut searched = self.kept.len();
            loop {
                let Some(frame) = self.next_frame().await else {
                    panic!("the connection ended before {what}")
                };
                self.keep(frame);
                let fresh = self.kept.iter().enumerate().skip(searched);
                let found = { fresh }.find_map(|(place, frame)| Some((place, pick(frame)?)));
                if let Some((place, found)) = found {
                    self.kept.remove(place);
                    return found;
                }
                searched = self.kept.len();
            }
        };
        soon(what, search).await
    }

    fn keep(&mut self, frame: ServerFrame) {
        match frame {
            ServerFrame::Events(batch) if batch.fetch.is_none() && !batch.events.is_empty() => {
                let mut after = batch.after;
                for event in batch.events {
                    let seq = event.seq;
                    assert!(seq > after, "{seq} cannot come after {after}");
                    let one = Batch { room: batch.room, after, fetch: None, events: vec![event] };
                    self.kept.push_back(ServerFrame::Events(one));
                    after = seq;
                }
            }
            frame => self.kept.push_back(frame),
        }
    }

    /// The next frame, or `None` when the connection has ended.
    async fn next_frame(&mut self) -> Option<ServerFrame> {
        loop {
            let stream = match &mut self.pipe {
                Pipe::Ws(stream) => stream,
                Pipe::Http(line) => return line.next().await.ok(),
            };
            match stream.next().await?.ok()? {
                Message::Text(text) => {
                    let frame = ServerFrame::decode(&text);
                    return Some(frame.unwrap_or_else(|error| panic!("{error}: {text}")));
                }
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }

    /// Waits for the end; the close code (1006 when there was none), and what was said before it.
    pub async fn closed(&mut self) -> (u16, Vec<ServerFrame>) {
        let ending = async {
            loop {
                let stream = match &mut self.pipe {
                    Pipe::Ws(stream) => stream,
                    Pipe::Http(line) => match line.next().await {
                        Ok(frame) => {
                            self.keep(frame);
                            continue;
                        }
                        Err(code) => return code,
                    },
                };
                match stream.next().await {
                    Some(Ok(Message::Close(close))) => {
                        return close.map_or(1005, |close| u16::from(close.code));
                    }
                    Some(Ok(Message::Text(text))) => {
                        self.keep(ServerFrame::decode(&text).expect("a frame"));
                    }
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return 1006,
                }
            }
        };
        let code = soon("a close", ending).await;
        (code, self.kept.drain(..).collect())
    }

    /// Leaves, as a closed tab does.
    pub async fn leave(mut self) {
        if let Pipe::Ws(stream) = &mut self.pipe {
            soon("the close to be sent", (**stream).close(None)).await.expect("closed");
        }
    }
}
