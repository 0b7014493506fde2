//! Who is writing: told to the others in the room, kept nowhere.

use super::Hub;
use crate::protocol::{Failure, RoomAct, RoomId, ServerFrame, TypingState, User};
use crate::server::Error;
use tokio::time::Instant;

impl Hub {
    /// Somebody writes in a room. Answers with what the others are told, whether they were or not: not more often
    /// than once in three seconds, not in a crowd, and not of who hides it.
    ///
    /// # Errors
    /// [`Failure::NotFound`] for a room that one is not in, [`Failure::Forbidden`] where one may say nothing.
    pub async fn type_in(&self, who: &User, id: RoomId) -> Result<ServerFrame, Failure> {
        let live = self.live();
        let state = live.room_state(id, who.id).await.map_err(Error::into_failure)?;
        let state = state.filter(|state| state.role.is_some()).ok_or(Failure::NotFound)?;
        if !state.may(RoomAct::Send) {
            return Err(Failure::Forbidden);
        }
        let name = who.shown().to_owned();
        let frame = ServerFrame::Typing(TypingState { room: id, user: who.id, name });
        let is_shown = live.manners.ask(who.id, |manner| !manner.hides.typing).unwrap_or(false);
        if let Some(room) = live.find(id).filter(|_| is_shown && !state.archived) {
            let now = Instant::now();
            if room.is_member(who.id) && room.may_type(who, now) {
                room.tell_typing(who.id, now, &frame.encode().into());
            }
        }
        Ok(frame)
    }
}
