//! What a person does to messages that are there: edit, delete, react; and what they have seen.

use super::{chat::Chat, mind::Mind, outbox::Stage, rows::RowKey};
use crate::protocol::{Draft, Failure, Millis, Nonce, Op, RoomId, Seq, check_text};

impl Chat {
    /// Gives a message of one's own another text. The row shows it at once, and says until then that it is
    /// on its way.
    ///
    /// # Errors
    /// A failure for a text that may not be said, or when too many drafts wait already.
    pub fn edit(self, room: RoomId, of: Seq, text: &str) -> Result<(), Failure> {
        self.amend(room, Op::Edit { of, text: check_text(text)? })
    }

    /// Deletes a message for everybody.
    ///
    /// # Errors
    /// A failure when too many drafts wait already.
    pub fn delete(self, room: RoomId, of: Seq) -> Result<(), Failure> {
        self.amend(room, Op::Delete { of })
    }

    /// Puts an emoji under a message, or takes it back.
    ///
    /// # Errors
    /// A failure when too many drafts wait already.
    pub fn react(self, room: RoomId, of: Seq, emoji: &str, on: bool) -> Result<(), Failure> {
        self.amend(room, Op::React { of, emoji: emoji.to_owned(), on })
    }

    fn amend(self, room: RoomId, op: Op) -> Result<(), Failure> {
        let (nonce, now) = (self.nonce(), self.now());
        let (mut op, mut done) = (Some(op), Ok(()));
        self.change(&mut |mind| {
            if let Some(op) = op.take() {
                done = mind.amend(room, op, nonce, now);
            }
        });
        self.wake();
        done
    }

    /// One's own newest message in a room, of what is held. Not reactive.
    pub fn newest_of_mine(self, room: RoomId) -> Option<RowKey> {
        let mut newest = None;
        self.ask(&mut |mind| newest = mind.newest_of_mine(room));
        newest
    }

    /// The reader sees the newest message of a room, and whatever comes there until this is said again; or of none.
    pub fn seen(self, room: Option<RoomId>) {
        self.ask(&mut |mind| mind.attended = room);
        if let Some(room) = room.filter(|room| self.is(&|mind| mind.is_news(*room))) {
            self.change(&mut |mind| mind.mark(room));
            self.wake();
        }
    }
}

impl Mind {
    /// Puts a change of a message on its way. It takes the place of one of its kind that was refused.
    pub(super) fn amend(&mut self, room: RoomId, op: Op, nonce: Nonce, now: Millis) -> Result<(), Failure> {
        let is_same = |held: &Op| match (held, &op) {
            (Op::Edit { of, .. }, Op::Edit { of: now, .. })
            | (Op::Delete { of }, Op::Delete { of: now })
            | (Op::React { of, .. }, Op::React { of: now, .. }) => of == now,
            _ => false,
        };
        let stale = self.outbox.of_room(room).filter(|entry| matches!(entry.stage, Stage::Refused(_)));
        let stale: Vec<Nonce> =
            stale.filter(|entry| is_same(&entry.draft.op)).map(|entry| entry.draft.nonce).collect();
        self.outbox.push(Draft { nonce, room, op }, now)?;
        stale.into_iter().for_each(|nonce| drop(self.outbox.discard(nonce)));
        self.show_drafts(room);
        Ok(())
    }

    /// What cannot be done because its message is gone is as good as done: nothing of the person's is lost,
    /// and the message itself says what became of it.
    pub(super) fn settle_moot(&mut self, nonce: Nonce, failure: &Failure) -> bool {
        let is_moot = *failure == Failure::NotFound
            && matches!(self.outbox.op(nonce), Some(Op::Delete { .. } | Op::React { .. }));
        if is_moot && let Some(entry) = self.outbox.settle(nonce) {
            self.show_drafts(entry.draft.room);
        }
        is_moot
    }

    fn newest_of_mine(&mut self, room: RoomId) -> Option<RowKey> {
        let me = self.me.as_ref()?.id;
        self.timeline(room)?.newest_by(me)
    }
}
