//! The long run: everything at once, for as many minutes as are asked for. `script/faults` starts it.

use crate::{
    history::What,
    network::Weather,
    outages::pause,
    patience::soon,
    raw::Raw,
    wire::Transport,
    world::{Plan, World},
};
use maru::protocol::Ack;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    time::{Duration, Instant},
};

/// How long faults follow one another before all heals and is compared.
const ROUND: Duration = Duration::from_secs(25);

/// What is done to the world, and how often of a hundred.
const FAULTS: [(&str, u64); 11] = [
    ("server killed", 18),
    ("server killed between commit and ack", 8),
    ("server killed between ack and handing out", 8),
    ("server stopped for 5 s", 6),
    ("server asked to stop", 8),
    ("connections cut", 12),
    ("network swallows everything", 8),
    ("network slow, late or in heaps", 10),
    ("transport switched", 10),
    ("tab killed", 8),
    ("client that never reads", 4),
];

fn number(name: &str, otherwise: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is to be a whole number, not {text}")),
        Err(_) => otherwise,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "runs for minutes: script/faults"]
async fn everything_breaks_and_nothing_is_lost() {
    let (minutes, seed) = (number("FAULTS_MINUTES", 10), number("FAULTS_SEED", 1));
    let until = Instant::now() + Duration::from_secs(minutes * 60);
    let began = Instant::now();
    let mut world = World::new(Plan { users: 4, ..Plan::new(seed) }).await;
    let mut done: BTreeMap<&str, u64> = BTreeMap::new();
    let mut violations = Vec::new();
    let mut silent = Vec::new();
    // Longer than a client waits, and longer than a server does; once each, where there is time.
    let mut pauses = [(2, "server stopped for 40 s", 40), (20, "server stopped for 120 s", 120)]
        .into_iter()
        .filter(|(least, ..)| minutes >= *least);
    while Instant::now() < until && violations.is_empty() {
        let round = Instant::now();
        while round.elapsed() < ROUND && Instant::now() < until {
            let wait = world.chance.within(1_500, 4_000);
            tokio::time::sleep(Duration::from_millis(wait)).await;
            let fault = draw(&mut world);
            *done.entry(fault).or_default() += 1;
            world.history.fault(fault);
            bring(&mut world, fault, &mut silent).await;
        }
        if let Some((_, fault, seconds)) = pauses.next() {
            *done.entry(fault).or_default() += 1;
            pause(&world, Duration::from_secs(seconds)).await;
        }
        silent.clear();
        violations = world.heal().await;
        let (acked, spent) = (world.history.acked(), began.elapsed().as_secs());
        eprintln!(
            "{spent:>5} s: {} faults, {acked} acknowledged, {} violations, all equal again after {:.1} s at worst",
            done.values().sum::<u64>(),
            violations.len(),
            world.worst.as_secs_f64()
        );
        world.resume();
    }
    let summary = summary(&world, &done, violations.len(), began.elapsed());
    eprintln!("\n{summary}");
    if !violations.is_empty() {
        panic!("{}", world.report(&violations));
    }
    if let Ok(file) = std::env::var("FAULTS_WRITE") {
        write(&file, &summary);
    }
}

fn draw(world: &mut World) -> &'static str {
    let mut at = world.chance.below(FAULTS.iter().map(|(_, weight)| weight).sum());
    for (fault, weight) in FAULTS {
        if at < weight {
            return fault;
        }
        at -= weight;
    }
    FAULTS[0].0
}

