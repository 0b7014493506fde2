//! How far each member has read each room, and what is after that.
//!
//! Counts are differences: the room's messages so far, less those up to the marker, less those after it that
//! are one's own or deleted. So each message is looked at when the marker passes it, either way, and telling
//! the counts looks at none.

use super::{
    Store,
    engine::{Both, Tx, bigint, number},
    log,
};
use crate::protocol::{Event, Marker, Op, ReadState, RoomId, Seq, UserId};
use crate::server::Result;
use serde::Serialize;
use std::collections::HashMap;

/// What is unread in room `r` for its member `m`: `own_after` counts one's own and what was deleted.
macro_rules! unread {
    () => {
        "r.said - m.read_said - m.own_after"
    };
}
pub(super) use unread;

const COUNT_OWN: Both = Both {
    sqlite: "update room_member set own_after = own_after + n.times
             from (select value ->> 'user_id' as user_id, value ->> 'room_id' as room_id, value ->> 'times' as times
                   from json_each($1)) as n
             where room_member.room_id = n.room_id and room_member.user_id = n.user_id",
    postgres: "update room_member set own_after = own_after + n.times
               from jsonb_to_recordset($1::jsonb) as n (user_id bigint, room_id bigint, times bigint)
               where room_member.room_id = n.room_id and room_member.user_id = n.user_id",
};

