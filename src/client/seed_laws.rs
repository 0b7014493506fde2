//! What the server rendered, and how it meets what the socket says.

use super::{
    mind::Mind,
    mind_laws::{BOOKS, TEA, answer, fetches, live, lobby, page, room, run, said, seeded},
};
use crate::protocol::{Batch, RoomId, RoomState, ServerFrame};

#[test]
fn what_is_rendered_does_not_depend_on_whether_the_list_or_the_room_came_first() {
    let (listed, opened) = (RoomState { unread: 1, here: 3, ..room(TEA, 20) }, room(TEA, 21));
    let mut mind = Mind::default();
    mind.seed_lobby(&lobby(std::slice::from_ref(&listed)), None);
    mind.seed_room(&page(opened, run(11..=21)));
    assert_eq!(mind.rooms[&TEA].unread, 1, "the list beside was rendered so");
    assert_eq!(mind.rooms[&TEA].here, 3);
    assert_eq!(mind.heads[&TEA], 21);
    let before = mind.rooms.clone();
    mind.seed_lobby(&lobby(&[listed]), None);
    assert_eq!(mind.rooms, before);
}

#[test]
fn a_room_that_was_opened_late_is_completed_from_what_the_socket_knows() {
    let mut mind = live();
    mind.receive(ServerFrame::Events(Batch { room: BOOKS, ..run(4..=6) }), 1, 0);
    assert_eq!(mind.pages(BOOKS), [], "nothing is kept of a room that nobody opened");
    let rendered = Batch { room: BOOKS, ..run(1..=4) };
    mind.seed_room(&page(room(BOOKS, 4), rendered));
    let asked = fetches(mind.take_outgoing(2));
    assert_eq!((asked.len(), asked[0].before, asked[0].limit), (1, 7, 2));
    mind.receive(answer(&asked[0]), 3, 0);
    assert_eq!(said(&mut mind, BOOKS).len(), 6);
    mind.receive(ServerFrame::Events(Batch { room: BOOKS, ..run(7..=7) }), 4, 0);
    assert_eq!((said(&mut mind, BOOKS).len(), mind.take_outgoing(4)), (7, vec![]));
}

#[test]
fn the_socket_knows_the_rooms_better_than_a_page_that_was_rendered() {
    let mut mind = live();
    let renamed = RoomState { name: "coffee".to_owned(), ..room(TEA, 20) };
    mind.receive(ServerFrame::Room { room: renamed }, 1, 0);
    mind.seed_lobby(&lobby(&[room(TEA, 20), room(RoomId::from_raw(3), 1)]), Some(2));
    assert_eq!(mind.rooms[&TEA].name, "coffee");
    assert_eq!(mind.rooms.len(), 3, "a room that is new to the page is taken");
}

#[test]
fn seeding_twice_is_seeding_once() {
    let mut mind = seeded();
    let pages = mind.pages(TEA);
    mind.seed_lobby(&lobby(&[room(TEA, 20), room(BOOKS, 3)]), Some(5));
    mind.seed_room(&page(room(TEA, 20), run(11..=20)));
    assert_eq!(mind.pages(TEA), pages);
    assert_eq!((said(&mut mind, TEA).len(), mind.rooms.len()), (10, 2));
}

#[test]
fn rooms_stand_by_name_whatever_the_case_of_its_letters() {
    let named = |raw, name: &str| RoomState { name: name.to_owned(), ..room(RoomId::from_raw(raw), 0) };
    let mut mind = Mind::default();
    let rooms = [named(1, "tea"), named(2, "차"), named(3, "Books"), named(4, "Tea")];
    mind.seed_lobby(&lobby(&rooms), None);
    let names: Vec<_> = mind.rooms_by_name().into_iter().map(|room| room.name).collect();
    assert_eq!(names, ["Books", "tea", "Tea", "차"]);
}
