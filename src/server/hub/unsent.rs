//! Texts that are still being written: written down together, then told to all devices of their author.

use super::{
    Hub, RETRY_MS,
    live::Live,
    writer::{Job, check},
};
use crate::protocol::{Failure, RoomId, ServerFrame, Unsent, User, UserId, check_unsent};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::oneshot;

/// Where the answer goes, when somebody waits for it.
pub type Asker = oneshot::Sender<Result<Unsent, Failure>>;

/// Texts that wait to be written down together: the newest of each person in each room.
#[derive(Default)]
pub struct Texts(BTreeMap<(UserId, RoomId), (Unsent, Vec<Asker>)>);

impl Texts {
    /// Takes one more.
    pub fn take(&mut self, user: UserId, text: Unsent, asker: Option<Asker>) {
        let (held, askers) = self.0.entry((user, text.room)).or_insert_with(|| (text.clone(), Vec::new()));
        if held.at < text.at {
            *held = text;
        }
        askers.extend(asker);
    }

    /// Writes them down and tells how they stand.
    pub async fn write(self, live: &Arc<Live>) {
        if self.0.is_empty() {
            return;
        }
        let batch: Vec<(UserId, Unsent)> =
            self.0.iter().map(|((user, _), (text, _))| (*user, text.clone())).collect();
        let answers = match live.store.keep_unsent(&batch).await {
            Ok(answers) => answers,
            Err(error) => {
                tracing::warn!(?error, "unsent texts were not kept");
                check(live, &error, []);
                vec![Err(Failure::Unavailable { retry_ms: RETRY_MS }); batch.len()]
            }
        };
        for (((user, room), (_, askers)), answer) in self.0.into_iter().zip(answers) {
            if let Ok(kept) = &answer {
                live.people.tell_unsent(user, room, &ServerFrame::Unsent(kept.clone()).encode().into());
            }
            for asker in askers {
                // Whoever asked may be gone.
                let _ = asker.send(answer.clone());
            }
        }
    }
}

impl Hub {
    /// Keeps what somebody is writing; all of that person's connections are told how it stands then.
    ///
    /// # Errors
    /// What is wrong with the text, or that there is too much to do. What is refused later is not kept, and not told.
    pub fn begin_unsent(&self, by: &User, text: Unsent) -> Result<(), Failure> {
        self.queue_unsent(by, text, None)
    }

    /// As [`begin_unsent`](Self::begin_unsent), and waits for how it stands.
    ///
    /// # Errors
    /// [`Failure::NotFound`] for a room that one is not in, [`Failure::Forbidden`] where one may not write, what
    /// is wrong with the text, or when it could not be written.
    pub async fn keep_unsent(&self, by: &User, text: Unsent) -> Result<Unsent, Failure> {
        let (asker, answer) = oneshot::channel();
        self.queue_unsent(by, text, Some(asker))?;
        answer.await.unwrap_or(Err(Failure::Unavailable { retry_ms: RETRY_MS }))
    }

    fn queue_unsent(&self, by: &User, text: Unsent, asker: Option<Asker>) -> Result<(), Failure> {
        // A clock that is ahead must not win for ever.
        let at = text.at.min(self.live().clock.now());
        let text = Unsent { text: check_unsent(&text.text)?, at, ..text };
        self.queue(Job::Unsent { user: by.id, text, asker })
    }
}
