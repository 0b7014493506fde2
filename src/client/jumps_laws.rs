//! Going to a place in a room's log.

use super::{
    jumps::Note,
    mind::Mind,
    mind_laws::{ME, TEA, answer, fetches, live, lobby, mine, nonce, page, room, run},
};
use crate::protocol::{Batch, Refused, RoomPage, RoomState, Seq, ServerFrame};

fn tell(mind: &mut Mind, batch: Batch, now: u64) {
    mind.receive(ServerFrame::Events(batch), now, 0);
}

/// A room of which the newest ten of a thousand events are held.
fn long() -> Mind {
    let mut mind = live();
    tell(&mut mind, run(21..=990), 1);
    mind.timeline(TEA).expect("held").clear();
    tell(&mut mind, run(991..=1_000), 1);
    mind.take_outgoing(1);
    mind
}

fn shown(mind: &mut Mind, seq: Seq) -> bool {
    mind.timeline(TEA).is_some_and(|timeline| timeline.key_at(seq).is_some())
}

#[test]
fn a_message_far_up_is_fetched_with_what_is_around_it() {
    let mut mind = long();
    mind.go(TEA, 300, true);
    assert!(!shown(&mut mind, 300));
    let asked = fetches(mind.take_outgoing(2));
    assert_eq!((asked.len(), asked[0].before, asked[0].limit), (1, 326, 50));
    mind.receive(answer(&asked[0]), 3, 0);
    assert!(shown(&mut mind, 300) && shown(&mut mind, 280) && mind.has_newer(TEA));
    assert_eq!(mind.sight.goal.map(|goal| goal.seq), Some(300), "until the page is there");
    // And back: the end is one piece, too.
    mind.go(TEA, Seq::MAX, false);
    let asked = fetches(mind.take_outgoing(4));
    let to_end = asked.iter().find(|fetch| fetch.before == 1_001).expect("the end is asked for");
    mind.receive(answer(to_end), 5, 0);
    assert!(shown(&mut mind, 1_000) && !mind.has_newer(TEA));
}

#[test]
fn where_there_is_no_message_a_sentence_says_so() {
    let mut mind = long();
    for seq in [0, 1_001] {
        mind.go(TEA, seq, true);
        assert_eq!((mind.sight.note, mind.sight.goal), (Some(Note::Nowhere), None), "{seq}");
    }
    mind.go(TEA, 300, true);
    assert_eq!(mind.sight.note, None);
    let asked = fetches(mind.take_outgoing(2));
    let refused =
        Refused { nonce: None, fetch: Some(asked[0].id), failure: crate::protocol::Failure::NotFound };
    mind.receive(ServerFrame::Refused(refused), 3, 0);
    assert_eq!((mind.sight.note, mind.sight.goal), (Some(Note::Nowhere), None));
}

#[test]
fn who_speaks_while_reading_back_comes_to_the_end() {
    let mut mind = long();
    mind.go(TEA, 300, true);
    let asked = fetches(mind.take_outgoing(2));
    mind.receive(answer(&asked[0]), 3, 0);
    mind.send(TEA, "hello", nonce(9), 4).expect("taken");
    let asked = fetches(mind.take_outgoing(4));
    assert!(asked.iter().any(|fetch| fetch.before == 1_001), "{asked:?}");
    // Its own event settles the draft although the end is not held yet.
    let own = Batch { events: vec![mine(1_001, nonce(9))], ..run(1_001..=1_001) };
    tell(&mut mind, own, 5);
    assert_eq!(mind.outbox.of_room(TEA).count(), 0);
}

#[test]
fn a_room_opens_where_the_reader_stopped() {
    let mut mind = Mind::default();
    let state = RoomState { read: 100, unread: 900, ..room(TEA, 1_000) };
    mind.seed_lobby(&lobby(std::slice::from_ref(&state)), None);
    mind.seed_room(&RoomPage { at: Some(101), ..page(state, run(77..=126)) });
    assert_eq!(mind.sight.goal.map(|goal| (goal.seq, goal.is_shown)), Some((101, false)));
    let timeline = mind.timeline(TEA).expect("held");
    assert_eq!((timeline.stand.line, timeline.has_newer()), (Some(101), true));
    assert!(mind.sight.is_far);
}

#[test]
fn a_room_without_news_opens_at_its_end() {
    let mut mind = Mind::default();
    let state = RoomState { read: 1_000, ..room(TEA, 1_000) };
    mind.seed_lobby(&lobby(std::slice::from_ref(&state)), None);
    mind.seed_room(&page(state, run(951..=1_000)));
    assert_eq!((mind.sight.goal, mind.sight.is_far, mind.has_newer(TEA)), (None, false, false));
}

#[test]
fn many_messages_in_a_moment_are_told_as_a_number_and_ones_own_are_not_counted() {
    let mut mind = Mind::default();
    let state = RoomState { read: 20, ..room(TEA, 20) };
    mind.seed_lobby(&lobby(std::slice::from_ref(&state)), Some(0));
    mind.seed_room(&page(state, run(11..=20)));
    tell(&mut mind, run(21..=23), 5_000);
    assert_eq!(mind.sight.flood, 0);
    tell(&mut mind, Batch { events: vec![mine(24, nonce(1))], ..run(24..=24) }, 5_100);
    assert_eq!((mind.sight.flood, mind.me.as_ref().map(|me| me.id)), (0, Some(ME)));
    tell(&mut mind, run(25..=26), 5_200);
    assert_eq!(mind.sight.flood, 5);
    tell(&mut mind, run(27..=27), 9_000);
    assert_eq!(mind.sight.flood, 0, "it is calm again");
}

#[test]
fn two_hundred_events_are_one_change_of_the_pages_that_they_are_in() {
    let mut mind = live();
    let before = mind.pages(TEA);
    mind.show();
    tell(&mut mind, run(21..=220), 1);
    let shows = mind.show();
    assert_eq!(shows.rooms, [TEA], "the room is shown once");
    let after = mind.pages(TEA);
    let new = after.iter().filter(|page| !before.contains(page)).count();
    assert!(new <= 5, "{new} pages are shown anew");
}
