//! Who is called in what is said: by name, or by an answer.

use super::{
    engine::{Both, Tx, bigint},
    fold::fold,
    log,
    loud::{self, Here, Loud},
    replies,
};
use crate::protocol::{
    Event, Op, RoomId, UserId,
    mention::{calls, names},
};
use crate::server::Result;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

const FIND_CALLED: Both = Both {
    sqlite: "select distinct d.value ->> 'call' as call, u.name_folded, u.id
             from json_each($1) d
             join app_user u on u.name_folded = (d.value ->> 'name')
             join room_member m on m.room_id = (d.value ->> 'room_id') and m.user_id = u.id",
    postgres: "select distinct d.call, u.name_folded, u.id
               from jsonb_to_recordset($1::jsonb) as d (call bigint, room_id bigint, name text)
               join app_user u on u.name_folded = d.name
               join room_member m on m.room_id = d.room_id and m.user_id = u.id",
};

const INSERT_MENTIONS: Both = Both {
    sqlite: "insert into mention (user_id, room_id, seq, at)
             select d.value ->> 'user_id', d.value ->> 'room_id', d.value ->> 'seq', e.at
             from json_each($1) d
             join event e on e.room_id = (d.value ->> 'room_id') and e.seq = (d.value ->> 'seq')",
    postgres: "insert into mention (user_id, room_id, seq, at)
               select d.user_id, d.room_id, d.seq, e.at
               from jsonb_to_recordset($1::jsonb) as d (user_id bigint, room_id bigint, seq bigint)
               join event e on e.room_id = d.room_id and e.seq = d.seq",
};

const COUNT_MENTIONS: Both = Both {
    sqlite: "update room_member set mentions = mentions + n.times
             from (select value ->> 'user_id' as user_id, value ->> 'room_id' as room_id, count(*) as times
                   from json_each($1) group by 1, 2) as n
             where room_member.room_id = n.room_id and room_member.user_id = n.user_id",
    postgres: "update room_member set mentions = mentions + n.times
               from (select user_id, room_id, count(*) as times
                     from jsonb_to_recordset($1::jsonb) as d (user_id bigint, room_id bigint, seq bigint)
                     group by 1, 2) as n
               where room_member.room_id = n.room_id and room_member.user_id = n.user_id",
};

/// A text that may begin with the name of somebody who is called.
#[derive(Serialize)]
struct Candidate {
    call: usize,
    room_id: i64,
    name: String,
}

/// Somebody was called in a message.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mention {
    pub(super) user_id: i64,
    pub(super) room_id: i64,
    pub(super) seq: i64,
}

/// Notes who is called in new messages, among the members of their rooms. Nobody calls themselves, and nobody is
/// called twice by one message.
pub(super) async fn note(tx: &mut Tx, fresh: &[(RoomId, &Event)], loud: &Loud, here: &Here) -> Result<()> {
    let mut mentions = replies::called(tx, fresh).await?;
    mentions.append(&mut by_name(tx, fresh).await?);
    for (place, user) in loud::called(tx, fresh, loud, here).await? {
        let (room, event) = fresh[place];
        if event.by != user {
            mentions.insert(Mention { user_id: user.raw(), room_id: room.raw(), seq: bigint(event.seq) });
        }
    }
    if !mentions.is_empty() {
        let rows = log::json(&mentions);
        tx.query_both(INSERT_MENTIONS).bind(rows.as_str()).execute().await?;
        tx.query_both(COUNT_MENTIONS).bind(rows.as_str()).execute().await?;
    }
    Ok(())
}

async fn by_name(tx: &mut Tx, fresh: &[(RoomId, &Event)]) -> Result<BTreeSet<Mention>> {
    let mut called: Vec<(RoomId, &Event)> = Vec::new();
    let mut candidates = Vec::new();
    for (room, event) in fresh {
        let Op::Message { text, .. } = &event.op else { continue };
        for run in calls(text) {
            let call = called.len();
            called.push((*room, event));
            candidates.extend(names(run).map(|name| Candidate {
                call,
                room_id: room.raw(),
                name: fold(name),
            }));
        }
    }
    if candidates.is_empty() {
        return Ok(BTreeSet::new());
    }
    let found = tx.query_both(FIND_CALLED).bind(log::json(&candidates));
    let mut longest: HashMap<i64, (usize, UserId)> = HashMap::new();
    for (call, name, user) in found.all::<(i64, String, UserId)>().await? {
        let held = longest.entry(call).or_insert((0, user));
        if name.len() > held.0 {
            *held = (name.len(), user);
        }
    }
    let mentions = longest.into_iter().filter_map(|(call, (_, user))| {
        let (room, event) = called.get(usize::try_from(call).ok()?)?;
        let mention = Mention { user_id: user.raw(), room_id: room.raw(), seq: bigint(event.seq) };
        (event.by != user).then_some(mention)
    });
    Ok(mentions.collect())
}
