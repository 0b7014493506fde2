//! A client at the level of bytes, for what a library would not send or not leave unread.

use crate::{
    patience::soon,
    wire::{Key, headers},
};
use socket2::{Domain, Socket, Type};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// A WebSocket on which any bytes may be written. It reads only when it is told to.
pub struct Raw {
    stream: TcpStream,
}

impl Raw {
    /// Upgrades. The kernel holds as little as it can for who does not read.
    pub async fn connect(address: SocketAddr, key: &Key) -> Self {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).expect("a socket");
        socket.set_recv_buffer_size(2048).expect("a size");
        socket.set_nonblocking(true).expect("a socket");
        let mut stream = TcpSocket::from_std_stream(socket.into()).connect(address).await.expect("connected");
        stream.set_nodelay(true).expect("a socket");
        let mut request = format!(
            "GET /v1/ws HTTP/1.1\r\nhost: {address}\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        );
        for (name, value) in headers(address, key) {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes()).await.expect("written");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("an answer"));
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        Self { stream }
    }

    /// One that says hello and reads nothing from then on.
    pub async fn silent(address: SocketAddr, key: &Key) -> Self {
        let mut silent = Self::connect(address, key).await;
        silent.write(&frame(0x81, br#"{"type":"hello","client":"silent"}"#)).await;
        silent
    }

    /// Writes bytes; `false` when nobody listens any more.
    pub async fn write(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok()
    }

    /// The next frame: its first byte and what it carries; `None` when it is over.
    pub async fn read(&mut self) -> Option<(u8, Vec<u8>)> {
        let first = self.byte().await?;
        let length = match self.byte().await? {
            126 => (u64::from(self.byte().await?) << 8) | u64::from(self.byte().await?),
            127 => {
                let mut length = 0;
                for _ in 0..8 {
                    length = (length << 8) | u64::from(self.byte().await?);
                }
                length
            }
            short => u64::from(short),
        };
        let mut carried = vec![0; usize::try_from(length).expect("a length that fits")];
        soon("the rest of a frame", self.stream.read_exact(&mut carried)).await.ok()?;
        Some((first, carried))
    }

    async fn byte(&mut self) -> Option<u8> {
        soon("a byte", self.stream.read_u8()).await.ok()
    }
}

/// A frame as a client writes it: its first byte, its length, a mask of zeros, what it carries.
pub fn frame(first: u8, carried: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match carried.len() {
        short @ 0..126 => bytes.push(0x80 | short as u8),
        middle @ 126..0x1_0000 => {
            bytes.push(0x80 | 126);
            bytes.extend_from_slice(&(middle as u16).to_be_bytes());
        }
        long => {
            bytes.push(0x80 | 127);
            bytes.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(carried);
    bytes
}
