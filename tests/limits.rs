//! How much anybody may ask.

use crate::kit::{TestServer, nonce, say};
use maru::protocol::{Failure, Nonce};

#[tokio::test]
async fn a_flood_of_sends_is_told_when_to_try_again() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let mut socket = ann.connect().await;
    let nonces: Vec<Nonce> = (0..50).map(|_| nonce()).collect();
    for nonce in &nonces {
        socket.send(&say(*nonce, ann.room(), "flood")).await;
    }
    let (mut taken, mut refused) = (0, 0);
    for nonce in nonces {
        match socket.answer(nonce).await {
            Ok(_) => taken += 1,
            Err(Failure::RateLimited { retry_ms }) => {
                assert!((1..=10_000).contains(&retry_ms), "{retry_ms}");
                refused += 1;
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(taken >= 30, "the burst is taken: {taken}");
    assert!(refused > 0);
    socket.ping().await;
}

#[tokio::test]
async fn the_rate_is_the_persons_over_all_connections_and_nobody_elses() {
    let server = TestServer::with(&[("MARU_LIMIT_SENDS", "1"), ("MARU_LIMIT_SENDS_BURST", "2")]).await;
    let ((ann, mut one), (_, mut at_bo)) = server.pair().await;
    let mut other = ann.connect().await;
    let nonces: Vec<Nonce> = (0..10).map(|_| nonce()).collect();
    for (turn, nonce) in nonces.iter().enumerate() {
        if turn % 2 == 0 { &mut one } else { &mut other }.send(&say(*nonce, ann.room(), "flood")).await;
    }
    let mut refused = 0;
    for (turn, nonce) in nonces.iter().enumerate() {
        refused +=
            usize::from(if turn % 2 == 0 { &mut one } else { &mut other }.answer(*nonce).await.is_err());
    }
    assert!(refused >= 5, "{refused}");
    at_bo.say(ann.room(), "bo is free to speak").await;
}

#[tokio::test]
async fn what_was_limited_is_taken_later_under_the_same_nonce() {
    let server = TestServer::with(&[
        ("MARU_LIMIT_SENDS", "100"),
        ("MARU_LIMIT_SENDS_BURST", "1"),
        ("MARU_LIMIT_FRAMES", "100000"),
        ("MARU_LIMIT_FRAMES_BURST", "100000"),
    ])
    .await;
    let ann = server.enter("ann").await;
    let mut socket = ann.connect().await;
    let mut limited = 0;
    for turn in 0..10 {
        let (nonce, text) = (nonce(), format!("turn {turn}"));
        let ack = loop {
            socket.send(&say(nonce, ann.room(), &text)).await;
            match socket.answer(nonce).await {
                Ok(ack) => break ack,
                Err(Failure::RateLimited { .. }) => limited += 1,
                Err(other) => panic!("{other:?}"),
            }
            // A round trip passes some time, and says that the connection is still there.
            socket.ping().await;
        };
        assert!(!ack.dup);
        assert_eq!(socket.message(ann.room()).await.1, text);
    }
    assert!(limited > 0, "the limit was felt");
}

#[tokio::test]
async fn lifted_rates_let_everything_through_but_not_every_size() {
    let server = TestServer::unlimited().await;
    let ann = server.enter("ann").await;
    let mut socket = ann.connect().await;
    let nonces: Vec<Nonce> = (0..300).map(|_| nonce()).collect();
    for nonce in &nonces {
        socket.send(&say(*nonce, ann.room(), "many")).await;
    }
    for nonce in nonces {
        socket.ack(nonce).await;
    }
    assert!(matches!(socket.say_in_vain(ann.room(), &"x".repeat(8_001)).await, Failure::TooLarge { .. }));
    socket.send_text(&"x".repeat(65_537)).await;
    assert_eq!(socket.closed().await.0, 1009);
    assert!(server.log().contains("limits"), "the log says that they are lifted:\n{}", server.log());
}

#[tokio::test]
async fn one_connection_too_many_closes_the_oldest() {
    let server = TestServer::with(&[("MARU_LIMIT_CONNECTIONS", "2")]).await;
    let ((ann, mut oldest), (_, mut at_bo)) = server.pair().await;
    let mut second = ann.connect().await;
    let mut third = ann.connect().await;
    assert_eq!(oldest.closed().await.0, 4409);
    second.ping().await;
    third.ping().await;
    at_bo.ping().await;
}

#[tokio::test]
async fn too_many_new_names_from_one_address_are_told_to_wait() {
    let server = TestServer::with(&[("MARU_LIMIT_ENTRIES_BURST", "3")]).await;
    for turn in 0..3 {
        server.enter(&format!("person {turn}")).await;
    }
    let reply = server.stranger().call("enter", &[("name", "one more"), ("next", "")]).await;
    let (status, failure) = reply.failure();
    assert_eq!(status, 429);
    assert!(failure.retry_ms().is_some_and(|wait| wait > 0));
    assert!(reply.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0));
}
