//! The network between one device and the server: a proxy of the checker's own that can be cut, held up,
//! throttled, made to swallow everything, or to hold back what it has until there is more.

use crate::server::Address;
use socket2::{Domain, Socket, Type};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    sync::watch,
    task::JoinHandle,
    time::sleep,
};

/// How the network treats what passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// It passes.
    Fair,
    /// It passes later.
    Late(Duration),
    /// What the server says arrives at so many bytes a second, and little is held on the way.
    Slow(u64),
    /// Nothing passes, and nobody is told.
    Hole,
    /// What the server says arrives in heaps of so many bytes, or when its end closes.
    Heaps(usize),
    /// Every connection breaks at once, and none can be made.
    Down,
}

/// One device's way to the server. Ends when dropped.
pub struct Line {
    /// Where the device finds the server.
    pub address: SocketAddr,
    sky: watch::Sender<Sky>,
    task: JoinHandle<()>,
}

/// How it is, and how often everything broke so far.
#[derive(Debug, Clone, Copy)]
struct Sky {
    weather: Weather,
    cuts: u64,
}

impl Line {
    /// A way to wherever the server is.
    pub async fn new(server: Address) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let sky = watch::Sender::new(Sky { weather: Weather::Fair, cuts: 0 });
        let task = tokio::spawn(accept(listener, server, sky.subscribe()));
        Self { address, sky, task }
    }

    /// From now on it is like this. What passed into a hole is missing, so leaving it breaks what is open.
    pub fn turn(&self, weather: Weather) {
        self.sky.send_modify(|sky| {
            if weather == Weather::Down || (sky.weather == Weather::Hole && weather != Weather::Hole) {
                sky.cuts += 1;
            }
            sky.weather = weather;
        });
    }

    /// Breaks what is open; new connections can be made.
    pub fn cut(&self) {
        self.sky.send_modify(|sky| sky.cuts += 1);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, server: Address, sky: watch::Receiver<Sky>) {
    loop {
        let Ok((near, _)) = listener.accept().await else { continue };
        let Some(target) = *server.borrow() else { continue };
        if sky.borrow().weather != Weather::Down {
            tokio::spawn(carry(near, target, sky.clone()));
        }
    }
}

async fn carry(near: TcpStream, target: SocketAddr, sky: watch::Receiver<Sky>) {
    let Sky { weather, cuts } = *sky.borrow();
    let Ok(far) = dial(target, matches!(weather, Weather::Slow(_))).await else { return };
    let _ = far.set_nodelay(true).and(near.set_nodelay(true));
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    let mut watched = sky.clone();
    tokio::select! {
        _ = watched.wait_for(|now| now.cuts != cuts) => {}
        // The end of one way ends the other soon after: both programs close what was closed on them.
        _ = async { tokio::join!(up(near_in, far_out, sky.clone()), down(far_in, near_out, sky)) } => {}
    }
}

/// A connection; with a small receive buffer, so that what is not read here stays with the server.
async fn dial(target: SocketAddr, is_small: bool) -> std::io::Result<TcpStream> {
    if !is_small {
        return TcpStream::connect(target).await;
    }
    let socket = Socket::new(Domain::for_address(target), Type::STREAM, None)?;
    socket.set_recv_buffer_size(4096)?;
    socket.set_nonblocking(true)?;
    TcpSocket::from_std_stream(socket.into()).connect(target).await
}

async fn up(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, sky: watch::Receiver<Sky>) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let now = sky.borrow().weather;
        match now {
            Weather::Hole => continue,
            Weather::Late(by) => sleep(by).await,
            _ => {}
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

async fn down(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, sky: watch::Receiver<Sky>) {
    let mut bytes = vec![0; 16 * 1024];
    let mut heap: Vec<u8> = Vec::new();
    loop {
        let now = sky.borrow().weather;
        let size = if let Weather::Slow(rate) = now { (rate / 10).max(1) as usize } else { bytes.len() };
        let Ok(count @ 1..) = from.read(&mut bytes[..size.min(16 * 1024)]).await else { break };
        let now = sky.borrow().weather;
        match now {
            Weather::Hole => continue,
            Weather::Late(by) => sleep(by).await,
            Weather::Slow(_) => sleep(Duration::from_millis(100)).await,
            _ => {}
        }
        heap.extend_from_slice(&bytes[..count]);
        if !matches!(now, Weather::Heaps(least) if heap.len() < least)
            && to.write_all(&std::mem::take(&mut heap)).await.is_err()
        {
            return;
        }
    }
    let _ = to.write_all(&heap).await;
    let _ = to.shutdown().await;
}
