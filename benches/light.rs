//! A WebSocket client that does as little as will do, so that the server has the machine.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::Instant,
};

/// One connection.
pub struct Light {
    stream: BufReader<TcpStream>,
    payload: Vec<u8>,
    started: Option<Instant>,
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
    /// Opens a connection, says hello and waits for the welcome.
    pub async fn open(address: &str, cookie: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("a TCP socket");
        let mut light =
            Self { stream: BufReader::with_capacity(16 * 1024, stream), payload: Vec::new(), started: None };
        let request = format!(
            "GET /v1/ws HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {cookie}\r\n\
             Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        light.stream.get_mut().write_all(request.as_bytes()).await.expect("sent");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(light.stream.read_u8().await.expect("an answer"));
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        light.send(r#"{"type":"hello","client":"bench"}"#).await;
        while !light.next().await.starts_with(r#"{"type":"welcome""#) {}
        light
    }

    /// How long ago the first message was said.
    pub fn since_start(&mut self) -> std::time::Duration {
        self.started.get_or_insert_with(Instant::now).elapsed()
    }

    /// Sends a message of plain text.
    pub async fn say(&mut self, room: &str, nonce: &str, text: &str) {
        self.started.get_or_insert_with(Instant::now);
        let op = format!(r#"{{"kind":"message","text":"{text}"}}"#);
        self.send(&format!(r#"{{"type":"send","nonce":"{nonce}","room":"{room}","op":{op}}}"#)).await;
    }

    async fn send(&mut self, text: &str) {
        self.write(0x1, text.as_bytes()).await;
    }

    /// Masked with zeros, which leaves the payload as it is.
    async fn write(&mut self, opcode: u8, payload: &[u8]) {
        let mut frame = vec![0x80 | opcode];
        match payload.len() {
            length @ 0..126 => frame.push(0x80 | length as u8),
            length => {
                frame.push(0x80 | 126);
                frame.extend_from_slice(&u16::try_from(length).expect("a short frame").to_be_bytes());
            }
        }
        frame.extend_from_slice(&[0; 4]);
        frame.extend_from_slice(payload);
        self.stream.get_mut().write_all(&frame).await.expect("sent");
    }

    /// The next text frame; pings are answered on the way.
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
                0x9 => {
                    let payload = std::mem::take(&mut self.payload);
                    self.write(0xa, &payload).await;
                }
                0xa => {}
                other => panic!("the server ended with opcode {other}: {:?}", self.payload),
            }
        }
        std::str::from_utf8(&self.payload).expect("UTF-8")
    }
}
