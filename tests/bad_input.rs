//! What cannot be taken is refused in words, and nobody else notices.

use crate::kit::{Person, Socket, TestServer, nonce, say};
use maru::protocol::{Failure, Field, Reason};
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

/// Each with what is wrong with it, for a field of at most `limit` characters on one line.
fn bad_lines(limit: u32) -> Vec<(String, Reason)> {
    vec![
        (String::new(), Reason::Empty),
        (" \t ".to_owned(), Reason::Empty),
        ("\u{200b}\u{3164}".to_owned(), Reason::Empty),
        ("가".repeat(limit as usize + 1), Reason::TooLong(limit)),
        ("a\u{0}b".to_owned(), Reason::Unshowable),
        ("a\nb".to_owned(), Reason::Unshowable),
        ("a\u{202e}b".to_owned(), Reason::Unshowable),
    ]
}

#[tokio::test]
async fn a_name_that_cannot_be_shown_is_refused_at_the_doorway() {
    let server = TestServer::unlimited().await;
    for (name, reason) in bad_lines(32) {
        let reply = server.stranger().call("enter", &[("name", &name), ("next", "")]).await;
        let expected = Failure::Invalid { field: Field::Name, reason };
        assert_eq!(reply.failure(), (422, expected), "{name:?}");
        assert!(reply.cookie("maru").is_none(), "{name:?}");
    }
    let longest = "가".repeat(32);
    assert_eq!(server.enter(&longest).await.user().name, longest);
    assert_eq!(server.enter("  trimmed ").await.user().name, "trimmed");
}

#[tokio::test]
async fn a_room_name_that_cannot_be_shown_is_refused() {
    let server = TestServer::unlimited().await;
    let ann = server.enter("ann").await;
    let room = ann.create_room("garden").await;
    for (name, reason) in bad_lines(40) {
        let expected = (422, Failure::Invalid { field: Field::RoomName, reason });
        assert_eq!(ann.try_create_room(&name, "").await.failure(), expected, "{name:?}");
        assert_eq!(
            ann.change("rename_room", room.id, &[("name", &name)]).await.failure(),
            expected,
            "{name:?}"
        );
    }
    assert_eq!(ann.room_state(room.id).await.name, "garden");
    assert_eq!(ann.lobby().await.rooms.len(), 2, "nothing was made");
    assert_eq!(ann.create_room(&"가".repeat(40)).await.name.chars().count(), 40);
}

#[tokio::test]
async fn a_topic_that_cannot_be_shown_is_refused() {
    let server = TestServer::unlimited().await;
    let ann = server.enter("ann").await;
    let room = ann.create_room("garden").await;
    for (topic, reason) in bad_lines(200).into_iter().filter(|(_, reason)| *reason != Reason::Empty) {
        let expected = (422, Failure::Invalid { field: Field::Topic, reason });
        assert_eq!(ann.try_create_room("other", &topic).await.failure(), expected, "{topic:?}");
        assert_eq!(
            ann.change("set_topic", room.id, &[("topic", &topic)]).await.failure(),
            expected,
            "{topic:?}"
        );
    }
    assert_eq!(ann.lobby().await.rooms.len(), 2, "nothing was made");
}

#[tokio::test]
async fn a_text_that_cannot_be_said_is_refused_and_the_connection_lives() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let room = ann.room();
    let mut socket = ann.connect().await;
    let invalid = |reason| Failure::Invalid { field: Field::Text, reason };
    for (text, failure) in [
        (String::new(), invalid(Reason::Empty)),
        (" \n\t\u{200b}".to_owned(), invalid(Reason::Empty)),
        ("a\u{0}b".to_owned(), invalid(Reason::Unshowable)),
        ("a\u{1b}[31mb".to_owned(), invalid(Reason::Unshowable)),
        ("a\u{202e}b".to_owned(), invalid(Reason::Unshowable)),
        ("가".repeat(8_001), Failure::TooLarge { limit: 8_000 }),
    ] {
        assert_eq!(socket.say_in_vain(room, &text).await, failure, "{:.20}", text);
    }
    let before = ann.room_state(room).await.head;
    let ack = socket.say(room, &"가".repeat(8_000)).await;
    assert_eq!(ack.seq, before + 1, "refused texts took no number");
    assert_eq!(socket.message(room).await.1.chars().count(), 8_000);
    socket.say(room, "\tindented\r\n  lines \n\n").await;
    assert_eq!(socket.message(room).await.1, "\tindented\n  lines");
}

