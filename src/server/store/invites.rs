//! Invitations: links that bring people into a space or into one of its rooms.
//!
//! A use is counted in the transaction in which somebody comes in by it, so that a link for one lets in one.

use super::{
    Store, audit,
    audit::Deed,
    changes::event,
    engine::{Both, Tx, bigint, number},
    log::{self, LogRow},
    reading::count,
    sessions::raise_rev,
    spaces::{add_to_space, role_in},
    standing::Standing,
    who::{Who, user},
};
use crate::protocol::{
    AuditAct, Event, Failure, Invite, InviteId, InviteState, InviteView, Millis, Op, Role, RoomAct, RoomId, RoomKind,
    Space, SpaceAct, SpaceId, User, UserId, may, may_in_space,
};
use crate::server::{Error, Result};

/// An invitation to be made; its note has been checked.
#[derive(Debug, Clone)]
pub struct NewInvite {
    /// Its id.
    pub id: InviteId,
    /// SHA-256 of the code; the code itself is kept nowhere.
    pub code_hash: [u8; 32],
    /// Where it leads.
    pub space: SpaceId,
    /// The one room it leads to.
    pub room: Option<RoomId>,
    /// Who makes it.
    pub by: UserId,
    /// May who follows it come in with a name alone?
    pub guests: bool,
    /// When it is made.
    pub at: Millis,
    /// When it ends.
    pub expires_at: Option<Millis>,
    /// How often it may be used.
    pub uses_limit: Option<u32>,
    /// What it is for.
    pub note: String,
}

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

/// Which invitations are told of.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    /// Those of the space.
    Of(SpaceId),
    /// Those to one of its rooms.
    To(SpaceId, RoomId),
}

// Whatever makes one useless makes it unknown. Who made it must still be there to vouch for it.
macro_rules! leads_somewhere {
    () => {
        "s.entry <> 'closed'
         and (i.room_id is null or r.archived_at is null)
         and exists (select 1 from space_member v where v.space_id = i.space_id and v.user_id = i.by_id)
         and (i.room_id is null or r.kind in ('public', 'announcement')
              or exists (select 1 from room_member v where v.room_id = i.room_id and v.user_id = i.by_id))
         and not exists (select 1 from space_ban b where b.space_id = i.space_id and b.user_id = $2)"
    };
}

// `$2` asks, or nobody does: no account has the id 0.
const LOOK: &str = concat!(
    "select i.space_id, s.slug, s.name as space_name, s.glyph, i.room_id, r.name as room_name,
            case when s.guests = 1 then i.guests else 0 end as guests,
            i.by_id, u.name, u.display, u.face, sm.role as space_role, sm.only_rooms, rm.role as room_role
     from invite i
     join space s on s.id = i.space_id
     join app_user u on u.id = i.by_id
     left join room r on r.id = i.room_id
     left join space_member sm on sm.space_id = i.space_id and sm.user_id = $2
     left join room_member rm on rm.room_id = i.room_id and rm.user_id = $2
     where i.code_hash = $1 and i.revoked_at is null and (i.expires_at is null or i.expires_at > $3)
       and (i.uses_limit is null or i.uses < i.uses_limit) and ",
    leads_somewhere!()
);

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

/// Holds off whoever would ban somebody from the space meanwhile.
pub(super) const LOCK_SPACE: Both = Both {
    sqlite: "select id from space where id = $1",
    postgres: "select id from space where id = $1 for update",
};

#[derive(sqlx::FromRow)]
struct TakenRow {
    id: InviteId,
    space_id: SpaceId,
    room_id: Option<RoomId>,
    by_id: UserId,
}

#[derive(sqlx::FromRow)]
struct LookRow {
    space_id: SpaceId,
    slug: String,
    space_name: String,
    glyph: String,
    room_id: Option<RoomId>,
    room_name: Option<String>,
    guests: i64,
    by_id: UserId,
    name: String,
    display: String,
    face: i64,
    space_role: Option<Role>,
    only_rooms: Option<i64>,
    room_role: Option<Role>,
}

impl From<LookRow> for InviteView {
    fn from(row: LookRow) -> Self {
        let is_in = match row.room_id {
            Some(_) => row.room_role.is_some(),
            None => row.space_role.is_some() && row.only_rooms == Some(0),
        };
        let (id, role) = (row.space_id, row.space_role);
        Self {
            space: Space { id, slug: row.slug, name: row.space_name, glyph: row.glyph, role },
            room: row.room_name,
            by: user(row.by_id, row.name, row.display, row.face),
            guests: row.guests != 0,
            is_in,
        }
    }
}

