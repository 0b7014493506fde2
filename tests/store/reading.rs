//! Markers and what is after them, against a count of the log by hand.

use super::*;
use maru::protocol::{Marker, ReadState, RoomState, Why};
use maru::server::store::{CalledAt, Mark};

on_both_engines![
    a_marker_only_moves_forward_and_not_beyond_the_head,
    unread_is_what_others_said_after_the_marker,
    a_name_that_is_called_counts_until_it_was_read_or_deleted,
    the_longest_name_is_the_one_that_is_meant,
    a_newcomer_and_a_returner_have_nothing_unread,
    many_markers_of_many_rooms_move_at_once,
    a_marker_goes_back_when_that_is_asked_for_and_no_older_word_undoes_it,
    a_marker_counts_on_for_who_comes_back_so_that_nobody_takes_the_later_word_for_the_earlier,
    a_marker_goes_no_further_back_than_one_may_read,
    who_is_answered_is_called_once,
    the_inbox_has_what_calls_one_the_unread_first_and_nothing_that_one_may_not_read,
];

impl TestStore {
    async fn mark(&self, room: RoomId, by: &User, seq: u64) -> ReadState {
        self.marker(by, Marker::upto(room, seq)).await
    }

    async fn marker(&self, by: &User, marker: Marker) -> ReadState {
        let states = self.store.mark_read(&[Mark { user: by.id, marker }]).await.expect("an answer");
        let (user, state) = states.into_iter().next().expect("a member");
        assert_eq!(user, by.id);
        state
    }

    async fn state(&self, room: RoomId, of: &User) -> RoomState {
        self.store.find_room_state(room, of.id).await.expect("an answer").expect("a room")
    }

    async fn counts(&self, room: RoomId, of: &User) -> (u64, u32, u32) {
        let state = self.state(room, of).await;
        (state.read, state.unread, state.mentions)
    }
}

async fn a_marker_only_moves_forward_and_not_beyond_the_head(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    for _ in 0..3 {
        test.say(room, &ann, "hi").await;
    }
    test.change(room, &bo, Op::Join).await.expect("a public room");
    for _ in 0..3 {
        test.say(room, &ann, "hi").await;
    }
    let state = |seq, unread| ReadState { room, seq, head: 9, unread, mentions: 0, backs: 0 };
    assert_eq!(test.mark(room, &bo, 8).await, state(8, 1));
    assert_eq!(test.mark(room, &bo, 7).await, state(8, 1));
    assert_eq!(test.mark(room, &bo, 0).await, state(8, 1));
    assert_eq!(test.mark(room, &bo, u64::MAX).await, state(9, 0));
    test.restart().await;
    assert_eq!(test.counts(room, &bo).await, (9, 0, 0));
    let cy = test.person("cy").await;
    let marks = [
        Mark { user: cy.id, marker: Marker::upto(room, 3) },
        Mark { user: bo.id, marker: Marker::upto(RoomId::from_raw(1), 3) },
    ];
    assert_eq!(test.store.mark_read(&marks).await.expect("an answer"), [], "not in it, not there");
}

async fn unread_is_what_others_said_after_the_marker(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    // Reproducible chance: who speaks, who deletes, who reads up to where, forward or back.
    let mut dice = 7_u64;
    let mut roll = |sides: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % sides
    };
    let mut read = [2, 3];
    for _ in 0..160 {
        let who = roll(2) as usize;
        let by = [&ann, &bo][who];
        match roll(6) {
            0 | 1 => _ = test.say(room, by, "hi").await,
            2 => _ = test.act(room, by, Op::React { of: 4, emoji: "👍".into(), on: true }).await,
            3 => {
                let head = test.state(room, by).await.head;
                // What is not one's own, or no message, is refused.
                _ = test.act(room, by, Op::Delete { of: 4 + roll(head) }).await;
            }
            4 => {
                let seq = 1 + roll(read[who]);
                read[who] = seq;
                let marker = Marker { back: true, ..Marker::upto(room, seq) };
                assert_eq!(test.marker(by, marker).await.seq, seq);
            }
            _ => {
                let head = test.state(room, by).await.head;
                let seq = read[who] + roll(head - read[who] + 1);
                read[who] = seq.max(read[who]);
                test.mark(room, by, seq).await;
            }
        }
        let log = test.log(room, &ann).await;
        for (reader, read) in [&ann, &bo].into_iter().zip(read) {
            let is_unread = |event: &&Event| {
                event.seq > read && event.by != reader.id && matches!(event.op, Op::Message { .. })
            };
            let unread = log.iter().filter(is_unread).count() as u32;
            assert_eq!(test.counts(room, reader).await, (read, unread, 0), "{}", reader.name);
        }
    }
    let rooms = test.store.rooms(test.space.id, bo.id).await.expect("a list");
    assert_eq!(rooms[0].unread, test.state(room, &bo).await.unread, "the list says the same");
}

