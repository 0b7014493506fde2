//! Calling all at once: everybody in a room, or those who are here.

use super::engine::{Both, Tx};
use crate::protocol::{Event, RoomId, Seq, UserId, mention::All};
use crate::server::Result;
use std::collections::HashMap;

const EVERYONE: &str = "select user_id from room_member where room_id = $1";
const THOSE: Both = Both {
    sqlite: "select user_id from room_member
             where room_id = $1 and user_id in (select value from json_each($2))",
    postgres: "select user_id from room_member
               where room_id = $1
                 and user_id in (select value::bigint from jsonb_array_elements_text($2::jsonb) as value)",
};

/// Who is here in each room, as far as it was asked for.
pub type Here = HashMap<RoomId, Vec<UserId>>;

/// The messages that call all at once, by people who may.
pub(super) type Loud = HashMap<(RoomId, Seq), All>;

/// Who is called by each of these messages, by its place among them.
pub(super) async fn called(
    tx: &mut Tx,
    fresh: &[(RoomId, &Event)],
    loud: &Loud,
    here: &Here,
) -> Result<Vec<(usize, UserId)>> {
    let mut found = Vec::new();
    for (place, (room, event)) in fresh.iter().enumerate() {
        let users = match loud.get(&(*room, event.seq)) {
            None => continue,
            Some(All::Everyone) => tx.query(EVERYONE).bind(*room).all::<(UserId,)>().await?,
            Some(All::Here) => {
                let ids: Vec<i64> = here.get(room).into_iter().flatten().map(|user| user.raw()).collect();
                tx.query_both(THOSE).bind(*room).bind(super::log::json(&ids)).all().await?
            }
        };
        found.extend(users.into_iter().map(|(user,)| (place, user)));
    }
    Ok(found)
}
