//! Edits, deletions and reactions: events of the log that change what is told of a message.

use super::*;
use maru::protocol::{Amended, Pairs, Reaction};

on_both_engines![
    an_edit_is_an_event_and_the_message_is_told_as_it_is_now,
    the_text_of_every_edit_stays_readable_until_the_message_is_deleted,
    a_deleted_text_is_in_no_table_any_more,
    reactions_are_told_with_who_chose_them,
    only_the_author_edits_and_only_the_author_or_the_rooms_owner_deletes,
    what_is_not_a_message_of_this_room_is_not_found,
    a_deleted_message_takes_nothing_more_also_within_one_batch,
    the_same_nonce_is_one_amendment_and_another_one_is_a_conflict,
    one_person_puts_so_many_emoji_under_a_message_and_no_more,
];

fn thumb(of: u64, on: bool) -> Op {
    Op::React { of, emoji: "👍".to_owned(), on }
}

fn edit(of: u64, text: &str) -> Op {
    Op::Edit { of, text: text.to_owned() }
}

/// Ann's room with bo in it, ann having said something as seq 4.
async fn scene(test: &TestStore) -> (User, User, RoomId) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    assert_eq!(test.say(room, &ann, "first").await, 4);
    (ann, bo, room)
}

async fn an_edit_is_an_event_and_the_message_is_told_as_it_is_now(test: &mut TestStore) {
    let (ann, bo, room) = scene(test).await;
    assert_eq!(test.act(room, &ann, edit(4, "second")).await, Ok(5));
    let log = test.log(room, &bo).await;
    assert_eq!(log[3].op, Op::said("second"));
    let amended = Amended { seq: 5, edited_at: Some(NOW), reactions: Vec::new() };
    assert_eq!(log[3].amended.as_deref(), Some(&amended));
    assert_eq!((&log[4].op, log[4].by), (&edit(4, "second"), ann.id));
}

async fn the_text_of_every_edit_stays_readable_until_the_message_is_deleted(test: &mut TestStore) {
    let (ann, bo, room) = scene(test).await;
    for text in ["second", "third"] {
        test.act(room, &ann, edit(4, text)).await.expect("her own");
    }
    let ops = |log: Vec<Event>| log.into_iter().skip(4).map(|event| event.op).collect::<Vec<_>>();
    assert_eq!(ops(test.log(room, &bo).await), [edit(4, "second"), edit(4, "third")]);
    test.act(room, &ann, Op::Delete { of: 4 }).await.expect("her own");
    let log = test.log(room, &bo).await;
    assert_eq!((&log[3].op, &log[3].amended), (&Op::Gone, &None));
    assert_eq!(ops(log), [edit(4, ""), edit(4, ""), Op::Delete { of: 4 }]);
}

async fn a_deleted_text_is_in_no_table_any_more(test: &mut TestStore) {
    let (ann, bo, room) = scene(test).await;
    let said = test.say(room, &ann, "@bo kilroy was here").await;
    test.act(room, &ann, edit(said, "kilroy again")).await.expect("her own");
    test.act(room, &bo, thumb(said, true)).await.expect("a member");
    test.act(room, &ann, Op::Delete { of: said }).await.expect("her own");
    for sql in [
        "select count(*) from message where text like '%kilroy%' or first_text like '%kilroy%'",
        "select count(*) from event where body like '%kilroy%'",
        "select count(*) from mention",
        "select count(*) from reaction",
    ] {
        assert_eq!(test.numbers(sql).await, [0], "{sql}");
    }
    let Location::Sqlite(file) = test.location.clone() else { return };
    test.store.close().await;
    let bytes = std::fs::read(file).expect("the file");
    assert!(!bytes.windows(6).any(|window| window == b"kilroy"), "not even in free pages");
}

async fn reactions_are_told_with_who_chose_them(test: &mut TestStore) {
    let (ann, bo, room) = scene(test).await;
    let heart = Op::React { of: 4, emoji: "❤️".into(), on: true };
    for (by, op) in [(&bo, heart), (&ann, thumb(4, true)), (&bo, thumb(4, true)), (&bo, thumb(4, true))] {
        test.act(room, by, op).await.expect("a member");
    }
    let thumbs: Pairs<UserId, String> =
        [(ann.id, "ann".to_owned()), (bo.id, "bo".to_owned())].into_iter().collect();
    let hearts: Pairs<UserId, String> = [(bo.id, "bo".to_owned())].into_iter().collect();
    let told = |log: Vec<Event>| *log[3].amended.clone().expect("amended");
    let reactions =
        vec![Reaction { emoji: "❤️".into(), by: hearts }, Reaction { emoji: "👍".into(), by: thumbs }];
    assert_eq!(told(test.log(room, &ann).await), Amended { seq: 8, edited_at: None, reactions });
    for (by, emoji) in [(&bo, "❤️"), (&bo, "👍"), (&ann, "👍")] {
        let off = Op::React { of: 4, emoji: emoji.into(), on: false };
        test.act(room, by, off).await.expect("a member");
    }
    assert_eq!(told(test.log(room, &ann).await), Amended { seq: 11, edited_at: None, reactions: Vec::new() });
}

