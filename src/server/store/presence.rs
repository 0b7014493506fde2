//! How people want to be seen, when they were last here, and who is in a room as the others in it see them.

use super::{
    Store,
    engine::{bigint, number},
    members::count_in_room,
    people::{UserRow, user_columns},
    reading::count,
};
use crate::protocol::{Millis, Role, RoomId, Seq, User, UserId};
use crate::server::Result;

/// What somebody says of how they are, and what of it they hide.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manner {
    /// What they are up to; empty for nothing.
    pub status: String,
    /// Until when that holds; 0: until it is changed.
    pub status_until: Millis,
    /// Until when they are not to be disturbed; 0 when they may be.
    pub dnd_until: Millis,
    /// When they were last connected, to the minute; 0 for never.
    pub seen_at: Millis,
    /// What they hide.
    pub hides: Hides,
}

/// What somebody hides of themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hides {
    /// That they are writing.
    pub typing: bool,
    /// When they were last here.
    pub seen_at: bool,
    /// How far they have read; they are not told it of others either.
    pub reading: bool,
}

impl Manner {
    /// What they are up to, as long as that holds.
    pub fn status(&self, now: Millis) -> &str {
        if self.status_until > 0 && self.status_until <= now { "" } else { &self.status }
    }

    /// Are they not to be disturbed?
    pub fn is_dnd(&self, now: Millis) -> bool {
        self.dnd_until > now
    }
}

/// Somebody in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Who.
    pub user: User,
    /// What they may do in it.
    pub role: Role,
    /// How they want to be seen.
    pub manner: Manner,
    /// How far they have read.
    pub read: Seq,
    /// The time zone that they chose; empty for none.
    pub zone: String,
}

/// Who is in a room: a page, by name.
#[derive(Debug, Default)]
pub struct Profiles {
    /// Them.
    pub people: Vec<Profile>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
    /// How many are in the room.
    pub total: u32,
}

/// The columns of `app_user u` and of `presence p`, which may have no row, that make a manner. Who has not been here
/// since was here, to the minute, when their name was made.
macro_rules! manner_columns {
    () => {
        "u.status, coalesce(p.status_until, 0) as status_until, coalesce(p.dnd_until, 0) as dnd_until,
         coalesce(p.seen_at, u.created_at - u.created_at % 60000) as seen_at, coalesce(p.hides_typing, 0) as hides_typing,
         coalesce(p.hides_seen_at, 0) as hides_seen_at, coalesce(p.hides_reading, 0) as hides_reading"
    };
}

pub(super) use manner_columns;

/// A manner, by [`manner_columns`].
#[derive(sqlx::FromRow)]
pub struct MannerRow {
    status: String,
    status_until: i64,
    dnd_until: i64,
    seen_at: i64,
    hides_typing: i64,
    hides_seen_at: i64,
    hides_reading: i64,
}

impl From<MannerRow> for Manner {
    fn from(row: MannerRow) -> Self {
        Self {
            status: row.status,
            status_until: number(row.status_until),
            dnd_until: number(row.dnd_until),
            seen_at: number(row.seen_at),
            hides: Hides {
                typing: row.hides_typing != 0,
                seen_at: row.hides_seen_at != 0,
                reading: row.hides_reading != 0,
            },
        }
    }
}

#[derive(sqlx::FromRow)]
struct ProfileRow {
    #[sqlx(flatten)]
    user: UserRow,
    name_folded: String,
    role: Role,
    read_seq: i64,
    zone: String,
    #[sqlx(flatten)]
    manner: MannerRow,
}

impl From<ProfileRow> for Profile {
    fn from(row: ProfileRow) -> Self {
        let (manner, read) = (row.manner.into(), number(row.read_seq));
        Self { user: row.user.into(), role: row.role, manner, read, zone: row.zone }
    }
}

macro_rules! profiles_where {
    ($which:literal) => {
        concat!(
            "select ",
            user_columns!(),
            ", u.name_folded, u.zone, m.role, m.read_seq, ",
            manner_columns!(),
            " from room_member m join app_user u on u.id = m.user_id
             left join presence p on p.user_id = m.user_id where m.room_id = $1 and ",
            $which
        )
    };
}

