//! Pages of a room's log.

use super::{
    Store,
    engine::{Both, bigint, listed, number},
    log::unhex,
    people::shown,
    reading::count,
    rooms::may_read,
};
use crate::protocol::{Amended, Batch, Event, Failure, Millis, Op, Pairs, Reaction, RoomId, Seq, UserId};
use crate::server::Result;
use serde::Deserialize;

// One row at least when the room may be read, and none when not. The page is cut out before anything
// is joined to it, so that both engines walk the primary key and stop at the limit. All of it comes as one list: SQLite
// has a thread of its own, and each row by itself was a trip from there to here.
macro_rules! page {
    ($list:literal, $hex:literal, $end:literal, $beyond:literal, $order:literal) => {
        concat!(
            $list,
            "(last_seq, seq, at, user_id, face, name, ",
            $hex,
            ", kind, body, of_seq, text, gone_at, edited_at, amended_seq, reply_to) order by seq)",
            $end,
            " from (
             select r.last_seq, e.seq, e.at, e.user_id, u.face, ",
            shown!(),
            " as name, e.nonce, e.kind, e.body, e.of_seq,
                    m.text, m.gone_at, m.edited_at, m.amended_seq, m.reply_to
             from room r
             left join (
                 select room_id, seq, at, user_id, kind, body, of_seq, case when user_id = $2 then nonce end as nonce
                 from event
                 where room_id = $1 and seq ",
            $beyond,
            " $3 and seq > coalesce(
                     (select min_seq from room_member where room_id = $1 and user_id = $2), 0)
                 order by seq ",
            $order,
            " limit $4
             ) e on e.room_id = r.id
             left join app_user u on u.id = e.user_id
             left join message m on m.room_id = e.room_id and m.seq = e.seq
             where r.id = $1 and ",
            may_read!(),
            ") as page"
        )
    };
}

macro_rules! page_of_both {
    ($beyond:literal, $order:literal) => {
        Both {
            sqlite: page!("select json_group_array(json_array", "hex(nonce)", "", $beyond, $order),
            postgres: page!(
                "select coalesce(json_agg(json_build_array",
                "encode(nonce, 'hex')",
                ", '[]')::text",
                $beyond,
                $order
            ),
        }
    };
}

/// Reads the newest events before a seq.
const PAGE_BEFORE: Both = page_of_both!("<", "desc");
/// Reads the oldest events after a seq.
const PAGE_AFTER: Both = page_of_both!(">", "asc");

/// Reads the reactions to the messages between two seqs, in the order in which they came.
const REACTIONS: &str = concat!(
    "select x.seq, x.emoji, x.user_id, ",
    shown!(),
    " as name
     from room r
     join reaction x on x.room_id = r.id
     join app_user u on u.id = x.user_id
     where r.id = $1 and x.seq >= $3 and x.seq <= $4 and ",
    may_read!(),
    " order by x.at_seq"
);

// Halves what may hold the instant until one place is left: as many steps as the room's events have binary digits, each
// by the primary key. Instants ascend with the seqs, unless a clock was set back: then it finds one of the places at
// which they pass the one that is asked for. Told are the first message from there on and the last before.
const FIRST_SINCE: &str = concat!(
    "with recursive part (low, high, min) as (
         select coalesce(k.min_seq, 0) + 1, r.last_seq + 1, coalesce(k.min_seq, 0)
         from room r left join room_member k on k.room_id = r.id and k.user_id = $2
         where r.id = $1 and ",
    may_read!(),
    "    union all
         select case when e.at < $3 then e.seq + 1 else p.low end,
                case when e.at < $3 then p.high else e.seq end, p.min
         from part p cross join event e
         where p.low < p.high and e.room_id = $1 and e.seq = (p.low + p.high) / 2
     )
     select (select m.seq from message m where m.room_id = $1 and m.seq >= p.low and m.gone_at is null
             order by m.seq limit 1) as first,
            (select m.seq from message m where m.room_id = $1 and m.seq < p.low and m.seq > p.min and m.gone_at is null
             order by m.seq desc limit 1) as last
     from part p where p.low >= p.high"
);

#[derive(sqlx::FromRow)]
struct ReactionRow {
    seq: i64,
    emoji: String,
    user_id: UserId,
    name: String,
}

/// One row of a page, in the order in which the statement lists its columns.
#[derive(Deserialize)]
struct PageRow {
    last_seq: i64,
    seq: Option<i64>,
    at: Option<i64>,
    user_id: Option<i64>,
    face: Option<i64>,
    name: Option<String>,
    nonce: Option<String>,
    kind: Option<String>,
    body: Option<String>,
    of_seq: Option<i64>,
    text: Option<String>,
    gone_at: Option<i64>,
    edited_at: Option<i64>,
    amended_seq: Option<i64>,
    reply_to: Option<i64>,
}

impl PageRow {
    /// The event of this row; `None` in the row that only says that the room may be read.
    fn event(self) -> Option<Event> {
        let mut amended = None;
        let op = match (self.kind?.as_str(), self.body, self.of_seq) {
            ("message", ..) => match self.text {
                Some(text) if self.gone_at.is_none() => {
                    let (edited_at, reactions) = (self.edited_at.map(number), Vec::new());
                    let seq = self.amended_seq.map(number).filter(|seq| *seq > 0);
                    amended = seq.map(|seq| Box::new(Amended { seq, edited_at, reactions }));
                    Op::Message { text, reply_to: self.reply_to.map(number) }
                }
                _ => Op::Gone,
            },
            // Its message was deleted, and this text with it.
            ("edit", None, Some(of)) => Op::Edit { of: number(of), text: String::new() },
            // What a newer version wrote still has its place in the order.
            (_, body, _) => body.and_then(|body| serde_json::from_str(&body).ok()).unwrap_or(Op::Unknown),
        };
        Some(Event {
            seq: number(self.seq?),
            at: number(self.at?),
            by: UserId::from_raw(self.user_id?),
            name: self.name.unwrap_or_default(),
            face: self.face.map_or(0, count),
            nonce: self.nonce.and_then(|hex| unhex(&hex)),
            op,
            amended,
        })
    }
}

