//! F6: one nonce from many sides at once.

use crate::{
    chance::Chance,
    patience::soon,
    person::Person,
    wire::{Heard, Link, Transport},
    world::{Plan, World},
};
use futures::future::join_all;
use maru::protocol::{Ack, ClientFrame, Draft, Failure, Hello, Nonce, Op, RoomId, ServerFrame};
use std::net::SocketAddr;

async fn answer(person: &Person, at: SocketAddr, frame: ClientFrame) -> Result<Ack, Failure> {
    let opened = Link::open(Transport::Ws, at, &person.key, Hello::default()).await;
    let mut link = opened.expect("a connection");
    // Twice on the same connection too: each is answered.
    for _ in 0..2 {
        assert!(link.say(frame.clone()).await);
    }
    let mut answers = Vec::new();
    while answers.len() < 2 {
        match soon("an answer", link.hear()).await {
            Heard::Frame(ServerFrame::Ack(ack)) => answers.push(Ok(ack)),
            Heard::Frame(ServerFrame::Refused(refused)) => answers.push(Err(refused.failure)),
            Heard::End(code) => panic!("no answer: {code}"),
            _ => {}
        }
    }
    let second = answers.pop().expect("two");
    let first = answers.pop().expect("two");
    match (&first, &second) {
        (Ok(first), Ok(second)) => {
            assert_eq!((first.seq, first.at), (second.seq, second.at));
            assert!(second.dup, "the second is known");
        }
        _ => assert_eq!(first, second),
    }
    first
}

fn say(nonce: Nonce, room: RoomId, text: &str) -> ClientFrame {
    ClientFrame::Send(Draft { nonce, room, op: Op::said(text.to_owned()) })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_nonce_has_one_place_whoever_asks_and_whenever() {
    let plan = Plan { users: 1, devices: 1, is_moving: false, ..Plan::new(41) };
    let mut world = World::new(plan).await;
    let mut chance = Chance::new(41);
    for round in 0..20u8 {
        let mut random = [round; 10];
        random[..8].copy_from_slice(&chance.next().to_be_bytes());
        let (nonce, room, at) = (Nonce::new(2, random), world.rooms[0], world.server.here());
        let person = &world.people[0];
        let asked = (0..4).map(|_| answer(person, at, say(nonce, room, "once")));
        let answers: Vec<Ack> =
            join_all(asked).await.into_iter().map(|answer| answer.expect("taken")).collect();
        let fresh = answers.iter().filter(|ack| !ack.dup).count();
        assert_eq!(fresh, 1, "{answers:?}");
        assert!(
            answers.iter().all(|ack| ack.seq == answers[0].seq && ack.at == answers[0].at),
            "{answers:?}"
        );

        if round % 10 == 0 {
            world.server.kill().await;
            world.server.start().await;
        }
        let (person, at) = (&world.people[0], world.server.here());
        let again = answer(person, at, say(nonce, room, "once")).await.expect("known");
        assert_eq!((again.seq, again.dup), (answers[0].seq, true));
        for other in [say(nonce, room, "twice"), say(nonce, world.rooms[1], "once")] {
            assert_eq!(answer(person, at, other).await, Err(Failure::Conflict));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_nonce_in_two_rooms_at_once_goes_to_one_of_them() {
    let plan = Plan { users: 1, devices: 1, is_moving: false, ..Plan::new(42) };
    let world = World::new(plan).await;
    let (person, at, mut chance) = (&world.people[0], world.server.here(), Chance::new(42));
    for _ in 0..20 {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&chance.next().to_be_bytes());
        let nonce = Nonce::new(3, random);
        let asked = world.rooms[..4].iter().map(|room| answer(person, at, say(nonce, *room, "where?")));
        let answers = join_all(asked).await;
        let taken = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(taken, 1, "{answers:?}");
        assert!(
            answers.iter().all(|answer| answer.is_ok() || *answer == Err(Failure::Conflict)),
            "{answers:?}"
        );
    }
}
