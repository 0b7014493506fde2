//! Who may be meant by what was typed so far.

use super::{Result, respond::Call};
use crate::protocol::{RoomId, User, hangul::matches};

/// So many of a room's people are looked at, those first who were there last.
const LOOKED_AT: u32 = 2000;
/// So many are suggested.
const SUGGESTED: usize = 8;
/// Nobody types more of a name than it has.
const TYPED: usize = 64;

/// The people of a room whose name, or the name that they are shown as, fits; the nearest first.
///
/// # Errors
/// [`Failure::SignedOut`](crate::protocol::Failure::SignedOut),
/// [`Failure::NotFound`](crate::protocol::Failure::NotFound).
pub async fn people(call: Call, room: RoomId, start: String) -> Result<Vec<User>> {
    let me = call.user()?;
    let start: String = start.chars().take(TYPED).collect();
    let people = call.app.store.people_of_room(room, me.id, LOOKED_AT).await?;
    let rank = |user: &User| {
        [matches(&start, &user.name), matches(&start, user.shown())].into_iter().flatten().min()
    };
    let others = people.into_iter().filter(|user| user.id != me.id);
    let mut ranked: Vec<(u32, User)> = others.filter_map(|user| Some((rank(&user)?, user))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    Ok(ranked.into_iter().take(SUGGESTED).map(|(_, user)| user).collect())
}
