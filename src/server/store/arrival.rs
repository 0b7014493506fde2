//! What somebody sees who comes: their spaces, and all rooms of them. Read for all who come at once.

use super::{
    Store,
    engine::{Both, Db},
    gather::Gather,
    log,
};
use crate::protocol::{Role, RoomState, Space, SpaceId, UserId};
use crate::server::Result;
use futures::FutureExt;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

const SPACES_OF: Both = Both {
    sqlite: "select m.user_id, s.id, s.slug, s.name, s.glyph, m.role, m.only_rooms
             from space_member m join space s on s.id = m.space_id
             where m.user_id in (select value from json_each($1))",
    postgres: "select m.user_id, s.id, s.slug, s.name, s.glyph, m.role, m.only_rooms
               from space_member m join space s on s.id = m.space_id
               where m.user_id in (select value::bigint from jsonb_array_elements_text($1::jsonb) as value)",
};

#[derive(sqlx::FromRow)]
struct PlaceRow {
    user_id: UserId,
    id: SpaceId,
    slug: String,
    name: String,
    glyph: String,
    role: Role,
    only_rooms: i64,
}

/// What somebody sees who comes.
#[derive(Debug, Clone, Default)]
pub struct Arrival {
    /// Their spaces, by name.
    pub spaces: Vec<Space>,
    /// Those in which they were let into single rooms.
    pub only_rooms: BTreeSet<SpaceId>,
    /// Every room of these spaces that they may see, by name; archived ones too.
    pub rooms: Vec<RoomState>,
}

/// Where those who come at once are read together.
pub(super) type Arrivals = Gather<UserId, Arc<Arrival>>;

pub(super) fn arrivals(db: &Db) -> Arc<Arrivals> {
    let db = db.clone();
    Gather::new(Arc::new(move |users| {
        let store = Store::over(db.clone());
        async move { store.read_arrivals(&users).await }.boxed()
    }))
}

impl Store {
    /// What somebody sees who comes now.
    pub async fn arrival(&self, user: UserId) -> Result<Arc<Arrival>> {
        Ok(self.arrivals.ask(user).await?.unwrap_or_default())
    }

    async fn read_arrivals(&self, users: &[UserId]) -> Result<HashMap<UserId, Arc<Arrival>>> {
        let mut found: HashMap<UserId, Arrival> = HashMap::new();
        let ids: Vec<i64> = users.iter().map(|user| user.raw()).collect();
        for row in self.db.query_both(SPACES_OF).bind(log::json(&ids)).all::<PlaceRow>().await? {
            let PlaceRow { user_id, id, slug, name, glyph, role, only_rooms } = row;
            let arrival = found.entry(user_id).or_default();
            arrival.spaces.push(Space { id, slug, name, glyph, role: Some(role) });
            if only_rooms != 0 {
                arrival.only_rooms.insert(id);
            }
        }
        for arrival in found.values_mut() {
            arrival.spaces.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
        }
        for (reader, room) in self.rooms_of_all(users).await? {
            found.entry(reader).or_default().rooms.push(room);
        }
        Ok(found.into_iter().map(|(user, arrival)| (user, Arc::new(arrival))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::engine::sqlite_plans;

    #[tokio::test]
    async fn spaces_of_many_people_are_found_by_person() {
        for step in sqlite_plans(&[SPACES_OF.sqlite]).await.iter().flatten() {
            assert!(!step.starts_with("SCAN m") && !step.starts_with("SCAN s"), "{step}");
        }
    }
}
