//! Spaces and rooms: found, made and seen.

use super::*;
use maru::protocol::{Field, Role};

on_both_engines![
    there_is_one_first_space,
    a_space_is_found_by_its_slug,
    a_new_room_begins_with_its_making_and_its_makers_joining,
    a_room_name_is_taken_in_every_writing_that_folds_to_it,
    racing_makers_of_one_name_make_one_room,
    only_people_of_the_space_make_rooms,
    rooms_are_seen_by_name_with_ones_own_role,
    the_first_room_is_the_oldest_that_is_open,
    what_the_hub_needs_is_told,
    what_does_not_exist_is_not_found,
];

async fn there_is_one_first_space(test: &mut TestStore) {
    let other = Space {
        id: SpaceId::from_random(random()),
        slug: "other".into(),
        name: "Other".into(),
        glyph: String::new(),
        role: None,
    };
    assert_eq!(test.store.first_space(&other, NOW).await.expect("a space"), test.space);
    test.restart().await;
    assert_eq!(test.store.first_space(&other, NOW - 1).await.expect("a space"), test.space);
}

async fn a_space_is_found_by_its_slug(test: &mut TestStore) {
    assert_eq!(test.store.find_space("maru").await.expect("an answer"), Some(test.space.clone()));
    for slug in ["Maru", "", "other", "maru\0"] {
        assert_eq!(test.store.find_space(slug).await.expect("an answer"), None, "{slug:?}");
    }
}

async fn a_new_room_begins_with_its_making_and_its_makers_joining(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = NewRoom { topic: "모두".into(), ..test.new_room(&ann, "마루") };
    let events = test.store.create_room(&room).await.expect("a free name");
    assert_eq!(seqs(&events), [1, 2]);
    assert_eq!(events[0].op, Op::Create { name: "마루".into() });
    assert_eq!(events[1].op, Op::Join);
    assert!(events.iter().all(|e| e.by == ann.id && e.name == "ann" && e.at == NOW && e.nonce.is_none()));
    assert_eq!(test.log(room.id, &ann).await, events);
    let state = test.store.find_room_state(room.id, ann.id).await.expect("a state").expect("the room");
    assert_eq!((state.id, state.space, state.name.as_str()), (room.id, test.space.id, "마루"));
    assert_eq!((state.topic.as_str(), state.kind, state.role), ("모두", RoomKind::Public, Some(Role::Owner)));
    assert_eq!((state.head, state.min, state.read, state.unread, state.archived), (2, 0, 2, 0, false));
}

async fn a_room_name_is_taken_in_every_writing_that_folds_to_it(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "Café 마루").await;
    for name in ["Café 마루", "CAFE\u{301} 마루", " café \u{1106}\u{1161}\u{1105}\u{116e}"] {
        let refused = refusal(test.store.create_room(&test.new_room(&ann, name)).await);
        assert_eq!(refused, Failure::Taken { field: Field::RoomName }, "{name}");
        assert_eq!(test.store.find_room(test.space.id, name).await.expect("an answer"), Some(room));
    }
    test.room(&ann, "Cafe 마루").await;
}

async fn racing_makers_of_one_name_make_one_room(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let makers: Vec<_> = (0..8)
        .map(|_| {
            let (store, room) = (test.store.clone(), test.new_room(&ann, "one"));
            tokio::spawn(async move { store.create_room(&room).await })
        })
        .collect();
    let mut made = 0;
    for maker in makers {
        match maker.await.expect("a maker ends well") {
            Ok(_) => made += 1,
            refused => assert_eq!(refusal(refused), Failure::Taken { field: Field::RoomName }),
        }
    }
    assert_eq!(made, 1);
    assert_eq!(test.store.rooms(test.space.id, ann.id).await.expect("rooms").len(), 1);
}

