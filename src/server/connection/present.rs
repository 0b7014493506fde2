//! How one is, and how others are: hints, told after everything else.

use super::{Connection, End, Out};
use crate::protocol::{
    PeopleAsk, Presence, PresenceState, RoomId, RoomState, SeenState, ServerFrame, UserId,
};
use crate::server::{
    Result,
    hub::{mailbox::Post, room::Room},
};
use std::time::Duration;

/// Who was heard to write longer ago than this writes no more.
const TYPING_HOLDS: Duration = Duration::from_secs(6);

impl Connection {
    /// From now on this is one of the person's devices.
    pub(super) async fn appear(&mut self) -> Result<()> {
        let live = self.hub.live();
        let manner = live.store.manner_of(self.who.id).await?;
        live.manners.enter(self.who.id, self.mailbox.conn, manner, live.clock.now());
        Ok(())
    }

    /// Tells the rooms that are followed how the person is now.
    pub(super) fn show(&self) {
        let live = self.hub.live();
        let (presence, status) = live.manners.of(self.who.id, live.clock.now());
        for (id, follow) in &self.follows {
            follow.room.show(&self.who, presence, &status);
            live.visit(*id);
        }
    }

    /// Whether somebody looks at this device.
    pub(super) fn look_up(&self, is_away: bool) {
        if self.hub.live().manners.look(self.who.id, self.mailbox.conn, is_away) {
            self.show();
        }
    }

    /// After the welcome: the rooms learn of the person, and the person of those in the direct rooms.
    pub(super) async fn introduce(&mut self, parties: Vec<(RoomId, Vec<UserId>)>) -> Result<(), End> {
        for (id, people) in parties {
            self.meet(id, people);
        }
        self.tell_oneself(false).await
    }

    /// Looks at a direct room for as long as the connection lasts.
    pub(super) fn meet(&mut self, id: RoomId, people: impl IntoIterator<Item = UserId>) {
        let Some(follow) = self.follows.get(&id) else { return };
        if !self.parties.insert(id) {
            return;
        }
        follow.room.look(self.mailbox.conn, true);
        let present = follow.room.present();
        for user in people {
            let presence = present.get(&user).copied().unwrap_or_default();
            self.mailbox.tell_presence(user, presence);
        }
    }

    /// A room that is followed from now on learns how the person is.
    pub(super) fn show_in(&self, room: &Room) {
        let live = self.hub.live();
        let (presence, status) = live.manners.of(self.who.id, live.clock.now());
        room.show(&self.who, presence, &status);
    }

    /// How one is oneself, to the own device; at first only what is not a matter of course.
    async fn tell_oneself(&mut self, is_change: bool) -> Result<(), End> {
        let live = self.hub.live();
        let (presence, status) = live.manners.of(self.who.id, live.clock.now());
        if !is_change && presence != Presence::Dnd && status.is_empty() {
            return Ok(());
        }
        let me = self.who.id;
        let state = PresenceState { users: [(me, presence)].into(), status: [(me, status)].into() };
        self.write(Out::Aside(ServerFrame::Presence(state).encode().into())).await
    }

    /// Answers who is in a room, and looks at it from now on; at the one before no more.
    pub(super) async fn people(&mut self, ask: PeopleAsk) -> Result<(), End> {
        let id = ask.room;
        match self.hub.people_in(&self.who, ask).await {
            Ok(state) => {
                self.look(id);
                self.tell(&ServerFrame::People(state)).await
            }
            Err(failure) => self.refuse(None, None, failure).await,
        }
    }

    fn look(&mut self, id: RoomId) {
        let Some(follow) = self.follows.get(&id) else { return };
        follow.room.look(self.mailbox.conn, true);
        if let Some(last) = self.looks_at.replace(id).filter(|last| *last != id)
            && let Some(follow) = self.follows.get(&last).filter(|_| !self.parties.contains(&last))
        {
            follow.room.look(self.mailbox.conn, false);
        }
    }

    /// Tells the latest of each hint.
    pub(super) async fn tell_hints(&mut self, post: &mut Post) -> Result<(), End> {
        if let Some(id) = post.look {
            self.look(id);
        }
        if std::mem::take(&mut post.manner) {
            self.show();
            self.tell_oneself(true).await?;
        }
        let moved = std::mem::take(&mut post.moved);
        if !moved.presences.is_empty() || !moved.statuses.is_empty() {
            let users = moved.presences.into_iter().collect();
            let state = PresenceState { users, status: moved.statuses.into_iter().collect() };
            self.write(Out::Aside(ServerFrame::Presence(state).encode().into())).await?;
        }
        for ((id, _), (since, frame)) in std::mem::take(&mut post.typing) {
            if self.follows.contains_key(&id) && since.elapsed() < TYPING_HOLDS {
                self.write(Out::Aside(frame)).await?;
            }
        }
        for (room, users) in std::mem::take(&mut post.seen) {
            let users = users.into_iter().filter(|(user, _)| *user != self.who.id).collect();
            let state = SeenState { room, users };
            if self.follows.contains_key(&room) && !state.users.is_empty() {
                self.write(Out::Aside(ServerFrame::Seen(state).encode().into())).await?;
            }
        }
        Ok(())
    }

    /// This device is gone; the rooms learn how the person is on the others.
    pub(super) fn disappear(&self) {
        let live = self.hub.live();
        if live.manners.leave(self.who.id, self.mailbox.conn, live.clock.now()) {
            self.show();
        }
    }
}

/// The direct rooms among these, and who is in each.
pub(super) fn parties(rooms: &[RoomState]) -> Vec<(RoomId, Vec<UserId>)> {
    let own = rooms.iter().filter(|room| room.role.is_some() && !room.people.is_empty());
    own.map(|room| (room.id, room.people.iter().map(|user| user.id).collect())).collect()
}