#[tokio::test]
async fn an_operation_that_clients_may_not_send_is_unknown() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let room = ann.room();
    let mut socket = ann.connect().await;
    let before = ann.room_state(room).await.head;
    for op in [
        r#"{"kind":"poll","question":"?"}"#,
        r#"{"kind":"join"}"#,
        r#"{"kind":"leave"}"#,
        r#"{"kind":"gone"}"#,
        r#"{"kind":"rename","name":"mine"}"#,
        r#"{"kind":"create","name":"mine"}"#,
    ] {
        let nonce = nonce();
        socket.send_text(&format!(r#"{{"type":"send","nonce":"{nonce}","room":"{room}","op":{op}}}"#)).await;
        assert_eq!(socket.refusal(nonce).await, Failure::Unknown, "{op}");
    }
    assert_eq!(ann.room_state(room).await.head, before, "nothing was written");
}

#[tokio::test]
async fn a_frame_that_the_server_does_not_know_is_refused_and_the_connection_lives() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let mut socket = ann.connect().await;
    for frame in [r#"{"type":"dance"}"#, r#"{"type":"welcome"}"#] {
        socket.send_text(frame).await;
        assert_eq!(socket.any_refusal().await, Failure::Unknown, "{frame}");
    }
    socket.ping().await;
}

