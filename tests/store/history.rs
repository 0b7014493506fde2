//! Pages of a room's log.

use super::*;

on_both_engines![
    a_page_before_is_the_newest_in_ascending_order,
    a_page_after_is_the_oldest,
    seqs_beyond_what_is_kept_mean_the_end,
    an_empty_page_says_what_it_knows,
    nonces_are_told_to_their_author_alone,
    who_has_not_joined_may_read_a_public_room,
    a_room_that_is_not_there_cannot_be_read,
    what_came_before_a_member_stays_hidden,
    every_kind_of_event_comes_back_as_it_went,
    an_event_of_a_newer_version_keeps_its_place,
];

async fn a_page_before_is_the_newest_in_ascending_order(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    for n in 3..=10 {
        assert_eq!(test.say(room, &ann, "hi").await, n);
    }
    for (before, limit, after, expected) in [
        (11, 3, 7, 8..=10),
        (8, 3, 4, 5..=7),
        (4, 50, 0, 1..=3),
        (2, 1, 0, 1..=1),
        (100, 50, 0, 1..=10),
        (10, 1, 8, 9..=9),
    ] {
        let page = test.store.events_before(room, ann.id, before, limit).await.expect("readable");
        assert_eq!((page.room, page.after, page.fetch), (room, after, None));
        assert_eq!(seqs(&page.events), Vec::from_iter(expected), "{before} {limit}");
    }
}

async fn a_page_after_is_the_oldest(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let (room, other) = (test.room(&ann, "one").await, test.room(&ann, "two").await);
    for _ in 3..=10 {
        test.say(room, &ann, "hi").await;
        test.say(other, &ann, "elsewhere").await;
    }
    for (after, limit, expected) in [(0, 3, 1..=3), (7, 50, 8..=10), (9, 1, 10..=10), (0, 100, 1..=10)] {
        let page = test.store.events_after(room, ann.id, after, limit).await.expect("readable");
        assert_eq!((page.room, page.after, page.fetch), (room, after, None));
        assert_eq!(seqs(&page.events), Vec::from_iter(expected), "{after} {limit}");
    }
}

async fn seqs_beyond_what_is_kept_mean_the_end(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    for end in [u64::MAX, i64::MAX as u64, i64::MAX as u64 + 1] {
        let page = test.store.events_before(room, ann.id, end, 50).await.expect("readable");
        assert_eq!((page.after, seqs(&page.events)), (0, vec![1, 2]));
        let page = test.store.events_after(room, ann.id, end, 50).await.expect("readable");
        assert_eq!(page.events, []);
    }
    let page = test.store.events_before(room, ann.id, u64::MAX, u32::MAX).await.expect("readable");
    assert_eq!(page.events.len(), 2);
}

async fn an_empty_page_says_what_it_knows(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    for (before, limit, after) in [(0, 50, 0), (1, 50, 0), (2, 0, 1), (9, 0, 2), (u64::MAX, 0, 2)] {
        let page = test.store.events_before(room, ann.id, before, limit).await.expect("readable");
        assert_eq!((page.after, page.events), (after, vec![]), "{before} {limit}");
    }
    for (after, limit) in [(2, 50), (9, 50), (0, 0)] {
        let page = test.store.events_after(room, ann.id, after, limit).await.expect("readable");
        assert_eq!((page.after, page.events), (after, vec![]), "{after} {limit}");
    }
}

async fn nonces_are_told_to_their_author_alone(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    let said = [draft(room, &ann, "from ann"), draft(room, &bo, "from bo")];
    test.store.append(&said).await.expect("a batch");
    let (anns, bos) = (Some(said[0].draft.nonce), Some(said[1].draft.nonce));
    for (reader, expected) in [(&ann, [anns, None]), (&bo, [None, bos])] {
        let forward = test.store.events_after(room, reader.id, 3, 9).await.expect("readable").events;
        let back = test.store.events_before(room, reader.id, 9, 2).await.expect("readable").events;
        for page in [forward, back] {
            assert_eq!(page.iter().map(|event| event.nonce).collect::<Vec<_>>(), expected);
            assert_eq!(page.iter().map(|event| event.name.as_str()).collect::<Vec<_>>(), ["ann", "bo"]);
        }
    }
}

async fn who_has_not_joined_may_read_a_public_room(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.say(room, &ann, "come in").await;
    let page = test.store.events_before(room, bo.id, u64::MAX, 50).await.expect("readable");
    assert_eq!(seqs(&page.events), [1, 2, 3]);
    assert!(page.events.iter().all(|event| event.nonce.is_none()));
}

async fn a_room_that_is_not_there_cannot_be_read(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let (room, nowhere) = (test.room(&ann, "one").await, RoomId::from_random(random()));
    let nobody = UserId::from_random(random());
    for (room, user) in [(nowhere, ann.id), (room, nobody)] {
        assert_eq!(refusal(test.store.events_before(room, user, 9, 9).await), Failure::NotFound);
        assert_eq!(refusal(test.store.events_after(room, user, 0, 9).await), Failure::NotFound);
    }
}

async fn what_came_before_a_member_stays_hidden(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    for _ in 3..=6 {
        test.say(room, &ann, "hi").await;
    }
    test.tamper("update room_member set min_seq = 4").await;
    let page = test.store.events_before(room, ann.id, 9, 50).await.expect("readable");
    assert_eq!((page.after, seqs(&page.events)), (4, vec![5, 6]));
    let page = test.store.events_after(room, ann.id, 1, 50).await.expect("readable");
    assert_eq!((page.after, seqs(&page.events)), (4, vec![5, 6]));
    assert_eq!(test.store.events_before(room, ann.id, 5, 50).await.expect("readable").events, []);
    let state = test.store.find_room_state(room, ann.id).await.expect("an answer").expect("the room");
    assert_eq!(state.min, 4);
}

async fn every_kind_of_event_comes_back_as_it_went(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    let mut expected = vec![Op::Create { name: "one".into() }, Op::Join];
    for op in [
        Op::Rename { name: "\"둘\" \\".into() },
        Op::Topic { topic: "about \u{1f98a}".into() },
        Op::Archive { on: true },
        Op::Archive { on: false },
    ] {
        test.change(room, &ann, op.clone()).await.expect("the owner's right").expect("an event");
        expected.push(op);
    }
    for op in [Op::Join, Op::Leave] {
        test.change(room, &bo, op.clone()).await.expect("a public room").expect("an event");
        expected.push(op);
    }
    let log = test.log(room, &ann).await;
    assert_eq!(log.into_iter().map(|event| event.op).collect::<Vec<_>>(), expected);
}

async fn an_event_of_a_newer_version_keeps_its_place(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    test.tamper(r#"update event set kind = 'poll', body = '{"kind":"poll","of":3}' where seq = 2"#).await;
    let log = test.log(room, &ann).await;
    assert_eq!((log[1].seq, &log[1].op), (2, &Op::Unknown));
}
