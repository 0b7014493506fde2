//! Rooms as one person sees them, and the making of rooms.

use super::{
    NewRoom, Store, changes,
    engine::{Both, bigint, number},
    fold::fold,
    log::{self, LockedRoom, LogRow},
    people::{UserRow, user_columns},
    reading::{count, unread},
    sessions::raise_rev,
    spaces::role_in,
};
use crate::protocol::{
    Event, Failure, Field, Mute, Op, Role, RoomId, RoomKind, RoomState, SpaceAct, SpaceId, User, UserId,
    effective, may_in_space,
};
use crate::server::Result;
use std::collections::HashMap;

/// The one condition under which room `r` may be read by user `$2`: a member may, and so may everybody of
/// the space when all may find the room, but for those who were let into single rooms. Part of each
/// statement that reads, so that nothing can change between asking and reading.
macro_rules! may_read {
    () => {
        may_read!("$2")
    };
    ($user:literal) => {
        concat!(
            "(exists (select 1 from room_member where room_id = r.id and user_id = ",
            $user,
            ")
          or r.kind in ('public', 'announcement')
             and exists (select 1 from space_member where space_id = r.space_id and user_id = ",
            $user,
            " and only_rooms = 0))"
        )
    };
}
pub(super) use may_read;

macro_rules! states_where {
    ($which:literal) => {
        states_where!($which, "$2")
    };
    ($which:literal, $user:literal) => {
        concat!(
            "select s.user_id as reader, r.id, r.space_id, r.name, r.name_folded, r.topic, r.kind, r.last_seq, r.archived_at, r.slow_s,
                    m.role, m.min_seq, m.read_seq, m.backs, m.mute, s.role as space_role, ",
            unread!(),
            " as unread, m.mentions
             from room r join space_member s on s.space_id = r.space_id and s.user_id = ",
            $user,
            " left join room_member m on m.room_id = r.id and m.user_id = ",
            $user,
            " where ",
            $which,
            " and ",
            may_read!($user)
        )
    };
}

/// Every room of all spaces of these people, as each of them sees it.
const ROOMS_OF: Both = Both {
    sqlite: states_where!("s.user_id in (select value from json_each($1))", "s.user_id"),
    postgres: states_where!(
        "s.user_id in (select value::bigint from jsonb_array_elements_text($1::jsonb) as value)",
        "s.user_id"
    ),
};

// Who is in rooms that are called after people, beside the one who asks.
const PARTIES: Both = Both {
    sqlite: concat!(
        "select r.id as room_id, ",
        user_columns!(),
        " from json_each($1) d join room r on r.id = d.value join json_each(r.party) p
         join app_user u on u.id = p.value where u.id <> $2 order by u.name_folded"
    ),
    postgres: concat!(
        "select r.id as room_id, ",
        user_columns!(),
        " from jsonb_array_elements_text($1::jsonb) d join room r on r.id = d.value::bigint
         cross join jsonb_array_elements_text(r.party::jsonb) p
         join app_user u on u.id = p.value::bigint where u.id <> $2 order by u.name_folded"
    ),
};

#[derive(sqlx::FromRow)]
struct PartyRow {
    room_id: RoomId,
    #[sqlx(flatten)]
    user: UserRow,
}

#[derive(sqlx::FromRow)]
struct StateRow {
    #[sqlx(default)]
    reader: Option<UserId>,
    id: RoomId,
    space_id: SpaceId,
    name: String,
    name_folded: String,
    topic: String,
    kind: RoomKind,
    last_seq: i64,
    archived_at: Option<i64>,
    slow_s: i64,
    #[sqlx(default)]
    role: Option<Role>,
    #[sqlx(default)]
    min_seq: Option<i64>,
    #[sqlx(default)]
    read_seq: Option<i64>,
    #[sqlx(default)]
    backs: Option<i64>,
    #[sqlx(default)]
    mute: Option<String>,
    #[sqlx(default)]
    space_role: Option<Role>,
    #[sqlx(default)]
    unread: Option<i64>,
    #[sqlx(default)]
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
            role: row.role.map(|role| effective(row.kind, role, row.space_role.unwrap_or(role))),
            head: number(row.last_seq),
            min: row.min_seq.map_or(0, number),
            read: row.read_seq.map_or(0, number),
            unread: row.unread.map_or(0, count),
            mentions: row.mentions.map_or(0, count),
            backs: row.backs.map_or(0, count),
            archived: row.archived_at.is_some(),
            people: Vec::new(),
            slow_s: count(row.slow_s),
            mute: row.mute.map_or(Mute::All, Mute::from),
            here: 0,
            reset: false,
        }
    }
}

impl Store {
    /// Every room of a space as one person sees it, by name; archived ones too.
    pub async fn rooms(&self, space: SpaceId, user: UserId) -> Result<Vec<RoomState>> {
        let query = self.db.query(states_where!("r.space_id = $1")).bind(space).bind(user);
        self.in_order(query.all::<StateRow>().await?, user).await
    }

