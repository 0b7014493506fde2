//! What must follow from frames, in the order in which they really come.

use super::{
    day::Zone,
    link::{Link, Step, Transport},
    mind::Mind,
    rows::{Row, SaidState},
};
use crate::protocol::{
    Ack, Batch, ClientFrame, ConnId, Cursor, Event, Failure, Fetch, Limits, Lobby, Millis, Mute, Nonce, Op,
    Pairs, Refused, Role, RoomId, RoomKind, RoomPage, RoomState, Seq, ServerFrame, Space, SpaceId, User,
    UserId, Welcome, list_rev,
};

pub(super) const OPEN: Step = Step::Open(Transport::Socket);
pub(super) const TEA: RoomId = RoomId::from_raw(1);
pub(super) const BOOKS: RoomId = RoomId::from_raw(2);
pub(super) const ME: UserId = UserId::from_raw(1);
pub(super) const ANN: UserId = UserId::from_raw(2);

pub(super) fn room(id: RoomId, head: Seq) -> RoomState {
    RoomState {
        id,
        space: SpaceId::from_raw(1),
        name: format!("room {id}"),
        topic: String::new(),
        kind: RoomKind::Public,
        role: Some(Role::Guest),
        head,
        min: 0,
        read: 0,
        unread: 0,
        mentions: 0,
        backs: 0,
        archived: false,
        people: Vec::new(),
        slow_s: 0,
        mute: Mute::All,
        here: 0,
        reset: false,
    }
}

pub(super) fn event(seq: Seq) -> Event {
    let op = Op::said(format!("said {seq}"));
    Event { seq, at: seq * 1000, by: ANN, name: "ann".to_owned(), face: 0, nonce: None, op, amended: None }
}

pub(super) fn mine(seq: Seq, nonce: Nonce) -> Event {
    Event { by: ME, nonce: Some(nonce), ..event(seq) }
}

pub(super) fn batch(room: RoomId, events: Vec<Event>) -> Batch {
    Batch { room, after: events.first().map_or(0, |event| event.seq - 1), fetch: None, events }
}

pub(super) fn run(seqs: std::ops::RangeInclusive<Seq>) -> Batch {
    batch(TEA, seqs.map(event).collect())
}

pub(super) fn lobby(rooms: &[RoomState]) -> Lobby {
    Lobby {
        me: User::new(ME, "me".to_owned()),
        space: Space {
            id: SpaceId::from_raw(1),
            slug: "maru".to_owned(),
            name: "Maru".to_owned(),
            glyph: String::new(),
            role: None,
        },
        spaces: Vec::new(),
        rooms: rooms.to_vec(),
        has_account: false,
        is_admin: false,
    }
}

pub(super) fn page(state: RoomState, history: Batch) -> RoomPage {
    RoomPage { room: state, history, at: None, form_nonce: nonce(0), refused: None }
}

pub(super) fn nonce(n: u8) -> Nonce {
    Nonce::new(n.into(), [n; 10])
}

pub(super) fn welcome(rooms: Vec<RoomState>, now: Millis) -> ServerFrame {
    ServerFrame::Welcome(Box::new(Welcome {
        conn: ConnId::from_raw(1),
        user: ME,
        now,
        build: "test".to_owned(),
        heartbeat_s: 25,
        feat: Vec::new(),
        limits: Limits { frame: 65536, text: 8000, rate: 10, burst: 30 },
        rev: 0,
        spaces: Vec::new(),
        rooms,
    }))
}

/// A page on which the newest ten of twenty events were rendered.
pub(super) fn seeded() -> Mind {
    let mut mind = Mind::default();
    mind.seed_lobby(&lobby(&[room(TEA, 20), room(BOOKS, 3)]), Some(0));
    mind.seed_room(&page(room(TEA, 20), run(11..=20)));
    mind
}

/// Opens a socket, greets, and gives the hello's cursors.
fn greet(mind: &mut Mind, now: Millis) -> Pairs<RoomId, Cursor> {
    assert_eq!(mind.step(now, 0), OPEN);
    let ClientFrame::Hello(hello) = mind.hello() else { panic!("a hello") };
    assert_eq!(mind.take_outgoing(now), [], "nothing goes out before the welcome");
    hello.rooms
}

pub(super) fn live() -> Mind {
    let mut mind = seeded();
    greet(&mut mind, 0);
    mind.receive(welcome(vec![room(TEA, 20), room(BOOKS, 3)], 0), 0, 0);
    assert_eq!(mind.take_outgoing(0), []);
    mind
}

