//! A client that comes back gets exactly what it missed.

use crate::kit::{Person, Socket, TestServer};
use maru::protocol::{Ack, Cursor, Log, Op, RoomId};

fn cursor(ack: &Ack) -> Cursor {
    Cursor { seq: ack.seq, at: ack.at }
}

async fn say_many(socket: &mut Socket, room: RoomId, count: u64) -> Ack {
    let mut last = None;
    for turn in 1..=count {
        last = Some(socket.say(room, &format!("missed {turn}")).await);
    }
    last.expect("at least one")
}

#[tokio::test]
async fn a_cursor_brings_exactly_the_events_after_it() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = ann.room();
    let held = at_ann.say(room, "held").await;
    at_ann.leave().await;
    let last = say_many(&mut at_bo, room, 5).await;
    bo.create_room("elsewhere").await;

    let mut back = ann.resume([(room, cursor(&held))]).await;
    assert!(!back.welcomed(room).reset);
    let first = back.live(room).await;
    assert_eq!(first.after, held.seq, "it adjoins");
    let mut seqs = vec![first.events[0].seq];
    seqs.extend(back.events_upto(room, last.seq).await.iter().map(|event| event.seq));
    assert_eq!(seqs, Vec::from_iter(held.seq + 1..=last.seq));

    let next = at_bo.say(room, "live again").await;
    assert_eq!(back.live(room).await.after, last.seq);
    assert_eq!(next.seq, last.seq + 1);
    assert!(back.events_so_far(room).is_empty(), "nothing came twice");
}

#[tokio::test]
async fn a_cursor_at_the_head_brings_nothing_but_what_is_new() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let held = at_ann.say(ann.room(), "held").await;
    let mut back = ann.resume([(ann.room(), cursor(&held))]).await;
    let next = at_bo.say(ann.room(), "new").await;
    let batch = back.live(ann.room()).await;
    assert_eq!((batch.after, batch.events[0].seq), (held.seq, next.seq));
}

#[tokio::test]
async fn no_cursor_means_live_from_now() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), _) = server.pair().await;
    let before = at_ann.say(ann.room(), "before").await;
    let mut other = ann.connect().await;
    let after = at_ann.say(ann.room(), "after").await;
    let batch = other.live(ann.room()).await;
    assert_eq!((batch.after, batch.events[0].seq), (before.seq, after.seq));
}

#[tokio::test]
async fn far_behind_there_is_a_hole_that_says_so_and_fetches_fill_it() {
    let server = TestServer::unlimited().await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let room = ann.room();
    let held = at_ann.say(room, "held").await;
    at_ann.leave().await;
    let last = say_many(&mut at_bo, room, 450).await;

    let mut back = ann.resume([(room, cursor(&held))]).await;
    let mut log = Log { cursor: Some(cursor(&held)), holes: Vec::new(), from: 0 };
    let mut shown = Vec::new();
    while log.cursor.is_none_or(|cursor| cursor.seq < last.seq) {
        shown.extend(log.apply(&back.live(room).await).fresh);
    }
    assert_eq!(log.holes.len(), 1, "one hole, not a thousand lines: {:?}", log.holes);
    assert_eq!(log.holes[0].after, held.seq);
    while let Some(hole) = log.holes.last().copied() {
        let page = back.fetch(room, hole.upto + 1, 100).await.expect("history");
        assert!(page.events.len() <= 100 && page.fetch.is_some());
        shown.extend(log.apply(&page).fresh);
    }
    shown.sort_unstable();
    assert_eq!(shown, Vec::from_iter(held.seq + 1..=last.seq), "each once");
}

async fn assert_is_reset(ann: &Person, at: Cursor) {
    let room = ann.room();
    let mut back = ann.resume([(room, at)]).await;
    assert!(back.welcomed(room).reset, "{at:?}");
    let head = back.welcomed(room).head;
    let ack = back.say(room, "on the real log").await;
    let batch = back.live(room).await;
    assert!(batch.after >= head && batch.events[0].seq == ack.seq, "live from now: {batch:?}");
}

#[tokio::test]
async fn a_cursor_from_another_log_is_told_to_start_over() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let held = ann.connect().await.say(ann.room(), "held").await;
    assert_is_reset(&ann, Cursor { seq: held.seq + 1_000, at: held.at }).await;
    assert_is_reset(&ann, Cursor { at: held.at + 1, ..cursor(&held) }).await;
    assert_is_reset(&ann, Cursor { seq: (1 << 53) - 1, at: 0 }).await;
}

#[tokio::test]
async fn one_wrong_cursor_does_not_touch_the_other_rooms() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let other = ann.create_room("other").await;
    let mut socket = ann.connect().await;
    let (held, wrong) = (socket.say(ann.room(), "held").await, socket.say(other.id, "held").await);
    let cursors = [(ann.room(), cursor(&held)), (other.id, Cursor { at: wrong.at + 7, ..cursor(&wrong) })];
    let back = ann.resume(cursors).await;
    assert!(!back.welcomed(ann.room()).reset && back.welcomed(other.id).reset);
}

#[tokio::test]
async fn a_cursor_survives_a_restart_of_the_server() {
    let mut server = TestServer::start().await;
    let ((ann, mut at_ann), (bo, _)) = server.pair().await;
    let held = at_ann.say(ann.room(), "held").await;
    server.kill_9().await;
    server.start_again().await;
    let missed = bo.connect().await.say(ann.room(), "after the crash").await;
    let mut back = ann.resume([(ann.room(), cursor(&held))]).await;
    assert!(!back.welcomed(ann.room()).reset);
    let event = back.event(ann.room()).await;
    assert_eq!((event.seq, event.op), (missed.seq, Op::said("after the crash")));
    assert_eq!(missed.seq, held.seq + 1, "the numbers go on");
}