async fn a_name_that_is_called_counts_until_it_was_read_or_deleted(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("하은").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    let first = test.say(room, &ann, "@하은아, @하은 @nobody").await;
    test.say(room, &ann, "no call: mail@하은").await;
    let second = test.say(room, &ann, "밥 먹자 @하은!").await;
    test.say(room, &bo, "@하은 talks to herself").await;
    assert_eq!(test.counts(room, &bo).await, (3, 3, 2));
    assert_eq!(test.counts(room, &ann).await.2, 0);
    assert_eq!(test.mark(room, &bo, first).await.mentions, 1);
    test.act(room, &ann, Op::Delete { of: second }).await.expect("her own");
    assert_eq!(test.counts(room, &bo).await.2, 0);
    test.act(room, &ann, Op::Delete { of: first }).await.expect("her own");
    assert_eq!(test.counts(room, &bo).await.2, 0, "read calls are counted no more");
}

async fn the_longest_name_is_the_one_that_is_meant(test: &mut TestStore) {
    let (ann, lee) = (test.person("Ana").await, test.person("ana lee").await);
    let bo = test.person("bo").await;
    let room = test.room(&bo, "one").await;
    for person in [&ann, &lee] {
        test.change(room, person, Op::Join).await.expect("a public room");
    }
    test.say(room, &bo, "@Ana Lee and @ANA").await;
    assert_eq!((test.counts(room, &ann).await.2, test.counts(room, &lee).await.2), (1, 1));
    test.say(room, &bo, "@ana lee").await;
    assert_eq!((test.counts(room, &ann).await.2, test.counts(room, &lee).await.2), (1, 2));
    test.say(room, &bo, "@anatomy").await;
    assert_eq!((test.counts(room, &ann).await.2, test.counts(room, &lee).await.2), (1, 2));
}

async fn a_newcomer_and_a_returner_have_nothing_unread(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.say(room, &ann, "@bo before").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    assert_eq!(test.counts(room, &bo).await, (4, 0, 0));
    test.say(room, &ann, "@bo now").await;
    assert_eq!(test.counts(room, &bo).await, (4, 1, 1));
    test.change(room, &bo, Op::Leave).await.expect("he may go");
    test.say(room, &ann, "@bo behind your back").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    assert_eq!(test.counts(room, &bo).await, (8, 0, 0));
}

async fn many_markers_of_many_rooms_move_at_once(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let mut marks = Vec::new();
    for n in 0..5 {
        let room = test.room(&ann, &format!("room {n}")).await;
        for person in 0..4 {
            let person = test.person(&format!("p{n} {person}")).await;
            test.change(room, &person, Op::Join).await.expect("a public room");
            marks.push(Mark { user: person.id, marker: Marker::upto(room, 7) });
        }
        test.say(room, &ann, "hi").await;
        test.say(room, &ann, "there").await;
    }
    let states = test.store.mark_read(&marks).await.expect("an answer");
    assert_eq!(states.len(), 20);
    assert!(states.iter().all(|(_, state)| (state.seq, state.unread) == (7, 1)), "{states:?}");
}

async fn a_marker_goes_back_when_that_is_asked_for_and_no_older_word_undoes_it(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    for text in ["one", "@bo two", "three"] {
        test.say(room, &ann, text).await;
    }
    test.mark(room, &bo, 6).await;
    let marker = |seq, back, backs| Marker { room, seq, back, backs };
    let back = test.marker(&bo, marker(4, true, Some(0))).await;
    assert_eq!((back.seq, back.unread, back.mentions, back.backs), (4, 2, 1, 1));
    let again = test.marker(&bo, marker(4, true, Some(0))).await;
    assert_eq!(again, back, "said twice, it is done once");
    assert_eq!(test.marker(&bo, marker(6, false, Some(0))).await, back, "this was said before it");
    test.restart().await;
    assert_eq!(test.state(room, &bo).await.backs, 1);
    let on = test.marker(&bo, marker(5, false, Some(1))).await;
    assert_eq!((on.seq, on.unread, on.mentions, on.backs), (5, 1, 0, 1));
    assert_eq!(test.mark(room, &bo, 6).await.unread, 0, "who knows nothing of going back is believed");
}

