//! The record of what was done to keep order.

use super::*;
use maru::protocol::{AuditAct, AuditEntry, RoomKind};
use maru::server::store::{Deed, LeavingSpace, SpaceEdit};

on_both_engines![
    every_act_is_written_down_as_it_is_done,
    what_is_refused_is_not_written_down,
    the_record_is_read_a_page_at_a_time,
    the_record_of_the_server_is_another,
];

async fn entries(test: &TestStore, reader: &User) -> Vec<AuditEntry> {
    let mut entries = test.store.audit(Some(test.space.id), reader.id, None, 100).await.expect("a record");
    entries.reverse();
    entries
}

async fn every_act_is_written_down_as_it_is_done(test: &mut TestStore) {
    let (ann, bo) = (test.person_as("ann", Role::Owner).await, test.person("bo").await);
    let hidden = NewRoom { kind: RoomKind::Private, ..test.new_room(&ann, "hidden") };
    test.store.create_room(&hidden).await.expect("a free name");
    let room = test.room(&ann, "one").await;
    let for_bo = |at, room, op| Change { room, by: ann.clone(), at, whom: Some(bo.id), op };
    let by = ann.name.clone();
    for change in [
        for_bo(NOW + 1, hidden.id, Op::Added { by: by.clone() }),
        for_bo(NOW + 2, hidden.id, Op::Role { role: Role::Moderator, by: by.clone() }),
        for_bo(NOW + 3, hidden.id, Op::Removed { by: by.clone() }),
        for_bo(NOW + 4, room, Op::Added { by }),
    ] {
        test.store.change(&change).await.expect("the owner's right").expect("an event");
    }
    let seq = test.say(room, &bo, "boo").await;
    let nonce = nonce();
    let delete = Draft { nonce, room, op: Op::Delete { of: seq } };
    let delete = Append { by: ann.clone(), draft: delete, at: NOW + 5 };
    test.store
        .append(&[delete])
        .await
        .expect("a batch")
        .pop()
        .expect("an answer")
        .expect("the owner's right");
    test.store.set_slow(room, ann.id, 30, NOW + 6).await.expect("the owner's right");
    test.store
        .set_space_role(test.space.id, Some(ann.id), bo.id, Role::Guest, NOW + 7)
        .await
        .expect("a right");
    let edit = SpaceEdit {
        name: "Home".into(),
        glyph: "🏠".into(),
        entry: maru::protocol::Entry::Closed,
        door: None,
        guests: false,
    };
    test.store.edit_space(test.space.id, Some(ann.id), &edit, NOW + 8).await.expect("the owner's right");
    let (space, ban) = (test.space.id, Some("rude".to_owned()));
    let leaving = LeavingSpace { space, user: bo.clone(), by: Some(ann.clone()), ban, at: NOW + 9 };
    test.store.leave_space(&leaving).await.expect("the owner's right");
    test.store.unban(space, None, bo.id, NOW + 10).await.expect("the command line's");

    let told = entries(test, &ann).await;
    let told: Vec<_> = told
        .iter()
        .map(|entry| {
            (entry.act, entry.user.as_ref().map(|user| user.id), entry.room.as_deref(), entry.detail.as_str())
        })
        .collect();
    assert_eq!(
        told,
        [
            (AuditAct::Added, Some(bo.id), Some("hidden"), ""),
            (AuditAct::RoomRoleGiven, Some(bo.id), Some("hidden"), "moderator"),
            (AuditAct::Removed, Some(bo.id), Some("hidden"), ""),
            (AuditAct::Added, Some(bo.id), Some("one"), ""),
            (AuditAct::MessageDeleted, Some(bo.id), Some("one"), ""),
            (AuditAct::Slowed, None, Some("one"), "30"),
            (AuditAct::RoleGiven, Some(bo.id), None, "guest"),
            (AuditAct::SpaceEdited, None, None, "Home · closed"),
            (AuditAct::Banned, Some(bo.id), None, "rude"),
            (AuditAct::Unbanned, Some(bo.id), None, ""),
        ]
    );
    let entries = entries(test, &bo).await;
    assert!(entries[..9].iter().all(|entry| entry.by.as_ref().is_some_and(|by| by.id == ann.id)));
    assert_eq!(
        (entries[9].by.as_ref(), entries[0].room.as_deref()),
        (None, Some("")),
        "private rooms stay so"
    );
    assert_eq!(entries[4].at, NOW + 5);
}

async fn what_is_refused_is_not_written_down(test: &mut TestStore) {
    let (ann, bo) = (test.person_as("ann", Role::Owner).await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    let seq = test.say(room, &bo, "mine").await;
    test.act(room, &bo, Op::Delete { of: seq }).await.expect("one's own, which is nobody else's affair");
    let space = test.space.id;
    refusal(test.store.set_slow(room, bo.id, 30, NOW).await);
    refusal(test.store.set_space_role(space, Some(bo.id), bo.id, Role::Owner, NOW).await);
    refusal(test.store.set_space_role(space, Some(ann.id), ann.id, Role::Member, NOW).await);
    refusal(test.store.unban(space, Some(bo.id), ann.id, NOW).await);
    assert_eq!(entries(test, &ann).await, []);
}

async fn the_record_is_read_a_page_at_a_time(test: &mut TestStore) {
    let ann = test.person_as("ann", Role::Owner).await;
    let deed = |n: u64, detail| Deed {
        space: Some(test.space.id),
        at: NOW + n / 2,
        by: Some(ann.id),
        act: AuditAct::Slowed,
        user: None,
        room: None,
        detail,
    };
    let numbers: Vec<String> = (0..7).map(|n| n.to_string()).collect();
    for (n, detail) in numbers.iter().enumerate() {
        test.store.write_audit(&deed(n as u64, detail)).await.expect("written");
    }
    let mut read = Vec::new();
    let mut after = None;
    loop {
        let page = test.store.audit(Some(test.space.id), ann.id, after, 3).await.expect("a page");
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        assert!(page.is_sorted_by_key(|entry| std::cmp::Reverse(entry.at)));
        read.extend(page.into_iter().map(|entry| entry.detail));
    }
    read.sort();
    assert_eq!(read, numbers, "each once");
}

async fn the_record_of_the_server_is_another(test: &mut TestStore) {
    let ann = test.person_as("ann", Role::Owner).await;
    let deed = Deed {
        space: None,
        at: NOW,
        by: None,
        act: AuditAct::Deactivated,
        user: Some(ann.id),
        room: None,
        detail: "",
    };
    test.store.write_audit(&deed).await.expect("written");
    assert_eq!(entries(test, &ann).await, []);
    let told = test.store.audit(None, ann.id, None, 10).await.expect("a record");
    assert_eq!((told.len(), told[0].act, &told[0].by), (1, AuditAct::Deactivated, &None));
}
