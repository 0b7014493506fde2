//! SQLite or PostgreSQL: the one file that knows there are two.
//!
//! Statements elsewhere are portable: `$1` for arguments, no `now()`, no CTE that writes, and time,
//! ids and randomness from Rust. Where one wording does not do, [`Both`] holds the two side by side.

use super::Location;
use crate::server::{Error, Result, faults};
use serde::de::DeserializeOwned;
use sqlx::{
    Arguments, Encode, FromRow, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool,
    Transaction, Type,
    postgres::{PgArguments, PgPoolOptions, PgRow},
    sqlite::{
        SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow,
        SqliteSynchronous,
    },
};
use std::{path::Path, time::Duration};

/// How many connections read at once on SQLite; writing has one of its own.
const SQLITE_READERS: u32 = 4;
/// How many connections this process holds to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 10;
/// The oldest SQLite that never loses a committed write to a racing checkpoint.
const SQLITE_MINIMUM: [u32; 3] = [3, 51, 3];
/// The oldest PostgreSQL that the tests run on.
const POSTGRES_MINIMUM: u32 = 15;

/// A value both engines store natively.
pub trait Value<'v>: Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres> {}
impl<'v, T> Value<'v> for T where T: Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres> {}

/// A row both engines decode; `#[derive(sqlx::FromRow)]` is enough.
pub trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// One statement in the words of each engine.
#[derive(Debug, Clone, Copy)]
pub struct Both {
    /// As SQLite says it.
    pub sqlite: &'static str,
    /// As PostgreSQL says it.
    pub postgres: &'static str,
}

/// Connections to one of the engines.
#[derive(Clone)]
pub enum Db {
    /// SQLite: many may read while one writes.
    Sqlite {
        /// Connections that cannot write.
        readers: SqlitePool,
        /// The one connection that writes.
        writer: SqlitePool,
    },
    /// PostgreSQL: every connection reads and writes.
    Postgres(PgPool),
}

/// A transaction; dropped without `commit`, it never happened.
pub enum Tx {
    /// On SQLite's one writing connection.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Opens or makes an SQLite file that keeps what it has acknowledged, even through a loss of power.
    pub async fn open_sqlite(file: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .busy_timeout(Duration::from_secs(5))
            .foreign_keys(true)
            .pragma("trusted_schema", "OFF")
            .pragma("secure_delete", "ON");
        let writing = options
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(if faults::breaks("synchronous_off") {
                SqliteSynchronous::Off
            } else {
                SqliteSynchronous::Full
            })
            .pragma("fullfsync", "ON");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(writing);
        let writer = writer.await?;
        let reading = options.pragma("query_only", "ON");
        // A file does not hang up: asking whether it is still there would double the trips to its thread.
        let readers = SqlitePoolOptions::new().max_connections(SQLITE_READERS).test_before_acquire(false);
        let readers = readers.connect_with(reading).await?;
        let db = Self::Sqlite { readers, writer };
        let (version,): (String,) = db.query("select sqlite_version()").one().await?;
        if parts(&version) < SQLITE_MINIMUM {
            let [major, minor, patch] = SQLITE_MINIMUM;
            let needed = format!("{major}.{minor}.{patch}");
            return Err(Error::Broken(format!("SQLite {needed} or newer is needed, this one is {version}")));
        }
        Ok(db)
    }

    /// Opens what is there, to look at it and no more: nothing is made, nothing is brought up to date.
    pub async fn open_to_read(location: &Location) -> Result<Self> {
        let file = match location {
            Location::Sqlite(file) => file,
            Location::Postgres(url) => return Self::open_postgres(url).await,
        };
        let options = SqliteConnectOptions::new().filename(file).read_only(true);
        let options = options.busy_timeout(Duration::from_secs(5)).pragma("query_only", "ON");
        let readers = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        Ok(Self::Sqlite { writer: readers.clone(), readers })
    }

    /// The newest migration that was run, and the newest that this program knows.
    pub async fn versions(&self) -> Result<(i64, i64)> {
        let known = match self {
            Self::Sqlite { .. } => sqlx::migrate!("src/server/store/migrations/sqlite"),
            Self::Postgres(_) => sqlx::migrate!("src/server/store/migrations/postgres"),
        };
        let newest = known.iter().map(|migration| migration.version).max().unwrap_or_default();
        let query = self.query("select coalesce(max(version), 0) from _sqlx_migrations where success");
        Ok((query.one::<(i64,)>().await?.0, newest))
    }

