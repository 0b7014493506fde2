//! The deleting of all that somebody said in a space, a piece at a time: each deletion is an event.

use super::{
    Store, amendments, audit,
    audit::Deed,
    changes::event,
    engine::number,
    log::{self, LogRow},
};
use crate::protocol::{AuditAct, Event, Millis, Op, RoomId, SpaceId, User, UserId};
use crate::server::Result;

/// How many messages are deleted together: as many as the writer writes together.
const PIECE: i64 = 100;

impl Store {
    /// Deletes some of what somebody said in the rooms of a space that everybody may find. `None`: nothing is
    /// left. Whether `by` may do it has been asked.
    pub async fn delete_some_of(
        &self,
        space: SpaceId,
        author: UserId,
        by: &User,
        at: Millis,
    ) -> Result<Option<(RoomId, Vec<Event>)>> {
        let mut tx = self.db.begin().await?;
        let query = tx.query(
            "select r.id from room r where r.space_id = $1 and r.kind in ('public', 'announcement')
               and exists (select 1 from message m where m.room_id = r.id and m.user_id = $2 and m.gone_at is null)
             order by r.id limit 1",
        );
        let Some((id,)) = query.bind(space).bind(author).optional::<(RoomId,)>().await? else {
            return Ok(None);
        };
        let Some(mut room) = log::lock_rooms(&mut tx, &[id]).await?.pop() else { return Ok(None) };
        let query = tx.query(
            "select seq from message where room_id = $1 and user_id = $2 and gone_at is null order by seq limit $3",
        );
        let seqs = query.bind(id).bind(author).bind(PIECE).all::<(i64,)>().await?;
        let mut events = Vec::new();
        for (of,) in &seqs {
            events.push(event(&room, by, at, Op::Delete { of: number(*of) }));
            room.last_seq += 1;
        }
        if events.is_empty() {
            // Somebody else was faster; there may be more in another room.
            return Ok(Some((id, events)));
        }
        let rows: Vec<LogRow<'_>> = events.iter().map(|event| LogRow::new(id, event, room.said)).collect();
        log::write(&mut tx, &rows).await?;
        for event in &events {
            amendments::carry_out(&mut tx, id, event).await?;
        }
        let detail = events.len().to_string();
        let deed = Deed {
            space: Some(space),
            at,
            by: Some(by.id),
            act: AuditAct::MessageDeleted,
            user: Some(author),
            room: Some(id),
            detail: &detail,
        };
        audit::write(&mut tx, &deed).await?;
        tx.commit().await?;
        Ok(Some((id, events)))
    }
}
