//! What people are still writing, for all of their devices: the newest text of each in each room.

use super::{
    Store,
    engine::{Both, Tx, bigint, number},
    log,
};
use crate::protocol::{Failure, Role, RoomAct, RoomId, RoomKind, Unsent, UserId, effective, may};
use crate::server::Result;
use serde::Serialize;

// Who writes where, in the order of the texts.
const STANDINGS: Both = Both {
    sqlite: "select r.kind, m.role, s.role as space_role from json_each($1) d
             left join room_member m on m.room_id = (d.value ->> 'room_id') and m.user_id = (d.value ->> 'user_id')
             left join room r on r.id = m.room_id
             left join space_member s on s.space_id = r.space_id and s.user_id = m.user_id
             order by d.key",
    postgres: "select r.kind, m.role, s.role as space_role
               from jsonb_to_recordset($1::jsonb) as d (place bigint, room_id bigint, user_id bigint)
               left join room_member m on m.room_id = d.room_id and m.user_id = d.user_id
               left join room r on r.id = m.room_id
               left join space_member s on s.space_id = r.space_id and s.user_id = m.user_id
               order by d.place",
};

const PUT: Both = Both {
    sqlite: "insert into unsent (user_id, room_id, text, at)
             select value ->> 'user_id', value ->> 'room_id', value ->> 'text', value ->> 'at'
             from json_each($1) where true
             on conflict (user_id, room_id) do update set text = excluded.text, at = excluded.at
             where excluded.at > unsent.at",
    postgres: "insert into unsent (user_id, room_id, text, at)
               select user_id, room_id, text, at
               from jsonb_to_recordset($1::jsonb) as d (user_id bigint, room_id bigint, text text, at bigint)
               on conflict (user_id, room_id) do update set text = excluded.text, at = excluded.at
               where excluded.at > unsent.at",
};

const LOOK_UP: Both = Both {
    sqlite: "select u.room_id, u.text, u.at from json_each($1) d
             join unsent u on u.user_id = (d.value ->> 'user_id') and u.room_id = (d.value ->> 'room_id')
             order by d.key",
    postgres: "select u.room_id, u.text, u.at
               from jsonb_to_recordset($1::jsonb) as d (place bigint, room_id bigint, user_id bigint)
               join unsent u on u.user_id = d.user_id and u.room_id = d.room_id
               order by d.place",
};

#[derive(Serialize)]
struct Row<'a> {
    place: usize,
    user_id: i64,
    room_id: i64,
    text: &'a str,
    at: i64,
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    kind: Option<RoomKind>,
    role: Option<Role>,
    space_role: Option<Role>,
}

#[derive(sqlx::FromRow)]
struct UnsentRow {
    room_id: RoomId,
    text: String,
    at: i64,
}

impl From<UnsentRow> for Unsent {
    fn from(row: UnsentRow) -> Self {
        Self { room: row.room_id, text: row.text, at: number(row.at) }
    }
}

impl StandingRow {
    fn expect(&self) -> Result<(), Failure> {
        let (kind, role) = self.kind.zip(self.role).ok_or(Failure::NotFound)?;
        let role = effective(kind, role, self.space_role.unwrap_or(role));
        if may(RoomAct::Send, kind, role) { Ok(()) } else { Err(Failure::Forbidden) }
    }
}

impl Store {
    /// Keeps texts that are being written, of each person at most one in each room; newer ones that are there
    /// already stay. One answer for each, in order: how it stands then.
    pub async fn keep_unsent(&self, texts: &[(UserId, Unsent)]) -> Result<Vec<Result<Unsent, Failure>>> {
        let mut tx = self.db.begin().await?;
        let asked = rows(texts.iter());
        let standings = tx.query_both(STANDINGS).bind(asked).all::<StandingRow>().await?;
        let mut answers: Vec<Result<(), Failure>> = standings.iter().map(StandingRow::expect).collect();
        answers.resize(texts.len(), Err(Failure::NotFound));
        let allowed = texts.iter().zip(&answers).filter(|(_, answer)| answer.is_ok()).map(|(text, _)| text);
        let allowed = rows(allowed);
        let mut kept = put(&mut tx, allowed).await?.into_iter();
        tx.commit().await?;
        let told = |answer: Result<(), Failure>| answer.and_then(|()| kept.next().ok_or(Failure::NotFound));
        Ok(answers.into_iter().map(told).collect())
    }
}

fn rows<'a>(texts: impl Iterator<Item = &'a (UserId, Unsent)>) -> String {
    let row = |(place, (user, Unsent { room, text, at })): (usize, &'a (UserId, Unsent))| Row {
        place,
        user_id: user.raw(),
        room_id: room.raw(),
        text,
        at: bigint(*at),
    };
    log::json(&texts.enumerate().map(row).collect::<Vec<_>>())
}

async fn put(tx: &mut Tx, rows: String) -> Result<Vec<Unsent>> {
    tx.query_both(PUT).bind(rows.as_str()).execute().await?;
    let found = tx.query_both(LOOK_UP).bind(rows).all::<UnsentRow>().await?;
    Ok(found.into_iter().map(Unsent::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::engine::sqlite_plans;

    #[tokio::test]
    async fn texts_are_found_by_their_keys() {
        for plan in sqlite_plans(&[STANDINGS.sqlite, LOOK_UP.sqlite]).await {
            let scans = plan.iter().filter(|step| step.starts_with("SCAN"));
            let tables: Vec<&String> = scans.filter(|step| !step.contains("VIRTUAL TABLE")).collect();
            assert!(tables.is_empty(), "{plan:#?}");
        }
    }
}