async fn only_people_of_the_space_make_rooms(test: &mut TestStore) {
    let nobody = User::new(UserId::from_random(random()), "nobody".into());
    assert_eq!(refusal(test.store.create_room(&test.new_room(&nobody, "one")).await), Failure::NotFound);
    let ann = test.person("ann").await;
    let elsewhere = NewRoom { space: SpaceId::from_random(random()), ..test.new_room(&ann, "one") };
    assert_eq!(refusal(test.store.create_room(&elsewhere).await), Failure::NotFound);
}

async fn rooms_are_seen_by_name_with_ones_own_role(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    for name in ["나무", "beta", "가을", "Alpha"] {
        test.room(&ann, name).await;
    }
    let joined = test.store.find_room(test.space.id, "ALPHA").await.expect("an answer").expect("the room");
    test.change(joined, &bo, Op::Join).await.expect("a public room");
    let shut = test.store.find_room(test.space.id, "beta").await.expect("an answer").expect("the room");
    test.change(shut, &ann, Op::Archive { on: true }).await.expect("the owner's right");
    let seen = test.store.rooms(test.space.id, bo.id).await.expect("rooms");
    let seen: Vec<_> = seen.iter().map(|room| (room.name.as_str(), room.role, room.archived)).collect();
    let member = Some(Role::Member);
    assert_eq!(
        seen,
        [("Alpha", member, false), ("beta", None, true), ("가을", None, false), ("나무", None, false)]
    );
    let nobody = UserId::from_random(random());
    assert_eq!(test.store.rooms(test.space.id, nobody).await.expect("no rooms"), []);
    assert_eq!(test.store.find_room_state(joined, nobody).await.expect("an answer"), None);
}

async fn the_first_room_is_the_oldest_that_is_open(test: &mut TestStore) {
    let ann = test.person("ann").await;
    assert_eq!(test.store.first_room(test.space.id).await.expect("an answer"), None);
    let mut rooms = Vec::new();
    for (n, name) in ["third", "first", "second"].into_iter().enumerate() {
        let room = NewRoom { at: NOW + [30, 10, 20][n], ..test.new_room(&ann, name) };
        test.store.create_room(&room).await.expect("a free name");
        rooms.push(room.id);
    }
    assert_eq!(test.store.first_room(test.space.id).await.expect("an answer"), Some(rooms[1]));
    test.change(rooms[1], &ann, Op::Archive { on: true }).await.expect("the owner's right");
    assert_eq!(test.store.first_room(test.space.id).await.expect("an answer"), Some(rooms[2]));
}

async fn what_the_hub_needs_is_told(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    let last = Append { at: NOW + 5, ..draft(room, &bo, "hi") };
    test.store.append(&[last]).await.expect("a batch");
    let info = test.store.find_room_info(room).await.expect("an answer").expect("the room");
    assert_eq!((info.id, info.space, info.head, info.head_at), (room, test.space.id, 4, NOW + 5));
    let mut members = [ann.id, bo.id];
    members.sort();
    assert_eq!(info.members, members);
    for person in [&ann, &bo] {
        test.change(room, person, Op::Leave).await.expect("one may leave");
    }
    let info = test.store.find_room_info(room).await.expect("an answer").expect("the room");
    assert_eq!((info.head, info.members.len()), (6, 0));
}

async fn what_does_not_exist_is_not_found(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let (room, nowhere) = (test.room(&ann, "one").await, RoomId::from_random(random()));
    let store = &test.store;
    assert_eq!(store.find_room_info(nowhere).await.expect("an answer"), None);
    assert_eq!(store.find_room_state(nowhere, ann.id).await.expect("an answer"), None);
    assert_eq!(store.find_room(test.space.id, "two").await.expect("an answer"), None);
    assert_eq!(store.find_room(test.space.id, "one\0").await.expect("an answer"), None);
    assert_eq!(store.find_instant(room, 2).await.expect("an answer"), Some(NOW));
    for seq in [0, 3, u64::MAX] {
        assert_eq!(store.find_instant(room, seq).await.expect("an answer"), None);
    }
}
