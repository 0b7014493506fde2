//! What the quick switcher finds: rooms of all one's spaces, and people.

use super::{chat::Chat, hangul::matches, places::news};
use crate::protocol::{RoomId, RoomState, Space, User};
use leptos::prelude::Get;

/// So many rooms are remembered as visited.
const VISITED: usize = 8;
/// So many rooms, and so many people, are shown.
const ROOMS: usize = 12;
const PEOPLE: usize = 8;
/// What a match is worth more than a visit, and a visit more than news.
const BY_MATCH: usize = 1000;
const BY_VISIT: usize = 10;
/// Ranks up to this are of matches at the very beginning of a name.
const AT_START: u32 = 2;

/// Where one can go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The room, where there is one.
    pub room: Option<RoomState>,
    /// The person, when it is about one.
    pub user: Option<User>,
    /// The address of the room; empty where it is yet to be made.
    pub path: String,
    /// The name of its space, when that is another than the one that is open.
    pub elsewhere: String,
}

impl Target {
    /// What it is called.
    pub fn name(&self) -> String {
        let room = || self.room.as_ref().map(RoomState::title).unwrap_or_default();
        self.user.as_ref().map_or_else(room, |user| user.shown().to_owned())
    }
}

/// Goals, the best first.
#[derive(Default)]
struct Ranked(Vec<(usize, Target)>);

impl Ranked {
    fn put(&mut self, rank: usize, goal: Target) {
        let place = self.0.partition_point(|(held, _)| *held <= rank);
        self.0.insert(place, (rank, goal));
    }

    fn best(self, most: usize) -> impl Iterator<Item = Target> {
        self.0.into_iter().take(most).map(|(_, goal)| goal)
    }
}

/// What is seen of a reader's places.
struct Around<'a> {
    here: Option<&'a Space>,
    spaces: &'a [Space],
    current: Option<RoomId>,
    visited: &'a str,
}

impl Around<'_> {
    fn goal(&self, room: &RoomState) -> Target {
        let space = self.spaces.iter().find(|space| space.id == room.space).or(self.here);
        let is_here = self.here.is_none_or(|here| here.id == room.space);
        Target {
            room: Some(room.clone()),
            user: match room.people.as_slice() {
                [one] => Some(one.clone()),
                _ => None,
            },
            path: space.map(|space| room.path(space)).unwrap_or_default(),
            elsewhere: space.filter(|_| !is_here).map(|space| space.name.clone()).unwrap_or_default(),
        }
    }

    /// How far behind the best a room stands; `None` when it was not meant.
    fn rank(&self, query: &str, room: &RoomState) -> Option<usize> {
        let rank = matches(query, &room.title())?;
        let is_wanted = !query.is_empty() || !(room.archived || self.current == Some(room.id));
        let id = room.id.to_string();
        let visit = self.visited.split(' ').position(|held| held == id).unwrap_or(VISITED);
        let class = match news(room) {
            _ if room.archived => 4,
            _ if room.role.is_none() => 3,
            (0, 0) => 2,
            (_, 0) => 1,
            _ => 0,
        };
        is_wanted.then_some(rank as usize * BY_MATCH + visit * BY_VISIT + class)
    }

    fn find(&self, query: &str, rooms: &[RoomState], people: &[User], me: Option<&User>) -> Vec<Target> {
        let (mut places, mut persons) = (Ranked::default(), Ranked::default());
        for room in rooms {
            if let Some(rank) = self.rank(query, room) {
                let goal = self.goal(room);
                if goal.user.is_some() { &mut persons } else { &mut places }.put(rank, goal);
            }
        }
        for user in people.iter().filter(|user| me.is_none_or(|me| me.id != user.id)) {
            let has_room =
                |(_, goal): &(usize, Target)| goal.user.as_ref().is_some_and(|held| held.id == user.id);
            let by = [user.shown(), &user.name].into_iter().filter_map(|name| matches(query, name)).min();
            if let Some(rank) = by.filter(|_| !persons.0.iter().any(has_room)) {
                let goal = Target {
                    room: None,
                    user: Some(user.clone()),
                    path: String::new(),
                    elsewhere: String::new(),
                };
                persons.put((rank as usize + 1) * BY_MATCH - 1, goal);
            }
        }
        places.best(ROOMS).chain(persons.best(PEOPLE)).collect()
    }
}

/// A name in three parts: what stands before what was typed, what was meant by it, and what comes after.
pub fn marked(query: &str, name: &str) -> [String; 3] {
    let (start, end) = met(query, name).unwrap_or_default();
    [&name[..start], &name[start..end], &name[end..]].map(str::to_owned)
}

fn met(query: &str, name: &str) -> Option<(usize, usize)> {
    if query.trim().is_empty() {
        return None;
    }
    let at_start = |text: &str| matches(query, text).filter(|rank| *rank <= AT_START);
    let starts = || name.char_indices().filter(|(_, letter)| !letter.is_whitespace()).map(|(at, _)| at);
    let (_, start) = starts().filter_map(|at| Some((at_start(&name[at..])?, at))).min()?;
    let ends = name[start..].char_indices().map(|(at, letter)| start + at + letter.len_utf8());
    let end = ends.into_iter().find(|end| at_start(&name[start..*end]).is_some())?;
    Some((start, end))
}

