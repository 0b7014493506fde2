//! Whom messages call: who is there to be called, and how they hear of it.

use super::live::Live;
use crate::protocol::{
    Event, Op, RoomId, Seq,
    mention::{All, calls_all, is_calling},
};
use crate::server::store::{Append, Here};
use std::sync::Arc;

/// Who is here where somebody calls all who are.
pub(super) fn here(live: &Arc<Live>, batch: &[Append]) -> Here {
    let calls = |append: &&Append| match &append.draft.op {
        Op::Message { text, .. } => calls_all(text) == Some(All::Here),
        _ => false,
    };
    let rooms = batch.iter().filter(calls).map(|append| append.draft.room);
    rooms.map(|room| (room, live.find(room).map(|room| room.who()).unwrap_or_default())).collect()
}

/// Which of these call anybody.
pub(super) fn calling<'a>(events: impl Iterator<Item = (RoomId, &'a Event)>) -> Vec<(RoomId, Seq)> {
    events.filter(|(_, event)| is_calling(&event.op)).map(|(room, event)| (room, event.seq)).collect()
}

/// Those who are called hear of it with how they stand: whom a message calls, the store alone knows. It may be
/// lost; the next word of their markers says the same.
pub(super) async fn tell_called(live: &Arc<Live>, messages: &[(RoomId, Seq)]) {
    if messages.is_empty() {
        return;
    }
    match live.store.called(messages).await {
        Ok(states) => states.into_iter().for_each(|(user, state)| live.people.tell_read(user, state)),
        Err(error) => tracing::warn!(?error, "who is called could not be told"),
    }
}
