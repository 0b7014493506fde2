//! The ways around the socket, each for itself and beside one another.

use crate::kit::{Person, Reply, Socket, TestServer, Way, nonce, say};
use maru::protocol::{Failure, Op, ServerFrame};

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
