//! Three transports, one meaning: what holds on one holds on all.

use crate::kit::{How, TestServer, Way, nonce, on_every_transport, say};
use maru::protocol::{Ack, ClientFrame, Cursor, Failure, Log, Marker, Nonce, RoomId, ServerFrame};

on_every_transport![
    two_people_talk_and_hear_the_same,
    what_one_says_keeps_its_order,
    saying_it_twice_is_harmless_and_another_text_is_a_conflict,
    a_cursor_brings_exactly_what_was_missed,
    a_cursor_from_another_log_is_told_to_start_over,
    far_behind_there_is_a_hole_and_fetches_fill_it,
    what_one_may_not_see_is_not_found,
    a_flood_of_sends_is_told_when_to_try_again,
    a_frame_that_is_too_large_is_refused,
    what_cannot_be_read_is_refused_and_others_go_on,
    an_unknown_frame_is_refused_and_the_line_lives,
    the_end_of_a_session_ends_what_is_open,
    one_too_many_ends_the_oldest,
    a_server_that_stops_says_when_to_come_back,
    a_marker_that_is_moved_is_told_everywhere,
    a_new_room_appears_and_is_heard,
    who_is_here_is_told,
];

const FREE: &[(&str, &str)] = &[("MARU_LIMITS", "off")];

fn cursor(ack: &Ack) -> Cursor {
    Cursor { seq: ack.seq, at: ack.at }
}

async fn two_people_talk_and_hear_the_same(how: How) {
    let server = TestServer::over(how, &[]).await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = ann.room();
    for turn in 0..5 {
        let (one, other) = (format!("ann says {turn}"), format!("보 {turn} 🙂\nand more"));
        let acks = [at_ann.say(room, &one).await, at_bo.say(room, &other).await];
        for hearer in [&mut at_ann, &mut at_bo] {
            for (ack, by, text) in [(&acks[0], &ann, &one), (&acks[1], &bo, &other)] {
                let (event, heard) = hearer.message(room).await;
                assert_eq!((event.seq, event.at, event.by, &heard), (ack.seq, ack.at, by.user().id, text));
            }
        }
    }
}

async fn what_one_says_keeps_its_order(how: How) {
    let server = TestServer::over(how, FREE).await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let nonces: Vec<Nonce> = (0..60).map(|_| nonce()).collect();
    for (turn, nonce) in nonces.iter().enumerate() {
        at_ann.send(&say(*nonce, ann.room(), &turn.to_string())).await;
    }
    for turn in 0..60 {
        assert_eq!(at_bo.message(ann.room()).await.1, turn.to_string());
    }
    let mut last = 0;
    for nonce in nonces {
        let seq = at_ann.ack(nonce).await.seq;
        assert!(seq > last, "gapless and in order");
        last = seq;
    }
}

async fn saying_it_twice_is_harmless_and_another_text_is_a_conflict(how: How) {
    let server = TestServer::over(how, &[]).await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let (once, room) = (nonce(), ann.room());
    at_ann.send(&say(once, room, "once")).await;
    let first = at_ann.ack(once).await;
    at_ann.send(&say(once, room, "once")).await;
    let again = at_ann.ack(once).await;
    assert_eq!((again.seq, again.at, first.dup, again.dup), (first.seq, first.at, false, true));
    at_ann.send(&say(once, room, "twice")).await;
    assert_eq!(at_ann.refusal(once).await, Failure::Conflict);
    at_ann.say(room, "after").await;
    assert_eq!(at_bo.message(room).await.1, "once");
    assert_eq!(at_bo.message(room).await.1, "after");
}

async fn a_cursor_brings_exactly_what_was_missed(how: How) {
    let server = TestServer::over(how, &[]).await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let room = ann.room();
    let held = at_ann.say(room, "held").await;
    at_ann.leave().await;
    let mut last = held.seq;
    for turn in 0..5 {
        last = at_bo.say(room, &format!("missed {turn}")).await.seq;
    }
    let mut back = ann.resume([(room, cursor(&held))]).await;
    assert!(!back.welcomed(room).reset);
    let first = back.live(room).await;
    assert_eq!(first.after, held.seq, "it adjoins");
    let mut seqs = vec![first.events[0].seq];
    seqs.extend(back.events_upto(room, last).await.iter().map(|event| event.seq));
    assert_eq!(seqs, Vec::from_iter(held.seq + 1..=last));
    let next = at_bo.say(room, "live again").await;
    let batch = back.live(room).await;
    assert_eq!((batch.after, batch.events[0].seq), (last, next.seq));
}

