//! Writing rooms' logs, whatever the event: lock the rooms, number the events, raise the heads.
//!
//! A room's row is the lock of its log, held until the commit is durable: so commits, seqs and what
//! readers see have one order, and a transaction that fails gives its numbers back.

use super::{
    NewRoom,
    engine::{Both, Tx, bigint},
};
use crate::protocol::{Event, Op, Role, RoomId, RoomKind, SpaceId, UserId};
use crate::server::{Error, Result, faults};
use serde::Serialize;
use std::collections::HashMap;

// Locked in the order of their ids, so that two batches cannot wait for each other.
const LOCK_ROOMS: Both = Both {
    sqlite: "select id, space_id, name, topic, kind, last_seq, said, archived_at, history, slow_s from room
             where id in (select value from json_each($1))",
    postgres: "select id, space_id, name, topic, kind, last_seq, said, archived_at, history, slow_s from room
               where id in (select value::bigint from jsonb_array_elements_text($1::jsonb) as value)
               order by id for update",
};

// Which rooms, of a list.
macro_rules! in_rooms {
    ($what:literal) => {
        Both {
            sqlite: concat!($what, " in (select value from json_each($2))"),
            postgres: concat!(
                $what,
                " in (select value::bigint from jsonb_array_elements_text($2::jsonb) as value)"
            ),
        }
    };
}

const KEEP_BACKS: Both = in_rooms!(
    "update room set backs = m.backs + 1 from room_member m
     where m.user_id = $1 and m.room_id = room.id and m.backs >= room.backs and room.id"
);

const REMOVE_MEMBER: Both = in_rooms!("delete from room_member where user_id = $1 and room_id");

const INSERT_EVENTS: Both = Both {
    sqlite: "insert into event (room_id, seq, at, user_id, nonce, kind, body, said, of_seq)
             select value ->> 'room_id', value ->> 'seq', value ->> 'at', value ->> 'user_id',
                    unhex(value ->> 'nonce'), value ->> 'kind', value ->> 'body', value ->> 'said', value ->> 'of_seq'
             from json_each($1)",
    postgres: "insert into event (room_id, seq, at, user_id, nonce, kind, body, said, of_seq)
               select room_id, seq, at, user_id, decode(nonce, 'hex'), kind, body, said, of_seq
               from jsonb_to_recordset($1::jsonb) as e
                   (room_id bigint, seq bigint, at bigint, user_id bigint, nonce text, kind text, body text,
                    said bigint, of_seq bigint)",
};

const INSERT_MESSAGES: Both = Both {
    sqlite: "insert into message (room_id, seq, user_id, text, reply_to)
             select value ->> 'room_id', value ->> 'seq', value ->> 'user_id', value ->> 'text', value ->> 'reply_to'
             from json_each($1) where value ->> 'text' is not null",
    postgres: "insert into message (room_id, seq, user_id, text, reply_to)
               select room_id, seq, user_id, text, reply_to
               from jsonb_to_recordset($1::jsonb) as e
                   (room_id bigint, seq bigint, user_id bigint, text text, reply_to bigint)
               where text is not null",
};

const RAISE_HEADS: Both = Both {
    sqlite: "update room set last_seq = h.last_seq, last_at = h.last_at, said = h.said
             from (select value ->> 'room_id' as room_id, value ->> 'seq' as last_seq, value ->> 'at' as last_at,
                          value ->> 'said' as said
                   from json_each($1)) as h
             where room.id = h.room_id",
    postgres: "update room set last_seq = h.seq, last_at = h.at, said = h.said
               from jsonb_to_recordset($1::jsonb) as h (room_id bigint, seq bigint, at bigint, said bigint)
               where room.id = h.room_id",
};

/// A room whose log nobody else can write until the transaction ends.
#[derive(sqlx::FromRow)]
pub struct LockedRoom {
    /// Its id.
    pub id: RoomId,
    /// The space it is in.
    pub space_id: SpaceId,
    /// What it is called.
    pub name: String,
    /// What it is about.
    pub topic: String,
    /// Who may find and enter it.
    pub kind: RoomKind,
    /// Its newest seq.
    pub last_seq: i64,
    /// How many messages it has had.
    pub said: i64,
    /// Since when it takes nothing more.
    pub archived_at: Option<i64>,
    /// What newcomers see: 'all', or what is said since they 'joined'.
    pub history: String,
    /// Seconds between two messages of one member.
    pub slow_s: i64,
}

impl LockedRoom {
    /// A room that is being made: nobody else knows of it.
    pub fn new(room: &NewRoom) -> Self {
        Self {
            id: room.id,
            space_id: room.space,
            name: room.name.clone(),
            topic: room.topic.clone(),
            kind: room.kind,
            last_seq: 0,
            said: 0,
            archived_at: None,
            history: "all".to_owned(),
            slow_s: 0,
        }
    }
}

/// An event on its way into the tables.
#[derive(Serialize)]
pub struct LogRow<'a> {
    room_id: i64,
    seq: i64,
    at: i64,
    user_id: i64,
    nonce: Option<String>,
    kind: &'static str,
    body: Option<String>,
    said: i64,
    of_seq: Option<i64>,
    text: Option<&'a str>,
    reply_to: Option<i64>,
}

