//! Changes of a room and of who is in it.

use super::*;
use maru::protocol::{Field, Role};

on_both_engines![
    joining_is_an_event_once,
    leaving_is_an_event_once,
    coming_back_is_as_a_member_who_has_read_all,
    a_new_name_is_an_event_and_finds_the_room,
    a_name_that_another_room_has_is_refused,
    racing_for_one_name_gives_it_to_one_room,
    a_topic_is_an_event_when_it_changes,
    only_the_owner_archives_and_restores,
    an_archived_room_refuses_all_but_leaving_and_restoring,
    who_is_not_in_the_room_changes_nothing,
    a_room_that_is_not_public_is_not_there_for_others,
    only_changes_are_carried_out,
    changes_and_messages_share_one_order,
    memberships_and_sessions_raise_a_persons_rev,
];

async fn state(test: &TestStore, room: RoomId, user: &User) -> maru::protocol::RoomState {
    test.store.find_room_state(room, user.id).await.expect("an answer").expect("the room")
}

async fn joining_is_an_event_once(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    assert_eq!(state(test, room, &bo).await.role, None);
    let event = test.change(room, &bo, Op::Join).await.expect("a public room").expect("an event");
    let expected = Event {
        seq: 3,
        at: NOW,
        by: bo.id,
        name: "bo".into(),
        face: 0,
        nonce: None,
        op: Op::Join,
        amended: None,
    };
    assert_eq!(event, expected);
    assert_eq!(test.change(room, &bo, Op::Join).await.expect("once is enough"), None);
    assert_eq!(test.log(room, &ann).await[2..], [expected]);
    assert_eq!(state(test, room, &bo).await.role, Some(Role::Member));
}

async fn leaving_is_an_event_once(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    assert_eq!(test.change(room, &bo, Op::Leave).await.expect("nothing to leave"), None);
    test.change(room, &bo, Op::Join).await.expect("a public room");
    let event = test.change(room, &bo, Op::Leave).await.expect("one may leave").expect("an event");
    assert_eq!((event.seq, &event.op), (4, &Op::Leave));
    assert_eq!(test.change(room, &bo, Op::Leave).await.expect("nothing to leave"), None);
    assert_eq!(state(test, room, &bo).await.role, None);
    assert_eq!(seqs(&test.log(room, &bo).await), [1, 2, 3, 4]);
}

async fn coming_back_is_as_a_member_who_has_read_all(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    for op in [Op::Leave, Op::Join] {
        test.change(room, &ann, op).await.expect("a public room");
    }
    let state = state(test, room, &ann).await;
    assert_eq!((state.role, state.min, state.read, state.head), (Some(Role::Member), 0, 4, 4));
}

async fn a_new_name_is_an_event_and_finds_the_room(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    let rename = |name: &str| Op::Rename { name: name.to_owned() };
    let event = test.change(room, &bo, rename("둘")).await.expect("a free name").expect("an event");
    assert_eq!((event.seq, &event.op), (4, &rename("둘")));
    assert_eq!(test.change(room, &bo, rename("둘")).await.expect("the same"), None);
    assert_eq!(state(test, room, &ann).await.name, "둘");
    assert_eq!(test.store.find_room(test.space.id, "둘").await.expect("an answer"), Some(room));
    assert_eq!(test.store.find_room(test.space.id, "one").await.expect("an answer"), None);
    for name in ["two", "Two"] {
        test.change(room, &ann, rename(name)).await.expect("its own name").expect("an event");
        assert_eq!(state(test, room, &ann).await.name, name);
    }
    assert_eq!(test.log(room, &ann).await.last().map(|e| e.op.clone()), Some(rename("Two")));
}

async fn a_name_that_another_room_has_is_refused(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let (one, two) = (test.room(&ann, "Café").await, test.room(&ann, "two").await);
    for name in ["Café", "cafe\u{301}"] {
        let refused = refusal(test.change(two, &ann, Op::Rename { name: name.into() }).await);
        assert_eq!(refused, Failure::Taken { field: Field::RoomName });
    }
    assert_eq!((state(test, two, &ann).await.name.as_str(), test.say(two, &ann, "hi").await), ("two", 3));
    assert_eq!(test.say(one, &ann, "hi").await, 3);
}

async fn racing_for_one_name_gives_it_to_one_room(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let mut racers = Vec::new();
    for n in 0..8 {
        let room = test.room(&ann, &format!("room {n}")).await;
        let change =
            Change { room, by: ann.clone(), at: NOW, whom: None, op: Op::Rename { name: "wanted".into() } };
        let store = test.store.clone();
        racers.push(tokio::spawn(async move { store.change(&change).await }));
    }
    let mut renamed = 0;
    for racer in racers {
        match racer.await.expect("a racer ends well") {
            Ok(event) => renamed += usize::from(event.is_some()),
            refused => assert_eq!(refusal(refused), Failure::Taken { field: Field::RoomName }),
        }
    }
    assert_eq!(renamed, 1);
}

