//! Bad frames, silence, floods, crowds and stuck readers.

use super::*;

#[tokio::test]
async fn a_bad_frame_is_refused_and_the_fifth_ends_the_connection() {
    let server = Server::start(1, rates_off()).await;
    let (mut ana, _) = server.greeted(0, &[]).await;
    ana.say_text(r#"{"type":"dance","id":4}"#).await;
    let refused = ana.refused().await;
    assert_eq!((refused.fetch, refused.failure), (Some(4), Failure::Unknown));
    for text in ["{", "[[[[", r#"{"type":"ping","n":1.5}"#, r#"{"type":"send","nonce":"\ud800"}"#] {
        ana.say_text(text).await;
        assert!(matches!(ana.refused().await.failure, Failure::BadFrame { .. }), "{text}");
    }
    ana.say_text("no").await;
    assert_eq!(ana.close_code().await, 4400);
}

#[tokio::test]
async fn what_is_no_text_frame_ends_the_connection_with_its_code() {
    let server = Server::start(1, rates_off()).await;
    let broken = |bytes: Vec<u8>| {
        let frame = tungstenite::protocol::frame::Frame::message(
            bytes,
            tungstenite::protocol::frame::coding::OpCode::Data(
                tungstenite::protocol::frame::coding::Data::Text,
            ),
            true,
        );
        Sent::Frame(frame)
    };
    for (message, code) in [
        (Sent::binary(vec![1, 2, 3]), 1002),
        (Sent::text("x".repeat(FRAME_BYTES + 1)), 1009),
        (broken(vec![b'"', 0xff, b'"']), 1007),
    ] {
        let (mut ana, _) = server.greeted(0, &[]).await;
        ana.0.send(message).await.expect("is sent");
        assert_eq!(ana.close_code().await, code);
    }
}

#[tokio::test]
async fn silence_before_and_after_the_hello_ends_the_connection() {
    let short = Duration::from_millis(50);
    let server = Server::start(1, Rules { hello_within: short, ..rates_off() }).await;
    assert_eq!(server.open(0).await.close_code().await, 4408);
    let server = Server::start(1, Rules { silence: short, ..rates_off() }).await;
    let (ana, _) = server.greeted(0, &[]).await;
    assert_eq!(ana.close_code().await, 4408);
}

#[tokio::test]
async fn a_ping_of_the_server_keeps_a_quiet_client() {
    let (heartbeat, silence) = (Duration::from_millis(20), Duration::from_millis(400));
    let server = Server::start(1, Rules { heartbeat, silence, ..rates_off() }).await;
    let (mut ana, _) = server.greeted(0, &[]).await;
    let start = Instant::now();
    while start.elapsed() < silence * 2 {
        let message = ana.0.next().await.expect("is open").expect("is whole");
        assert!(!message.is_close(), "{message:?}");
    }
}

#[tokio::test]
async fn too_many_frames_are_refused_and_far_too_many_end_the_connection() {
    let slow = |burst| Rate { per_second: 1, burst };
    let server = Server::start(1, Rules { frames: slow(3), excess: slow(5), ..Rules::default() }).await;
    let (mut ana, _) = server.greeted(0, &[]).await;
    let say = draft(server.world.room.id, "x");
    for n in 0..2 {
        ana.say(&ClientFrame::Ping { n, away: false }).await;
    }
    ana.say(&ClientFrame::Send(say.clone())).await;
    let refused = ana.refused().await;
    assert_eq!(refused.nonce, Some(say.nonce));
    assert!(matches!(refused.failure, Failure::RateLimited { retry_ms: 1..=1000 }));
    for _ in 0..20 {
        let _ = ana.0.send(Sent::Ping(Vec::new().into())).await;
    }
    assert_eq!(ana.close_code().await, 4429);
}

#[tokio::test]
async fn the_oldest_of_too_many_connections_is_closed() {
    let server = Server::start(1, Rules { connections: 2, ..rates_off() }).await;
    let (first, _) = server.greeted(0, &[]).await;
    let (mut second, _) = server.greeted(0, &[]).await;
    let (_third, _) = server.greeted(0, &[]).await;
    assert_eq!(first.close_code().await, 4409);
    second.say(&ClientFrame::Ping { n: 1, away: false }).await;
    second.find(|frame| matches!(frame, ServerFrame::Pong { .. }).then_some(())).await;
    assert_eq!(server.world.hub.here(server.world.room.id), 1);
}

#[tokio::test]
async fn who_does_not_read_is_let_go_and_hinders_nobody() {
    let server =
        Server::start(2, Rules { stall: Duration::from_millis(100), grace: Duration::ZERO, ..rates_off() })
            .await;
    let (_stuck, _) = server.greeted(0, &[]).await;
    let (mut bo, _) = server.greeted(1, &[]).await;
    server.connections.close();
    let (room, by) = (server.world.room.id, server.world.people[1].clone());
    let hub = server.world.hub.clone();
    let long = "가".repeat(8000);
    let sending = tokio::spawn(async move {
        while hub.here(room) == 2 {
            hub.send(&by, draft(room, &long)).await.expect("is kept");
        }
    });
    let mut cursor = server.world.room.head;
    while !sending.is_finished() {
        let Ok(batch) = timeout(Duration::from_millis(100), bo.events()).await else { continue };
        assert_eq!(batch.after, cursor);
        cursor = batch.events.last().expect("has events").seq;
    }
    sending.await.expect("ends");
    assert_eq!(server.connections.len(), 1, "the stuck one is gone");
}
