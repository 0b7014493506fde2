//! Reports: messages that somebody told the moderators of.

use super::{
    Store, audit,
    audit::Deed,
    engine::{bigint, number},
    rooms::may_read,
    spaces::role_in,
    who::{Who, user},
};
use crate::protocol::{
    AuditAct, Failure, Millis, Report, ReportId, RoomId, Seq, SpaceAct, SpaceId, UserId, may_in_space,
};
use crate::server::Result;

/// A report to be kept; its reason has been checked.
#[derive(Debug, Clone)]
pub struct NewReport {
    /// Its id.
    pub id: ReportId,
    /// In which room.
    pub room: RoomId,
    /// Which message.
    pub seq: Seq,
    /// Who tells of it.
    pub by: UserId,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Millis,
}

/// The message that a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Reported {
    /// The space it is in.
    pub space_id: SpaceId,
    /// The room it is in.
    pub room_id: RoomId,
    seq: i64,
}

impl Reported {
    /// Its seq.
    pub fn seq(&self) -> Seq {
        number(self.seq)
    }
}

// What one cannot read one cannot report.
const INSERT: &str = concat!(
    "insert into report (id, space_id, room_id, seq, by_id, reason, at)
     select $4, r.space_id, r.id, m.seq, $2, $5, $6
     from room r join message m on m.room_id = r.id
     where r.id = $1 and m.seq = $3 and m.gone_at is null
       and m.seq > coalesce((select min_seq from room_member where room_id = $1 and user_id = $2), 0) and ",
    may_read!(),
    " on conflict (room_id, seq, by_id) do nothing"
);

#[derive(sqlx::FromRow)]
struct ReportRow {
    id: ReportId,
    room_id: RoomId,
    room_name: String,
    seq: i64,
    reason: String,
    at: i64,
    closed_at: Option<i64>,
    text: String,
    author_id: UserId,
    author_name: String,
    author_display: String,
    author_face: i64,
    by_id: UserId,
    by_name: String,
    by_display: String,
    by_face: i64,
    closer_id: Option<UserId>,
    closer_name: Option<String>,
    closer_display: Option<String>,
    closer_face: Option<i64>,
}

impl From<ReportRow> for Report {
    fn from(row: ReportRow) -> Self {
        let closer = Who(row.closer_id, row.closer_name, row.closer_display, row.closer_face).user();
        Self {
            id: row.id,
            room: row.room_id,
            room_name: row.room_name,
            seq: number(row.seq),
            author: user(row.author_id, row.author_name, row.author_display, row.author_face),
            text: row.text,
            by: user(row.by_id, row.by_name, row.by_display, row.by_face),
            reason: row.reason,
            at: number(row.at),
            settled: closer.zip(row.closed_at.map(number)),
        }
    }
}

impl Store {
    /// Keeps a report of a message that its author can read, once for each person and message. `false` when
    /// it was there already.
    pub async fn report(&self, new: &NewReport) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        let insert = tx.query(INSERT).bind(new.room).bind(new.by).bind(bigint(new.seq));
        let made = insert.bind(new.id).bind(new.reason.as_str()).bind(bigint(new.at)).execute().await?;
        if made == 0 {
            let query = tx.query(concat!(
                "select m.seq from room r join message m on m.room_id = r.id
                 where r.id = $1 and m.seq = $3 and m.gone_at is null
                   and exists (select 1 from report p where p.room_id = r.id and p.seq = m.seq and p.by_id = $2)
                   and ",
                may_read!()
            ));
            let known = query.bind(new.room).bind(new.by).bind(bigint(new.seq)).optional::<(i64,)>().await?;
            known.ok_or(Failure::NotFound)?;
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }

    /// What was reported in a space, the newest first: what is not settled, or all of it. For who settles reports.
    pub async fn reports(&self, space: SpaceId, reader: UserId, settled: bool) -> Result<Vec<Report>> {
        let mut tx = self.db.begin_to_read().await?;
        let role = role_in(&mut tx, space, reader).await?.ok_or(Failure::NotFound)?;
        if !may_in_space(SpaceAct::HandleReports, role) {
            return Err(Failure::Forbidden.into());
        }
        let query = tx.query(
            "select p.id, p.room_id, p.seq, p.reason, p.at, p.closed_at,
                    case when m.gone_at is null then m.text else '' end as text,
                    case when r.kind in ('public', 'announcement')
                              or exists (select 1 from room_member x where x.room_id = r.id and x.user_id = $2)
                         then r.name else '' end as room_name,
                    a.id as author_id, a.name as author_name, a.display as author_display, a.face as author_face,
                    b.id as by_id, b.name as by_name, b.display as by_display, b.face as by_face,
                    c.id as closer_id, c.name as closer_name, c.display as closer_display, c.face as closer_face
             from report p
             join room r on r.id = p.room_id
             join message m on m.room_id = p.room_id and m.seq = p.seq
             join app_user a on a.id = m.user_id
             join app_user b on b.id = p.by_id
             left join app_user c on c.id = p.closed_by
             where p.space_id = $1 and ($3 = 1 or p.closed_at is null)
             order by p.at desc, p.id desc limit 200",
        );
        let rows = query.bind(space).bind(reader).bind(i64::from(settled)).all::<ReportRow>().await?;
        Ok(rows.into_iter().map(Report::from).collect())
    }

    /// The message that a report is about, for who may settle it.
    pub async fn reported(&self, id: ReportId, by: UserId) -> Result<Reported> {
        let mut tx = self.db.begin_to_read().await?;
        let query = tx.query("select space_id, room_id, seq from report where id = $1").bind(id);
        let reported = query.optional::<Reported>().await?.ok_or(Failure::NotFound)?;
        let role = role_in(&mut tx, reported.space_id, by).await?.ok_or(Failure::NotFound)?;
        // That there is such a report is not for others to know.
        if may_in_space(SpaceAct::HandleReports, role) { Ok(reported) } else { Err(Failure::NotFound.into()) }
    }

    /// Was the reported message deleted?
    pub async fn is_gone(&self, reported: &Reported) -> Result<bool> {
        let query = self.db.query("select gone_at from message where room_id = $1 and seq = $2");
        let found = query.bind(reported.room_id).bind(reported.seq).optional::<(Option<i64>,)>().await?;
        Ok(found.is_none_or(|(gone_at,)| gone_at.is_some()))
    }

    /// Settles every report of a message. `false` when that was done already.
    pub async fn settle_reports(&self, reported: &Reported, by: UserId, at: Millis) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        let update = tx.query(
            "update report set closed_at = $3, closed_by = $4 where room_id = $1 and seq = $2 and closed_at is null",
        );
        let update = update.bind(reported.room_id).bind(reported.seq).bind(bigint(at)).bind(by);
        if update.execute().await? == 0 {
            return Ok(false);
        }
        let author = tx.query("select user_id from message where room_id = $1 and seq = $2");
        let author = author.bind(reported.room_id).bind(reported.seq).optional::<(UserId,)>().await?;
        let deed = Deed {
            space: Some(reported.space_id),
            at,
            by: Some(by),
            act: AuditAct::ReportSettled,
            user: author.map(|(author,)| author),
            room: Some(reported.room_id),
            detail: "",
        };
        audit::write(&mut tx, &deed).await?;
        tx.commit().await?;
        Ok(true)
    }
}
