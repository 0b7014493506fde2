//! What must hold of markers that are set back, of deleted messages, and of what a person is told of.

use super::{
    mind::Mind,
    mind_laws::{self, ANN, BOOKS, ME, TEA, batch, event, live, mine, nonce, welcome},
};
use crate::protocol::{
    ClientFrame, Event, Marker, Mute, Op, Presence, PresenceState, ReadState, RoomId, RoomKind, RoomState,
    Seq, ServerFrame, Why,
};

fn room(id: RoomId, head: Seq, read: Seq, (unread, backs): (u32, u32)) -> RoomState {
    RoomState { read, unread, backs, ..mind_laws::room(id, head) }
}

fn says(seq: Seq, text: &str) -> Event {
    Event { op: Op::said(text), ..event(seq) }
}

fn come(mind: &mut Mind, room: RoomId, events: Vec<Event>) {
    mind.receive(ServerFrame::Events(batch(room, events)), 1, 0);
}

fn told(mind: &mut Mind, (room, seq, head): (RoomId, Seq, Seq), unread: u32, mentions: u32, backs: u32) {
    let state = ReadState { room, seq, head, unread, mentions, backs };
    mind.receive(ServerFrame::Read(state), 2, 0);
}

fn count(mind: &Mind, room: RoomId) -> (Seq, u32, u32) {
    let room = &mind.rooms[&room];
    (room.read, room.unread, room.mentions)
}

fn markers(mind: &mut Mind, now: u64) -> Vec<Marker> {
    let frames = mind.take_outgoing(now).into_iter();
    frames
        .filter_map(|frame| if let ClientFrame::Read(marker) = frame { Some(marker) } else { None })
        .collect()
}

/// A page on which the second room is at event 3, everything read.
fn reading() -> Mind {
    let mut mind = live();
    mind.receive(ServerFrame::Room { room: room(BOOKS, 3, 3, (0, 0)) }, 1, 0);
    mind.take_outgoing(1);
    mind
}

fn alarms(mind: &mut Mind) -> Vec<(RoomId, Seq, Why)> {
    mind.alarms.all().iter().map(|alarm| (alarm.room, alarm.seq, alarm.why)).collect()
}

#[test]
fn what_is_marked_unread_is_told_and_stays_so_until_the_reader_comes_again() {
    let mut mind = live();
    let head = mind.rooms[&TEA].head;
    mind.mark_upto(TEA, head);
    mind.take_outgoing(5);
    mind.mark_unread(TEA, head);
    assert_eq!((count(&mind, TEA).1, mind.is_news(TEA)), (1, false), "it is in sight, and stays unread");
    let marker = Marker { room: TEA, seq: head - 1, back: true, backs: Some(0) };
    assert_eq!(markers(&mut mind, 6), [marker]);
    told(&mut mind, (TEA, head - 1, head), 1, 0, 1);
    assert_eq!(count(&mind, TEA), (head - 1, 1, 0));
    assert_eq!(markers(&mut mind, 60_000), []);
    mind.end_holds(Some(BOOKS));
    assert!(mind.is_news(TEA), "somebody who comes back reads it");
    mind.mark(TEA);
    let marker = Marker { room: TEA, seq: head, back: false, backs: Some(1) };
    assert_eq!(markers(&mut mind, 60_001), [marker]);
}

#[test]
fn what_was_said_of_a_marker_before_it_was_set_back_counts_no_more() {
    let mut mind = reading();
    come(&mut mind, BOOKS, vec![says(4, "a"), says(5, "b")]);
    told(&mut mind, (BOOKS, 5, 5), 0, 0, 0);
    told(&mut mind, (BOOKS, 3, 5), 2, 1, 1);
    assert_eq!(count(&mind, BOOKS), (3, 2, 1), "another device set it back");
    told(&mut mind, (BOOKS, 5, 5), 0, 0, 0);
    assert_eq!(count(&mind, BOOKS), (3, 2, 1), "this was under way before that");
    told(&mut mind, (BOOKS, 4, 5), 1, 1, 1);
    assert_eq!(count(&mind, BOOKS), (4, 1, 1), "and this is after it");
}

#[test]
fn a_marker_set_back_without_a_connection_is_told_on_the_next_one() {
    let mut mind = reading();
    mind.mark_unread(BOOKS, 2);
    markers(&mut mind, 2);
    mind.closed(3, None, 0);
    mind.step(3, 0);
    mind.hello();
    mind.receive(welcome(vec![mind_laws::room(TEA, 20), room(BOOKS, 3, 3, (0, 0))], 0), 4, 0);
    assert_eq!(count(&mind, BOOKS), (1, 1, 0));
    assert!(markers(&mut mind, 4).contains(&Marker { room: BOOKS, seq: 1, back: true, backs: Some(0) }));
    mind.closed(5, None, 0);
    mind.step(5, 0);
    mind.hello();
    mind.receive(welcome(vec![mind_laws::room(TEA, 20), room(BOOKS, 3, 1, (2, 1))], 0), 6, 0);
    assert_eq!(count(&mind, BOOKS), (1, 2, 0), "it was taken, and the answer was lost");
    assert!(!markers(&mut mind, 60_000).iter().any(|marker| marker.room == BOOKS));
}

