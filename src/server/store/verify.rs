//! Looks a store over, without changing it: does each room hold what the log's rules promise?

use super::{
    Location,
    engine::{Db, Tx, number},
};
use crate::protocol::{RoomId, Seq};
use crate::server::{Error, Result};
use std::fmt;

/// Events that are looked at between two words of progress.
const CHUNK: i64 = 20_000;

/// Something that may not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// These seqs are missing from a room's log.
    Gap {
        /// The last before them.
        after: Seq,
        /// The first behind them.
        next: Seq,
    },
    /// The room's head is not its last event.
    Head {
        /// As the room says.
        said: Seq,
        /// As the log has it.
        last: Seq,
    },
    /// So many rows break a rule.
    Rows {
        /// Which rule, as a sentence about them.
        rule: &'static str,
        /// How many.
        count: u64,
    },
    /// The database itself says that it is damaged.
    Damage(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { after, next } if *next == after + 2 => write!(f, "event {} is missing", after + 1),
            Self::Gap { after, next } => write!(f, "events {} to {} are missing", after + 1, next - 1),
            Self::Head { said, last } => write!(f, "its head is {said}, its last event {last}"),
            Self::Rows { rule, count } => write!(f, "{rule}: {count}"),
            Self::Damage(what) => write!(f, "the database is damaged: {what}"),
        }
    }
}

/// A room to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RoomEntry {
    /// Which.
    pub id: RoomId,
    /// What it is called.
    pub name: String,
    last_seq: i64,
    said: i64,
}

/// Looks a store over as it is at one moment.
pub struct Verifier {
    db: Db,
    tx: Tx,
}

const CHUNK_OF_EVENTS: &str =
    "select count(*) as events, coalesce(min(e.seq), 0) as first, coalesce(max(e.seq), 0) as last,
            coalesce(sum(case when e.kind = 'message' then 1 else 0 end), 0) as messages,
            coalesce(max(e.said), 0) as said,
            coalesce(sum(case when e.kind = 'message' and m.seq is null then 1 else 0 end), 0) as textless,
            coalesce(sum(case when e.kind <> 'message' and m.seq is not null then 1 else 0 end), 0) as wordy,
            coalesce(sum(case when e.of_seq is not null and t.seq is null
                              or m.reply_to is not null and a.seq is null then 1 else 0 end), 0) as astray,
            coalesce(sum(case when m.gone_at is not null and (m.text <> '' or m.first_text is not null)
                              or t.gone_at is not null and e.kind = 'edit' and e.body is not null
                         then 1 else 0 end), 0) as undead
     from (select * from event where room_id = $1 and seq > $2 order by seq limit $3) as e
     left join message m on m.room_id = e.room_id and m.seq = e.seq
     left join message t on t.room_id = e.room_id and t.seq = e.of_seq
     left join message a on a.room_id = e.room_id and a.seq = m.reply_to and a.seq < e.seq";

const FIRST_GAP: &str =
    "select e.seq, (select min(n.seq) from event n where n.room_id = $1 and n.seq > e.seq) as next
     from event e
     where e.room_id = $1 and e.seq >= $2 and e.seq < $3
       and not exists (select 1 from event n where n.room_id = $1 and n.seq = e.seq + 1)
     order by e.seq limit 1";

/// Rules about one room, each with the rows that break it.
const OF_A_ROOM: [(&str, &str); 4] = [
    (
        "read markers beyond the head",
        "select count(*) from room_member m join room r on r.id = m.room_id
         where m.room_id = $1 and (m.read_seq > r.last_seq or m.min_seq > r.last_seq)",
    ),
    (
        "members whose unread count is wrong",
        "select count(*) from room_member m
         where m.room_id = $1 and (
             m.read_said <> coalesce((select said from event where room_id = $1 and seq = m.read_seq), 0)
             or m.own_after <> (select count(*) from message x
                                where x.room_id = $1 and x.seq > m.read_seq
                                  and (x.user_id = m.user_id or x.gone_at is not null)))",
    ),
    (
        "members whose count of mentions is wrong",
        "select count(*) from room_member m
         where m.room_id = $1 and m.mentions <> (
             select count(*) from mention x
             where x.user_id = m.user_id and x.room_id = $1 and x.seq > m.read_seq)",
    ),
    (
        "messages that belong to no event",
        "select count(*) from message m left join event e on e.room_id = m.room_id and e.seq = m.seq
         where m.room_id = $1 and e.seq is null",
    ),
];