impl<'a> LogRow<'a> {
    /// `event` as the tables keep it: a message has its text in a row of its own, which can change
    /// and go; all else keeps its operation. `said` counts the room's messages with this event.
    pub fn new(room: RoomId, event: &'a Event, said: i64) -> Self {
        let text = match &event.op {
            Op::Message { text, .. } => Some(text.as_str()),
            _ => None,
        };
        Self {
            room_id: room.raw(),
            seq: bigint(event.seq),
            at: bigint(event.at),
            user_id: event.by.raw(),
            nonce: event.nonce.filter(|_| !faults::breaks("dedupe_cache")).map(hex),
            kind: kind(&event.op),
            body: if text.is_some() { None } else { Some(json(&event.op)) },
            said,
            of_seq: event.op.of().map(bigint),
            text,
            reply_to: event.op.answers().map(bigint),
        }
    }
}

/// Locks these rooms' logs; those that do not exist are left out.
pub async fn lock_rooms(tx: &mut Tx, rooms: &[RoomId]) -> Result<Vec<LockedRoom>> {
    Ok(tx.query_both(LOCK_ROOMS).bind(ids(rooms)).all().await?)
}

/// Writes events of locked rooms, in order, and raises the rooms' heads to them.
pub async fn write(tx: &mut Tx, events: &[LogRow<'_>]) -> Result<()> {
    let rows = json(&events);
    expect_rows(events.len(), tx.query_both(INSERT_EVENTS).bind(rows.as_str()).execute().await?)?;
    let said = events.iter().filter(|event| event.text.is_some()).count();
    if said > 0 {
        expect_rows(said, tx.query_both(INSERT_MESSAGES).bind(rows.as_str()).execute().await?)?;
    }
    let heads: HashMap<i64, &LogRow<'_>> = events.iter().map(|event| (event.room_id, event)).collect();
    let heads: Vec<Head> = heads
        .into_values()
        .map(|e| Head { room_id: e.room_id, seq: e.seq, at: e.at, said: e.said })
        .collect();
    expect_rows(heads.len(), tx.query_both(RAISE_HEADS).bind(json(&heads)).execute().await?)
}

#[derive(Serialize)]
struct Head {
    room_id: i64,
    seq: i64,
    at: i64,
    said: i64,
}

/// Makes the author of a join event a member who has read all there is.
pub async fn add_member(tx: &mut Tx, room: &LockedRoom, join: &Event, role: Role) -> Result<()> {
    let min_seq = if room.history == "joined" { join.seq - 1 } else { 0 };
    tx.query(
        "insert into room_member (room_id, user_id, role, min_seq, read_seq, joined_at, read_said, backs)
         select id, $2, $3, $4, $5, $6, $7, backs from room where id = $1",
    )
    .bind(room.id)
    .bind(join.by)
    .bind(role)
    .bind(bigint(min_seq))
    .bind(bigint(join.seq))
    .bind(bigint(join.at))
    .bind(room.said)
    .execute()
    .await?;
    Ok(())
}

/// Ends somebody's membership of these locked rooms. When they come back, their marker has been set back more
/// often than it ever was, so that nothing that is still said of this one counts then.
pub async fn remove_member(tx: &mut Tx, user: UserId, rooms: &[RoomId]) -> Result<()> {
    let ids = ids(rooms);
    tx.query_both(KEEP_BACKS).bind(user).bind(ids.as_str()).execute().await?;
    tx.query_both(REMOVE_MEMBER).bind(user).bind(ids.as_str()).execute().await?;
    Ok(())
}

/// The kind of an event, as the tables and the wire call it.
pub fn kind(op: &Op) -> &'static str {
    match op {
        Op::Message { .. } => "message",
        Op::Edit { .. } => "edit",
        Op::Delete { .. } => "delete",
        Op::React { .. } => "react",
        Op::Create { .. } => "create",
        Op::Join => "join",
        Op::Added { .. } => "added",
        Op::Leave => "leave",
        Op::Removed { .. } => "removed",
        Op::Role { .. } => "role",
        Op::Rename { .. } => "rename",
        Op::Topic { .. } => "topic",
        Op::Archive { .. } => "archive",
        Op::Gone => "gone",
        Op::Unknown => "unknown",
    }
}

/// A nonce's 32 hex digits.
pub fn hex(nonce: crate::protocol::Nonce) -> String {
    nonce.to_string().replace('-', "")
}

/// The nonce of 32 hex digits.
pub fn unhex(hex: &str) -> Option<crate::protocol::Nonce> {
    let number = u128::from_str_radix(hex, 16).ok().filter(|_| hex.len() == 32)?;
    Some(crate::protocol::Nonce::from_bytes(number.to_be_bytes()))
}

/// A list or an operation as the JSON that a statement takes.
pub fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("these types have text keys and cannot fail to serialise")
}

/// Rooms as the JSON that a statement takes.
fn ids(rooms: &[RoomId]) -> String {
    json(&rooms.iter().map(|room| room.raw()).collect::<Vec<i64>>())
}

fn expect_rows(expected: usize, written: u64) -> Result<()> {
    if written == expected as u64 {
        return Ok(());
    }
    Err(Error::Broken(format!("{expected} rows were to be written, {written} were")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::engine::sqlite_plans;

    #[tokio::test]
    async fn raising_heads_finds_each_room_by_its_key() {
        for plan in sqlite_plans(&[LOCK_ROOMS.sqlite, RAISE_HEADS.sqlite]).await {
            assert!(plan.iter().any(|step| step.starts_with("SEARCH room USING PRIMARY KEY")), "{plan:#?}");
            assert!(!plan.iter().any(|step| step.starts_with("SCAN room")), "{plan:#?}");
        }
    }
}
