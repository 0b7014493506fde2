//! The server under load, and what its process costs.

use super::{light::Light, tally::Tally};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::time::Instant;

/// Linux counts a process' CPU time in hundredths of a second.
const TICKS: f64 = 100.0;

/// A server with lifted rates on a data folder of its own; ends when dropped.
pub struct Rig {
    child: Child,
    address: String,
    clock: Instant,
    web: reqwest::Client,
    _data: tempfile::TempDir,
}

/// Somebody who came in.
pub struct Person {
    /// The `Cookie` header.
    pub cookie: String,
    /// The first room's id.
    pub room: String,
}

impl Rig {
    /// Starts it.
    pub async fn start() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let mut child = Command::new(env!("CARGO_BIN_EXE_maru"))
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--limits",
                "off",
                "--open",
                "on",
                "--log",
                "error",
                "--data",
            ])
            .arg(data.path().join("data"))
            .args(["--limit-connections", "1000", "--limit-address-connections", "20000"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("listening on http://").expect("its address").to_owned();
        let web = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { child, address, clock: Instant::now(), web, _data: data }
    }

    /// The zero of all instants.
    pub fn clock(&self) -> Instant {
        self.clock
    }

    /// Comes in through the doorway.
    pub async fn enter(&self, name: &str) -> Person {
        let response = self.call("enter", "", &[("name", name), ("next", "")]).await;
        let cookie = response.headers().get("set-cookie").expect("a cookie").to_str().expect("readable");
        let cookie = cookie.split(';').next().expect("a pair").to_owned();
        let arrival: serde_json::Value = response.json().await.expect("an arrival");
        Person { cookie, room: arrival["room"].as_str().expect("an id").to_owned() }
    }

    /// The room that everybody comes into.
    pub async fn first_room(&self) -> String {
        self.enter("first").await.room
    }

    /// Makes a room of somebody's own.
    pub async fn create_room(&self, person: &Person, number: usize) -> String {
        let name = format!("room {number}");
        let response = self.call("create_room", &person.cookie, &[("space", "maru"), ("name", &name)]).await;
        let room: serde_json::Value = response.json().await.expect("a room");
        room["id"].as_str().expect("an id").to_owned()
    }

    async fn call(&self, function: &str, cookie: &str, arguments: &[(&str, &str)]) -> reqwest::Response {
        let request = self.web.post(format!("http://{}/api/{function}", self.address));
        let request = request.header("origin", format!("http://{}", self.address)).header("cookie", cookie);
        let response = request.form(arguments).send().await.expect("an answer");
        assert!(response.status().is_success(), "{function}: {}", response.status());
        response
    }

    /// A greeted connection.
    pub async fn connect(&self, cookie: &str) -> Light {
        Light::open(&self.address, cookie).await
    }

    /// The server's resident memory.
    pub fn resident_bytes(&self) -> f64 {
        let status = self.proc("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("on Linux");
        line.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).expect("a number") * 1024.0
    }

    /// Begins to measure.
    pub fn watch(&self) -> Watch<'_> {
        Watch { rig: self, since: Instant::now(), cpu_before: self.cpu_seconds() }
    }

    fn cpu_seconds(&self) -> f64 {
        let stat = self.proc("stat");
        // The program's name, in brackets, may hold spaces; user and system time are 12 and 13 fields after it.
        let fields = stat.rsplit(')').next().expect("fields").split_whitespace().skip(11).take(2);
        fields.map(|ticks| ticks.parse::<f64>().expect("a number")).sum::<f64>() / TICKS
    }

    fn proc(&self, file: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{file}", self.child.id()))
            .expect("the server runs, on Linux")
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.child.kill().and_then(|()| self.child.wait()).expect("it was running");
    }
}

/// A measurement that has begun.
pub struct Watch<'a> {
    rig: &'a Rig,
    since: Instant,
    cpu_before: f64,
}

impl Watch<'_> {
    /// What was done since, and at what cost. `delivered` is 0 where deliveries are not the point.
    pub fn stop(self, messages: u64, delivered: u64) -> Work {
        let (cpu_seconds, took) = (self.rig.cpu_seconds() - self.cpu_before, self.since.elapsed());
        assert!(took >= super::SENDING, "the load ended early, after {took:?}: its figures mean nothing");
        Work { messages, delivered, took, cpu_seconds }
    }
}

/// What was done, and at what cost.
pub struct Work {
    messages: u64,
    delivered: u64,
    took: Duration,
    cpu_seconds: f64,
}

impl Work {
    /// The columns of the table after the name.
    pub fn columns(&self, tally: &Tally) -> String {
        let each_second = |count: u64| count as f64 / self.took.as_secs_f64();
        let delivered = match self.delivered {
            0 => "–".to_owned(),
            count => format!("{:.0}", each_second(count)),
        };
        let counted = if self.delivered == 0 { self.messages } else { self.delivered };
        let millis = |quantile| tally.latency.value_at_quantile(quantile) as f64 / 1_000.0;
        format!(
            "{:.1} | {:.0} | {delivered} | {:.0} | {:.1} | {:.1} | {} | {}, {}, {}",
            self.took.as_secs_f64(),
            each_second(self.messages),
            counted as f64 / self.cpu_seconds.max(1.0 / TICKS),
            millis(0.5),
            millis(0.99),
            tally.skipped,
            tally.lost,
            tally.doubled,
            tally.disordered
        )
    }
}

/// What the machine computes with.
pub fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map_or("unknown", |(_, model)| model.trim()).to_owned()
}
