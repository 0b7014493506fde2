//! Hello and welcome: where a client left off, and where it goes on.

use super::{Connection, End, Follow, Out, Wire, present::parties};
use crate::protocol::{
    CloseCode, Cursor, Failure, Hello, RoomId, RoomState, Seq, ServerFrame, Space, SpaceId, Welcome, list_rev,
};
use crate::server::{Result, hub::room::Leaving, store::Arrival};

/// Bytes of room states in one welcome, about; further rooms come in frames of their own.
const WELCOME_FILL: usize = 128 * 1024;
/// Bytes of one room state beside its texts, at most.
const STATE_BYTES: usize = 320;

impl Connection {
    /// Answers a hello. A later one on the same connection starts over with its cursors.
    pub(super) async fn greet(&mut self, hello: Hello) -> Result<(), End> {
        let limit = self.hub.rules().hello_rooms;
        if hello.rooms.len() > limit {
            return self.refuse(None, None, Failure::TooLarge { limit: limit as u64 }).await;
        }
        let (spaces, mut rooms) = match self.resume(&hello).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(conn = %self.mailbox.conn, ?error, "a hello could not be answered");
                return Err(End::Close(CloseCode::Overloaded));
            }
        };
        for state in &rooms {
            let cursor = hello.rooms.get(&state.id).filter(|_| !state.reset);
            match state.role {
                Some(_) => {
                    let live = match self.wire {
                        // Nothing is live between two polls: the newest event is where to go on from.
                        Wire::Poll(_) => state.head.saturating_sub(1).max(state.min),
                        _ => state.head,
                    };
                    self.follow(
                        state.id,
                        cursor.map_or(live, |cursor| cursor.seq.max(state.min)),
                        state.head,
                    );
                }
                None => self.unfollow(state.id, Leaving::Membership),
            }
        }
        let client: String = hello.client.chars().take(64).collect();
        tracing::debug!(conn = %self.mailbox.conn, user = %self.who.id, ?client, rooms = rooms.len(), "hello");
        let rev = list_rev(&rooms);
        let parties = parties(&rooms);
        let is_known = hello.rev == Some(rev);
        if is_known {
            rooms.retain(|room| room.reset);
        }
        let is_news = !is_known || !rooms.is_empty();
        let count = split(&mut rooms);
        let rest = rooms.split_off(count);
        self.is_greeted = true;
        let welcome = ServerFrame::Welcome(Box::new(self.welcome(rev, spaces, rooms))).encode().into();
        self.write(if is_news { Out::News(welcome) } else { Out::Aside(welcome) }).await?;
        for room in rest {
            self.tell(&ServerFrame::Room { room }).await?;
        }
        self.tell_unsent().await?;
        self.introduce(parties).await
    }

    /// What the person was writing when the last device went.
    async fn tell_unsent(&mut self) -> Result<(), End> {
        let texts = self.hub.live().store.unsent_of(self.who.id).await.unwrap_or_else(|error| {
            tracing::warn!(conn = %self.mailbox.conn, ?error, "unsent texts could not be told");
            Vec::new()
        });
        for text in texts {
            self.write(Out::Aside(ServerFrame::Unsent(text).encode().into())).await?;
        }
        Ok(())
    }

    fn welcome(&self, rev: u64, spaces: Vec<Space>, rooms: Vec<RoomState>) -> Welcome {
        let rules = self.hub.rules();
        Welcome {
            conn: self.mailbox.conn,
            user: self.who.id,
            now: self.hub.live().clock.now(),
            build: env!("CARGO_PKG_VERSION").to_owned(),
            heartbeat_s: rules.heartbeat.as_secs() as u32,
            feat: Vec::new(),
            limits: rules.told(),
            rev,
            spaces,
            rooms,
        }
    }

    /// Every space and room as this person sees it; those rooms marked whose cursor comes from another log.
    async fn resume(&mut self, hello: &Hello) -> Result<(Vec<Space>, Vec<RoomState>)> {
        self.appear().await?;
        let live = self.hub.live();
        // Registered before the rooms are read: what changes in between is told again.
        let known = live.store.arrival(self.who.id).await?;
        for space in &known.spaces {
            self.place(space.id, known.only_rooms.contains(&space.id));
        }
        let Arrival { spaces, mut rooms, only_rooms } = self.hub.arrival(self.who.id).await?;
        for space in &spaces {
            self.place(space.id, only_rooms.contains(&space.id));
        }
        for room in &mut rooms {
            if let Some(cursor) = hello.rooms.get(&room.id) {
                room.reset = !self.is_same_log(room, *cursor).await?;
            }
        }
        Ok((spaces, rooms))
    }

    /// Hears of a space from now on.
    pub(super) async fn enter_space(&mut self, space: SpaceId) -> Result<()> {
        let is_only_in_rooms = self.hub.live().store.is_only_in_rooms(space, self.who.id).await?;
        self.place(space, is_only_in_rooms);
        Ok(())
    }

    fn place(&mut self, space: SpaceId, is_only_in_rooms: bool) {
        let people = &self.hub.live().people;
        if is_only_in_rooms {
            people.leave_space(space, &self.mailbox);
        } else {
            people.enter_space(space, &self.mailbox);
        }
        self.spaces.insert(space);
    }

    async fn is_same_log(&mut self, room: &RoomState, cursor: Cursor) -> Result<bool> {
        if cursor.seq == 0 {
            return Ok(true);
        }
        if cursor.seq > room.head {
            return Ok(false);
        }
        let live = self.hub.live();
        let held = live.find(room.id).and_then(|room| room.instant(cursor.seq));
        let at = match held {
            Some(at) => Some(at),
            None => live.store.find_instant(room.id, cursor.seq).await?,
        };
        Ok(at == Some(cursor.at))
    }

    /// Follows a room from after `cursor` on.
    pub(super) fn follow(&mut self, id: RoomId, cursor: Seq, told: Seq) {
        match self.follows.get_mut(&id) {
            Some(follow) => (follow.cursor, follow.told) = (cursor, told),
            None => {
                let room = self.hub.live().admit(id, &self.mailbox, &self.who);
                self.show_in(&room);
                self.follows.insert(id, Follow { room, cursor, told });
            }
        }
        self.due.insert(id);
    }

    /// Follows a room no more.
    pub(super) fn unfollow(&mut self, id: RoomId, why: Leaving) {
        self.due.remove(&id);
        self.parties.remove(&id);
        if let Some(follow) = self.follows.remove(&id) {
            self.hub.live().dismiss(&follow.room, &self.mailbox, &self.who, why);
        }
    }
}

