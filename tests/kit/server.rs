//! The program itself, as a child process with a data folder of its own.

use super::{How, Person, Reply, Socket, calls, soon};
use std::{
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::Arc,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, Command},
    sync::watch,
    task::JoinHandle,
};

/// Where the server can be reached; empty while it cannot. Persons follow it over restarts.
pub type Address = watch::Receiver<Option<String>>;

/// A running server, killed when dropped.
pub struct TestServer {
    how: How,
    settings: Vec<(String, String)>,
    folder: TempDir,
    child: Option<Child>,
    address: watch::Sender<Option<String>>,
    log: Arc<watch::Sender<String>>,
    log_ends: Option<JoinHandle<()>>,
}

impl TestServer {
    /// With the settings that people get.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With clients of this kind.
    pub async fn over(how: How, settings: &[(&str, &str)]) -> Self {
        // Nobody wants to wait for a poll that has nothing to tell.
        let settings = [&[("MARU_LIMIT_POLL", "1")], settings].concat();
        Self { how, ..Self::with(&settings).await }
    }

    /// With rates lifted, for tests that say a lot.
    pub async fn unlimited() -> Self {
        Self::with(&[("MARU_LIMITS", "off")]).await
    }

    /// With `MARU_*` variables.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let mut server = Self::stopped(settings);
        server.start_again().await;
        server
    }

    /// Not started yet, with nothing in its data folder.
    pub fn stopped(settings: &[(&str, &str)]) -> Self {
        Self {
            how: How::default(),
            settings: settings
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            folder: tempfile::tempdir().expect("a folder"),
            child: None,
            address: watch::Sender::new(None),
            log: Arc::default(),
            log_ends: None,
        }
    }

    /// Starts it again on the same data, at a port of its own.
    pub async fn start_again(&mut self) {
        assert!(self.child.is_none(), "stop it first");
        let mut child = self.command().spawn().expect("the program starts");
        let stderr = child.stderr.take().expect("piped");
        self.log_ends = Some(tokio::spawn(keep_log(stderr, self.log.clone())));
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let line = soon("the server's first line", lines.next_line()).await.expect("readable");
        let Some(line) = line else { panic!("the server did not start:\n{}", self.log()) };
        let address =
            line.strip_prefix("listening on http://").unwrap_or_else(|| panic!("not its address: {line}"));
        self.address.send_replace(Some(address.to_owned()));
        self.child = Some(child);
    }

    /// Runs a command on this server's data, beside it; whether it succeeded, and what it printed and
    /// complained about.
    pub async fn run(&self, words: &[&str]) -> (bool, String, String) {
        let mut command = self.program();
        command.args(words).arg("--data").arg(self.data());
        let done = soon("a command to end", command.output()).await.expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("readable");
        (done.status.success(), text(done.stdout), text(done.stderr))
    }

    /// A program that came in by a token.
    pub async fn enter_program(&self, name: &str) -> Person {
        let (_, token, _) = self.run(&["token", "create", "--user", name, "--create"]).await;
        let mut person = self.stranger();
        person.enter_by_token(token.trim()).await;
        person
    }

    /// The command that starts a server on this one's data.
    pub fn command(&self) -> Command {
        let mut command = self.program();
        command
            .arg("serve")
            .arg("--data")
            .arg(self.data())
            .args(["--listen", "127.0.0.1:0"])
            // Anybody may come in, as most tests want it; others say otherwise.
            .env("MARU_OPEN", "on")
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The program, in an environment that says nothing to it.
    pub fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_maru"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MARU_") || name == "RUST_LOG")
        {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    /// Ends it without a chance to tidy up.
    pub async fn kill_9(&mut self) {
        self.address.send_replace(None);
        let mut child = self.child.take().expect("running");
        child.kill().await.expect("killed");
    }

    /// Asks it to stop, as an operator does.
    pub async fn ask_to_stop(&mut self) {
        let id = self.child.as_ref().and_then(Child::id).expect("running").to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().await.expect("kill runs");
        assert!(sent.success());
    }

    /// Waits until it has ended, after [`Self::ask_to_stop`].
    pub async fn ended(&mut self) -> ExitStatus {
        self.address.send_replace(None);
        let mut child = self.child.take().expect("running");
        let status = soon("the end of the server", child.wait()).await.expect("waited for");
        let log_ends = self.log_ends.take().expect("begun with the server");
        soon("the end of its log", log_ends).await.expect("read");
        status
    }

    /// `HOST:PORT` of the running server.
    pub fn address(&self) -> String {
        self.address.borrow().clone().expect("running")
    }

    /// Where what it keeps is kept.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Everything it wrote to its log so far.
    pub fn log(&self) -> String {
        self.log.borrow().clone()
    }

    /// Waits until a line of its log says this.
    pub async fn logged(&self, what: &str) {
        let mut log = self.log.subscribe();
        let written = log.wait_for(|log| log.lines().any(|line| line.contains(what)));
        soon(&format!("{what:?} in the log"), written).await.expect("it is held");
    }

    /// Somebody who has just opened the page, and is nobody yet.
    pub fn stranger(&self) -> Person {
        Person::stranger(self.address.subscribe(), self.how)
    }

    /// Somebody who came in through the doorway, or by a token.
    pub async fn enter(&self, name: &str) -> Person {
        if self.how.by_token {
            return self.enter_program(name).await;
        }
        let mut person = self.stranger();
        person.enter(name).await;
        person
    }

    /// Two who came in through the doorway, the first of whom owns the first room; both connected.
    pub async fn pair(&self) -> ((Person, Socket), (Person, Socket)) {
        let ann = self.enter("ann").await;
        let bo = self.enter("bo").await;
        let (at_ann, at_bo) = (ann.connect().await, bo.connect().await);
        ((ann, at_ann), (bo, at_bo))
    }

    /// Brings a page as a browser without a cookie would.
    pub async fn get(&self, path: &str) -> Reply {
        let request = calls::client().get(format!("http://{}{path}", self.address()));
        Reply::of(request).await
    }
}

async fn keep_log(mut stderr: tokio::process::ChildStderr, log: Arc<watch::Sender<String>>) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = stderr.read(&mut bytes).await {
        log.send_modify(|log| log.push_str(&String::from_utf8_lossy(&bytes[..count])));
    }
}
