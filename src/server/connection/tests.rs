//! Connections over real sockets.

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

type Doors = (Hub, Vec<User>, SpaceId, CancellationToken, TaskTracker);

impl Server {
    async fn start(people: usize, rules: Rules) -> Self {
        let world = World::new(people, rules).await;
        let (shutdown, connections) = (CancellationToken::new(), TaskTracker::new());
        let open = |State(doors): State<Doors>, Path(number): Path<usize>, upgrade: WebSocketUpgrade| async move {
            let (hub, people, space, shutdown, connections) = doors;
            configure(upgrade).on_upgrade(async move |socket| {
                let served = run(socket, hub, people[number].clone(), space, shutdown);
                connections.track_future(served).await;
            })
        };
        let doors =
            (world.hub.clone(), world.people.clone(), world.space, shutdown.clone(), connections.clone());
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
        client.say(&ClientFrame::Hello(Hello { client: "test".to_owned(), rooms })).await;
        let welcome = client.find(|frame| match frame {
            ServerFrame::Welcome(welcome) => Some(*welcome),
            other => panic!("before the welcome: {other:?}"),
        });
        let welcome = welcome.await;
        (client, welcome)
    }
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

fn text(event: &Event) -> &str {
    match &event.op {
        Op::Message { text } => text,
        other => panic!("no message: {other:?}"),
    }
}

#[tokio::test]
async fn two_people_talk() {
    let server = Server::start(2, Rules::default()).await;
    let (mut ana, welcome) = server.greeted(0, &[]).await;
    assert_eq!((welcome.user, welcome.heartbeat_s), (server.world.people[0].id, 25));
    assert_eq!(welcome.rooms[0].head, server.world.room.head);
    let (mut bo, _) = server.greeted(1, &[]).await;
    let draft = draft(server.world.room.id, "안녕");
    ana.say(&ClientFrame::Send(draft.clone())).await;
    let (mut ack, mut seen) = (None, None);
    ana.find(|frame| {
        match frame {
            ServerFrame::Ack(one) => ack = Some(one),
            ServerFrame::Events(batch) => seen = Some(batch),
            _ => {}
        }
        (ack.is_some() && seen.is_some()).then_some(())
    })
    .await;
    let (ack, seen, heard) = (ack.expect("acked"), seen.expect("seen"), bo.events().await);
    assert_eq!((ack.nonce, ack.seq), (draft.nonce, server.world.room.head + 1));
    assert_eq!(seen.events[0].nonce, Some(draft.nonce));
    assert_eq!(heard.events, [Event { nonce: None, ..seen.events[0].clone() }]);
    assert_eq!((heard.after, text(&heard.events[0])), (server.world.room.head, "안녕"));

    ana.say(&ClientFrame::Ping { n: 3, away: false }).await;
    let heads =
        ana.find(|frame| if let ServerFrame::Pong { n: 3, heads, .. } = frame { Some(heads) } else { None });
    assert_eq!(heads.await[&ack.room], ack.seq);
    ana.say(&ClientFrame::Ping { n: 4, away: false }).await;
    let heads =
        ana.find(|frame| if let ServerFrame::Pong { n: 4, heads, .. } = frame { Some(heads) } else { None });
    assert!(heads.await.is_empty());
}

#[tokio::test]
async fn who_comes_back_gets_what_was_missed_once_and_in_order() {
    let server = Server::start(2, rates_off()).await;
    let (room, head, by) = (server.world.room.id, server.world.room.head, &server.world.people[0]);
    let mut acks = Vec::new();
    for number in 0..150 {
        acks.push(server.world.hub.send(by, draft(room, &number.to_string())).await.expect("is kept"));
    }
    let cursor = Cursor { seq: acks[9].seq, at: acks[9].at };
    let (mut bo, welcome) = server.greeted(1, &[(room, cursor)]).await;
    assert!(!welcome.rooms[0].reset);
    let mut seqs = Vec::new();
    while seqs.len() < 140 {
        let batch = bo.events().await;
        assert_eq!(batch.after, seqs.last().copied().unwrap_or(cursor.seq));
        seqs.extend(batch.events.iter().map(|event| event.seq));
    }
    assert!(seqs.into_iter().eq(cursor.seq + 1..=head + 150));

    for number in 0..100 {
        server.world.hub.send(by, draft(room, &number.to_string())).await.expect("is kept");
    }
    let (mut far, _) = server.greeted(1, &[(room, cursor)]).await;
    assert_eq!(far.events().await.after, head + 250 - 50, "the hole is explicit");
    let fetch = Fetch { id: 7, room, before: head + 201, limit: 1000 };
    far.say(&ClientFrame::Fetch(fetch)).await;
    let page = far
        .find(|frame| match frame {
            ServerFrame::Events(batch) if batch.fetch == Some(7) => Some(batch),
            _ => None,
        })
        .await;
    assert!(page.events.iter().map(|event| event.seq).eq(head + 101..=head + 200));
    assert_eq!(page.after, head + 100);
    far.say(&ClientFrame::Fetch(Fetch { id: 8, room: RoomId::from_raw(1), before: 5, limit: 5 })).await;
    let refused = far.refused().await;
    assert_eq!((refused.fetch, refused.failure), (Some(8), Failure::NotFound));
    far.say(&ClientFrame::Fetch(Fetch { id: 9, room, before: u64::MAX, limit: 0 })).await;
    let page = far
        .find(|frame| match frame {
            ServerFrame::Events(batch) if batch.fetch == Some(9) => Some(batch),
            _ => None,
        })
        .await;
    assert_eq!(page.events.len(), 1);
}

#[tokio::test]
async fn a_cursor_from_another_log_is_reset_and_goes_on_live() {
    let server = Server::start(1, rates_off()).await;
    let (room, head) = (server.world.room.id, server.world.room.head);
    for cursor in [Cursor { seq: head, at: 5 }, Cursor { seq: head + 7, at: 5 }] {
        let (mut ana, welcome) = server.greeted(0, &[(room, cursor)]).await;
        assert!(welcome.rooms[0].reset);
        let ack = server.world.hub.send(&server.world.people[0], draft(room, "x")).await.expect("is kept");
        assert_eq!(ana.events().await.after, ack.seq - 1);
    }
}

#[tokio::test]
async fn rooms_come_and_people_come_and_go_without_a_reload() {
    let server = Server::start(2, rates_off()).await;
    let [ana, bo] = [0, 1].map(|number| server.world.people[number].clone());
    let (mut at_ana, _) = server.greeted(0, &[]).await;
    let (mut at_bo, _) = server.greeted(1, &[]).await;
    let hub = &server.world.hub;
    let made = hub.create_room(new_room(server.world.space, "새 방", &ana)).await.expect("is made");
    let (for_ana, for_bo) = (at_ana.room().await, at_bo.room().await);
    assert_eq!((for_ana.id, for_ana.role), (made.id, made.role));
    assert_eq!((for_bo.id, for_bo.role), (made.id, None));

    hub.send(&ana, draft(made.id, "혼자")).await.expect("is kept");
    let mut seen = Vec::new();
    while seen.len() < 3 {
        let batch = at_ana.events().await;
        assert_eq!((batch.room, batch.after), (made.id, seen.len() as Seq));
        seen.extend(batch.events.into_iter().map(|event| event.seq));
    }
    assert_eq!(seen, [1, 2, 3]);

    let join = hub.change(&bo, made.id, Op::Join).await.expect("may").expect("is new");
    assert!(at_bo.room().await.role.is_some());
    hub.send(&ana, draft(made.id, "둘이")).await.expect("is kept");
    let batch = at_bo.events().await;
    assert_eq!((batch.after, batch.events[0].seq), (join.seq - 1, join.seq), "from the joining on");
    hub.change(&bo, made.id, Op::Leave).await.expect("may").expect("is new");
    assert_eq!(at_bo.room().await.role, None);
    hub.send(&ana, draft(made.id, "다시 혼자")).await.expect("is kept");
    hub.send(&ana, draft(server.world.room.id, "끝")).await.expect("is kept");
    loop {
        let batch = at_bo.events().await;
        assert!(batch.events.iter().all(|event| event.op != Op::Message { text: "다시 혼자".to_owned() }));
        if batch.room == server.world.room.id {
            break;
        }
    }
}

#[tokio::test]
async fn a_bad_frame_is_refused_and_the_fifth_ends_the_connection() {
    let server = Server::start(1, rates_off()).await;
    let (mut ana, _) = server.greeted(0, &[]).await;
    ana.say_text(r#"{"type":"dance","id":4}"#).await;
    let refused = ana.refused().await;
    assert_eq!((refused.fetch, refused.failure), (Some(4), Failure::Unknown));
    for text in ["{", "[[[[", r#"{"type":"ping","n":1.5}"#, r#"{"type":"send","nonce":"\ud800"}"#] {
        ana.say_text(text).await;
        assert!(matches!(ana.refused().await.failure, Failure::BadFrame { .. }), "{text}");
    }
    ana.say_text("no").await;
    assert_eq!(ana.close_code().await, 4400);
}

#[tokio::test]
async fn what_is_no_text_frame_ends_the_connection_with_its_code() {
    let server = Server::start(1, rates_off()).await;
    let broken = |bytes: Vec<u8>| {
        let frame = tungstenite::protocol::frame::Frame::message(
            bytes,
            tungstenite::protocol::frame::coding::OpCode::Data(
                tungstenite::protocol::frame::coding::Data::Text,
            ),
            true,
        );
        Sent::Frame(frame)
    };
    for (message, code) in [
        (Sent::binary(vec![1, 2, 3]), 1002),
        (Sent::text("x".repeat(FRAME_BYTES + 1)), 1009),
        (broken(vec![b'"', 0xff, b'"']), 1007),
    ] {
        let (mut ana, _) = server.greeted(0, &[]).await;
        ana.0.send(message).await.expect("is sent");
        assert_eq!(ana.close_code().await, code);
    }
}

#[tokio::test]
async fn silence_before_and_after_the_hello_ends_the_connection() {
    let short = Duration::from_millis(50);
    let server = Server::start(1, Rules { hello_within: short, ..rates_off() }).await;
    assert_eq!(server.open(0).await.close_code().await, 4408);
    let server = Server::start(1, Rules { silence: short, ..rates_off() }).await;
    let (ana, _) = server.greeted(0, &[]).await;
    assert_eq!(ana.close_code().await, 4408);
}

#[tokio::test]
async fn a_ping_of_the_server_keeps_a_quiet_client() {
    let (heartbeat, silence) = (Duration::from_millis(20), Duration::from_millis(400));
    let server = Server::start(1, Rules { heartbeat, silence, ..rates_off() }).await;
    let (mut ana, _) = server.greeted(0, &[]).await;
    let start = Instant::now();
    while start.elapsed() < silence * 2 {
        let message = ana.0.next().await.expect("is open").expect("is whole");
        assert!(!message.is_close(), "{message:?}");
    }
}

#[tokio::test]
async fn too_many_frames_are_refused_and_far_too_many_end_the_connection() {
    let slow = |burst| Rate { per_second: 1, burst };
    let server = Server::start(1, Rules { frames: slow(3), excess: slow(5), ..Rules::default() }).await;
    let (mut ana, _) = server.greeted(0, &[]).await;
    let say = draft(server.world.room.id, "x");
    for n in 0..2 {
        ana.say(&ClientFrame::Ping { n, away: false }).await;
    }
    ana.say(&ClientFrame::Send(say.clone())).await;
    let refused = ana.refused().await;
    assert_eq!(refused.nonce, Some(say.nonce));
    assert!(matches!(refused.failure, Failure::RateLimited { retry_ms: 1..=1000 }));
    for _ in 0..20 {
        let _ = ana.0.send(Sent::Ping(Vec::new().into())).await;
    }
    assert_eq!(ana.close_code().await, 4429);
}

#[tokio::test]
async fn the_oldest_of_too_many_connections_is_closed() {
    let server = Server::start(1, Rules { connections: 2, ..rates_off() }).await;
    let (first, _) = server.greeted(0, &[]).await;
    let (mut second, _) = server.greeted(0, &[]).await;
    let (_third, _) = server.greeted(0, &[]).await;
    assert_eq!(first.close_code().await, 4409);
    second.say(&ClientFrame::Ping { n: 1, away: false }).await;
    second.find(|frame| matches!(frame, ServerFrame::Pong { .. }).then_some(())).await;
    assert_eq!(server.world.hub.here(server.world.room.id), 1);
}

#[tokio::test]
async fn a_restart_answers_what_is_in_flight_and_says_when_to_come_back() {
    let server = Server::start(1, rates_off()).await;
    let (mut ana, _) = server.greeted(0, &[]).await;
    let drafts: Vec<Draft> = (0..50).map(|number| draft(server.world.room.id, &number.to_string())).collect();
    for draft in &drafts {
        ana.say(&ClientFrame::Send(draft.clone())).await;
    }
    let mut acked = 0;
    ana.find(|frame| matches!(frame, ServerFrame::Ack(_)).then_some(())).await;
    server.shutdown.cancel();
    let retry_ms = ana
        .find(|frame| match frame {
            ServerFrame::Ack(_) => {
                acked += 1;
                None
            }
            ServerFrame::Bye { code: ByeCode::Restart, retry_ms } => Some(retry_ms),
            _ => None,
        })
        .await;
    assert!(retry_ms.is_some_and(|retry_ms| retry_ms < RETURN_MS));
    assert_eq!(ana.close_code().await, 1012);
    server.connections.close();
    server.connections.wait().await;
    let state = server.world.hub.room_state(server.world.room.id, server.world.people[0].id).await;
    let head = state.expect("reads").expect("is there").head;
    assert_eq!(head, server.world.room.head + 1 + acked, "each that was taken was answered");
}

#[tokio::test]
async fn who_does_not_read_is_let_go_and_hinders_nobody() {
    let server =
        Server::start(2, Rules { stall: Duration::from_millis(100), grace: Duration::ZERO, ..rates_off() })
            .await;
    let (_stuck, _) = server.greeted(0, &[]).await;
    let (mut bo, _) = server.greeted(1, &[]).await;
    server.connections.close();
    let (room, by) = (server.world.room.id, server.world.people[1].clone());
    let hub = server.world.hub.clone();
    let long = "가".repeat(8000);
    let sending = tokio::spawn(async move {
        while hub.here(room) == 2 {
            hub.send(&by, draft(room, &long)).await.expect("is kept");
        }
    });
    let mut cursor = server.world.room.head;
    while !sending.is_finished() {
        let Ok(batch) = timeout(Duration::from_millis(100), bo.events()).await else { continue };
        assert_eq!(batch.after, cursor);
        cursor = batch.events.last().expect("has events").seq;
    }
    sending.await.expect("ends");
    assert_eq!(server.connections.len(), 1, "the stuck one is gone");
}
