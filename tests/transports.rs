//! Three transports, one meaning: what holds on one holds on all.

use crate::kit::{How, Person, Reply, Socket, TestServer, Way, nonce, on_every_transport, say};
use maru::protocol::{Ack, ClientFrame, Cursor, Failure, Log, Nonce, Op, RoomId, ServerFrame};

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
    at_ann.send(&ClientFrame::Read { room: ann.room(), seq }).await;
    for reader in [&mut at_ann, &mut elsewhere] {
        reader
            .wait_for("a marker", |frame| {
                matches!(frame, ServerFrame::Read(read) if read.seq == seq).then_some(())
            })
            .await;
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

#[tokio::test]
async fn another_site_can_neither_listen_nor_speak() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let (address, cookie) = (server.address(), ann.cookie.clone().expect("came in"));
    let before = ann.room_state(ann.room()).await.head;
    let frame = serde_json::to_string(&say(nonce(), ann.room(), "forged")).expect("serialises");
    for (path, body) in [("/v1/send", frame.as_str()), ("/v1/sync", r#"{"type":"hello"}"#)] {
        for origin in [None, Some("null"), Some("http://evil.example")] {
            let request =
                reqwest::Client::new().post(format!("http://{address}{path}")).body(body.to_owned());
            let request = request.header("cookie", &cookie).header("content-type", "application/json");
            let request =
                origin.into_iter().fold(request, |request, origin| request.header("origin", origin));
            assert_eq!(
                Reply::of(request).await.failure(),
                (403, Failure::ForeignOrigin),
                "{path} {origin:?}"
            );
        }
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
            assert_eq!(ann.post_raw(path, kind, body.to_owned()).await.status, 415, "{path} {kind}");
        }
        assert_eq!(server.stranger().post_raw(path, "application/json", body.to_owned()).await.status, 401);
    }
    assert_eq!(ann.room_state(ann.room()).await.head, before, "nothing was said");
}

/// One of the person by another way.
async fn by(person: &Person, way: Way) -> Socket {
    let mut person = person.clone();
    person.way = way;
    person.connect().await
}

#[tokio::test]
async fn the_same_draft_by_two_ways_at_once_is_said_once() {
    let server = TestServer::unlimited().await;
    let ann = server.enter("ann").await;
    let (mut socket, mut stream) = (by(&ann, Way::Socket).await, by(&ann, Way::Stream).await);
    for turn in 0..20 {
        let (nonce, text) = (nonce(), format!("turn {turn}"));
        let frame = say(nonce, ann.room(), &text);
        stream.send(&frame).await;
        socket.send(&frame).await;
        let (one, other) = (socket.ack(nonce).await, stream.ack(nonce).await);
        assert_eq!((one.seq, one.at), (other.seq, other.at));
        assert!(one.dup != other.dup, "one is the first");
        assert_eq!(socket.message(ann.room()).await.1, text);
        assert_eq!(stream.message(ann.room()).await.1, text);
    }
}

#[tokio::test]
async fn all_ways_hear_each_other_and_a_person_counts_once() {
    let server = TestServer::with(&[("MARU_LIMIT_POLL", "1")]).await;
    let ann = server.enter("ann").await;
    let mut lines = Vec::new();
    for way in [Way::Socket, Way::Stream, Way::Poll] {
        lines.push(by(&ann, way).await);
    }
    for speaker in 0..lines.len() {
        let ack = lines[speaker].say(ann.room(), "to all").await;
        for line in &mut lines {
            assert_eq!(line.message(ann.room()).await.0.seq, ack.seq);
        }
    }
    assert_eq!(ann.room_state(ann.room()).await.here, 1);
}

