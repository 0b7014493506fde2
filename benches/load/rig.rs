//! The server under load, and what its process costs.

use super::light::Light;
use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::time::Instant;

/// Linux counts a process' CPU time in hundredths of a second.
const TICKS: f64 = 100.0;
/// Beyond any number of connections that is opened here.
const MANY: &str = "100000";

/// Which server is measured.
#[derive(Debug, Clone)]
pub enum Target {
    /// One that is started for each workload, from this file.
    Own(PathBuf),
    /// One that runs already, at this address, and tokens of people who are in its space `maru`.
    Running(String, Vec<String>),
}

/// A server with lifted rates on a data folder of its own; ends when dropped. Or one that runs already.
pub struct Rig {
    child: Option<Child>,
    file: Option<PathBuf>,
    address: String,
    tokens: Vec<String>,
    clock: Instant,
    web: reqwest::Client,
    data: tempfile::TempDir,
}

impl Rig {
    /// Starts it, and gives tokens to so many people.
    pub async fn start(target: &Target, people: usize) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let web = reqwest::Client::builder().no_proxy().build().expect("a client");
        let (clock, tokens) = (Instant::now(), Vec::new());
        let (file, address) = match target {
            Target::Own(file) => (Some(file.clone()), String::new()),
            Target::Running(address, _) => (None, address.clone()),
        };
        let mut rig = Self { child: None, file, address, tokens, clock, web, data };
        match target {
            Target::Own(_) => {
                rig.launch("error");
                rig.tokens = (0..people).map(|number| rig.make_token(number)).collect();
            }
            Target::Running(_, tokens) => {
                assert!(tokens.len() >= people, "this workload needs {people} tokens, of as many people");
                rig.tokens.clone_from(tokens);
            }
        }
        rig
    }

    /// Starts the program on its folder; answers with how long it took to the first answered request.
    fn launch(&mut self, log: &str) -> Duration {
        let file = self.file.as_ref().expect("only one's own server is started");
        let since = std::time::Instant::now();
        let mut child = Command::new(file)
            .args(["serve", "--listen", "127.0.0.1:0", "--limits", "off", "--open", "on", "--log", log])
            .args(["--limit-connections", MANY, "--limit-address-connections", MANY, "--data"])
            .arg(self.data.path().join("data"))
            .env("NO_COLOR", "1")
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(self.data.path().join("log")).expect("a file"))
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        self.address = line.trim().strip_prefix("listening on http://").expect("its address").to_owned();
        self.child = Some(child);
        self.await_health();
        since.elapsed()
    }

    fn await_health(&self) {
        use std::io::Read;
        let mut stream = std::net::TcpStream::connect(&self.address).expect("it listens");
        stream.write_all(b"GET /healthz HTTP/1.0\r\nHost: maru\r\n\r\n").expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        assert!(answer.contains(" 200 "), "{answer}");
    }

    /// Ends the program without a warning, and starts it anew on the same folder.
    pub fn restart(&mut self, log: &str) -> Duration {
        self.stop();
        self.launch(log)
    }

    /// Lines of the server's log with this in them.
    pub fn count_in_log(&self, word: &str) -> usize {
        let log = std::fs::read_to_string(self.data.path().join("log")).unwrap_or_default();
        log.lines().filter(|line| line.contains(word)).count()
    }

    fn make_token(&self, number: usize) -> String {
        let made = Command::new(self.file.as_ref().expect("one's own server"))
            .args(["token", "create", "--create", "--user", &format!("bench-{number:04}"), "--data"])
            .arg(self.data.path().join("data"))
            .output()
            .expect("it runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        String::from_utf8(made.stdout).expect("a token").trim().to_owned()
    }

    /// The zero of all instants.
    pub fn clock(&self) -> Instant {
        self.clock
    }

    /// Where it is.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The token of one of the people; there are as many as one needs.
    pub fn token(&self, number: usize) -> &str {
        &self.tokens[number % self.tokens.len()]
    }

    /// A new room of somebody's own, which all the others may find.
    pub async fn create_room(&self, person: usize) -> String {
        let unlike = format!("{:x}", self.clock.elapsed().as_nanos());
        let name = format!("bench {}-{person}-{unlike}", std::process::id());
        let room = self.call("create_room", person, &[("space", "maru"), ("name", &name)]).await;
        room["id"].as_str().expect("an id").to_owned()
    }

    /// Somebody comes into a room.
    pub async fn join(&self, person: usize, room: &str) {
        self.call("join_room", person, &[("room", room)]).await;
    }

    async fn call(&self, function: &str, person: usize, arguments: &[(&str, &str)]) -> serde_json::Value {
        let request = self.web.post(format!("http://{}/api/{function}", self.address));
        let request = request.bearer_auth(self.token(person)).form(arguments);
        let response = request.send().await.expect("an answer");
        let (status, text) = (response.status(), response.text().await.expect("a text"));
        assert!(status.is_success(), "{function}: {status} {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// A greeted connection of one of the people.
    pub async fn connect(&self, person: usize) -> Light {
        Light::greeted(&self.address, self.token(person)).await
    }

    /// The server's resident memory, in bytes; 0 where it cannot be seen.
    pub fn resident(&self) -> f64 {
        self.memory("VmRSS:")
    }

    /// The most that it ever was.
    pub fn peak(&self) -> f64 {
        self.memory("VmHWM:")
    }

    fn memory(&self, which: &str) -> f64 {
        let status = self.proc("status");
        let line = status.lines().find_map(|line| line.strip_prefix(which)).unwrap_or("0");
        line.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).expect("a number") * 1024.0
    }

    /// CPU time that the server has used, in seconds, its children's included.
    pub fn cpu_seconds(&self) -> f64 {
        let stat = self.proc("stat");
        // The program's name, in brackets, may hold spaces; four times are 12 to 15 fields after it.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(4);
        fields.map(|ticks| ticks.parse::<f64>().expect("a number")).sum::<f64>() / TICKS
    }

    /// The server's process; `None` when it is somebody else's.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    fn proc(&self, file: &str) -> String {
        let Some(pid) = self.pid() else { return String::new() };
        std::fs::read_to_string(format!("/proc/{pid}/{file}")).expect("the server runs, on Linux")
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().and_then(|()| child.wait()).expect("it was running");
        }
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.stop();
        // What the server complained of explains what went wrong here.
        let log = std::fs::read_to_string(self.data.path().join("log")).unwrap_or_default();
        for line in log.lines().filter(|line| line.contains("ERROR")).take(3) {
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }
}