pub(super) fn said(mind: &mut Mind, room: RoomId) -> Vec<(String, SaidState)> {
    let pages = mind.pages(room);
    let rows =
        pages.iter().flat_map(|(page, _)| mind.timeline(room).expect("held").rows(*page, Zone::UTC).to_vec());
    rows.filter_map(|row| if let Row::Said(said) = row { Some((said.text, said.state)) } else { None })
        .collect()
}

pub(super) fn fetches(frames: Vec<ClientFrame>) -> Vec<Fetch> {
    frames
        .into_iter()
        .filter_map(|frame| if let ClientFrame::Fetch(fetch) = frame { Some(fetch) } else { None })
        .collect()
}

pub(super) fn answer(fetch: &Fetch) -> ServerFrame {
    let first = fetch.before.saturating_sub(fetch.limit.into()).max(1);
    ServerFrame::Events(Batch { room: fetch.room, fetch: Some(fetch.id), ..run(first..=fetch.before - 1) })
}

#[test]
fn a_page_that_is_not_awake_connects_to_nothing() {
    let mut mind = Mind::default();
    mind.seed_lobby(&lobby(&[room(TEA, 20)]), None);
    assert_eq!((mind.step(9, 0), mind.deadline()), (Step::Wait, None));
    mind.dialer.start(1_000_000);
    assert_eq!((mind.step(1_000_000, 0), mind.dialer.look(0, 0)), (OPEN, Link::Quiet));
}

#[test]
fn what_was_said_between_rendering_and_greeting_comes_with_the_cursor() {
    let mut mind = seeded();
    assert_eq!(greet(&mut mind, 0), Pairs::from([(TEA, Cursor { seq: 20, at: 20_000 })]));
    mind.receive(welcome(vec![room(TEA, 22), room(BOOKS, 3)], 30_000), 0, 0);
    assert_eq!(mind.take_outgoing(0), [], "the server streams what is missing");
    mind.receive(ServerFrame::Events(run(21..=22)), 0, 0);
    assert_eq!((said(&mut mind, TEA).len(), mind.missed), (12, 2));
}

#[test]
fn a_message_of_ones_own_is_pending_until_its_event_comes_whichever_of_ack_and_event_is_first() {
    for ack_first in [true, false] {
        let mut mind = live();
        mind.send(TEA, "hello", nonce(1), 9).expect("it may be said");
        assert!(mind.take_spoke(TEA) && !mind.take_spoke(TEA));
        assert_eq!(said(&mut mind, TEA)[10], ("hello".to_owned(), SaidState::Pending));
        assert!(
            matches!(mind.take_outgoing(9).as_slice(), [ClientFrame::Send(draft)] if draft.nonce == nonce(1))
        );
        let ack = ServerFrame::Ack(Ack { nonce: nonce(1), room: TEA, seq: 21, at: 9, dup: false });
        let events = ServerFrame::Events(batch(TEA, vec![mine(21, nonce(1))]));
        let (first, second) = if ack_first { (ack, events) } else { (events, ack) };
        mind.receive(first, 10, 0);
        let between = said(&mut mind, TEA);
        assert_eq!(
            (between.len(), &between[10].1),
            (11, if ack_first { &SaidState::Pending } else { &SaidState::Sent })
        );
        mind.receive(second, 11, 0);
        let after = said(&mut mind, TEA);
        assert_eq!((after.len(), &after[10].1, mind.outbox.unsent()), (11, &SaidState::Sent, 0));
    }
}

#[test]
fn a_draft_in_flight_when_the_connection_dies_is_sent_again_under_the_same_nonce() {
    let mut mind = live();
    mind.send(TEA, "one", nonce(1), 9).expect("it may be said");
    mind.send(TEA, "two", nonce(2), 9).expect("it may be said");
    assert_eq!(mind.take_outgoing(9).len(), 1);
    mind.closed(10, None, 0);
    assert_eq!(mind.take_outgoing(10), [], "nothing is sent into nowhere");
    greet(&mut mind, 10);
    assert_eq!(mind.take_outgoing(10), [], "nor before the welcome");
    mind.receive(welcome(vec![room(TEA, 20), room(BOOKS, 3)], 0), 11, 0);
    assert!(
        matches!(mind.take_outgoing(11).as_slice(), [ClientFrame::Send(draft)] if draft.nonce == nonce(1))
    );
    // It had been taken, and its event comes with what was missed.
    mind.receive(ServerFrame::Events(batch(TEA, vec![mine(21, nonce(1))])), 12, 0);
    mind.receive(ServerFrame::Ack(Ack { nonce: nonce(1), room: TEA, seq: 21, at: 9, dup: true }), 12, 0);
    assert!(
        matches!(mind.take_outgoing(12).as_slice(), [ClientFrame::Send(draft)] if draft.nonce == nonce(2))
    );
    assert_eq!(said(&mut mind, TEA).len(), 12);
}

