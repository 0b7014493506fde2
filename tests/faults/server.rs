//! The program itself as a child process: started, killed, stopped and started again on the same data.

use crate::patience::soon;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, Command},
    sync::watch,
};

/// Where the server is; `None` while it is not.
pub type Address = watch::Receiver<Option<SocketAddr>>;

/// A server and its data. Killed when dropped.
pub struct Server {
    folder: TempDir,
    /// Where its data is.
    pub data: PathBuf,
    /// `MARU_*` variables for its next life.
    pub settings: Vec<(String, String)>,
    /// A program that runs it, with arguments; none by default.
    pub under: Vec<String>,
    child: Option<Child>,
    address: watch::Sender<Option<SocketAddr>>,
    log: Arc<Mutex<String>>,
    /// How often it was started.
    pub lives: u32,
}

impl Server {
    /// One that has not been started, without rates: checkers say a lot.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let mut server = Self {
            folder,
            data,
            settings: Vec::new(),
            under: Vec::new(),
            child: None,
            address: watch::Sender::new(None),
            log: Arc::default(),
            lives: 0,
        };
        server.set("MARU_LIMITS", "off");
        server.set("MARU_OPEN", "on");
        server
    }

    /// Sets a variable for its next life.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// What it is asked to do wrong in its next life; nothing when empty.
    pub fn ask(&mut self, faults: &str) {
        self.set("MARU_FAULTS", faults);
    }

    /// A folder that goes with it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The command that starts it.
    pub fn command(&self) -> Command {
        let program = env!("CARGO_BIN_EXE_maru").to_owned();
        let mut words = self.under.iter().cloned().chain([program]);
        let mut command = Command::new(words.next().expect("a program"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MARU_") || name == "RUST_LOG")
        {
            command.env_remove(name);
        }
        command
            .args(words)
            .arg("serve")
            .arg("--data")
            .arg(&self.data)
            .args(["--listen", "127.0.0.1:0"])
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Starts it; `false` when it ended before it answered.
    pub async fn try_start(&mut self) -> bool {
        assert!(self.child.is_none(), "stop it first");
        let mut child = self.command().spawn().expect("the program starts");
        tokio::spawn(keep(child.stderr.take().expect("piped"), self.log.clone()));
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let line = soon("the server's first line", lines.next_line()).await.expect("readable");
        let Some(line) = line else {
            soon("the end of a server that did not start", child.wait()).await.expect("waited for");
            return false;
        };
        let address =
            line.strip_prefix("listening on http://").unwrap_or_else(|| panic!("no address: {line}"));
        self.address.send_replace(Some(address.parse().expect("an address")));
        self.child = Some(child);
        self.lives += 1;
        true
    }

    /// Starts it.
    pub async fn start(&mut self) {
        assert!(self.try_start().await, "the server did not start:\n{}", self.log());
    }

    /// A token for somebody, made beside the running server.
    pub async fn token(&self, name: &str) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_maru"));
        command.args(["token", "create", "--user", name, "--data"]).arg(&self.data);
        let made = soon("a token", command.output()).await.expect("it ran");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        String::from_utf8_lossy(&made.stdout).trim().to_owned()
    }

    /// Does it run, as far as is known?
    pub fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| child.try_wait().expect("a child").is_none())
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().and_then(Child::id).expect("running")
    }

    /// Sends it a signal by name.
    pub async fn signal(&self, name: &str) {
        signal(self.pid(), name).await;
    }

    /// Ends it without a chance to tidy up.
    pub async fn kill(&mut self) {
        self.address.send_replace(None);
        if let Some(mut child) = self.child.take() {
            child.kill().await.expect("killed");
        }
    }

    /// Waits until it has ended, of itself or as it was asked to.
    pub async fn ended(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("running");
        let status = soon("the end of the server", child.wait()).await.expect("waited for");
        self.address.send_replace(None);
        status
    }

    /// Where it is, as it changes.
    pub fn address(&self) -> Address {
        self.address.subscribe()
    }

    /// Where it is now.
    pub fn here(&self) -> SocketAddr {
        self.address.borrow().expect("running")
    }

    /// What it wrote to its log.
    pub fn log(&self) -> String {
        self.log.lock().expect("nobody panics with it").clone()
    }

    /// Its resident memory in bytes.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("on Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a size");
        line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).expect("a number") * 1024
    }

    /// How many files and sockets it has open.
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.pid())).expect("on Linux").count()
    }
}

/// Sends a signal to a process.
pub async fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status().await;
    assert!(sent.expect("kill runs").success(), "{name} to {pid}");
}

async fn keep(mut stderr: tokio::process::ChildStderr, log: Arc<Mutex<String>>) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = stderr.read(&mut bytes).await {
        log.lock().expect("nobody panics with it").push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
}
