//! What is said, amended and reacted to, on its way into the log.

use super::{
    Append, Appended, Store, amendments, audit,
    audit::Deed,
    engine::{Both, Tx, bigint, is_overtaken, number},
    log::{self, LockedRoom, LogRow},
    loud::{Here, Loud},
    mentions, reading,
    standing::is_common,
};
use crate::protocol::{
    AuditAct, Draft, Event, Failure, Field, Millis, Nonce, Op, Reason, Role, RoomAct, RoomId, RoomKind, Seq,
    UserId, effective, may,
    mention::{All, calls_all},
};
use crate::server::{Error, Result, faults};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// How often a batch that was overtaken is tried again before somebody should look into it. Each time
/// another process has committed one of its nonces, which after that is simply known.
const ATTEMPTS: usize = 16;
/// Emoji of one person under one message.
const REACTIONS: i64 = 20;

// For each draft, in order: the event that already bears its author's nonce, the author's role, and the
// message that it is about or answers.
const LOOK_UP: Both = Both {
    sqlite: "select e.room_id, e.seq, e.at, e.kind, e.body, m.text, m.first_text, m.gone_at,
                    m.reply_to, rm.role, rm.min_seq, rm.said_at, sm.role as space_role, t.user_id as target_by, t.gone_at as target_gone_at,
                    (select count(*) from reaction r where r.room_id = t.room_id and r.seq = t.seq
                     and r.user_id = (d.value ->> 'user_id')) as reactions
             from json_each($1) d
             left join event e on e.user_id = (d.value ->> 'user_id') and e.nonce = unhex(d.value ->> 'nonce')
             left join message m on m.room_id = e.room_id and m.seq = e.seq
             left join room_member rm on rm.room_id = (d.value ->> 'room_id') and rm.user_id = (d.value ->> 'user_id')
             left join space_member sm on sm.space_id = (d.value ->> 'space_id') and sm.user_id = (d.value ->> 'user_id')
             left join message t on t.room_id = (d.value ->> 'room_id') and t.seq = (d.value ->> 'of')
             order by d.key",
    postgres: "select e.room_id, e.seq, e.at, e.kind, e.body, m.text, m.first_text, m.gone_at,
                      m.reply_to, rm.role, rm.min_seq, rm.said_at, sm.role as space_role, t.user_id as target_by, t.gone_at as target_gone_at,
                      (select count(*) from reaction r where r.room_id = t.room_id and r.seq = t.seq
                       and r.user_id = d.user_id) as reactions
               from jsonb_to_recordset($1::jsonb) as d
                   (place bigint, room_id bigint, space_id bigint, user_id bigint, nonce text, \"of\" bigint)
               left join event e on e.user_id = d.user_id and e.nonce = decode(d.nonce, 'hex')
               left join message m on m.room_id = e.room_id and m.seq = e.seq
               left join room_member rm on rm.room_id = d.room_id and rm.user_id = d.user_id
               left join space_member sm on sm.space_id = d.space_id and sm.user_id = d.user_id
               left join message t on t.room_id = d.room_id and t.seq = d.\"of\"
               order by d.place",
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

/// What `LOOK_UP` answers.
#[derive(sqlx::FromRow)]
struct Known {
    room_id: Option<RoomId>,
    seq: Option<i64>,
    at: Option<i64>,
    kind: Option<String>,
    body: Option<String>,
    text: Option<String>,
    first_text: Option<String>,
    gone_at: Option<i64>,
    reply_to: Option<i64>,
    role: Option<Role>,
    min_seq: Option<i64>,
    said_at: Option<i64>,
    space_role: Option<Role>,
    target_by: Option<UserId>,
    target_gone_at: Option<i64>,
    reactions: i64,
}

impl Known {
    /// What becomes of a draft whose nonce is taken; `None` when it is free. What was deleted since is
    /// still what was sent.
    fn settle(&self, room: RoomId, op: &Op) -> Option<Result<Appended>> {
        let (seq, at) = (self.seq?, self.at?);
        let is_same =
            self.room_id == Some(room) && self.kind.as_deref() == Some(log::kind(op)) && self.says(op);
        Some(if is_same {
            Ok(Appended::Again { seq: number(seq), at: number(at) })
        } else {
            Err(Failure::Conflict.into())
        })
    }

    /// May one answer this message? One that was deleted since, too: what was written meanwhile is not lost.
    fn can_be_answered(&self, seq: Seq) -> bool {
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

impl Store {
    /// Appends drafts (`Message`, `Edit`, `Delete` or `React`) in one transaction, on disk when this returns.
    /// One answer per draft, in order. An `Err` of the whole means that nothing was written, or that it is not known.
    pub async fn append(&self, batch: &[Append]) -> Result<Vec<Result<Appended>>> {
        self.append_among(batch, &Here::default()).await
    }

    /// As [`append`](Self::append), where these people are here to be called.
    pub async fn append_among(&self, batch: &[Append], here: &Here) -> Result<Vec<Result<Appended>>> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        for _ in 0..ATTEMPTS {
            match self.append_once(batch, here).await {
                Err(error) if is_overtaken(&error) => {}
                done => return done,
            }
        }
        Err(Error::Broken("other writers overtook a batch again and again".to_owned()))
    }

    async fn append_once(&self, batch: &[Append], here: &Here) -> Result<Vec<Result<Appended>>> {
        let mut tx = self.db.begin().await?;
        let rooms: HashSet<RoomId> = batch.iter().map(|append| append.draft.room).collect();
        let rooms = log::lock_rooms(&mut tx, &Vec::from_iter(rooms)).await?;
        // Only now, under the locks: what others committed while we waited for them counts.
        let mut numbering = Numbering::new(rooms);
        let known = look_up(&mut tx, batch, &numbering.rooms).await?;
        let answers: Vec<Result<Appended>> =
            batch.iter().zip(&known).map(|(append, known)| numbering.take(append, known)).collect();
        let fresh = batch.iter().zip(&answers).filter_map(|(append, answer)| match answer {
            Ok(Appended::Fresh(event)) => Some((append.draft.room, event)),
            _ => None,
        });
        let fresh: Vec<(RoomId, &Event)> = fresh.collect();
        if !fresh.is_empty() {
            numbering.write(&mut tx, &fresh, here).await?;
        }
        if faults::delays_commit() {
            faults::commit_later(tx.commit());
            return Ok(answers);
        }
        tx.commit().await?;
        Ok(answers)
    }
}

async fn look_up(tx: &mut Tx, batch: &[Append], rooms: &HashMap<RoomId, LockedRoom>) -> Result<Vec<Known>> {
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
    let known = tx.query_both(LOOK_UP).bind(log::json(&wanted)).all::<Known>().await?;
    if known.len() == batch.len() {
        return Ok(known);
    }
    Err(Error::Broken(format!("{} drafts were looked up, {} answers came", batch.len(), known.len())))
}

fn all_called(draft: &Draft) -> Option<All> {
    match &draft.op {
        Op::Message { text, .. } => calls_all(text),
        _ => None,
    }
}

fn draft_is_message(append: &Append) -> bool {
    matches!(append.draft.op, Op::Message { .. })
}

/// Gives the drafts of one batch their places, in order.
struct Numbering<'a> {
    rooms: HashMap<RoomId, LockedRoom>,
    taken: HashMap<(UserId, Nonce), (&'a Append, Seq)>,
    /// Messages that this batch deletes.
    gone: HashSet<(RoomId, Seq)>,
    /// Whose they were, when they were not one's own.
    others: HashMap<(RoomId, Seq), UserId>,
    /// When members spoke last in rooms that slow them down.
    spoke: HashMap<(RoomId, UserId), Millis>,
    /// Messages that call all at once, by people who may.
    loud: Loud,
}

impl<'a> Numbering<'a> {
    fn new(rooms: Vec<LockedRoom>) -> Self {
        let rooms = rooms.into_iter().map(|room| (room.id, room)).collect();
        Self {
            rooms,
            taken: HashMap::new(),
            gone: HashSet::new(),
            others: HashMap::new(),
            spoke: HashMap::new(),
            loud: Loud::new(),
        }
    }

    fn take(&mut self, append: &'a Append, known: &Known) -> Result<Appended> {
        let Append { by, draft, at } = append;
        if let Some(settled) = known.settle(draft.room, &draft.op) {
            return settled;
        }
        if let Some(&(earlier, seq)) = self.taken.get(&(by.id, draft.nonce)) {
            let is_same = earlier.draft == *draft;
            return if is_same {
                Ok(Appended::Again { seq, at: earlier.at })
            } else {
                Err(Failure::Conflict.into())
            };
        }
        if let Some((seq, at)) = faults::recall(by.id, draft.nonce) {
            return Ok(Appended::Again { seq, at });
        }
        let (role, kind) = self.role(append, known)?;
        self.check(append, role, kind, known)?;
        self.slow_down(append, role, known)?;
        let room = self.rooms.get_mut(&draft.room).ok_or(Failure::NotFound)?;
        if room.archived_at.is_some() {
            return Err(Failure::Archived.into());
        }
        room.last_seq += 1;
        let seq = number(room.last_seq);
        faults::remember(by.id, draft.nonce, seq, *at);
        if let Some(all) = all_called(draft).filter(|_| may(RoomAct::CallAll, kind, role)) {
            self.loud.insert((draft.room, seq), all);
        }
        self.taken.insert((by.id, draft.nonce), (append, seq));
        let (name, op) = (by.shown().to_owned(), draft.op.clone());
        Ok(Appended::Fresh(Event {
            seq,
            at: *at,
            by: by.id,
            name,
            face: by.face,
            nonce: Some(draft.nonce),
            op,
            amended: None,
        }))
    }

    /// What its author is in the room.
    fn role(&self, append: &Append, known: &Known) -> Result<(Role, RoomKind), Failure> {
        let kind = self.rooms.get(&append.draft.room).ok_or(Failure::NotFound)?.kind;
        let role = known.role.ok_or(Failure::NotFound)?;
        Ok((effective(kind, role, known.space_role.unwrap_or(role)), kind))
    }

    /// In a slow room, a member speaks once in a while; who keeps order speaks when it is needed.
    fn slow_down(&mut self, append: &Append, role: Role, known: &Known) -> Result<(), Failure> {
        let Append { by, draft, at } = append;
        let slow_ms = self.rooms.get(&draft.room).map_or(0, |room| number(room.slow_s) * 1000);
        if slow_ms == 0 || role >= Role::Moderator || !matches!(draft.op, Op::Message { .. }) {
            return Ok(());
        }
        let said_at = self.spoke.get(&(draft.room, by.id)).copied();
        let said_at = said_at.unwrap_or_else(|| known.said_at.map_or(0, number));
        // A clock that went back makes nobody wait longer than the room asks.
        let passed = at.saturating_sub(said_at);
        if said_at > 0 && passed < slow_ms {
            return Err(Failure::RateLimited { retry_ms: slow_ms - passed });
        }
        self.spoke.insert((draft.room, by.id), *at);
        Ok(())
    }

    /// May this member do this?
    fn check(&mut self, append: &Append, role: Role, kind: RoomKind, known: &Known) -> Result<()> {
        let act = if draft_is_message(append) { RoomAct::Send } else { RoomAct::Amend };
        if !may(act, kind, role) {
            return Err(Failure::Forbidden.into());
        }
        let draft = &append.draft;
        if let Op::Message { text, .. } | Op::Edit { text, .. } = &draft.op
            && text.contains('\0')
        {
            // PostgreSQL keeps no NUL, and one text must not bring down the batch it is in.
            return Err(Failure::Invalid { field: Field::Text, reason: Reason::Unshowable }.into());
        }
        let Some(of) = draft.op.of() else {
            return match draft.op.answers() {
                _ if !draft_is_message(append) => Err(Failure::Unknown.into()),
                Some(answered) if !known.can_be_answered(answered) => Err(Failure::NotFound.into()),
                _ => Ok(()),
            };
        };
        let target = (draft.room, of);
        let by = known.target_by.filter(|_| known.target_gone_at.is_none() && !self.gone.contains(&target));
        let author = by.ok_or(Failure::NotFound)?;
        let is_own = author == append.by.id;
        match &draft.op {
            Op::Edit { .. } if !is_own => Err(Failure::Forbidden.into()),
            Op::Delete { .. } if !is_own && !may(RoomAct::DeleteOthers, kind, role) => {
                Err(Failure::Forbidden.into())
            }
            Op::React { on: true, .. } if known.reactions >= REACTIONS => {
                Err(Failure::TooLarge { limit: REACTIONS as u64 }.into())
            }
            Op::Delete { .. } => {
                self.gone.insert(target);
                if !is_own {
                    self.others.insert(target, author);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Somebody's message was deleted by another: that is told to who looks after the space.
    async fn write_down(&self, tx: &mut Tx, room: RoomId, event: &Event, author: UserId) -> Result<()> {
        let space = self.rooms.get(&room).map(|room| room.space_id);
        let (by, user, act) = (Some(event.by), Some(author), AuditAct::MessageDeleted);
        let deed = Deed { space, at: event.at, by, act, user, room: Some(room), detail: "" };
        audit::write(tx, &deed).await
    }

    /// Writes the new events and all that follows from them.
    async fn write(&mut self, tx: &mut Tx, fresh: &[(RoomId, &Event)], here: &Here) -> Result<()> {
        let rows: Vec<LogRow<'_>> = fresh
            .iter()
            .map(|(id, event)| {
                let room = self.rooms.get_mut(id).expect("what has a place has a room");
                room.said += i64::from(matches!(event.op, Op::Message { .. }));
                LogRow::new(*id, event, room.said)
            })
            .collect();
        log::write(tx, &rows).await?;
        for (room, event) in fresh {
            amendments::carry_out(tx, *room, event).await?;
            if let Op::Delete { of } = event.op
                && let Some(author) = self.others.get(&(*room, of))
            {
                self.write_down(tx, *room, event, *author).await?;
            }
        }
        for ((room, user), at) in &self.spoke {
            let spoke = tx.query("update room_member set said_at = $3 where room_id = $1 and user_id = $2");
            spoke.bind(*room).bind(*user).bind(bigint(*at)).execute().await?;
        }
        reading::count_own(tx, fresh).await?;
        mentions::note(tx, fresh, &self.loud, here).await
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
