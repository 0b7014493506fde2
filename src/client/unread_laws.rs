//! What must hold of counts, markers and changes, in the order in which frames really come.

use super::{
    day::Zone,
    mind::Mind,
    mind_laws::{self, ANN, BOOKS, ME, OPEN, TEA, batch, lobby, nonce, page, welcome},
    rows::{Row, Said, SaidState},
};
use crate::protocol::{
    Ack, ClientFrame, Event, Failure, Marker, Millis, Op, ReadState, Refused, RoomId, RoomState, Seq,
    ServerFrame, UserId,
};

fn room(id: RoomId, head: Seq, read: Seq, unread: u32) -> RoomState {
    RoomState { read, unread, ..mind_laws::room(id, head) }
}

fn event(seq: Seq, by: UserId, op: Op) -> Event {
    Event { by, op, ..mind_laws::event(seq) }
}

fn says(seq: Seq, text: &str) -> Event {
    event(seq, ANN, Op::said(text.to_owned()))
}

fn events(room: RoomId, events: Vec<Event>) -> ServerFrame {
    ServerFrame::Events(batch(room, events))
}

fn rooms() -> Vec<RoomState> {
    vec![room(TEA, 3, 3, 0), room(BOOKS, 3, 3, 0)]
}

fn greet(mind: &mut Mind, now: Millis) {
    assert_eq!(mind.step(now, 0), OPEN);
    assert!(matches!(mind.hello(), ClientFrame::Hello(_)));
}

/// A live page with the first room on screen: one message of one's own, two of somebody else.
fn live() -> Mind {
    let mut mind = Mind::default();
    mind.seed_lobby(&lobby(&rooms()), Some(0));
    let said = vec![event(1, ME, Op::said("mine")), says(2, "a"), says(3, "b")];
    mind.seed_room(&page(room(TEA, 3, 3, 0), batch(TEA, said)));
    greet(&mut mind, 0);
    mind.receive(welcome(rooms(), 0), 0, 0);
    assert_eq!(mind.take_outgoing(0), []);
    mind
}

fn count(mind: &Mind, room: RoomId) -> (u32, u32) {
    (mind.rooms[&room].unread, mind.rooms[&room].mentions)
}

fn reads(frames: Vec<ClientFrame>) -> Vec<(RoomId, Seq)> {
    frames
        .into_iter()
        .filter_map(|frame| {
            if let ClientFrame::Read(Marker { room, seq, .. }) = frame { Some((room, seq)) } else { None }
        })
        .collect()
}

fn read(room: RoomId, seq: Seq, unread: u32, mentions: u32) -> ServerFrame {
    counted(room, seq, seq, (unread, mentions))
}

/// How a marker stood when the room's head was `head`.
fn counted(room: RoomId, seq: Seq, head: Seq, (unread, mentions): (u32, u32)) -> ServerFrame {
    ServerFrame::Read(ReadState { room, seq, head, unread, mentions, backs: 0 })
}

fn first(mind: &mut Mind) -> Said {
    let page = mind.pages(TEA)[0].0;
    let rows = mind.timeline(TEA).expect("held").rows(page, Zone::UTC);
    let said = rows.iter().find_map(|row| if let Row::Said(said) = row { Some(said.clone()) } else { None });
    said.expect("something was said")
}

#[test]
fn each_message_of_others_counts_once_also_where_nothing_is_held() {
    let mut mind = live();
    mind.receive(events(BOOKS, vec![says(4, "hi"), says(5, "@me look")]), 1, 0);
    mind.receive(events(BOOKS, vec![says(4, "hi"), says(5, "@me look")]), 1, 0);
    assert_eq!(count(&mind, BOOKS), (2, 0), "whom a message calls, the server says");
    mind.receive(counted(BOOKS, 3, 5, (2, 1)), 1, 0);
    assert_eq!(count(&mind, BOOKS), (2, 1));
    let mine = event(6, ME, Op::said("mine"));
    let change = event(7, ANN, Op::Edit { of: 4, text: "@me".to_owned() });
    mind.receive(events(BOOKS, vec![mine, change, event(8, ANN, Op::Join)]), 1, 0);
    assert_eq!((count(&mind, BOOKS), mind.rooms[&BOOKS].head), ((2, 1), 8));
    assert_eq!(count(&mind, TEA), (0, 0));
}