impl Chat {
    /// Where one may want to go by what was typed: rooms first, then people; `people` are those that the server
    /// told of. Reactive.
    pub fn goals(self, query: &str, people: &[User]) -> Vec<Target> {
        let visited = self.visited();
        let current = self.current.get();
        let mut goals = Vec::new();
        self.look_around(&mut |seen| {
            let (here, spaces) = (seen.space.as_ref(), seen.spaces.as_slice());
            let around = Around { here, spaces, current, visited: &visited };
            goals = around.find(query.trim(), &seen.rooms, people, seen.me.as_ref());
        });
        goals
    }

    /// Remembers that one was in a room.
    pub fn visit(self, room: RoomId) {
        let id = room.to_string();
        let mut visited = id.clone();
        for held in self.visited().split(' ').filter(|held| *held != id).take(VISITED - 1) {
            visited.push(' ');
            visited.push_str(held);
        }
        if let Some(key) = self.own_key("visited") {
            (self.hands().remember)(&key, &visited);
        }
    }

    fn visited(self) -> String {
        self.own_key("visited").and_then(|key| (self.hands().recall)(&key)).unwrap_or_default()
    }

    /// Did one fold this part of the list of rooms?
    pub fn is_folded(self, part: &str) -> bool {
        self.own_key(part).is_some_and(|key| (self.hands().recall)(&key).is_some())
    }

    /// Remembers whether a part of the list of rooms is folded.
    pub fn fold(self, part: &str, is_folded: bool) {
        if let Some(key) = self.own_key(part) {
            (self.hands().remember)(&key, if is_folded { "1" } else { "" });
        }
    }

    /// What one's own is remembered by.
    fn own_key(self, what: &str) -> Option<String> {
        Some(format!("maru.{what}.{}", self.owner()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        client::mind_laws::room,
        protocol::{SpaceId, UserId},
    };

    fn space(id: i64, name: &str) -> Space {
        let (slug, name) = (name.to_owned(), name.to_owned());
        Space { id: SpaceId::from_raw(id), slug, name, glyph: String::new(), role: None }
    }

    fn called(id: i64, name: &str) -> RoomState {
        RoomState { name: name.to_owned(), ..room(RoomId::from_raw(id), 1) }
    }

    fn user(id: i64, name: &str, display: &str) -> User {
        User { display: display.to_owned(), ..User::new(UserId::from_raw(id), name.to_owned()) }
    }

    fn names(query: &str, visited: &str, rooms: &[RoomState], people: &[User]) -> Vec<String> {
        let (hall, club) = (space(1, "hall"), space(2, "club"));
        let around = Around {
            here: Some(&hall),
            spaces: &[hall.clone(), club],
            current: Some(RoomId::from_raw(1)),
            visited,
        };
        let me = user(1, "ann", "");
        let goals = around.find(query, rooms, people, Some(&me));
        goals.iter().map(|goal| goal.name() + &goal.elsewhere).collect()
    }

    #[test]
    fn with_nothing_typed_the_last_visited_come_first_and_then_what_is_new() {
        let (tea, tax) = (called(1, "tea"), called(2, "tax"));
        let new = RoomState { unread: 2, ..called(3, "new") };
        let calls = RoomState { unread: 2, mentions: 1, ..called(4, "calls") };
        let old = RoomState { archived: true, ..called(5, "old") };
        let rooms = [tea, tax, new, calls, old, called(6, "rest")];
        let visited = [1, 6, 2].map(|id| RoomId::from_raw(id).to_string()).join(" ");
        assert_eq!(names("", &visited, &rooms, &[]), ["rest", "tax", "calls", "new"]);
        assert_eq!(names("old", "", &rooms, &[]), ["old"], "what is archived is found by its name alone");
    }

    #[test]
    fn initial_consonants_find_rooms_and_people_and_the_nearer_comes_first() {
        let direct = RoomState { people: vec![user(7, "minlu", "민루")], ..called(4, "") };
        let rooms = [called(2, "작은 마루"), called(3, "마루"), direct, called(5, "회의")];
        let people = [user(1, "ann", "마루"), user(7, "minlu", "민루"), user(8, "maro", "")];
        assert_eq!(
            names("ㅁㄹ", "", &rooms, &people),
            ["마루", "작은 마루", "민루"],
            "and nobody twice, nor oneself"
        );
        assert_eq!(names("mar", "", &rooms, &people), ["maro"]);
    }

    #[test]
    fn a_room_of_another_space_says_so() {
        let far = RoomState { space: SpaceId::from_raw(2), ..called(2, "chess ") };
        assert_eq!(names("che", "", &[far], &[]), ["chess club"]);
    }

    #[test]
    fn what_was_typed_is_marked_in_the_name() {
        for (query, name, expected) in [
            ("ㅁㄹ", "작은 마루", ["작은 ", "마루", ""]),
            ("출", "여름-출시", ["여름-", "출", "시"]),
            ("한", "큰 하나", ["큰 ", "하나", ""]),
            ("B C", "Ben bc", ["Ben ", "bc", ""]),
            ("", "마루", ["", "", "마루"]),
        ] {
            assert_eq!(marked(query, name), expected, "{query}");
        }
        assert_eq!(marked("x", "마루"), ["", "", "마루"]);
    }
}
