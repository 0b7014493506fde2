//! What a page that polls must say, so that it is neither told twice nor left out.

use super::{
    dialer::Phase,
    link::{Step, Transport},
    mind::Mind,
    mind_laws::{BOOKS, TEA, batch, event, live, room, welcome},
};
use crate::protocol::{ClientFrame, Cursor, Hello, RoomState, ServerFrame, list_rev};

/// A live page behind something that lets neither sockets nor streams through.
fn polling() -> Mind {
    let mut mind = live();
    let mut now = 10_000;
    mind.closed(now, None, 0);
    for code in [1006, 1006, 4404, 4404] {
        assert!(matches!(mind.step(now, 0), Step::Open(_)));
        mind.closed(now, Some(code), 0);
        mind.dialer.on_door(true);
        now += 60_000;
    }
    assert_eq!(mind.step(now, 0), Step::Open(Transport::Poll));
    assert!(matches!(mind.dialer.phase, Phase::Connecting { .. }));
    mind
}

fn hello(mind: &mut Mind) -> Hello {
    match mind.hello() {
        ClientFrame::Hello(hello) => hello,
        other => panic!("a hello: {other:?}"),
    }
}

#[test]
fn a_poll_names_also_rooms_that_are_not_held_or_it_would_be_answered_at_once_for_ever() {
    let mut mind = polling();
    assert_eq!(hello(&mut mind).rooms.keys().collect::<Vec<_>>(), [TEA]);
    mind.receive(welcome(vec![room(TEA, 20), room(BOOKS, 3)], 0), 0, 0);
    // Nothing of that room is named, so the answer begins with its newest.
    mind.receive(ServerFrame::Events(batch(BOOKS, vec![event(3)])), 0, 0);
    let next = hello(&mut mind);
    assert_eq!(next.rooms.get(&BOOKS), Some(&Cursor { seq: 3, at: 3000 }));
    let list: Vec<RoomState> = mind.rooms.values().cloned().collect();
    assert_eq!(next.rev, Some(list_rev(&list)));
    mind.receive(ServerFrame::Gone { room: BOOKS }, 0, 0);
    assert_eq!(hello(&mut mind).rooms.get(&BOOKS), None);
}

#[test]
fn a_marker_that_the_server_has_not_heard_of_yet_does_not_change_the_name_of_its_list() {
    let mut mind = polling();
    mind.receive(welcome(vec![room(TEA, 20), room(BOOKS, 3)], 0), 0, 0);
    let told: Vec<RoomState> = vec![room(TEA, 20), room(BOOKS, 3)];
    mind.mark(TEA);
    assert_eq!(mind.rooms[&TEA].read, 20);
    assert_eq!(hello(&mut mind).rev, Some(list_rev(&told)));
}
