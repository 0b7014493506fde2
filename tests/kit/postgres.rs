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

/// The cluster's guardian: makes it, runs it, and waits for the end of its own input, which comes when this
/// process ends, however that happens. Then it stops the cluster and takes its files away.
const GUARDIAN: &str = r#"
# Nobody reads what is said after the tests have ended; saying it must not be the end of the guardian.
trap '' PIPE
programs=$1 folder=$2
data=$folder/data
"$programs/initdb" --username=maru --auth=trust --encoding=UTF8 --locale=C --no-sync --pgdata="$data" >&2 || {
    rm -rf "$folder"; exit 1
}
"$programs/postgres" -D "$data" -c listen_addresses= -c unix_socket_directories="$folder" -c port=5432 \
    -c fsync=off -c max_connections=200 -c logging_collector=off -c log_min_messages=warning &
server=$!
cat >/dev/null
# A server that has only just been started ignores QUIT, for sh starts it so; TERM reaches it, and QUIT hurries
# one that would first wait for its clients.
kill -TERM "$server" 2>/dev/null; kill -QUIT "$server" 2>/dev/null; wait "$server"
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
        let folder = tempfile::Builder::new().prefix("maru-pg-").tempdir().expect("a folder for a cluster");
        let mut guardian = Command::new("sh");
        guardian.args(["-c", GUARDIAN, "guardian"]).arg(programs).arg(folder.path());
        guardian.current_dir(&folder).env("LC_ALL", "C");
        guardian.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        // PostgreSQL refuses to run as root, as CI often does: then somebody else runs it.
        if fs::metadata(&folder).expect("the new folder").uid() == 0 {
            let (uid, gid) = humble_user();
            chown(&folder, Some(uid), Some(gid)).expect("root gives folders away");
            guardian.uid(uid).gid(gid);
        }
        // Ctrl-C in a terminal is for the tests; the guardian must live to clear up after them.
        let mut guardian = guardian.process_group(0).spawn().expect("sh runs");
        let folder = folder.keep();
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
