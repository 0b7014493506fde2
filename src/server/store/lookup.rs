//! What has to be known of drafts before they are appended.

use super::{
    Append, Appended,
    columns::Rank,
    engine::{Both, Tx, bigint, listed, number},
    log::{self, LockedRoom},
    messages::all_called,
    standing::is_common,
};
use crate::protocol::{Draft, Failure, Op, RoomId, RoomKind, Seq};
use crate::server::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What is looked up of a draft by `$user`, as the fields of [`Known`] stand.
macro_rules! known {
    ($user:literal) => {
        concat!(
            "(e.room_id, e.seq, e.at, e.kind, e.body, m.text, m.first_text, m.gone_at, m.reply_to, rm.role,
              rm.min_seq, rm.said_at, sm.role, t.user_id, t.gone_at,
              (select count(*) from reaction r where r.room_id = t.room_id and r.seq = t.seq and r.user_id = ",
            $user,
            "))"
        )
    };
}

// For each draft, in order: the event that already bears its author's nonce, the author's role, and the
// message that it is about or answers. All in one list, for the reason that `history` gives.
const LOOK_UP: Both = Both {
    sqlite: concat!(
        "select json_group_array(json_array",
        known!("(d.value ->> 'user_id')"),
        " order by d.key)
         from json_each($1) d
         left join event e on e.user_id = (d.value ->> 'user_id') and e.nonce = unhex(d.value ->> 'nonce')
         left join message m on m.room_id = e.room_id and m.seq = e.seq
         left join room_member rm on rm.room_id = (d.value ->> 'room_id') and rm.user_id = (d.value ->> 'user_id')
         left join space_member sm on sm.space_id = (d.value ->> 'space_id') and sm.user_id = (d.value ->> 'user_id')
         left join message t on t.room_id = (d.value ->> 'room_id') and t.seq = (d.value ->> 'of')"
    ),
    postgres: concat!(
        "select coalesce(json_agg(json_build_array",
        known!("d.user_id"),
        " order by d.place), '[]')::text
         from jsonb_to_recordset($1::jsonb) as d
             (place bigint, room_id bigint, space_id bigint, user_id bigint, nonce text, \"of\" bigint)
         left join event e on e.user_id = d.user_id and e.nonce = decode(d.nonce, 'hex')
         left join message m on m.room_id = e.room_id and m.seq = e.seq
         left join room_member rm on rm.room_id = d.room_id and rm.user_id = d.user_id
         left join space_member sm on sm.space_id = d.space_id and sm.user_id = d.user_id
         left join message t on t.room_id = d.room_id and t.seq = d.\"of\""
    ),
};

/// What `LOOK_UP` is asked.
#[derive(Serialize)]
struct Wanted {
    place: usize,
    room_id: i64,
    /// Only where the role in the space counts: it is one more row to look for.
    space_id: Option<i64>,
    user_id: i64,
    nonce: String,
    of: Option<i64>,
}

/// What there is of a draft already.
#[derive(Deserialize)]
pub struct Known {
    room_id: Option<i64>,
    seq: Option<i64>,
    at: Option<i64>,
    kind: Option<String>,
    body: Option<String>,
    text: Option<String>,
    first_text: Option<String>,
    gone_at: Option<i64>,
    reply_to: Option<i64>,
    /// What the author is in the room.
    pub role: Option<Rank>,
    min_seq: Option<i64>,
    /// When the author spoke there last, where that counts.
    pub said_at: Option<i64>,
    /// What the author is in the space, where that counts.
    pub space_role: Option<Rank>,
    /// Who said what the draft is about.
    pub target_by: Option<i64>,
    /// When that was deleted.
    pub target_gone_at: Option<i64>,
    /// How many reactions the author has there.
    pub reactions: i64,
}

impl Known {
    /// What becomes of a draft whose nonce is taken; `None` when it is free. What was deleted since is
    /// still what was sent.
    pub fn settle(&self, room: RoomId, op: &Op) -> Option<Result<Appended>> {
        let (seq, at) = (self.seq?, self.at?);
        let is_same =
            self.room_id == Some(room.raw()) && self.kind.as_deref() == Some(log::kind(op)) && self.says(op);
        Some(if is_same {
            Ok(Appended::Again { seq: number(seq), at: number(at) })
        } else {
            Err(Failure::Conflict.into())
        })
    }

    /// May one answer this message? One that was deleted since, too: what was written meanwhile is not lost.
    pub fn can_be_answered(&self, seq: Seq) -> bool {
        self.target_by.is_some() && self.min_seq.is_some_and(|min| bigint(seq) > min)
    }

    fn says(&self, op: &Op) -> bool {
        match op {
            Op::Message { text, reply_to } => {
                let said = self.first_text.as_ref().or(self.text.as_ref());
                (self.gone_at.is_some() || said == Some(text)) && self.reply_to == reply_to.map(bigint)
            }
            _ => self.body.as_ref().is_none_or(|body| *body == log::json(op)),
        }
    }
}

/// Looks all drafts of a batch up, in order; their rooms are locked.
pub async fn look_up(
    tx: &mut Tx,
    batch: &[Append],
    rooms: &HashMap<RoomId, LockedRoom>,
) -> Result<Vec<Known>> {
    let space = |draft: &Draft| {
        let room = rooms.get(&draft.room)?;
        let counts = is_common(room.kind)
            && (room.kind == RoomKind::Announcement
                || room.slow_s > 0
                || all_called(draft).is_some()
                || matches!(draft.op, Op::Delete { .. }));
        counts.then_some(room.space_id.raw())
    };
    let wanted: Vec<Wanted> = batch
        .iter()
        .enumerate()
        .map(|(place, append)| Wanted {
            place,
            room_id: append.draft.room.raw(),
            space_id: space(&append.draft),
            user_id: append.by.id.raw(),
            nonce: log::hex(append.draft.nonce),
            of: append.draft.op.of().or(append.draft.op.answers()).map(bigint),
        })
        .collect();
    let (known,) = tx.query_both(LOOK_UP).bind(log::json(&wanted)).one::<(String,)>().await?;
    let known: Vec<Known> = listed(&known)?;
    if known.len() == batch.len() {
        return Ok(known);
    }
    Err(Error::Broken(format!("{} drafts were looked up, {} answers came", batch.len(), known.len())))
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