#[test]
fn a_refused_draft_keeps_its_text_on_its_row_and_can_be_taken_back() {
    let mut mind = live();
    mind.send(TEA, "hello", nonce(1), 9).expect("it may be said");
    mind.take_outgoing(9);
    let refused = Refused { nonce: Some(nonce(1)), fetch: None, failure: Failure::Archived };
    mind.receive(ServerFrame::Refused(refused), 10, 0);
    assert_eq!(said(&mut mind, TEA)[10], ("hello".to_owned(), SaidState::Failed(Failure::Archived)));
    assert_eq!(mind.discard(nonce(1)), Some("hello".to_owned()));
    assert_eq!(said(&mut mind, TEA).len(), 10);
    assert!(mind.send(TEA, " ", nonce(2), 9).is_err());
}

#[test]
fn a_hole_is_fetched_at_once_in_pieces_that_the_server_takes() {
    let mut mind = live();
    mind.receive(ServerFrame::Events(run(171..=171)), 1, 0);
    let first = fetches(mind.take_outgoing(1));
    assert_eq!((first.len(), first[0].before, first[0].limit), (1, 171, 100));
    assert_eq!(fetches(mind.take_outgoing(1)), [], "one at a time");
    mind.receive(answer(&first[0]), 2, 0);
    let second = fetches(mind.take_outgoing(2));
    assert_eq!((second[0].before, second[0].limit), (71, 50));
    mind.receive(answer(&second[0]), 3, 0);
    assert_eq!(said(&mut mind, TEA).len(), 161);
    assert_eq!(mind.take_outgoing(3), []);
    assert_eq!(mind.missed, 0, "history is not news");
}

#[test]
fn older_history_is_asked_for_once_and_again_after_a_lost_connection() {
    let mut mind = live();
    mind.want_older(TEA);
    mind.want_older(TEA);
    let asked = fetches(mind.take_outgoing(0));
    assert_eq!((asked.len(), asked[0].before, mind.is_fetching(TEA)), (1, 11, true));
    mind.closed(1, None, 0);
    greet(&mut mind, 1);
    mind.receive(welcome(vec![room(TEA, 20), room(BOOKS, 3)], 0), 2, 0);
    let again = fetches(mind.take_outgoing(2));
    assert_eq!((again.len(), again[0].before), (1, 11));
    mind.receive(answer(&asked[0]), 3, 0);
    assert!(mind.is_fetching(TEA), "an answer to the connection before is not taken");
    mind.receive(answer(&again[0]), 3, 0);
    assert_eq!((mind.is_fetching(TEA), mind.has_older(TEA), mind.pages(TEA).len()), (false, false, 2));
}

#[test]
fn history_that_the_server_does_not_bring_is_not_asked_for_over_and_over() {
    let mut mind = live();
    mind.want_older(TEA);
    let asked = fetches(mind.take_outgoing(0));
    let refused = Refused { nonce: None, fetch: Some(asked[0].id), failure: Failure::NotFound };
    mind.receive(ServerFrame::Refused(refused), 1, 0);
    assert!(!mind.is_fetching(TEA) && !mind.can_want_older(TEA));
    mind.want_older(TEA);
    let asked = fetches(mind.take_outgoing(2));
    let empty = Batch { room: TEA, after: 0, fetch: Some(asked[0].id), events: Vec::new() };
    mind.receive(ServerFrame::Events(empty), 3, 0);
    assert!(!mind.has_older(TEA), "it is the beginning for this reader");
}

#[test]
fn a_room_whose_log_is_another_one_is_read_anew() {
    let mut mind = live();
    mind.closed(1, None, 0);
    greet(&mut mind, 1);
    let reset = RoomState { reset: true, ..room(TEA, 4) };
    mind.receive(welcome(vec![reset, room(BOOKS, 3)], 0), 2, 0);
    assert_eq!(said(&mut mind, TEA), []);
    let asked = fetches(mind.take_outgoing(2));
    assert_eq!((asked.len(), asked[0].before), (1, 5));
    mind.receive(answer(&asked[0]), 3, 0);
    assert_eq!((said(&mut mind, TEA).len(), mind.has_older(TEA)), (4, false));
    assert!(!mind.rooms[&TEA].reset);
}

