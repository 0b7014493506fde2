//! How much one server delivers: fan-out, append throughput and the memory of idle connections.
//!
//! Run by `script/bench`, which prints the table. The server is a process of its own; the load comes
//! from this one, on the same machine, so what counts most is the work per second of the server's CPU.

mod light;
mod rig;
mod tally;

use light::Light;
use rig::{Rig, Work};
use std::{io::Write, time::Duration};
use tally::Tally;
use tokio::{task::JoinSet, time::Instant};

/// For how long each workload sends.
const SENDING: Duration = Duration::from_secs(5);
/// Connections of one person, as many as a server allows by default.
const TABS: usize = 20;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let rows = runtime.block_on(async {
        vec![
            fan_out(100).await,
            fan_out(1_000).await,
            append("append, one hot room, 64 senders", 1, 64, 16).await,
            append("append, 200 rooms, 5 senders each", 200, 5, 1).await,
            idle(10_000).await,
        ]
    });
    print(&rows).expect("somebody reads the table");
}

fn print(rows: &[Row]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    writeln!(
        out,
        "\nMaru {}, SQLite, {cores} cores shared with the load: {}",
        env!("CARGO_PKG_VERSION"),
        rig::processor()
    )?;
    writeln!(
        out,
        "\n| workload | seconds | messages/s | deliveries/s | per CPU second | p50 ms | p99 ms | skipped | lost, doubled, disordered |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    )?;
    for row in rows {
        match row {
            Row::Load { name, work, tally } => writeln!(out, "| {name} | {} |", work.columns(tally))?,
            Row::Memory { name, bytes } => writeln!(out, "\n{name}: {:.1} KiB each", bytes / 1024.0)?,
        }
    }
    writeln!(
        out,
        "\nPer CPU second: deliveries (append: acknowledged messages) for each second of the server's own CPU time. \
         Milliseconds: from sending to delivery (append: to the ack, which means on disk). \
         Skipped: left out as an announced hole, since the reader was more than 200 events behind."
    )
}

/// A line of the table, or below it.
enum Row {
    Load { name: String, work: Work, tally: Tally },
    Memory { name: String, bytes: f64 },
}

/// Everybody in one room: eight senders with sixteen messages each on their way to all.
async fn fan_out(readers: usize) -> Row {
    let rig = Rig::start().await;
    let room = rig.first_room().await;
    let mut reading = JoinSet::new();
    for person in 0..readers.div_ceil(TABS) {
        let cookie = rig.enter(&format!("reader {person}")).await.cookie;
        for _ in 0..TABS.min(readers - person * TABS) {
            let light = rig.connect(&cookie).await;
            reading.spawn(tally::read_to_the_end(light, rig.clock()));
        }
    }
    let mut senders = Vec::new();
    for number in 0..8 {
        let cookie = rig.enter(&format!("sender {number}")).await.cookie;
        senders.push(rig.connect(&cookie).await);
    }
    let watch = rig.watch();
    let mut sending = JoinSet::new();
    for (number, light) in senders.into_iter().enumerate() {
        sending.spawn(pace_by_delivery(light, rig.clock(), room.clone(), number, 16));
    }
    let (mut sent, mut last) = (0, None);
    while let Some(done) = sending.join_next().await {
        let (light, count) = done.expect("a sender that ended well");
        sent += count;
        last = Some(light);
    }
    let mut light = last.expect("eight of them");
    light.say(&room, &light::nonce(99, 0, 1), "end").await;
    let mut tally = Tally::default();
    while let Some(read) = reading.join_next().await {
        tally.add(read.expect("a reader that ended well"));
    }
    let work = watch.stop(sent, tally.delivered);
    Row::Load { name: format!("fan-out to {readers} connections, 8 senders"), work, tally }
}

/// Keeps `window` messages on their way, each until it comes back as everybody else gets it.
async fn pace_by_delivery(
    mut light: Light,
    clock: Instant,
    room: String,
    number: usize,
    window: u64,
) -> (Light, u64) {
    let (mut on_the_way, mut sent) = (0, 0);
    let mine = tally::mark(number);
    loop {
        while on_the_way < window && (sent == 0 || light.since_start() < SENDING) {
            let now = light::micros(clock);
            light.say(&room, &light::nonce(number, sent, now), &tally::text(now, number)).await;
            (on_the_way, sent) = (on_the_way + 1, sent + 1);
        }
        // Nothing to wait for even after filling up: the time is over and all has come back.
        if on_the_way == 0 {
            break;
        }
        let frame = light.next().await;
        on_the_way -= tally::events(frame).filter(|event| event.mark() == Some(mine.as_str())).count() as u64;
    }
    (light, sent)
}

/// Senders who wait for acks alone: how fast messages get to disk.
async fn append(name: &str, rooms: usize, senders: usize, window: u64) -> Row {
    let rig = Rig::start().await;
    let mut lights = Vec::new();
    for number in 0..rooms {
        let person = rig.enter(&format!("person {number}")).await;
        let room = if rooms == 1 { person.room.clone() } else { rig.create_room(&person, number).await };
        for _ in 0..senders {
            lights.push((rig.connect(&person.cookie).await, room.clone()));
        }
    }
    let watch = rig.watch();
    let mut sending = JoinSet::new();
    for (number, (light, room)) in lights.into_iter().enumerate() {
        sending.spawn(pace_by_ack(light, rig.clock(), room, number, window));
    }
    let (mut tally, mut places) = (Tally::default(), Vec::new());
    while let Some(done) = sending.join_next().await {
        let (acked, own_places) = done.expect("a sender that ended well");
        tally.add(acked);
        places.extend(own_places);
    }
    let work = watch.stop(tally.delivered, 0);
    tally.check_places(places);
    Row::Load { name: name.to_owned(), work, tally }
}

async fn pace_by_ack(
    mut light: Light,
    clock: Instant,
    room: String,
    number: usize,
    window: u64,
) -> (Tally, Vec<(String, u64)>) {
    let (mut on_the_way, mut sent, mut places, mut tally) = (0, 0, Vec::new(), Tally::default());
    loop {
        while on_the_way < window && (sent == 0 || light.since_start() < SENDING) {
            let now = light::micros(clock);
            light.say(&room, &light::nonce(number, sent, now), &tally::text(now, number)).await;
            (on_the_way, sent) = (on_the_way + 1, sent + 1);
        }
        // Nothing to wait for even after filling up: the time is over and all has come back.
        if on_the_way == 0 {
            break;
        }
        let Some(ack) = tally::ack(light.next().await) else { continue };
        on_the_way -= 1;
        tally.record(light::micros(clock).saturating_sub(ack.sent_at));
        places.push((room.clone(), ack.seq));
    }
    (tally, places)
}

/// Connections that say hello and then nothing.
async fn idle(connections: usize) -> Row {
    let rig = Rig::start().await;
    let mut cookies = Vec::new();
    for person in 0..connections.div_ceil(TABS) {
        cookies.push(rig.enter(&format!("person {person}")).await.cookie);
    }
    // What the first connections allocate once for all is not theirs.
    let first = rig.connect(&cookies[0]).await;
    let before = rig.resident_bytes();
    let mut open = vec![first];
    for number in 1..connections {
        open.push(rig.connect(&cookies[number / TABS]).await);
    }
    let bytes = (rig.resident_bytes() - before) / (connections - 1) as f64;
    Row::Memory { name: format!("Resident memory of {} idle connections", open.len()), bytes }
}