async fn a_cursor_from_another_log_is_told_to_start_over(how: How) {
    let server = TestServer::over(how, &[]).await;
    let ((ann, mut at_ann), _) = server.pair().await;
    let held = at_ann.say(ann.room(), "held").await;
    for wrong in [Cursor { seq: held.seq + 9, at: held.at }, Cursor { seq: held.seq, at: held.at + 1 }] {
        let mut back = ann.resume([(ann.room(), wrong)]).await;
        assert!(back.welcomed(ann.room()).reset, "{wrong:?}");
        let ack = back.say(ann.room(), "on the real log").await;
        back.events_upto(ann.room(), ack.seq).await;
    }
}

async fn far_behind_there_is_a_hole_and_fetches_fill_it(how: How) {
    let server = TestServer::over(how, FREE).await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let room = ann.room();
    let held = at_ann.say(room, "held").await;
    at_ann.leave().await;
    let nonces: Vec<Nonce> = (0..260).map(|_| nonce()).collect();
    for nonce in &nonces {
        at_bo.send(&say(*nonce, room, "missed")).await;
    }
    let mut last = 0;
    for nonce in nonces {
        last = at_bo.ack(nonce).await.seq;
    }
    let mut back = ann.resume([(room, cursor(&held))]).await;
    let mut log = Log { cursor: Some(cursor(&held)), holes: Vec::new(), from: 0 };
    let mut shown = Vec::new();
    while log.cursor.is_none_or(|cursor| cursor.seq < last) {
        shown.extend(log.apply(&back.live(room).await).fresh);
    }
    assert_eq!(log.holes.len(), 1, "{:?}", log.holes);
    while let Some(hole) = log.holes.last().copied() {
        shown.extend(log.apply(&back.fetch(room, hole.upto + 1, 100).await.expect("history")).fresh);
    }
    shown.sort_unstable();
    assert_eq!(shown, Vec::from_iter(held.seq + 1..=last), "each once");
}

async fn what_one_may_not_see_is_not_found(how: How) {
    let server = TestServer::over(how, &[]).await;
    let mut at_ann = server.enter("ann").await.connect().await;
    let elsewhere = RoomId::from_raw(1);
    assert_eq!(at_ann.fetch(elsewhere, 10, 10).await, Err(Failure::NotFound));
    assert_eq!(at_ann.say_in_vain(elsewhere, "hello?").await, Failure::NotFound);
}

