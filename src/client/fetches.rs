//! Pieces of history that were asked for: one of each aim in a room at a time.

use super::timeline::Timeline;
use crate::protocol::{Fetch, HISTORY_PAGE, RoomId, Seq};

/// The server brings no more than this at once.
const FETCH_LIMIT: Seq = 100;

/// What a piece of history is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Aim {
    /// To be shown above what is held.
    Older,
    /// To close a hole.
    Hole,
    /// To be as new as the server.
    Newest,
    /// To be shown below what is held.
    Newer,
    /// To be shown in place of what is held.
    Way,
    /// To put right what is held.
    Renewal,
}

/// What is wanted, and what was asked for and not answered yet.
#[derive(Debug, Default)]
pub(super) struct Fetches {
    last_id: u32,
    wanted: Vec<(RoomId, Aim)>,
    flying: Vec<(u32, (RoomId, Aim))>,
    /// Refused on this connection: not asked again before the next.
    refused: Vec<(RoomId, Aim)>,
}

impl Fetches {
    /// Asks for a piece as soon as that can be. It is wanted until it came or was refused.
    pub(super) fn want(&mut self, room: RoomId, aim: Aim) {
        self.refused.retain(|refused| *refused != (room, aim));
        if !self.is_wanted(room, aim) {
            self.wanted.push((room, aim));
        }
    }

    /// Was it refused on this connection?
    pub(super) fn is_refused(&self, room: RoomId, aim: Aim) -> bool {
        self.refused.contains(&(room, aim))
    }

    /// Is it wanted, and not here yet?
    pub(super) fn is_wanted(&self, room: RoomId, aim: Aim) -> bool {
        self.wanted.contains(&(room, aim))
    }

    /// What is to be asked now for a room, whose newest seq is `head`.
    pub(super) fn take_due(&mut self, room: RoomId, timeline: &Timeline, head: Seq) -> Vec<Fetch> {
        let mut due = Vec::new();
        if timeline.hole().is_some() && !self.is_refused(room, Aim::Hole) {
            self.want(room, Aim::Hole);
        }
        if timeline.stale().is_some() && !self.is_refused(room, Aim::Renewal) {
            self.want(room, Aim::Renewal);
        }
        for aim in [Aim::Newest, Aim::Way, Aim::Hole, Aim::Older, Aim::Newer, Aim::Renewal] {
            let is_flying = self.flying.iter().any(|flying| flying.1 == (room, aim));
            if self.is_wanted(room, aim) && !is_flying {
                match span(timeline, aim, head) {
                    Some((before, limit)) => due.push(self.ask(room, aim, before, limit)),
                    None => self.wanted.retain(|wanted| *wanted != (room, aim)),
                }
            }
        }
        due
    }

    fn ask(&mut self, room: RoomId, aim: Aim, before: Seq, limit: Seq) -> Fetch {
        self.last_id = self.last_id.wrapping_add(1);
        self.flying.push((self.last_id, (room, aim)));
        Fetch { id: self.last_id, room, before, limit: limit.clamp(1, FETCH_LIMIT) as u32 }
    }

    /// The answer is here. `None` when nobody waits for it any more.
    pub(super) fn settle(&mut self, id: u32) -> Option<(RoomId, Aim)> {
        let place = self.flying.iter().position(|flying| flying.0 == id)?;
        let (_, asked) = self.flying.swap_remove(place);
        self.wanted.retain(|wanted| *wanted != asked);
        Some(asked)
    }

    /// The server will not bring it.
    pub(super) fn refuse(&mut self, id: u32) -> Option<(RoomId, Aim)> {
        let asked = self.settle(id)?;
        self.give_up(asked.0, asked.1);
        Some(asked)
    }

    /// It is of no use to ask again on this connection.
    pub(super) fn give_up(&mut self, room: RoomId, aim: Aim) {
        self.refused.push((room, aim));
    }

    /// The connection is gone: what was asked for is asked again.
    pub(super) fn recall(&mut self) {
        self.flying.clear();
        self.refused.clear();
    }

    /// Nothing of this room is wanted any more.
    pub(super) fn forget(&mut self, room: RoomId) {
        self.wanted.retain(|wanted| wanted.0 != room);
        self.flying.retain(|(_, flying)| flying.0 != room);
    }
}

/// Before which seq, and how many; `None` when that piece is here already.
fn span(timeline: &Timeline, aim: Aim, head: Seq) -> Option<(Seq, Seq)> {
    let page = Seq::from(HISTORY_PAGE);
    match (aim, timeline.cursor()) {
        (Aim::Newest, None) => (head > 0).then_some((head + 1, page)),
        (Aim::Newest, Some(cursor)) => (head > cursor.seq).then(|| (head + 1, head - cursor.seq)),
        (Aim::Hole, _) => timeline.hole().map(|hole| (hole.upto + 1, hole.upto - hole.after)),
        (Aim::Older, Some(_)) => (timeline.from() > 0).then(|| (timeline.from() + 1, page)),
        (Aim::Newer, Some(cursor)) => {
            let end = timeline.log.end();
            let upto = cursor.seq.min(end + page);
            (upto > end).then(|| (upto + 1, upto - end))
        }
        (Aim::Way, _) => timeline.stand.way.map(|way| (head.min(way.saturating_add(page / 2)) + 1, page)),
        (Aim::Renewal, _) => timeline.stale().map(|stale| (stale + 1, stale - timeline.from())),
        (Aim::Older | Aim::Newer, None) => None,
    }
}
