//! Sending twice is harmless.

use crate::kit::{Socket, TestServer, nonce, say};
use maru::protocol::{Ack, ClientFrame, Failure, Nonce, Op, RoomId, ServerFrame};

async fn acks(socket: &mut Socket, nonce: Nonce, count: usize) -> Vec<Ack> {
    let mut acks = Vec::new();
    for _ in 0..count {
        acks.push(socket.ack(nonce).await);
    }
    acks
}

async fn count_of(socket: &mut Socket, room: RoomId, text: &str) -> usize {
    let events = socket.whole_history(room).await;
    events.iter().filter(|event| matches!(&event.op, Op::Message { text: said, .. } if said == text)).count()
}

#[tokio::test]
async fn the_same_draft_eight_times_on_one_connection_is_one_message() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let mut socket = ann.connect().await;
    let (room, nonce) = (ann.room(), nonce());
    for _ in 0..8 {
        socket.send(&say(nonce, room, "once")).await;
    }
    let acks = acks(&mut socket, nonce, 8).await;
    assert!(acks.iter().all(|ack| (ack.seq, ack.at) == (acks[0].seq, acks[0].at)), "{acks:?}");
    assert_eq!(acks.iter().filter(|ack| !ack.dup).count(), 1, "{acks:?}");
    assert_eq!(count_of(&mut socket, room, "once").await, 1);
    assert_eq!(socket.message(room).await.0.seq, acks[0].seq);
    assert!(socket.events_so_far(room).is_empty(), "published once");
}

#[tokio::test]
async fn the_same_draft_on_two_connections_at_once_is_one_message() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let (mut one, mut other) = (ann.connect().await, ann.connect().await);
    let (room, nonce) = (ann.room(), nonce());
    for _ in 0..8 {
        one.send(&say(nonce, room, "once")).await;
        other.send(&say(nonce, room, "once")).await;
    }
    let mut all = acks(&mut one, nonce, 8).await;
    all.extend(acks(&mut other, nonce, 8).await);
    assert!(all.iter().all(|ack| ack.seq == all[0].seq), "{all:?}");
    assert_eq!(all.iter().filter(|ack| !ack.dup).count(), 1, "{all:?}");
    assert_eq!(count_of(&mut one, room, "once").await, 1);
}

#[tokio::test]
async fn a_draft_sent_again_after_a_crash_gets_its_first_answer() {
    let mut server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let (room, nonce) = (ann.room(), nonce());
    let mut socket = ann.connect().await;
    socket.send(&say(nonce, room, "before the crash")).await;
    let first = socket.ack(nonce).await;
    assert!(!first.dup);

    server.kill_9().await;
    server.start_again().await;
    let mut socket = ann.connect().await;
    socket.send(&say(nonce, room, "before the crash")).await;
    assert_eq!(socket.ack(nonce).await, Ack { dup: true, ..first });
    assert_eq!(count_of(&mut socket, room, "before the crash").await, 1);
}

#[tokio::test]
async fn a_nonce_names_one_message_in_one_room() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let other_room = ann.create_room("other").await.id;
    let mut socket = ann.connect().await;
    let ack = socket.say(ann.room(), "mine").await;
    for frame in [say(ack.nonce, ann.room(), "another text"), say(ack.nonce, other_room, "mine")] {
        socket.send(&frame).await;
        assert_eq!(socket.refusal(ack.nonce).await, Failure::Conflict);
    }
    assert_eq!(count_of(&mut socket, other_room, "mine").await, 0);
    assert_eq!(count_of(&mut socket, ann.room(), "another text").await, 0);
}

#[tokio::test]
async fn the_same_nonce_of_two_people_is_two_messages() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let nonce = nonce();
    at_ann.send(&say(nonce, ann.room(), "same")).await;
    let first = at_ann.ack(nonce).await;
    at_bo.send(&say(nonce, ann.room(), "same")).await;
    let second = at_bo.ack(nonce).await;
    assert!(!second.dup && second.seq != first.seq);
}

#[tokio::test]
async fn a_settled_draft_keeps_its_answer_when_its_author_has_left() {
    let server = TestServer::start().await;
    let ((ann, _at_ann), (bo, mut at_bo)) = server.pair().await;
    let ack = at_bo.say(ann.room(), "and gone").await;
    assert_eq!(bo.change("leave_room", ann.room(), &[]).await.status, 200);
    at_bo.send(&say(ack.nonce, ann.room(), "and gone")).await;
    assert_eq!(at_bo.ack(ack.nonce).await, Ack { dup: true, ..ack });
}

#[tokio::test]
async fn drafts_with_their_nonce_in_capitals_are_the_same_draft() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let mut socket = ann.connect().await;
    let nonce = nonce();
    let frame: ClientFrame = say(nonce, ann.room(), "once");
    let lower = serde_json::to_string(&frame).expect("serialises");
    socket.send_text(&lower).await;
    let first = socket.ack(nonce).await;
    socket.send_text(&lower.replace(&nonce.to_string(), &nonce.to_string().to_uppercase())).await;
    let again = socket.wait_for("an answer", |frame| match frame {
        ServerFrame::Ack(ack) => Some(ack.clone()),
        _ => None,
    });
    assert_eq!(again.await, Ack { dup: true, ..first });
}