#[tokio::test]
async fn a_frame_that_cannot_be_read_is_refused_and_the_connection_lives() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let (room, nonce) = (ann.room(), nonce());
    let before = ann.room_state(room).await.head;
    let send = |text: &str| {
        format!(
            r#"{{"type":"send","nonce":"{nonce}","room":"{room}","op":{{"kind":"message","text":{text}}}}}"#
        )
    };
    let fetch = |before: &str, limit: &str| {
        format!(r#"{{"type":"fetch","id":1,"room":"{room}","before":{before},"limit":{limit}}}"#)
    };
    for bad in [
        "hello?".to_owned(),
        String::new(),
        "{".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "{}".to_owned(),
        "[".repeat(60_000),
        r#"{"type":7}"#.to_owned(),
        r#"{"type":"ping"}"#.to_owned(),
        r#"{"type":"ping","n":1.5}"#.to_owned(),
        r#"{"type":"ping","n":-1}"#.to_owned(),
        r#"{"type":"ping","n":4294967296}"#.to_owned(),
        r#"{"type":"ping","n":1,"n":2}"#.to_owned(),
        send(r#""\ud800""#),
        send("7"),
        send(r#""a","text":"b""#),
        send(r#""x""#).replace(&nonce.to_string(), "not-a-nonce"),
        send(r#""x""#).replace(&room.to_string(), "r_7"),
        send(r#""x""#).replace(&room.to_string(), &ann.user().id.to_string()),
        fetch("1.5", "10"),
        fetch("-1", "10"),
        fetch("18446744073709551616", "10"),
        fetch("10", "4294967296"),
        r#"{"type":"hello","rooms":{"r_0000000000000001":[1]}}"#.to_owned(),
    ] {
        let mut socket = ann.connect().await;
        socket.send_text(&bad).await;
        let failure = socket.any_refusal().await;
        assert!(matches!(failure, Failure::BadFrame { .. }), "{bad:.60}: {failure:?}");
        socket.ping().await;
        socket.leave().await;
    }
    assert_eq!(ann.room_state(room).await.head, before, "nothing was written");
}

#[tokio::test]
async fn numbers_at_the_edge_of_what_is_readable_break_nothing() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let mut socket = ann.connect().await;
    for before in [u64::MAX, 1 << 63, (1 << 63) - 1, 1 << 53] {
        match socket.fetch(ann.room(), before, 10).await {
            Ok(page) => assert!(!page.events.is_empty()),
            Err(failure) => assert!(!matches!(failure, Failure::Internal { .. }), "{before}: {failure:?}"),
        }
    }
    let room = ann.room();
    for cursor in ["[18446744073709551615,0]", "[9223372036854775808,18446744073709551615]", "[0,0]"] {
        let mut socket = ann.open().await;
        socket.send_text(&format!(r#"{{"type":"hello","client":"t","rooms":{{"{room}":{cursor}}}}}"#)).await;
        socket.ping().await;
    }
}

#[tokio::test]
async fn five_frames_that_cannot_be_read_end_the_connection() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let mut socket = ann.connect().await;
    for _ in 0..4 {
        socket.send_text("{nonsense").await;
        assert!(matches!(socket.any_refusal().await, Failure::BadFrame { .. }));
    }
    socket.send_text("{nonsense").await;
    assert_eq!(socket.closed().await.0, 4400);
}

/// Ends one connection by `bad`, while another goes on.
async fn assert_closes(server: &TestServer, ann: &Person, bad: Message, code: u16) {
    let bo = server.enter(&format!("bo {code}")).await;
    let (mut at_ann, mut at_bo) = (ann.connect().await, bo.connect().await);
    at_ann.send_raw(bad).await;
    assert_eq!(at_ann.closed().await.0, code);
    at_bo.say(ann.room(), "not disturbed").await;
    ann.connect().await.say(ann.room(), "back again").await;
    assert_eq!(at_bo.message(ann.room()).await.1, "not disturbed");
    assert_eq!(at_bo.message(ann.room()).await.1, "back again");
}

fn raw_text(bytes: &'static [u8]) -> Message {
    Message::Frame(Frame::message(bytes, OpCode::Data(Data::Text), true))
}

#[tokio::test]
async fn what_is_no_text_frame_of_the_protocol_ends_the_connection_with_its_code() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    assert_closes(&server, &ann, Message::text("x".repeat(65_537)), 1009).await;
    assert_closes(&server, &ann, raw_text(b"{\"type\":\"\xff\xfe\"}"), 1007).await;
    assert_closes(&server, &ann, Message::binary(&b"{}"[..]), 1002).await;
}

#[tokio::test]
async fn surrogates_in_utf8_are_no_utf8() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    assert_closes(&server, &ann, raw_text(b"{\"type\":\"\xed\xa0\x80\"}"), 1007).await;
}

#[tokio::test]
async fn a_frame_of_exactly_the_greatest_size_is_read() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let mut socket = ann.connect().await;
    let (head, tail) = (r#"{"type":"ping","n":7,"pad":""#, r#""}"#);
    let padding = "x".repeat(65_536 - head.len() - tail.len());
    socket.send_text(&format!("{head}{padding}{tail}")).await;
    socket
        .wait_for("a pong", |frame| {
            matches!(frame, maru::protocol::ServerFrame::Pong { n: 7, .. }).then_some(())
        })
        .await;
}

#[tokio::test]
async fn who_never_says_hello_is_not_waited_for() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let mut silent = ann.open().await;
    assert_eq!(silent.closed().await.0, 4408);
}

#[tokio::test]
async fn nothing_is_taken_from_who_has_not_said_hello() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let before = ann.room_state(ann.room()).await.head;
    let mut rude = ann.open().await;
    rude.send(&say(nonce(), ann.room(), "no hello")).await;
    let mut polite = ann.connect().await;
    polite.say(ann.room(), "hello").await;
    let (_, said) = rude.closed().await;
    assert!(!said.iter().any(|frame| matches!(frame, maru::protocol::ServerFrame::Ack(_))), "{said:?}");
    assert_eq!(ann.room_state(ann.room()).await.head, before + 1);
}

#[tokio::test]
async fn a_body_that_does_not_decode_is_the_callers_fault() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    const FORM: &str = "application/x-www-form-urlencoded";
    for (function, kind, body) in [
        ("rename_room", FORM, "room=zzz&name=x"),
        ("rename_room", FORM, "name=x"),
        ("rename_room", FORM, ""),
        ("archive_room", FORM, "room=r_0000000000000001&on=perhaps"),
        ("create_room", FORM, "&&&=%%%"),
        ("create_room", "application/json", r#"{"space":"maru","name":"x"}"#),
        ("create_room", "text/plain", "space=maru"),
        ("create_room", "multipart/form-data; boundary=x", "--x--"),
    ] {
        let reply = ann.post_raw(&format!("/api/{function}"), kind, body).await;
        let (status, failure) = reply.failure();
        assert_eq!(status, 422, "{function} {body}: {failure:?}");
        assert!(matches!(failure, Failure::BadFrame { .. }), "{function} {body}: {failure:?}");
    }
    let history = ann.ask("history", &[("room", "r_7"), ("before", "x"), ("limit", "-1")]).await;
    assert_eq!(history.status, 422, "{}", history.body);
}

#[tokio::test]
async fn a_body_beyond_all_measure_is_not_read() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let body = format!("space=maru&name={}", "x".repeat(4_000_000));
    let reply = ann.post_raw("/api/create_room", "application/x-www-form-urlencoded", body).await;
    assert_eq!(reply.status, 413, "{}", reply.body);
    ann.create_room("still here").await;
}

#[tokio::test]
async fn bytes_that_are_no_utf8_in_a_form_break_nothing() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let kind = "application/x-www-form-urlencoded";
    for body in
        ["space=maru&name=%FF%FE", "space=maru&name=%ED%A0%80", "space=%00&name=x", "space=maru&name=%00"]
    {
        let reply = ann.post_raw("/api/create_room", kind, body).await;
        assert!(reply.status < 500, "{body}: {} {}", reply.status, reply.body);
    }
}

#[tokio::test]
async fn bad_neighbours_do_not_disturb_a_conversation() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = ann.room();
    for turn in 0..5 {
        let mut neighbours: Vec<Socket> = Vec::new();
        for bad in [Message::text("x".repeat(70_000)), raw_text(b"\xff"), Message::binary(&b"\0"[..])] {
            let mut neighbour = bo.connect().await;
            neighbour.send_raw(bad).await;
            neighbours.push(neighbour);
        }
        at_ann.say(room, &format!("turn {turn}")).await;
        assert_eq!(at_bo.message(room).await.1, format!("turn {turn}"));
    }
}