async fn only_the_author_edits_and_only_the_author_or_the_rooms_owner_deletes(test: &mut TestStore) {
    let (ann, bo, room) = scene(test).await;
    let bos = test.say(room, &bo, "bo's").await;
    assert_eq!(test.act(room, &ann, edit(bos, "put into his mouth")).await, Err(Failure::Forbidden));
    assert_eq!(test.act(room, &bo, Op::Delete { of: 4 }).await, Err(Failure::Forbidden));
    assert!(test.act(room, &ann, Op::Delete { of: bos }).await.is_ok(), "the room is hers");
    test.change(room, &bo, Op::Leave).await.expect("he may go");
    assert_eq!(test.act(room, &bo, thumb(4, true)).await, Err(Failure::NotFound));
    let cy = test.person("cy").await;
    assert_eq!(test.act(room, &cy, Op::Delete { of: 4 }).await, Err(Failure::NotFound));
}

async fn what_is_not_a_message_of_this_room_is_not_found(test: &mut TestStore) {
    let (ann, _, room) = scene(test).await;
    let other = test.room(&ann, "two").await;
    for of in [0, 1, 3, 99, u64::MAX] {
        for op in [edit(of, "x"), Op::Delete { of }, thumb(of, true)] {
            assert_eq!(test.act(room, &ann, op.clone()).await, Err(Failure::NotFound), "{op:?}");
        }
    }
    assert_eq!(test.act(other, &ann, edit(4, "x")).await, Err(Failure::NotFound), "it is in the other room");
    let reaction = test.act(room, &ann, thumb(4, true)).await.expect("a message");
    assert_eq!(test.act(room, &ann, edit(reaction, "x")).await, Err(Failure::NotFound), "no message");
}

async fn a_deleted_message_takes_nothing_more_also_within_one_batch(test: &mut TestStore) {
    let (ann, _, room) = scene(test).await;
    let ops = [thumb(4, true), Op::Delete { of: 4 }, edit(4, "x"), thumb(4, false), Op::Delete { of: 4 }];
    let batch = ops.map(|op| Append { by: ann.clone(), draft: Draft { nonce: nonce(), room, op }, at: NOW });
    let answers = test.store.append(&batch).await.expect("a batch");
    let taken: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(taken, [true, true, false, false, false]);
    assert_eq!(test.act(room, &ann, edit(4, "x")).await, Err(Failure::NotFound));
    assert_eq!(seqs(&test.log(room, &ann).await), Vec::from_iter(1..=6));
}

async fn the_same_nonce_is_one_amendment_and_another_one_is_a_conflict(test: &mut TestStore) {
    let (ann, _, room) = scene(test).await;
    for op in [edit(4, "second"), thumb(4, true), Op::Delete { of: 4 }] {
        let append = Append { by: ann.clone(), draft: Draft { nonce: nonce(), room, op }, at: NOW };
        let first = test.store.append(std::slice::from_ref(&append)).await.expect("a batch");
        let Ok(Appended::Fresh(event)) = &first[0] else { panic!("{first:?}") };
        let again = test.store.append(&[append.clone(), append.clone()]).await.expect("a batch");
        let is_known = |answer: &Result<Appended>| matches!(answer, Ok(Appended::Again { seq, .. }) if *seq == event.seq);
        assert!(again.iter().all(is_known), "{again:?}");
        let mut other = append.clone();
        other.draft.op = Op::said("second");
        let answer = test.store.append(&[other]).await.expect("a batch").pop().expect("an answer");
        assert_eq!(refusal(answer), Failure::Conflict);
    }
    assert_eq!(test.log(room, &ann).await.len(), 7);
}

async fn one_person_puts_so_many_emoji_under_a_message_and_no_more(test: &mut TestStore) {
    let (ann, bo, room) = scene(test).await;
    let react = |n: u32, on| {
        let emoji = char::from_u32(0x1f600 + n).expect("an emoji").to_string();
        Op::React { of: 4, emoji, on }
    };
    for n in 0..20 {
        test.act(room, &ann, react(n, true)).await.expect("there is room");
    }
    assert_eq!(test.act(room, &ann, react(20, true)).await, Err(Failure::TooLarge { limit: 20 }));
    test.act(room, &bo, react(20, true)).await.expect("bo has room");
    test.act(room, &ann, react(3, false)).await.expect("taken back");
    test.act(room, &ann, react(20, true)).await.expect("there is room again");
}
