//! Changes of a room and of who is in it, each one an event.

use super::{
    Change, Store,
    engine::{Tx, bigint, number},
    fold::fold,
    log::{self, LockedRoom, LogRow},
    sessions::raise_rev,
};
use crate::protocol::{Event, Failure, Field, Op, Role, RoomKind};
use crate::server::Result;

impl Store {
    /// Carries out a change as an event. `None` when there was nothing to change.
    pub async fn change(&self, change: &Change) -> Result<Option<Event>> {
        let mut tx = self.db.begin().await?;
        let room = log::lock_rooms(&mut tx, &[change.room]).await?.pop().ok_or(Failure::NotFound)?;
        let role = tx
            .query("select role from room_member where room_id = $1 and user_id = $2")
            .bind(change.room)
            .bind(change.by.id)
            .optional::<(Role,)>()
            .await?
            .map(|(role,)| role);
        let event = Event {
            seq: number(room.last_seq) + 1,
            at: change.at,
            by: change.by.id,
            name: change.by.name.clone(),
            nonce: None,
            op: change.op.clone(),
            amended: None,
        };
        if !carry_out(&mut tx, &room, role, &event).await? {
            return Ok(None);
        }
        log::write(&mut tx, &[LogRow::new(room.id, &event, room.said)]).await?;
        tx.commit().await?;
        Ok(Some(event))
    }
}

/// Changes the room's or the member's row. `false` when it is so already.
async fn carry_out(tx: &mut Tx, room: &LockedRoom, role: Option<Role>, event: &Event) -> Result<bool> {
    match (&event.op, role) {
        (Op::Join, Some(_)) | (Op::Leave, None) => Ok(false),
        (Op::Join, None) => join(tx, room, event).await,
        (Op::Leave, Some(_)) => leave(tx, room, event).await,
        (Op::Rename { .. } | Op::Topic { .. } | Op::Archive { .. }, None) => Err(Failure::NotFound.into()),
        (Op::Rename { name }, Some(_)) => rename(tx, room, name).await,
        (Op::Topic { topic }, Some(_)) => set_topic(tx, room, topic).await,
        (Op::Archive { on }, Some(role)) => archive(tx, room, role, *on, event).await,
        (_, _) => Err(Failure::Unknown.into()),
    }
}

async fn join(tx: &mut Tx, room: &LockedRoom, event: &Event) -> Result<bool> {
    if room.kind != RoomKind::Public || !log::is_in_space(tx, room.space_id, event.by).await? {
        return Err(Failure::NotFound.into());
    }
    refuse_archived(room)?;
    log::add_member(tx, room.id, event, Role::Member, room.said).await?;
    raise_rev(tx, event.by).await?;
    Ok(true)
}

async fn leave(tx: &mut Tx, room: &LockedRoom, event: &Event) -> Result<bool> {
    tx.query("delete from room_member where room_id = $1 and user_id = $2")
        .bind(room.id)
        .bind(event.by)
        .execute()
        .await?;
    raise_rev(tx, event.by).await?;
    Ok(true)
}

async fn rename(tx: &mut Tx, room: &LockedRoom, name: &str) -> Result<bool> {
    refuse_archived(room)?;
    if room.name == name {
        return Ok(false);
    }
    let update = tx.query("update room set name = $2, name_folded = $3 where id = $1");
    match update.bind(room.id).bind(name).bind(fold(name)).execute().await {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            Err(Failure::Taken { field: Field::RoomName }.into())
        }
        done => Ok(done? > 0),
    }
}

async fn set_topic(tx: &mut Tx, room: &LockedRoom, topic: &str) -> Result<bool> {
    refuse_archived(room)?;
    if room.topic == topic {
        return Ok(false);
    }
    let update = tx.query("update room set topic = $2 where id = $1");
    Ok(update.bind(room.id).bind(topic).execute().await? > 0)
}

async fn archive(tx: &mut Tx, room: &LockedRoom, role: Role, on: bool, event: &Event) -> Result<bool> {
    if role < Role::Owner {
        return Err(Failure::Forbidden.into());
    }
    if room.archived_at.is_some() == on {
        return Ok(false);
    }
    let update = tx.query("update room set archived_at = $2 where id = $1");
    Ok(update.bind(room.id).bind(on.then(|| bigint(event.at))).execute().await? > 0)
}

fn refuse_archived(room: &LockedRoom) -> Result<()> {
    if room.archived_at.is_some() { Err(Failure::Archived.into()) } else { Ok(()) }
}
