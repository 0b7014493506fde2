//! Spaces, and the finding of places.

use super::{RoomInfo, Store, engine::bigint, engine::number, fold::fold};
use crate::protocol::{Millis, Role, RoomId, Space, SpaceId, UserId};
use crate::server::{Error, Result};

const OLDEST_SPACE: &str = "select id, slug, name, glyph from space order by created_at, id limit 1";

#[derive(sqlx::FromRow)]
struct SpaceRow {
    id: SpaceId,
    slug: String,
    name: String,
    glyph: String,
}

impl From<SpaceRow> for Space {
    fn from(row: SpaceRow) -> Self {
        Self { id: row.id, slug: row.slug, name: row.name, glyph: row.glyph, role: None }
    }
}

#[derive(sqlx::FromRow)]
struct InfoRow {
    space_id: SpaceId,
    last_seq: i64,
    last_at: i64,
    user_id: Option<UserId>,
}

impl Store {
    /// Makes an open space if there is none yet; answers with the oldest.
    /// The space has no rooms yet: the first person to enter makes the first one (see `first_room`).
    pub async fn first_space(&self, or_make: &Space, at: Millis) -> Result<Space> {
        let mut tx = self.db.begin().await?;
        if let Some(row) = tx.query(OLDEST_SPACE).optional::<SpaceRow>().await? {
            return Ok(row.into());
        }
        tx.query(
            "insert into space (id, slug, name, created_at, entry, door) values ($1, $2, $3, $4, 'open', $5)
             on conflict (slug) do nothing",
        )
        .bind(or_make.id)
        .bind(or_make.slug.as_str())
        .bind(or_make.name.as_str())
        .bind(bigint(at))
        .bind(Role::Member)
        .execute()
        .await?;
        // Not simply `or_make`: another process may have made it in the same moment.
        let row = tx.query(OLDEST_SPACE).optional::<SpaceRow>().await?;
        tx.commit().await?;
        row.map(Space::from).ok_or_else(|| Error::Broken("the space that was made is not there".to_owned()))
    }

    /// The oldest space.
    pub async fn oldest_space(&self) -> Result<Option<Space>> {
        Ok(self.db.query(OLDEST_SPACE).optional::<SpaceRow>().await?.map(Space::from))
    }

    /// The oldest space that people may come into by a name alone, and what they are in it then.
    pub async fn find_door(&self) -> Result<Option<(Space, Role)>> {
        #[derive(sqlx::FromRow)]
        struct Row {
            #[sqlx(flatten)]
            space: SpaceRow,
            door: Role,
        }
        let query = self.db.query(
            "select id, slug, name, glyph, door from space where door is not null and entry <> 'closed'
             order by created_at, id limit 1",
        );
        Ok(query.optional::<Row>().await?.map(|row| (row.space.into(), row.door)))
    }

    /// The oldest space that everybody may come into who has an account, or makes one.
    pub async fn find_open_space(&self) -> Result<Option<Space>> {
        let query = self.db.query(
            "select id, slug, name, glyph from space where entry = 'open' order by created_at, id limit 1",
        );
        Ok(query.optional::<SpaceRow>().await?.map(Space::from))
    }

    /// The space with this slug.
    pub async fn find_space(&self, slug: &str) -> Result<Option<Space>> {
        if is_unstorable(slug) {
            return Ok(None);
        }
        let query = self.db.query("select id, slug, name, glyph from space where slug = $1").bind(slug);
        Ok(query.optional::<SpaceRow>().await?.map(Space::from))
    }

    /// The oldest room of a space that is not archived: where a newcomer goes first.
    pub async fn first_room(&self, space: SpaceId) -> Result<Option<RoomId>> {
        let query = self.db.query(
            "select id from room where space_id = $1 and kind = 'public' and archived_at is null
             order by created_at, id limit 1",
        );
        Ok(query.bind(space).optional::<(RoomId,)>().await?.map(|(id,)| id))
    }

    /// The room of this name (any writing that folds to it) in a space.
    pub async fn find_room(&self, space: SpaceId, name: &str) -> Result<Option<RoomId>> {
        if is_unstorable(name) {
            return Ok(None);
        }
        let query = self.db.query("select id from room where space_id = $1 and name_folded = $2");
        Ok(query.bind(space).bind(fold(name)).optional::<(RoomId,)>().await?.map(|(id,)| id))
    }

    /// What the hub needs to wake a room.
    pub async fn find_room_info(&self, room: RoomId) -> Result<Option<RoomInfo>> {
        // One statement, so that the members are those of this very head.
        let query = self.db.query(
            "select r.space_id, r.last_seq, r.last_at, m.user_id
             from room r left join room_member m on m.room_id = r.id where r.id = $1 order by m.user_id",
        );
        let rows = query.bind(room).all::<InfoRow>().await?;
        Ok(rows.first().map(|first| RoomInfo {
            id: room,
            space: first.space_id,
            head: number(first.last_seq),
            head_at: number(first.last_at),
            members: rows.iter().filter_map(|row| row.user_id).collect(),
        }))
    }
}

/// PostgreSQL keeps no NUL in a text, so nothing is called that; a URL may still ask for it.
fn is_unstorable(text: &str) -> bool {
    text.contains('\0')
}