async fn bring(world: &mut World, fault: &str, silent: &mut Vec<Raw>) {
    let transports = world.plan.transports.clone();
    match fault {
        "server killed" => world.kill().await,
        "server killed between commit and ack" | "server killed between ack and handing out" => {
            let place = if fault.ends_with("ack") { "die_before_ack" } else { "die_before_publish" };
            let every = world.chance.within(3, 25);
            world.server.ask(&format!("{place}={every}"));
            world.kill().await;
            world.server.ask("");
            world.supervise(1).await;
        }
        "server stopped for 5 s" => pause(world, Duration::from_secs(5)).await,
        "server asked to stop" => {
            world.server.signal("TERM").await;
            let status = world.server.ended().await;
            assert_eq!(status.code(), Some(0), "{}", world.server.log());
            world.server.start().await;
        }
        "connections cut" => world.devices.iter().for_each(|device| device.line.cut()),
        "network swallows everything" | "network slow, late or in heaps" => {
            for id in 0..world.devices.len() {
                let weather = match (fault, world.chance.below(6)) {
                    ("network swallows everything", 0..3) => Weather::Hole,
                    ("network slow, late or in heaps", 0) => Weather::Slow(1024),
                    ("network slow, late or in heaps", 1) => Weather::Late(Duration::from_millis(400)),
                    ("network slow, late or in heaps", 2) => Weather::Heaps(3000),
                    _ => Weather::Fair,
                };
                world.devices[id].line.turn(weather);
            }
        }
        "transport switched" => {
            for _ in 0..3 {
                let (id, transport) = (world.any_device(), *world.chance.pick(&transports));
                let to: Transport = transport;
                world.devices[id].order(|orders| orders.transport = to);
            }
        }
        "tab killed" => {
            let id = world.any_device();
            world.reopen(id).await;
        }
        _ => {
            let key = world.people[0].key.clone();
            silent.push(soon("a connection", Raw::silent(world.server.here(), &key)).await);
        }
    }
}

/// What was done, in a table.
fn summary(world: &World, done: &BTreeMap<&str, u64>, violations: usize, took: Duration) -> String {
    let count = |is_such: &dyn Fn(&What) -> bool| world.history.count(is_such);
    let mut sent = BTreeSet::new();
    let repeated = world
        .history
        .records()
        .iter()
        .filter(|record| matches!(&record.what, What::Sent { nonce, .. } if !sent.insert(*nonce)))
        .count();
    let resyncs: u32 = world.devices.iter().map(|device| device.held().resyncs).sum();
    let rows = [
        ("Run", format!("{:.0} minutes, seed {}", took.as_secs_f64() / 60.0, world.plan.seed)),
        (
            "People, devices, rooms",
            format!("{}, {}, {}", world.people.len(), world.devices.len(), world.rooms.len()),
        ),
        ("Operations written", count(&|what| matches!(what, What::Invoked(_))).to_string()),
        ("of them acknowledged", world.history.acked().to_string()),
        (
            "of them acknowledged as already known",
            count(&|what| matches!(what, What::Acked(Ack { dup: true, .. }))).to_string(),
        ),
        (
            "of them refused for good",
            count(&|what| matches!(what, What::Refused { failure, .. } if failure.retry_ms().is_none()))
                .to_string(),
        ),
        ("Sends repeated because no answer came", repeated.to_string()),
        ("Connections made", count(&|what| matches!(what, What::Linked(true))).to_string()),
        ("Faults", done.values().sum::<u64>().to_string()),
        ("Lost to a missed wake-up, found by a pong", resyncs.to_string()),
        ("Violations", violations.to_string()),
        ("Longest until all devices held the same again", format!("{:.1} s", world.worst.as_secs_f64())),
    ];
    let mut table = "| | |\n|---|---|\n".to_owned();
    for (name, value) in rows {
        let _ = writeln!(table, "| {name} | {value} |");
    }
    for (fault, count) in done {
        let _ = writeln!(table, "| Fault: {fault} | {count} |");
    }
    table
}

/// Puts the table between its marks.
fn write(file: &str, table: &str) {
    let (begin, end) = ("<!-- the long run -->\n", "<!-- its end -->");
    let text = std::fs::read_to_string(file).expect("the page is there");
    let (before, rest) = text.split_once(begin).expect("it has a place for the table");
    let (_, after) = rest.split_once(end).expect("the place ends");
    std::fs::write(file, format!("{before}{begin}{table}{end}{after}")).expect("written");
}
