//! What is said, on its way into the log.

use super::{
    Append, Appended, Store,
    engine::{Both, Tx, is_overtaken, number},
    log::{self, LockedRoom, LogRow},
};
use crate::protocol::{Event, Failure, Field, Millis, Nonce, Op, Reason, Role, RoomId, Seq, UserId};
use crate::server::{Error, Result, faults};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// How often a batch that was overtaken is tried again before somebody should look into it. Each time
/// another process has committed one of its nonces, which after that is simply known.
const ATTEMPTS: usize = 16;

// For each draft, in order: the event that already bears its author's nonce, and the author's role.
const LOOK_UP: Both = Both {
    sqlite: "select e.room_id, e.seq, e.at, e.kind, m.text, m.edited_at, m.gone_at, rm.role
             from json_each($1) d
             left join event e on e.user_id = (d.value ->> 'user_id') and e.nonce = unhex(d.value ->> 'nonce')
             left join message m on m.room_id = e.room_id and m.seq = e.seq
             left join room_member rm on rm.room_id = (d.value ->> 'room_id') and rm.user_id = (d.value ->> 'user_id')
             order by d.key",
    postgres: "select e.room_id, e.seq, e.at, e.kind, m.text, m.edited_at, m.gone_at, rm.role
               from jsonb_to_recordset($1::jsonb) as d (place bigint, room_id bigint, user_id bigint, nonce text)
               left join event e on e.user_id = d.user_id and e.nonce = decode(d.nonce, 'hex')
               left join message m on m.room_id = e.room_id and m.seq = e.seq
               left join room_member rm on rm.room_id = d.room_id and rm.user_id = d.user_id
               order by d.place",
};

/// What `LOOK_UP` is asked.
#[derive(Serialize)]
struct Wanted {
    place: usize,
    room_id: i64,
    user_id: i64,
    nonce: String,
}

/// What `LOOK_UP` answers.
#[derive(sqlx::FromRow)]
struct Known {
    room_id: Option<RoomId>,
    seq: Option<i64>,
    at: Option<i64>,
    kind: Option<String>,
    text: Option<String>,
    edited_at: Option<i64>,
    gone_at: Option<i64>,
    role: Option<Role>,
}

impl Known {
    /// What becomes of a draft whose nonce is taken; `None` when it is free. A message that was edited
    /// or deleted since is still the one that was sent.
    fn settle(&self, room: RoomId, text: &str) -> Option<Result<Appended>> {
        let (seq, at) = (self.seq?, self.at?);
        let is_said = self.kind.as_deref() == Some("message");
        let is_changed = self.edited_at.is_some() || self.gone_at.is_some();
        let is_same =
            self.room_id == Some(room) && is_said && (is_changed || self.text.as_deref() == Some(text));
        Some(if is_same {
            Ok(Appended::Again { seq: number(seq), at: number(at) })
        } else {
            Err(Failure::Conflict.into())
        })
    }
}

impl Store {
    /// Appends drafts (all of them `Op::Message`) in one transaction, on disk when this returns.
    /// One answer per draft, in order. An `Err` of the whole means that nothing was written, or that it is not known.
    pub async fn append(&self, batch: &[Append]) -> Result<Vec<Result<Appended>>> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        for _ in 0..ATTEMPTS {
            match self.append_once(batch).await {
                Err(error) if is_overtaken(&error) => {}
                done => return done,
            }
        }
        Err(Error::Broken("other writers overtook a batch again and again".to_owned()))
    }

    async fn append_once(&self, batch: &[Append]) -> Result<Vec<Result<Appended>>> {
        let mut tx = self.db.begin().await?;
        let rooms: HashSet<RoomId> = batch.iter().map(|append| append.draft.room).collect();
        let rooms = log::lock_rooms(&mut tx, &Vec::from_iter(rooms)).await?;
        // Only now, under the locks: what others committed while we waited for them counts.
        let known = look_up(&mut tx, batch).await?;
        let mut numbering = Numbering::new(rooms);
        let answers: Vec<Result<Appended>> =
            batch.iter().zip(&known).map(|(append, known)| numbering.take(append, known)).collect();
        let fresh: Vec<LogRow<'_>> = batch
            .iter()
            .zip(&answers)
            .filter_map(|(append, answer)| match answer {
                Ok(Appended::Fresh(event)) => Some(LogRow::new(append.draft.room, event)),
                _ => None,
            })
            .collect();
        if !fresh.is_empty() {
            log::write(&mut tx, &fresh).await?;
        }
        if faults::delays_commit() {
            faults::commit_later(tx.commit());
            return Ok(answers);
        }
        tx.commit().await?;
        Ok(answers)
    }
}

