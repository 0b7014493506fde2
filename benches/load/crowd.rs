//! Many connections: idle ones, and all coming back at once.

use super::{
    light::{Ear, Light, micros, nonce},
    rig::{Rig, Target},
    table::{Row, Watch},
    tally::{Place, Tally, ack, after, events, text},
};
use futures::future::join_all;
use std::time::Duration;
use tokio::{task::JoinSet, time::Instant};

/// Connections that are being opened at the same time.
const AT_ONCE: usize = 64;
/// People who share the connections.
const PEOPLE: usize = 200;
/// What happened while all were away.
const BEHIND: usize = 500;
/// How long to wait for all of them.
const PATIENCE: Duration = Duration::from_secs(60);

/// Connections that say hello and then nothing.
pub async fn idle(target: &Target, connections: usize) -> Vec<Row> {
    let rig = Rig::start(target, PEOPLE).await;
    // What the first connections allocate once for all is not theirs.
    let mut open = join_all((0..AT_ONCE).map(|number| rig.connect(number))).await;
    let (before, watch) = (rig.resident(), Watch::begin(&rig, &format!("idle {connections}")));
    for start in (AT_ONCE..connections).step_by(AT_ONCE) {
        let some = start..connections.min(start + AT_ONCE);
        open.extend(join_all(some.map(|number| rig.connect(number))).await);
    }
    let (cpu_seconds, took) = watch.so_far();
    let new = (open.len() - AT_ONCE) as f64;
    // Head-counts and their buffers come to rest.
    tokio::time::sleep(Duration::from_secs(3)).await;
    vec![
        Row::Figure {
            name: format!("memory of an idle connection, of {connections}"),
            is: format!("{:.1} KB", (rig.resident() - before) / new / 1e3),
            wanted: "8 KB at most",
        },
        Row::Figure {
            name: format!("connections opened, of {connections}"),
            is: format!("{:.0}/s, {:.0} per CPU s", new / took.as_secs_f64(), new / cpu_seconds),
            wanted: "",
        },
    ]
}

/// Everybody comes back after a restart, far behind.
pub async fn storm(target: &Target) -> Vec<Row> {
    let clients = 2_000;
    if matches!(target, Target::Running(..)) {
        // It takes a restart.
        return Vec::new();
    }
    let mut rig = Rig::start(target, PEOPLE).await;
    let room = rig.create_room(0).await;
    for person in 1..PEOPLE {
        rig.join(person, &room).await;
    }
    let (cursor, head) = say_much(&rig, &room).await;
    let cursors = format!(r#""{room}":[{},{}]"#, cursor.0, cursor.1);
    rig.restart("error");
    let (took, cpu_seconds) = come_back(&rig, clients, &cursors, head).await;
    let peak = rig.peak();
    // Counted in a second run: writing each read down takes time of its own.
    rig.restart("error,sqlx::query=debug");
    let before = rig.count_in_log("sqlx::query");
    come_back(&rig, clients, &cursors, head).await;
    let reads = rig.count_in_log("sqlx::query") - before;
    let name = |what: &str| format!("{what}, {clients} clients each {BEHIND} behind");
    let figure = |name, is, wanted| Row::Figure { name, is, wanted };
    vec![
        figure(
            name("reconnect storm"),
            format!("all in sync after {:.2} s", took.as_secs_f64()),
            "5 s at most",
        ),
        figure(name("the same"), format!("{cpu_seconds:.2} CPU s, peak {:.0} MB", peak / 1e6), ""),
        figure(name("statements in it"), format!("{reads}"), "far fewer than clients"),
    ]
}

/// Answers with the place and instant of a cursor that is behind, and with the head.
async fn say_much(rig: &Rig, room: &str) -> ((u64, u64), u64) {
    let mut light = rig.connect(0).await;
    let (mut cursor, mut head) = ((0, 0), 0);
    for turn in 0..=BEHIND {
        let now = micros(rig.clock());
        light.mouth.say(room, &nonce(0, turn as u64, now), &text(now, 0));
        light.mouth.flush().await;
        let (seq, at) = loop {
            if let Some(place) = ack(light.ear.next().await) {
                break place;
            }
        };
        if turn == 0 {
            cursor = (seq, at);
        }
        head = seq;
    }
    (cursor, head)
}

async fn come_back(rig: &Rig, clients: usize, cursors: &str, head: u64) -> (Duration, f64) {
    let watch = Watch::begin(rig, "reconnect storm");
    let mut coming = JoinSet::new();
    for number in 0..clients {
        let (address, token) = (rig.address().to_owned(), rig.token(number).to_owned());
        let cursors = cursors.to_owned();
        coming.spawn(async move {
            let mut light = Light::open(&address, &token, &cursors).await;
            follow_to(&mut light.ear, head).await;
            light
        });
    }
    let since = Instant::now();
    let all =
        tokio::time::timeout(PATIENCE, coming.join_all()).await.expect("all are in sync within a minute");
    let (cpu_seconds, _) = watch.so_far();
    assert_eq!(all.len(), clients);
    (since.elapsed(), cpu_seconds)
}

/// Until one holds the newest event, with nothing lost, doubled or out of order on the way.
async fn follow_to(ear: &mut Ear, head: u64) {
    let (mut tally, mut place, mut last) = (Tally::default(), Place::default(), 0);
    while last < head {
        let frame = ear.next().await;
        let mut adjoins = after(frame);
        for event in events(frame) {
            place.take(&mut tally, adjoins, event.seq);
            adjoins = event.seq;
            last = event.seq;
        }
    }
    let Tally { lost, doubled, disordered, .. } = tally;
    assert_eq!((lost, doubled, disordered), (0, 0, 0), "who comes back gets everything once and in order");
}
