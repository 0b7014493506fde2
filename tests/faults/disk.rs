//! F3, F11, F12, F18, F19, F24: the disk is slow to keep, full, broken, or an older one.

use crate::{
    patience::soon,
    person::Person,
    server::Server,
    wire::{Heard, Key, Link, Transport},
    world::{Plan, World},
};
use maru::protocol::{Ack, ClientFrame, Cursor, Draft, Failure, Hello, Nonce, Op, RoomId, ServerFrame};
use std::{
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};
use tokio::process::Command;

/// An answer must come within this even when nothing can be kept (docs/protocol.md, refusals).
const HONEST_WITHIN: Duration = Duration::from_secs(10);

/// A person's socket, on which one thing is said after another.
struct Voice {
    link: Link,
    room: RoomId,
    said: u64,
}

impl Voice {
    async fn new(at: SocketAddr, key: &Key, room: RoomId) -> Self {
        let opened = Link::open(Transport::Ws, at, key, Hello::default()).await;
        Self { link: opened.expect("a connection"), room, said: 0 }
    }

    /// Says something new.
    async fn say(&mut self, text: &str) -> Result<Ack, Failure> {
        self.said += 1;
        let mut random = [9; 10];
        random[..8].copy_from_slice(&self.said.to_be_bytes());
        self.repeat(Nonce::new(5, random), text).await.expect("the connection lives")
    }

    /// Says something under this nonce; `None` when the connection is lost over it.
    async fn repeat(&mut self, nonce: Nonce, text: &str) -> Option<Result<Ack, Failure>> {
        let op = Op::said(text.to_owned());
        let draft = Draft { nonce, room: self.room, op };
        if !self.link.say(ClientFrame::Send(draft)).await {
            return None;
        }
        loop {
            match soon("an answer", self.link.hear()).await {
                Heard::Frame(ServerFrame::Ack(ack)) if ack.nonce == nonce => return Some(Ok(ack)),
                Heard::Frame(ServerFrame::Refused(refused)) if refused.nonce == Some(nonce) => {
                    return Some(Err(refused.failure));
                }
                Heard::End(_) => return None,
                _ => {}
            }
        }
    }
}

/// How many of the acks in a trace of system calls have, since the ack before, neither a write nor then a
/// sync of the write-ahead log.
fn unsynced(trace: &str) -> (usize, usize) {
    let (mut is_written, mut is_synced, mut acks, mut bad) = (false, false, 0, 0);
    for line in trace.lines() {
        let is_log = line.contains("maru.db-wal>");
        if line.contains(r#"\"type\":\"ack\""#) {
            acks += 1;
            bad += usize::from(!is_synced);
            (is_written, is_synced) = (false, false);
        } else if is_log && line.contains("pwrite64(") {
            (is_written, is_synced) = (true, false);
        } else if is_log && (line.contains("fdatasync(") || line.contains("fsync(")) {
            is_synced = is_written;
        }
    }
    (acks, bad)
}

