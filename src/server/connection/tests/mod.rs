//! Connections over real sockets: a server with nothing but the socket, and its clients.

mod limits;
mod streams;
mod talk;

use super::*;
use crate::protocol::{Batch, ClientFrame, Cursor, Draft, Event, Fetch, Hello, Op, Welcome};
use crate::server::{
    hub::tests::{World, draft, new_room},
    limits::{Rate, Rules},
};
use axum::{
    Router,
    extract::{Path, State},
    routing::get,
};
use futures::SinkExt;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message as Sent},
};
use tokio_util::task::TaskTracker;

struct Server {
    world: World,
    address: std::net::SocketAddr,
    shutdown: CancellationToken,
    connections: TaskTracker,
}

type Doors = (Hub, Vec<User>, CancellationToken, TaskTracker);

impl Server {
    async fn start(people: usize, rules: Rules) -> Self {
        let world = World::new(people, rules).await;
        let (shutdown, connections) = (CancellationToken::new(), TaskTracker::new());
        let open = |State(doors): State<Doors>, Path(number): Path<usize>, upgrade: WebSocketUpgrade| async move {
            let (hub, people, shutdown, connections) = doors;
            configure(upgrade).on_upgrade(async move |socket| {
                let served = run(socket, hub, session(&people[number]), shutdown);
                assert!(std::mem::size_of_val(&served) <= 2048, "an idle connection is small");
                connections.track_future(served).await;
            })
        };
        let doors = (world.hub.clone(), world.people.clone(), shutdown.clone(), connections.clone());
        let router = Router::new().route("/{number}", get(open)).with_state(doors);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { world, address, shutdown, connections }
    }

    async fn open(&self, number: usize) -> Client {
        let (socket, _) = connect_async(format!("ws://{}/{number}", self.address)).await.expect("opens");
        Client(socket)
    }

    async fn greeted(&self, number: usize, rooms: &[(RoomId, Cursor)]) -> (Client, Welcome) {
        let mut client = self.open(number).await;
        let rooms = rooms.iter().copied().collect();
        client.say(&ClientFrame::Hello(Hello { client: "test".to_owned(), rooms, rev: None })).await;
        let welcome = client.find(|frame| match frame {
            ServerFrame::Welcome(welcome) => Some(*welcome),
            other => panic!("before the welcome: {other:?}"),
        });
        let welcome = welcome.await;
        (client, welcome)
    }
}

fn session(user: &User) -> Session {
    Session { user: user.clone(), token_hash: [0; 32] }
}

struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    async fn say(&mut self, frame: &ClientFrame) {
        self.say_text(serde_json::to_string(frame).expect("serialises")).await;
    }
    async fn say_text(&mut self, text: impl Into<String>) {
        self.0.send(Sent::text(text.into())).await.expect("is sent");
    }
    /// The next frame that `wanted` takes; those before it are let go.
    async fn find<T>(&mut self, mut wanted: impl FnMut(ServerFrame) -> Option<T>) -> T {
        loop {
            match self.0.next().await.expect("is open").expect("is whole") {
                Sent::Text(text) => {
                    let frame = ServerFrame::decode(&text).expect("a frame");
                    if let Some(found) = wanted(frame) {
                        return found;
                    }
                }
                Sent::Ping(_) => {}
                other => panic!("no frame: {other:?}"),
            }
        }
    }
    async fn events(&mut self) -> Batch {
        self.find(|frame| match frame {
            ServerFrame::Events(batch) => Some(batch),
            _ => None,
        })
        .await
    }
    async fn fetched(&mut self, id: u32) -> Batch {
        self.find(|frame| match frame {
            ServerFrame::Events(batch) if batch.fetch == Some(id) => Some(batch),
            _ => None,
        })
        .await
    }
    async fn refused(&mut self) -> Refused {
        self.find(|frame| match frame {
            ServerFrame::Refused(refused) => Some(refused),
            _ => None,
        })
        .await
    }
    async fn room(&mut self) -> crate::protocol::RoomState {
        self.find(|frame| match frame {
            ServerFrame::Room { room } => Some(room),
            _ => None,
        })
        .await
    }
    async fn close_code(mut self) -> u16 {
        loop {
            match self.0.next().await.expect("a close before the end").expect("is whole") {
                Sent::Close(Some(frame)) => return frame.code.into(),
                Sent::Close(None) => panic!("no code"),
                _ => {}
            }
        }
    }
}

fn rates_off() -> Rules {
    Rules { rates_off: true, ..Rules::default() }
}