async fn a_topic_is_an_event_when_it_changes(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    let topic = |topic: &str| Op::Topic { topic: topic.to_owned() };
    assert_eq!(test.change(room, &ann, topic("")).await.expect("the same"), None);
    let event = test.change(room, &ann, topic("준비")).await.expect("a topic").expect("an event");
    assert_eq!((event.seq, &event.op), (3, &topic("준비")));
    assert_eq!(test.change(room, &ann, topic("준비")).await.expect("the same"), None);
    assert_eq!(state(test, room, &ann).await.topic, "준비");
    test.change(room, &ann, topic("")).await.expect("no topic").expect("an event");
    assert_eq!(state(test, room, &ann).await.topic, "");
}

async fn only_the_owner_archives_and_restores(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    for (turn, on) in [true, false].into_iter().enumerate() {
        let archive = Op::Archive { on };
        assert_eq!(refusal(test.change(room, &bo, archive.clone()).await), Failure::Forbidden);
        let event = test.change(room, &ann, archive.clone()).await.expect("the owner's right");
        assert_eq!(event.map(|event| (event.seq, event.op)), Some((4 + turn as u64, archive.clone())));
        assert_eq!(test.change(room, &ann, archive).await.expect("the same"), None);
        assert_eq!(state(test, room, &bo).await.archived, on);
    }
}

async fn an_archived_room_refuses_all_but_leaving_and_restoring(test: &mut TestStore) {
    let (ann, bo, cy) = (test.person("ann").await, test.person("bo").await, test.person("cy").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    test.change(room, &ann, Op::Archive { on: true }).await.expect("the owner's right");
    for (by, op) in [
        (&cy, Op::Join),
        (&ann, Op::Rename { name: "two".into() }),
        (&bo, Op::Topic { topic: "about".into() }),
    ] {
        assert_eq!(refusal(test.change(room, by, op).await), Failure::Archived);
    }
    assert_eq!(seqs(&test.log(room, &cy).await), [1, 2, 3, 4], "it can be read");
    assert!(test.change(room, &bo, Op::Leave).await.expect("one may leave").is_some());
    assert!(test.change(room, &ann, Op::Archive { on: false }).await.expect("the owner's right").is_some());
    assert!(test.change(room, &cy, Op::Join).await.expect("open again").is_some());
}

async fn who_is_not_in_the_room_changes_nothing(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let (room, nowhere) = (test.room(&ann, "one").await, RoomId::from_random(random()));
    let nobody = User::new(UserId::from_random(random()), "nobody".into());
    let changes =
        [Op::Rename { name: "two".into() }, Op::Topic { topic: "about".into() }, Op::Archive { on: true }];
    for op in changes {
        assert_eq!(refusal(test.change(room, &bo, op.clone()).await), Failure::NotFound);
        assert_eq!(refusal(test.change(nowhere, &ann, op).await), Failure::NotFound);
    }
    assert_eq!(refusal(test.change(nowhere, &ann, Op::Join).await), Failure::NotFound);
    assert_eq!(refusal(test.change(nowhere, &ann, Op::Leave).await), Failure::NotFound);
    assert_eq!(refusal(test.change(room, &nobody, Op::Join).await), Failure::NotFound);
    assert_eq!(seqs(&test.log(room, &ann).await), [1, 2]);
}

async fn a_room_that_is_not_public_is_not_there_for_others(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.tamper("update room set kind = 'private'").await;
    assert_eq!(refusal(test.change(room, &bo, Op::Join).await), Failure::NotFound);
    assert_eq!(refusal(test.store.events_before(room, bo.id, 9, 9).await), Failure::NotFound);
    assert_eq!(test.store.find_room_state(room, bo.id).await.expect("an answer"), None);
    assert_eq!(test.store.rooms(test.space.id, bo.id).await.expect("rooms"), []);
    assert_eq!(state(test, room, &ann).await.kind, RoomKind::Private);
    assert_eq!(test.log(room, &ann).await.len(), 2);
}

async fn only_changes_are_carried_out(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    for op in [Op::said("hi"), Op::Create { name: "two".into() }, Op::Gone, Op::Unknown] {
        assert_eq!(refusal(test.change(room, &ann, op).await), Failure::Unknown);
    }
}

async fn changes_and_messages_share_one_order(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    let talker = tokio::spawn({
        let (store, ann) = (test.store.clone(), ann.clone());
        async move {
            for n in 0..20 {
                store.append(&[draft(room, &ann, &format!("{n}"))]).await.expect("a batch");
            }
        }
    });
    for n in 0..20 {
        let op = Op::Topic { topic: format!("{n}") };
        test.change(room, &ann, op).await.expect("a topic").expect("an event");
    }
    talker.await.expect("the talker ends well");
    let log = test.log(room, &ann).await;
    assert_eq!(seqs(&log), Vec::from_iter(1..=42));
    let topics: Vec<&str> = log
        .iter()
        .filter_map(|e| if let Op::Topic { topic } = &e.op { Some(topic.as_str()) } else { None })
        .collect();
    assert_eq!(topics, Vec::from_iter((0..20).map(|n| n.to_string())));
}

async fn memberships_and_sessions_raise_a_persons_rev(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    for op in [Op::Join, Op::Join, Op::Leave] {
        test.change(room, &bo, op).await.expect("a public room");
    }
    let (ann, bo) =
        ("select rev from app_user where name = 'ann'", "select rev from app_user where name = 'bo'");
    let revs = [test.numbers(ann).await[0], test.numbers(bo).await[0]];
    // Coming into the space is the first.
    assert_eq!(revs, [2, 3]);
}
