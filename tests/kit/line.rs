//! The ways around the socket, as a client walks them: a stream of events or long polls for what comes,
//! requests for what goes.

use super::calls;
use maru::protocol::{ByeCode, Cursor, Hello, RoomId, ServerFrame};
use std::collections::BTreeMap;
use tokio::{sync::mpsc, task::JoinHandle};

/// By what a client connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// A WebSocket.
    #[default]
    Socket,
    /// Server-sent events.
    Stream,
    /// One long poll after the other.
    Poll,
}

/// What kind of clients there are.
#[derive(Debug, Clone, Copy, Default)]
pub struct How {
    /// By what they connect.
    pub way: Way,
    /// They are programs with a token, not browsers with a cookie.
    pub by_token: bool,
}

/// Makes each of these a test for every transport, with a cookie and with a token.
macro_rules! on_every_transport {
    ($($name:ident),+ $(,)?) => { $(
        mod $name {
            use crate::kit::{How, Way};
            #[tokio::test]
            async fn over_a_socket() {
                super::$name(How { way: Way::Socket, by_token: false }).await;
            }
            #[tokio::test]
            async fn over_a_stream() {
                super::$name(How { way: Way::Stream, by_token: false }).await;
            }
            #[tokio::test]
            async fn over_polls() {
                super::$name(How { way: Way::Poll, by_token: false }).await;
            }
            #[tokio::test]
            async fn over_a_socket_with_a_token() {
                super::$name(How { way: Way::Socket, by_token: true }).await;
            }
            #[tokio::test]
            async fn over_a_stream_with_a_token() {
                super::$name(How { way: Way::Stream, by_token: true }).await;
            }
            #[tokio::test]
            async fn over_polls_with_a_token() {
                super::$name(How { way: Way::Poll, by_token: true }).await;
            }
        }
    )+ };
}
pub(crate) use on_every_transport;

type Coming = mpsc::UnboundedSender<Result<ServerFrame, u16>>;

/// One such connection. Ends when dropped, as a closed tab does.
pub struct HttpLine {
    caller: Caller,
    way: Way,
    coming: Coming,
    come: mpsc::UnboundedReceiver<Result<ServerFrame, u16>>,
    going: mpsc::UnboundedSender<String>,
    tasks: Vec<JoinHandle<()>>,
}

