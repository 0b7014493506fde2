//! Who is in a room, as the others in it see them.

use super::*;
use maru::server::store::ProfileEdit;

on_both_engines![
    a_profile_has_the_zone_that_was_chosen,
    who_is_more_or_less_than_a_member_is_found_among_many,
    rooms_in_common_are_the_open_ones_that_both_are_in,
];

impl TestStore {
    async fn common(&self, one: &User, other: &User) -> u32 {
        let rooms = self.store.rooms_in_common(one.id, other.id).await.expect("an answer");
        let turned = self.store.rooms_in_common(other.id, one.id).await.expect("an answer");
        assert_eq!(rooms, turned, "it is the same from both sides");
        rooms
    }
}

async fn a_profile_has_the_zone_that_was_chosen(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    let edit = ProfileEdit {
        display: String::new(),
        status: String::new(),
        email: None,
        lang: String::new(),
        zone: "Asia/Seoul".to_owned(),
    };
    test.store.edit_profile(bo.id, &edit).await.expect("kept");
    test.restart().await;
    let all = test.store.profiles(room, ann.id, "", 9).await.expect("a readable room").people;
    let zones: Vec<&str> = all.iter().map(|profile| profile.zone.as_str()).collect();
    assert_eq!(zones, ["", "Asia/Seoul"]);
    let one = test.store.profiles_of(room, &[bo.id]).await.expect("an answer");
    assert_eq!(one, all[1..]);
}

async fn who_is_more_or_less_than_a_member_is_found_among_many(test: &mut TestStore) {
    let (zoe, guest) = (test.person("zoe").await, test.person_as("visitor", Role::Guest).await);
    let room = test.room(&zoe, "one").await;
    for name in ["ann", "bo", "cy"] {
        test.change(room, &test.person(name).await, Op::Join).await.expect("a public room");
    }
    let helper = test.person("yul").await;
    for user in [&helper, &guest] {
        test.change(room, user, Op::Join).await.expect("a public room");
    }
    let op = Op::Role { role: Role::Moderator, by: String::new() };
    let give = Change { room, by: zoe.clone(), at: NOW, whom: Some(helper.id), op };
    test.store.change(&give).await.expect("its owner's right");
    let found = async |limit| {
        let profiles = test.store.profiles_with_role(room, limit).await.expect("an answer");
        profiles.into_iter().map(|profile| (profile.user.name, profile.role)).collect::<Vec<_>>()
    };
    let all = [("zoe", Role::Owner), ("yul", Role::Moderator), ("visitor", Role::Guest)];
    let all = all.map(|(name, role)| (name.to_owned(), role));
    assert_eq!(found(9).await, all);
    assert_eq!(found(2).await, all[..2]);
}

async fn rooms_in_common_are_the_open_ones_that_both_are_in(test: &mut TestStore) {
    let (ann, bo, cy) = (test.person("ann").await, test.person("bo").await, test.person("cy").await);
    assert_eq!(test.common(&ann, &bo).await, 0);
    let mut rooms = Vec::new();
    for name in ["one", "two", "hidden", "old"] {
        let room = test.room(&ann, name).await;
        test.change(room, &bo, Op::Join).await.expect("a public room");
        rooms.push(room);
    }
    assert_eq!(test.common(&ann, &bo).await, 4);
    test.tamper(&format!("update room set kind = 'private' where id = {}", rooms[2].raw())).await;
    assert_eq!(test.common(&ann, &bo).await, 4, "each of them knows that the other is in it");
    test.change(rooms[3], &ann, Op::Archive { on: true }).await.expect("its owner's right");
    assert_eq!(test.common(&ann, &bo).await, 3);
    test.direct(&ann, &[&bo]).await.expect("a member's right");
    test.direct(&ann, &[&bo, &cy]).await.expect("a member's right");
    assert_eq!(test.common(&ann, &bo).await, 3, "what is called after people is none");
    assert_eq!(test.common(&ann, &cy).await, 0);
    test.room(&bo, "of bo").await;
    assert_eq!(test.common(&ann, &bo).await, 3, "nor is a room that one could join");
    test.change(rooms[0], &bo, Op::Leave).await.expect("anybody may go");
    assert_eq!(test.common(&ann, &bo).await, 2);
}