async fn look_up(tx: &mut Tx, batch: &[Append]) -> Result<Vec<Known>> {
    let wanted: Vec<Wanted> = batch
        .iter()
        .enumerate()
        .map(|(place, append)| Wanted {
            place,
            room_id: append.draft.room.raw(),
            user_id: append.by.id.raw(),
            nonce: log::hex(append.draft.nonce),
        })
        .collect();
    let known = tx.query_both(LOOK_UP).bind(log::json(&wanted)).all::<Known>().await?;
    if known.len() == batch.len() {
        return Ok(known);
    }
    Err(Error::Broken(format!("{} drafts were looked up, {} answers came", batch.len(), known.len())))
}

/// Gives the drafts of one batch their places, in order.
struct Numbering<'a> {
    rooms: HashMap<RoomId, LockedRoom>,
    taken: HashMap<(UserId, Nonce), (RoomId, &'a str, Seq, Millis)>,
}

impl<'a> Numbering<'a> {
    fn new(rooms: Vec<LockedRoom>) -> Self {
        Self { rooms: rooms.into_iter().map(|room| (room.id, room)).collect(), taken: HashMap::new() }
    }

    fn take(&mut self, append: &'a Append, known: &Known) -> Result<Appended> {
        let Append { by, draft, at } = append;
        let Op::Message { text } = &draft.op else { return Err(Failure::Unknown.into()) };
        if let Some(settled) = known.settle(draft.room, text) {
            return settled;
        }
        if let Some(&(room, said, seq, at)) = self.taken.get(&(by.id, draft.nonce)) {
            let is_same = room == draft.room && said == text;
            return if is_same { Ok(Appended::Again { seq, at }) } else { Err(Failure::Conflict.into()) };
        }
        if let Some((seq, at)) = faults::recall(by.id, draft.nonce) {
            return Ok(Appended::Again { seq, at });
        }
        // PostgreSQL keeps no NUL, and one text must not bring down the batch it is in.
        if text.contains('\0') {
            return Err(Failure::Invalid { field: Field::Text, reason: Reason::Unshowable }.into());
        }
        let room = self.rooms.get_mut(&draft.room).filter(|_| known.role.is_some());
        let room = room.ok_or(Failure::NotFound)?;
        if room.archived_at.is_some() {
            return Err(Failure::Archived.into());
        }
        room.last_seq += 1;
        let seq = number(room.last_seq);
        faults::remember(by.id, draft.nonce, seq, *at);
        self.taken.insert((by.id, draft.nonce), (draft.room, text, seq, *at));
        let (name, op) = (by.name.clone(), draft.op.clone());
        Ok(Appended::Fresh(Event {
            seq,
            at: *at,
            by: by.id,
            name,
            nonce: Some(draft.nonce),
            op,
            amended: None,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::engine::sqlite_plans;

    #[tokio::test]
    async fn looking_drafts_up_scans_nothing_but_the_drafts() {
        let plans = sqlite_plans(&[LOOK_UP.sqlite]).await;
        let scanned: Vec<&String> = plans[0].iter().filter(|step| step.starts_with("SCAN")).collect();
        assert!(matches!(scanned[..], [only] if only.starts_with("SCAN d ")), "{plans:#?}");
        let by_nonce = "SEARCH e USING INDEX sqlite_autoindex_event_2 (user_id=? AND nonce=?)";
        assert!(plans[0].iter().any(|step| step.starts_with(by_nonce)), "{plans:#?}");
    }
}