#[test]
fn a_state_that_was_told_meanwhile_neither_forgets_nor_doubles_what_came_since() {
    let mut mind = live();
    mind.receive(events(BOOKS, vec![says(4, "a"), says(5, "b")]), 1, 0);
    mind.receive(ServerFrame::Room { room: room(BOOKS, 4, 3, 1) }, 2, 0);
    assert_eq!((count(&mind, BOOKS), mind.rooms[&BOOKS].head), ((2, 0), 5));
    mind.receive(ServerFrame::Room { room: room(BOOKS, 5, 3, 2) }, 2, 0);
    assert_eq!(count(&mind, BOOKS), (2, 0));
}

#[test]
fn reading_clears_at_once_and_is_told_once_a_second_until_it_is_confirmed() {
    let mut mind = live();
    mind.receive(events(TEA, vec![says(4, "@me")]), 1, 0);
    mind.receive(counted(TEA, 3, 4, (1, 1)), 1, 0);
    assert_eq!((count(&mind, TEA), mind.is_news(TEA)), ((1, 1), true));
    mind.mark(TEA);
    assert_eq!((count(&mind, TEA), mind.is_news(TEA)), ((0, 0), false));
    assert_eq!(reads(mind.take_outgoing(10)), [(TEA, 4)]);
    mind.receive(events(TEA, vec![says(5, "b")]), 20, 0);
    mind.mark(TEA);
    assert_eq!(reads(mind.take_outgoing(20)), [], "not more often than once a second");
    assert_eq!(mind.deadline(), Some(1010));
    assert_eq!(reads(mind.take_outgoing(1010)), [(TEA, 5)]);
    mind.receive(counted(TEA, 4, 5, (1, 0)), 1011, 0);
    assert_eq!(count(&mind, TEA), (0, 0), "what was read here is not unread again");
    assert_eq!(reads(mind.take_outgoing(6010)), [(TEA, 5)], "nobody confirmed it");
    mind.receive(read(TEA, 5, 0, 0), 6011, 0);
    assert_eq!(reads(mind.take_outgoing(60_000)), []);
}

#[test]
fn a_marker_is_told_again_on_the_next_connection() {
    let mut mind = live();
    mind.receive(events(TEA, vec![says(4, "a")]), 1, 0);
    mind.mark(TEA);
    assert_eq!(reads(mind.take_outgoing(10)), [(TEA, 4)]);
    mind.closed(11, None, 0);
    greet(&mut mind, 11);
    mind.receive(welcome(vec![room(TEA, 4, 3, 1), room(BOOKS, 3, 3, 0)], 0), 12, 0);
    assert_eq!((mind.rooms[&TEA].read, count(&mind, TEA)), (4, (0, 0)), "it never goes back");
    assert_eq!(reads(mind.take_outgoing(12)), [(TEA, 4)]);
}

#[test]
fn what_is_read_on_another_device_is_read_here_and_what_came_since_is_not() {
    let mut mind = live();
    mind.receive(events(BOOKS, vec![says(4, "a"), says(5, "@me"), says(6, "c")]), 1, 0);
    mind.receive(counted(BOOKS, 5, 5, (0, 0)), 2, 0);
    assert_eq!(count(&mind, BOOKS), (1, 0), "the marker was set before the last one came");
    mind.receive(counted(BOOKS, 5, 6, (1, 1)), 2, 0);
    assert_eq!(count(&mind, BOOKS), (1, 1), "and this was counted after it");
    mind.receive(read(BOOKS, 6, 0, 0), 3, 0);
    mind.receive(read(BOOKS, 4, 2, 1), 3, 0);
    assert_eq!(count(&mind, BOOKS), (0, 0), "an earlier one that comes late changes nothing");
}

#[test]
fn a_count_that_missed_something_is_asked_for() {
    let mut mind = live();
    mind.receive(events(BOOKS, vec![says(900, "a")]), 1, 0);
    assert_eq!(reads(mind.take_outgoing(1)), [(BOOKS, 3)]);
    mind.receive(counted(BOOKS, 3, 900, (897, 0)), 2, 0);
    assert_eq!(count(&mind, BOOKS), (897, 0));
    assert_eq!(reads(mind.take_outgoing(10_000)), []);
}

#[test]
fn a_room_one_is_not_in_has_no_marker() {
    let mut mind = live();
    mind.receive(ServerFrame::Room { room: RoomState { role: None, ..room(TEA, 9, 0, 0) } }, 1, 0);
    assert!(!mind.is_news(TEA));
}

