//! What a space and a room are like, beside their names: who may come in, how fast one may talk.

use super::{
    Store, audit,
    audit::Deed,
    engine::{Tx, bigint, number},
    log::{self, LockedRoom},
    reading::count,
    spaces::{NewSpace, add_to_space, create_space, lock_space, role_in},
    standing::{Standing, is_common},
};
use crate::protocol::{
    AuditAct, Entry, Failure, Millis, Mute, Role, RoomAct, RoomId, RoomKind, Space, SpaceAct, SpaceId,
    UserId, may_in_space,
};
use crate::server::Result;

/// What a space is to be like; its texts have been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpaceEdit {
    /// What it is called.
    pub name: String,
    /// What stands for it.
    pub glyph: String,
    /// Who may come in.
    pub entry: Entry,
    /// The role of who comes in by a name alone; none when nobody may.
    pub door: Option<Role>,
    /// May invitations let guests in?
    pub guests: bool,
}

/// A space in a list of all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpaceLine {
    /// Which.
    pub space: Space,
    /// Who may come in.
    pub entry: Entry,
    /// How many people belong to it.
    pub people: u32,
    /// How many rooms with a name it has.
    pub rooms: u32,
}

/// What newcomers of a room see of what was said before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum History {
    /// Everything.
    All,
    /// What is said from their joining on.
    Joined,
}

impl History {
    /// Its word in the store and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Joined => "joined",
        }
    }

    /// The one of this word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::All, Self::Joined].into_iter().find(|history| history.word() == word)
    }
}

impl Store {
    /// Makes a space for somebody who runs the server, or by the command line.
    pub async fn make_space(&self, new: &NewSpace, by: Option<UserId>) -> Result<()> {
        let mut tx = self.db.begin().await?;
        if let Some(by) = by {
            let query = tx.query("select is_admin from app_user where id = $1 and deactivated_at is null");
            let (is_admin,) = query.bind(by).optional::<(i64,)>().await?.ok_or(Failure::SignedOut)?;
            if is_admin == 0 {
                return Err(Failure::Forbidden.into());
            }
        }
        create_space(&mut tx, new).await?;
        // Who owns it by the command line is told so.
        let user = new.owner.filter(|_| by.is_none());
        let deed = deed(new.space.id, new.at, by, AuditAct::SpaceMade, &new.space.name);
        audit::write(&mut tx, &Deed { user, ..deed }).await?;
        Ok(tx.commit().await?)
    }

    /// Changes what a space is like; `None` in place of somebody is the command line.
    pub async fn edit_space(
        &self,
        space: SpaceId,
        by: Option<UserId>,
        edit: &SpaceEdit,
        at: Millis,
    ) -> Result<()> {
        let mut tx = self.db.begin().await?;
        if let Some(by) = by {
            let role = role_in(&mut tx, space, by).await?.ok_or(Failure::NotFound)?;
            if !may_in_space(SpaceAct::Configure, role) {
                return Err(Failure::Forbidden.into());
            }
        }
        let update = tx.query(
            "update space set name = $2, glyph = $3, entry = $4, door = $5, guests = $6 where id = $1",
        );
        let update = update.bind(space).bind(edit.name.as_str()).bind(edit.glyph.as_str());
        let update = update.bind(edit.entry.word()).bind(edit.door).bind(i64::from(edit.guests));
        if update.execute().await? == 0 {
            return Err(Failure::NotFound.into());
        }
        let detail = format!("{} · {}", edit.name, edit.entry.word());
        audit::write(&mut tx, &deed(space, at, by, AuditAct::SpaceEdited, &detail)).await?;
        Ok(tx.commit().await?)
    }

    /// Changes a room's kind and what newcomers see. Answers with the kind it had. What was said in private
    /// stays so: a private room cannot be opened to all.
    pub async fn configure_room(
        &self,
        room: RoomId,
        by: UserId,
        kind: Option<RoomKind>,
        history: Option<History>,
        at: Millis,
    ) -> Result<RoomKind> {
        let mut tx = self.db.begin().await?;
        let locked = lock(&mut tx, room, by, RoomAct::Configure).await?;
        let kind = kind.unwrap_or(locked.kind);
        let is_opened = is_common(kind) && !is_common(locked.kind);
        if is_opened || matches!(kind, RoomKind::Direct | RoomKind::Group | RoomKind::Other) {
            return Err(Failure::Forbidden.into());
        }
        let history = history.map_or_else(|| locked.history.clone(), |history| history.word().to_owned());
        if kind == locked.kind && history == locked.history {
            return Ok(locked.kind);
        }
        let update = tx.query("update room set kind = $2, history = $3 where id = $1");
        update.bind(room).bind(kind).bind(history.as_str()).execute().await?;
        if kind != locked.kind && !is_common(kind) {
            // Nobody outside can look after it from now on.
            let own = tx.query("update room_member set role = $3 where room_id = $1 and user_id = $2");
            own.bind(room).bind(by).bind(Role::Owner).execute().await?;
        }
        let detail = format!("{} · {history}", kind.word());
        let deed = deed(locked.space_id, at, Some(by), AuditAct::RoomConfigured, &detail);
        audit::write(&mut tx, &Deed { room: Some(room), ..deed }).await?;
        tx.commit().await?;
        Ok(locked.kind)
    }

