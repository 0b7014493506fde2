//! F7: two thousand clients come back at once, some of them ten thousand events behind.

use crate::{
    chance::Chance,
    history::{History, What},
    patience::PATIENCE,
    server::Server,
    wire::{Heard, Link, Transport},
    world::{Plan, World},
};
use maru::protocol::{ClientFrame, Cursor, Draft, Fetch, Hello, Nonce, Op, RoomId, Seq, ServerFrame};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::Semaphore, task::JoinSet, time::timeout};

const CLIENTS: usize = 2_000;
const EVENTS: usize = 10_000;
/// Of a busy machine's patience for one of them.
const EACH_WITHIN: Duration = PATIENCE;

/// Says so much in a room that one can be far behind, without waiting for each answer.
async fn fill(link: &mut Link, room: RoomId, history: &History) -> Seq {
    let (mut newest, mut answered, mut said) = (0, 0, 0);
    while answered < EVENTS {
        while said < EVENTS && said < answered + 100 {
            let mut random = [7; 10];
            random[..8].copy_from_slice(&(said as u64).to_be_bytes());
            let op = Op::said(format!("{said} is one of many"));
            let draft = Draft { nonce: Nonce::new(4, random), room, op };
            history.note(usize::MAX - 2, 0, What::Invoked(draft.clone()));
            assert!(link.say(ClientFrame::Send(draft)).await);
            said += 1;
        }
        match link.hear().await {
            Heard::Frame(ServerFrame::Ack(ack)) => (newest, answered) = (newest.max(ack.seq), answered + 1),
            Heard::Frame(ServerFrame::Refused(refused)) => panic!("{refused:?}"),
            Heard::End(code) => panic!("it ended with {code}"),
            _ => {}
        }
    }
    newest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_clients_come_back_at_once() {
    let mut server = Server::new();
    server.set("MARU_LIMIT_CONNECTIONS", "100000");
    let plan = Plan { users: 4, devices: 1, rooms: 2, is_moving: false, pace_ms: 1000, ..Plan::new(51) };
    let mut world = World::on(server, plan).await;
    let (room, key) = (world.rooms[1], world.people[0].key.clone());
    let mut link =
        Link::open(Transport::Ws, world.server.here(), &key, Hello::default()).await.expect("a connection");
    let head = fill(&mut link, room, &world.history).await;
    drop(link);
    let (_, logs) = world.people[0].logs(world.server.here()).await;
    let instants: Arc<BTreeMap<Seq, u64>> =
        Arc::new(logs[&room].iter().map(|event| (event.seq, event.at)).collect());

    world.history.fault("everybody comes back");
    world.kill().await;
    let (at, began) = (world.server.here(), Instant::now());
    let gate = Arc::new(Semaphore::new(400));
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (key, instants, gate) = (world.people[client % 4].key.clone(), instants.clone(), gate.clone());
        let seq = 1 + Chance::of(51, client as u64).below(head);
        let cursor = Cursor { seq, at: instants[&seq] };
        clients.spawn(async move {
            let first = Instant::now();
            let hello = Hello { rooms: [(room, cursor)].into_iter().collect(), ..Hello::default() };
            let mut link = loop {
                // The kernel's own queue of connections is not what is looked at here.
                let permit = gate.acquire().await.expect("open");
                if let Some(link) = Link::open(Transport::Ws, at, &key, hello.clone()).await {
                    break link;
                }
                drop(permit);
                tokio::time::sleep(Duration::from_millis(100)).await;
            };
            timeout(EACH_WITHIN, catch_up(&mut link, room, cursor.seq, head))
                .await
                .expect("caught up in time");
            (link, first.elapsed())
        });
    }
    let (mut links, mut times) = (Vec::new(), Vec::new());
    while let Some(client) = clients.join_next().await {
        let (link, took) = client.expect("a client that came back");
        links.push(link);
        times.push(took);
    }
    times.sort();
    let (median, late, resident) =
        (times[CLIENTS / 2], times[CLIENTS * 99 / 100], world.server.resident() >> 20);
    eprintln!(
        "{CLIENTS} clients, up to {EVENTS} events behind: all back in {:?}, median {median:?}, 99 % {late:?}, {resident} MB",
        began.elapsed()
    );
    assert!(resident < 600, "{resident} MB for {CLIENTS} clients");
    assert!(world.server.descriptors() < CLIENTS + 200);
    drop(links);
    world.expect_whole().await;
}

/// Hears what is live, and fetches the newest page of the hole that the server left.
async fn catch_up(link: &mut Link, room: RoomId, mut cursor: Seq, head: Seq) {
    let mut is_fetching = false;
    while cursor < head || is_fetching {
        match link.hear().await {
            Heard::Frame(ServerFrame::Events(batch)) if batch.room == room => {
                if batch.fetch.is_some() {
                    assert_eq!(batch.events.len(), 100);
                    is_fetching = false;
                    continue;
                }
                assert!(batch.after >= cursor, "{} comes after {cursor}", batch.after);
                if batch.after > cursor {
                    // The devices have gone on talking since.
                    assert!(head - cursor > 100, "who is {} behind is not made to skip", head - cursor);
                    let fetch = Fetch { id: 1, room, before: batch.after + 1, limit: 100 };
                    is_fetching = batch.after >= 100 && link.say(ClientFrame::Fetch(fetch)).await;
                }
                cursor = batch.events.last().expect("a batch has events").seq;
            }
            Heard::Frame(ServerFrame::Welcome(welcome)) => {
                assert!(welcome.rooms.iter().all(|room| !room.reset));
            }
            Heard::End(code) => panic!("it ended with {code}"),
            _ => {}
        }
    }
}