async fn a_marker_counts_on_for_who_comes_back_so_that_nobody_takes_the_later_word_for_the_earlier(
    test: &mut TestStore,
) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    test.say(room, &ann, "hi").await;
    let back = |backs| Marker { room, seq: 1, back: true, backs: Some(backs) };
    for backs in 0..3 {
        test.marker(&bo, back(backs)).await;
    }
    test.change(room, &bo, Op::Leave).await.expect("a member");
    let joined = test.change(room, &bo, Op::Join).await.expect("a public room").expect("an event");
    let again = test.state(room, &bo).await;
    assert_eq!((again.read, again.unread), (joined.seq, 0));
    assert!(again.backs > 3, "{again:?} is not later than a state with 3");
    let told = test.marker(&bo, back(3)).await;
    assert_eq!((told.seq, told.backs), (again.read, again.backs), "this was said before the room was left");
}

async fn a_marker_goes_no_further_back_than_one_may_read(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.say(room, &ann, "before").await;
    test.tamper("update room set history = 'joined'").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    test.say(room, &ann, "after").await;
    let marker = Marker { back: true, ..Marker::upto(room, 0) };
    let told = test.marker(&bo, marker).await;
    assert_eq!((told.seq, told.unread), (3, 1));
    let whole = test.marker(&ann, marker).await;
    assert_eq!((whole.seq, whole.unread, whole.backs), (0, 0, 1), "she said all of it herself");
}

fn answer(of: u64, text: &str) -> Op {
    Op::Message { text: text.to_owned(), reply_to: Some(of) }
}

async fn who_is_answered_is_called_once(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    let said = test.say(room, &bo, "shall we?").await;
    let reply = test.act(room, &ann, answer(said, "@bo yes")).await.expect("a member");
    test.act(room, &bo, answer(said, "I answer myself")).await.expect("a member");
    assert_eq!((test.counts(room, &bo).await.2, test.counts(room, &ann).await.2), (1, 0));
    let called = test.store.called(&[(room, reply)]).await.expect("an answer");
    assert_eq!(called.len(), 1);
    assert_eq!((called[0].0, called[0].1.mentions, called[0].1.unread), (bo.id, 1, 1));
    test.act(room, &ann, Op::Delete { of: reply }).await.expect("her own");
    assert_eq!(test.counts(room, &bo).await, (3, 0, 0));
}

async fn the_inbox_has_what_calls_one_the_unread_first_and_nothing_that_one_may_not_read(
    test: &mut TestStore,
) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let (tea, books) = (test.room(&ann, "tea").await, test.room(&ann, "books").await);
    for room in [tea, books] {
        test.change(room, &bo, Op::Join).await.expect("a public room");
    }
    let first = test.say(tea, &ann, "@bo one").await;
    let said = test.say(books, &bo, "here").await;
    let second = test.act(books, &ann, answer(said, "two")).await.expect("a member");
    let third = test.say(tea, &ann, "@bo three").await;
    test.tamper(&format!("update mention set at = at + seq where room_id = {}", tea.raw())).await;
    test.mark(tea, &bo, third).await;
    let list = async |unread| -> Vec<(u64, Why)> {
        let calls = test.store.inbox(&bo, unread, CalledAt::START, 50).await.expect("a list");
        assert!(calls.iter().all(|called| called.is_unread == unread && called.by.id == ann.id));
        calls.into_iter().map(|called| (called.seq, called.why)).collect()
    };
    assert_eq!(list(true).await, [(second, Why::Reply)]);
    assert_eq!(list(false).await, [(third, Why::Name), (first, Why::Name)]);
    let part = test.store.inbox(&bo, false, CalledAt::START, 1).await.expect("a list");
    let after = CalledAt { at: part[0].at, room: part[0].room, seq: part[0].seq };
    let rest = test.store.inbox(&bo, false, after, 9).await.expect("a list");
    assert_eq!(rest.iter().map(|called| called.seq).collect::<Vec<_>>(), [first]);
    test.tamper(&format!("update room set kind = 'private' where id = {}", tea.raw())).await;
    test.change(tea, &bo, Op::Leave).await.expect("he may go");
    assert_eq!(list(false).await, [], "it is not for his eyes any more");
    test.act(books, &ann, Op::Delete { of: second }).await.expect("her own");
    assert_eq!(list(true).await, []);
}
