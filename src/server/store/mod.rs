//! What is kept: accounts, sessions, places and each room's log, on SQLite or PostgreSQL.
//!
//! The same statements run on both engines; `engine.rs` says what that asks of them.

mod accept;
mod accounts;
mod amendments;
mod arrival;
mod audit;
mod changes;
mod columns;
mod configure;
mod directory;
mod directs;
mod endings;
mod engine;
mod faces;
mod fold;
mod gather;
mod history;
mod inbox;
mod invites;
mod log;
mod lookup;
mod loud;
mod members;
mod mentions;
mod messages;
mod people;
mod places;
mod presence;
mod purge;
mod reading;
mod recent;
mod replies;
mod reports;
mod returning;
mod rooms;
mod secrets;
mod sessions;
mod spaces;
mod standing;
mod unsent;
mod verify;
mod who;

use super::Result;
use crate::protocol::{Draft, Event, Millis, Op, RoomId, RoomKind, Seq, SpaceId, User, UserId};
use engine::Db;
use std::sync::Arc;

pub use accept::{Acceptance, Accepted};
pub use accounts::{NewAccount, ProfileEdit};
pub use arrival::Arrival;
pub use audit::Deed;
pub use configure::{History, SpaceEdit, SpaceLine};
pub use directory::RoomGlance;
pub use directs::NewDirect;
pub use endings::{Ending, IDLE_MS, SessionEntry};
pub use fold::{fold, skeleton};
pub use inbox::CalledAt;
pub use invites::{NewInvite, Which};
pub use loud::Here;
pub use presence::{Hides, Manner, Profile, Profiles};
pub use reading::Mark;
pub use reports::{NewReport, Reported};
pub use secrets::{Office, Purpose};
pub use spaces::{Access, LeavingSpace, NewSpace};
pub use verify::{Finding, RoomEntry, Verifier};

/// A handle on what is kept; clones share it.
#[derive(Clone)]
pub struct Store {
    db: Db,
    arrivals: Arc<arrival::Arrivals>,
    visits: Arc<sessions::Visits>,
    returning: returning::Returning,
}

/// Where a store is.
#[derive(Debug, Clone)]
pub enum Location {
    /// A file; made when it is not there.
    Sqlite(std::path::PathBuf),
    /// A PostgreSQL database, as a `postgres://` URL.
    Postgres(String),
}

/// A session to be kept.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// SHA-256 of the token; the token itself is kept nowhere.
    pub token_hash: [u8; 32],
    /// Whose.
    pub user: UserId,
    /// When it began.
    pub at: Millis,
    /// When it ends for good.
    pub expires_at: Millis,
    /// The browser, as it named itself.
    pub agent: String,
    /// What carries it.
    pub kind: SessionKind,
}

/// What carries a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionKind {
    /// A browser's cookie.
    Cookie,
    /// A token that a program shows with each request.
    Token {
        /// What it is for, in its maker's words.
        label: String,
    },
}

/// A token, as far as it is known: the token itself is kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenEntry {
    /// Its hash, by which it is named.
    pub token_hash: [u8; 32],
    /// Who speaks with it.
    pub user: User,
    /// What it is for.
    pub label: String,
    /// When it was made.
    pub at: Millis,
    /// When it was used last, to the day.
    pub seen_at: Option<Millis>,
}

/// A message, or what is done to one, on its way into the log; its texts have been checked.
#[derive(Debug, Clone)]
pub struct Append {
    /// Who says it.
    pub by: User,
    /// What, where, and under which nonce.
    pub draft: Draft,
    /// The instant it will carry.
    pub at: Millis,
}

/// Where a draft ended up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// It is a new event.
    Fresh(Event),
    /// It had been taken before, as this event.
    Again {
        /// The event's seq.
        seq: Seq,
        /// The event's instant.
        at: Millis,
    },
}

/// A change of a room or of who is in it.
#[derive(Debug, Clone)]
pub struct Change {
    /// Which room.
    pub room: RoomId,
    /// Who does it.
    pub by: User,
    /// When.
    pub at: Millis,
    /// Whom it concerns, if not the one who does it: of `Added`, `Removed` and `Role`.
    pub whom: Option<UserId>,
    /// `Join`, `Leave`, `Added`, `Removed`, `Role`, `Rename`, `Topic` or `Archive`; texts have been checked.
    pub op: Op,
}

/// A room to be made.
#[derive(Debug, Clone)]
pub struct NewRoom {
    /// Its id.
    pub id: RoomId,
    /// The space it is in.
    pub space: SpaceId,
    /// Its name, checked and trimmed.
    pub name: String,
    /// Its topic, checked and trimmed.
    pub topic: String,
    /// Who may find and enter it.
    pub kind: RoomKind,
    /// Who makes it, and becomes its owner.
    pub by: User,
    /// When.
    pub at: Millis,
}

/// What the hub knows of a room without asking for anybody in particular.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomInfo {
    /// Its id.
    pub id: RoomId,
    /// The space it is in.
    pub space: SpaceId,
    /// Its newest seq.
    pub head: Seq,
    /// That event's instant.
    pub head_at: Millis,
    /// Who is in it.
    pub members: Vec<UserId>,
}

impl Store {
    /// Opens a store, checks that it can be trusted, and brings its tables up to date.
    pub async fn open(location: &Location) -> Result<Self> {
        let db = match location {
            Location::Sqlite(file) => Db::open_sqlite(file).await?,
            Location::Postgres(url) => Db::open_postgres(url).await?,
        };
        db.migrate().await?;
        let store = Self::over(db);
        store.give_skeletons().await?;
        Ok(store)
    }
    fn over(db: Db) -> Self {
        let (arrivals, visits) = (arrival::arrivals(&db), sessions::visits(&db));
        Self { arrivals, visits, returning: returning::Returning::new(&db), db }
    }
    /// Waits for what is being written, then lets go of the store.
    pub async fn close(&self) {
        self.db.close().await;
    }
}