    /// Begins to read from a store that stands still meanwhile.
    pub async fn begin_to_read(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => {
                Tx::Postgres(pool.begin_with("begin isolation level repeatable read, read only").await?)
            }
        })
    }

    /// Connects to a PostgreSQL that keeps what it has acknowledged.
    pub async fn open_postgres(url: &str) -> Result<Self> {
        let pool = PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS).connect(url).await?;
        let db = Self::Postgres(pool);
        let (version, commit): (String, String) = db
            .query("select current_setting('server_version'), current_setting('synchronous_commit')")
            .one()
            .await?;
        if parts(&version)[0] < POSTGRES_MINIMUM {
            return Err(Error::Broken(format!(
                "PostgreSQL {POSTGRES_MINIMUM} or newer is needed, this one is {version}"
            )));
        }
        if !matches!(commit.as_str(), "on" | "remote_apply") {
            return Err(Error::Broken(format!(
                "PostgreSQL must have synchronous_commit=on to keep what it acknowledges; it has {commit}"
            )));
        }
        Ok(db)
    }

    /// Brings the tables up to date.
    pub async fn migrate(&self) -> Result<()> {
        let done = match self {
            Self::Sqlite { writer, .. } => {
                sqlx::migrate!("src/server/store/migrations/sqlite").run(writer).await
            }
            Self::Postgres(pool) => sqlx::migrate!("src/server/store/migrations/postgres").run(pool).await,
        };
        done.map_err(|error| Error::Broken(format!("the tables could not be brought up to date: {error}")))
    }

    /// Lets go of every connection once it is free.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// Begins to write.
    pub async fn begin(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            // SQLite has one writer: take its lock now, not at the first write.
            Self::Sqlite { writer, .. } => Tx::Sqlite(begin_immediate(writer).await?),
            // Each statement after the row lock must see what was committed while it waited.
            Self::Postgres(pool) => {
                Tx::Postgres(pool.begin_with("begin isolation level read committed").await?)
            }
        })
    }

    /// A statement that reads.
    pub fn query(&self, sql: &'static str) -> Query<'_> {
        self.query_both(Both { sqlite: sql, postgres: sql })
    }
    /// One that reads, in the words of each engine.
    pub fn query_both(&self, sql: Both) -> Query<'_> {
        let (sql, bound) = match self {
            Self::Sqlite { readers, .. } => (sql.sqlite, Bound::SqlitePool(readers, Default::default())),
            Self::Postgres(pool) => (sql.postgres, Bound::PgPool(pool, PgArguments::default())),
        };
        Query::new(sql, bound)
    }
}

/// On a full disk SQLite ends a transaction by itself. sqlx does not learn of it, takes its connection to
/// be within one for ever, and begins no other: only a new connection can write again.
async fn begin_immediate(writer: &SqlitePool) -> sqlx::Result<Transaction<'static, Sqlite>> {
    match writer.begin_with("begin immediate").await {
        Err(sqlx::Error::InvalidSavePointStatement) => {
            writer.acquire().await?.close().await?;
            writer.begin_with("begin immediate").await
        }
        begun => begun,
    }
}

impl Tx {
    /// A statement within the transaction.
    pub fn query(&mut self, sql: &'static str) -> Query<'_> {
        self.query_both(Both { sqlite: sql, postgres: sql })
    }
    /// A statement that the engines word differently.
    pub fn query_both(&mut self, sql: Both) -> Query<'_> {
        match self {
            Self::Sqlite(tx) => Query::new(sql.sqlite, Bound::SqliteTx(tx, SqliteArguments::default())),
            Self::Postgres(tx) => Query::new(sql.postgres, Bound::PgTx(tx, PgArguments::default())),
        }
    }
    /// Makes it so. After an error that is not the database's own word, nobody knows whether it is.
    pub async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}

