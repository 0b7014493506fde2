//! Who belongs to a space or a room, as those see it who look after it; and who may not come in.

use super::{
    Store, audit,
    audit::Deed,
    directory::like,
    engine::{Tx, number},
    fold::fold,
    people::{UserRow, user_columns},
    reading::count,
    rooms::may_read,
    spaces::{keep_out, lock_space, role_in},
    who::{Who, user},
};
use crate::protocol::{
    AuditAct, Ban, Failure, Member, Members, Millis, Role, RoomId, SpaceAct, SpaceId, User, UserId,
    may_in_space,
};
use crate::server::Result;

/// The columns that make a member, from `app_user u` and the membership `m`.
macro_rules! member_columns {
    ($only_rooms:literal) => {
        concat!(
            user_columns!(),
            ", u.name_folded, u.kind, m.role, m.joined_at, ",
            $only_rooms,
            " as only_rooms"
        )
    };
}

pub(super) use member_columns;

/// A member, by [`member_columns`].
#[derive(sqlx::FromRow)]
pub(super) struct MemberRow {
    #[sqlx(flatten)]
    user: UserRow,
    name_folded: String,
    kind: String,
    role: Role,
    joined_at: i64,
    only_rooms: i64,
}

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Self {
        Self {
            user: row.user.into(),
            role: row.role,
            is_guest: row.kind == "guest",
            only_rooms: row.only_rooms != 0,
            joined_at: number(row.joined_at),
        }
    }
}

#[derive(sqlx::FromRow)]
struct BanRow {
    #[sqlx(flatten)]
    user: UserRow,
    by_id: Option<UserId>,
    by_name: Option<String>,
    by_display: Option<String>,
    by_face: Option<i64>,
    reason: String,
    at: i64,
}

/// A page that is full has another after it, or an empty one.
pub(super) fn page(rows: Vec<MemberRow>, limit: u32, total: i64) -> Members {
    let is_full = rows.len() as u64 >= u64::from(limit);
    let next = rows.last().filter(|_| is_full).map(|row| row.name_folded.clone());
    Members { members: rows.into_iter().map(Member::from).collect(), next, total: count(total) }
}

/// How many are in a room, for who may read it.
pub(super) async fn count_in_room(tx: &mut Tx, room: RoomId, reader: UserId) -> Result<i64> {
    let total = tx.query(concat!(
        "select count(m.user_id) from room r left join room_member m on m.room_id = r.id
         where r.id = $1 and ",
        may_read!(),
        " group by r.id"
    ));
    let (total,) = total.bind(room).bind(reader).optional::<(i64,)>().await?.ok_or(Failure::NotFound)?;
    Ok(total)
}

impl Store {
    /// Who belongs to a space and has `q` in the name, or in the name that they are shown as; by name, after the
    /// name `after`; for who belongs to it as a member.
    pub async fn members_of_space(
        &self,
        space: SpaceId,
        reader: UserId,
        q: &str,
        after: &str,
        limit: u32,
    ) -> Result<Members> {
        let mut tx = self.db.begin_to_read().await?;
        let role = role_in(&mut tx, space, reader).await?.ok_or(Failure::NotFound)?;
        if !may_in_space(SpaceAct::ListPeople, role) {
            return Err(Failure::Forbidden.into());
        }
        let query = tx.query(concat!(
            "select ",
            member_columns!("m.only_rooms"),
            " from space_member m join app_user u on u.id = m.user_id
             where m.space_id = $1 and u.name_folded > $2
               and (u.name_folded like $3 escape '!' or lower(u.display) like $3 escape '!')
             order by u.name_folded limit $4"
        ));
        let like = like(q);
        let query = query.bind(space).bind(after).bind(like.as_str()).bind(i64::from(limit));
        let rows = query.all::<MemberRow>().await?;
        let total = tx.query(
            "select count(*) from space_member m join app_user u on u.id = m.user_id
             where m.space_id = $1
               and (u.name_folded like $2 escape '!' or lower(u.display) like $2 escape '!')",
        );
        let (total,) = total.bind(space).bind(like.as_str()).one::<(i64,)>().await?;
        Ok(page(rows, limit, total))
    }

    /// Who is in a room, by name, after the name `after`; for who may read it.
    pub async fn members_of_room(
        &self,
        room: RoomId,
        reader: UserId,
        after: &str,
        limit: u32,
    ) -> Result<Members> {
        let mut tx = self.db.begin_to_read().await?;
        let total = count_in_room(&mut tx, room, reader).await?;
        let query = tx.query(concat!(
            "select ",
            member_columns!("s.only_rooms"),
            " from room_member m join app_user u on u.id = m.user_id join room r on r.id = m.room_id
             join space_member s on s.space_id = r.space_id and s.user_id = m.user_id
             where m.room_id = $1 and u.name_folded > $2 order by u.name_folded limit $3"
        ));
        let rows = query.bind(room).bind(after).bind(i64::from(limit)).all::<MemberRow>().await?;
        Ok(page(rows, limit, total))
    }

