//! Who is in a room, and how they are: what is kept and what is live, put together for one who may see both.

use super::{Hub, manners::coarse, room::CIRCLE};
use crate::protocol::{Failure, PeopleAsk, PeopleState, Person, Presence, User, UserId};
use crate::server::{
    Error,
    store::{Profile, Profiles},
};
use std::sync::Arc;

/// People on one page.
const PAGE: u32 = 60;
/// Of those who are here and not on the first page, so many come with it.
const HERE: usize = 30;

impl Hub {
    /// Who is in a room. How they are is for members alone; who reads it from outside sees the names.
    ///
    /// # Errors
    /// [`Failure::NotFound`], or when the store does not answer.
    pub async fn people_in(&self, reader: &User, ask: PeopleAsk) -> Result<PeopleState, Failure> {
        let (live, id) = (self.live(), ask.room);
        let after = ask.after.replace('\0', "");
        let limit = if ask.user.is_some() { 1 } else { PAGE };
        // Asked in any case: it is here that the store says who may know.
        let page = live.store.profiles(id, reader.id, &after, limit).await;
        let Profiles { mut people, mut next, total } = page.map_err(Error::into_failure)?;
        let room = live.find(id).filter(|room| room.is_member(reader.id));
        let more: Vec<UserId> = match (ask.user, &room) {
            (Some(user), _) => {
                (people, next) = (Vec::new(), None);
                vec![user]
            }
            (None, Some(room)) if next.is_some() && after.is_empty() => {
                let first = room.first(HERE).into_iter();
                first.filter(|here| !people.iter().any(|one| one.user.id == *here)).collect()
            }
            (None, _) => Vec::new(),
        };
        people.extend(live.store.profiles_of(id, &more).await.map_err(Error::into_failure)?);
        let hides_reading = live.manners.ask(reader.id, |manner| manner.hides.reading).unwrap_or(true);
        let look = Look { hub: self, room, tells_reading: total as usize <= CIRCLE && !hides_reading };
        let people = people.into_iter().map(|profile| look.at(profile)).collect();
        Ok(PeopleState { room: id, after: ask.after, user: ask.user, people, next, total })
    }
}

/// How one sees the people in a room.
struct Look<'a> {
    hub: &'a Hub,
    /// The live room, for its members.
    room: Option<Arc<super::room::Room>>,
    tells_reading: bool,
}

impl Look<'_> {
    fn at(&self, Profile { user, role, manner, read }: Profile) -> Person {
        let nothing =
            Person { user, role, presence: Presence::Off, status: String::new(), seen_at: 0, read: 0 };
        let Some(room) = &self.room else { return nothing };
        let live = self.hub.live();
        let now = live.clock.now();
        let presence = room.presence(&nothing.user);
        let seen_at = match presence {
            Presence::Off => live.manners.seen(nothing.user.id).unwrap_or(manner.seen_at),
            _ => coarse(now),
        };
        Person {
            presence,
            status: manner.status(now).to_owned(),
            seen_at: if manner.hides.seen_at { 0 } else { seen_at },
            read: if self.tells_reading && !manner.hides.reading { read } else { 0 },
            ..nothing
        }
    }
}
