//! Clients that misbehave at the level of bytes: one that never reads, one that reads very slowly.

use crate::wire::{Key, headers};
use socket2::{Domain, Socket, Type};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// A greeted connection that never reads.
pub struct Silent {
    stream: TcpStream,
}

impl Silent {
    /// Upgrades, says hello, and reads nothing from then on. The kernel holds as little as it can for it.
    pub async fn connect(address: SocketAddr, key: &Key) -> Self {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).expect("a socket");
        socket.set_recv_buffer_size(2048).expect("a size");
        socket.set_nonblocking(true).expect("a socket");
        let mut stream = TcpSocket::from_std_stream(socket.into()).connect(address).await.expect("connected");
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
        let mut silent = Self { stream };
        silent.say(r#"{"type":"hello","client":"silent"}"#).await;
        silent
    }

    /// Says a short text; `false` when nobody listens any more.
    pub async fn say(&mut self, text: &str) -> bool {
        let mut frame = vec![0x81];
        match u8::try_from(text.len()) {
            Ok(short @ ..126) => frame.push(0x80 | short),
            _ => {
                frame.push(0x80 | 126);
                frame.extend_from_slice(&u16::try_from(text.len()).expect("a short text").to_be_bytes());
            }
        }
        // A mask of zeros is a mask.
        frame.extend_from_slice(&[0; 4]);
        frame.extend_from_slice(text.as_bytes());
        self.stream.write_all(&frame).await.is_ok()
    }
}