/// Where to split the rooms so that the first part fits a frame; then one's own are in the first part.
fn split(rooms: &mut [RoomState]) -> usize {
    let weigh = |room: &RoomState| {
        let people =
            room.people.iter().map(|user| 60 + 2 * (user.name.len() + user.display.len())).sum::<usize>();
        STATE_BYTES + 2 * (room.name.len() + room.topic.len()) + people
    };
    if rooms.iter().map(weigh).sum::<usize>() <= WELCOME_FILL {
        return rooms.len();
    }
    rooms.sort_by_key(|room| room.role.is_none());
    crate::server::hub::encode::fit(rooms.iter().map(weigh), WELCOME_FILL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Mute, Role, RoomKind};

    fn room(id: i64, role: Option<Role>) -> RoomState {
        RoomState {
            id: RoomId::from_raw(id),
            space: SpaceId::from_raw(i64::MAX),
            name: "\"가".repeat(20),
            topic: "\\나".repeat(100),
            kind: RoomKind::Public,
            role,
            head: 1 << 53,
            min: 1 << 53,
            read: 1 << 53,
            unread: u32::MAX,
            mentions: u32::MAX,
            backs: u32::MAX,
            archived: true,
            people: Vec::new(),
            slow_s: u32::MAX,
            mute: Mute::Mentions,
            here: u32::MAX,
            reset: true,
        }
    }

    #[test]
    fn a_welcome_fits_the_write_buffer_and_ones_own_rooms_are_in_it() {
        let mut few: Vec<_> = (0..50).map(|id| room(id, None)).collect();
        assert_eq!(split(&mut few), 50);
        let mut many: Vec<_> =
            (0..2000).map(|id| room(id, (id % 20 == 7).then_some(Role::Moderator))).collect();
        let count = split(&mut many);
        assert!(many[..100].iter().all(|room| room.role.is_some()));
        assert!(count > 100);
        let text = serde_json::to_string(&many[..count]).expect("serialises");
        assert!(text.len() <= WELCOME_FILL, "{} bytes", text.len());
    }
}
