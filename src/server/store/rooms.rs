//! Rooms as one person sees them, and the making of rooms.

use super::{
    NewRoom, Store,
    engine::{bigint, number},
    fold::fold,
    log::{self, LogRow},
    reading::{count, unread},
    sessions::raise_rev,
};
use crate::protocol::{Event, Failure, Field, Op, Role, RoomId, RoomKind, RoomState, Seq, SpaceId, UserId};
use crate::server::Result;

/// The one condition under which room `r` may be read by user `$2`: a member may, and so may everybody
/// of the space when the room is public. Part of each statement that reads, so that nothing can change
/// between asking and reading.
macro_rules! may_read {
    () => {
        "(exists (select 1 from room_member where room_id = r.id and user_id = $2)
          or r.kind = 'public'
             and exists (select 1 from space_member where space_id = r.space_id and user_id = $2))"
    };
}
pub(super) use may_read;

macro_rules! states_where {
    ($which:literal) => {
        concat!(
            "select r.id, r.space_id, r.name, r.name_folded, r.topic, r.kind, r.last_seq, r.archived_at,
                    m.role, m.min_seq, m.read_seq, ",
            unread!(),
            " as unread, m.mentions
             from room r left join room_member m on m.room_id = r.id and m.user_id = $2
             where ",
            $which,
            " = $1 and ",
            may_read!()
        )
    };
}

#[derive(sqlx::FromRow)]
struct StateRow {
    id: RoomId,
    space_id: SpaceId,
    name: String,
    name_folded: String,
    topic: String,
    kind: RoomKind,
    last_seq: i64,
    archived_at: Option<i64>,
    role: Option<Role>,
    min_seq: Option<i64>,
    read_seq: Option<i64>,
    unread: Option<i64>,
    mentions: Option<i64>,
}

impl From<StateRow> for RoomState {
    fn from(row: StateRow) -> Self {
        Self {
            id: row.id,
            space: row.space_id,
            name: row.name,
            topic: row.topic,
            kind: row.kind,
            role: row.role,
            head: number(row.last_seq),
            min: row.min_seq.map_or(0, number),
            read: row.read_seq.map_or(0, number),
            unread: row.unread.map_or(0, count),
            mentions: row.mentions.map_or(0, count),
            archived: row.archived_at.is_some(),
            here: 0,
            reset: false,
        }
    }
}

impl Store {
    /// Every room of a space as one person sees it, by name; archived ones too.
    pub async fn rooms(&self, space: SpaceId, user: UserId) -> Result<Vec<RoomState>> {
        let mut rows =
            self.db.query(states_where!("r.space_id")).bind(space).bind(user).all::<StateRow>().await?;
        // Here and not in SQL: each engine and locale has an order of its own.
        rows.sort_by(|a, b| a.name_folded.cmp(&b.name_folded));
        Ok(rows.into_iter().map(RoomState::from).collect())
    }

    /// One room as one person sees it.
    pub async fn find_room_state(&self, room: RoomId, user: UserId) -> Result<Option<RoomState>> {
        let query = self.db.query(states_where!("r.id")).bind(room).bind(user);
        Ok(query.optional::<StateRow>().await?.map(RoomState::from))
    }

    /// Makes a room: its first events are its creation and its maker's joining.
    pub async fn create_room(&self, room: &NewRoom) -> Result<Vec<Event>> {
        let mut tx = self.db.begin().await?;
        if !log::is_in_space(&mut tx, room.space, room.by.id).await? {
            return Err(Failure::NotFound.into());
        }
        let event = |seq: Seq, op: Op| Event {
            seq,
            at: room.at,
            by: room.by.id,
            name: room.by.name.clone(),
            nonce: None,
            op,
            amended: None,
        };
        let events = vec![event(1, Op::Create { name: room.name.clone() }), event(2, Op::Join)];
        let made = tx
            .query(
                "insert into room (id, space_id, name, name_folded, topic, kind, last_seq, last_at, created_by, created_at)
                 values ($1, $2, $3, $4, $5, $6, 0, $7, $8, $7)
                 on conflict (space_id, name_folded) do nothing",
            )
            .bind(room.id)
            .bind(room.space)
            .bind(room.name.as_str())
            .bind(fold(&room.name))
            .bind(room.topic.as_str())
            .bind(room.kind)
            .bind(bigint(room.at))
            .bind(room.by.id)
            .execute()
            .await?;
        if made == 0 {
            return Err(Failure::Taken { field: Field::RoomName }.into());
        }
        log::add_member(&mut tx, room.id, &events[1], Role::Owner, 0).await?;
        let rows: Vec<LogRow<'_>> = events.iter().map(|event| LogRow::new(room.id, event, 0)).collect();
        log::write(&mut tx, &rows).await?;
        raise_rev(&mut tx, room.by.id).await?;
        tx.commit().await?;
        Ok(events)
    }
}
