//! What must hold of the people around, in the order in which frames really come.

use super::{
    mind::Mind,
    mind_laws::{self, ANN, ME, TEA, batch, lobby, page, welcome},
};
use crate::protocol::{
    ClientFrame, Event, Millis, Op, PeopleState, Person, Presence, PresenceState, Role, RoomState, SeenState,
    Seq, ServerFrame, TypingState, User, UserId,
};

const BO: UserId = UserId::from_raw(77);

fn room(head: Seq) -> RoomState {
    mind_laws::room(TEA, head)
}

/// A live page that looks at the first room; the newest message in it is one's own.
fn live() -> Mind {
    let mut mind = Mind::default();
    mind.seed_lobby(&lobby(&[room(1)]), Some(0));
    let mine = Event { by: ME, op: Op::said("mine"), ..mind_laws::event(1) };
    mind.seed_room(&page(room(1), batch(TEA, vec![mine])));
    mind.step(0, 0);
    mind.hello();
    mind.receive(welcome(vec![room(1)], 0), 0, 0);
    mind.meet(TEA);
    assert!(matches!(&mind.take_outgoing(0)[..], [.., ClientFrame::People(ask)] if ask.room == TEA));
    mind
}

fn person(id: UserId, name: &str, presence: Presence, read: Seq) -> Person {
    let user = User::new(id, name.to_owned());
    let (status, zone) = (String::new(), String::new());
    Person { user, role: Role::Member, presence, status, seen_at: 60_000, read, zone, rooms: 0 }
}

fn told(people: Vec<Person>) -> ServerFrame {
    let total = people.len() as u32;
    ServerFrame::People(PeopleState {
        room: TEA,
        after: String::new(),
        user: None,
        people,
        next: None,
        total,
    })
}

fn types(mind: &mut Mind, user: UserId, now: Millis) {
    let state = TypingState { room: TEA, user, name: user.to_string() };
    mind.receive(ServerFrame::Typing(state), now, 0);
}

fn typing(mind: &Mind) -> usize {
    mind.company.typing_in(TEA).len()
}

#[test]
fn who_writes_is_shown_for_six_seconds_or_until_they_have_said_it() {
    let mut mind = live();
    types(&mut mind, ANN, 1_000);
    types(&mut mind, BO, 2_000);
    types(&mut mind, ANN, 4_000);
    types(&mut mind, ME, 4_000);
    assert_eq!(typing(&mind), 2, "each once, and never oneself");
    assert!(mind.deadline().is_some_and(|at| at <= 8_000));
    mind.step(8_000, 0);
    assert_eq!(typing(&mind), 1);
    let said = Event { by: ANN, op: Op::said("done"), ..mind_laws::event(2) };
    mind.receive(ServerFrame::Events(batch(TEA, vec![said])), 8_500, 0);
    assert_eq!(typing(&mind), 0);
    types(&mut mind, BO, 9_000);
    mind.closed(9_100, None, 0);
    assert_eq!(typing(&mind), 0, "nobody is heard without a connection");
}

#[test]
fn who_writes_is_read_out_once_in_ten_seconds() {
    let mut mind = live();
    types(&mut mind, ANN, 20_000);
    types(&mut mind, BO, 23_000);
    assert_eq!(mind.company.told.len(), 1);
    types(&mut mind, BO, 30_000);
    assert_eq!(mind.company.told.len(), 2);
}

#[test]
fn people_are_as_they_were_told_last() {
    let mut mind = live();
    mind.receive(
        told(vec![person(ANN, "ann", Presence::On, 0), person(BO, "bo", Presence::Off, 0)]),
        1_000,
        0,
    );
    assert_eq!([ANN, BO].map(|user| mind.company.presence(user)), [Presence::On, Presence::Off]);
    let state =
        PresenceState { users: [(ANN, Presence::Off)].into(), status: [(BO, "tea".to_owned())].into() };
    mind.receive(ServerFrame::Presence(state), 600_000, 0);
    let [ann, bo] = [ANN, BO].map(|user| mind.company.person(user).cloned().expect("told"));
    assert_eq!((mind.company.presence(ANN), ann.seen_at), (Presence::Off, 600_000));
    assert_eq!((bo.status.as_str(), bo.seen_at), ("tea", 60_000));
    mind.receive(told(vec![person(BO, "bo", Presence::On, 0)]), 700_000, 0);
    assert!(mind.company.person(ANN).is_none(), "who left is not among them");
}

#[test]
fn one_knows_of_oneself_what_the_last_connection_told() {
    let mut mind = live();
    let state =
        PresenceState { users: [(ME, Presence::Dnd)].into(), status: [(ME, "tea".to_owned())].into() };
    mind.receive(ServerFrame::Presence(state), 1_000, 0);
    assert_eq!((mind.company.presence(ME), mind.company.status.as_str()), (Presence::Dnd, "tea"));
    mind.closed(2_000, None, 0);
    mind.step(60_000, 0);
    mind.hello();
    mind.receive(welcome(vec![room(1)], 60_000), 60_000, 0);
    assert_eq!((mind.company.presence(ME), mind.company.status.as_str()), (Presence::On, ""));
    let asked = mind.take_outgoing(60_000);
    assert!(asked.iter().any(|frame| matches!(frame, ClientFrame::People(_))), "it is asked anew");
}

