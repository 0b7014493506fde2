//! What somebody is writing is the same on all of that person's devices, and nobody else hears of it.

use crate::kit::{How, Socket, TestServer, on_every_transport};
use maru::protocol::{ClientFrame, Failure, RoomId, ServerFrame, Unsent};

on_every_transport![a_text_is_told_to_all_devices_and_the_newest_counts];

fn writes(room: RoomId, text: &str, at: u64) -> ClientFrame {
    ClientFrame::Unsent(Unsent { room, text: text.to_owned(), at })
}

async fn told(socket: &mut Socket, at: u64) -> String {
    socket
        .wait_for("what is being written", |frame| match frame {
            ServerFrame::Unsent(unsent) if unsent.at == at => Some(unsent.text.clone()),
            _ => None,
        })
        .await
}

async fn a_text_is_told_to_all_devices_and_the_newest_counts(how: How) {
    let server = TestServer::over(how, &[]).await;
    let ((ann, mut at_desk), (_, mut at_bo)) = server.pair().await;
    let room = ann.room();
    let mut on_phone = ann.connect().await;
    at_desk.send(&writes(room, "5시에\n", 1000)).await;
    assert_eq!(told(&mut on_phone, 1000).await, "5시에\n");
    assert_eq!(told(&mut at_desk, 1000).await, "5시에\n");
    on_phone.send(&writes(room, "an older thought", 999)).await;
    assert_eq!(told(&mut on_phone, 1000).await, "5시에\n", "how it stands");
    on_phone.send(&writes(room, "6시에", 1001)).await;
    assert_eq!(told(&mut at_desk, 1001).await, "6시에");

    let mut later = ann.connect().await;
    assert_eq!(told(&mut later, 1001).await, "6시에", "a device that comes later");
    later.send(&writes(room, "", 1002)).await;
    assert_eq!(told(&mut at_desk, 1002).await, "");
    at_desk.send(&writes(room, "6시에", 1001)).await;
    assert_eq!(told(&mut at_desk, 1002).await, "", "it does not come back");
    at_bo.ping().await;
    assert!(!at_bo.has_kept(|frame| matches!(frame, ServerFrame::Unsent(_))), "nobody else is told");
}

#[tokio::test]
async fn a_device_that_comes_when_it_was_said_hears_nothing() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), _) = server.pair().await;
    at_ann.send(&writes(ann.room(), "a", 1)).await;
    at_ann.send(&writes(ann.room(), "", 2)).await;
    told(&mut at_ann, 2).await;
    let mut later = ann.connect().await;
    later.ping().await;
    assert!(!later.has_kept(|frame| matches!(frame, ServerFrame::Unsent(_))));
}

#[tokio::test]
async fn a_clock_that_is_ahead_counts_as_now() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), _) = server.pair().await;
    at_ann.send(&writes(ann.room(), "tomorrow", 1 << 52)).await;
    let at = at_ann
        .wait_for("a text", |frame| match frame {
            ServerFrame::Unsent(unsent) => Some(unsent.at),
            _ => None,
        })
        .await;
    assert!(at < 1 << 52);
}

#[tokio::test]
async fn what_cannot_be_said_is_not_kept() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), _) = server.pair().await;
    at_ann.send(&writes(ann.room(), "a\u{0}", 1)).await;
    assert!(matches!(at_ann.any_refusal().await, Failure::Invalid { .. }));
    at_ann.send(&writes(ann.room(), &"가".repeat(8001), 1)).await;
    assert_eq!(at_ann.any_refusal().await, Failure::TooLarge { limit: 8000 });
    at_ann.say(ann.room(), "on it goes").await;
}

#[tokio::test]
async fn who_leaves_a_room_leaves_what_was_written_there() {
    let server = TestServer::start().await;
    let ((ann, _), (bo, mut at_bo)) = server.pair().await;
    let room = ann.room();
    at_bo.send(&writes(room, "a secret", 1)).await;
    told(&mut at_bo, 1).await;
    let room = room.to_string();
    bo.call("leave_room", &[("room", &room)]).await;
    bo.call("join_room", &[("room", &room)]).await;
    let mut later = bo.connect().await;
    later.ping().await;
    assert!(!later.has_kept(|frame| matches!(frame, ServerFrame::Unsent(_))));
}
