//! What must outlive the page: drafts on their way.

use super::{chat::Chat, mind::Mind};
use crate::protocol::{Draft, Failure, Millis, Nonce, UserId, json};

/// A draft as it is written down in the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What is to be sent, under its nonce.
    pub draft: Draft,
    /// When it was written, by the page's clock.
    pub at: Millis,
    /// Its place in the order of writing.
    pub turn: u64,
    /// Why it was refused for good.
    pub failure: Option<Failure>,
}

impl Kept {
    /// As text, a line for each field: a reader of objects is far more code than this is worth to a page.
    pub fn write(&self) -> String {
        let Self { draft: Draft { nonce, room, op }, at, turn, failure } = self;
        let json = |op: Option<String>| op.unwrap_or_default();
        let failure = json(failure.as_ref().and_then(|failure| serde_json::to_string(failure).ok()));
        let op = json(serde_json::to_string(op).ok());
        format!("{nonce}\n{room}\n{at}\n{turn}\n{failure}\n{op}")
    }

    /// Reads what was written; `None` for anything else.
    pub fn read(text: &str) -> Option<Self> {
        let mut lines = text.split('\n');
        let nonce = lines.next()?.parse().ok()?;
        let room = lines.next()?.parse().ok()?;
        let at = lines.next()?.parse().ok()?;
        let turn = lines.next()?.parse().ok()?;
        let failure = lines.next().filter(|failure| !failure.is_empty());
        // A reason that is not known any more is still a refusal.
        let failure = failure.map(|failure| json::read(failure).unwrap_or(Failure::Other));
        let op = json::read(lines.next()?).ok()?;
        Some(Self { draft: Draft { nonce, room, op }, at, turn, failure })
    }
}

/// Something to be written down, or to be struck out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whose draft it is: nobody else ever sees it.
    pub user: UserId,
    /// Which draft.
    pub nonce: Nonce,
    /// How it stands now; `None` when it is settled.
    pub kept: Option<Kept>,
}

impl Mind {
    /// What is to be written down before anything else is sent.
    pub(super) fn take_changes(&mut self) -> Vec<Change> {
        let mut changes = std::mem::take(&mut self.changes);
        if let Some(user) = self.me.as_ref().map(|me| me.id) {
            let own = self.outbox.take_changes().into_iter();
            changes.extend(own.map(|(nonce, kept)| Change { user, nonce, kept }));
        }
        changes
    }

    /// Takes back drafts of a page that is gone. What arrived after all is struck out.
    pub(super) fn restore(&mut self, user: UserId, kept: Vec<Kept>) {
        if self.me.as_ref().is_none_or(|me| me.id != user) {
            return;
        }
        for kept in kept {
            let (nonce, room) = (kept.draft.nonce, kept.draft.room);
            if self.outbox.restore(kept) {
                let has_arrived = self.timeline(room).is_some_and(|timeline| timeline.has_own(nonce));
                if has_arrived {
                    self.outbox.settle(nonce);
                }
                self.show_drafts(room);
            }
        }
    }
}

impl Chat {
    /// What is to be written down before anything else is sent; empties as it is read.
    pub fn take_changes(self) -> Vec<Change> {
        let mut changes = Vec::new();
        self.ask(&mut |mind| changes = mind.take_changes());
        changes
    }

    /// Takes back drafts of this person that a page wrote down which is gone.
    pub fn restore(self, user: UserId, kept: Vec<Kept>) {
        let mut kept = Some(kept);
        self.change(&mut |mind| mind.restore(user, kept.take().unwrap_or_default()));
    }

    /// Whose page it is. Not reactive.
    pub fn owner(self) -> Option<UserId> {
        let mut owner = None;
        self.ask(&mut |mind| owner = mind.me.as_ref().map(|me| me.id));
        owner
    }
}
