//! What was done to keep order, and by whom. Rows are only ever added, within the transaction of the act.

use super::{
    Store,
    engine::{Tx, bigint, number},
    who::Who,
};
use crate::protocol::{AuditAct, AuditEntry, AuditId, Millis, RoomId, SpaceId, UserId};
use crate::server::{Result, clock::random};

/// Something to be written down.
#[derive(Debug, Clone)]
pub struct Deed<'a> {
    /// Where; `None` for what concerns the whole server.
    pub space: Option<SpaceId>,
    /// When.
    pub at: Millis,
    /// Who did it; `None` for the command line.
    pub by: Option<UserId>,
    /// What.
    pub act: AuditAct,
    /// To whom.
    pub user: Option<UserId>,
    /// In which room.
    pub room: Option<RoomId>,
    /// What more there is to say. Never what was said in a room.
    pub detail: &'a str,
}

// A room that is not for the reader's eyes stays without its name: `$2` reads.
macro_rules! entries_where {
    ($which:literal) => {
        concat!(
            "select a.id, a.at, a.action, a.detail,
                    a.by_id as one_id, one.name as one_name, one.display as one_display, one.face as one_face,
                    a.user_id as two_id, two.name as two_name, two.display as two_display, two.face as two_face,
                    case when a.room_id is null then null
                         when r.kind in ('public', 'announcement')
                              or exists (select 1 from room_member m where m.room_id = r.id and m.user_id = $2)
                         then r.name else '' end as room_name
             from audit a
             left join app_user one on one.id = a.by_id
             left join app_user two on two.id = a.user_id
             left join room r on r.id = a.room_id
             where ",
            $which,
            " and ($3 = 0 or (a.at, a.id) < (select b.at, b.id from audit b where b.id = $3))
             order by a.at desc, a.id desc limit $4"
        )
    };
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    id: AuditId,
    at: i64,
    action: String,
    detail: String,
    room_name: Option<String>,
    one_id: Option<UserId>,
    one_name: Option<String>,
    one_display: Option<String>,
    one_face: Option<i64>,
    two_id: Option<UserId>,
    two_name: Option<String>,
    two_display: Option<String>,
    two_face: Option<i64>,
}

impl From<EntryRow> for AuditEntry {
    fn from(row: EntryRow) -> Self {
        Self {
            id: row.id,
            at: number(row.at),
            by: Who(row.one_id, row.one_name, row.one_display, row.one_face).user(),
            act: row.action.into(),
            user: Who(row.two_id, row.two_name, row.two_display, row.two_face).user(),
            room: row.room_name,
            detail: row.detail,
        }
    }
}

/// Writes something down, in the transaction in which it is done.
pub(super) async fn write(tx: &mut Tx, deed: &Deed<'_>) -> Result<()> {
    tx.query(
        "insert into audit (id, space_id, at, by_id, action, user_id, room_id, detail)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(AuditId::from_random(u64::from_be_bytes(random())))
    .bind(deed.space)
    .bind(bigint(deed.at))
    .bind(deed.by)
    .bind(deed.act.word())
    .bind(deed.user)
    .bind(deed.room)
    .bind(deed.detail)
    .execute()
    .await?;
    Ok(())
}

impl Store {
    /// Writes down something that needs no transaction of its own.
    pub async fn write_audit(&self, deed: &Deed<'_>) -> Result<()> {
        let mut tx = self.db.begin().await?;
        write(&mut tx, deed).await?;
        Ok(tx.commit().await?)
    }

    /// What was done in a space, or to the whole server, the newest first; after an entry of an earlier
    /// page. `reader` sees the names of rooms that he or she could read.
    pub async fn audit(
        &self,
        space: Option<SpaceId>,
        reader: UserId,
        after: Option<AuditId>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>> {
        let after = after.map_or(0, AuditId::raw);
        let query = match space {
            Some(space) => self.db.query(entries_where!("a.space_id = $1")).bind(space),
            None => self.db.query(entries_where!("a.space_id is null and $1 = 0")).bind(0_i64),
        };
        let rows = query.bind(reader).bind(after).bind(i64::from(limit)).all::<EntryRow>().await?;
        Ok(rows.into_iter().map(AuditEntry::from).collect())
    }
}