#[test]
fn who_has_seen_ones_newest_message_is_told_until_somebody_else_speaks() {
    let mut mind = live();
    mind.receive(told(vec![person(ANN, "ann", Presence::On, 1), person(ME, "me", Presence::On, 1)]), 0, 0);
    mind.receive(told(vec![person(ANN, "ann", Presence::On, 0), person(BO, "bo", Presence::Off, 1)]), 0, 0);
    assert_eq!(mind.seen_by(TEA), ["bo"]);
    let seen = SeenState { room: TEA, users: [(ANN, 1)].into() };
    mind.receive(ServerFrame::Seen(seen), 0, 0);
    assert_eq!(mind.seen_by(TEA), ["ann", "bo"]);
    let other = Event { by: ANN, op: Op::said("and?"), ..mind_laws::event(2) };
    mind.receive(ServerFrame::Events(batch(TEA, vec![other])), 0, 0);
    assert!(mind.seen_by(TEA).is_empty());
}

#[test]
fn who_marks_a_message_unread_has_seen_it_all_the_same_until_they_hide_it() {
    let mut mind = live();
    mind.receive(told(vec![person(ANN, "ann", Presence::On, 1)]), 0, 0);
    let two = Event { by: ME, op: Op::said("more"), ..mind_laws::event(2) };
    mind.receive(ServerFrame::Events(batch(TEA, vec![two])), 0, 0);
    let seen = |seq| ServerFrame::Seen(SeenState { room: TEA, users: [(ANN, seq)].into() });
    mind.receive(seen(2), 0, 0);
    mind.receive(seen(1), 0, 0);
    assert_eq!(mind.seen_by(TEA), ["ann"]);
    mind.receive(told(vec![person(ANN, "ann", Presence::On, 1)]), 0, 0);
    assert_eq!(mind.seen_by(TEA), ["ann"], "asked anew");
    mind.receive(told(vec![person(ANN, "ann", Presence::On, 0)]), 0, 0);
    assert!(mind.seen_by(TEA).is_empty());
}

#[test]
fn a_crowd_that_comes_in_is_asked_about_once_in_five_seconds() {
    let mut mind = live();
    let asks = |mind: &mut Mind, now| {
        mind.take_outgoing(now).iter().filter(|frame| matches!(frame, ClientFrame::People(_))).count()
    };
    for seq in 2..50 {
        let join = Event { by: BO, op: Op::Join, ..mind_laws::event(seq) };
        mind.receive(ServerFrame::Events(batch(TEA, vec![join])), 100 + seq, 0);
    }
    assert_eq!(asks(&mut mind, 1_000), 0);
    assert_eq!(asks(&mut mind, 5_000), 1);
    assert_eq!(asks(&mut mind, 20_000), 0);
}

#[test]
fn writing_is_told_once_in_three_seconds_and_only_to_somebody() {
    let mut mind = Mind::default();
    assert!(!mind.type_in(TEA, 10_000), "there is no connection");
    let mut mind = live();
    assert!(mind.type_in(TEA, 10_000));
    assert!(!mind.type_in(TEA, 12_999));
    assert!(mind.type_in(TEA, 13_000));
    let frames = mind.take_outgoing(13_000);
    assert_eq!(frames.iter().filter(|frame| matches!(frame, ClientFrame::Typing { .. })).count(), 2);
}

#[test]
fn what_was_told_of_one_person_stays_when_all_are_told_until_they_hide_it() {
    let mut mind = live();
    let zone = "Asia/Seoul".to_owned();
    let close = Person { zone, rooms: 6, ..person(ANN, "ann", Presence::On, 0) };
    let (room, after) = (TEA, String::new());
    let one = PeopleState { room, after, user: Some(ANN), people: vec![close], next: None, total: 2 };
    mind.receive(ServerFrame::People(one.clone()), 0, 0);
    let known = |mind: &Mind| {
        let ann = mind.company.person(ANN).cloned().expect("told");
        (ann.zone, ann.rooms)
    };
    mind.receive(told(vec![person(ANN, "ann", Presence::Away, 0)]), 0, 0);
    assert_eq!(known(&mind), ("Asia/Seoul".to_owned(), 6));
    mind.receive(told(vec![Person { seen_at: 0, ..person(ANN, "ann", Presence::Away, 0) }]), 0, 0);
    assert_eq!(known(&mind), (String::new(), 6));
    mind.receive(ServerFrame::People(one), 0, 0);
    let silent = vec![person(ANN, "ann", Presence::On, 0)];
    let one = PeopleState {
        room: TEA,
        after: String::new(),
        user: Some(ANN),
        people: silent,
        next: None,
        total: 2,
    };
    mind.receive(ServerFrame::People(one), 0, 0);
    assert_eq!(known(&mind), (String::new(), 0), "asked for alone, what is not told is not so any more");
}

#[test]
fn what_people_are_is_shown_anew_when_it_was_told_and_not_whenever_somebody_comes_or_goes() {
    let mut mind = live();
    mind.show();
    mind.receive(told(vec![Person { role: Role::Owner, ..person(ANN, "ann", Presence::On, 0) }]), 0, 0);
    assert!(mind.show().roles);
    types(&mut mind, ANN, 1_000);
    let state = PresenceState { users: [(ANN, Presence::Off)].into(), ..PresenceState::default() };
    mind.receive(ServerFrame::Presence(state), 1_000, 0);
    let shows = mind.show();
    assert!(shows.company && !shows.roles);
}
