//! What is kept.

use super::Result;
use crate::protocol::{
    Batch, Draft, Event, Millis, Op, RoomId, RoomKind, RoomState, Seq, Space, SpaceId, User, UserId,
};

/// A handle on what is kept; clones share it.
#[derive(Clone)]
pub struct Store;

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
    /// SHA-256 of the cookie's token; the token itself is kept nowhere.
    pub token_hash: [u8; 32],
    /// Whose.
    pub user: UserId,
    /// When it began.
    pub at: Millis,
    /// When it ends for good.
    pub expires_at: Millis,
    /// The browser, as it named itself.
    pub agent: String,
}

/// A message on its way into the log; its text has been checked.
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
    /// `Join`, `Leave`, `Rename`, `Topic` or `Archive`; texts have been checked.
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

#[expect(unused_variables, reason = "signatures first")]
impl Store {
    /// Opens a store, checks that it can be trusted, and brings its tables up to date.
    pub async fn open(location: &Location) -> Result<Self> {
        unimplemented!()
    }
    /// Waits for what is being written, then lets go of the store.
    pub async fn close(&self) {
        unimplemented!()
    }

    /// Makes the space if there is none yet; answers with the space that people enter.
    /// The space has no rooms yet: the first person to enter makes the first one (see `first_room`).
    pub async fn first_space(&self, or_make: &Space, at: Millis) -> Result<Space> {
        unimplemented!()
    }
    /// The space with this slug.
    pub async fn find_space(&self, slug: &str) -> Result<Option<Space>> {
        unimplemented!()
    }
    /// The oldest room of a space that is not archived: where a newcomer goes first.
    pub async fn first_room(&self, space: SpaceId) -> Result<Option<RoomId>> {
        unimplemented!()
    }

    /// Makes an account and its place in a space. Refused as `Taken { Name }` when the folded name exists.
    pub async fn create_user(&self, user: &User, space: SpaceId, at: Millis) -> Result<()> {
        unimplemented!()
    }
    /// Keeps a session.
    pub async fn create_session(&self, session: &NewSession) -> Result<()> {
        unimplemented!()
    }
    /// Whose session this is, if it has not ended by `now`.
    pub async fn find_session(&self, token_hash: [u8; 32], now: Millis) -> Result<Option<User>> {
        unimplemented!()
    }
    /// Ends a session.
    pub async fn delete_session(&self, token_hash: [u8; 32]) -> Result<()> {
        unimplemented!()
    }

    /// Every room of a space as one person sees it, by name; archived ones too.
    pub async fn rooms(&self, space: SpaceId, user: UserId) -> Result<Vec<RoomState>> {
        unimplemented!()
    }
    /// One room as one person sees it.
    pub async fn find_room_state(&self, room: RoomId, user: UserId) -> Result<Option<RoomState>> {
        unimplemented!()
    }
    /// The room of this name (any writing that folds to it) in a space.
    pub async fn find_room(&self, space: SpaceId, name: &str) -> Result<Option<RoomId>> {
        unimplemented!()
    }
    /// What the hub needs to wake a room.
    pub async fn find_room_info(&self, room: RoomId) -> Result<Option<RoomInfo>> {
        unimplemented!()
    }

    /// Appends drafts (all of them `Op::Message`) in one transaction, on disk when this returns.
    /// One answer per draft, in order. An `Err` of the whole means that nothing was written, or that it is not known.
    pub async fn append(&self, batch: &[Append]) -> Result<Vec<Result<Appended>>> {
        unimplemented!()
    }
    /// Carries out a change as an event. `None` when there was nothing to change.
    pub async fn change(&self, change: &Change) -> Result<Option<Event>> {
        unimplemented!()
    }
    /// Makes a room: its first events are its creation and its maker's joining.
    pub async fn create_room(&self, room: &NewRoom) -> Result<Vec<Event>> {
        unimplemented!()
    }

    /// The newest events before a seq, ascending, with the nonces of `user`'s own. Refused as `NotFound`
    /// when the room is not there or not for `user` to read; the check is in the statement that reads.
    pub async fn events_before(&self, room: RoomId, user: UserId, before: Seq, limit: u32) -> Result<Batch> {
        unimplemented!()
    }
    /// The oldest events after a seq, else as `events_before`.
    pub async fn events_after(&self, room: RoomId, user: UserId, after: Seq, limit: u32) -> Result<Batch> {
        unimplemented!()
    }
    /// The instant of an event, by which a cursor is checked.
    pub async fn find_instant(&self, room: RoomId, seq: Seq) -> Result<Option<Millis>> {
        unimplemented!()
    }
}
