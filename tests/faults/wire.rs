//! One device's end of a connection, over any of the three transports.

use futures::{SinkExt, StreamExt, stream::SplitSink};
use maru::protocol::{ClientFrame, ConnId, Hello, ServerFrame};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    net::TcpStream,
    sync::mpsc,
    task::{AbortHandle, JoinHandle},
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue},
};

/// Which way frames travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transport {
    /// A WebSocket.
    Ws,
    /// A stream of events down, requests up.
    Sse,
    /// Requests alone.
    Poll,
}

/// By what the server knows who it is.
#[derive(Debug, Clone)]
pub enum Key {
    /// A browser's cookie, with its origin.
    Cookie(String),
    /// A program's token.
    Token(String),
}

/// What came.
#[derive(Debug)]
pub enum Heard {
    /// A frame that came of itself.
    Frame(ServerFrame),
    /// A frame that answers one that went up by a request.
    Answer(ServerFrame),
    /// A long-poll was answered: the next hello is due.
    Round,
    /// A request up was not answered, so nobody knows what became of its frame.
    Unanswered,
    /// It is over; the close code or status where there was one.
    End(u16),
}

/// How long to wait for a connection, and for a write.
const WITHIN: Duration = Duration::from_secs(10);
/// How many frames are held that the device has not looked at.
const HELD: usize = 64;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A connection. What it started ends with it.
pub struct Link {
    heard: mpsc::Receiver<Heard>,
    way: Way,
    tasks: Vec<AbortHandle>,
}

enum Way {
    Socket(Box<SplitSink<Socket, Message>>),
    Requests { transport: Transport, to: Requests, feed: mpsc::Sender<Heard> },
}

#[derive(Clone)]
struct Requests {
    client: reqwest::Client,
    address: SocketAddr,
    key: Key,
    /// The stream that requests belong to.
    conn: Option<ConnId>,
}

impl Link {
    /// Opens one and says hello; `None` when there is nobody to say it to.
    pub async fn open(transport: Transport, address: SocketAddr, key: &Key, hello: Hello) -> Option<Self> {
        match transport {
            Transport::Ws => Self::open_socket(address, key, hello).await,
            Transport::Sse | Transport::Poll => {
                let client = reqwest::Client::builder()
                    .no_proxy()
                    .pool_max_idle_per_host(4)
                    .build()
                    .expect("a client");
                let to = Requests { client, address, key: key.clone(), conn: None };
                let (feed, heard) = mpsc::channel(HELD);
                let way = Way::Requests { transport, to, feed };
                let mut link = Self { heard, way, tasks: Vec::new() };
                link.listen(hello);
                Some(link)
            }
        }
    }

    async fn open_socket(address: SocketAddr, key: &Key, hello: Hello) -> Option<Self> {
        let mut request = format!("ws://{address}/v1/ws").into_client_request().expect("an address");
        for (name, value) in headers(address, key) {
            request.headers_mut().append(name, HeaderValue::from_str(&value).expect("a header"));
        }
        let (socket, _) = timeout(WITHIN, connect_async(request)).await.ok()?.ok()?;
        let (sink, mut stream) = socket.split();
        let (feed, heard) = mpsc::channel(HELD);
        let reader = tokio::spawn(async move {
            let code = loop {
                match stream.next().await {
                    Some(Ok(Message::Text(text))) => {
                        let frame = ServerFrame::decode(&text);
                        let frame = frame.unwrap_or_else(|error| panic!("{error}: {text}"));
                        if feed.send(Heard::Frame(frame)).await.is_err() {
                            return;
                        }
                    }
                    Some(Ok(Message::Close(close))) => break close.map_or(1005, |close| close.code.into()),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => break 1006,
                }
            };
            let _ = feed.send(Heard::End(code)).await;
        });
        let way = Way::Socket(Box::new(sink));
        let mut link = Self { heard, way, tasks: vec![reader.abort_handle()] };
        link.say(ClientFrame::Hello(hello)).await.then_some(link)
    }

    /// Says something; `false` when it certainly did not get out.
    pub async fn say(&mut self, frame: ClientFrame) -> bool {
        let text = serde_json::to_string(&frame).expect("serialises");
        match &mut self.way {
            Way::Socket(sink) => {
                matches!(timeout(WITHIN, sink.send(Message::text(text))).await, Ok(Ok(())))
            }
            Way::Requests { to, feed, .. } => {
                let (to, feed) = (to.clone(), feed.clone());
                let task = tokio::spawn(async move {
                    let heard = match to.post("/v1/send", "application/json", text, Some(WITHIN)).await {
                        Ok(answer) => {
                            match answer.text().await.ok().and_then(|text| ServerFrame::decode(&text).ok()) {
                                Some(frame) => Heard::Answer(frame),
                                None => Heard::Unanswered,
                            }
                        }
                        Err(_) => Heard::Unanswered,
                    };
                    let _ = feed.send(heard).await;
                });
                self.start(task);
                true
            }
        }
    }

