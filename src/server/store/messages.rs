//! What is said, amended and reacted to, on its way into the log.

use super::{
    Append, Appended, Store, amendments, audit,
    audit::Deed,
    columns::Rank,
    engine::{Tx, bigint, is_overtaken, number},
    log::{self, LockedRoom, LogRow},
    lookup::{Known, look_up},
    loud::{Here, Loud},
    mentions, reading,
};
use crate::protocol::{
    AuditAct, Draft, Event, Failure, Field, Millis, Nonce, Op, Reason, Role, RoomAct, RoomId, RoomKind, Seq,
    UserId, effective, may,
    mention::{All, calls_all},
};
use crate::server::{Error, Result, faults};
use std::collections::{HashMap, HashSet};

/// How often a batch that was overtaken is tried again before somebody should look into it. Each time
/// another process has committed one of its nonces, which after that is simply known.
const ATTEMPTS: usize = 16;
/// Emoji of one person under one message.
const REACTIONS: i64 = 20;

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

/// Whom a draft calls all at once.
pub fn all_called(draft: &Draft) -> Option<All> {
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
        let Rank(role) = known.role.ok_or(Failure::NotFound)?;
        Ok((effective(kind, role, known.space_role.map_or(role, |Rank(role)| role)), kind))
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
        let author = by.map(UserId::from_raw).ok_or(Failure::NotFound)?;
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