async fn a_flood_of_sends_is_told_when_to_try_again(how: How) {
    let limits = [("MARU_LIMIT_SENDS", "1"), ("MARU_LIMIT_SENDS_BURST", "2")];
    let server = TestServer::over(how, &limits).await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let nonces: Vec<Nonce> = (0..10).map(|_| nonce()).collect();
    for nonce in &nonces {
        at_ann.send(&say(*nonce, ann.room(), "flood")).await;
    }
    let (mut taken, mut refused) = (0, 0);
    for nonce in nonces {
        match at_ann.answer(nonce).await {
            Ok(_) => taken += 1,
            Err(Failure::RateLimited { retry_ms: 1..=10_000 }) => refused += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(taken >= 2 && refused >= 3, "{taken} taken, {refused} refused");
    at_bo.say(ann.room(), "bo is free to speak").await;
}

async fn a_frame_that_is_too_large_is_refused(how: How) {
    let server = TestServer::over(how, &[]).await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let padded = |size: usize| {
        let (head, tail) = (r#"{"type":"ping","n":7,"pad":""#, r#""}"#);
        format!("{head}{}{tail}", "x".repeat(size - head.len() - tail.len()))
    };
    at_ann.send_text(&padded(65_536)).await;
    at_ann.wait_for("a pong", |frame| matches!(frame, ServerFrame::Pong { n: 7, .. }).then_some(())).await;
    at_ann.send_text(&padded(65_537)).await;
    match how.way {
        Way::Socket => assert_eq!(at_ann.closed().await.0, 1009),
        _ => {
            assert_eq!(at_ann.any_refusal().await, Failure::TooLarge { limit: 65_536 });
            assert_eq!(ann.post_frame(padded(65_537)).await.status, 413);
            assert_eq!(ann.post_frame("x".repeat(1_000_000)).await.status, 413);
        }
    }
    server.logged(&ann.user().id.to_string()).await;
    at_bo.say(ann.room(), "not disturbed").await;
}

async fn what_cannot_be_read_is_refused_and_others_go_on(how: How) {
    let server = TestServer::over(how, &[]).await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let canary = "canary-4f2a";
    for bad in
        ["{nonsense", "[[[[", r#"{"type":"ping","n":-1}"#, &format!(r#"{{"type":"send","op":"{canary}"}}"#)]
    {
        at_ann.send_text(bad).await;
        assert!(matches!(at_ann.any_refusal().await, Failure::BadFrame { .. }), "{bad}");
    }
    at_ann.ping().await;
    at_ann.send_text(&format!("{canary} again")).await;
    match how.way {
        Way::Socket => assert_eq!(at_ann.closed().await.0, 4400),
        _ => {
            assert!(matches!(at_ann.any_refusal().await, Failure::BadFrame { .. }));
            assert_eq!(ann.post_frame("{").await.status, 422);
        }
    }
    server.logged("malformed").await;
    assert!(!server.log().contains(canary), "{}", server.log());
    at_bo.say(ann.room(), "not disturbed").await;
}

async fn an_unknown_frame_is_refused_and_the_line_lives(how: How) {
    let server = TestServer::over(how, &[]).await;
    let mut at_ann = server.enter("ann").await.connect().await;
    for frame in [r#"{"type":"dance"}"#, r#"{"type":"welcome"}"#] {
        at_ann.send_text(frame).await;
        assert_eq!(at_ann.any_refusal().await, Failure::Unknown, "{frame}");
    }
    at_ann.ping().await;
}

async fn the_end_of_a_session_ends_what_is_open(how: How) {
    let server = TestServer::over(how, &[]).await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    assert_eq!(ann.call("sign_out", &[]).await.status, 200);
    assert_eq!(at_ann.closed().await.0, 4401);
    assert_eq!(ann.post_frame(r#"{"type":"ping","n":1}"#).await.status, 401);
    at_bo.say(bo.room(), "others stay").await;
}

async fn one_too_many_ends_the_oldest(how: How) {
    let server = TestServer::over(how, &[("MARU_LIMIT_CONNECTIONS", "2")]).await;
    let ann = server.enter("ann").await;
    let (mut oldest, mut second) = (ann.connect().await, ann.connect().await);
    if how.way == Way::Poll {
        // Polls come and go, so it is not told which of three is the oldest.
        return second.ping().await;
    }
    let mut third = ann.connect().await;
    assert_eq!(oldest.closed().await.0, 4409);
    second.say(ann.room(), "second").await;
    assert_eq!(third.message(ann.room()).await.1, "second");
}

async fn a_server_that_stops_says_when_to_come_back(how: How) {
    let mut server = TestServer::over(how, &[]).await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let said = at_ann.say(ann.room(), "before the end").await;
    at_bo.events_upto(ann.room(), said.seq).await;
    let began = std::time::Instant::now();
    server.ask_to_stop().await;
    let (code, frames) = at_bo.closed().await;
    assert!(began.elapsed().as_secs() < 20);
    // A poll that came too late for it finds the server gone.
    if !(how.way == Way::Poll && code == 1006) {
        assert_eq!(code, 1012);
        let is_bye =
            |frame: &ServerFrame| matches!(frame, ServerFrame::Bye { retry_ms: Some(0..=5_000), .. });
        assert!(frames.iter().any(is_bye), "{frames:?}");
    }
    assert!(server.ended().await.success());
    server.start_again().await;
    let mut back = ann.resume([(ann.room(), cursor(&said))]).await;
    assert!(!back.welcomed(ann.room()).reset);
    assert_eq!(back.say(ann.room(), "again").await.seq, said.seq + 1);
}

async fn a_marker_that_is_moved_is_told_everywhere(how: How) {
    let server = TestServer::over(how, &[]).await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let mut elsewhere = ann.connect().await;
    let seq = at_bo.say(ann.room(), "read this").await.seq;
    at_ann.send(&ClientFrame::Read(Marker::upto(ann.room(), seq))).await;
    // Told as it moves, or, between two polls, with the next welcome.
    let moves = |frame: &ServerFrame| match frame {
        ServerFrame::Read(read) => (read.seq == seq).then_some(()),
        ServerFrame::Welcome(welcome) => welcome.rooms.iter().any(|room| room.read == seq).then_some(()),
        _ => None,
    };
    for reader in [&mut at_ann, &mut elsewhere] {
        reader.wait_for("a marker", moves).await;
    }
}

async fn a_new_room_appears_and_is_heard(how: How) {
    let server = TestServer::over(how, &[]).await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let made = ann.create_room("garden").await;
    // Told as it is made, or, between two polls, with the next welcome.
    let appears = |frame: &ServerFrame| match frame {
        ServerFrame::Room { room } if room.id == made.id => Some(()),
        ServerFrame::Welcome(welcome) => welcome.rooms.iter().any(|room| room.id == made.id).then_some(()),
        _ => None,
    };
    at_bo.wait_for("the new room", appears).await;
    bo.join(made.id).await;
    at_bo.say(made.id, "flowers").await;
    assert_eq!(at_ann.message(made.id).await.1, "flowers");
    assert_eq!(at_bo.message(made.id).await.1, "flowers");
}

async fn who_is_here_is_told(how: How) {
    let server = TestServer::over(how, &[]).await;
    let ann = server.enter("ann").await;
    let mut at_ann = ann.connect().await;
    let bo = server.enter("bo").await;
    let at_bo = bo.connect().await;
    assert_eq!(at_ann.here(ann.room(), 2).await.names, ["ann", "bo"]);
    at_bo.leave().await;
    assert_eq!(at_ann.here(ann.room(), 1).await.names, ["ann"]);
}
