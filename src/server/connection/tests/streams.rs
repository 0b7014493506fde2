//! Streams and polls, without the HTTP around them.

use super::*;
use std::time::Duration;

fn hello() -> Hello {
    Hello { client: "test".to_owned(), ..Hello::default() }
}

#[tokio::test]
async fn who_does_not_read_a_stream_is_cut_off_and_costs_a_few_frames() {
    let world = World::new(2, Rules { stall: Duration::from_millis(100), ..rates_off() }).await;
    let cut = CancellationToken::new();
    let (mut written, served) =
        stream(world.hub.clone(), session(&world.people[0]), hello(), CancellationToken::new(), cut.clone());
    let served = tokio::spawn(served);
    let long = "가".repeat(8000);
    while !served.is_finished() {
        world.hub.send(&world.people[1], draft(world.room.id, &long)).await.expect("is kept");
    }
    served.await.expect("ends");
    assert!(cut.is_cancelled());
    let mut frames = 0;
    while written.recv().await.is_some() {
        frames += 1;
    }
    assert!((1..=4).contains(&frames), "{frames}");
    assert!(world.hub.live().people.is_empty());
}

#[tokio::test]
async fn a_stream_shows_that_the_server_lives_until_its_reader_goes() {
    let world = World::new(1, Rules { beat: Duration::from_millis(20), ..rates_off() }).await;
    let (shutdown, cut) = (CancellationToken::new(), CancellationToken::new());
    let who = session(&world.people[0]);
    let (mut written, served) = stream(world.hub.clone(), who, hello(), shutdown, cut.clone());
    let served = tokio::spawn(served);
    for _ in 0..3 {
        while written.recv().await.expect("open") != ":\n\n" {}
    }
    drop(written);
    served.await.expect("ends");
    assert!(!cut.is_cancelled() && world.hub.live().people.is_empty());
}

#[tokio::test]
async fn a_poll_holds_no_more_than_its_fill_and_goes_on_where_it_was() {
    let world = World::new(1, rates_off()).await;
    let (room, by) = (world.room.id, &world.people[0]);
    let mut cursor = Cursor { seq: world.room.head, at: 0 };
    cursor.at = world.store.find_instant(room, cursor.seq).await.expect("reads").expect("is there");
    let long = "가".repeat(8000);
    for _ in 0..40 {
        world.hub.send(by, draft(room, &long)).await.expect("is kept");
    }
    let mut seen = Vec::new();
    let mut polls = 0;
    while seen.len() < 40 {
        let hello = Hello { rooms: [(room, cursor)].into_iter().collect(), ..hello() };
        let answer = poll(world.hub.clone(), session(by), hello, CancellationToken::new()).await;
        assert!(answer.len() < 512 * 1024, "{} bytes", answer.len());
        let frames: Vec<serde_json::Value> = serde_json::from_str(&answer).expect("an array");
        for frame in frames {
            if let ServerFrame::Events(batch) = ServerFrame::decode(&frame.to_string()).expect("a frame") {
                assert_eq!(batch.after, cursor.seq);
                let last = batch.events.last().expect("has events");
                cursor = Cursor { seq: last.seq, at: last.at };
                seen.extend(batch.events.iter().map(|event| event.seq));
            }
        }
        polls += 1;
    }
    assert!(polls > 1);
    assert!(seen.into_iter().eq(world.room.head + 1..=world.room.head + 40));
}
