//! What cannot be taken is refused in the requests around the socket too, and nobody else notices.

use crate::kit::{Person, Reply, TestServer, Way, nonce, soon};
use maru::protocol::{Failure, Field, Reason, RoomId, ServerFrame};

/// A refusal: the status, and what its frame says.
fn refusal(reply: &Reply) -> (u16, Failure) {
    match ServerFrame::decode(&reply.body) {
        Ok(ServerFrame::Refused(refused)) => (reply.status, refused.failure),
        other => panic!("{} {other:?}: {:.200}", reply.status, reply.body),
    }
}

fn send(room: RoomId, text: &str) -> String {
    let nonce = nonce();
    format!(r#"{{"type":"send","nonce":"{nonce}","room":"{room}","op":{{"kind":"message","text":{text}}}}}"#)
}

async fn sync(person: &Person, body: impl Into<reqwest::Body>) -> Reply {
    person.post_raw("/v1/sync", "application/json", body).await
}

#[tokio::test]
async fn a_body_that_is_no_frame_is_422_and_changes_nothing() {
    let server = TestServer::unlimited().await;
    let ((ann, _), (_, mut at_bo)) = server.pair().await;
    let room = ann.room();
    let before = ann.room_state(room).await.head;
    let fetch = |before: &str, limit: &str| {
        format!(r#"{{"type":"fetch","id":1,"room":"{room}","before":{before},"limit":{limit}}}"#)
    };
    for bad in [
        String::new(),
        "hello?".to_owned(),
        "{".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "{}".to_owned(),
        "[".repeat(60_000),
        format!(r#"{{"type":"ping","n":1,"x":{}}}"#, "[".repeat(60_000)),
        r#"{"type":"ping","n":1.5}"#.to_owned(),
        r#"{"type":"ping","n":1,"n":2}"#.to_owned(),
        r#"{"type":"ping","type":"ping","n":1}"#.to_owned(),
        format!(r#"{{"type":"read","room":"{room}","seq":-1}}"#),
        format!(r#"{{"type":"read","room":"{room}","seq":1.5}}"#),
        format!(r#"{{"type":"read","room":"{room}","seq":18446744073709551616}}"#),
        send(room, r#""\ud800""#),
        send(room, r#""a","text":"b""#),
        fetch("-1", "10"),
        fetch("1.5", "10"),
        fetch("18446744073709551616", "10"),
    ] {
        let (status, failure) = refusal(&ann.post_frame(bad.clone()).await);
        assert!(
            status == 422 && matches!(failure, Failure::BadFrame { .. }),
            "{bad:.60}: {status} {failure:?}"
        );
    }
    for bytes in [&b"{\"type\":\"\xff\xfe\"}"[..], b"{\"type\":\"\xed\xa0\x80\"}", b"\0\0\0"] {
        assert_eq!(refusal(&ann.post_frame(bytes).await).0, 422, "{bytes:?}");
        assert_eq!(refusal(&sync(&ann, bytes).await).0, 422, "{bytes:?}");
    }
    for cursor in ["[1]", "[1.5,2]", "[-1,2]", "[18446744073709551616,1]", "7", "[1,2,3]"] {
        let hello = format!(r#"{{"type":"hello","rooms":{{"{room}":{cursor}}}}}"#);
        assert_eq!(refusal(&sync(&ann, hello).await).0, 422, "{cursor}");
    }
    let nul = refusal(&ann.post_frame(send(room, r#""a\u0000b""#)).await);
    assert_eq!(nul, (422, Failure::Invalid { field: Field::Text, reason: Reason::Unshowable }));
    let long = refusal(&ann.post_frame(send(room, &format!("\"{}\"", "가".repeat(8_001)))).await);
    assert_eq!(long, (413, Failure::TooLarge { limit: 8_000 }));
    assert_eq!(ann.room_state(room).await.head, before, "nothing was written");
    at_bo.say(room, "not disturbed").await;
}

#[tokio::test]
async fn numbers_at_the_edge_of_what_is_readable_break_no_request() {
    let server = TestServer::with(&[("MARU_LIMIT_POLL", "1")]).await;
    let ann = server.enter("ann").await;
    let room = ann.room();
    for seq in [u64::MAX, 1 << 63, (1 << 63) - 1, 1 << 53, 0] {
        for frame in [
            format!(r#"{{"type":"read","room":"{room}","seq":{seq}}}"#),
            format!(r#"{{"type":"fetch","id":1,"room":"{room}","before":{seq},"limit":4294967295}}"#),
        ] {
            let reply = ann.post_frame(frame.clone()).await;
            assert!(reply.status < 500, "{frame}: {} {}", reply.status, reply.body);
        }
        let reply = sync(&ann, format!(r#"{{"type":"hello","rooms":{{"{room}":[{seq},{seq}]}}}}"#)).await;
        assert_eq!(reply.status, 200, "{seq}");
    }
}

#[tokio::test]
async fn a_flood_of_tiny_pings_ends_a_socket_and_slows_requests() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let flood = async {
        let text = r#"{"type":"ping","n":1}"#.to_owned();
        while at_ann.try_send_text(&text).await {}
        at_ann.closed().await.0
    };
    let code = soon("the end of a flood", flood).await;
    // What is still being sent may break the connection before its reason is read.
    assert!(matches!(code, 4429 | 1006), "{code}");
    server.logged("code=4429").await;
    at_bo.say(ann.room(), "not disturbed").await;

    let mut statuses = std::collections::BTreeMap::new();
    for _ in 0..150 {
        *statuses.entry(ann.post_frame(r#"{"type":"ping","n":1}"#).await.status).or_insert(0) += 1;
    }
    assert!(statuses.get(&429).is_some_and(|count| *count > 0), "{statuses:?}");
    assert!(statuses.keys().all(|status| matches!(status, 200 | 429)), "{statuses:?}");
    let mut by_stream = bo.clone();
    by_stream.way = Way::Stream;
    by_stream.connect().await.say(bo.room(), "nor by a stream").await;
}

#[tokio::test]
async fn a_reader_that_leaves_in_the_middle_disturbs_nobody() {
    let server = TestServer::unlimited().await;
    let ((ann, mut at_ann), (bo, _)) = server.pair().await;
    for turn in 0..20 {
        for way in [Way::Stream, Way::Poll] {
            let mut leaver = bo.clone();
            leaver.way = way;
            drop(leaver.connect().await);
        }
        at_ann.say(ann.room(), &format!("turn {turn}")).await;
        assert_eq!(at_ann.message(ann.room()).await.1, format!("turn {turn}"));
    }
}
