//! One PostgreSQL cluster for this test process, made when a test first needs it, gone when the process is.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

/// The cluster's guardian. It waits for the end of its input, which comes when this process ends, however
/// that happens; then it stops the cluster and takes its files away.
const GUARDIAN: &str = r#"
folder=$1; shift
"$@" & server=$!
cat >/dev/null
kill -QUIT "$server"; wait "$server"
rm -rf "$folder"
"#;

struct Cluster {
    folder: PathBuf,
    /// Holds the guardian's input open.
    _guardian: Child,
}

/// The URL of a database of its own.
pub async fn new_database() -> String {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(1);
    let cluster = CLUSTER.get_or_init(Cluster::start);
    let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let mut admin = PgConnection::connect(&cluster.url("postgres")).await.expect("the cluster answers");
    let sql = AssertSqlSafe(format!("create database {name}"));
    sqlx::raw_sql(sql).execute(&mut admin).await.expect("the cluster makes a database");
    admin.close().await.expect("the cluster says goodbye");
    cluster.url(&name)
}

impl Cluster {
    fn start() -> Self {
        let programs = find_programs();
        let folder =
            tempfile::Builder::new().prefix("maru-pg-").tempdir().expect("a folder for a cluster").keep();
        // PostgreSQL refuses to run as root, as CI often does: then somebody else runs it.
        let owner = (fs::metadata(&folder).expect("the new folder").uid() == 0).then(humble_user);
        if let Some((uid, gid)) = owner {
            chown(&folder, Some(uid), Some(gid)).expect("root gives folders away");
        }
        let command = |program: &str| {
            let mut command = Command::new(program);
            command.current_dir(&folder).env("LC_ALL", "C");
            if let Some((uid, gid)) = owner {
                command.uid(uid).gid(gid);
            }
            command
        };
        let program = |name: &str| programs.join(name).to_str().expect("a path in Unicode").to_owned();
        let data = folder.join("data");
        let made = command(&program("initdb"))
            .args([
                "--username=maru",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "--pgdata",
            ])
            .arg(&data)
            .output()
            .expect("initdb runs");
        assert!(made.status.success(), "initdb failed: {}", String::from_utf8_lossy(&made.stderr));
        let mut guardian = command("sh")
            .args(["-c", GUARDIAN, "guardian"])
            .arg(&folder)
            .args([&program("postgres"), "-D"])
            .arg(&data)
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200"])
            .args(["-c", &format!("unix_socket_directories={}", folder.display())])
            .args(["-c", "port=5432", "-c", "logging_collector=off", "-c", "log_min_messages=warning"])
            // Ctrl-C in a terminal is for the tests; the guardian must live to clear up after them.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("sh runs");
        wait_until_ready(guardian.stderr.take().expect("a pipe"));
        Self { folder, _guardian: guardian }
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://maru@localhost:5432/{database}?host={}", self.folder.display())
    }
}

/// Reads the log until it says so, and goes on reading so that the pipe never fills.
fn wait_until_ready(log: impl std::io::Read + Send + 'static) {
    let mut lines = BufReader::new(log).lines().map_while(Result::ok);
    let mut said = Vec::new();
    let is_ready = lines.by_ref().any(|line| {
        let is_ready = line.contains("ready to accept connections");
        said.push(line);
        is_ready
    });
    assert!(is_ready, "PostgreSQL did not start: {}", said.join("\n"));
    std::thread::spawn(move || lines.for_each(drop));
}

/// The folder with `initdb` and `postgres`: on PATH, or where Debian puts them; the newest.
fn find_programs() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has_both = |folder: &Path| folder.join("initdb").exists() && folder.join("postgres").exists();
    let on_path = std::env::split_paths(&path).find(|folder| has_both(folder));
    let version = |folder: &PathBuf| {
        folder.parent().and_then(Path::file_name)?.to_str()?.split('.').next()?.parse::<u32>().ok()
    };
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian =
        debian.map(|entry| entry.path().join("bin")).filter(|folder| has_both(folder)).max_by_key(version);
    on_path.or(debian).expect(
        "the store is tested on PostgreSQL too, and its programs initdb and postgres are neither on PATH nor in \
         /usr/lib/postgresql/*/bin: run script/setup, or install the postgresql package",
    )
}

/// Somebody other than root: the uid and gid of `postgres`, or of `nobody`.
fn humble_user() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").expect("the list of users");
    let find = |name: &str| {
        let mut fields = users.lines().find(|line| line.starts_with(&format!("{name}:")))?.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    find("postgres")
        .or_else(|| find("nobody"))
        .expect("a user postgres or nobody, since PostgreSQL refuses root")
}
