//! Changes of a room and of who is in it, each one an event.

use super::{
    Change, Store, audit,
    audit::Deed,
    engine::{Tx, bigint, number},
    fold::fold,
    log::{self, LockedRoom, LogRow},
    people::{UserRow, user_columns},
    sessions::raise_rev,
    standing::{Standing, is_common},
};
use crate::protocol::{AuditAct, Event, Failure, Field, Op, Role, RoomAct, RoomKind, User, UserId, outranks};
use crate::server::Result;

impl Store {
    /// Carries out a change as an event. `None` when there was nothing to change.
    pub async fn change(&self, change: &Change) -> Result<Option<Event>> {
        let mut tx = self.db.begin().await?;
        let room = log::lock_rooms(&mut tx, &[change.room]).await?.pop().ok_or(Failure::NotFound)?;
        let standing = Standing::find(&mut tx, room.space_id, room.id, change.by.id).await?;
        let standing = standing.ok_or(Failure::NotFound)?;
        let whom = match change.whom {
            Some(whom) => find_person(&mut tx, whom).await?,
            None => change.by.clone(),
        };
        let event = event(&room, &whom, change.at, change.op.clone());
        let mut act = Acting { tx: &mut tx, room: &room, standing, by: change.by.id };
        if !act.carry_out(&event).await? {
            return Ok(None);
        }
        log::write(&mut tx, &[LogRow::new(room.id, &event, room.said)]).await?;
        if let Some((act, detail)) = deed(&event.op) {
            let user = change.whom.map(|_| event.by);
            let (space, by, room) = (Some(room.space_id), Some(change.by.id), Some(room.id));
            audit::write(&mut tx, &Deed { space, at: change.at, by, act, user, room, detail }).await?;
        }
        tx.commit().await?;
        Ok(Some(event))
    }
}

/// What is written down of a change that keeps order.
fn deed(op: &Op) -> Option<(AuditAct, &'static str)> {
    match op {
        Op::Added { .. } => Some((AuditAct::Added, "")),
        Op::Removed { .. } => Some((AuditAct::Removed, "")),
        Op::Role { role, .. } => Some((AuditAct::RoomRoleGiven, role.word())),
        Op::Archive { on: true } => Some((AuditAct::Archived, "")),
        Op::Archive { on: false } => Some((AuditAct::Restored, "")),
        _ => None,
    }
}

/// The next event of a locked room.
pub(super) fn event(room: &LockedRoom, by: &User, at: u64, op: Op) -> Event {
    Event {
        seq: number(room.last_seq) + 1,
        at,
        by: by.id,
        name: by.shown().to_owned(),
        face: by.face,
        nonce: None,
        op,
        amended: None,
    }
}

async fn find_person(tx: &mut Tx, id: UserId) -> Result<User> {
    let query = tx.query(concat!("select ", user_columns!(), " from app_user u where u.id = $1"));
    Ok(query.bind(id).optional::<UserRow>().await?.ok_or(Failure::NotFound)?.into())
}

/// One change under way.
struct Acting<'a> {
    tx: &'a mut Tx,
    room: &'a LockedRoom,
    standing: Standing,
    by: UserId,
}

