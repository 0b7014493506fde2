//! Invitations: links that bring people into a space or into one of its rooms.

use super::{
    Store, audit,
    audit::Deed,
    engine::{Tx, bigint, number},
    reading::count,
    spaces::role_in,
    standing::Standing,
    who::user,
};
use crate::protocol::{
    AuditAct, Failure, Invite, InviteId, InviteState, InviteView, Millis, Role, RoomAct, RoomId, RoomKind,
    Space, SpaceAct, SpaceId, UserId, may, may_in_space,
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

pub(super) use leads_somewhere;

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

/// What an invitation is about.
#[derive(sqlx::FromRow)]
pub(super) struct TakenRow {
    pub id: InviteId,
    pub space_id: SpaceId,
    pub room_id: Option<RoomId>,
    pub by_id: UserId,
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
        let deed =
            Deed { by: Some(new.by), ..deed(new.space, new.room, new.at, AuditAct::InviteMade, &new.note) };
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
    if !standing.in_room(kind).is_some_and(|role| may(RoomAct::Invite, kind, role)) {
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

/// What is written down of an invitation.
pub(super) fn deed(
    space: SpaceId,
    room: Option<RoomId>,
    at: Millis,
    act: AuditAct,
    detail: &str,
) -> Deed<'_> {
    Deed { space: Some(space), at, by: None, act, user: None, room, detail }
}
