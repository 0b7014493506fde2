//! Pages, and the program as it starts and rests.

use super::{
    light::{micros, nonce},
    rig::{Rig, Target},
    table::{Row, Watch},
    tally::{Tally, ack, text},
};
use std::{path::Path, time::Duration};
use tokio::{task::JoinSet, time::Instant};

/// What the room holds.
const MESSAGES: u64 = 100_000;
/// For how long each page is asked for, and by how many at once.
const ASKING: Duration = Duration::from_secs(5);
const ASKERS: usize = 8;
/// How many starts the middle one is taken of.
const STARTS: usize = 5;

/// A room full of messages: pieces of its history, and its page as a person and as a browser asks for it.
pub async fn pages(target: &Target) -> Vec<Row> {
    let rig = Rig::start(target, ASKERS).await;
    let room = rig.create_room(0).await;
    for person in 1..ASKERS {
        rig.join(person, &room).await;
    }
    fill(&rig, &room).await;
    let history =
        |turn: u64| format!("/api/history?room={room}&limit=50&before={}", 100 + turn * 7_919 % MESSAGES);
    let page = |_| format!("/s/maru/{room}");
    vec![
        ask(&rig, "a piece of history, 50 of 100,000 messages", "", None, history).await,
        ask(&rig, "rendered room page, 100,000 messages", "3,000 per CPU s, under 10 ms", None, page).await,
        ask(&rig, "the same page, compressed", "", Some("br, gzip"), page).await,
        Row::Figure {
            name: "memory after that, peak".to_owned(),
            is: format!("{:.0} MB", rig.peak() / 1e6),
            wanted: "",
        },
    ]
}

async fn fill(rig: &Rig, room: &str) {
    let mut light = rig.connect(0).await;
    let (mut sent, mut acked) = (0, 0);
    while acked < MESSAGES {
        while sent < MESSAGES && sent - acked < 200 {
            let now = micros(rig.clock());
            light.mouth.say(room, &nonce(0, sent, now), &text(now, 0));
            sent += 1;
        }
        light.mouth.flush().await;
        acked += u64::from(ack(light.ear.next().await).is_some());
    }
}

/// Asks again and again, several at once.
async fn ask(
    rig: &Rig,
    name: &str,
    wanted: &'static str,
    encoding: Option<&'static str>,
    path: impl Fn(u64) -> String,
) -> Row {
    let paths: Vec<String> =
        (0..1_000).map(|turn| format!("http://{}{}", rig.address(), path(turn))).collect();
    let watch = Watch::begin(rig, name);
    let until = Instant::now() + ASKING;
    let mut asking = JoinSet::new();
    for number in 0..ASKERS {
        let (paths, token) = (paths.clone(), rig.token(number).to_owned());
        asking.spawn(async move {
            let web = reqwest::Client::builder().no_proxy().build().expect("a client");
            let (mut tally, mut turn, mut failed) = (Tally::default(), number * 100, 0);
            while Instant::now() < until {
                let since = Instant::now();
                let mut request = web.get(&paths[turn % paths.len()]).bearer_auth(&token);
                if let Some(encoding) = encoding {
                    request = request.header("accept-encoding", encoding);
                }
                let response = request.send().await.expect("an answer");
                let is_page = response.status().is_success();
                let body = response.bytes().await.expect("all of it");
                turn += 1;
                if !is_page || body.len() < 2_000 {
                    failed += 1;
                    continue;
                }
                tally.record(since.elapsed().as_micros() as u64);
            }
            (tally, failed)
        });
    }
    let (mut tally, mut failed) = (Tally::default(), 0);
    for (own, own_failed) in asking.join_all().await {
        tally.add(own);
        failed += own_failed;
    }
    let (cpu_seconds, took) = watch.so_far();
    let (count, seconds) = (tally.delivered as f64, took.as_secs_f64());
    let (p50, p99) = (tally.millis(0.5), tally.millis(0.99));
    let mut is = format!(
        "{:.0}/s, {:.0} per CPU s, p50 {p50:.1} ms, p99 {p99:.1} ms",
        count / seconds,
        count / cpu_seconds
    );
    if failed > 0 {
        is = format!("{is}; {failed} failed");
    }
    Row::Figure { name: format!("{name}, {ASKERS} at once"), is, wanted }
}

/// The program as it starts, rests, and lies on the disk.
pub async fn rest(target: &Target) -> Vec<Row> {
    let Target::Own(file) = target else { return Vec::new() };
    let mut rig = Rig::start(target, 1).await;
    rig.create_room(0).await;
    let mut starts: Vec<Duration> = (0..STARTS).map(|_| rig.restart("error")).collect();
    starts.sort_unstable();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |data| data.len()) as f64 / 1e6;
    let site = Path::new("target/carried/pkg");
    let files = std::fs::read_dir(site).into_iter().flatten().flatten();
    let packed = files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|ext| ext == "br"));
    let site: f64 = packed.map(|path| size(&path)).sum();
    let figure = |name: &str, is, wanted| Row::Figure { name: name.to_owned(), is, wanted };
    vec![
        figure(
            "cold start to the first answered request",
            format!("{:.0} ms", starts[STARTS / 2].as_secs_f64() * 1e3),
            "100 ms at most",
        ),
        figure("memory at rest", format!("{:.1} MB", rig.resident() / 1e6), "25 MB at most"),
        figure("the program's file, with the site in it", format!("{:.1} MB", size(file)), "30 MB at most"),
        figure("the site's scripts and styles, brotli", format!("{site:.2} MB"), ""),
    ]
}
