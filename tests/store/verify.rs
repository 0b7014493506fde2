//! Verifying: a sound store is found sound, and each kind of damage is found where it is.

use super::*;
use maru::server::store::{Finding, Verifier};

on_both_engines![
    a_store_with_all_that_can_happen_is_sound,
    each_kind_of_damage_is_found_where_it_is,
    verifying_changes_nothing_and_does_not_wait_for_writers,
    a_store_of_another_version_is_not_judged,
];

impl TestStore {
    /// Everything that is found: the room's name, or "store", and what.
    async fn findings(&self) -> Vec<(String, Finding)> {
        let mut verifier = Verifier::open(&self.location).await.expect("a readable store");
        let mut all = Vec::new();
        for room in verifier.rooms().await.expect("a list") {
            let mut looked_at = 0;
            let found = verifier.check_room(&room, &mut |upto| looked_at = upto).await.expect("an answer");
            assert!(looked_at > 0, "progress is told");
            all.extend(found.into_iter().map(|finding| (room.name.clone(), finding)));
        }
        let found = verifier.check_store().await.expect("an answer");
        all.extend(found.into_iter().map(|finding| ("store".to_owned(), finding)));
        all
    }

    /// Two rooms in which everything happened that can.
    async fn lived_in(&self) -> RoomId {
        let (ann, bo) = (self.person("ann").await, self.person("bo").await);
        let room = self.room(&ann, "one").await;
        self.change(room, &bo, Op::Join).await.expect("a public room");
        for text in ["first", "@bo second", "@bo third", "fourth"] {
            self.say(room, &ann, text).await;
        }
        for op in [
            Op::Edit { of: 4, text: "changed".into() },
            Op::Edit { of: 6, text: "changed".into() },
            Op::React { of: 4, emoji: "👍".into(), on: true },
            Op::React { of: 6, emoji: "👍".into(), on: true },
            Op::Delete { of: 6 },
        ] {
            self.act(room, &ann, op).await.expect("her own");
        }
        let mark = maru::server::store::Mark { user: bo.id, marker: maru::protocol::Marker::upto(room, 4) };
        self.store.mark_read(&[mark]).await.expect("moved");
        self.say(room, &bo, "own").await;
        let other = self.room(&bo, "two").await;
        self.say(other, &bo, "quiet").await;
        room
    }
}

fn rows(rule: &'static str, count: u64) -> Finding {
    Finding::Rows { rule, count }
}

async fn a_store_with_all_that_can_happen_is_sound(test: &mut TestStore) {
    assert_eq!(test.findings().await, [], "an empty one");
    test.lived_in().await;
    assert_eq!(test.findings().await, []);
}

async fn each_kind_of_damage_is_found_where_it_is(test: &mut TestStore) {
    let room = test.lived_in().await.raw();
    let is_sqlite = matches!(test.location, Location::Sqlite(_));
    // Broken one after the other, and mended again.
    let damages = [
        (
            format!(
                "update room_member set read_seq = 99, read_said = 0, own_after = 0, mentions = 0 where room_id = {room} and read_seq = 4"
            ),
            format!(
                "update room_member set read_seq = 4, read_said = 1, own_after = 2, mentions = 1 where room_id = {room} and read_seq = 99"
            ),
            vec![rows("read markers beyond the head", 1)],
        ),
        (
            format!("update room_member set own_after = 7 where room_id = {room} and own_after = 2"),
            format!("update room_member set own_after = 2 where room_id = {room} and own_after = 7"),
            vec![rows("members whose unread count is wrong", 1)],
        ),
        (
            format!("update room_member set mentions = 7 where room_id = {room} and mentions = 1"),
            format!("update room_member set mentions = 1 where room_id = {room} and mentions = 7"),
            vec![rows("members whose count of mentions is wrong", 1)],
        ),
        (
            format!("update room set last_seq = 20 where id = {room}"),
            format!("update room set last_seq = 13 where id = {room}"),
            vec![Finding::Head { said: 20, last: 13 }],
        ),
        (
            format!("update message set first_text = 'still here' where room_id = {room} and seq = 6"),
            format!("update message set first_text = null where room_id = {room} and seq = 6"),
            vec![rows("deleted texts that are still there", 1)],
        ),
        (
            format!("update event set of_seq = 99 where room_id = {room} and seq = 8"),
            format!("update event set of_seq = 4 where room_id = {room} and seq = 8"),
            vec![rows("amendments of no message", 1)],
        ),
        (
            format!("update room set said = 99 where id = {room}"),
            format!("update room set said = 5 where id = {room}"),
            vec![rows("counts of messages that are wrong", 1)],
        ),
    ];
    for (damage, cure, expected) in damages {
        test.tamper(&damage).await;
        let expected: Vec<_> = expected.into_iter().map(|finding| ("one".to_owned(), finding)).collect();
        let found: Vec<_> =
            test.findings().await.into_iter().filter(|(_, f)| expected.iter().any(|(_, e)| e == f)).collect();
        assert_eq!(found, expected, "{damage}");
        test.tamper(&cure).await;
        assert_eq!(test.findings().await, [], "{cure}");
    }
    let unguarded =
        if is_sqlite { "pragma foreign_keys = off;" } else { "set session_replication_role = replica;" };
    test.tamper(&format!("{unguarded} delete from event where room_id = {room} and seq in (8, 9)")).await;
    assert_eq!(test.findings().await, [("one".to_owned(), Finding::Gap { after: 7, next: 10 })]);
    test.tamper(&format!("{unguarded} delete from event where room_id = {room} and seq = 5")).await;
    let found = test.findings().await;
    assert!(found.contains(&("one".to_owned(), rows("messages that belong to no event", 1))), "{found:?}");
    assert!(found.contains(&("one".to_owned(), Finding::Gap { after: 4, next: 6 })), "{found:?}");
}

async fn verifying_changes_nothing_and_does_not_wait_for_writers(test: &mut TestStore) {
    let room = test.lived_in().await;
    let ann = test.numbers("select id from app_user where name = 'ann'").await[0];
    let ann = User::new(UserId::from_raw(ann), "ann".into());
    let mut verifier = Verifier::open(&test.location).await.expect("a readable store");
    let rooms = verifier.rooms().await.expect("a list");
    // What is written meanwhile is not seen: the store stands still for whoever looks at it.
    test.say(room, &ann, "meanwhile").await;
    for entry in &rooms {
        assert_eq!(verifier.check_room(entry, &mut |_| {}).await.expect("an answer"), []);
    }
    assert_eq!(test.findings().await, []);
}

async fn a_store_of_another_version_is_not_judged(test: &mut TestStore) {
    let newest = test.numbers("select max(version) from _sqlx_migrations").await[0];
    test.tamper(&format!("update _sqlx_migrations set version = {} where version = {newest}", newest + 1000))
        .await;
    let Err(Error::Broken(why)) = Verifier::open(&test.location).await else { panic!("it was opened") };
    assert!(why.contains("newer"), "{why}");
    test.tamper(&format!("update _sqlx_migrations set version = {newest} where version = {}", newest + 1000))
        .await;
}