    /// How many seconds a member waits between two messages; 0 for none.
    pub async fn set_slow(&self, room: RoomId, by: UserId, seconds: u32, at: Millis) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let locked = lock(&mut tx, room, by, RoomAct::SlowDown).await?;
        if locked.slow_s == i64::from(seconds) {
            return Ok(());
        }
        let update = tx.query("update room set slow_s = $2 where id = $1");
        update.bind(room).bind(i64::from(seconds)).execute().await?;
        let detail = seconds.to_string();
        let deed = deed(locked.space_id, at, Some(by), AuditAct::Slowed, &detail);
        audit::write(&mut tx, &Deed { room: Some(room), ..deed }).await?;
        Ok(tx.commit().await?)
    }

    /// What of a room a member wants to be told loudly.
    pub async fn set_mute(&self, room: RoomId, user: UserId, mute: Mute) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let update = tx.query("update room_member set mute = $3 where room_id = $1 and user_id = $2");
        if update.bind(room).bind(user).bind(mute.word()).execute().await? == 0 {
            return Err(Failure::NotFound.into());
        }
        Ok(tx.commit().await?)
    }

    /// Lets a running server know that something was changed beside it.
    pub async fn stir(&self) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.query("update session_end set count = count + 1 where id = 2").execute().await?;
        Ok(tx.commit().await?)
    }

    /// A number that goes up whenever something was changed beside a running server.
    pub async fn count_stirs(&self) -> Result<u64> {
        let (count,) = self.db.query("select count from session_end where id = 2").one::<(i64,)>().await?;
        Ok(number(count))
    }

    /// What was changed by the command line in spaces since an instant: where, for whom, and what.
    pub async fn stirred(&self, since: Millis) -> Result<Vec<(SpaceId, Option<UserId>, AuditAct)>> {
        let query = self.db.query(
            "select distinct space_id, user_id, action from audit where at >= $1 and by_id is null and space_id is not null",
        );
        let rows = query.bind(bigint(since)).all::<(SpaceId, Option<UserId>, String)>().await?;
        Ok(rows.into_iter().map(|(space, user, act)| (space, user, act.into())).collect())
    }

    /// Every space, the oldest first, for the command line and for who runs the server.
    pub async fn all_spaces(&self) -> Result<Vec<SpaceLine>> {
        let query = self.db.query(
            "select s.id, s.slug, s.name, s.glyph, s.entry,
                    (select count(*) from space_member m where m.space_id = s.id) as people,
                    (select count(*) from room r where r.space_id = s.id and r.party is null) as rooms
             from space s order by s.created_at, s.id",
        );
        let rows = query.all::<(SpaceId, String, String, String, String, i64, i64)>().await?;
        let line =
            |(id, slug, name, glyph, entry, people, rooms): (_, _, _, _, String, i64, i64)| SpaceLine {
                space: Space { id, slug, name, glyph, role: None },
                entry: Entry::of(&entry).unwrap_or(Entry::Closed),
                people: count(people),
                rooms: count(rooms),
            };
        Ok(rows.into_iter().map(line).collect())
    }

    /// Makes somebody a member of a space, by the command line. `false` when they may not come in.
    pub async fn add_member(&self, space: SpaceId, user: UserId, role: Role, at: Millis) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        lock_space(&mut tx, space).await?;
        if !add_to_space(&mut tx, space, user, role, false, at).await? {
            return Ok(false);
        }
        let deed = deed(space, at, None, AuditAct::RoleGiven, role.word());
        audit::write(&mut tx, &Deed { user: Some(user), ..deed }).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// What newcomers of a room see, for who may read it.
    pub async fn history_of(&self, room: RoomId) -> Result<Option<History>> {
        let query = self.db.query("select history from room where id = $1").bind(room);
        let found = query.optional::<(String,)>().await?;
        Ok(found.and_then(|(word,)| History::of(&word)))
    }
}

/// Locks a room that takes changes, for somebody who may do this with it.
async fn lock(tx: &mut Tx, room: RoomId, by: UserId, act: RoomAct) -> Result<LockedRoom> {
    let locked = log::lock_rooms(tx, &[room]).await?.pop().ok_or(Failure::NotFound)?;
    let standing = Standing::find(tx, locked.space_id, room, by).await?.ok_or(Failure::NotFound)?;
    standing.expect(act, locked.kind)?;
    if locked.archived_at.is_some() { Err(Failure::Archived.into()) } else { Ok(locked) }
}

fn deed(space: SpaceId, at: Millis, by: Option<UserId>, act: AuditAct, detail: &str) -> Deed<'_> {
    Deed { space: Some(space), at, by, act, user: None, room: None, detail }
}
