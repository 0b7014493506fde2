//! The sockets that the server listens on.

use super::{Error, Result};
use socket2::{Domain, Protocol, Socket, Type};
use std::{net::SocketAddr, time::Duration};
use tokio::net::TcpListener;

/// How many may wait to be accepted.
const BACKLOG: i32 = 1_024;
/// How much the kernel holds for a reader that does not read; its own choice would be megabytes.
const SEND_BUFFER: usize = 128 * 1024;
/// How long what was sent may stay unacknowledged.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

/// Listens on the first address of `HOST:PORT` that can be had. What is set here, connections inherit.
///
/// # Errors
/// When none can be had.
pub async fn listen(on: &str) -> Result<TcpListener> {
    let told = |error: std::io::Error| Error::Broken(format!("cannot listen on {on}: {error}"));
    let mut failed = std::io::Error::from(std::io::ErrorKind::AddrNotAvailable);
    for address in tokio::net::lookup_host(on).await.map_err(told)? {
        match open(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = error,
        }
    }
    Err(told(failed))
}

fn open(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED))?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.set_tcp_nodelay(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}
