//! What must hold of many spaces, and of what goes out of reach while it is open.

use super::{
    day::Zone,
    mind::Mind,
    mind_laws::{ANN, BOOKS, TEA, batch, event, live, lobby, nonce, room, welcome},
    places::{news, sum},
    rows::{Row, SaidState},
};
use crate::protocol::{
    ClientFrame, Event, Failure, Mute, Op, Role, RoomId, RoomKind, RoomState, ServerFrame, Space, SpaceId,
    User,
};

const HALL: SpaceId = SpaceId::from_raw(1);
const CLUB: SpaceId = SpaceId::from_raw(2);
const CHESS: RoomId = RoomId::from_raw(7);

fn space(id: SpaceId, name: &str, role: Role) -> Space {
    let slug = name.to_lowercase();
    Space { id, slug, name: name.to_owned(), glyph: String::new(), role: Some(role) }
}

fn chess(unread: u32, mentions: u32) -> RoomState {
    RoomState { space: CLUB, unread, mentions, ..room(CHESS, 9) }
}

/// A page of somebody who is in two spaces, and looks at a room of the first.
fn in_two_spaces() -> Mind {
    let mut mind = live();
    mind.receive(ServerFrame::Space { space: space(HALL, "Maru", Role::Member) }, 1, 0);
    mind.receive(ServerFrame::Space { space: space(CLUB, "Club", Role::Guest) }, 1, 0);
    mind.receive(ServerFrame::Room { room: chess(2, 1) }, 1, 0);
    mind.show();
    mind
}

fn names(mind: &Mind) -> Vec<&str> {
    mind.seen.spaces.iter().map(|space| space.name.as_str()).collect()
}

fn news_in(mind: &Mind, space: SpaceId) -> (u32, u32) {
    sum(mind.seen.rooms.iter().filter(|room| room.space == space))
}

fn states(mind: &mut Mind) -> Vec<SaidState> {
    let pages = mind.pages(TEA);
    let rows =
        pages.iter().flat_map(|(page, _)| mind.timeline(TEA).expect("held").rows(*page, Zone::UTC).to_vec());
    rows.filter_map(|row| if let Row::Said(said) = row { Some(said.state) } else { None }).collect()
}

fn sends(frames: &[ClientFrame]) -> usize {
    frames.iter().filter(|frame| matches!(frame, ClientFrame::Send(_))).count()
}

#[test]
fn a_space_that_one_comes_into_stands_by_name_and_brings_its_rooms() {
    let mind = in_two_spaces();
    assert_eq!(names(&mind), ["Club", "Maru"]);
    assert_eq!((news_in(&mind, CLUB), news_in(&mind, HALL)), ((2, 1), (0, 0)));
}

#[test]
fn a_space_that_changed_keeps_its_place_and_a_role_in_it_is_seen_at_once() {
    let mut mind = in_two_spaces();
    mind.receive(ServerFrame::Space { space: space(HALL, "Hall", Role::Owner) }, 2, 0);
    assert!(mind.show().lobby);
    assert_eq!(names(&mind), ["Club", "Hall"]);
    let here = mind.seen.space.as_ref().expect("one is somewhere");
    assert_eq!((here.name.as_str(), here.role), ("Hall", Some(Role::Owner)));
}

#[test]
fn a_message_in_another_space_is_news_there_alone() {
    let mut mind = in_two_spaces();
    let said = Event { op: Op::said("@me, chess?"), ..event(10) };
    mind.receive(ServerFrame::Events(batch(CHESS, vec![said])), 2, 0);
    mind.show();
    assert_eq!((news_in(&mind, CLUB), news_in(&mind, HALL)), ((3, 1), (0, 0)));
}

#[test]
fn a_muted_room_is_as_loud_as_one_wants_it() {
    let muted = |mute| news(&RoomState { mute, ..chess(5, 2) });
    assert_eq!([muted(Mute::All), muted(Mute::Mentions), muted(Mute::Nothing)], [(5, 2), (2, 2), (0, 0)]);
    assert_eq!(news(&RoomState { role: None, ..chess(5, 2) }), (0, 0), "nor one that one is not in");
}

#[test]
fn a_space_that_is_gone_takes_its_rooms_with_it_and_nothing_else() {
    let mut mind = in_two_spaces();
    mind.receive(ServerFrame::SpaceGone { space: HALL }, 2, 0);
    mind.show();
    assert_eq!(names(&mind), ["Club"]);
    assert_eq!(mind.rooms.keys().collect::<Vec<_>>(), [CHESS]);
    assert_eq!(mind.pages(TEA), [], "what was open is closed");
    let here = mind.seen.space.as_ref().map(|space| space.id);
    assert_eq!(here, Some(HALL), "the page still knows what it showed, to say that it is gone");
}

#[test]
fn what_was_being_sent_to_a_room_that_is_gone_is_kept_and_not_sent() {
    let mut mind = live();
    mind.send(TEA, "one", nonce(1), 9).expect("it may be said");
    mind.send(TEA, "two", nonce(2), 9).expect("it may be said");
    assert_eq!(sends(&mind.take_outgoing(9)), 1);
    mind.receive(ServerFrame::Gone { room: TEA }, 10, 0);
    assert_eq!(sends(&mind.take_outgoing(10)), 0);
    mind.closed(11, None, 0);
    mind.step(11, 0);
    mind.hello();
    mind.receive(welcome(vec![room(BOOKS, 3)], 12), 12, 0);
    assert_eq!((sends(&mind.take_outgoing(12)), mind.outbox.unsent()), (0, 0));
    let kept: Vec<&str> = mind.outbox.of_room(TEA).map(|entry| entry.text()).collect();
    assert_eq!(kept, ["one", "two"]);
    assert!(!mind.rooms.contains_key(&TEA));
}

#[test]
fn a_room_that_comes_back_is_read_again_with_what_could_not_be_sent() {
    let mut mind = live();
    mind.send(TEA, "one", nonce(1), 9).expect("it may be said");
    mind.receive(ServerFrame::Gone { room: TEA }, 10, 0);
    assert_eq!(mind.pages(TEA), []);
    mind.receive(ServerFrame::Room { room: room(TEA, 22) }, 11, 0);
    let frames = mind.take_outgoing(11);
    let Some(ClientFrame::Fetch(fetch)) = frames.first() else { panic!("a fetch: {frames:?}") };
    assert_eq!((fetch.room, fetch.before), (TEA, 23));
    let mut answer = batch(TEA, (1..=22).map(event).collect());
    answer.fetch = Some(fetch.id);
    mind.receive(ServerFrame::Events(answer), 12, 0);
    let states = states(&mut mind);
    assert_eq!((states.len(), states.last()), (23, Some(&SaidState::Failed(Failure::NotFound))));
}

#[test]
fn rooms_of_a_few_people_stand_by_their_names() {
    let with = |raw, name: &str| RoomState {
        name: String::new(),
        kind: RoomKind::Direct,
        people: vec![User::new(ANN, name.to_owned())],
        ..room(RoomId::from_raw(raw), 0)
    };
    let named = RoomState { name: "books".to_owned(), ..room(BOOKS, 0) };
    let mut mind = Mind::default();
    mind.seed_lobby(&lobby(&[with(8, "Zoe"), named, with(9, "ann")]), None);
    let titles: Vec<_> = mind.rooms_by_name().iter().map(RoomState::title).collect();
    assert_eq!(titles, ["ann", "books", "Zoe"]);
}
