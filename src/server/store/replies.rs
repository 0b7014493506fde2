//! Answers: whom they call, and how what they quote came to be what it is.

use super::{
    Store,
    engine::{Both, Tx, bigint, number},
    log,
    mentions::Mention,
    people::shown,
    rooms::may_read,
};
use crate::protocol::{Batch, Event, Failure, Op, RoomId, Seq, UserId};
use crate::server::Result;
use serde::Serialize;
use std::collections::BTreeSet;

const FIND_ANSWERED: Both = Both {
    sqlite: "select t.user_id, t.room_id, d.value ->> 'seq' as seq
             from json_each($1) d
             join message t on t.room_id = (d.value ->> 'room_id') and t.seq = (d.value ->> 'of')
             join room_member m on m.room_id = t.room_id and m.user_id = t.user_id
             where t.gone_at is null and t.user_id <> (d.value ->> 'by')",
    postgres: "select t.user_id, t.room_id, d.seq
               from jsonb_to_recordset($1::jsonb) as d (room_id bigint, seq bigint, \"of\" bigint, \"by\" bigint)
               join message t on t.room_id = d.room_id and t.seq = d.\"of\"
               join room_member m on m.room_id = t.room_id and m.user_id = t.user_id
               where t.gone_at is null and t.user_id <> d.\"by\"",
};

/// What `FIND_ANSWERED` is asked.
#[derive(Serialize)]
struct Answer {
    room_id: i64,
    seq: i64,
    of: i64,
    by: i64,
}

/// Who is called by being answered: the authors of the messages that new ones answer, where they still are.
pub(super) async fn called(tx: &mut Tx, fresh: &[(RoomId, &Event)]) -> Result<BTreeSet<Mention>> {
    let answer = |(room, event): &(RoomId, &Event)| {
        let of = bigint(event.op.answers()?);
        Some(Answer { room_id: room.raw(), seq: bigint(event.seq), of, by: event.by.raw() })
    };
    let answers: Vec<Answer> = fresh.iter().filter_map(answer).collect();
    if answers.is_empty() {
        return Ok(BTreeSet::new());
    }
    let found = tx.query_both(FIND_ANSWERED).bind(log::json(&answers)).all::<(i64, i64, i64)>().await?;
    Ok(found.into_iter().map(|(user_id, room_id, seq)| Mention { user_id, room_id, seq }).collect())
}

// The message that still stands, and its edits, by seq; nothing of a message that one may not read or that is gone.
const TEXTS: &str = concat!(
    "select e.seq, e.at, e.user_id, u.face, ",
    shown!(),
    " as name, e.body, coalesce(m.first_text, m.text) as first_text, m.reply_to
     from room r
     join message m on m.room_id = r.id and m.seq = $3 and m.gone_at is null
     join event e on e.room_id = r.id and (e.seq = m.seq or e.of_seq = m.seq and e.kind = 'edit')
     join app_user u on u.id = e.user_id
     where r.id = $1 and m.seq > coalesce(
             (select min_seq from room_member where room_id = $1 and user_id = $2), 0) and ",
    may_read!(),
    " order by e.seq"
);

#[derive(sqlx::FromRow)]
struct TextRow {
    seq: i64,
    at: i64,
    user_id: UserId,
    face: i64,
    name: String,
    body: Option<String>,
    first_text: String,
    reply_to: Option<i64>,
}

impl TextRow {
    fn event(self) -> Event {
        let first = Op::Message { text: self.first_text, reply_to: self.reply_to.map(number) };
        let op = self.body.map_or(first, |body| serde_json::from_str(&body).unwrap_or(Op::Unknown));
        Event {
            seq: number(self.seq),
            at: number(self.at),
            by: self.user_id,
            name: self.name,
            face: u32::try_from(self.face).unwrap_or_default(),
            nonce: None,
            op,
            amended: None,
        }
    }
}

impl Store {
    /// Every text that a message has had: as it was first said, then its edits. Refused as `NotFound` for a message
    /// that is not there, was deleted, or is not for `user` to read; the check is in the statement that reads.
    pub async fn texts(&self, room: RoomId, user: UserId, seq: Seq) -> Result<Batch> {
        let rows = self.db.query(TEXTS).bind(room).bind(user).bind(bigint(seq)).all::<TextRow>().await?;
        if rows.is_empty() {
            return Err(Failure::NotFound.into());
        }
        let events = rows.into_iter().map(TextRow::event).collect();
        Ok(Batch { room, after: seq.saturating_sub(1), fetch: None, events })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::engine::sqlite_plans;

    #[tokio::test]
    async fn texts_and_answers_are_found_by_their_keys() {
        for plan in sqlite_plans(&[FIND_ANSWERED.sqlite, TEXTS]).await {
            let scanned = plan.iter().filter(|step| step.starts_with("SCAN"));
            assert!(scanned.clone().all(|step| step.starts_with("SCAN d ")), "{plan:#?}");
        }
    }
}
