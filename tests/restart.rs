//! The server ends, gently or not, and what it promised still holds.

use crate::kit::{PATIENCE, Person, Socket, TestServer, nonce, say, soon};
use maru::protocol::{Ack, ByeCode, Nonce, Op, RoomId, ServerFrame};
use std::{collections::BTreeMap, time::Duration};
use tokio::{sync::watch, task::JoinSet};

const SENDERS: u64 = 4;
const EACH: u64 = 150;
const KILLS: u64 = 3;

#[tokio::test]
async fn nothing_acked_is_lost_or_doubled_when_the_server_is_killed_under_load() {
    let mut server = TestServer::unlimited().await;
    let owner = server.enter("ann").await;
    let room = owner.room();
    let progress = watch::Sender::new(0);
    let mut senders = JoinSet::new();
    for sender in 0..SENDERS {
        let person = server.enter(&format!("sender {sender}")).await;
        senders.spawn(persist(person, room, progress.clone()));
    }
    let mut acked_so_far = progress.subscribe();
    for kill in 1..=KILLS {
        let enough = SENDERS * EACH * kill / (KILLS + 1);
        soon("more acks", acked_so_far.wait_for(|acked| *acked >= enough)).await.expect("senders live");
        server.kill_9().await;
        server.start_again().await;
    }
    let mut acked = BTreeMap::new();
    let mut breaks = 0;
    while let Some(sender) = soon("the senders", senders.join_next()).await {
        let (person, acks, broken) = sender.expect("a sender that ended well");
        breaks += broken;
        acked.extend(acks.into_iter().map(|ack| ((person.user().id, ack.nonce), (ack.seq, ack.at))));
    }
    assert!(breaks >= KILLS, "the kills fell into the load: {breaks}");
    assert_eq!(acked.len() as u64, SENDERS * EACH);

    let history = owner.connect().await.whole_history(room).await;
    let seqs: Vec<u64> = history.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, Vec::from_iter(1..=history.len() as u64), "gapless from 1");
    let said: Vec<_> = history.iter().filter(|event| matches!(event.op, Op::Message { .. })).collect();
    assert_eq!(said.len(), acked.len(), "neither lost nor doubled");
    let places: BTreeMap<_, _> = said.iter().map(|event| (event.seq, event.at)).collect();
    for (draft, (seq, at)) in acked {
        assert_eq!(places.get(&seq), Some(&at), "{draft:?} is where its ack said");
    }
}

/// Says everything, one after the other, again and again until each is acked.
async fn persist(person: Person, room: RoomId, progress: watch::Sender<u64>) -> (Person, Vec<Ack>, u64) {
    let mut waiting: Vec<(Nonce, String)> =
        (0..EACH).rev().map(|turn| (nonce(), format!("{} {turn}", person.user().name))).collect();
    let (mut acks, mut breaks) = (Vec::<Ack>::new(), 0);
    while !waiting.is_empty() {
        let Some(mut socket) = connect(&person).await else { continue };
        while let Some((nonce, text)) = waiting.last() {
            let Some(ack) = socket.try_settle(&say(*nonce, room, text), *nonce).await else {
                breaks += 1;
                break;
            };
            assert!(acks.last().is_none_or(|last| last.seq < ack.seq), "one's own order is kept");
            acks.push(ack);
            waiting.pop();
            progress.send_modify(|acked| *acked += 1);
        }
    }
    (person, acks, breaks)
}

/// A connection, if the server lives long enough to give one.
async fn connect(person: &Person) -> Option<Socket> {
    let address = person.address().await;
    let origin = format!("http://{address}");
    let Ok(mut socket) = Socket::try_open(&address, person.cookie.as_deref(), Some(&origin)).await else {
        tokio::task::yield_now().await;
        return None;
    };
    socket.try_hello().await.then_some(socket)
}

#[tokio::test]
async fn people_rooms_and_history_are_there_after_a_crash() {
    let mut server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let made = ann.create_room("garden").await;
    let ack = ann.connect().await.say(made.id, "still here?").await;
    let before = ann.lobby().await;

    server.kill_9().await;
    server.start_again().await;
    let after = ann.lobby().await;
    assert_eq!((before.me, before.space), (after.me, after.space));
    let names = |rooms: &[maru::protocol::RoomState]| Vec::from_iter(rooms.iter().map(|r| (r.id, r.head)));
    assert_eq!(names(&before.rooms), names(&after.rooms));
    let history = ann.connect().await.whole_history(made.id).await;
    assert_eq!(history.last().map(|event| (event.seq, event.at)), Some((ack.seq, ack.at)));
}

#[tokio::test]
async fn a_server_that_is_asked_to_stop_says_bye_and_ends_well() {
    let mut server = TestServer::start().await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let last = at_ann.say(ann.room(), "the last word").await;
    let asked = std::time::Instant::now();
    server.ask_to_stop().await;
    for socket in [&mut at_ann, &mut at_bo] {
        let (code, said) = socket.closed().await;
        assert_eq!(code, 1012);
        let is_bye = |frame: &ServerFrame| {
            matches!(frame, ServerFrame::Bye { code: ByeCode::Restart, retry_ms: Some(0..=10_000) })
        };
        assert!(said.iter().any(is_bye), "{said:?}");
    }
    assert_eq!(server.ended().await.code(), Some(0), "{}", server.log());
    assert!(asked.elapsed() < Duration::from_secs(25));

    server.start_again().await;
    let mut at_ann = ann.connect().await;
    assert_eq!(at_ann.whole_history(ann.room()).await.last().map(|event| event.seq), Some(last.seq));
}

#[tokio::test]
async fn a_connection_that_never_reads_does_not_hold_up_the_end() {
    let mut server = TestServer::unlimited().await;
    let ((ann, mut at_ann), (_, _never_reads)) = server.pair().await;
    for _ in 0..300 {
        at_ann.say(ann.room(), &"x".repeat(7_000)).await;
    }
    server.ask_to_stop().await;
    assert_eq!(at_ann.closed().await.0, 1012);
    let ended = tokio::time::timeout(Duration::from_secs(25), server.ended()).await;
    assert_eq!(ended.expect("within 25 s").code(), Some(0));
}

#[tokio::test]
async fn a_second_server_on_the_same_data_refuses_to_start() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let mut second = server.command();
    let output = tokio::time::timeout(PATIENCE, second.output()).await.expect("it ends").expect("it ran");
    assert!(!output.status.success());
    assert!(output.stdout.is_empty(), "it never says that it listens");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("in use") && told.contains(&*server.data().to_string_lossy()), "{told}");
    ann.connect().await.say(ann.room(), "the first one is not disturbed").await;
}