impl Acting<'_> {
    /// Changes the room's or the member's row. `false` when it is so already.
    async fn carry_out(&mut self, event: &Event) -> Result<bool> {
        match (&event.op, self.standing.room) {
            (Op::Join, Some(_)) | (Op::Leave, None) => Ok(false),
            (Op::Join, None) => self.join(event).await,
            (Op::Leave, Some(_)) => self.leave(event).await,
            (Op::Added { .. }, _) => self.add(event).await,
            (Op::Removed { .. }, _) => self.remove(event).await,
            (Op::Role { role, .. }, _) => self.give_role(event.by, *role).await,
            (Op::Rename { name }, _) => self.rename(name).await,
            (Op::Topic { topic }, _) => self.set_topic(topic).await,
            (Op::Archive { on }, _) => self.archive(*on, event).await,
            (_, _) => Err(Failure::Unknown.into()),
        }
    }

    fn expect(&self, act: RoomAct) -> Result<Role, Failure> {
        self.standing.expect(act, self.room.kind)
    }

    fn refuse_archived(&self) -> Result<()> {
        if self.room.archived_at.is_some() { Err(Failure::Archived.into()) } else { Ok(()) }
    }

    async fn join(&mut self, event: &Event) -> Result<bool> {
        if !is_common(self.room.kind) || !self.standing.may_read(self.room.kind) {
            return Err(Failure::NotFound.into());
        }
        self.refuse_archived()?;
        let role = self.standing.space.min(Role::Member);
        self.admit(event, role).await
    }

    async fn admit(&mut self, event: &Event, role: Role) -> Result<bool> {
        log::add_member(self.tx, self.room, event, role).await?;
        raise_rev(self.tx, event.by).await?;
        Ok(true)
    }

    async fn leave(&mut self, event: &Event) -> Result<bool> {
        self.expect(RoomAct::Leave)?;
        self.keep_an_owner(event.by).await?;
        self.dismiss(event.by).await
    }

    async fn dismiss(&mut self, user: UserId) -> Result<bool> {
        log::remove_member(self.tx, user, &[self.room.id]).await?;
        raise_rev(self.tx, user).await?;
        Ok(true)
    }

    async fn add(&mut self, event: &Event) -> Result<bool> {
        self.expect(RoomAct::Invite)?;
        self.refuse_archived()?;
        let whom = self.standing_of(event.by).await?;
        if whom.room.is_some() {
            return Ok(false);
        }
        self.admit(event, whom.space.min(Role::Member)).await
    }

    async fn remove(&mut self, event: &Event) -> Result<bool> {
        let role = self.expect(RoomAct::Remove)?;
        let whom = self.standing_of(event.by).await?.in_room(self.room.kind);
        let Some(whom) = whom else { return Ok(false) };
        if event.by == self.by || !outranks(role, whom) {
            return Err(Failure::Forbidden.into());
        }
        self.dismiss(event.by).await
    }

    async fn give_role(&mut self, user: UserId, role: Role) -> Result<bool> {
        self.expect(RoomAct::Configure)?;
        let whom = self.standing_of(user).await?;
        let held = whom.room.ok_or(Failure::NotFound)?;
        if held == role {
            return Ok(false);
        }
        // Who came as a guest into the space is no more in its rooms.
        if whom.space == Role::Guest && role > Role::Guest {
            return Err(Failure::Forbidden.into());
        }
        if held == Role::Owner {
            self.keep_an_owner(user).await?;
        }
        let update = self.tx.query("update room_member set role = $3 where room_id = $1 and user_id = $2");
        let update = update.bind(self.room.id).bind(user).bind(role);
        Ok(update.execute().await? > 0)
    }

    /// The standing of somebody else in the space.
    async fn standing_of(&mut self, user: UserId) -> Result<Standing> {
        let standing = Standing::find(self.tx, self.room.space_id, self.room.id, user).await?;
        Ok(standing.ok_or(Failure::NotFound)?)
    }

    /// A private room in which people are is never without an owner: nobody outside could help them.
    async fn keep_an_owner(&mut self, leaver: UserId) -> Result<()> {
        if self.room.kind != RoomKind::Private || self.standing_of(leaver).await?.room != Some(Role::Owner) {
            return Ok(());
        }
        let query = self.tx.query(
            "select count(*), coalesce(sum(case when role = $3 then 1 else 0 end), 0) from room_member
             where room_id = $1 and user_id <> $2",
        );
        let query = query.bind(self.room.id).bind(leaver).bind(Role::Owner);
        let (others, owners) = query.one::<(i64, i64)>().await?;
        if others > 0 && owners == 0 { Err(Failure::LastOwner.into()) } else { Ok(()) }
    }

    async fn rename(&mut self, name: &str) -> Result<bool> {
        self.expect(RoomAct::Rename)?;
        self.refuse_archived()?;
        if self.room.name == name {
            return Ok(false);
        }
        let update = self.tx.query("update room set name = $2, name_folded = $3 where id = $1");
        match update.bind(self.room.id).bind(name).bind(fold(name)).execute().await {
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                Err(Failure::Taken { field: Field::RoomName }.into())
            }
            done => Ok(done? > 0),
        }
    }

    async fn set_topic(&mut self, topic: &str) -> Result<bool> {
        self.expect(RoomAct::Rename)?;
        self.refuse_archived()?;
        if self.room.topic == topic {
            return Ok(false);
        }
        let update = self.tx.query("update room set topic = $2 where id = $1");
        Ok(update.bind(self.room.id).bind(topic).execute().await? > 0)
    }

    async fn archive(&mut self, on: bool, event: &Event) -> Result<bool> {
        self.expect(RoomAct::Archive)?;
        if self.room.archived_at.is_some() == on {
            return Ok(false);
        }
        let update = self.tx.query("update room set archived_at = $2 where id = $1");
        Ok(update.bind(self.room.id).bind(on.then(|| bigint(event.at))).execute().await? > 0)
    }
}