// A marker goes no further than the head, no further back than one may read, and back only when that is
// asked for. What was said of it before it was last set back changes nothing.
macro_rules! mark {
    ($marks:literal) => {
        concat!(
            "update room_member set
                 read_seq = n.seq,
                 backs = room_member.backs + n.back,
                 read_said = coalesce((select said from event where room_id = n.room_id and seq = n.seq), 0),
                 own_after = case when n.is_head then 0 else own_after - (
                     select count(*) from message x where x.room_id = n.room_id
                     and (x.user_id = n.user_id or x.gone_at is not null)
                     and x.seq > room_member.read_seq and x.seq <= n.seq) + (
                     select count(*) from message x where x.room_id = n.room_id
                     and (x.user_id = n.user_id or x.gone_at is not null)
                     and x.seq > n.seq and x.seq <= room_member.read_seq) end,
                 mentions = case when n.is_head then 0 else (
                     select count(*) from mention x where x.user_id = n.user_id and x.room_id = n.room_id
                     and x.seq > n.seq) end
             from (
                 select d.room_id, d.user_id, d.back, d.backs, d.seq >= r.last_seq as is_head,
                        case when d.seq >= r.last_seq then r.last_seq
                             when d.seq < k.min_seq then k.min_seq else d.seq end as seq
                 from (",
            $marks,
            ") as d join room r on r.id = d.room_id
                 join room_member k on k.room_id = d.room_id and k.user_id = d.user_id
             ) as n
             where room_member.room_id = n.room_id and room_member.user_id = n.user_id
               and (n.backs is null or n.backs = room_member.backs)
               and (n.back = 1 or room_member.read_seq < n.seq)"
        )
    };
}

// How members stand in their rooms: those `$joined` to what `$marks` tells of, as `m`.
macro_rules! standing {
    ($marks:literal, $joined:literal) => {
        concat!(
            "select m.room_id, m.user_id, m.read_seq, r.last_seq, m.backs, ",
            unread!(),
            " as unread, m.mentions
             from (",
            $marks,
            ") as d
             join room r on r.id = d.room_id ",
            $joined
        )
    };
}

macro_rules! states {
    ($marks:literal) => {
        standing!($marks, "join room_member m on m.room_id = d.room_id and m.user_id = d.user_id")
    };
}

// How those stand who are called by these messages.
macro_rules! called {
    ($marks:literal) => {
        standing!(
            $marks,
            "join mention x on x.room_id = d.room_id and x.seq = d.seq
             join room_member m on m.room_id = x.room_id and m.user_id = x.user_id"
        )
    };
}

macro_rules! on_marks {
    ($statement:ident) => {
        Both {
            sqlite: $statement!(
                "select value ->> 'room_id' as room_id, value ->> 'user_id' as user_id, value ->> 'seq' as seq,
                        value ->> 'back' as back, value ->> 'backs' as backs
                 from json_each($1)"
            ),
            postgres: $statement!(
                "select room_id, user_id, seq, back, backs
                 from jsonb_to_recordset($1::jsonb) as d
                     (room_id bigint, user_id bigint, seq bigint, back bigint, backs bigint)"
            ),
        }
    };
}

const MARK: Both = on_marks!(mark);
const STATES: Both = on_marks!(states);
const CALLED: Both = on_marks!(called);

/// Somebody says how far they have read a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Who.
    pub user: UserId,
    /// Which room, and how far.
    pub marker: Marker,
}

#[derive(Serialize)]
struct MarkRow {
    room_id: i64,
    user_id: i64,
    seq: i64,
    back: i64,
    backs: Option<u32>,
}

#[derive(Serialize)]
struct OwnRow {
    room_id: i64,
    user_id: i64,
    times: i64,
}

#[derive(sqlx::FromRow)]
struct ReadRow {
    room_id: RoomId,
    user_id: UserId,
    read_seq: i64,
    last_seq: i64,
    backs: i64,
    unread: i64,
    mentions: i64,
}

/// Counts new messages as their authors' own.
pub(super) async fn count_own(tx: &mut Tx, fresh: &[(RoomId, &Event)]) -> Result<()> {
    let mut times: HashMap<(RoomId, UserId), i64> = HashMap::new();
    for (room, event) in fresh.iter().filter(|(_, event)| matches!(event.op, Op::Message { .. })) {
        *times.entry((*room, event.by)).or_default() += 1;
    }
    if times.is_empty() {
        return Ok(());
    }
    let row = |((room, user), times): ((RoomId, UserId), i64)| OwnRow {
        room_id: room.raw(),
        user_id: user.raw(),
        times,
    };
    let rows: Vec<OwnRow> = times.into_iter().map(row).collect();
    tx.query_both(COUNT_OWN).bind(log::json(&rows)).execute().await?;
    Ok(())
}

impl Store {
    /// Moves markers, each room and person once; tells how each of them stands then, whether it moved or not.
    ///  Those of people who are not in the room are left out.
    pub async fn mark_read(&self, marks: &[Mark]) -> Result<Vec<(UserId, ReadState)>> {
        let row = |mark: &Mark| MarkRow {
            room_id: mark.marker.room.raw(),
            user_id: mark.user.raw(),
            seq: bigint(mark.marker.seq),
            back: i64::from(mark.marker.back),
            backs: mark.marker.backs,
        };
        let rows = log::json(&marks.iter().map(row).collect::<Vec<_>>());
        let rooms: std::collections::BTreeSet<RoomId> = marks.iter().map(|mark| mark.marker.room).collect();
        let mut tx = self.db.begin().await?;
        // The head must stand still between being compared and being counted to.
        log::lock_rooms(&mut tx, &Vec::from_iter(rooms)).await?;
        tx.query_both(MARK).bind(rows.as_str()).execute().await?;
        let states = tx.query_both(STATES).bind(rows.as_str()).all::<ReadRow>().await?;
        tx.commit().await?;
        Ok(states.into_iter().map(|row| (row.user_id, row.state())).collect())
    }

    /// How those stand now who are called by these messages.
    pub async fn called(&self, messages: &[(RoomId, Seq)]) -> Result<Vec<(UserId, ReadState)>> {
        let row = |(room, seq): &(RoomId, Seq)| MarkRow {
            room_id: room.raw(),
            user_id: 0,
            seq: bigint(*seq),
            back: 0,
            backs: None,
        };
        let rows = log::json(&messages.iter().map(row).collect::<Vec<_>>());
        let states = self.db.query_both(CALLED).bind(rows).all::<ReadRow>().await?;
        Ok(states.into_iter().map(|row| (row.user_id, row.state())).collect())
    }
}

impl ReadRow {
    fn state(&self) -> ReadState {
        ReadState {
            room: self.room_id,
            seq: number(self.read_seq),
            head: number(self.last_seq),
            unread: count(self.unread),
            mentions: count(self.mentions),
            backs: count(self.backs),
        }
    }
}

/// A count as it is told.
pub(super) fn count(bigint: i64) -> u32 {
    u32::try_from(number(bigint)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::engine::sqlite_plans;

    #[tokio::test]
    async fn counts_come_from_keys_and_never_from_a_scan() {
        for plan in sqlite_plans(&[MARK.sqlite, STATES.sqlite, CALLED.sqlite, COUNT_OWN.sqlite]).await {
            let scans = plan.iter().filter(|step| step.starts_with("SCAN"));
            let tables: Vec<&String> = scans.filter(|step| !step.contains("json_each")).collect();
            assert!(tables.is_empty(), "{plan:#?}");
        }
    }
}