/// Rules about the store as a whole.
const OF_THE_STORE: [(&str, &str); 4] = [
    (
        "nonces that name more than one event of their author",
        "select count(*) from (select 1 from event where nonce is not null
                               group by user_id, nonce having count(*) > 1) as twice",
    ),
    (
        "events that belong to no room",
        "select count(*) from event e left join room r on r.id = e.room_id where r.id is null",
    ),
    (
        "reactions to no message",
        "select count(*) from reaction x left join message m on m.room_id = x.room_id and m.seq = x.seq
         where m.seq is null or m.gone_at is not null",
    ),
    (
        "mentions in no message",
        "select count(*) from mention x left join message m on m.room_id = x.room_id and m.seq = x.seq
         where m.seq is null or m.gone_at is not null",
    ),
];

#[derive(sqlx::FromRow)]
struct Chunk {
    events: i64,
    first: i64,
    last: i64,
    messages: i64,
    said: i64,
    textless: i64,
    wordy: i64,
    astray: i64,
    undead: i64,
}

impl Verifier {
    /// Opens what is there; a server may be at work on it.
    ///
    /// # Errors
    /// When it cannot be read, or is of another version than this program.
    pub async fn open(location: &Location) -> Result<Self> {
        let db = Db::open_to_read(location).await?;
        let (is, known) = db.versions().await?;
        if is != known {
            let hint = if is < known {
                "start the server once, which brings it up to date"
            } else {
                "use a newer one"
            };
            return Err(Error::Broken(format!(
                "the store has version {is}, this program knows {known}: {hint}"
            )));
        }
        let tx = db.begin_to_read().await?;
        Ok(Self { db, tx })
    }

    /// The rooms to be looked at.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn rooms(&mut self) -> Result<Vec<RoomEntry>> {
        let query = self.tx.query("select id, name, last_seq, said from room order by created_at, id");
        Ok(query.all().await?)
    }

    /// What is wrong with the store as a whole.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn check_store(&mut self) -> Result<Vec<Finding>> {
        let mut found = Vec::new();
        if matches!(self.db, Db::Sqlite { .. }) {
            let said = self.tx.query("pragma integrity_check(10)").all::<(String,)>().await?;
            found
                .extend(said.into_iter().filter(|(line,)| line != "ok").map(|(line,)| Finding::Damage(line)));
        }
        for (rule, sql) in OF_THE_STORE {
            let (count,) = self.tx.query(sql).one::<(i64,)>().await?;
            found.extend(rows(rule, count));
        }
        Ok(found)
    }

    /// What is wrong with a room; `progress` hears how many events were looked at so far.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn check_room(
        &mut self,
        room: &RoomEntry,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Vec<Finding>> {
        let mut found = Vec::new();
        let (mut last, mut said, mut broken) = (0, 0, [0; 5]);
        loop {
            let query = self.tx.query(CHUNK_OF_EVENTS).bind(room.id).bind(last).bind(CHUNK);
            let chunk = query.one::<Chunk>().await?;
            if chunk.events == 0 {
                break;
            }
            found.extend(self.gap(room.id, last, &chunk).await?);
            said += chunk.messages;
            let miscounted = i64::from(chunk.said != said);
            let these = [chunk.textless, chunk.wordy, chunk.astray, chunk.undead, miscounted];
            broken.iter_mut().zip(these).for_each(|(sum, count)| *sum += count);
            last = chunk.last;
            progress(number(last));
        }
        if room.last_seq != last {
            found.push(Finding::Head { said: number(room.last_seq), last: number(last) });
        }
        broken[4] += i64::from(room.said != said);
        let rules = [
            "messages without their text",
            "texts of events that are no messages",
            "amendments of no message",
            "deleted texts that are still there",
            "counts of messages that are wrong",
        ];
        found.extend(rules.into_iter().zip(broken).filter_map(|(rule, count)| rows(rule, count)));
        for (rule, sql) in OF_A_ROOM {
            let (count,) = self.tx.query(sql).bind(room.id).one::<(i64,)>().await?;
            found.extend(rows(rule, count));
        }
        Ok(found)
    }

    /// The first gap in a chunk that begins after `after`.
    async fn gap(&mut self, room: RoomId, after: i64, chunk: &Chunk) -> Result<Option<Finding>> {
        let gap = |after: i64, next: i64| Finding::Gap { after: number(after), next: number(next) };
        if chunk.first != after + 1 {
            return Ok(Some(gap(after, chunk.first)));
        }
        if chunk.last - after == chunk.events {
            return Ok(None);
        }
        let query = self.tx.query(FIRST_GAP).bind(room).bind(chunk.first).bind(chunk.last);
        Ok(query.optional::<(i64, i64)>().await?.map(|(after, next)| gap(after, next)))
    }
}

fn rows(rule: &'static str, count: i64) -> Option<Finding> {
    (count > 0).then(|| Finding::Rows { rule, count: number(count) })
}
