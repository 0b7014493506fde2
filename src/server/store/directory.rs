//! What lists show beside the names: how many are in a room, who is called like this.

use super::{
    Store,
    engine::number,
    fold::fold,
    members::{MemberRow, member_columns, page},
    people::user_columns,
    reading::count,
};
use crate::protocol::{Members, Millis, RoomId, SpaceId};
use crate::server::Result;
use std::collections::HashMap;

/// What a list says of a room beside its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoomGlance {
    /// How many are in it.
    pub members: u32,
    /// When something last happened in it.
    pub last_at: Millis,
}

impl Store {
    /// How many are in each room of a space that has a name, and when something last happened there.
    pub async fn glance(&self, space: SpaceId) -> Result<HashMap<RoomId, RoomGlance>> {
        let query = self.db.query(
            "select r.id, r.last_at, count(m.user_id) as members
             from room r left join room_member m on m.room_id = r.id
             where r.space_id = $1 and r.party is null group by r.id, r.last_at",
        );
        let rows = query.bind(space).all::<(RoomId, i64, i64)>().await?;
        let glance =
            |(id, last_at, members)| (id, RoomGlance { members: count(members), last_at: number(last_at) });
        Ok(rows.into_iter().map(glance).collect())
    }

    /// The members of a space whose name, or the name that they are shown as, has `q` in it; by name, after
    /// the name `after`.
    pub async fn find_members(&self, space: SpaceId, q: &str, after: &str, limit: u32) -> Result<Members> {
        let like = like(q);
        let query = self.db.query(concat!(
            "select ",
            member_columns!("m.only_rooms"),
            " from space_member m join app_user u on u.id = m.user_id
             where m.space_id = $1 and u.name_folded > $2
               and (u.name_folded like $3 escape '!' or lower(u.display) like $3 escape '!')
             order by u.name_folded limit $4"
        ));
        let query = query.bind(space).bind(after).bind(like.as_str()).bind(i64::from(limit));
        let rows = query.all::<MemberRow>().await?;
        let total = self.db.query(
            "select count(*) from space_member m join app_user u on u.id = m.user_id
             where m.space_id = $1
               and (u.name_folded like $2 escape '!' or lower(u.display) like $2 escape '!')",
        );
        let (total,) = total.bind(space).bind(like.as_str()).one::<(i64,)>().await?;
        Ok(page(rows, limit, total))
    }
}

/// The pattern of all texts that have `q` in them.
pub(super) fn like(q: &str) -> String {
    let folded = fold(&q.replace('\0', ""));
    let escape = |c: char| if matches!(c, '%' | '_' | '!') { vec!['!', c] } else { vec![c] };
    let inner: String = folded.chars().flat_map(escape).collect();
    format!("%{inner}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_for_is_no_pattern_of_its_own() {
        assert_eq!(like("50%_A!"), "%50!%!_a!!%");
        assert_eq!(like(" "), "%%");
    }
}
