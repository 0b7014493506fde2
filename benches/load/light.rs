//! A WebSocket client that does as little as will do, so that the server has the machine.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::Instant,
};

/// One connection.
pub struct Light {
    /// What it hears.
    pub ear: Ear,
    /// What it says.
    pub mouth: Mouth,
}

/// The half that hears.
pub struct Ear {
    stream: BufReader<OwnedReadHalf>,
    payload: Vec<u8>,
}

/// The half that says.
pub struct Mouth {
    stream: OwnedWriteHalf,
    out: Vec<u8>,
}

/// Microseconds since the clock's zero.
pub fn micros(clock: Instant) -> u64 {
    clock.elapsed().as_micros() as u64
}

/// A nonce that carries when its draft was sent, in its last twelve digits.
pub fn nonce(sender: usize, turn: u64, sent_at: u64) -> String {
    format!("{sender:08x}-{:04x}-7{:03x}-8000-{sent_at:012x}", (turn >> 12) & 0xffff, turn & 0xfff)
}

impl Light {
    /// Opens a connection and says hello with these cursors, written as JSON; the welcome is not awaited.
    pub async fn open(address: &str, token: &str, cursors: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("a TCP socket");
        let (read, write) = stream.into_split();
        let mut ear = Ear { stream: BufReader::with_capacity(4 * 1024, read), payload: Vec::new() };
        let mut mouth = Mouth { stream: write, out: Vec::new() };
        let request = format!(
            "GET /v1/ws HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
             Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        mouth.stream.write_all(request.as_bytes()).await.expect("sent");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(ear.stream.read_u8().await.expect("an answer"));
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        let hello = format!(r#"{{"type":"hello","client":"bench","rooms":{{{cursors}}}}}"#);
        mouth.push(hello.as_bytes());
        mouth.flush().await;
        Self { ear, mouth }
    }

    /// As [`open`](Self::open), and waits until the connection is live.
    pub async fn greeted(address: &str, token: &str) -> Self {
        let mut light = Self::open(address, token, "").await;
        while !light.ear.next().await.starts_with(r#"{"type":"welcome""#) {}
        light
    }
}

impl Mouth {
    /// Puts a message of plain text beside what is to be sent.
    pub fn say(&mut self, room: &str, nonce: &str, text: &str) {
        let op = format!(r#"{{"kind":"message","text":"{text}"}}"#);
        let frame = format!(r#"{{"type":"send","nonce":"{nonce}","room":"{room}","op":{op}}}"#);
        self.push(frame.as_bytes());
    }

    /// Sends what waits.
    pub async fn flush(&mut self) {
        if !self.out.is_empty() {
            self.stream.write_all(&self.out).await.expect("sent");
            self.out.clear();
        }
    }

    /// Masked with zeros, which leaves the payload as it is.
    fn push(&mut self, payload: &[u8]) {
        self.out.push(0x81);
        match payload.len() {
            length @ 0..126 => self.out.push(0x80 | length as u8),
            length => {
                self.out.push(0x80 | 126);
                self.out.extend_from_slice(&u16::try_from(length).expect("a short frame").to_be_bytes());
            }
        }
        self.out.extend_from_slice(&[0; 4]);
        self.out.extend_from_slice(payload);
    }
}

impl Ear {
    /// The next text frame. Pings are passed over: no workload lasts as long as the server's patience.
    pub async fn next(&mut self) -> &str {
        loop {
            let opcode = self.stream.read_u8().await.expect("a frame") & 0x0f;
            let length = match self.stream.read_u8().await.expect("its length") {
                126 => usize::from(self.stream.read_u16().await.expect("its length")),
                127 => self.stream.read_u64().await.expect("its length") as usize,
                short => usize::from(short),
            };
            self.payload.resize(length, 0);
            self.stream.read_exact(&mut self.payload).await.expect("its payload");
            match opcode {
                0x1 => break,
                0x9 | 0xa => {}
                other => panic!("the server ended with opcode {other}: {:?}", self.payload),
            }
        }
        std::str::from_utf8(&self.payload).expect("UTF-8")
    }
}