    /// Asks for more of what is said: the stream, or the next answer of a long-poll.
    pub fn listen(&mut self, hello: Hello) {
        let Way::Requests { transport, to, feed } = &self.way else { return };
        let (transport, to, feed) = (*transport, to.clone(), feed.clone());
        let hello = serde_json::to_string(&ClientFrame::Hello(hello)).expect("serialises");
        let task = match transport {
            Transport::Sse => tokio::spawn(async move {
                let end = stream(&to, hello, &feed).await;
                let _ = feed.send(Heard::End(end)).await;
            }),
            _ => tokio::spawn(async move {
                let end = round(&to, hello, &feed).await;
                let _ = feed.send(end).await;
            }),
        };
        self.start(task);
    }

    /// Requests up belong to this stream from now on.
    pub fn bind(&mut self, conn: ConnId) {
        if let Way::Requests { to, .. } = &mut self.way {
            to.conn = Some(conn);
        }
    }

    /// The next thing that comes.
    pub async fn hear(&mut self) -> Heard {
        self.heard.recv().await.unwrap_or(Heard::End(1006))
    }

    fn start(&mut self, task: JoinHandle<()>) {
        self.tasks.retain(|task| !task.is_finished());
        self.tasks.push(task.abort_handle());
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// What a request says of who sends it.
pub fn headers(address: SocketAddr, key: &Key) -> Vec<(&'static str, String)> {
    match key {
        Key::Cookie(cookie) => vec![("cookie", cookie.clone()), ("origin", format!("http://{address}"))],
        Key::Token(token) => vec![("authorization", format!("Bearer {token}"))],
    }
}

impl Requests {
    async fn post(
        &self,
        path: &str,
        accept: &str,
        body: String,
        within: Option<Duration>,
    ) -> reqwest::Result<reqwest::Response> {
        let mut request = self.client.post(format!("http://{}{path}", self.address));
        for (name, value) in headers(self.address, &self.key) {
            request = request.header(name, value);
        }
        if let Some(conn) = self.conn {
            request = request.header("x-conn", conn.to_string());
        }
        if let Some(within) = within {
            request = request.timeout(within);
        }
        request.header("content-type", "application/json").header("accept", accept).body(body).send().await
    }
}

/// Reads a stream to its end; the code with which it ended.
async fn stream(to: &Requests, hello: String, feed: &mpsc::Sender<Heard>) -> u16 {
    let Ok(mut answer) = to.post("/v1/sync", "text/event-stream", hello, None).await else { return 1006 };
    if !answer.status().is_success() {
        return 4000 + answer.status().as_u16();
    }
    let mut held: Vec<u8> = Vec::new();
    while let Ok(Some(bytes)) = answer.chunk().await {
        held.extend_from_slice(&bytes);
        while let Some(end) = held.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = held.drain(..=end).collect();
            let line = String::from_utf8(line).expect("text");
            if let Some(text) = line.trim_end().strip_prefix("data:") {
                let frame = ServerFrame::decode(text.trim_start());
                let frame = frame.unwrap_or_else(|error| panic!("{error}: {text}"));
                if feed.send(Heard::Frame(frame)).await.is_err() {
                    return 1001;
                }
            } else if line.starts_with(':') && feed.send(Heard::Frame(ServerFrame::Unknown)).await.is_err() {
                return 1001;
            }
        }
    }
    1006
}

/// One answer of a long-poll.
async fn round(to: &Requests, hello: String, feed: &mpsc::Sender<Heard>) -> Heard {
    let Ok(answer) = to.post("/v1/sync", "application/json", hello, Some(WITHIN * 4)).await else {
        return Heard::End(1006);
    };
    if !answer.status().is_success() {
        return Heard::End(4000 + answer.status().as_u16());
    }
    let Ok(text) = answer.text().await else { return Heard::End(1006) };
    let Ok(frames) = serde_json::from_str::<Vec<serde_json::Value>>(&text) else { return Heard::End(1006) };
    for frame in frames {
        let text = frame.to_string();
        let frame = ServerFrame::decode(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        if feed.send(Heard::Frame(frame)).await.is_err() {
            return Heard::End(1001);
        }
    }
    Heard::Round
}