#[test]
fn a_change_shows_at_once_and_is_settled_by_its_event() {
    let mut mind = live();
    mind.amend(TEA, Op::Edit { of: 1, text: "better".to_owned() }, nonce(1), 5).expect("it may be done");
    let shown = first(&mut mind);
    assert_eq!((shown.text.as_str(), shown.state), ("better", SaidState::Changing));
    let sent = mind.take_outgoing(5);
    assert!(matches!(sent.as_slice(), [ClientFrame::Send(draft)] if draft.nonce == nonce(1)), "{sent:?}");
    mind.receive(ServerFrame::Ack(Ack { nonce: nonce(1), room: TEA, seq: 4, at: 9, dup: false }), 6, 0);
    assert_eq!(first(&mut mind).state, SaidState::Changing);
    let edit = Op::Edit { of: 1, text: "better".to_owned() };
    mind.receive(events(TEA, vec![Event { nonce: Some(nonce(1)), ..event(4, ME, edit) }]), 7, 0);
    let shown = first(&mut mind);
    assert_eq!((shown.text.as_str(), shown.state, shown.edited), ("better", SaidState::Sent, Some(4000)));
}

#[test]
fn a_refused_edit_is_undone_and_the_next_one_takes_its_place() {
    let mut mind = live();
    let refuse = |mind: &mut Mind, n: u8, failure: Failure| {
        mind.take_outgoing(5);
        let refused = Refused { nonce: Some(nonce(n)), fetch: None, failure };
        mind.receive(ServerFrame::Refused(refused), 6, 0);
    };
    let edit = |text: &str| Op::Edit { of: 1, text: text.to_owned() };
    mind.amend(TEA, edit("one"), nonce(1), 5).expect("it may be done");
    refuse(&mut mind, 1, Failure::Archived);
    let shown = first(&mut mind);
    assert_eq!((shown.text.as_str(), shown.refused.map(|refused| refused.op)), ("mine", Some(edit("one"))));
    mind.amend(TEA, edit("two"), nonce(2), 5).expect("it may be done");
    let shown = first(&mut mind);
    assert_eq!((shown.text.as_str(), shown.refused), ("two", None));
    refuse(&mut mind, 2, Failure::NotFound);
    assert_eq!(mind.discard(nonce(2)), Some("two".to_owned()), "typed text is kept");
}

#[test]
fn to_delete_what_is_deleted_is_no_failure() {
    let mut mind = live();
    mind.amend(TEA, Op::Delete { of: 1 }, nonce(1), 5).expect("it may be done");
    assert_eq!(first(&mut mind).state, SaidState::Going);
    mind.take_outgoing(5);
    let refused = Refused { nonce: Some(nonce(1)), fetch: None, failure: Failure::NotFound };
    mind.receive(ServerFrame::Refused(refused), 6, 0);
    let shown = first(&mut mind);
    assert_eq!((shown.state, shown.refused), (SaidState::Sent, None));
    assert_eq!(mind.outbox.of_room(TEA).count(), 0);
    mind.receive(events(TEA, vec![event(4, ANN, Op::Delete { of: 1 })]), 7, 0);
    assert_eq!(first(&mut mind).state, SaidState::Gone);
}

#[test]
fn what_comes_where_the_reader_looks_is_read_as_it_comes() {
    let mut mind = live();
    mind.show();
    mind.attended = Some(TEA);
    mind.receive(events(TEA, vec![says(4, "c"), says(5, "@me d")]), 1, 0);
    assert!(mind.show().lobby);
    let tea = mind.seen.rooms.iter().find(|room| room.id == TEA).expect("it is shown");
    assert_eq!((tea.unread, tea.mentions, tea.read), (0, 0, 5), "nobody ever saw it as unread");
    assert_eq!(mind.alarms.all(), [], "nor is anybody told");
    assert_eq!(reads(mind.take_outgoing(1)), [(TEA, 5)], "other devices are told at once");
    mind.receive(events(TEA, vec![says(6, "e")]), 2, 0);
    assert_eq!(reads(mind.take_outgoing(2)), [], "and then now and then");
    assert_eq!(reads(mind.take_outgoing(1_001)), [(TEA, 6)]);
}

#[test]
fn what_comes_elsewhere_or_was_set_back_stays_unread() {
    let mut mind = live();
    mind.attended = Some(TEA);
    mind.receive(events(BOOKS, vec![says(4, "c")]), 1, 0);
    assert_eq!(count(&mind, BOOKS), (1, 0));
    mind.mark_unread(TEA, 3);
    mind.receive(events(TEA, vec![says(4, "c")]), 2, 0);
    assert_eq!(mind.rooms[&TEA].read, 2, "it is held back until the reader comes again");
    assert!(count(&mind, TEA).0 > 0);
}