/// Says some things to a server that is traced; what came of it.
async fn traced(faults: &str) -> (usize, usize) {
    const SAID: usize = 25;
    let mut server = Server::new();
    let trace = server.folder().join("trace");
    let calls = "trace=pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg";
    let words = ["strace", "-f", "-y", "-s", "300", "-e", calls, "-e", "signal=none", "-o"];
    server.under =
        words.into_iter().map(str::to_owned).chain([trace.to_string_lossy().into_owned()]).collect();
    server.ask(faults);
    server.start().await;
    let (person, room) = Person::enter(server.address(), "traced").await;
    let mut voice = Voice::new(server.here(), &person.key, room).await;
    for said in 0..SAID {
        voice.say(&format!("number {said}")).await.expect("taken");
    }
    // The trace is whole once its writer has ended, which ends with the server.
    let pid =
        Command::new("pgrep").args(["-P", &server.pid().to_string()]).output().await.expect("pgrep runs");
    let pid: u32 = String::from_utf8_lossy(&pid.stdout).trim().parse().expect("the server below its tracer");
    crate::server::signal(pid, "TERM").await;
    server.ended().await;
    let (acks, bad) = unsynced(&std::fs::read_to_string(&trace).expect("a trace"));
    assert_eq!(acks, SAID, "each ack is seen in the trace");
    (acks, bad)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_ack_comes_after_the_log_was_written_and_synced() {
    assert_eq!(traced("").await.1, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_does_not_wait_for_the_disk_is_seen() {
    let (acks, bad) = traced("synchronous_off").await;
    assert!(bad > acks / 2, "{bad} of {acks}");
}

/// A server whose data is on a disk of its own of so many bytes, as seen from its own mount namespace.
fn on_a_small_disk(bytes: u64) -> Server {
    let mut server = Server::new();
    let data = server.data.display();
    let script = format!("mkdir -p {data} && mount -t tmpfs -o size={bytes} tmpfs {data} && exec \"$@\"");
    let words = ["unshare", "--map-root-user", "--mount", "sh", "-c", &script, "sh"];
    server.under = words.into_iter().map(str::to_owned).collect();
    server
}

/// How the server's own disk is seen from here.
fn seen_from_here(server: &Server) -> std::path::PathBuf {
    Path::new(&format!("/proc/{}/root", server.pid())).join(server.data.strip_prefix("/").expect("absolute"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_within_seconds_and_freeing_it_is_enough() {
    let mut server = on_a_small_disk(24 << 20);
    server.start().await;
    let (person, room) = Person::enter(server.address(), "full").await;
    let mut voice = Voice::new(server.here(), &person.key, room).await;
    let first = voice.say("there is room").await.expect("taken");

    let ballast = seen_from_here(&server).join("ballast");
    let mut fill = Command::new("dd");
    fill.arg("if=/dev/zero").arg(format!("of={}", ballast.display())).arg("bs=64k");
    let filled = fill.stderr(std::process::Stdio::null()).status().await.expect("dd runs");
    assert!(!filled.success(), "it ends for lack of room");

    let (mut refused, mut acked) = (None, Vec::new());
    for said in 0..2000 {
        let asked = Instant::now();
        match voice.say(&"물".repeat(4000)).await {
            Ok(ack) => acked.push((voice.said, ack)),
            Err(failure) => {
                assert!(asked.elapsed() < HONEST_WITHIN, "it took {:?} to say {failure:?}", asked.elapsed());
                assert!(failure.retry_ms().is_some(), "{failure:?} may be tried again");
                refused = Some(voice.said);
                break;
            }
        }
        assert!(said < 1999, "the disk never filled");
    }
    let refused = refused.expect("broken out of the loop");
    assert!(!person.rooms().await.is_empty(), "reading goes on");

    std::fs::remove_file(&ballast).expect("freed");
    let mut random = [9; 10];
    random[..8].copy_from_slice(&refused.to_be_bytes());
    let again = async {
        loop {
            match voice.repeat(Nonce::new(5, random), &"물".repeat(4000)).await.expect("the connection lives")
            {
                Ok(ack) => return ack,
                Err(failure) => {
                    let wait = failure.retry_ms().expect("it may be tried again");
                    tokio::time::sleep(Duration::from_millis(wait)).await;
                }
            }
        }
    };
    let ack = soon("room after the disk was freed", again).await;
    assert!(ack.seq > first.seq && server.is_running(), "the same process goes on");
    let (_, logs) = person.logs(server.here()).await;
    let log = &logs[&room];
    for (_, ack) in &acked {
        assert!(
            log.iter().any(|event| (event.seq, event.at, event.nonce) == (ack.seq, ack.at, Some(ack.nonce)))
        );
    }
    let seqs: Vec<u64> = log.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, Vec::from_iter(1..=seqs.len() as u64), "without gaps");
}

/// A library that lets `fdatasync` and `fsync` of the write-ahead log fail once a file is there.
const BROKEN_SYNC: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static int is_broken(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 4) return 0;
    path[length] = 0;
    return !strcmp(path + length - 4, "-wal") && !access(getenv("BROKEN_SYNC"), F_OK);
}
int fdatasync(int fd) {
    if (is_broken(fd)) { errno = EIO; return -1; }
    return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
int fsync(int fd) {
    if (is_broken(fd)) { errno = EIO; return -1; }
    return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fails_to_sync_ends_the_process_and_what_it_promised_is_there_afterwards() {
    let mut server = Server::new();
    let (source, library, trigger) =
        (server.folder().join("sync.c"), server.folder().join("sync.so"), server.folder().join("broken"));
    std::fs::write(&source, BROKEN_SYNC).expect("written");
    let compiled =
        Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).arg("-ldl").status();
    assert!(compiled.await.expect("cc runs").success());
    server.set("LD_PRELOAD", &library.to_string_lossy());
    server.set("BROKEN_SYNC", &trigger.to_string_lossy());
    let mut world = World::on(server, Plan::new(61)).await;
    world.until_acked(80).await;
    world.history.fault("the log cannot be synced");
    std::fs::write(&trigger, "").expect("written");
    let status = world.server.ended().await;
    assert!(!status.success(), "{status}");
    std::fs::remove_file(&trigger).expect("removed");
    world.server.start().await;
    world.until_acked(80).await;
    world.expect_whole().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_of_a_restored_backup_are_told_that_the_log_is_another_one() {
    let plan = Plan { users: 2, devices: 1, rooms: 2, is_moving: false, pace_ms: 60_000, ..Plan::new(62) };
    let mut world = World::new(plan).await;
    let (key, room) = (world.people[0].key.clone(), world.rooms[0]);
    let mut voice = Voice::new(world.server.here(), &key, room).await;
    let before = voice.say("before the backup").await.expect("taken");
    drop(voice);
    world.server.signal("TERM").await;
    world.server.ended().await;
    let backup = world.server.folder().join("backup");
    copy(&world.server.data, &backup);

    world.server.start().await;
    let mut voice = Voice { said: 100, ..Voice::new(world.server.here(), &key, room).await };
    let mut lost = Vec::new();
    for said in 0..5 {
        lost.push(voice.say(&format!("after the backup: {said}")).await.expect("taken"));
    }
    world.server.kill().await;
    std::fs::remove_dir_all(&world.server.data).expect("removed");
    copy(&backup, &world.server.data);
    world.server.start().await;
    let mut voice = Voice { said: 200, ..Voice::new(world.server.here(), &key, room).await };

    // Whoever held something beyond the backup is told, before the new log is as long and after.
    let cursor = |ack: &Ack| Cursor { seq: ack.seq, at: ack.at };
    let (at, newest) = (world.server.here(), lost.last().expect("five").clone());
    assert!(is_reset(at, &key, room, cursor(&newest)).await, "beyond the head");
    for said in 0..9 {
        voice.say(&format!("another history: {said}")).await.expect("taken");
    }
    for ack in &lost {
        assert!(is_reset(at, &key, room, cursor(ack)).await, "{ack:?} is another event now");
    }
    assert!(!is_reset(at, &key, room, cursor(&before)).await, "what the backup has is not reset");
    assert!(world.history.acked() < 50, "the devices keep out of it");
}

async fn is_reset(at: SocketAddr, key: &Key, room: RoomId, cursor: Cursor) -> bool {
    let hello = Hello { rooms: [(room, cursor)].into_iter().collect(), ..Hello::default() };
    let mut link = Link::open(Transport::Ws, at, key, hello).await.expect("a connection");
    loop {
        match soon("a welcome", link.hear()).await {
            Heard::Frame(ServerFrame::Welcome(welcome)) => {
                return welcome.rooms.iter().any(|state| state.id == room && state.reset);
            }
            Heard::End(code) => panic!("no welcome: {code}"),
            _ => {}
        }
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("readable") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_server_on_the_same_data_refuses_while_the_first_is_at_work() {
    let mut world = World::new(Plan::new(63)).await;
    world.until_acked(30).await;
    for _ in 0..3 {
        let second =
            soon("the end of the second server", world.server.command().output()).await.expect("it ran");
        assert!(!second.status.success() && second.stdout.is_empty());
    }
    world.until_acked(30).await;
    world.expect_whole().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_is_whole_after_a_kill_while_it_is_compacted_or_made() {
    let mut world = World::new(Plan { pace_ms: 40, ..Plan::new(64) }).await;
    for life in 0..6u64 {
        world.until_acked(40).await;
        // What else writes the whole file: a checkpoint of its log, or putting it in order from outside.
        let file = world.server.data.join("maru.db");
        let how = if life % 2 == 0 { "pragma wal_checkpoint(truncate)" } else { "vacuum" };
        let mut other = Command::new(std::env::current_exe().expect("this test"));
        other
            .args(["--ignored", "--exact", "disk::compacts_for_another_test"])
            .env("COMPACT", &file)
            .env("HOW", how);
        let mut other =
            other.stdout(std::process::Stdio::null()).kill_on_drop(true).spawn().expect("it starts");
        world.until_acked(5).await;
        world.history.fault(format!("kill -9 of the server and of {how}"));
        world.server.kill().await;
        other.kill().await.expect("killed");
        assert_eq!(integrity(&file).await, "ok");
        world.server.start().await;
    }
    world.expect_whole().await;

    // A first start, killed at whatever point of its migrations it has come to.
    for micros in (0..12).map(|step| step * 4_000) {
        let mut server = Server::new();
        let mut child = server.command().spawn().expect("it starts");
        tokio::time::sleep(Duration::from_micros(micros)).await;
        child.kill().await.expect("killed");
        server.start().await;
        server.kill().await;
        assert_eq!(integrity(&server.data.join("maru.db")).await, "ok");
    }
}

/// What SQLite itself says of a store.
async fn integrity(file: &Path) -> String {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let pool = sqlx::SqlitePool::connect_with(options).await.expect("opened");
    let (said,): (String,) =
        sqlx::query_as("pragma integrity_check").fetch_one(&pool).await.expect("an answer");
    pool.close().await;
    said
}

#[tokio::test]
#[ignore = "a program that another test starts"]
async fn compacts_for_another_test() {
    let (Ok(file), Ok(how)) = (std::env::var("COMPACT"), std::env::var("HOW")) else { return };
    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(file).busy_timeout(Duration::from_secs(1));
    let pool = sqlx::SqlitePool::connect_with(options).await.expect("opened");
    let statement = if how == "vacuum" { "vacuum" } else { "pragma wal_checkpoint(truncate)" };
    loop {
        // It is killed sooner or later; until then, whoever is busy is asked again.
        let _ = sqlx::query(statement).execute(&pool).await;
    }
}
