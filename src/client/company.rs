//! Company: how single people are, who writes, and how far others have read. All of it hints: the next one says
//! it again.

use super::{chat::Chat, mind::Mind, people};
use crate::protocol::{
    Batch, ClientFrame, Millis, Op, Pairs, PeopleAsk, PeopleState, Person, Presence, PresenceState, Role,
    RoomId, SeenState, TypingState, UserId,
};
use leptos::prelude::*;

/// Who was heard to write is shown for so long.
const TYPING_HOLDS: Millis = 6_000;
/// One's own writing is told this often.
const TYPING_EVERY: Millis = 3_000;
/// Who writes is read out this often.
const TELL_EVERY: Millis = 10_000;
/// It is asked anew who is in a room this often at most, however many come and go.
const ASK_EVERY: Millis = 5_000;

/// What is known of the people around.
#[derive(Debug, Default)]
pub(super) struct Company {
    presences: Pairs<UserId, Presence>,
    /// What oneself is up to.
    pub(super) status: String,
    /// The room that is looked at.
    room: Option<RoomId>,
    /// Who is in it, as far as asked.
    people: Vec<Person>,
    total: u32,
    next: Option<String>,
    /// The one whose card is open.
    chosen: Option<UserId>,
    /// What is to be asked, and when that was done last.
    ask: Option<PeopleAsk>,
    /// From when on the next question may be asked; one of the reader's own goes at once.
    ask_due: Millis,
    typing: Vec<Typing>,
    /// Who was read out as writing, and when.
    pub(super) told: Vec<String>,
    told_at: Millis,
    typed_at: Millis,
}

#[derive(Debug)]
struct Typing {
    room: RoomId,
    user: UserId,
    name: String,
    until: Millis,
}

impl Company {
    /// Asks at once; a question that waits is forgotten.
    fn ask(&mut self, room: RoomId, after: String, user: Option<UserId>) {
        self.ask = Some(PeopleAsk { room, after, user });
        self.ask_due = 0;
    }

    pub(super) fn take_ask(&mut self, now: Millis) -> Option<PeopleAsk> {
        let ask = self.ask.take_if(|_| now >= self.ask_due);
        if ask.is_some() {
            self.ask_due = now + ASK_EVERY;
        }
        ask
    }

    pub(super) fn deadline(&self) -> Option<Millis> {
        let ask = self.ask.as_ref().map(|_| self.ask_due);
        self.typing.iter().map(|typing| typing.until).chain(ask).min()
    }

    pub(super) fn person(&self, user: UserId) -> Option<&Person> {
        self.people.iter().find(|person| person.user.id == user)
    }

    pub(super) fn presence(&self, user: UserId) -> Presence {
        self.presences.get(&user).copied().unwrap_or_default()
    }

    fn tells_reading(&self) -> bool {
        self.people.iter().any(|person| person.read > 0)
    }

    /// Who writes in a room.
    pub(super) fn typing_in(&self, room: RoomId) -> Vec<String> {
        self.typing.iter().filter(|typing| typing.room == room).map(|typing| typing.name.clone()).collect()
    }
}

impl Mind {
    /// Another room is looked at.
    pub(super) fn meet(&mut self, room: RoomId) {
        let company = &mut self.company;
        if company.room != Some(room) {
            company.room = Some(room);
            (company.people, company.total, company.next) = (Vec::new(), 0, None);
            company.chosen = None;
        }
        company.ask(room, String::new(), None);
        self.touched.company = true;
    }

    /// A connection is new: what it tells comes on top of what is known, but of oneself only what is special.
    pub(super) fn company_begins(&mut self) {
        if let Some(room) = self.company.room {
            self.company.ask(room, String::new(), None);
        }
        let me = self.me.as_ref().map(|me| me.id);
        me.into_iter().for_each(|me| self.company.presences.insert(me, Presence::On));
        self.company.status.clear();
        self.touched.company = true;
    }

    /// Who said something writes no more; who came or went changes who is in the room.
    pub(super) fn company_hears(&mut self, batch: &Batch) {
        let company = &mut self.company;
        for event in &batch.events {
            match event.op {
                Op::Message { .. } => {
                    let is_other = |typing: &Typing| typing.room != batch.room || typing.user != event.by;
                    let before = company.typing.len();
                    company.typing.retain(is_other);
                    // In a small room it is told who has seen the newest message.
                    let is_newest = company.room == Some(batch.room) && company.tells_reading();
                    self.touched.company |= company.typing.len() < before || is_newest;
                }
                Op::Join | Op::Leave | Op::Added { .. } | Op::Removed { .. } | Op::Role { .. }
                    if company.room == Some(batch.room) && company.ask.is_none() =>
                {
                    company.ask = Some(PeopleAsk { room: batch.room, after: String::new(), user: None });
                }
                _ => {}
            }
        }
    }