    /// Every room of all spaces of these people, as each of them sees it, by name; archived ones too.
    pub(super) async fn rooms_of_all(&self, users: &[UserId]) -> Result<Vec<(UserId, RoomState)>> {
        let ids: Vec<i64> = users.iter().map(|user| user.raw()).collect();
        let mut rows = self.db.query_both(ROOMS_OF).bind(log::json(&ids)).all::<StateRow>().await?;
        rows.sort_by(|a, b| a.name_folded.cmp(&b.name_folded));
        let readers: Vec<UserId> = rows.iter().filter_map(|row| row.reader).collect();
        let mut rooms: Vec<RoomState> = rows.into_iter().map(RoomState::from).collect();
        // Nobody has this id: all are named, and each reader is taken out of their own rooms below.
        self.name_parties(&mut rooms, UserId::from_raw(0)).await?;
        let mut seen: Vec<(UserId, RoomState)> = readers.into_iter().zip(rooms).collect();
        for (reader, room) in &mut seen {
            room.people.retain(|user| user.id != *reader);
        }
        Ok(seen)
    }

    async fn in_order(&self, mut rows: Vec<StateRow>, user: UserId) -> Result<Vec<RoomState>> {
        // Here and not in SQL: each engine and locale has an order of its own.
        rows.sort_by(|a, b| a.name_folded.cmp(&b.name_folded));
        let mut rooms = rows.into_iter().map(RoomState::from).collect();
        self.name_parties(&mut rooms, user).await?;
        Ok(rooms)
    }

    /// Puts the people into rooms that are called after them.
    async fn name_parties(&self, rooms: &mut Vec<RoomState>, user: UserId) -> Result<()> {
        let direct: Vec<i64> =
            rooms.iter().filter(|room| room.kind.is_direct()).map(|room| room.id.raw()).collect();
        if direct.is_empty() {
            return Ok(());
        }
        let query = self.db.query_both(PARTIES).bind(log::json(&direct)).bind(user);
        let mut parties: HashMap<RoomId, Vec<User>> = HashMap::new();
        for row in query.all::<PartyRow>().await? {
            parties.entry(row.room_id).or_default().push(row.user.into());
        }
        for room in rooms {
            room.people = parties.get(&room.id).cloned().unwrap_or_default();
        }
        Ok(())
    }

    /// One room as one person sees it.
    pub async fn find_room_state(&self, room: RoomId, user: UserId) -> Result<Option<RoomState>> {
        let query = self.db.query(states_where!("r.id = $1")).bind(room).bind(user);
        let Some(row) = query.optional::<StateRow>().await? else { return Ok(None) };
        Ok(self.in_order(vec![row], user).await?.pop())
    }

    /// One room as nobody in particular sees it.
    pub async fn find_room_as_all(&self, room: RoomId) -> Result<Option<RoomState>> {
        let query = self.db.query(
            "select r.id, r.space_id, r.name, r.name_folded, r.topic, r.kind, r.last_seq, r.archived_at, r.slow_s
             from room r where r.id = $1",
        );
        Ok(query.bind(room).optional::<StateRow>().await?.map(RoomState::from))
    }

    /// Makes a room: its first events are its creation and its maker's joining.
    pub async fn create_room(&self, room: &NewRoom) -> Result<Vec<Event>> {
        let mut tx = self.db.begin().await?;
        let role = role_in(&mut tx, room.space, room.by.id).await?.ok_or(Failure::NotFound)?;
        let act = match room.kind {
            RoomKind::Announcement => SpaceAct::CreateAnnouncement,
            _ => SpaceAct::CreateRoom,
        };
        if !may_in_space(act, role) {
            return Err(Failure::Forbidden.into());
        }
        let mut locked = LockedRoom::new(room);
        let create = changes::event(&locked, &room.by, room.at, Op::Create { name: room.name.clone() });
        locked.last_seq = 1;
        let events = vec![create, changes::event(&locked, &room.by, room.at, Op::Join)];
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
        log::add_member(&mut tx, &locked, &events[1], Role::Owner).await?;
        let rows: Vec<LogRow<'_>> = events.iter().map(|event| LogRow::new(room.id, event, 0)).collect();
        log::write(&mut tx, &rows).await?;
        raise_rev(&mut tx, room.by.id).await?;
        tx.commit().await?;
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::engine::sqlite_plans;

    #[tokio::test]
    async fn rooms_of_many_people_are_found_through_their_spaces() {
        let plans = sqlite_plans(&[ROOMS_OF.sqlite, states_where!("r.id = $1")]).await;
        for step in plans.iter().flatten() {
            assert!(!step.starts_with("SCAN r") && !step.starts_with("SCAN s"), "{plans:#?}");
        }
    }
}