#[test]
fn a_room_that_is_no_longer_in_the_list_is_purged() {
    let mut mind = live();
    mind.closed(1, None, 0);
    greet(&mut mind, 1);
    mind.receive(welcome(vec![room(BOOKS, 3)], 0), 2, 0);
    assert_eq!((mind.pages(TEA), mind.rooms.len()), (vec![], 1));
    mind.receive(ServerFrame::Gone { room: BOOKS }, 3, 0);
    assert!(mind.rooms.is_empty());
}

#[test]
fn heads_that_stay_ahead_for_two_pongs_mean_a_new_greeting() {
    let mut mind = live();
    let pong =
        |n, heads: &[(RoomId, Seq)]| ServerFrame::Pong { n, now: 0, heads: heads.iter().copied().collect() };
    mind.receive(pong(1, &[(TEA, 21)]), 1, 0);
    assert_eq!(mind.step(1, 0), Step::Wait, "its event may be on its way");
    mind.receive(ServerFrame::Events(run(21..=21)), 2, 0);
    mind.receive(pong(2, &[(TEA, 22)]), 3, 0);
    assert_eq!(mind.step(3, 0), Step::Wait);
    mind.receive(pong(3, &[]), 4, 0);
    assert_eq!(mind.step(4, 0), Step::Abandon);
    mind.closed(4, None, 0);
    assert_eq!(greet(&mut mind, 4)[&TEA].seq, 21);
}

#[test]
fn somebody_else_in_this_browser_ends_this_page() {
    let mut mind = seeded();
    greet(&mut mind, 0);
    let ServerFrame::Welcome(other) = welcome(Vec::new(), 0) else { panic!("a welcome") };
    mind.receive(ServerFrame::Welcome(Box::new(Welcome { user: ANN, ..*other })), 1, 0);
    assert_eq!(mind.dialer.look(0, 0), Link::SignedOut);
    assert!(!mind.dialer.is_engaged());
    let mut other = lobby(&[room(BOOKS, 3)]);
    other.me = User::new(ANN, "ann".to_owned());
    mind.seed_lobby(&other, Some(5));
    assert_eq!((mind.pages(TEA), mind.rooms.len()), (vec![], 1), "nothing of the one before is left");
    assert_eq!(mind.step(5, 0), OPEN);
}

#[test]
fn a_list_that_is_held_already_is_named_and_kept() {
    let mut mind = live();
    let hello = |mind: &mut Mind| match mind.hello() {
        ClientFrame::Hello(hello) => hello,
        other => panic!("a hello: {other:?}"),
    };
    let list = |mind: &Mind| mind.rooms.values().cloned().collect::<Vec<_>>();
    mind.receive(ServerFrame::Events(Batch { room: BOOKS, ..run(4..=4) }), 1, 0);
    let held = list(&mind);
    mind.closed(1, None, 0);
    mind.step(1, 0);
    let said = hello(&mut mind);
    assert_eq!((said.rev, said.rooms.len()), (Some(list_rev(&held)), 1));
    let ServerFrame::Welcome(spare) = welcome(Vec::new(), 0) else { panic!("a welcome") };
    let spare = Welcome { rev: list_rev(&held), ..*spare };
    mind.receive(ServerFrame::Welcome(Box::new(spare)), 2, 0);
    assert_eq!((list(&mind), mind.pages(TEA).len()), (held, 1));
    assert_eq!(hello(&mut seeded()).rev, None, "a page that was rendered may be older than it looks");
}

#[test]
fn a_poll_greets_while_it_is_live_and_loses_nothing_that_is_on_its_way() {
    let mut mind = live();
    mind.send(TEA, "hello", nonce(1), 9).expect("it may be said");
    assert_eq!(mind.take_outgoing(9).len(), 1);
    mind.send(BOOKS, "there", nonce(2), 9).expect("it may be said");
    mind.hello();
    mind.receive(welcome(vec![room(TEA, 20), room(BOOKS, 3)], 50_000), 10, 0);
    let mut due = mind.take_outgoing(10);
    due.retain(|frame| matches!(frame, ClientFrame::Send(_)));
    assert!(
        matches!(due.as_slice(), [ClientFrame::Send(draft)] if draft.nonce == nonce(2)),
        "the first is still in flight"
    );
    mind.receive(ServerFrame::Events(run(21..=21)), 11, 0);
    assert_eq!(mind.missed, 0, "nobody was away");
}