#[tokio::test]
async fn a_ping_beside_a_stream_is_answered_on_both() {
    let server = TestServer::start().await;
    let ((ann, _), (bo, _)) = server.pair().await;
    let mut stream = by(&ann, Way::Stream).await;
    let conn = stream.welcome().conn.to_string();
    let seq = stream.say(ann.room(), "head").await.seq;
    let ping = async |person: &Person, n: u32| {
        let address = server.address();
        let request = reqwest::Client::new().post(format!("http://{address}/v1/send"));
        let request = request.header("content-type", "application/json").header("x-conn", &conn);
        let request = request.body(format!(r#"{{"type":"ping","n":{n}}}"#));
        let headers = person.headers(&address).into_iter();
        let reply =
            Reply::of(headers.fold(request, |request, (name, value)| request.header(name, value))).await;
        assert_eq!((reply.status, reply.header("cache-control")), (200, "private, no-store"));
        assert!(reply.body.contains("pong"), "{}", reply.body);
    };
    ping(&bo, 77).await;
    ping(&ann, 78).await;
    let heads = stream.wait_for("a pong", |frame| match frame {
        ServerFrame::Pong { n, heads, .. } => Some((*n, heads.get(&ann.room()).copied())),
        _ => None,
    });
    assert_eq!(heads.await, (78, Some(seq)), "nobody else's ping comes here");
}

#[tokio::test]
async fn a_stream_says_what_proxies_and_readers_need() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let address = server.address();
    let open = async |last: Option<&str>| {
        let request = reqwest::Client::new().post(format!("http://{address}/v1/sync"));
        let request =
            request.header("content-type", "application/json").header("accept", "text/event-stream");
        let request = request.header("accept-encoding", "gzip, br").body(r#"{"type":"hello"}"#);
        let request = last.into_iter().fold(request, |request, id| request.header("last-event-id", id));
        let headers = ann.headers(&address).into_iter();
        headers
            .fold(request, |request, (name, value)| request.header(name, value))
            .send()
            .await
            .expect("a stream")
    };
    let mut stream = open(None).await;
    let header =
        |name: &str| stream.headers().get(name).map(|value| value.to_str().expect("readable").to_owned());
    assert_eq!(header("cache-control").as_deref(), Some("private, no-store"));
    assert_eq!(header("x-accel-buffering").as_deref(), Some("no"));
    assert_eq!(header("content-encoding"), None);
    let mut at_ann = ann.connect().await;
    let first = at_ann.say(ann.room(), "first").await;
    let id = format!("id: {}:{}:{}\ndata: ", ann.room(), first.seq, first.at);
    let mut read = String::new();
    while !read.contains(&id) {
        let chunk = crate::kit::soon("the event", stream.chunk()).await.expect("open").expect("more");
        read.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
    }
    drop(stream);
    let missed = at_ann.say(ann.room(), "missed").await;
    let mut again = open(Some(&format!("{}:{}:{}", ann.room(), first.seq, first.at))).await;
    let mut read = String::new();
    while !read.contains(&format!(r#""seq":{}"#, missed.seq)) {
        let chunk = crate::kit::soon("the event", again.chunk()).await.expect("open").expect("more");
        read.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
    }
    assert!(read.contains(&format!(r#""after":{}"#, first.seq)) && !read.contains("\"first\""), "{read}");
}

#[tokio::test]
async fn a_poll_with_nothing_new_waits_and_says_so_cheaply() {
    let server = TestServer::with(&[("MARU_LIMIT_POLL", "1")]).await;
    let ann = server.enter("ann").await;
    let held = ann.connect().await.say(ann.room(), "held").await;
    let poll = async |rev: Option<u64>| {
        let rev = rev.map(|rev| format!(r#","rev":{rev}"#)).unwrap_or_default();
        let (room, seq, at) = (ann.room(), held.seq, held.at);
        let hello = format!(r#"{{"type":"hello","rooms":{{"{room}":[{seq},{at}]}}{rev}}}"#);
        let began = std::time::Instant::now();
        let reply = ann.post_raw("/v1/sync", "application/json", hello).await;
        let frames: Vec<serde_json::Value> = reply.value();
        (frames, began.elapsed())
    };
    let (frames, took) = poll(None).await;
    assert!(took.as_millis() < 900, "a list that is new is told at once: {took:?}");
    assert_eq!(frames[0]["rooms"].as_array().map(Vec::len), Some(1));
    let (frames, took) = poll(frames[0]["rev"].as_u64()).await;
    assert!(took.as_millis() >= 900, "{took:?} {frames:?}");
    assert_eq!(frames[0]["type"], "welcome");
    assert_eq!(frames[0]["rooms"].as_array().map(Vec::len), Some(0));
    assert!(frames.iter().all(|frame| frame["type"] != "events"), "{frames:?}");
}

#[tokio::test]
async fn between_two_polls_nothing_is_missed() {
    let server = TestServer::unlimited().await;
    let ann = server.enter("ann").await;
    let bo = server.enter("bo").await;
    let mut at_ann = by(&ann, Way::Poll).await;
    let mut at_bo = bo.connect().await;
    for turn in 0..50 {
        at_bo.say(ann.room(), &turn.to_string()).await;
    }
    for turn in 0..50 {
        let (event, text) = at_ann.message(ann.room()).await;
        assert_eq!((text, event.by), (turn.to_string(), bo.user().id));
    }
}

#[tokio::test]
async fn what_is_asked_of_the_wrong_door_is_refused() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    assert_eq!(ann.post_frame(r#"{"type":"hello"}"#).await.status, 422);
    let reply = ann.post_raw("/v1/sync", "application/json", r#"{"type":"ping","n":1}"#).await;
    assert_eq!(reply.status, 422);
    assert_eq!(ann.get("/v1/send").await.status, 405);
    assert_eq!(ann.get("/v1/sync").await.status, 405);
    let many: Vec<String> = (1..=2001).map(|room| format!(r#""r_{room:016x}":[1,1]"#)).collect();
    let hello = format!(r#"{{"type":"hello","rooms":{{{}}}}}"#, many.join(","));
    assert_eq!(ann.post_raw("/v1/sync", "application/json", hello).await.status, 413);
    let op = serde_json::to_string(&Op::Join).expect("serialises");
    let frame = format!(r#"{{"type":"send","nonce":"{}","room":"{}","op":{op}}}"#, nonce(), ann.room());
    let reply = ann.post_frame(frame).await;
    assert_eq!((reply.status, reply.body.contains("\"nonce\"")), (422, true), "{}", reply.body);
}

#[tokio::test]
async fn too_many_requests_of_a_person_are_told_to_wait_and_others_are_not() {
    let server = TestServer::start().await;
    let (ann, bo) = (server.enter("ann").await, server.enter("bo").await);
    let mut limited = None;
    for n in 0..200 {
        let reply = ann.post_frame(format!(r#"{{"type":"ping","n":{n}}}"#)).await;
        if reply.status == 429 {
            limited = Some(reply);
            break;
        }
    }
    let limited = limited.expect("within 200");
    let frame = ServerFrame::decode(&limited.body).expect("a frame");
    let ServerFrame::Refused(refused) = frame else { panic!("{frame:?}") };
    assert!(matches!(refused.failure, Failure::RateLimited { retry_ms: 1.. }));
    assert!(!limited.header("retry-after").is_empty());
    assert_eq!(bo.post_frame(r#"{"type":"ping","n":1}"#).await.status, 200);
}