    /// Forgets who has not been heard to write for a while.
    pub(super) fn company_forgets(&mut self, now: Millis) {
        let typing = &mut self.company.typing;
        if typing.iter().any(|typing| typing.until <= now) {
            typing.retain(|typing| typing.until > now);
            self.touched.company = true;
        }
    }

    pub(super) fn on_presence(&mut self, state: PresenceState, now: Millis) {
        self.drop_quiet_alarms();
        let company = &mut self.company;
        for (user, presence) in state.users {
            company.presences.insert(user, presence);
            let person = company.people.iter_mut().find(|person| person.user.id == user);
            if let Some(person) = person.filter(|person| person.seen_at > 0) {
                person.seen_at = now;
            }
        }
        for (user, status) in state.status {
            if self.me.as_ref().is_some_and(|me| me.id == user) {
                company.status.clone_from(&status);
            }
            if let Some(person) = company.people.iter_mut().find(|person| person.user.id == user) {
                person.status = status;
            }
        }
        self.touched.company = true;
    }

    pub(super) fn on_typing(&mut self, state: TypingState, now: Millis) {
        if self.me.as_ref().is_some_and(|me| me.id == state.user) {
            return;
        }
        let company = &mut self.company;
        let TypingState { room, user, name } = state;
        let until = now + TYPING_HOLDS;
        match company.typing.iter_mut().find(|typing| (typing.room, typing.user) == (room, user)) {
            Some(typing) => typing.until = until,
            None => company.typing.push(Typing { room, user, name, until }),
        }
        if now >= company.told_at + TELL_EVERY && company.room == Some(room) {
            (company.told, company.told_at) = (company.typing_in(room), now);
        }
        self.touched.company = true;
    }

    pub(super) fn on_seen(&mut self, state: &SeenState) {
        if self.company.room == Some(state.room) {
            for (user, seq) in state.users.iter() {
                if let Some(person) = self.company.people.iter_mut().find(|held| held.user.id == *user) {
                    person.read = person.read.max(*seq);
                }
            }
            self.touched.company = true;
        }
    }

    pub(super) fn seen_by(&self, room: RoomId) -> Vec<String> {
        let newest = self.timelines.get(&room).and_then(|timeline| timeline.newest_said());
        let mine = newest.zip(self.me.as_ref()).filter(|((_, by), me)| *by == me.id);
        let Some(((seq, _), me)) = mine.filter(|_| self.company.room == Some(room)) else {
            return Vec::new();
        };
        let people = self.company.people.iter();
        let seen = people.filter(|person| person.read >= seq && person.user.id != me.id);
        seen.map(|person| person.user.shown().to_owned()).collect()
    }

    /// One is writing. Is that to be told?
    pub(super) fn type_in(&mut self, room: RoomId, now: Millis) -> bool {
        let is_due = self.dialer.is_live() && now >= self.company.typed_at + TYPING_EVERY;
        if is_due {
            self.company.typed_at = now;
            self.frames.push(ClientFrame::Typing { room });
        }
        is_due
    }

    /// There is no connection: nobody is heard to write.
    pub(super) fn company_ends(&mut self) {
        self.touched.company |= !self.company.typing.is_empty();
        self.company.typing.clear();
    }

    pub(super) fn on_people(&mut self, state: PeopleState) {
        let company = &mut self.company;
        if company.room != Some(state.room) {
            return;
        }
        let mut before = Vec::new();
        if state.user.is_none() {
            if state.after.is_empty() {
                before = std::mem::take(&mut company.people);
            }
            (company.next, company.total) = (state.next, state.total);
        }
        for mut person in state.people {
            let mut known = before.iter().chain(&company.people);
            if let Some(known) = known.find(|it| it.user.id == person.user.id) {
                people::keep(&mut person, known, state.user.is_some());
            }
            company.presences.insert(person.user.id, person.presence);
            match company.people.iter_mut().find(|held| held.user.id == person.user.id) {
                Some(held) => *held = person,
                None => company.people.push(person),
            }
        }
        (self.touched.company, self.touched.roles) = (true, true);
    }
}

