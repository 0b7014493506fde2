//! What the mind shows beside timelines, as it was last shown.

use super::{jumps::Sight, link::Link, mind::Mind};
use crate::protocol::{HereState, Pairs, RoomId, RoomState, Seq, Space, User};

/// What was last shown.
#[derive(Debug)]
pub(super) struct Seen {
    /// Who one is.
    pub(super) me: Option<User>,
    /// Where one is.
    pub(super) space: Option<Space>,
    /// Every space one belongs to, by name.
    pub(super) spaces: Vec<Space>,
    /// One has an account; one runs the server.
    pub(super) powers: (bool, bool),
    /// The rooms of all of them, by name.
    pub(super) rooms: Vec<RoomState>,
    /// Who is here.
    pub(super) here: Pairs<RoomId, HereState>,
    /// What the next message of each room answers.
    pub(super) answering: Pairs<RoomId, Seq>,
    /// How the page is connected.
    pub(super) link: Link,
    /// Where the reader is in the room on screen.
    pub(super) sight: Sight,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            me: None,
            space: None,
            spaces: Vec::new(),
            powers: (false, false),
            rooms: Vec::new(),
            here: Pairs::default(),
            answering: Pairs::default(),
            link: Link::Quiet,
            sight: Sight::default(),
        }
    }
}

/// What is to be shown anew.
pub(super) struct Shows {
    /// Who one is, where one is, or the rooms.
    pub(super) lobby: bool,
    /// Who is here.
    pub(super) here: bool,
    /// How single people are.
    pub(super) company: bool,
    /// What people are in the room that is looked at.
    pub(super) roles: bool,
    /// How the page is connected.
    pub(super) link: bool,
    /// Where the reader is.
    pub(super) sight: bool,
    /// Where something is being written.
    pub(super) texts: bool,
    /// Timelines.
    pub(super) rooms: Vec<RoomId>,
}

impl Mind {
    /// Notes how everything is now; what is as it was needs no showing.
    pub(super) fn show(&mut self) -> Shows {
        let touched = std::mem::take(&mut self.touched);
        let (texts, rooms) = (touched.texts, touched.rooms);
        let (company, roles) = (touched.company, touched.roles);
        let (lobby, here, link, sight) = (false, false, false, false);
        let mut shows = Shows { lobby, here, company, roles, link, sight, texts, rooms };
        shows.link = renew(&mut self.seen.link, self.dialer.look(self.outbox.unsent(), self.missed));
        shows.sight = renew(&mut self.seen.sight, self.sight.clone());
        if touched.lobby {
            let rooms = self.rooms_by_name();
            shows.lobby |= renew(&mut self.seen.me, self.me.clone());
            shows.lobby |= renew(&mut self.seen.space, self.space.clone());
            shows.lobby |= renew(&mut self.seen.spaces, self.spaces.clone());
            shows.lobby |= renew(&mut self.seen.powers, self.powers);
            shows.lobby |= renew(&mut self.seen.rooms, rooms);
            shows.lobby |= renew(&mut self.seen.answering, self.answering.clone());
        }
        if touched.here {
            shows.here = renew(&mut self.seen.here, self.here.clone());
        }
        shows
    }
}

/// Was it another?
fn renew<T: PartialEq>(held: &mut T, now: T) -> bool {
    let is_new = *held != now;
    *held = now;
    is_new
}
