//! What is due to a client: events it has not got, rooms that changed, who is here.

use super::{Connection, End, Out};
use crate::protocol::{CloseCode, Failure, Millis, RoomId, RoomState, Seq, ServerFrame, Space, SpaceId};
use crate::server::{
    Error, faults,
    hub::{
        encode::{self, FRAME_FILL},
        mailbox::Note,
        room::Leaving,
        tail::Pulled,
    },
};

/// Events that are read from the store at once.
const READ: u32 = 100;

impl Connection {
    /// Takes what was left in the mailbox.
    pub(super) async fn collect(&mut self) -> Result<(), End> {
        let mut post = self.mailbox.collect();
        if let Some(code) = post.close {
            return Err(End::Close(code));
        }
        if !self.is_greeted {
            // The welcome will say how the rooms are, but not that one was entered since it was read.
            return Ok(());
        }
        for space in std::mem::take(&mut post.spaces) {
            self.tell_space(space).await?;
        }
        for (id, note) in std::mem::take(&mut post.notes) {
            self.tell_room(id, note).await?;
        }
        self.due.extend(std::mem::take(&mut post.dirty));
        self.deliver().await?;
        for state in std::mem::take(&mut post.reads).into_values() {
            self.tell(&ServerFrame::Read(state)).await?;
        }
        for frame in std::mem::take(&mut post.unsent).into_values() {
            self.write(Out::News(frame)).await?;
        }
        for (id, frame) in std::mem::take(&mut post.here) {
            if self.follows.contains_key(&id) {
                self.write(Out::Aside(frame)).await?;
            }
        }
        self.tell_hints(&mut post).await?;
        // Last, so that it counts what was just told.
        if let Some((n, is_away)) = post.pong {
            self.look_up(is_away);
            self.pong(n).await?;
        }
        Ok(())
    }

    /// One frame from each room in which something is due; a room that has more stays due.
    pub(super) async fn deliver(&mut self) -> Result<(), End> {
        for id in std::mem::take(&mut self.due) {
            let Some(follow) = self.follows.get(&id) else { continue };
            let (room, cursor) = (follow.room.clone(), follow.cursor);
            let mut pulled = room.pull(self.who.id, cursor);
            if let Pulled::Read { after, .. } = pulled
                && room.wants(after)
            {
                match room.fill(&self.hub.live().store, self.who.id, after).await {
                    Ok(()) => pulled = room.pull(self.who.id, cursor),
                    // The read below will say it to the client.
                    Err(error) => tracing::debug!(room = %id, ?error, "a room was not filled"),
                }
            }
            match pulled {
                Pulled::Nothing | Pulled::Later => {}
                Pulled::Gone => {
                    self.unfollow(id, Leaving::Membership);
                    self.tell_room(id, Note::default()).await?;
                }
                Pulled::Frame { frame, upto, more } => {
                    if let Some(follow) = self.follows.get_mut(&id) {
                        follow.cursor = upto;
                    }
                    if more {
                        self.due.insert(id);
                    }
                    self.write_events(id, frame, upto).await?;
                }
                Pulled::Read { after, upto } => self.read(id, after, upto).await?,
            }
        }
        Ok(())
    }

    /// Brings events that only the store has.
    async fn read(&mut self, id: RoomId, after: Seq, upto: Seq) -> Result<(), End> {
        let batch = match self.hub.live().store.events_after(id, self.who.id, after, READ).await {
            Ok(batch) => batch,
            Err(Error::Refused(Failure::NotFound)) => {
                self.unfollow(id, Leaving::Membership);
                return self.tell(&ServerFrame::Gone { room: id }).await;
            }
            Err(error) => {
                tracing::warn!(conn = %self.mailbox.conn, room = %id, ?error, "a room could not be read");
                return Err(End::Close(CloseCode::Overloaded));
            }
        };
        // What came after the membership was looked at is looked at again.
        let due = batch.events.iter().filter(|event| event.seq > after && event.seq <= upto);
        let (seqs, texts): (Vec<(Seq, Millis)>, Vec<String>) =
            due.map(|event| ((event.seq, event.at), encode::event_text(event))).unzip();
        let last = seqs.last().map_or(upto, |last| last.0);
        if let Some(follow) = self.follows.get_mut(&id) {
            follow.cursor = last;
            self.due.insert(id);
        }
        let (mut start, mut after) = (0, seqs.first().map_or(after, |first| first.0 - 1));
        while start < texts.len() {
            let count = encode::fit(texts[start..].iter().map(String::len), FRAME_FILL);
            let events = texts[start..start + count].iter().map(String::as_str);
            let frame = encode::join(id, after, None, events).into();
            let (upto, at) = seqs[start + count - 1];
            self.write(Out::Events(frame, (id, upto, at))).await?;
            after = upto;
            start += count;
        }
        Ok(())
    }

    /// Tells one's place in a space, and its rooms as they are seen from there.
    async fn tell_space(&mut self, id: SpaceId) -> Result<(), End> {
        match self.read_space(id).await {
            Ok(Some((space, rooms))) => {
                self.tell(&ServerFrame::Space { space }).await?;
                for room in rooms {
                    self.tell(&ServerFrame::Room { room }).await?;
                }
                Ok(())
            }
            Ok(None) => {
                self.spaces.remove(&id);
                self.hub.live().people.leave_space(id, &self.mailbox);
                self.tell(&ServerFrame::SpaceGone { space: id }).await
            }
            Err(error) => {
                tracing::warn!(conn = %self.mailbox.conn, space = %id, ?error, "a space could not be told");
                Err(End::Close(CloseCode::Overloaded))
            }
        }
    }

    async fn read_space(&mut self, id: SpaceId) -> Result<Option<(Space, Vec<RoomState>)>, Error> {
        let Some(space) = self.hub.live().store.find_space_of(id, self.who.id).await? else {
            return Ok(None);
        };
        self.enter_space(id).await?;
        Ok(Some((space, self.hub.rooms(id, self.who.id).await?)))
    }

    /// Tells how a room is now.
    async fn tell_room(&mut self, id: RoomId, note: Note) -> Result<(), End> {
        if let Some(joined) = note.joined {
            // Also when it was followed before: what was said between leaving and coming back is not live.
            let before = joined.saturating_sub(1);
            let (cursor, told) =
                self.follows.get(&id).map_or((before, 0), |follow| (follow.cursor.max(before), follow.told));
            self.follow(id, cursor, told);
        }
        if let Some(common) = note.common.as_ref().filter(|_| !self.follows.contains_key(&id)) {
            let room = RoomState::clone(common);
            return self.tell(&ServerFrame::Room { room }).await;
        }
        match self.hub.room_state(id, self.who.id).await {
            Ok(Some(room)) => {
                if room.role.is_none() && !faults::breaks("member_once") {
                    self.unfollow(id, Leaving::Membership);
                }
                if !room.people.is_empty() {
                    self.meet(id, room.people.iter().map(|user| user.id));
                }
                self.tell(&ServerFrame::Room { room }).await
            }
            Ok(None) => {
                self.unfollow(id, Leaving::Membership);
                self.tell(&ServerFrame::Gone { room: id }).await
            }
            Err(error) => {
                tracing::warn!(conn = %self.mailbox.conn, room = %id, ?error, "a room could not be told");
                Err(End::Close(CloseCode::Overloaded))
            }
        }
    }
}
