//! The newest events of a room as all its members are given them.

use super::{
    Store,
    engine::{bigint, number},
};
use crate::protocol::{Event, Nonce, RoomId, Seq, UserId};
use crate::server::Result;

/// As many as anybody is given who comes back; whoever is further behind skips.
const RECENT: u32 = 200;

const NONCES: &str =
    "select seq, nonce from event where room_id = $1 and seq >= $2 and seq <= $3 and nonce is not null";

impl Store {
    /// The newest events before a seq that `reader` may read, ascending, with the nonces of all their authors:
    /// whoever hands them on tells each reader their own alone. `NotFound` as for `events_before`.
    pub async fn recent(&self, room: RoomId, reader: UserId, before: Seq) -> Result<Vec<Event>> {
        let mut events = self.events_before(room, reader, before, RECENT).await?.events;
        let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(events) };
        let query = self.db.query(NONCES).bind(room).bind(bigint(first.seq)).bind(bigint(last.seq));
        for (seq, nonce) in query.all::<(i64, Nonce)>().await? {
            if let Ok(place) = events.binary_search_by_key(&number(seq), |event| event.seq) {
                events[place].nonce = Some(nonce);
            }
        }
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::engine::sqlite_plans;

    #[tokio::test]
    async fn nonces_are_found_by_the_primary_key() {
        let plans = sqlite_plans(&[NONCES]).await;
        assert!(
            plans[0][0].starts_with("SEARCH event USING PRIMARY KEY (room_id=? AND seq>? AND seq<?)"),
            "{plans:#?}"
        );
    }
}