/// Posts to one server in one name.
#[derive(Clone)]
struct Caller {
    client: reqwest::Client,
    address: String,
    headers: Vec<(&'static str, String)>,
}

impl Caller {
    fn post(&self, path: &str, accept: &str, text: String) -> reqwest::RequestBuilder {
        let request = self.client.post(format!("http://{}{path}", self.address)).body(text);
        let request = request.header("content-type", "application/json").header("accept", accept);
        self.headers.iter().fold(request, |request, (name, value)| request.header(*name, value))
    }
}

impl HttpLine {
    /// One that has said nothing yet.
    pub fn new(address: &str, headers: Vec<(&'static str, String)>, way: Way) -> Self {
        let caller = Caller { client: calls::client(), address: address.to_owned(), headers };
        let (coming, come) = mpsc::unbounded_channel();
        let (going, gone) = mpsc::unbounded_channel();
        let tasks = vec![tokio::spawn(send_all(caller.clone(), gone, coming.clone()))];
        Self { caller, way, coming, come, going, tasks }
    }

    /// Says hello; what is answered comes by [`HttpLine::next`].
    pub fn begin(&mut self, hello: Hello) {
        let (caller, coming) = (self.caller.clone(), self.coming.clone());
        self.tasks.push(match self.way {
            Way::Stream => tokio::spawn(read_stream(caller, hello, coming)),
            _ => tokio::spawn(poll(caller, hello, coming)),
        });
    }

    /// Posts a frame, after those before it have been answered.
    pub fn send(&self, text: String) -> bool {
        self.going.send(text).is_ok()
    }

    /// The next frame, or the code with which it ended.
    pub async fn next(&mut self) -> Result<ServerFrame, u16> {
        self.come.recv().await.expect("a sender is held")
    }
}

impl Drop for HttpLine {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn send_all(caller: Caller, mut going: mpsc::UnboundedReceiver<String>, coming: Coming) {
    while let Some(text) = going.recv().await {
        let Ok(answer) = caller.post("/v1/send", "application/json", text).send().await else { return };
        let text = answer.text().await.unwrap_or_default();
        if let Ok(frame) = ServerFrame::decode(&text) {
            let _ = coming.send(Ok(frame));
        }
    }
}

fn hello_text(hello: &Hello) -> String {
    let frame = maru::protocol::ClientFrame::Hello(hello.clone());
    serde_json::to_string(&frame).expect("serialises")
}

/// The code that says what the frame says, when it is the last one.
fn end_of(frame: &ServerFrame) -> Option<u16> {
    match frame {
        ServerFrame::Bye { code: ByeCode::Closed(code), .. } => Some(*code),
        ServerFrame::Bye { code: ByeCode::Restart, .. } => Some(1012),
        _ => None,
    }
}

async fn read_stream(caller: Caller, hello: Hello, coming: Coming) {
    let answer = caller.post("/v1/sync", "text/event-stream", hello_text(&hello)).send().await;
    let Ok(mut answer) = answer else { return drop(coming.send(Err(1006))) };
    if answer.status() != 200 {
        return drop(coming.send(Err(4000 + answer.status().as_u16())));
    }
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let (mut read, mut code) = (Vec::new(), 1006);
    while let Ok(Some(chunk)) = answer.chunk().await {
        read.extend_from_slice(&chunk);
        while let Some(end) = read.windows(2).position(|two| two == b"\n\n") {
            let event: Vec<u8> = read.drain(..end + 2).collect();
            let event = String::from_utf8(event).expect("UTF-8");
            for text in event.lines().filter_map(|line| line.strip_prefix("data: ")) {
                let frame = ServerFrame::decode(text).unwrap_or_else(|error| panic!("{error}: {text}"));
                code = end_of(&frame).unwrap_or(code);
                let _ = coming.send(Ok(frame));
            }
        }
    }
    let _ = coming.send(Err(code));
}

async fn poll(caller: Caller, mut hello: Hello, coming: Coming) {
    let mut cursors: BTreeMap<RoomId, Cursor> =
        hello.rooms.iter().map(|(room, cursor)| (*room, *cursor)).collect();
    loop {
        let answer = caller.post("/v1/sync", "application/json", hello_text(&hello)).send().await;
        let Ok(answer) = answer else { return drop(coming.send(Err(1006))) };
        let status = answer.status().as_u16();
        if status == 429 || status == 503 {
            tokio::task::yield_now().await;
            continue;
        }
        if status != 200 {
            return drop(coming.send(Err(4000 + status)));
        }
        let Ok(text) = answer.text().await else { return drop(coming.send(Err(1006))) };
        let frames: Vec<serde_json::Value> = serde_json::from_str(&text).expect("an array of frames");
        for (place, frame) in frames.iter().enumerate() {
            let frame = ServerFrame::decode(&frame.to_string()).expect("a frame");
            assert_eq!(
                place == 0,
                matches!(frame, ServerFrame::Welcome(_)),
                "the welcome comes first: {text}"
            );
            match &frame {
                ServerFrame::Welcome(welcome) => {
                    hello.rev = Some(welcome.rev);
                    welcome
                        .rooms
                        .iter()
                        .filter(|room| room.reset)
                        .for_each(|room| _ = cursors.remove(&room.id));
                }
                ServerFrame::Events(batch) => {
                    if let Some(last) = batch.events.last() {
                        cursors.insert(batch.room, Cursor { seq: last.seq, at: last.at });
                    }
                }
                _ => {}
            }
            let end = end_of(&frame);
            let _ = coming.send(Ok(frame));
            if let Some(code) = end {
                return drop(coming.send(Err(code)));
            }
        }
        hello.rooms = cursors.iter().map(|(room, cursor)| (*room, *cursor)).collect();
    }
}
