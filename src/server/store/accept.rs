//! Coming in by an invitation.
//!
//! A use is counted in the transaction in which somebody comes in by it, so that a link for one lets in one.

use super::{
    NewAccount, Store, accounts, audit,
    audit::Deed,
    changes::event,
    engine::{Tx, bigint},
    invites::{TakenRow, deed, leads_somewhere},
    log::{self, LogRow},
    sessions::raise_rev,
    spaces::{add_to_space, lock_space, role_in},
    standing::Standing,
};
use crate::protocol::{AuditAct, Event, Failure, Millis, Op, Role, RoomId, RoomKind, SpaceId, User, UserId};
use crate::server::Result;

/// Somebody who follows an invitation.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// SHA-256 of the code.
    pub code_hash: [u8; 32],
    /// Who.
    pub user: User,
    /// When.
    pub at: Millis,
}

/// Where an invitation brought somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The space one belongs to now.
    pub space: SpaceId,
    /// The one room it led to.
    pub room: Option<RoomId>,
    /// What happened in that room; nothing for who was there already.
    pub event: Option<Event>,
    /// Did one come into the space by it, or see more of it than before?
    pub is_new: bool,
}

// The conditions that a race decides stand in the statement that counts.
const TAKE: &str = "update invite set uses = uses + 1
     where code_hash = $1 and revoked_at is null and (expires_at is null or expires_at > $2)
       and (uses_limit is null or uses < uses_limit)
     returning id, space_id, room_id, by_id";

const LEADS: &str = concat!(
    "select case when s.guests = 1 then i.guests else 0 end as guests, u.kind
     from invite i join space s on s.id = i.space_id join app_user u on u.id = $2
     left join room r on r.id = i.room_id
     where i.id = $1 and ",
    leads_somewhere!()
);

impl Store {
    /// Lets somebody in who has an account, or is a guest already.
    pub async fn accept_invite(&self, acceptance: &Acceptance) -> Result<Accepted> {
        let mut tx = self.db.begin().await?;
        let accepted = accept(&mut tx, acceptance).await?;
        tx.commit().await?;
        Ok(accepted)
    }

    /// Makes an account or a guest, and lets that person in. Refused as `Taken` as [`Store::create_account`]
    /// refuses; then nothing is used up.
    pub async fn create_invited(&self, account: &NewAccount, code_hash: [u8; 32]) -> Result<Accepted> {
        let mut tx = self.db.begin().await?;
        accounts::insert(&mut tx, account).await?;
        let acceptance = Acceptance { code_hash, user: account.user(), at: account.at };
        let accepted = accept(&mut tx, &acceptance).await?;
        tx.commit().await?;
        Ok(accepted)
    }
}

/// Lets somebody in within a transaction in which the account may just have been made. What was written
/// is to be handed out once it is committed.
///
/// # Errors
/// [`Failure::NotFound`] for a code that leads nowhere, whatever the reason; [`Failure::Forbidden`] for a
/// guest where guests may not come in.
pub(super) async fn accept(tx: &mut Tx, acceptance: &Acceptance) -> Result<Accepted> {
    let (user, at) = (&acceptance.user, acceptance.at);
    let take = tx.query(TAKE).bind(acceptance.code_hash.to_vec()).bind(bigint(at));
    let invite = take.optional::<TakenRow>().await?.ok_or(Failure::NotFound)?;
    lock_space(tx, invite.space_id).await?;
    let leads = tx.query(LEADS).bind(invite.id).bind(user.id).optional::<(i64, String)>().await?;
    let (guests, kind) = leads.ok_or(Failure::NotFound)?;
    if kind == "guest" && guests == 0 {
        return Err(Failure::Forbidden.into());
    }
    let is_new = enter_space(tx, &invite, user.id, kind == "guest", at).await?;
    let event = match invite.room_id {
        Some(room) => enter_room(tx, invite.space_id, room, user, at).await?,
        None => None,
    };
    if is_new || event.is_some() {
        let (by, whom) = (Some(invite.by_id), Some(user.id));
        let deed = deed(invite.space_id, invite.room_id, at, AuditAct::InviteUsed, "");
        audit::write(tx, &Deed { by, user: whom, ..deed }).await?;
    } else {
        // One who was there already uses nothing up.
        tx.query("update invite set uses = uses - 1 where id = $1").bind(invite.id).execute().await?;
    }
    Ok(Accepted { space: invite.space_id, room: invite.room_id, event, is_new })
}

/// A link to a room lets its newcomers into that room alone; one to the space makes who has an account a member.
async fn enter_space(
    tx: &mut Tx,
    invite: &TakenRow,
    user: UserId,
    is_guest: bool,
    at: Millis,
) -> Result<bool> {
    let only_rooms = invite.room_id.is_some();
    let role = if is_guest || only_rooms { Role::Guest } else { Role::Member };
    let held = role_in(tx, invite.space_id, user).await?;
    let Some(held) = held else {
        return add_to_space(tx, invite.space_id, user, role, only_rooms, at).await;
    };
    if only_rooms {
        return Ok(false);
    }
    let update = tx.query(
        "update space_member set only_rooms = 0, role = $3
         where space_id = $1 and user_id = $2 and (only_rooms = 1 or role < $3)",
    );
    let raised = update.bind(invite.space_id).bind(user).bind(role.max(held)).execute().await?;
    if raised > 0 {
        raise_rev(tx, user).await?;
    }
    Ok(raised > 0)
}

async fn enter_room(
    tx: &mut Tx,
    space: SpaceId,
    id: RoomId,
    user: &User,
    at: Millis,
) -> Result<Option<Event>> {
    let room = log::lock_rooms(tx, &[id]).await?.pop().ok_or(Failure::NotFound)?;
    let standing = Standing::find(tx, space, id, user.id).await?.ok_or(Failure::NotFound)?;
    if standing.room.is_some() {
        return Ok(None);
    }
    // It may have been archived while we waited for it.
    if room.archived_at.is_some() || matches!(room.kind, RoomKind::Direct | RoomKind::Group) {
        return Err(Failure::NotFound.into());
    }
    let event = event(&room, user, at, Op::Join);
    log::add_member(tx, &room, &event, standing.space.min(Role::Member)).await?;
    log::write(tx, &[LogRow::new(id, &event, room.said)]).await?;
    raise_rev(tx, user.id).await?;
    Ok(Some(event))
}
