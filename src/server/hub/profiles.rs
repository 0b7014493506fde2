//! Who is in a room, and how they are: what is kept and what is live, put together for one who may see both.

use super::{
    Hub,
    manners::coarse,
    room::{CIRCLE, Room},
};
use crate::protocol::{Failure, PeopleAsk, PeopleState, Person, Presence, User, UserId};
use crate::server::{
    Error, Result,
    store::{Profile, Profiles},
};
use std::sync::Arc;

/// People on one page.
const PAGE: u32 = 60;
/// Of those who are here and not on the first page, so many come with it.
const HERE: usize = 30;
/// Of those who are more or less than a member, too: their words are shown beside what they say.
const ROLES: u32 = 30;

impl Hub {
    /// Who is in a room. How they are is for members alone; who reads it from outside sees the names.
    ///
    /// # Errors
    /// [`Failure::NotFound`], or when the store does not answer.
    pub async fn people_in(&self, reader: &User, ask: PeopleAsk) -> Result<PeopleState, Failure> {
        self.look_at(reader, ask).await.map_err(Error::into_failure)
    }

    async fn look_at(&self, reader: &User, ask: PeopleAsk) -> Result<PeopleState> {
        let (live, id) = (self.live(), ask.room);
        let after = ask.after.replace('\0', "");
        let limit = if ask.user.is_some() { 1 } else { PAGE };
        // Asked in any case: it is here that the store says who may know.
        let Profiles { mut people, mut next, total } =
            live.store.profiles(id, reader.id, &after, limit).await?;
        let room = live.find(id).filter(|room| room.is_member(reader.id));
        let mut rooms = 0;
        match (ask.user, &room) {
            (Some(user), _) => {
                (people, next) = (live.store.profiles_of(id, &[user]).await?, None);
                if room.is_some() && user != reader.id && !people.is_empty() {
                    rooms = live.store.rooms_in_common(reader.id, user).await?;
                }
            }
            (None, Some(room)) if next.is_some() && after.is_empty() => {
                self.complete(room, &mut people).await?
            }
            (None, _) => {}
        }
        let hides_reading = live.manners.ask(reader.id, |manner| manner.hides.reading).unwrap_or(true);
        let tells_reading = total as usize <= CIRCLE && !hides_reading;
        let look = Look { hub: self, room, tells_reading, is_close: ask.user.is_some(), rooms };
        let people = people.into_iter().map(|profile| look.at(profile)).collect();
        Ok(PeopleState { room: id, after: ask.after, user: ask.user, people, next, total })
    }

    /// What comes with a first page that is not all.
    async fn complete(&self, room: &Room, people: &mut Vec<Profile>) -> Result<()> {
        let store = &self.live().store;
        let is_new = |people: &[Profile], user| people.iter().all(|known| known.user.id != user);
        for profile in store.profiles_with_role(room.id, ROLES).await? {
            if is_new(people, profile.user.id) {
                people.push(profile);
            }
        }
        let here: Vec<UserId> = room.first(HERE).into_iter().filter(|user| is_new(people, *user)).collect();
        people.extend(store.profiles_of(room.id, &here).await?);
        Ok(())
    }
}

/// How one sees the people in a room.
struct Look<'a> {
    hub: &'a Hub,
    /// The live room, for its members.
    room: Option<Arc<Room>>,
    tells_reading: bool,
    /// It is one person that is looked at.
    is_close: bool,
    /// How many rooms they are in together.
    rooms: u32,
}

impl Look<'_> {
    fn at(&self, Profile { user, role, manner, read, zone }: Profile) -> Person {
        let nothing = Person {
            user,
            role,
            presence: Presence::Off,
            status: String::new(),
            seen_at: 0,
            read: 0,
            zone: String::new(),
            rooms: 0,
        };
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
            // Where it is late says much of when somebody is here.
            zone: if self.is_close && !manner.hides.seen_at { zone } else { String::new() },
            rooms: self.rooms,
            ..nothing
        }
    }
}
