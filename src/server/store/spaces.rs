//! Spaces, and who belongs to them.

use super::{
    Store, audit,
    audit::Deed,
    changes::event,
    engine::{Both, Tx, bigint},
    log::{self, LockedRoom, LogRow},
    sessions::raise_rev,
};
use crate::protocol::{
    AuditAct, Entry, Event, Failure, Field, Millis, Op, Role, RoomId, Space, SpaceAct, SpaceId, User, UserId,
    may_in_space, outranks,
};
use crate::server::Result;

macro_rules! spaces_where {
    ($which:literal) => {
        concat!(
            "select s.id, s.slug, s.name, s.glyph, m.role from space s
             join space_member m on m.space_id = s.id and m.user_id = $1 where ",
            $which
        )
    };
}

#[derive(sqlx::FromRow)]
struct SpaceRow {
    id: SpaceId,
    slug: String,
    name: String,
    glyph: String,
    role: Role,
}

impl From<SpaceRow> for Space {
    fn from(row: SpaceRow) -> Self {
        Self { id: row.id, slug: row.slug, name: row.name, glyph: row.glyph, role: Some(row.role) }
    }
}

/// A space to be made.
#[derive(Debug, Clone)]
pub struct NewSpace {
    /// Its id, slug, name and sign.
    pub space: Space,
    /// Who may come in.
    pub entry: Entry,
    /// The role of who comes in by a name alone; none when nobody may.
    pub door: Option<Role>,
    /// Who owns it.
    pub owner: Option<UserId>,
    /// When it is made.
    pub at: Millis,
}

/// How people come into a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// Who may come in.
    pub entry: Entry,
    /// The role of who comes in by a name alone; none when nobody may.
    pub door: Option<Role>,
    /// May invitations let guests in?
    pub guests: bool,
}

impl Store {
    /// Makes a space. Refused as `Taken { Slug }` when its slug is in use.
    pub async fn create_space(&self, new: &NewSpace) -> Result<()> {
        let mut tx = self.db.begin().await?;
        create_space(&mut tx, new).await?;
        Ok(tx.commit().await?)
    }

    /// Makes somebody a member of a space. `false` when they are one already, or may not come back.
    pub async fn add_to_space(&self, space: SpaceId, user: UserId, role: Role, at: Millis) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        let is_new = add_to_space(&mut tx, space, user, role, false, at).await?;
        tx.commit().await?;
        Ok(is_new)
    }

    /// The spaces of somebody, by name.
    pub async fn spaces_of(&self, user: UserId) -> Result<Vec<Space>> {
        let query = self.db.query(spaces_where!("m.user_id = $1")).bind(user);
        let mut spaces: Vec<Space> = query.all::<SpaceRow>().await?.into_iter().map(Space::from).collect();
        spaces.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
        Ok(spaces)
    }

    /// The space of this id, with somebody's role in it; `None` for who does not belong to it.
    pub async fn find_space_of(&self, space: SpaceId, user: UserId) -> Result<Option<Space>> {
        let query = self.db.query(spaces_where!("s.id = $2")).bind(user).bind(space);
        Ok(query.optional::<SpaceRow>().await?.map(Space::from))
    }

    /// In which of somebody's spaces one sees single rooms alone.
    pub async fn is_only_in_rooms(&self, space: SpaceId, user: UserId) -> Result<bool> {
        let query = self.db.query("select only_rooms from space_member where space_id = $1 and user_id = $2");
        let found = query.bind(space).bind(user).optional::<(i64,)>().await?;
        Ok(found.is_some_and(|(only_rooms,)| only_rooms != 0))
    }

    /// How people come into a space.
    pub async fn access(&self, space: SpaceId) -> Result<Option<Access>> {
        let query = self.db.query("select entry, door, guests from space where id = $1").bind(space);
        let found = query.optional::<(String, Option<Role>, i64)>().await?;
        Ok(found.map(|(entry, door, guests)| Access {
            entry: Entry::of(&entry).unwrap_or(Entry::Closed),
            door,
            guests: guests != 0,
        }))
    }

    /// Takes somebody out of a space and all its rooms: by their own will, or `by` somebody who may ban,
    /// who may also keep them from coming back. Answers with the event of each room they were in.
    pub async fn leave_space(&self, leaving: &LeavingSpace) -> Result<Vec<(RoomId, Event)>> {
        let mut tx = self.db.begin().await?;
        lock_space(&mut tx, leaving.space).await?;
        let role = role_in(&mut tx, leaving.space, leaving.user.id).await?.ok_or(Failure::NotFound)?;
        if let Some(by) = &leaving.by {
            let own = role_in(&mut tx, leaving.space, by.id).await?.ok_or(Failure::NotFound)?;
            if by.id == leaving.user.id || !may_in_space(SpaceAct::Ban, own) || !outranks(own, role) {
                return Err(Failure::Forbidden.into());
            }
        }
        if role == Role::Owner {
            keep_an_owner(&mut tx, leaving.space, leaving.user.id).await?;
        }
        let events = leave_rooms(&mut tx, leaving).await?;
        let delete = tx.query("delete from space_member where space_id = $1 and user_id = $2");
        delete.bind(leaving.space).bind(leaving.user.id).execute().await?;
        if let Some(reason) = &leaving.ban {
            let by = leaving.by.as_ref().map(|by| by.id);
            keep_out(&mut tx, leaving.space, leaving.user.id, by, reason, leaving.at).await?;
        }
        raise_rev(&mut tx, leaving.user.id).await?;
        tx.commit().await?;
        Ok(events)
    }

    /// Gives somebody another role in a space. `false` when it is so already.
    /// `None` in place of who does it is the command line.
    pub async fn set_space_role(
        &self,
        space: SpaceId,
        by: Option<UserId>,
        user: UserId,
        role: Role,
        at: Millis,
    ) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        lock_space(&mut tx, space).await?;
        if let Some(by) = by {
            let own = role_in(&mut tx, space, by).await?.ok_or(Failure::NotFound)?;
            if !may_in_space(SpaceAct::GiveRoles, own) {
                return Err(Failure::Forbidden.into());
            }
        }
        let changed = give_space_role(&mut tx, space, user, role).await?;
        if changed {
            let (user, detail) = (Some(user), role.word());
            let act = AuditAct::RoleGiven;
            audit::write(&mut tx, &Deed { space: Some(space), at, by, act, user, room: None, detail })
                .await?;
        }
        tx.commit().await?;
        Ok(changed)
    }
}

