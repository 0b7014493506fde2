//! What was said before.

use crate::kit::{TestServer, nonce, say};
use maru::protocol::{Batch, Failure};

#[tokio::test]
async fn pages_of_history_adjoin_and_end_at_the_first_event() {
    let server = TestServer::unlimited().await;
    let ann = server.enter("ann").await;
    let room = ann.room();
    let mut socket = ann.connect().await;
    let nonces: Vec<_> = (0..240).map(|_| nonce()).collect();
    for (turn, nonce) in nonces.iter().enumerate() {
        socket.send(&say(*nonce, room, &format!("line {turn}"))).await;
    }
    for nonce in &nonces {
        socket.ack(*nonce).await;
    }

    let (mut before, mut seqs) = (u64::MAX >> 11, Vec::new());
    loop {
        let page = socket.fetch(room, before, 100).await.expect("history");
        let Some(first) = page.events.first() else { break };
        assert_eq!(page.after, first.seq - 1, "it says where it starts");
        assert!(page.events.windows(2).all(|pair| pair[0].seq + 1 == pair[1].seq));
        assert!(page.events.iter().all(|event| event.seq < before));
        before = first.seq;
        seqs.extend(page.events.iter().rev().map(|event| event.seq));
    }
    let head = ann.room_state(room).await.head;
    seqs.reverse();
    assert_eq!(seqs, Vec::from_iter(1..=head));
}

#[tokio::test]
async fn the_limit_is_held_to_what_the_server_gives() {
    let server = TestServer::unlimited().await;
    let ann = server.enter("ann").await;
    let room = ann.room();
    let mut socket = ann.connect().await;
    let nonces: Vec<_> = (0..120).map(|_| nonce()).collect();
    for nonce in &nonces {
        socket.send(&say(*nonce, room, "x")).await;
    }
    for nonce in &nonces {
        socket.ack(*nonce).await;
    }
    for (asked, given) in [(1, 1), (7, 7), (100, 100), (101, 100), (u32::MAX, 100)] {
        let page = socket.fetch(room, 1 << 52, asked).await.expect("history");
        assert_eq!(page.events.len(), given, "{asked}");
    }
    assert!(socket.fetch(room, 1 << 52, 0).await.expect("history").events.len() <= 1);
}

#[tokio::test]
async fn before_the_first_event_there_is_nothing() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let mut socket = ann.connect().await;
    for before in [0, 1] {
        let page = socket.fetch(ann.room(), before, 10).await.expect("history");
        assert_eq!((page.after, page.events.len()), (0, 0));
    }
}

#[tokio::test]
async fn the_call_and_the_frame_bring_the_same() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let room = ann.room();
    at_ann.say(room, "one").await;
    at_bo.say(room, "two").await;
    let id = room.to_string();
    let called: Batch =
        ann.ask("history", &[("room", &id), ("before", "1000"), ("limit", "3")]).await.value();
    let fetched = at_ann.fetch(room, 1_000, 3).await.expect("history");
    assert_eq!((called.after, called.events), (fetched.after, fetched.events));
}

#[tokio::test]
async fn history_is_for_people_who_came_in() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let id = ann.room().to_string();
    let asked = [("room", id.as_str()), ("before", "10"), ("limit", "10")];
    assert_eq!(server.stranger().ask("history", &asked).await.failure(), (401, Failure::SignedOut));
}
