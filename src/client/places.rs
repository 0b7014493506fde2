//! Where the reader stands: what may be done in a space and a room, and what is new there.

use super::chat::Chat;
use crate::protocol::{Mute, RoomAct, RoomId, RoomState, SpaceAct, SpaceId, may_in_space};

/// How many messages of a room are to be told of, and how many of them call the reader: as loudly as the
/// reader wants it.
pub fn news(room: &RoomState) -> (u32, u32) {
    match room.mute {
        _ if room.role.is_none() => (0, 0),
        Mute::All => (room.unread, room.mentions),
        Mute::Mentions => (room.mentions, room.mentions),
        Mute::Nothing => (0, 0),
    }
}

/// All news of some rooms.
pub(super) fn sum<'a>(rooms: impl Iterator<Item = &'a RoomState>) -> (u32, u32) {
    rooms.map(news).fold((0, 0), |(unread, calls), (more, mentions)| (unread + more, calls + mentions))
}

impl Chat {
    /// May one do this in the space one is in? Reactive.
    pub fn may_in_space(self, act: SpaceAct) -> bool {
        self.space().and_then(|space| space.role).is_some_and(|role| may_in_space(act, role))
    }

    /// May one do this in a room, as it is now? Reactive.
    pub fn may(self, room: RoomId, act: RoomAct) -> bool {
        self.room(room).is_some_and(|room| room.may(act) && !room.archived)
    }

    /// The news of all rooms of a space. Reactive.
    pub fn news_in(self, space: SpaceId) -> (u32, u32) {
        let mut news = (0, 0);
        self.look_around(&mut |seen| news = sum(seen.rooms.iter().filter(|room| room.space == space)));
        news
    }

    /// How many messages are unread in a space, the muted too. Reactive.
    pub fn unread_in(self, space: SpaceId) -> u32 {
        let mut unread = 0;
        self.look_around(&mut |seen| {
            unread = seen.rooms.iter().filter(|room| room.space == space).map(|room| room.unread).sum();
        });
        unread
    }

    /// How many messages are unread in all of one's rooms of all spaces. Reactive.
    pub fn unread(self) -> u32 {
        let mut unread = 0;
        self.look_around(&mut |seen| unread = sum(seen.rooms.iter()).0);
        unread
    }

    /// Does one still belong to the space that is on screen? Reactive.
    pub fn is_in_space(self) -> bool {
        let mut is_in = true;
        self.look_around(&mut |seen| {
            let here = seen.space.as_ref().map(|space| space.id);
            is_in = here.is_none_or(|here| seen.spaces.iter().any(|space| space.id == here));
        });
        is_in
    }

    /// Has one an account, and does one run the server? Reactive.
    pub fn powers(self) -> (bool, bool) {
        let mut powers = (false, false);
        self.look_around(&mut |seen| powers = seen.powers);
        powers
    }
}
