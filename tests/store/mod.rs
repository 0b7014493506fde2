//! The store, each test on both engines.

mod accounts;
mod amend;
mod append;
mod audit;
mod changes;
mod days;
mod history;
mod invites;
mod loud;
mod places;
mod presence;
mod reading;
mod replies;
mod reports;
mod schema;
mod spaces;
mod unsent;
mod verify;

use crate::kit::postgres;
use maru::protocol::{
    Draft, Event, Failure, Nonce, Op, Role, RoomId, RoomKind, Space, SpaceId, User, UserId,
};
use maru::server::store::{Append, Appended, Change, Location, NewRoom, Store};
use maru::server::{Error, Result};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::sync::atomic::{AtomicU64, Ordering};

/// Makes each of these a test on SQLite and a test on PostgreSQL.
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$name(&mut crate::store::TestStore::on_sqlite().await).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                super::$name(&mut crate::store::TestStore::on_postgres().await).await;
            }
        }
    )+ };
}
use on_both_engines;

/// The instant at which most of it happens.
const NOW: u64 = 1_800_000_000_000;

/// A store with one space in it.
struct TestStore {
    store: Store,
    space: Space,
    location: Location,
    _folder: Option<tempfile::TempDir>,
}

impl TestStore {
    async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let location = Location::Sqlite(folder.path().join("maru.db"));
        Self::open(location, Some(folder)).await
    }

    async fn on_postgres() -> Self {
        Self::open(Location::Postgres(postgres::new_database().await), None).await
    }

    async fn open(location: Location, folder: Option<tempfile::TempDir>) -> Self {
        let store = Store::open(&location).await.expect("a new store opens");
        let space = Space {
            id: SpaceId::from_random(random()),
            slug: "maru".into(),
            name: "마루".into(),
            glyph: String::new(),
            role: None,
        };
        let space = store.first_space(&space, NOW).await.expect("a first space");
        Self { store, space, location, _folder: folder }
    }

    /// Closes the store and opens it again.
    async fn restart(&mut self) {
        self.store.close().await;
        self.store = Store::open(&self.location).await.expect("a known store opens");
    }

    /// Somebody new in the space.
    async fn person(&self, name: &str) -> User {
        self.person_as(name, Role::Member).await
    }

    /// Somebody new in the space, with a role in it.
    async fn person_as(&self, name: &str, role: Role) -> User {
        let user = User::new(UserId::from_random(random()), name.to_owned());
        self.store.create_user(&user, Some((self.space.id, role)), NOW).await.expect("a free name");
        user
    }

    /// Somebody with a password, who belongs to no space yet.
    async fn outsider(&self, name: &str) -> User {
        let user = User::new(UserId::from_random(random()), name.to_owned());
        self.store.create_user(&user, None, NOW).await.expect("a free name");
        self.tamper(&format!("update app_user set kind = 'account' where id = {}", user.id.raw())).await;
        user
    }

    /// A new room, its maker in it: two events.
    async fn room(&self, by: &User, name: &str) -> RoomId {
        let room = self.new_room(by, name);
        self.store.create_room(&room).await.expect("a free name");
        room.id
    }

    fn new_room(&self, by: &User, name: &str) -> NewRoom {
        let (id, space) = (RoomId::from_random(random()), self.space.id);
        let (name, by) = (name.to_owned(), by.clone());
        NewRoom { id, space, name, topic: String::new(), kind: RoomKind::Public, by, at: NOW }
    }

    async fn change(&self, room: RoomId, by: &User, op: Op) -> Result<Option<Event>> {
        self.store.change(&Change { room, by: by.clone(), at: NOW, whom: None, op }).await
    }

    /// Says this under a nonce of its own; answers with its seq.
    async fn say(&self, room: RoomId, by: &User, text: &str) -> u64 {
        let answers = self.store.append(&[draft(room, by, text)]).await.expect("a batch");
        match answers.into_iter().next() {
            Some(Ok(Appended::Fresh(event))) => event.seq,
            other => panic!("not said: {other:?}"),
        }
    }

    /// Does this under a nonce of its own; answers with its seq.
    async fn act(&self, room: RoomId, by: &User, op: Op) -> std::result::Result<u64, Failure> {
        let append = Append { by: by.clone(), draft: Draft { nonce: nonce(), room, op }, at: NOW };
        match self.store.append(&[append]).await.expect("a batch").pop().expect("an answer") {
            Ok(Appended::Fresh(event)) => Ok(event.seq),
            refused => Err(refusal(refused)),
        }
    }

    /// Every event of a room, as `by` sees it.
    async fn log(&self, room: RoomId, by: &User) -> Vec<Event> {
        self.store.events_after(room, by.id, 0, 100_000).await.expect("a readable room").events
    }

    /// Does to the tables what no function of the store does yet.
    async fn tamper(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.location {
            Location::Sqlite(file) => {
                let mut db = SqliteConnection::connect(&file.display().to_string()).await.expect("the file");
                sqlx::raw_sql(sql).execute(&mut db).await.expect("good sql");
            }
            Location::Postgres(url) => {
                let mut db = PgConnection::connect(url).await.expect("the database");
                sqlx::raw_sql(sql).execute(&mut db).await.expect("good sql");
            }
        }
    }

    /// The one column that this asks for.
    async fn numbers(&self, sql: &str) -> Vec<i64> {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.location {
            Location::Sqlite(file) => {
                let mut db = SqliteConnection::connect(&file.display().to_string()).await.expect("the file");
                sqlx::query_scalar(sql).fetch_all(&mut db).await.expect("good sql")
            }
            Location::Postgres(url) => {
                let mut db = PgConnection::connect(url).await.expect("the database");
                sqlx::query_scalar(sql).fetch_all(&mut db).await.expect("good sql")
            }
        }
    }
}

/// Another number each time.
fn random() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    COUNT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn nonce() -> Nonce {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&random().to_be_bytes());
    Nonce::new(NOW, bytes)
}

/// A message under a nonce of its own.
fn draft(room: RoomId, by: &User, text: &str) -> Append {
    let op = Op::said(text.to_owned());
    Append { by: by.clone(), draft: Draft { nonce: nonce(), room, op }, at: NOW }
}

/// Why it was refused.
fn refusal<T: std::fmt::Debug>(result: Result<T>) -> Failure {
    match result {
        Err(Error::Refused(failure)) => failure,
        other => panic!("not refused: {other:?}"),
    }
}

/// The seqs of these events.
fn seqs(events: &[Event]) -> Vec<u64> {
    events.iter().map(|event| event.seq).collect()
}
