//! Calling all at once, on both engines: who may, and who is called.

use super::*;
use maru::server::store::Here;

on_both_engines![
    everyone_is_called_by_who_keeps_order_and_by_members_among_themselves,
    who_is_here_is_called_and_nobody_twice,
];

impl TestStore {
    async fn called(&self, room: RoomId, who: &User) -> u32 {
        self.store.find_room_state(room, who.id).await.expect("an answer").expect("a room").mentions
    }

    async fn say_among(&self, room: RoomId, by: &User, text: &str, here: &[&User]) {
        let here = Here::from([(room, here.iter().map(|user| user.id).collect())]);
        let said = self.store.append_among(&[draft(room, by, text)], &here).await.expect("an answer");
        assert!(said.iter().all(Result::is_ok));
    }
}

async fn everyone_is_called_by_who_keeps_order_and_by_members_among_themselves(test: &mut TestStore) {
    let (ann, bo, cy) = (test.person("ann").await, test.person("bo").await, test.person("cy").await);
    let room = test.room(&ann, "one").await;
    for user in [&bo, &cy] {
        test.change(room, user, Op::Join).await.expect("a public room");
    }
    test.say(room, &bo, "@everyone look").await;
    assert_eq!(test.called(room, &cy).await, 0, "a member of a public room says it to no effect");
    test.say(room, &ann, "@everyone look").await;
    assert_eq!((test.called(room, &bo).await, test.called(room, &cy).await), (1, 1));
    assert_eq!(test.called(room, &ann).await, 0, "nobody calls themselves");
    test.say(room, &ann, "@everyone and @bo").await;
    assert_eq!(test.called(room, &bo).await, 2, "nobody is called twice by one message");
    test.say(room, &ann, "mail@everyone, @everyones").await;
    assert_eq!(test.called(room, &cy).await, 2);
}

async fn who_is_here_is_called_and_nobody_twice(test: &mut TestStore) {
    let (ann, bo, cy) = (test.person("ann").await, test.person("bo").await, test.person("cy").await);
    let room = test.room(&ann, "one").await;
    for user in [&bo, &cy] {
        test.change(room, user, Op::Join).await.expect("a public room");
    }
    let dee = test.person("dee").await;
    test.say_among(room, &ann, "@here @bo 점심 먹어요", &[&ann, &bo, &dee]).await;
    assert_eq!((test.called(room, &bo).await, test.called(room, &cy).await), (1, 0));
    test.say_among(room, &bo, "@here", &[&ann, &cy]).await;
    assert_eq!(test.called(room, &ann).await, 0, "a member of a public room says it to no effect");
}
