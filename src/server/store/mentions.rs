//! Who is called in what is said: by name, or because it answers them.

use super::{
    engine::{Both, Tx, bigint},
    fold::fold,
    log,
};
use crate::protocol::{
    Event, Op, RoomId, Seq, UserId,
    mention::{calls, names},
};
use crate::server::Result;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

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

// Whose message each of these answers, who is in the room still.
const FIND_ANSWERED: Both = Both {
    sqlite: "select d.value ->> 'call' as call, m.user_id
             from json_each($1) d
             join message q on q.room_id = (d.value ->> 'room_id') and q.seq = (d.value ->> 'of')
             join room_member m on m.room_id = q.room_id and m.user_id = q.user_id",
    postgres: "select d.call, m.user_id
               from jsonb_to_recordset($1::jsonb) as d (call bigint, room_id bigint, \"of\" bigint)
               join message q on q.room_id = d.room_id and q.seq = d.\"of\"
               join room_member m on m.room_id = q.room_id and m.user_id = q.user_id",
};

const INSERT_MENTIONS: Both = Both {
    sqlite: "insert into mention (user_id, room_id, seq, at, why)
             select value ->> 'user_id', value ->> 'room_id', value ->> 'seq', value ->> 'at', value ->> 'why'
             from json_each($1)",
    postgres: "insert into mention (user_id, room_id, seq, at, why)
               select user_id, room_id, seq, at, why
               from jsonb_to_recordset($1::jsonb) as d
                   (user_id bigint, room_id bigint, seq bigint, at bigint, why text)",
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

/// A message that answers another.
#[derive(Serialize)]
struct Answer {
    call: usize,
    room_id: i64,
    of: i64,
}

/// Somebody was called in a message.
#[derive(Serialize)]
struct Mention {
    user_id: i64,
    room_id: i64,
    seq: i64,
    at: i64,
    why: &'static str,
}

/// Who is called in which message, and why; of several reasons the one that was found first.
#[derive(Default)]
struct Called(BTreeMap<(UserId, RoomId, Seq), Mention>);

impl Called {
    /// Nobody calls themselves.
    fn add(&mut self, user: UserId, (room, event): &(RoomId, &Event), why: &'static str) {
        if event.by == user {
            return;
        }
        let (user_id, room_id) = (user.raw(), room.raw());
        let mention = Mention { user_id, room_id, seq: bigint(event.seq), at: bigint(event.at), why };
        self.0.entry((user, *room, event.seq)).or_insert(mention);
    }
}

/// Notes who is called in new messages, among the members of their rooms.
pub(super) async fn note(tx: &mut Tx, fresh: &[(RoomId, &Event)]) -> Result<()> {
    let mut mentions = Called::default();
    find_answered(tx, fresh, &mut mentions).await?;
    find_named(tx, fresh, &mut mentions).await?;
    if !mentions.0.is_empty() {
        let rows = log::json(&mentions.0.values().collect::<Vec<_>>());
        tx.query_both(INSERT_MENTIONS).bind(rows.as_str()).execute().await?;
        tx.query_both(COUNT_MENTIONS).bind(rows.as_str()).execute().await?;
    }
    Ok(())
}

/// Those whose messages are answered.
async fn find_answered(tx: &mut Tx, fresh: &[(RoomId, &Event)], mentions: &mut Called) -> Result<()> {
    let answer = |(call, (room, event)): (usize, &(RoomId, &Event))| match event.op {
        Op::Message { reply_to: Some(of), .. } => Some(Answer { call, room_id: room.raw(), of: bigint(of) }),
        _ => None,
    };
    let answers: Vec<Answer> = fresh.iter().enumerate().filter_map(answer).collect();
    if answers.is_empty() {
        return Ok(());
    }
    let found = tx.query_both(FIND_ANSWERED).bind(log::json(&answers));
    for (call, user) in found.all::<(i64, UserId)>().await? {
        if let Some(event) = usize::try_from(call).ok().and_then(|call| fresh.get(call)) {
            mentions.add(user, event, "reply");
        }
    }
    Ok(())
}

/// Those who are called by name.
async fn find_named(tx: &mut Tx, fresh: &[(RoomId, &Event)], mentions: &mut Called) -> Result<()> {
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
        return Ok(());
    }
    let found = tx.query_both(FIND_CALLED).bind(log::json(&candidates));
    let mut longest: HashMap<i64, (usize, UserId)> = HashMap::new();
    for (call, name, user) in found.all::<(i64, String, UserId)>().await? {
        let held = longest.entry(call).or_insert((0, user));
        if name.len() > held.0 {
            *held = (name.len(), user);
        }
    }
    for (call, (_, user)) in longest {
        if let Some(event) = usize::try_from(call).ok().and_then(|call| called.get(call)) {
            mentions.add(user, event, "name");
        }
    }
    Ok(())
}