#[derive(sqlx::FromRow)]
struct InviteRow {
    id: InviteId,
    room_name: Option<String>,
    by_id: UserId,
    name: String,
    display: String,
    face: i64,
    guests: i64,
    created_at: i64,
    expires_at: Option<i64>,
    uses_limit: Option<i64>,
    uses: i64,
    revoked_at: Option<i64>,
    note: String,
}

impl InviteRow {
    fn into_invite(self, now: Millis) -> Invite {
        let expires_at = self.expires_at.map(number);
        let state = match (self.revoked_at, self.uses_limit) {
            (Some(_), _) => InviteState::Revoked,
            (None, Some(limit)) if self.uses >= limit => InviteState::UsedUp,
            _ if expires_at.is_some_and(|end| end <= now) => InviteState::Expired,
            _ => InviteState::Open,
        };
        Invite {
            id: self.id,
            room: self.room_name,
            by: user(self.by_id, self.name, self.display, self.face),
            guests: self.guests != 0,
            at: number(self.created_at),
            expires_at,
            uses: count(self.uses),
            uses_limit: self.uses_limit.map(count),
            state,
            note: self.note,
        }
    }
}

impl Store {
    /// Keeps an invitation of somebody who may make it.
    pub async fn create_invite(&self, new: &NewInvite) -> Result<()> {
        let mut tx = self.db.begin().await?;
        may_invite(&mut tx, new.space, new.room, new.by).await?;
        insert(&mut tx, new).await?;
        let deed = Deed { by: Some(new.by), ..deed(new.space, new.room, new.at, AuditAct::InviteMade, &new.note) };
        audit::write(&mut tx, &deed).await?;
        Ok(tx.commit().await?)
    }

    /// Keeps an invitation that the command line makes, in the name of one of the space's people.
    pub async fn create_invite_beside(&self, new: &NewInvite) -> Result<()> {
        let mut tx = self.db.begin().await?;
        insert(&mut tx, new).await?;
        audit::write(&mut tx, &deed(new.space, new.room, new.at, AuditAct::InviteMade, &new.note)).await?;
        Ok(tx.commit().await?)
    }

    /// Takes an invitation back: one's own, or any where one may invite. `None` in place of somebody is the
    /// command line. Does nothing more to one that was taken back already.
    pub async fn revoke_invite(&self, id: InviteId, by: Option<UserId>, at: Millis) -> Result<SpaceId> {
        let mut tx = self.db.begin().await?;
        let query = tx.query("select id, space_id, room_id, by_id from invite where id = $1").bind(id);
        let row = query.optional::<TakenRow>().await?.ok_or(Failure::NotFound)?;
        if let Some(by) = by.filter(|by| *by != row.by_id) {
            let role = role_in(&mut tx, row.space_id, by).await?.ok_or(Failure::NotFound)?;
            if !may_in_space(SpaceAct::Invite, role) {
                return Err(Failure::NotFound.into());
            }
        }
        let update = tx.query("update invite set revoked_at = $2 where id = $1 and revoked_at is null");
        if update.bind(id).bind(bigint(at)).execute().await? > 0 {
            let deed = Deed { by, ..deed(row.space_id, row.room_id, at, AuditAct::InviteRevoked, "") };
            audit::write(&mut tx, &deed).await?;
        }
        tx.commit().await?;
        Ok(row.space_id)
    }

    /// The newest invitations, as `reader` may see them: all for who may invite there, else one's own.
    pub async fn invites(&self, which: Which, reader: UserId, now: Millis) -> Result<Vec<Invite>> {
        let (space, room) = match which {
            Which::Of(space) => (space, RoomId::from_raw(0)),
            Which::To(space, room) => (space, room),
        };
        let mut tx = self.db.begin_to_read().await?;
        let role = role_in(&mut tx, space, reader).await?.ok_or(Failure::NotFound)?;
        let sees_all = may_in_space(SpaceAct::Invite, role)
            || match which {
                Which::Of(_) => false,
                Which::To(..) => may_invite(&mut tx, space, Some(room), reader).await.is_ok(),
            };
        let query = tx.query(
            "select i.id, i.by_id, u.name, u.display, u.face, i.guests, i.created_at, i.expires_at, i.uses_limit,
                    i.uses, i.revoked_at, i.note,
                    case when i.room_id is null then null
                         when r.kind in ('public', 'announcement') or i.by_id = $2
                              or exists (select 1 from room_member m where m.room_id = i.room_id and m.user_id = $2)
                         then r.name else '' end as room_name
             from invite i join app_user u on u.id = i.by_id left join room r on r.id = i.room_id
             where i.space_id = $1 and ($3 = 0 or i.room_id = $3) and ($4 = 1 or i.by_id = $2)
             order by i.created_at desc, i.id limit 500",
        );
        let query = query.bind(space).bind(reader).bind(room).bind(i64::from(sees_all));
        let rows = query.all::<InviteRow>().await?;
        Ok(rows.into_iter().map(|row| row.into_invite(now)).collect())
    }

