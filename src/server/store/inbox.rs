//! What called somebody, over all rooms that they may read now: what is unread first, the newest first.

use super::{
    Store,
    engine::{bigint, number},
    people::{UserRow, user_columns},
    rooms::may_read,
};
use crate::protocol::{
    Called, Millis, RoomId, RoomKind, Seq, Space, SpaceId, User, UserId, Why, mention::is_named,
};
use crate::server::Result;

macro_rules! called_from {
    ($source:literal, $at:literal, $where:literal, $more:expr) => {
        concat!(
            "select x.room_id, x.seq, x.at, q.user_id as answered, t.text, r.name as room_name, r.kind, s.id as space_id, s.slug,
                    s.name as space_name, s.glyph, ",
            user_columns!(),
            $source,
            " join message t on t.room_id = x.room_id and t.seq = x.seq
             left join message q on q.room_id = t.room_id and q.seq = t.reply_to
             join room r on r.id = x.room_id
             join space s on s.id = r.space_id
             join app_user u on u.id = t.user_id
             where (",
            $at,
            ", x.room_id, x.seq) < ($3, $4, $5) and ",
            $where,
            $more,
            " order by ",
            $at,
            " desc, x.room_id desc, x.seq desc limit $1"
        )
    };
}

/// From the rooms in which something unread calls; so nothing is looked at that was read long ago. What is added
/// to the time keeps engines from going by time through all that ever called.
const UNREAD: &str = called_from!(
    " from room_member k cross join mention x",
    "x.at + 0",
    "k.user_id = $2 and k.mentions > 0 and x.user_id = k.user_id and x.room_id = k.room_id and x.seq > k.read_seq",
    ""
);
/// From all that ever called, by time.
const READ: &str = called_from!(
    " from mention x left join room_member k on k.room_id = x.room_id and k.user_id = x.user_id",
    "x.at",
    "x.user_id = $2 and (k.room_id is null or x.seq <= k.read_seq) and x.seq > coalesce(k.min_seq, 0) and ",
    may_read!()
);

/// A place in the order of what called somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalledAt {
    /// When it was said.
    pub at: Millis,
    /// In which room.
    pub room: RoomId,
    /// Which message.
    pub seq: Seq,
}

impl CalledAt {
    /// Before all of it, as the newest comes first.
    pub const START: Self =
        Self { at: i64::MAX as u64, room: RoomId::from_raw(i64::MAX), seq: i64::MAX as u64 };
}

#[derive(sqlx::FromRow)]
struct CalledRow {
    room_id: RoomId,
    seq: i64,
    at: i64,
    answered: Option<UserId>,
    text: String,
    room_name: String,
    kind: RoomKind,
    space_id: SpaceId,
    slug: String,
    space_name: String,
    glyph: String,
    #[sqlx(flatten)]
    by: UserRow,
}

impl CalledRow {
    fn called(self, me: &User, is_unread: bool) -> Called {
        let why = self.why(me);
        let (id, slug, name, glyph) = (self.space_id, self.slug, self.space_name, self.glyph);
        Called {
            space: Space { id, slug, name, glyph, role: None },
            room: self.room_id,
            room_name: if self.kind.is_direct() { String::new() } else { self.room_name },
            kind: self.kind,
            seq: number(self.seq),
            at: number(self.at),
            by: self.by.into(),
            text: self.text,
            why,
            is_unread,
        }
    }

    /// That it calls is known; why, it says itself.
    fn why(&self, me: &User) -> Why {
        let is_named = |name| is_named(&self.text, name);
        match self.answered {
            Some(user) if user == me.id => Why::Reply,
            _ if !is_named(&me.name) && (is_named("everyone") || is_named("here")) => Why::All,
            _ => Why::Name,
        }
    }
}

impl Store {
    /// What called somebody and is unread, or what is read, after a place in the order; the newest first.
    pub async fn inbox(&self, me: &User, unread: bool, after: CalledAt, limit: u32) -> Result<Vec<Called>> {
        let query = self.db.query(if unread { UNREAD } else { READ }).bind(i64::from(limit)).bind(me.id);
        let query = query.bind(bigint(after.at)).bind(after.room).bind(bigint(after.seq));
        let rows = query.all::<CalledRow>().await?;
        Ok(rows.into_iter().map(|row| row.called(me, unread)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::engine::sqlite_plans;

    #[tokio::test]
    async fn the_inbox_is_read_by_its_keys() {
        let plans = sqlite_plans(&[UNREAD, READ]).await;
        for plan in &plans {
            assert!(!plan.iter().any(|step| step.starts_with("SCAN")), "{plan:#?}");
        }
        assert!(
            plans[0].iter().any(|step| step.contains("SEARCH k USING INDEX room_member_user_idx")),
            "{plans:#?}"
        );
        let newest =
            "SEARCH x USING COVERING INDEX mention_newest_idx (user_id=? AND (at,room_id,seq)<(?,?,?))";
        let newest_or_table = newest.replace("COVERING ", "");
        assert!(
            plans[1].iter().any(|step| step.contains(newest) || step.contains(&newest_or_table)),
            "{plans:#?}"
        );
        assert!(!plans[1].iter().any(|step| step.contains("TEMP B-TREE")), "{plans:#?}");
    }
}