#[test]
fn who_marks_a_room_read_right_after_marking_it_unread_has_it_read() {
    let mut mind = reading();
    mind.mark_unread(BOOKS, 2);
    markers(&mut mind, 2);
    mind.mark_upto(BOOKS, 3);
    told(&mut mind, (BOOKS, 1, 3), 2, 0, 1);
    assert_eq!(count(&mind, BOOKS), (3, 0, 0));
    assert_eq!(markers(&mut mind, 2000), [Marker { room: BOOKS, seq: 3, back: false, backs: Some(1) }]);
}

#[test]
fn a_deleted_message_is_unread_no_more() {
    let mut mind = reading();
    come(&mut mind, BOOKS, vec![says(4, "a"), says(5, "b")]);
    come(&mut mind, BOOKS, vec![Event { op: Op::Delete { of: 5 }, ..event(6) }]);
    assert_eq!(count(&mind, BOOKS), (3, 1, 0));
    assert_eq!(markers(&mut mind, 2), [], "nobody has to be asked");
    told(&mut mind, (BOOKS, 3, 6), 1, 1, 0);
    come(&mut mind, BOOKS, vec![Event { op: Op::Delete { of: 4 }, ..event(7) }]);
    assert_eq!(markers(&mut mind, 3).len(), 1, "whom it called, the server says");
    told(&mut mind, (BOOKS, 3, 7), 0, 0, 0);
    assert_eq!(count(&mind, BOOKS), (3, 0, 0));
}

#[test]
fn many_rooms_that_are_read_together_are_told_a_few_at_a_time() {
    let mut mind = live();
    for id in 10..40 {
        mind.receive(ServerFrame::Room { room: room(RoomId::from_raw(id), 9, 3, (6, 0)) }, 1, 0);
        mind.mark_upto(RoomId::from_raw(id), 9);
    }
    let (mut now, mut told) = (5, 0);
    while let Some(due) = mind.read_deadline().filter(|due| *due < 5_000) {
        now = due.max(now);
        let count = markers(&mut mind, now).len();
        assert!(count <= 10);
        told += count;
    }
    assert!(told >= 30 && now < 5_000, "{told} by {now}");
}

#[test]
fn one_is_told_of_what_calls_one_and_why() {
    let mut mind = reading();
    come(&mut mind, BOOKS, vec![says(4, "@me look"), mine(5, nonce(9))]);
    assert_eq!(alarms(&mut mind), [(BOOKS, 4, Why::Name)]);
    let answer = Op::Message { text: "yes".to_owned(), reply_to: Some(5) };
    come(&mut mind, BOOKS, vec![Event { op: answer, ..event(6) }]);
    told(&mut mind, (BOOKS, 3, 6), 2, 2, 0);
    come(&mut mind, BOOKS, vec![says(7, "everybody")]);
    told(&mut mind, (BOOKS, 3, 7), 3, 3, 0);
    let whys: Vec<Why> = alarms(&mut mind).into_iter().map(|(.., why)| why).collect();
    assert_eq!(whys, [Why::Name, Why::Reply, Why::All]);
}

#[test]
fn what_is_said_to_a_few_is_told_and_what_is_muted_is_not() {
    let mut mind = reading();
    let quiet = RoomState { mute: Mute::Nothing, ..room(BOOKS, 3, 3, (0, 0)) };
    mind.receive(ServerFrame::Room { room: quiet }, 1, 0);
    come(&mut mind, BOOKS, vec![says(4, "@me")]);
    assert_eq!(alarms(&mut mind), []);
    let party = RoomId::from_raw(8);
    let direct = RoomState { kind: RoomKind::Direct, ..room(party, 3, 3, (0, 0)) };
    mind.receive(ServerFrame::Room { room: direct }, 1, 0);
    come(&mut mind, party, vec![says(4, "hi"), says(5, "there")]);
    come(&mut mind, party, vec![Event { op: Op::Delete { of: 4 }, ..event(6) }]);
    assert_eq!(alarms(&mut mind), [(party, 5, Why::Direct)]);
    assert!(mind.rooms[&party].unread == 1 && ANN != ME);
}

#[test]
fn who_does_not_want_to_be_disturbed_is_told_of_nothing_then_or_later() {
    let mut mind = reading();
    let now_is = |mind: &mut Mind, presence| {
        let state = PresenceState { users: [(ME, presence)].into(), ..PresenceState::default() };
        mind.receive(ServerFrame::Presence(state), 1, 0);
    };
    now_is(&mut mind, Presence::Dnd);
    come(&mut mind, BOOKS, vec![says(4, "@me look")]);
    assert_eq!((mind.take_alarms(), count(&mind, BOOKS).1), (Vec::new(), 1));
    come(&mut mind, BOOKS, vec![says(5, "@me look")]);
    now_is(&mut mind, Presence::On);
    come(&mut mind, BOOKS, vec![says(6, "@me now")]);
    assert_eq!(mind.take_alarms().iter().map(|alarm| alarm.seq).collect::<Vec<_>>(), [6]);
}
