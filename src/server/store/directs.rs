//! Rooms that are called after the people in them: one for each set of people.

use super::{
    Store,
    changes::event,
    engine::{Tx, bigint},
    log::{self, LockedRoom, LogRow},
    people::{UserRow, user_columns},
    sessions::raise_rev,
    spaces::role_in,
};
use crate::protocol::{
    Event, Failure, Millis, Op, Role, RoomId, RoomKind, SpaceAct, SpaceId, User, UserId, may_in_space,
};
use crate::server::{Error, Result};

/// Somebody wants to write to a few people.
#[derive(Debug, Clone)]
pub struct NewDirect {
    /// The id of the room, should it have to be made.
    pub id: RoomId,
    /// In which space.
    pub space: SpaceId,
    /// Who.
    pub by: User,
    /// To whom, beside oneself: at least one.
    pub others: Vec<UserId>,
    /// When.
    pub at: Millis,
}

impl Store {
    /// Makes the room of these people, or finds it; whoever had left it is in it again. Answers with what
    /// happened in it for that.
    pub async fn direct(&self, new: &NewDirect) -> Result<(RoomId, Vec<Event>)> {
        let mut tx = self.db.begin().await?;
        let role = role_in(&mut tx, new.space, new.by.id).await?.ok_or(Failure::NotFound)?;
        if !may_in_space(SpaceAct::StartDirect, role) {
            return Err(Failure::Forbidden.into());
        }
        let mut party = vec![new.by.id];
        party.extend(&new.others);
        party.sort_unstable();
        party.dedup();
        let numbers: Vec<i64> = party.iter().map(|user| user.raw()).collect();
        let numbers = log::json(&numbers);
        let people = people(&mut tx, new.space, &party).await?;
        insert(&mut tx, new, &party, &numbers).await?;
        let query = tx.query("select id from room where space_id = $1 and party = $2");
        let found = query.bind(new.space).bind(numbers.as_str()).optional::<(RoomId,)>().await?;
        let (id,) = found.ok_or_else(|| Error::Broken("a direct room is not there".to_owned()))?;
        let mut room = log::lock_rooms(&mut tx, &[id]).await?.pop().ok_or(Failure::NotFound)?;
        let events = bring_in(&mut tx, new, &mut room, people).await?;
        tx.commit().await?;
        Ok((id, events))
    }
}

/// Those of the party, who must all belong to the space; the one who asks first.
async fn people(tx: &mut Tx, space: SpaceId, party: &[UserId]) -> Result<Vec<User>> {
    let mut people = Vec::new();
    for id in party {
        let query = tx.query(concat!(
            "select ",
            user_columns!(),
            " from app_user u join space_member m on m.user_id = u.id and m.space_id = $1
             where u.id = $2 and u.deactivated_at is null"
        ));
        let found = query.bind(space).bind(*id).optional::<UserRow>().await?;
        people.push(found.ok_or(Failure::NotFound)?.into());
    }
    Ok(people)
}

/// Another process, or another of the party, may have been faster: then nothing happens.
async fn insert(tx: &mut Tx, new: &NewDirect, party: &[UserId], numbers: &str) -> Result<()> {
    let kind = if party.len() > 2 { RoomKind::Group } else { RoomKind::Direct };
    tx.query(
        "insert into room (id, space_id, name, name_folded, topic, kind, last_seq, last_at, created_by, created_at, party)
         values ($1, $2, '', $3, '', $4, 0, $5, $6, $5, $7)
         on conflict do nothing",
    )
    .bind(new.id)
    .bind(new.space)
    // It has no name; no room that has one is called like this.
    .bind(format!("\u{1}{}", new.id))
    .bind(kind)
    .bind(bigint(new.at))
    .bind(new.by.id)
    .bind(numbers)
    .execute()
    .await?;
    Ok(())
}

/// Puts those into the room who are not in it.
async fn bring_in(
    tx: &mut Tx,
    new: &NewDirect,
    room: &mut LockedRoom,
    mut people: Vec<User>,
) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    if room.last_seq == 0 {
        events.push(event(room, &new.by, new.at, Op::Create { name: String::new() }));
        room.last_seq += 1;
    }
    // Who asks comes in before the others are brought in.
    people.sort_by_key(|user| user.id != new.by.id);
    for user in people {
        let query = tx.query("select role from room_member where room_id = $1 and user_id = $2");
        if query.bind(room.id).bind(user.id).optional::<(Role,)>().await?.is_some() {
            continue;
        }
        let op = match user.id == new.by.id {
            true => Op::Join,
            false => Op::Added { by: new.by.shown().to_owned() },
        };
        let joined = event(room, &user, new.at, op);
        log::add_member(tx, room, &joined, Role::Member).await?;
        raise_rev(tx, user.id).await?;
        room.last_seq += 1;
        events.push(joined);
    }
    let rows: Vec<LogRow<'_>> = events.iter().map(|event| LogRow::new(room.id, event, room.said)).collect();
    if !rows.is_empty() {
        log::write(tx, &rows).await?;
    }
    Ok(events)
}
