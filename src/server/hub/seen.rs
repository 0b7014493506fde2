//! When people were last here, written down together; and how far they have read, told in small rooms.

use super::live::Live;
use crate::protocol::{RoomId, Seq, UserId};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// How often it is written down who came and went.
const EVERY: Duration = Duration::from_secs(60);

/// Writes down who came and went: once a minute, and at the end.
pub(super) async fn run(live: Arc<Live>, stop: CancellationToken) {
    loop {
        let is_over = tokio::select! {
            () = stop.cancelled() => true,
            () = tokio::time::sleep(EVERY) => false,
        };
        let people = live.manners.take_seen();
        if !people.is_empty()
            && let Err(error) = live.store.set_seen(&people).await
        {
            tracing::warn!(people = people.len(), ?error, "when people were last here could not be kept");
        }
        if is_over {
            return;
        }
    }
}

impl Live {
    /// Somebody has read a room so far; in a small room the others are told at the next tick. Of who is not
    /// connected it is not known whether it may be told.
    pub fn note_seen(&self, user: UserId, id: RoomId, seq: Seq) {
        let is_told = self.manners.ask(user, |manner| !manner.hides.reading).unwrap_or(false);
        if is_told && self.find(id).is_some_and(|room| room.note_seen(user, seq)) {
            self.visit(id);
        }
    }
}