impl Store {
    /// The newest events before a seq, ascending, with the nonces of `user`'s own. Refused as `NotFound`
    /// when the room is not there or not for `user` to read; the check is in the statement that reads.
    pub async fn events_before(&self, room: RoomId, user: UserId, before: Seq, limit: u32) -> Result<Batch> {
        let (head, events) = self.page(PAGE_BEFORE, room, user, before, limit).await?;
        let after = events.first().map_or(before, |event| event.seq).saturating_sub(1).min(head);
        Ok(Batch { room, after, fetch: None, events })
    }

    /// The oldest events after a seq, else as `events_before`.
    pub async fn events_after(&self, room: RoomId, user: UserId, after: Seq, limit: u32) -> Result<Batch> {
        let (_, events) = self.page(PAGE_AFTER, room, user, after, limit).await?;
        let after = events.first().map_or(after, |event| event.seq.saturating_sub(1));
        Ok(Batch { room, after, fetch: None, events })
    }

    /// The first message since an instant, the newest when there is none; none that was deleted. Refused as `NotFound`
    /// when the room is not there or not for `user` to read, or nothing was said in it.
    pub async fn first_since(&self, room: RoomId, user: UserId, at: Millis) -> Result<Seq> {
        let query = self.db.query(FIRST_SINCE).bind(room).bind(user).bind(bigint(at));
        let found = query.optional::<(Option<i64>, Option<i64>)>().await?;
        let seq = found.and_then(|(first, last)| first.or(last)).ok_or(Failure::NotFound)?;
        Ok(number(seq))
    }

    async fn page(
        &self,
        sql: Both,
        room: RoomId,
        user: UserId,
        beyond: Seq,
        limit: u32,
    ) -> Result<(Seq, Vec<Event>)> {
        let query = self.db.query_both(sql).bind(room).bind(user).bind(bigint(beyond)).bind(i64::from(limit));
        let (page,) = query.one::<(String,)>().await?;
        let rows: Vec<PageRow> = listed(&page)?;
        let head = number(rows.first().ok_or(Failure::NotFound)?.last_seq);
        let mut events: Vec<Event> = rows.into_iter().filter_map(PageRow::event).collect();
        self.add_reactions(room, user, &mut events).await?;
        Ok((head, events))
    }

    /// Tells who reacted to the messages of a page. Read after the page: what came between is told twice,
    /// here and by its event, which changes nothing.
    async fn add_reactions(&self, room: RoomId, user: UserId, events: &mut [Event]) -> Result<()> {
        let mut seqs = events.iter().filter(|event| event.amended.is_some()).map(|event| event.seq);
        let Some(first) = seqs.next() else { return Ok(()) };
        let last = seqs.next_back().unwrap_or(first);
        let query = self.db.query(REACTIONS).bind(room).bind(user).bind(bigint(first)).bind(bigint(last));
        for row in query.all::<ReactionRow>().await? {
            let place = events.binary_search_by_key(&number(row.seq), |event| event.seq).ok();
            let Some(amended) = place.and_then(|place| events[place].amended.as_mut()) else { continue };
            let held = amended.reactions.iter().position(|held| held.emoji == row.emoji);
            let held = held.unwrap_or_else(|| {
                amended.reactions.push(Reaction { emoji: row.emoji, by: Pairs::default() });
                amended.reactions.len() - 1
            });
            amended.reactions[held].by.insert(row.user_id, row.name);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::engine::sqlite_plans;

    #[tokio::test]
    async fn a_page_is_cut_out_of_the_primary_key() {
        for plan in sqlite_plans(&[PAGE_BEFORE.sqlite, PAGE_AFTER.sqlite]).await {
            for start in [
                "SEARCH event USING PRIMARY KEY (room_id=? AND seq",
                "SEARCH r USING PRIMARY KEY",
                "SEARCH u USING PRIMARY KEY",
                "SEARCH m USING PRIMARY KEY",
            ] {
                assert!(plan.iter().any(|step| step.starts_with(start)), "{start}: {plan:#?}");
            }
            assert!(!plan.iter().any(|step| step.starts_with("SCAN event")), "{plan:#?}");
        }
    }

    #[tokio::test]
    async fn where_an_instant_is_in_a_log_is_found_by_the_primary_key() {
        for plan in sqlite_plans(&[FIRST_SINCE]).await {
            for step in [
                "SEARCH e USING PRIMARY KEY (room_id=? AND seq=?)",
                "SEARCH m USING PRIMARY KEY (room_id=? AND seq>?)",
                "SEARCH m USING PRIMARY KEY (room_id=? AND seq>? AND seq<?)",
            ] {
                assert!(plan.iter().any(|told| told.starts_with(step)), "{step}: {plan:#?}");
            }
            let scans = plan.iter().filter(|told| told.starts_with("SCAN") || told.contains("TEMP B-TREE"));
            // The parts are what was just halved: one row each time.
            let scans: Vec<&String> = scans.filter(|told| *told != "SCAN p").collect();
            assert!(scans.is_empty(), "{plan:#?}");
        }
    }
}