    /// Every invitation of a space, for the command line.
    pub async fn all_invites(&self, space: SpaceId, now: Millis) -> Result<Vec<Invite>> {
        let query = self.db.query(
            "select i.id, i.by_id, u.name, u.display, u.face, i.guests, i.created_at, i.expires_at, i.uses_limit,
                    i.uses, i.revoked_at, i.note, r.name as room_name
             from invite i join app_user u on u.id = i.by_id left join room r on r.id = i.room_id
             where i.space_id = $1 order by i.created_at, i.id",
        );
        let rows = query.bind(space).all::<InviteRow>().await?;
        Ok(rows.into_iter().map(|row| row.into_invite(now)).collect())
    }

    /// Where a code leads somebody, or a stranger. `None` whatever the reason is that it leads nowhere.
    pub async fn look_at_invite(
        &self,
        code_hash: [u8; 32],
        visitor: Option<UserId>,
        now: Millis,
    ) -> Result<Option<InviteView>> {
        let query = self.db.query(LOOK).bind(code_hash.to_vec());
        let query = query.bind(visitor.unwrap_or(UserId::from_raw(0))).bind(bigint(now));
        Ok(query.optional::<LookRow>().await?.map(InviteView::from))
    }

    /// Lets somebody in who has an account, or is a guest already.
    pub async fn accept_invite(&self, acceptance: &Acceptance) -> Result<Accepted> {
        let mut tx = self.db.begin().await?;
        let accepted = accept(&mut tx, acceptance).await?;
        tx.commit().await?;
        Ok(accepted)
    }

    /// Where a code leads: its space, whatever the code is worth by now. For whom it concerns anyway.
    pub async fn space_of_invite(&self, id: InviteId) -> Result<Option<SpaceId>> {
        let query = self.db.query("select space_id from invite where id = $1").bind(id);
        Ok(query.optional::<(SpaceId,)>().await?.map(|(space,)| space))
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
    tx.query_both(LOCK_SPACE).bind(invite.space_id).one::<(SpaceId,)>().await?;
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
async fn enter_space(tx: &mut Tx, invite: &TakenRow, user: UserId, is_guest: bool, at: Millis) -> Result<bool> {
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

async fn enter_room(tx: &mut Tx, space: SpaceId, id: RoomId, user: &User, at: Millis) -> Result<Option<Event>> {
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

/// May somebody make links to the space, or to this room of it?
async fn may_invite(tx: &mut Tx, space: SpaceId, room: Option<RoomId>, by: UserId) -> Result<()> {
    let Some(room) = room else {
        let role = role_in(tx, space, by).await?.ok_or(Failure::NotFound)?;
        return if may_in_space(SpaceAct::Invite, role) { Ok(()) } else { Err(Failure::Forbidden.into()) };
    };
    let query = tx.query("select kind, archived_at from room where id = $1 and space_id = $2");
    let found = query.bind(room).bind(space).optional::<(RoomKind, Option<i64>)>().await?;
    let (kind, archived_at) = found.ok_or(Failure::NotFound)?;
    let standing = Standing::find(tx, space, room, by).await?.ok_or(Failure::NotFound)?;
    if !standing.may_read(kind) {
        return Err(Failure::NotFound.into());
    }
    if !standing.role(kind).is_some_and(|role| may(RoomAct::Invite, kind, role)) {
        return Err(Failure::Forbidden.into());
    }
    if archived_at.is_some() { Err(Failure::Archived.into()) } else { Ok(()) }
}

async fn insert(tx: &mut Tx, new: &NewInvite) -> Result<()> {
    let made = tx
        .query(
            "insert into invite (id, code_hash, space_id, room_id, by_id, guests, created_at, expires_at, uses_limit, note)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(new.id)
        .bind(new.code_hash.to_vec())
        .bind(new.space)
        .bind(new.room)
        .bind(new.by)
        .bind(i64::from(new.guests))
        .bind(bigint(new.at))
        .bind(new.expires_at.map(bigint))
        .bind(new.uses_limit.map(i64::from))
        .bind(new.note.as_str())
        .execute()
        .await?;
    if made == 1 { Ok(()) } else { Err(Error::Broken("an invitation was not kept".to_owned())) }
}

fn deed(space: SpaceId, room: Option<RoomId>, at: Millis, act: AuditAct, detail: &str) -> Deed<'_> {
    Deed { space: Some(space), at, by: None, act, user: None, room, detail }
}