/// Somebody who goes out of a space.
#[derive(Debug, Clone)]
pub struct LeavingSpace {
    /// Out of which.
    pub space: SpaceId,
    /// Who.
    pub user: User,
    /// Who sends them out; none when they go by themselves, or when it is the command line that bans them.
    pub by: Option<User>,
    /// Why they may not come back; none when they may.
    pub ban: Option<String>,
    /// When.
    pub at: Millis,
}

/// Gives somebody another role, whoever asks; the last owner stays one. `false` when it is so already.
pub(super) async fn give_space_role(tx: &mut Tx, space: SpaceId, user: UserId, role: Role) -> Result<bool> {
    let held = role_in(tx, space, user).await?.ok_or(Failure::NotFound)?;
    if held == role {
        return Ok(false);
    }
    if held == Role::Owner {
        keep_an_owner(tx, space, user).await?;
    }
    // Whoever is more than a guest sees the whole space.
    let update = tx.query(
        "update space_member set role = $3, only_rooms = case when $4 = 1 then only_rooms else 0 end
         where space_id = $1 and user_id = $2",
    );
    let is_guest = i64::from(role == Role::Guest);
    update.bind(space).bind(user).bind(role).bind(is_guest).execute().await?;
    raise_rev(tx, user).await?;
    Ok(true)
}

/// Keeps somebody from coming back into a space.
pub(super) async fn keep_out(
    tx: &mut Tx,
    space: SpaceId,
    user: UserId,
    by: Option<UserId>,
    reason: &str,
    at: Millis,
) -> Result<()> {
    let ban = tx.query(
        "insert into space_ban (space_id, user_id, by_id, reason, at) values ($1, $2, $3, $4, $5)
         on conflict (space_id, user_id) do nothing",
    );
    if ban.bind(space).bind(user).bind(by).bind(reason).bind(bigint(at)).execute().await? == 0 {
        return Ok(());
    }
    let (act, user) = (AuditAct::Banned, Some(user));
    audit::write(tx, &Deed { space: Some(space), at, by, act, user, room: None, detail: reason }).await
}

