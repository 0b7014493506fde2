//! People talk.

use crate::kit::{TestServer, nonce, say};
use maru::protocol::{Op, ServerFrame};

#[tokio::test]
async fn two_people_talk_and_hear_the_same() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = ann.room();
    assert_eq!(room, bo.room());

    let mut said = Vec::new();
    for turn in 0..5 {
        said.push((
            ann.user(),
            format!("ann says {turn}"),
            at_ann.say(room, &format!("ann says {turn}")).await,
        ));
        said.push((bo.user(), format!("보 {turn} 🙂"), at_bo.say(room, &format!("보 {turn} 🙂")).await));
    }
    for (author, text, ack) in said {
        for hearer in [&mut at_ann, &mut at_bo] {
            let (event, heard) = hearer.message(room).await;
            assert_eq!((event.by, &event.name, &heard), (author.id, &author.name, &text));
            assert_eq!(
                (event.seq, event.at),
                (ack.seq, ack.at),
                "the ack names the place that everybody sees"
            );
        }
    }
}

#[tokio::test]
async fn a_third_who_joins_late_reads_what_was_said_before() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let room = ann.room();
    at_ann.say(room, "before you came").await;
    let last = at_bo.say(room, "and this").await;

    let cy = server.enter("cy").await;
    let mut at_cy = cy.connect().await;
    let history = at_cy.whole_history(room).await;
    let texts: Vec<_> = history.iter().filter_map(|event| message_text(&event.op)).collect();
    assert_eq!(texts, ["before you came", "and this"]);
    assert!(history.last().is_some_and(|event| event.seq > last.seq && event.op == Op::Join));

    at_cy.say(room, "hello").await;
    assert_eq!(
        at_ann.events_upto(room, at_cy.event(room).await.seq).await.last().map(|e| e.by),
        Some(cy.user().id)
    );
}

fn message_text(op: &Op) -> Option<&str> {
    match op {
        Op::Message { text, .. } => Some(text),
        _ => None,
    }
}

#[tokio::test]
async fn many_at_once_are_heard_in_one_order_without_gaps() {
    let server = TestServer::unlimited().await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let room = ann.room();
    let nonces: Vec<_> = (0..100).map(|turn| (nonce(), turn % 2 == 0)).collect();
    for (turn, (nonce, is_ann)) in nonces.iter().enumerate() {
        let speaker = if *is_ann { &mut at_ann } else { &mut at_bo };
        speaker.send(&say(*nonce, room, &turn.to_string())).await;
    }
    let mut last = [0, 0];
    for (nonce, is_ann) in nonces {
        let speaker = if is_ann { &mut at_ann } else { &mut at_bo };
        let seq = speaker.ack(nonce).await.seq;
        assert!(seq > last[usize::from(is_ann)], "what one says on one connection keeps its order");
        last[usize::from(is_ann)] = seq;
    }
    let head = last[0].max(last[1]);
    let strip = |mut events: Vec<maru::protocol::Event>| {
        events.iter_mut().for_each(|event| event.nonce = None);
        events
    };
    let (heard, also) =
        (strip(at_ann.events_upto(room, head).await), strip(at_bo.events_upto(room, head).await));
    let shared = heard.len().min(also.len());
    assert!(shared >= 100);
    assert_eq!(heard[heard.len() - shared..], also[also.len() - shared..]);
}

#[tokio::test]
async fn only_the_author_sees_the_nonce() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let mut elsewhere = ann.connect().await;
    let ack = at_ann.say(ann.room(), "mine").await;
    assert_eq!(at_ann.message(ann.room()).await.0.nonce, Some(ack.nonce));
    assert_eq!(elsewhere.message(ann.room()).await.0.nonce, Some(ack.nonce));
    assert_eq!(at_bo.message(ann.room()).await.0.nonce, None);

    let nonce_in_history = async |socket: &mut crate::kit::Socket| {
        let events = socket.whole_history(ann.room()).await;
        events.into_iter().find(|event| event.seq == ack.seq).expect("kept").nonce
    };
    assert_eq!(nonce_in_history(&mut at_ann).await, Some(ack.nonce));
    assert_eq!(nonce_in_history(&mut at_bo).await, None);
}

#[tokio::test]
async fn an_ack_comes_with_exactly_one_event_on_either_side_of_it() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let mut at_ann = ann.connect().await;
    let ack = at_ann.say(ann.room(), "once").await;
    let (event, _) = at_ann.message(ann.room()).await;
    assert_eq!(event.seq, ack.seq);
    at_ann.say(ann.room(), "later").await;
    assert_eq!(at_ann.message(ann.room()).await.1, "later", "nothing came twice in between");
}

#[tokio::test]
async fn the_count_of_who_is_here_follows_people_not_tabs() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let room = ann.room();
    let mut at_ann = ann.connect().await;
    assert_eq!(at_ann.here(room, 1).await.names, ["ann"]);

    let bo = server.enter("bo").await;
    let at_bo = bo.connect().await;
    assert_eq!(at_ann.here(room, 2).await.names, ["ann", "bo"]);
    let second_tab = bo.connect().await;
    assert_eq!(second_tab.welcomed(room).here, 2, "a person with two tabs counts once");

    second_tab.leave().await;
    at_bo.leave().await;
    assert_eq!(at_ann.here(room, 1).await.names, ["ann"]);
}

#[tokio::test]
async fn the_welcome_tells_who_one_is_and_what_there_is() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let socket = ann.connect().await;
    let welcome = socket.welcome();
    assert_eq!(welcome.user, ann.user().id);
    assert!(welcome.heartbeat_s > 0 && welcome.now > 0 && !welcome.build.is_empty());
    assert_eq!((welcome.limits.frame, welcome.limits.text), (65_536, 8_000));
    let room = socket.welcomed(ann.room());
    assert!(room.head >= 2 && room.role.is_some() && !room.reset && !room.archived);
}

#[tokio::test]
async fn a_ping_is_answered_with_its_number() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let mut socket = ann.connect().await;
    socket.send_text(r#"{"type":"ping","n":4294967295,"away":true,"later":"ignored"}"#).await;
    let now = socket.wait_for("a pong", |frame| match frame {
        ServerFrame::Pong { n: u32::MAX, now, .. } => Some(*now),
        _ => None,
    });
    assert!(now.await > 0);
}
