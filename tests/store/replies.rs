//! Answers: what they quote, whom they call, and the texts that a message has had.

use super::*;

on_both_engines![
    an_answer_says_what_it_answers_and_keeps_saying_it,
    what_one_cannot_read_one_cannot_answer,
    a_deleted_message_can_still_be_answered,
    one_nonce_is_one_answer_and_another_target_is_a_conflict,
    the_author_of_what_is_answered_is_called_once,
    every_text_that_a_message_had_is_told_to_who_may_read_it,
];

fn answer(of: u64, text: &str) -> Op {
    Op::Message { text: text.to_owned(), reply_to: Some(of) }
}

/// Ann's room with bo in it, ann having said something as seq 4.
async fn scene(test: &TestStore) -> (User, User, RoomId) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    assert_eq!(test.say(room, &ann, "first").await, 4);
    (ann, bo, room)
}

async fn mentions(test: &TestStore, room: RoomId, of: &User) -> u32 {
    test.store.find_room_state(room, of.id).await.expect("an answer").expect("a room").mentions
}

async fn an_answer_says_what_it_answers_and_keeps_saying_it(test: &mut TestStore) {
    let (ann, bo, room) = scene(test).await;
    assert_eq!(test.act(room, &bo, answer(4, "second")).await, Ok(5));
    test.act(room, &bo, Op::Edit { of: 5, text: "better".into() }).await.expect("his own");
    test.restart().await;
    assert_eq!(test.log(room, &ann).await[4].op, answer(4, "better"));
    test.act(room, &bo, Op::Delete { of: 5 }).await.expect("his own");
    assert_eq!(test.log(room, &ann).await[4].op, Op::Gone);
}

async fn what_one_cannot_read_one_cannot_answer(test: &mut TestStore) {
    let (ann, bo, room) = scene(test).await;
    let other = test.room(&ann, "two").await;
    test.say(other, &ann, "elsewhere").await;
    for of in [0, 1, 5, 6, 1 << 53, u64::MAX] {
        assert_eq!(test.act(room, &bo, answer(of, "to what?")).await, Err(Failure::NotFound), "{of}");
    }
    test.tamper(&format!("update room set history = 'joined' where id = {}", room.raw())).await;
    let cy = test.person("cy").await;
    test.change(room, &cy, Op::Join).await.expect("a public room");
    assert_eq!(test.act(room, &cy, answer(4, "what did you say?")).await, Err(Failure::NotFound));
    let now = test.say(room, &ann, "now").await;
    assert!(test.act(room, &cy, answer(now, "that I heard")).await.is_ok());
}

async fn a_deleted_message_can_still_be_answered(test: &mut TestStore) {
    let (ann, bo, room) = scene(test).await;
    test.act(room, &ann, Op::Delete { of: 4 }).await.expect("her own");
    assert_eq!(test.act(room, &bo, answer(4, "wait")).await, Ok(6));
    assert_eq!(mentions(test, room, &ann).await, 0, "what is gone calls nobody");
}

async fn one_nonce_is_one_answer_and_another_target_is_a_conflict(test: &mut TestStore) {
    let (ann, bo, room) = scene(test).await;
    let other = test.say(room, &ann, "other").await;
    let nonce = nonce();
    let append = |op: Op| Append { by: bo.clone(), draft: Draft { nonce, room, op }, at: NOW };
    let first = test.store.append(&[append(answer(4, "yes"))]).await.expect("a batch").pop();
    assert!(matches!(first, Some(Ok(Appended::Fresh(_)))), "{first:?}");
    let again = test.store.append(&[append(answer(4, "yes"))]).await.expect("a batch").pop();
    assert!(matches!(again, Some(Ok(Appended::Again { seq: 6, .. }))), "{again:?}");
    for op in [answer(other, "yes"), Op::said("yes")] {
        let refused = test.store.append(&[append(op)]).await.expect("a batch").pop().expect("an answer");
        assert_eq!(refusal(refused), Failure::Conflict);
    }
}

async fn the_author_of_what_is_answered_is_called_once(test: &mut TestStore) {
    let (ann, bo, room) = scene(test).await;
    test.act(room, &bo, answer(4, "@ann yes")).await.expect("a member");
    let second = test.act(room, &bo, answer(4, "and no")).await.expect("a member");
    test.act(room, &ann, answer(4, "I answer myself")).await.expect("a member");
    assert_eq!((mentions(test, room, &ann).await, mentions(test, room, &bo).await), (2, 0));
    test.act(room, &bo, Op::Delete { of: second }).await.expect("his own");
    assert_eq!(mentions(test, room, &ann).await, 1);
    test.change(room, &bo, Op::Leave).await.expect("a member");
    let left = test.numbers("select seq from mention order by seq").await;
    test.act(room, &ann, answer(5, "are you there?")).await.expect("a member");
    assert_eq!(test.numbers("select seq from mention order by seq").await, left, "who left is not called");
}

async fn every_text_that_a_message_had_is_told_to_who_may_read_it(test: &mut TestStore) {
    let (ann, bo, room) = scene(test).await;
    let said = test.act(room, &ann, answer(4, "teh")).await.expect("a member");
    for text in ["the", "the tea"] {
        test.act(room, &ann, Op::Edit { of: said, text: text.into() }).await.expect("her own");
    }
    test.act(room, &bo, Op::React { of: said, emoji: "👍".into(), on: true }).await.expect("a member");
    let texts = test.store.texts(room, bo.id, said).await.expect("he may read it").events;
    let ops: Vec<Op> = texts.into_iter().map(|event| event.op).collect();
    let edit = |text: &str| Op::Edit { of: said, text: text.to_owned() };
    assert_eq!(ops, [answer(4, "teh"), edit("the"), edit("the tea")]);
    let unedited = test.store.texts(room, bo.id, 4).await.expect("he may read it").events;
    assert_eq!(unedited.len(), 1);

    let stranger = test.outsider("cy").await;
    test.act(room, &ann, Op::Delete { of: 4 }).await.expect("her own");
    for (who, seq) in [(&stranger, said), (&bo, 4), (&bo, 1), (&bo, 99)] {
        let refused = test.store.texts(room, who.id, seq).await;
        assert_eq!(refusal(refused), Failure::NotFound, "{} {seq}", who.name);
    }
}