enum Bound<'c> {
    SqlitePool(&'c SqlitePool, SqliteArguments),
    SqliteTx(&'c mut SqliteConnection, SqliteArguments),
    PgPool(&'c PgPool, PgArguments),
    PgTx(&'c mut PgConnection, PgArguments),
}

/// One statement on its way to whichever engine is behind it.
pub struct Query<'c> {
    sql: &'static str,
    bound: Bound<'c>,
    failed: Option<sqlx::Error>,
}

macro_rules! send {
    ($query:expr, $f:ident, $method:ident, $map:expr) => {{
        let query = $query;
        if let Some(error) = query.failed {
            return Err(error);
        }
        match query.bound {
            Bound::SqlitePool(c, args) => sqlx::$f(query.sql, args).$method(c).await.map($map),
            Bound::SqliteTx(c, args) => sqlx::$f(query.sql, args).$method(c).await.map($map),
            Bound::PgPool(c, args) => sqlx::$f(query.sql, args).$method(c).await.map($map),
            Bound::PgTx(c, args) => sqlx::$f(query.sql, args).$method(c).await.map($map),
        }
    }};
}

impl<'c> Query<'c> {
    fn new(sql: &'static str, bound: Bound<'c>) -> Self {
        Self { sql, bound, failed: None }
    }
    /// The next argument.
    pub fn bind<'v>(mut self, value: impl Value<'v>) -> Self {
        let added = match &mut self.bound {
            Bound::SqlitePool(_, args) | Bound::SqliteTx(_, args) => args.add(value),
            Bound::PgPool(_, args) | Bound::PgTx(_, args) => args.add(value),
        };
        if let Err(error) = added {
            self.failed.get_or_insert(sqlx::Error::Encode(error));
        }
        self
    }
    /// Every row.
    pub async fn all<T: Record>(self) -> sqlx::Result<Vec<T>> {
        send!(self, query_as_with, fetch_all, |rows| rows)
    }
    /// The row, if there is one.
    pub async fn optional<T: Record>(self) -> sqlx::Result<Option<T>> {
        send!(self, query_as_with, fetch_optional, |row| row)
    }
    /// The row that must be there.
    pub async fn one<T: Record>(self) -> sqlx::Result<T> {
        send!(self, query_as_with, fetch_one, |row| row)
    }
    /// Only its effect; answers with how many rows it touched.
    pub async fn execute(self) -> sqlx::Result<u64> {
        send!(self, query_with, execute, |done| done.rows_affected())
    }
}

/// Did another writer come first, so that the same transaction may succeed when it is tried again?
/// The database itself said so, hence nothing of it was committed.
pub fn is_overtaken(error: &Error) -> bool {
    let Error::Database(sqlx::Error::Database(error)) = error else { return false };
    // Unique violation, serialization failure, deadlock (PostgreSQL, appendix A).
    matches!(error.code().as_deref(), Some("23505" | "40001" | "40P01"))
}

/// The number that stands for a seq, an instant or a limit in a `bigint`; what is beyond it is its end.
pub fn bigint(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The number that a `bigint` stands for; the store keeps no negative ones.
pub fn number(bigint: i64) -> u64 {
    u64::try_from(bigint).unwrap_or(0)
}

/// The rows that a statement gave as one list in JSON, each with its columns in order.
pub fn listed<T: DeserializeOwned>(json: &str) -> Result<Vec<T>> {
    serde_json::from_str(json)
        .map_err(|error| Error::Broken(format!("a list is not what was asked for: {error}")))
}

/// The first three numbers of a version.
fn parts(version: &str) -> [u32; 3] {
    let mut parts = [0; 3];
    let digits = |part: &str| part.bytes().take_while(u8::is_ascii_digit).count();
    for (part, text) in
        parts.iter_mut().zip(version.split(' ').take(1).flat_map(|version| version.split('.')))
    {
        *part = text[..digits(text)].parse().unwrap_or(0);
    }
    parts
}

/// How SQLite goes about statements: its plan of each, on a new store, one string per step.
#[cfg(test)]
pub async fn sqlite_plans(statements: &[&'static str]) -> Vec<Vec<String>> {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let db = Db::open_sqlite(&folder.path().join("maru.db")).await.expect("a new file");
    db.migrate().await.expect("new tables");
    let mut plans = Vec::new();
    for sql in statements {
        let explain = Box::leak(format!("explain query plan {sql}").into_boxed_str());
        let steps = db.query(explain).all::<(i64, i64, i64, String)>().await.expect("a plan");
        plans.push(steps.into_iter().map(|(.., step)| step).collect());
    }
    plans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(parts("3.51.3") >= SQLITE_MINIMUM);
        assert!(parts("3.51.2") < SQLITE_MINIMUM);
        assert!(parts("3.9.9") < SQLITE_MINIMUM);
        assert!(parts("4.0") > SQLITE_MINIMUM);
        assert_eq!(parts("15.18 (Debian 15.18-0+deb12u1)"), [15, 18, 0]);
        assert_eq!(parts("19beta1"), [19, 0, 0]);
    }

    #[tokio::test]
    async fn sqlite_keeps_what_it_acknowledges_through_a_loss_of_power() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let db = Db::open_sqlite(&folder.path().join("maru.db")).await.expect("a new file");
        let mut tx = db.begin().await.expect("the writer");
        let (synchronous,): (i64,) = tx.query("pragma synchronous").one().await.expect("a number");
        let (mode,): (String,) = tx.query("pragma journal_mode").one().await.expect("a word");
        assert_eq!((synchronous, mode.as_str()), (2, "wal"), "2 is FULL");
        let error = db.query("create table t (a)").execute().await.expect_err("readers cannot write");
        assert!(error.to_string().contains("readonly"), "{error}");
    }

    #[tokio::test]
    async fn no_value_that_a_statement_is_given_makes_sqlite_prepare_it_anew() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let db = Db::open_sqlite(&folder.path().join("maru.db")).await.expect("a new file");
        let (stable,): (i64,) =
            db.query("select sqlite_compileoption_used('ENABLE_QPSG')").one().await.expect("a number");
        assert_eq!(stable, 1, ".cargo/config.toml says so to whoever builds SQLite");
    }

    #[test]
    fn a_number_beyond_bigint_becomes_its_end() {
        assert_eq!(bigint(u64::MAX), i64::MAX);
        assert_eq!(number(-1), 0);
    }
}
