//! Deleting with a few seconds to think better of it.

use super::{
    chat::Chat,
    mind::Mind,
    outbox::{Entry, Outbox, Stage},
};
use crate::protocol::{Failure, Millis, Nonce, Op, RoomId, Seq};

/// How long a deletion of one's own message can be taken back.
const UNDO: Millis = 5000;

impl Outbox {
    fn all(&self) -> impl Iterator<Item = &Entry> {
        self.rooms.values().flatten()
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.rooms.values_mut().flatten()
    }

    /// Keeps a draft back until this instant. The others of its room do not wait for it.
    fn hold_back(&mut self, nonce: Nonce, until: Millis) -> Option<RoomId> {
        let entry = self.find(nonce)?;
        if !matches!(entry.stage, Stage::Waiting(_) | Stage::Held(_)) {
            return None;
        }
        entry.stage = Stage::Held(until);
        Some(entry.draft.room)
    }

    /// Lets go what was kept back until now; in which rooms there was something.
    fn release(&mut self, now: Millis) -> Vec<RoomId> {
        let mut rooms = Vec::new();
        for entry in self.all_mut().filter(|entry| matches!(entry.stage, Stage::Held(until) if until <= now))
        {
            entry.stage = Stage::Waiting(0);
            rooms.push(entry.draft.room);
        }
        rooms
    }

    /// Drops a draft that is kept back.
    fn undo(&mut self, nonce: Nonce) -> Option<RoomId> {
        match self.find(nonce)?.stage {
            Stage::Held(_) => self.remove(nonce).map(|entry| entry.draft.room),
            _ => None,
        }
    }

    /// When the next draft is let go.
    pub(super) fn held_deadline(&self) -> Option<Millis> {
        let held = self.all().filter_map(|entry| match entry.stage {
            Stage::Held(until) if until < Millis::MAX => Some(until),
            _ => None,
        });
        held.min()
    }
}

impl Mind {
    /// Lets go what was kept back until now.
    pub(super) fn release(&mut self, now: Millis) {
        let rooms = self.outbox.release(now);
        rooms.into_iter().for_each(|room| self.show_drafts(room));
    }

    /// Takes a deletion back, if it did not go out yet.
    pub(super) fn undo(&mut self, nonce: Nonce) {
        if let Some(room) = self.outbox.undo(nonce) {
            self.show_drafts(room);
        }
    }

    /// Keeps a deletion back until this instant, if it did not go out yet.
    pub(super) fn dwell(&mut self, nonce: Nonce, until: Millis) {
        self.outbox.hold_back(nonce, until);
    }

    pub(super) fn delete_soon(
        &mut self,
        room: RoomId,
        of: Seq,
        nonce: Nonce,
        now: Millis,
    ) -> Result<(), Failure> {
        self.amend(room, Op::Delete { of }, nonce, now)?;
        self.outbox.hold_back(nonce, now + UNDO);
        self.show_drafts(room);
        Ok(())
    }
}

impl Chat {
    /// Deletes a message for everybody in a few seconds, unless that is taken back. Whoever looks away ends the
    /// wait: what was deleted must not be there longer because a page was closed.
    ///
    /// # Errors
    /// A failure when too many drafts wait already.
    pub fn delete_soon(self, room: RoomId, of: Seq) -> Result<(), Failure> {
        let (nonce, now) = (self.nonce(), self.now());
        let mut done = Ok(());
        self.change(&mut |mind| done = mind.delete_soon(room, of, nonce, now));
        self.wake();
        done
    }

    /// Takes a deletion back.
    pub fn undo(self, nonce: Nonce) {
        self.change(&mut |mind| mind.undo(nonce));
        self.wake();
    }

    /// The person is about to take a deletion back: it waits. Afterwards it waits as long as at first.
    pub fn dwell(self, nonce: Nonce, is_near: bool) {
        let until = if is_near { Millis::MAX } else { self.now() + UNDO };
        self.ask(&mut |mind| mind.dwell(nonce, until));
        self.wake();
    }
}