    /// The member of a space of this id or name, in any writing that folds to it.
    pub async fn find_member(&self, space: SpaceId, named: &str) -> Result<Option<Member>> {
        let id = named.parse::<UserId>().unwrap_or(UserId::from_raw(0));
        let query = self.db.query(concat!(
            "select ",
            member_columns!("m.only_rooms"),
            " from space_member m join app_user u on u.id = m.user_id
             where m.space_id = $1 and (u.id = $2 or u.name_folded = $3) order by u.id <> $2 limit 1"
        ));
        let query = query.bind(space).bind(id).bind(fold(&named.replace('\0', "")));
        Ok(query.optional::<MemberRow>().await?.map(Member::from))
    }

    /// Who may not come into a space, the newest first; for who may ban.
    pub async fn bans(&self, space: SpaceId, reader: UserId) -> Result<Vec<Ban>> {
        let mut tx = self.db.begin_to_read().await?;
        may_ban(&mut tx, space, reader).await?;
        let query = tx.query(concat!(
            "select ",
            user_columns!(),
            ", x.reason, x.at, b.id as by_id, b.name as by_name, b.display as by_display, b.face as by_face
             from space_ban x join app_user u on u.id = x.user_id left join app_user b on b.id = x.by_id
             where x.space_id = $1 order by x.at desc, x.user_id limit 500"
        ));
        let rows = query.bind(space).all::<BanRow>().await?;
        let ban = |row: BanRow| Ban {
            user: row.user.into(),
            by: Who(row.by_id, row.by_name, row.by_display, row.by_face).user(),
            reason: row.reason,
            at: number(row.at),
        };
        Ok(rows.into_iter().map(ban).collect())
    }

    /// Keeps somebody out who has already gone, but has been there.
    pub async fn ban_absent(
        &self,
        space: SpaceId,
        by: UserId,
        user: UserId,
        reason: &str,
        at: Millis,
    ) -> Result<()> {
        let mut tx = self.db.begin().await?;
        may_ban(&mut tx, space, by).await?;
        lock_space(&mut tx, space).await?;
        let been = tx.query(
            "select e.seq from event e join room r on r.id = e.room_id
             where e.user_id = $2 and r.space_id = $1
               and not exists (select 1 from space_member m where m.space_id = $1 and m.user_id = $2) limit 1",
        );
        been.bind(space).bind(user).optional::<(i64,)>().await?.ok_or(Failure::NotFound)?;
        keep_out(&mut tx, space, user, Some(by), reason, at).await?;
        Ok(tx.commit().await?)
    }

    /// Lets somebody come in again; `None` in place of somebody is the command line.
    pub async fn unban(&self, space: SpaceId, by: Option<UserId>, user: UserId, at: Millis) -> Result<()> {
        let mut tx = self.db.begin().await?;
        if let Some(by) = by {
            may_ban(&mut tx, space, by).await?;
        }
        let delete = tx.query("delete from space_ban where space_id = $1 and user_id = $2");
        if delete.bind(space).bind(user).execute().await? == 0 {
            return Err(Failure::NotFound.into());
        }
        let (act, user) = (AuditAct::Unbanned, Some(user));
        audit::write(&mut tx, &Deed { space: Some(space), at, by, act, user, room: None, detail: "" })
            .await?;
        Ok(tx.commit().await?)
    }

    /// The one of this name who may not come into a space.
    pub async fn find_banned(&self, space: SpaceId, name: &str) -> Result<Option<User>> {
        let query = self.db.query(
            "select u.id, u.name, u.display, u.face from space_ban b join app_user u on u.id = b.user_id
             where b.space_id = $1 and u.name_folded = $2",
        );
        let found = query.bind(space).bind(fold(name)).optional::<(UserId, String, String, i64)>().await?;
        Ok(found.map(|(id, name, display, face)| user(id, name, display, face)))
    }

    /// Of a space's people the one who vouches for what the command line does: its first owner, else who
    /// has been there longest.
    pub async fn first_of_space(&self, space: SpaceId) -> Result<Option<UserId>> {
        let query = self.db.query(
            "select user_id from space_member where space_id = $1 order by role desc, joined_at, user_id limit 1",
        );
        Ok(query.bind(space).optional::<(UserId,)>().await?.map(|(user,)| user))
    }
}

async fn may_ban(tx: &mut Tx, space: SpaceId, by: UserId) -> Result<()> {
    let role = role_in(tx, space, by).await?.ok_or(Failure::NotFound)?;
    if may_in_space(SpaceAct::Ban, role) { Ok(()) } else { Err(Failure::Forbidden.into()) }
}