impl Store {
    /// Keeps what somebody is up to, and until when that holds.
    pub async fn set_status(&self, user: UserId, status: &str, until: Millis) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.query("update app_user set status = $2 where id = $1").bind(user).bind(status).execute().await?;
        let keep = tx.query(
            "insert into presence (user_id, status_until) values ($1, $2)
             on conflict (user_id) do update set status_until = excluded.status_until",
        );
        keep.bind(user).bind(bigint(until)).execute().await?;
        Ok(tx.commit().await?)
    }

    /// Keeps until when somebody is not to be disturbed.
    pub async fn set_dnd(&self, user: UserId, until: Millis) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let keep = tx.query(
            "insert into presence (user_id, dnd_until) values ($1, $2)
             on conflict (user_id) do update set dnd_until = excluded.dnd_until",
        );
        keep.bind(user).bind(bigint(until)).execute().await?;
        Ok(tx.commit().await?)
    }

    /// Keeps what somebody hides.
    pub async fn set_hides(&self, user: UserId, hides: Hides) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let keep = tx.query(
            "insert into presence (user_id, hides_typing, hides_seen_at, hides_reading) values ($1, $2, $3, $4)
             on conflict (user_id) do update set hides_typing = excluded.hides_typing,
                 hides_seen_at = excluded.hides_seen_at, hides_reading = excluded.hides_reading",
        );
        let [typing, seen_at, reading] = [hides.typing, hides.seen_at, hides.reading].map(i64::from);
        keep.bind(user).bind(typing).bind(seen_at).bind(reading).execute().await?;
        Ok(tx.commit().await?)
    }

    /// Keeps when people were last here; never an earlier instant than the one that is kept.
    pub async fn set_seen(&self, people: &[(UserId, Millis)]) -> Result<()> {
        let mut tx = self.db.begin().await?;
        for (user, at) in people {
            let keep = tx.query(
                "insert into presence (user_id, seen_at) select u.id, $2 from app_user u where u.id = $1
                 on conflict (user_id) do update set seen_at = excluded.seen_at
                 where presence.seen_at < excluded.seen_at",
            );
            keep.bind(*user).bind(bigint(*at)).execute().await?;
        }
        Ok(tx.commit().await?)
    }

    /// Who is in a room, by name, after the name `after`; for who may read it.
    pub async fn profiles(&self, room: RoomId, reader: UserId, after: &str, limit: u32) -> Result<Profiles> {
        let mut tx = self.db.begin_to_read().await?;
        let total = count_in_room(&mut tx, room, reader).await?;
        let query = tx.query(profiles_where!("u.name_folded > $2 order by u.name_folded limit $3"));
        let rows = query.bind(room).bind(after).bind(i64::from(limit)).all::<ProfileRow>().await?;
        let is_full = rows.len() as u64 >= u64::from(limit);
        let next = rows.last().filter(|_| is_full).map(|row| row.name_folded.clone());
        Ok(Profiles { people: rows.into_iter().map(Profile::from).collect(), next, total: count(total) })
    }

    /// Of these people those who are in a room, in their order. Whether one may know is for the caller.
    pub async fn profiles_of(&self, room: RoomId, people: &[UserId]) -> Result<Vec<Profile>> {
        let mut tx = self.db.begin_to_read().await?;
        let mut found = Vec::new();
        for user in people {
            let query = tx.query(profiles_where!("m.user_id = $2"));
            found.extend(query.bind(room).bind(*user).optional::<ProfileRow>().await?.map(Profile::from));
        }
        Ok(found)
    }

    /// Of who is in a room those who are more or less than a member, the greater roles first. Whether one may know
    /// is for the caller.
    pub async fn profiles_with_role(&self, room: RoomId, limit: u32) -> Result<Vec<Profile>> {
        let query =
            self.db.query(profiles_where!("m.role <> $2 order by m.role desc, u.name_folded limit $3"));
        let rows = query.bind(room).bind(Role::Member).bind(i64::from(limit)).all::<ProfileRow>().await?;
        Ok(rows.into_iter().map(Profile::from).collect())
    }

    /// How many rooms two people are in together: open ones, and none that is called after who is in it.
    pub async fn rooms_in_common(&self, one: UserId, other: UserId) -> Result<u32> {
        let query = self.db.query(
            "select count(*) from room_member m
             join room_member o on o.room_id = m.room_id and o.user_id = $2
             join room r on r.id = m.room_id
             where m.user_id = $1 and r.kind not in ('direct', 'group') and r.archived_at is null",
        );
        let (rooms,) = query.bind(one).bind(other).one::<(i64,)>().await?;
        Ok(count(rooms))
    }
}
