//! What a device is told that comes back, beside its places; read for all that come at once.

use super::{
    Store,
    engine::{Both, Db, bigint, number},
    gather::Gather,
    log,
    presence::{Manner, MannerRow, manner_columns},
};
use crate::protocol::{Millis, RoomId, Seq, Unsent, UserId};
use crate::server::Result;
use futures::FutureExt;
use serde::Serialize;
use std::{collections::HashMap, sync::Arc};

/// So many unsent texts are told to a device that connects.
const TOLD: usize = 50;

const INSTANTS: Both = Both {
    sqlite: "select e.room_id, e.seq, e.at from json_each($1) d
             join event e on e.room_id = (d.value ->> 'room_id') and e.seq = (d.value ->> 'seq')",
    postgres:
        "select e.room_id, e.seq, e.at from jsonb_to_recordset($1::jsonb) as d (room_id bigint, seq bigint)
               join event e on e.room_id = d.room_id and e.seq = d.seq",
};

const MANNERS: Both = Both {
    sqlite: concat!(
        "select u.id as user_id, ",
        manner_columns!(),
        " from app_user u left join presence p on p.user_id = u.id
         where u.id in (select value from json_each($1))"
    ),
    postgres: concat!(
        "select u.id as user_id, ",
        manner_columns!(),
        " from app_user u left join presence p on p.user_id = u.id
         where u.id in (select value::bigint from jsonb_array_elements_text($1::jsonb) as value)"
    ),
};

const UNSENT: Both = Both {
    sqlite: "select user_id, room_id, text, at from unsent
             where user_id in (select value from json_each($1)) and text <> '' order by at desc",
    postgres: "select user_id, room_id, text, at from unsent
               where user_id in (select value::bigint from jsonb_array_elements_text($1::jsonb) as value)
               and text <> '' order by at desc",
};

/// Where what many devices ask for comes together.
#[derive(Clone)]
pub(super) struct Returning {
    instants: Arc<Gather<(RoomId, Seq), Millis>>,
    manners: Arc<Gather<UserId, Manner>>,
    unsent: Arc<Gather<UserId, Vec<Unsent>>>,
}

#[derive(Serialize)]
struct Cursor {
    room_id: i64,
    seq: i64,
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    user_id: UserId,
    #[sqlx(flatten)]
    manner: MannerRow,
}

type Found<K, V> = Result<HashMap<K, V>>;

impl Returning {
    pub fn new(db: &Db) -> Self {
        let [first, second, third] = [db.clone(), db.clone(), db.clone()];
        Self {
            instants: Gather::new(Arc::new(move |asked| read_instants(first.clone(), asked).boxed())),
            manners: Gather::new(Arc::new(move |asked| read_manners(second.clone(), asked).boxed())),
            unsent: Gather::new(Arc::new(move |asked| read_unsent(third.clone(), asked).boxed())),
        }
    }
}

async fn read_instants(db: Db, asked: Vec<(RoomId, Seq)>) -> Found<(RoomId, Seq), Millis> {
    let cursor = |(room, seq): &(RoomId, Seq)| Cursor { room_id: room.raw(), seq: bigint(*seq) };
    let asked = log::json(&asked.iter().map(cursor).collect::<Vec<_>>());
    let found = db.query_both(INSTANTS).bind(asked).all::<(RoomId, i64, i64)>().await?;
    Ok(found.into_iter().map(|(room, seq, at)| ((room, number(seq)), number(at))).collect())
}

async fn read_manners(db: Db, asked: Vec<UserId>) -> Found<UserId, Manner> {
    let found = db.query_both(MANNERS).bind(ids(&asked)).all::<PersonRow>().await?;
    Ok(found.into_iter().map(|row| (row.user_id, row.manner.into())).collect())
}

async fn read_unsent(db: Db, asked: Vec<UserId>) -> Found<UserId, Vec<Unsent>> {
    let mut texts: HashMap<UserId, Vec<Unsent>> = HashMap::new();
    let found = db.query_both(UNSENT).bind(ids(&asked)).all::<(UserId, RoomId, String, i64)>().await?;
    for (user, room, text, at) in found {
        let own = texts.entry(user).or_default();
        if own.len() < TOLD {
            own.push(Unsent { room, text, at: number(at) });
        }
    }
    Ok(texts)
}

fn ids(users: &[UserId]) -> String {
    log::json(&users.iter().map(|user| user.raw()).collect::<Vec<_>>())
}

impl Store {
    /// The instant of an event, by which a cursor is checked.
    pub async fn find_instant(&self, room: RoomId, seq: Seq) -> Result<Option<Millis>> {
        self.returning.instants.ask((room, seq)).await
    }

    /// How somebody wants to be seen.
    pub async fn manner_of(&self, user: UserId) -> Result<Manner> {
        Ok(self.returning.manners.ask(user).await?.unwrap_or_default())
    }

    /// What somebody is writing, in rooms of all spaces, the newest first.
    pub async fn unsent_of(&self, user: UserId) -> Result<Vec<Unsent>> {
        Ok(self.returning.unsent.ask(user).await?.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::engine::sqlite_plans;

    #[tokio::test]
    async fn what_returning_devices_ask_for_is_found_by_keys() {
        let plans = sqlite_plans(&[INSTANTS.sqlite, MANNERS.sqlite, UNSENT.sqlite]).await;
        for step in plans.iter().flatten().filter(|step| step.starts_with("SCAN")) {
            assert!(step.contains("json_each") || step.starts_with("SCAN d "), "{plans:#?}");
        }
    }
}
