//! Pages of a room's log.

use super::{
    Store,
    engine::{bigint, number},
    rooms::may_read,
};
use crate::protocol::{Batch, Event, Failure, Nonce, Op, RoomId, Seq, UserId};
use crate::server::Result;

// One row at least when the room may be read, and none when not. The page is cut out before anything
// is joined to it, so that both engines walk the primary key and stop at the limit.
macro_rules! page {
    ($beyond:literal, $order:literal) => {
        concat!(
            "select r.last_seq, e.seq, e.at, e.user_id, u.name, e.nonce, e.kind, e.body, m.text, m.gone_at
             from room r
             left join (
                 select room_id, seq, at, user_id, kind, body, case when user_id = $2 then nonce end as nonce
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
            " order by e.seq"
        )
    };
}

/// Reads the newest events before a seq.
const PAGE_BEFORE: &str = page!("<", "desc");
/// Reads the oldest events after a seq.
const PAGE_AFTER: &str = page!(">", "asc");

#[derive(sqlx::FromRow)]
struct PageRow {
    last_seq: i64,
    seq: Option<i64>,
    at: Option<i64>,
    user_id: Option<UserId>,
    name: Option<String>,
    nonce: Option<Nonce>,
    kind: Option<String>,
    body: Option<String>,
    text: Option<String>,
    gone_at: Option<i64>,
}

impl PageRow {
    /// The event of this row; `None` in the row that only says that the room may be read.
    fn event(self) -> Option<Event> {
        let op = if self.kind? == "message" {
            match self.text {
                Some(text) if self.gone_at.is_none() => Op::Message { text },
                _ => Op::Gone,
            }
        } else {
            // What a newer version wrote still has its place in the order.
            self.body.and_then(|body| serde_json::from_str(&body).ok()).unwrap_or(Op::Unknown)
        };
        Some(Event {
            seq: number(self.seq?),
            at: number(self.at?),
            by: self.user_id?,
            name: self.name.unwrap_or_default(),
            nonce: self.nonce,
            op,
            amended: None,
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

    async fn page(
        &self,
        sql: &'static str,
        room: RoomId,
        user: UserId,
        beyond: Seq,
        limit: u32,
    ) -> Result<(Seq, Vec<Event>)> {
        let query = self.db.query(sql).bind(room).bind(user).bind(bigint(beyond)).bind(i64::from(limit));
        let rows = query.all::<PageRow>().await?;
        let head = number(rows.first().ok_or(Failure::NotFound)?.last_seq);
        Ok((head, rows.into_iter().filter_map(PageRow::event).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::engine::sqlite_plans;

    #[tokio::test]
    async fn a_page_is_cut_out_of_the_primary_key() {
        for plan in sqlite_plans(&[PAGE_BEFORE, PAGE_AFTER]).await {
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
}