/// Holds off others who change who belongs to a space: so the last owner is the last, and who is banned
/// does not come in meanwhile.
pub(super) async fn lock_space(tx: &mut Tx, space: SpaceId) -> Result<()> {
    let lock = Both {
        // SQLite has one writer.
        sqlite: "select id from space where id = $1",
        postgres: "select id from space where id = $1 for update",
    };
    tx.query_both(lock).bind(space).optional::<(SpaceId,)>().await?.ok_or(Failure::NotFound)?;
    Ok(())
}

/// Makes a space, and its owner's place in it.
pub(super) async fn create_space(tx: &mut Tx, new: &NewSpace) -> Result<()> {
    let made = tx
        .query(
            "insert into space (id, slug, name, glyph, created_at, entry, door) values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (slug) do nothing",
        )
        .bind(new.space.id)
        .bind(new.space.slug.as_str())
        .bind(new.space.name.as_str())
        .bind(new.space.glyph.as_str())
        .bind(bigint(new.at))
        .bind(new.entry.word())
        .bind(new.door)
        .execute()
        .await?;
    if made == 0 {
        return Err(Failure::Taken { field: Field::Slug }.into());
    }
    if let Some(owner) = new.owner {
        add_to_space(tx, new.space.id, owner, Role::Owner, false, new.at).await?;
    }
    Ok(())
}

/// Makes somebody a member of a space. `false` when they are one already, or may not come back.
pub(super) async fn add_to_space(
    tx: &mut Tx,
    space: SpaceId,
    user: UserId,
    role: Role,
    only_rooms: bool,
    at: Millis,
) -> Result<bool> {
    let banned = tx.query("select at from space_ban where space_id = $1 and user_id = $2");
    if banned.bind(space).bind(user).optional::<(i64,)>().await?.is_some() {
        return Ok(false);
    }
    let insert = tx.query(
        "insert into space_member (space_id, user_id, role, joined_at, only_rooms) values ($1, $2, $3, $4, $5)
         on conflict (space_id, user_id) do nothing",
    );
    let insert = insert.bind(space).bind(user).bind(role).bind(bigint(at)).bind(i64::from(only_rooms));
    let made = insert.execute().await?;
    raise_rev(tx, user).await?;
    Ok(made > 0)
}

/// Somebody's role in a space.
pub(super) async fn role_in(tx: &mut Tx, space: SpaceId, user: UserId) -> Result<Option<Role>> {
    let query = tx.query("select role from space_member where space_id = $1 and user_id = $2");
    Ok(query.bind(space).bind(user).optional::<(Role,)>().await?.map(|(role,)| role))
}

/// Is there another owner than this one?
pub(super) async fn keep_an_owner(tx: &mut Tx, space: SpaceId, owner: UserId) -> Result<()> {
    let query = tx.query(
        "select user_id from space_member where space_id = $1 and role = $2 and user_id <> $3 limit 1",
    );
    let other = query.bind(space).bind(Role::Owner).bind(owner).optional::<(UserId,)>().await?;
    if other.is_none() { Err(Failure::LastOwner.into()) } else { Ok(()) }
}

async fn leave_rooms(tx: &mut Tx, leaving: &LeavingSpace) -> Result<Vec<(RoomId, Event)>> {
    let query = tx.query(
        "select m.room_id from room_member m join room r on r.id = m.room_id
         where m.user_id = $1 and r.space_id = $2 order by m.room_id",
    );
    let rooms = query.bind(leaving.user.id).bind(leaving.space).all::<(RoomId,)>().await?;
    let rooms: Vec<RoomId> = rooms.into_iter().map(|(room,)| room).collect();
    let locked = log::lock_rooms(tx, &rooms).await?;
    let op = match (&leaving.by, &leaving.ban) {
        (Some(by), _) => Op::Removed { by: by.shown().to_owned() },
        (None, Some(_)) => Op::Removed { by: "Maru".to_owned() },
        (None, None) => Op::Leave,
    };
    let out = |room: &LockedRoom| (room.id, event(room, &leaving.user, leaving.at, op.clone()));
    let events: Vec<(RoomId, Event)> = locked.iter().map(out).collect();
    let rows: Vec<LogRow<'_>> =
        events.iter().zip(&locked).map(|((id, event), room)| LogRow::new(*id, event, room.said)).collect();
    if !rows.is_empty() {
        log::write(tx, &rows).await?;
    }
    log::remove_member(tx, leaving.user.id, &rooms).await?;
    Ok(events)
}
