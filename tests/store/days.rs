//! Where an instant is in a room's log.

use super::*;

on_both_engines![
    a_day_leads_to_its_first_message_else_to_the_next_else_to_the_newest,
    what_is_no_message_any_more_is_passed_over,
    what_came_before_a_member_is_nobodys_first,
    who_may_not_read_finds_nothing,
    a_clock_that_was_set_back_leads_somewhere_all_the_same,
    a_long_log_is_halved_by_its_primary_key,
];

const DAY: u64 = 24 * 60 * 60 * 1000;

/// Says something at an instant; answers with its seq.
async fn say_at(test: &TestStore, room: RoomId, by: &User, at: u64) -> u64 {
    let append = Append { at, ..draft(room, by, "hi") };
    match test.store.append(&[append]).await.expect("a batch").pop() {
        Some(Ok(Appended::Fresh(event))) => event.seq,
        other => panic!("not said: {other:?}"),
    }
}

async fn first_since(test: &TestStore, room: RoomId, user: &User, at: u64) -> u64 {
    test.store.first_since(room, user.id, at).await.expect("a message")
}

async fn a_day_leads_to_its_first_message_else_to_the_next_else_to_the_newest(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let (room, other) = (test.room(&ann, "one").await, test.room(&ann, "two").await);
    // Three on the first day, none on the second, one as the third begins, one at its end.
    for at in [NOW, NOW + 1, NOW + DAY - 1, NOW + 2 * DAY, NOW + 3 * DAY - 1] {
        say_at(test, room, &ann, at).await;
        say_at(test, other, &ann, at + 7 * DAY).await;
    }
    for (at, seq) in [
        (0, 3),
        (NOW - DAY, 3),
        (NOW, 3),
        (NOW + 1, 4),
        (NOW + 2, 5),
        (NOW + DAY, 6),
        (NOW + 2 * DAY, 6),
        (NOW + 2 * DAY + 1, 7),
        (NOW + 3 * DAY - 1, 7),
        (NOW + 3 * DAY, 7),
        (i64::MAX as u64, 7),
        (u64::MAX, 7),
    ] {
        assert_eq!(first_since(test, room, &ann, at).await, seq, "{at}");
    }
}

async fn what_is_no_message_any_more_is_passed_over(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    assert_eq!(refusal(test.store.first_since(room, ann.id, 0).await), Failure::NotFound, "nothing was said");
    let first = say_at(test, room, &ann, NOW).await;
    test.change(room, &ann, Op::Topic { topic: "x".into() }).await.expect("the owner's right");
    let (second, third) =
        (say_at(test, room, &ann, NOW + DAY).await, say_at(test, room, &ann, NOW + DAY + 1).await);
    for (gone, expected) in [(second, [first, third, third]), (third, [first; 3])] {
        test.act(room, &ann, Op::Delete { of: gone }).await.expect("one's own");
        let found = [0, NOW + 1, NOW + 9 * DAY].map(|at| first_since(test, room, &ann, at));
        assert_eq!(futures::future::join_all(found).await, expected, "{gone} is gone");
    }
    test.act(room, &ann, Op::Delete { of: first }).await.expect("one's own");
    assert_eq!(refusal(test.store.first_since(room, ann.id, 0).await), Failure::NotFound);
}

async fn what_came_before_a_member_is_nobodys_first(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    for day in 0..4 {
        say_at(test, room, &ann, NOW + day * DAY).await;
    }
    test.tamper("update room_member set min_seq = 4").await;
    for (at, seq) in [(0, 5), (NOW, 5), (NOW + 2 * DAY, 5), (NOW + 3 * DAY, 6), (NOW + 9 * DAY, 6)] {
        assert_eq!(first_since(test, room, &ann, at).await, seq, "{at}");
    }
    test.tamper("update room_member set min_seq = 6").await;
    for at in [0, NOW, NOW + 9 * DAY] {
        assert_eq!(refusal(test.store.first_since(room, ann.id, at).await), Failure::NotFound, "{at}");
    }
}

async fn who_may_not_read_finds_nothing(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    let seq = say_at(test, room, &ann, NOW).await;
    assert_eq!(first_since(test, room, &bo, 0).await, seq, "everybody of the space may read it");
    test.tamper("update room set kind = 'private'").await;
    let nowhere = RoomId::from_random(random());
    for (room, user) in [(room, bo.id), (nowhere, ann.id), (room, UserId::from_random(random()))] {
        assert_eq!(refusal(test.store.first_since(room, user, 0).await), Failure::NotFound);
    }
    assert_eq!(first_since(test, room, &ann, 0).await, seq);
}

async fn a_clock_that_was_set_back_leads_somewhere_all_the_same(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    let at = [NOW, NOW + 5 * DAY, NOW + 6 * DAY, NOW + DAY, NOW + 2 * DAY, NOW + 7 * DAY];
    for at in at {
        say_at(test, room, &ann, at).await;
    }
    for asked in (0..9).map(|day| NOW + day * DAY) {
        let seq = first_since(test, room, &ann, asked).await as usize - 3;
        let passes = at[seq] >= asked && (seq == 0 || at[seq - 1] < asked);
        assert!(passes || (seq == 5 && at[seq] < asked), "{asked}: {seq}");
    }
}

async fn a_long_log_is_halved_by_its_primary_key(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    for turn in 0..20 {
        let batch: Vec<Append> =
            (0..50).map(|n| Append { at: NOW + (turn * 50 + n) * 10, ..draft(room, &ann, "hi") }).collect();
        test.store.append(&batch).await.expect("a batch");
    }
    for n in [0, 1, 2, 499, 500, 511, 512, 513, 998, 999] {
        assert_eq!(first_since(test, room, &ann, NOW + n * 10).await, n + 3, "at one");
        assert_eq!(first_since(test, room, &ann, NOW + n * 10 - 1).await, n + 3, "before one");
        assert_eq!(first_since(test, room, &ann, NOW + n * 10 + 1).await, (n + 4).min(1002), "after one");
    }
}