impl Chat {
    /// Asks who is in the room that is looked at, and how they are.
    pub fn meet(self, room: RoomId) {
        self.change(&mut |mind| mind.meet(room));
        self.wake();
    }

    /// Asks for more of them.
    pub fn want_people(self) {
        self.change(&mut |mind| {
            let company = &mut mind.company;
            if let (Some(room), Some(next)) = (company.room, company.next.clone()) {
                company.ask(room, next, None);
            }
        });
        self.wake();
    }

    /// Opens somebody's card, and asks how that person is now.
    pub fn choose_person(self, user: UserId) {
        self.change(&mut |mind| {
            mind.company.chosen = Some(user);
            if let Some(room) = mind.company.room {
                mind.company.ask(room, String::new(), Some(user));
            }
            mind.touched.company = true;
        });
        self.wake();
    }

    /// One is writing in a room: the others are told, now and then.
    pub fn type_in(self, room: RoomId) {
        let now = self.now();
        let is_due = self.is(&|mind| mind.type_in(room, now));
        if is_due {
            self.wake();
        }
    }

    /// Who writes in a room; of those who were read out last, when `is_told`. Reactive.
    pub fn typing_in(self, room: RoomId, is_told: bool) -> Vec<String> {
        let mut names = Vec::new();
        self.see_company(&mut |company| {
            names = company.typing_in(room);
            if is_told && !names.is_empty() {
                names.clone_from(&company.told);
            }
        });
        names
    }

    /// How somebody can be reached, as far as known. Reactive.
    pub fn presence(self, user: UserId) -> Presence {
        let mut presence = Presence::Off;
        self.see_company(&mut |company| presence = company.presence(user));
        presence
    }

    /// Does one not want to be disturbed? Reactive.
    pub fn is_dnd(self) -> bool {
        self.me().is_some_and(|me| self.presence(me.id) == Presence::Dnd)
    }

    /// What oneself is up to. Reactive.
    pub fn status(self) -> String {
        let mut status = String::new();
        self.see_company(&mut |company| status.clone_from(&company.status));
        status
    }

    /// Those in the room that is looked at who can be reached so; who is not to be disturbed is among those who
    /// are here. Reactive.
    pub fn people_who_are(self, presence: Presence) -> Vec<UserId> {
        let mut people = Vec::new();
        self.see_company(&mut |company| {
            let ids = company.people.iter().map(|person| person.user.id);
            let is_such = |user: &UserId| match company.presence(*user) {
                Presence::Dnd => presence == Presence::On,
                other => presence == other,
            };
            people = ids.filter(is_such).collect();
        });
        people
    }

    /// How many are in it, and are there more than were told? Reactive.
    pub fn people_total(self) -> (u32, bool) {
        let mut total = (0, false);
        self.see_company(&mut |company| total = (company.total, company.next.is_some()));
        total
    }

    /// Somebody in it. Reactive.
    pub fn person(self, user: UserId) -> Option<Person> {
        let mut person = None;
        self.see_company(&mut |company| {
            person = company.person(user).cloned();
            if let Some(person) = &mut person {
                person.presence = company.presence(user);
            }
        });
        person
    }

    /// What somebody is in it, if that is more or less than a member. Reactive, to that alone: it stands beside
    /// everything that was said.
    pub fn role_of(self, user: UserId) -> Role {
        self.roles.track();
        let mut role = Role::Member;
        self.ask(&mut |mind| role = mind.company.person(user).map_or(role, |person| person.role));
        role
    }

    /// The one whose card is open. Reactive.
    pub fn chosen_person(self) -> Option<UserId> {
        let mut chosen = None;
        self.see_company(&mut |company| chosen = company.chosen);
        chosen
    }

    /// Who has seen the newest message of a room, if it is one's own. Reactive.
    pub fn seen_by(self, room: RoomId) -> Vec<String> {
        self.company.track();
        let mut names = Vec::new();
        self.ask(&mut |mind| names = mind.seen_by(room));
        names
    }

    /// Minutes since an instant.
    pub fn minutes_since(self, at: Millis) -> u64 {
        self.now().saturating_sub(at) / 60_000
    }

    /// How many minutes the person's clock is ahead of UTC. Reactive.
    pub fn zone_offset(self) -> i32 {
        (self.zone.get().0)(self.now())
    }

    fn see_company(self, f: &mut dyn FnMut(&Company)) {
        self.company.track();
        self.ask(&mut |mind| f(&mind.company));
    }
}
