//! Appending: gapless, once, and nobody spoils another's batch.

use super::*;

on_both_engines![
    seqs_have_no_gaps_under_concurrent_appends,
    the_same_nonce_is_one_message,
    the_same_nonce_in_one_batch_is_one_message,
    racing_copies_of_a_draft_are_one_message,
    a_nonce_for_another_text_or_room_is_a_conflict,
    a_nonce_raced_into_two_rooms_lands_in_one,
    an_edited_or_deleted_message_still_answers_to_its_nonce,
    nonces_of_two_people_do_not_meet,
    only_members_write,
    an_archived_room_takes_nothing,
    a_refused_draft_leaves_its_batch_alone,
    nothing_is_written_by_somebody_who_has_left,
    a_full_batch_over_many_rooms_is_taken,
    any_text_comes_back_as_it_was,
    only_what_is_said_and_amended_is_appended,
    everything_is_there_after_a_restart,
];

async fn seqs_have_no_gaps_under_concurrent_appends(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let rooms = [test.room(&ann, "one").await, test.room(&ann, "two").await];
    let writers = (0..8).map(|writer| {
        let (store, ann) = (test.store.clone(), ann.clone());
        tokio::spawn(async move {
            let mut taken = Vec::new();
            for round in 0..5 {
                let batch: Vec<Append> =
                    (0..4).map(|n| draft(rooms[n % 2], &ann, &format!("{writer} {round} {n}"))).collect();
                for (append, answer) in batch.iter().zip(store.append(&batch).await.expect("a batch")) {
                    let Ok(Appended::Fresh(event)) = answer else { panic!("not fresh: {answer:?}") };
                    taken.push((append.draft.room, event));
                }
            }
            taken
        })
    });
    let mut acknowledged = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        acknowledged.extend(writer.await.expect("a writer ends well"));
    }
    for room in rooms {
        let log = test.log(room, &ann).await;
        assert_eq!(seqs(&log), Vec::from_iter(1..=82));
        let mut said: Vec<Event> =
            acknowledged.iter().filter(|(at, _)| *at == room).map(|(_, event)| event.clone()).collect();
        said.sort_by_key(|event| event.seq);
        assert_eq!(said, log[2..], "what was acknowledged is what is there");
        let state = test.store.find_room_state(room, ann.id).await.expect("a state").expect("the room");
        assert_eq!(state.head, 82);
    }
}

async fn the_same_nonce_is_one_message(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    let append = draft(room, &ann, "once");
    let first = test.store.append(std::slice::from_ref(&append)).await.expect("a batch");
    assert!(matches!(&first[..], [Ok(Appended::Fresh(event))] if event.seq == 3), "{first:?}");
    for again in 0..8 {
        if again == 4 {
            test.restart().await;
        }
        let later = Append { at: NOW + again, ..append.clone() };
        let answers = test.store.append(&[later]).await.expect("a batch");
        assert!(matches!(answers[..], [Ok(Appended::Again { seq: 3, at: NOW })]), "{answers:?}");
    }
    assert_eq!(test.log(room, &ann).await.len(), 3);
}

async fn the_same_nonce_in_one_batch_is_one_message(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    let batch = vec![draft(room, &ann, "once"); 8];
    let answers = test.store.append(&batch).await.expect("a batch");
    assert!(matches!(&answers[0], Ok(Appended::Fresh(event)) if event.seq == 3), "{answers:?}");
    assert!(
        answers[1..].iter().all(|answer| matches!(answer, Ok(Appended::Again { seq: 3, at: NOW }))),
        "{answers:?}"
    );
    assert_eq!(test.say(room, &ann, "next").await, 4);
}

async fn racing_copies_of_a_draft_are_one_message(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    for round in 1..=10 {
        let append = draft(room, &ann, "once");
        let copies: Vec<_> = (0..8)
            .map(|_| {
                let (store, append) = (test.store.clone(), append.clone());
                tokio::spawn(async move { store.append(&[append]).await.expect("a batch") })
            })
            .collect();
        let mut fresh = 0;
        for copy in copies {
            match copy.await.expect("a copy ends well").pop() {
                Some(Ok(Appended::Fresh(event))) if event.seq == round + 2 => fresh += 1,
                Some(Ok(Appended::Again { seq, .. })) if seq == round + 2 => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(fresh, 1);
    }
}

async fn a_nonce_for_another_text_or_room_is_a_conflict(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let (one, two) = (test.room(&ann, "one").await, test.room(&ann, "two").await);
    let first = draft(one, &ann, "this");
    let mut other_text = first.clone();
    other_text.draft.op = Op::said("that");
    let mut other_room = first.clone();
    other_room.draft.room = two;
    let mut unknown_room = first.clone();
    unknown_room.draft.room = RoomId::from_random(random());
    let batch = [first, other_text, other_room, unknown_room];
    for _ in 0..2 {
        let answers = test.store.append(&batch).await.expect("a batch");
        for answer in answers.into_iter().skip(1) {
            assert_eq!(refusal(answer), Failure::Conflict);
        }
    }
    assert_eq!((test.log(one, &ann).await.len(), test.log(two, &ann).await.len()), (3, 2));
}

async fn a_nonce_raced_into_two_rooms_lands_in_one(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let rooms = [test.room(&ann, "one").await, test.room(&ann, "two").await];
    for _ in 0..10 {
        let nonces = [nonce(), nonce()];
        let racers: Vec<_> = (0..8)
            .map(|racer| {
                // Half of them go through the nonces backwards, so that they meet head on.
                let order = if racer % 4 < 2 { [0, 1] } else { [1, 0] };
                let batch = order.map(|n| {
                    let mut append = draft(rooms[racer % 2], &ann, "once");
                    append.draft.nonce = nonces[n];
                    append
                });
                let store = test.store.clone();
                tokio::spawn(async move { store.append(&batch).await.expect("a batch") })
            })
            .collect();
        let mut fresh = 0;
        for racer in racers {
            for answer in racer.await.expect("a racer ends well") {
                match answer {
                    Ok(Appended::Fresh(_)) => fresh += 1,
                    Ok(Appended::Again { .. }) => {}
                    refused => assert_eq!(refusal(refused), Failure::Conflict),
                }
            }
        }
        assert_eq!(fresh, 2);
    }
    for room in rooms {
        let log = test.log(room, &ann).await;
        assert_eq!(seqs(&log), Vec::from_iter(1..=log.len() as u64), "a lost race leaves no gap");
    }
}

async fn an_edited_or_deleted_message_still_answers_to_its_nonce(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    let batch = [draft(room, &ann, "to edit"), draft(room, &ann, "to delete")];
    test.store.append(&batch).await.expect("a batch");
    test.act(room, &ann, Op::Edit { of: 3, text: "edited".into() }).await.expect("her own");
    test.act(room, &ann, Op::Delete { of: 4 }).await.expect("her own");
    let answers = test.store.append(&batch).await.expect("a batch");
    assert!(
        matches!(
            answers[..],
            [Ok(Appended::Again { seq: 3, at: NOW }), Ok(Appended::Again { seq: 4, at: NOW })]
        ),
        "{answers:?}"
    );
    let log = test.log(room, &ann).await;
    assert_eq!(log[2].op, Op::said("edited"));
    assert_eq!(log[3].op, Op::Gone);
}

async fn nonces_of_two_people_do_not_meet(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    let anns = draft(room, &ann, "mine");
    let bos = Append { by: bo.clone(), ..draft(room, &bo, "mine too") };
    let bos = Append { draft: Draft { nonce: anns.draft.nonce, ..bos.draft }, ..bos };
    let answers = test.store.append(&[anns, bos]).await.expect("a batch");
    assert!(answers.iter().all(|answer| matches!(answer, Ok(Appended::Fresh(_)))), "{answers:?}");
}

async fn only_members_write(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    let nobody = User::new(UserId::from_random(random()), "nobody".into());
    let nowhere = RoomId::from_random(random());
    let batch = [draft(room, &bo, "hi"), draft(room, &nobody, "hi"), draft(nowhere, &ann, "hi")];
    for answer in test.store.append(&batch).await.expect("a batch") {
        assert_eq!(refusal(answer), Failure::NotFound);
    }
    assert_eq!(test.log(room, &ann).await.len(), 2);
}

async fn an_archived_room_takes_nothing(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    let before = draft(room, &ann, "before");
    test.store.append(std::slice::from_ref(&before)).await.expect("a batch");
    test.change(room, &ann, Op::Archive { on: true }).await.expect("the owner's right");
    let batch = [draft(room, &ann, "after"), before, draft(room, &bo, "from outside")];
    let mut answers = test.store.append(&batch).await.expect("a batch").into_iter();
    assert_eq!(refusal(answers.next().expect("an answer")), Failure::Archived);
    assert!(matches!(answers.next(), Some(Ok(Appended::Again { seq: 3, .. }))));
    assert_eq!(refusal(answers.next().expect("an answer")), Failure::NotFound);
    test.change(room, &ann, Op::Archive { on: false }).await.expect("the owner's right");
    assert_eq!(test.say(room, &ann, "at last").await, 6);
}

async fn a_refused_draft_leaves_its_batch_alone(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let (open, shut) = (test.room(&ann, "open").await, test.room(&ann, "shut").await);
    test.change(shut, &ann, Op::Archive { on: true }).await.expect("the owner's right");
    let known = draft(open, &ann, "known");
    test.store.append(std::slice::from_ref(&known)).await.expect("a batch");
    let mut clash = known.clone();
    clash.draft.op = Op::said("unknown");
    let batch = [
        draft(open, &ann, "first"),
        draft(open, &bo, "from outside"),
        clash,
        draft(shut, &ann, "too late"),
        draft(open, &ann, "nul\0"),
        known,
        draft(open, &ann, "second"),
    ];
    let answers = test.store.append(&batch).await.expect("a batch");
    let told: Vec<String> = answers
        .into_iter()
        .map(|answer| match answer {
            Ok(Appended::Fresh(event)) => format!("fresh {}", event.seq),
            Ok(Appended::Again { seq, .. }) => format!("again {seq}"),
            Err(Error::Refused(Failure::Invalid { .. })) => "Invalid".to_owned(),
            Err(Error::Refused(failure)) => format!("{failure:?}"),
            Err(error) => panic!("{error:?}"),
        })
        .collect();
    assert_eq!(told, ["fresh 4", "NotFound", "Conflict", "Archived", "Invalid", "again 3", "fresh 5"]);
    assert_eq!(seqs(&test.log(open, &ann).await), [1, 2, 3, 4, 5]);
}

async fn nothing_is_written_by_somebody_who_has_left(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    for _ in 0..5 {
        test.change(room, &bo, Op::Join).await.expect("a public room");
        let writer = tokio::spawn({
            let (store, bo) = (test.store.clone(), bo.clone());
            async move {
                while store.append(&[draft(room, &bo, "still here")]).await.expect("a batch")[0].is_ok() {}
            }
        });
        let gone = test.change(room, &bo, Op::Leave).await.expect("one may leave").expect("an event");
        writer.await.expect("the writer is refused in the end");
        let later = test.store.events_after(room, ann.id, gone.seq, 100).await.expect("readable").events;
        assert_eq!(later, [], "after the leave there is nothing");
    }
}

async fn a_full_batch_over_many_rooms_is_taken(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let mut rooms = Vec::new();
    for n in 0..16 {
        rooms.push(test.room(&ann, &format!("room {n}")).await);
    }
    let batch: Vec<Append> = (0..256).map(|n| draft(rooms[n % 16], &ann, &format!("{n}"))).collect();
    let answers = test.store.append(&batch).await.expect("a batch");
    for (n, answer) in answers.iter().enumerate() {
        assert!(matches!(answer, Ok(Appended::Fresh(event)) if event.seq == n as u64 / 16 + 3), "{answer:?}");
    }
    for room in rooms {
        assert_eq!(test.log(room, &ann).await.len(), 18);
    }
}

async fn any_text_comes_back_as_it_was(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    for text in [
        "한글과 👩‍👩‍👧‍👦 그리고 𝔘",
        r#"{"kind":"message","text":null} \u0000 "quoted" \"#,
        "null",
        "0012",
        "1e5",
        " tabs\tand\nlines ",
        "'; drop table event; --",
        "\u{7f}\u{fffd}\u{feff}",
        "",
        &"가".repeat(8000),
    ] {
        let seq = test.say(room, &ann, text).await;
        let page = test.store.events_after(room, ann.id, seq - 1, 1).await.expect("readable");
        assert_eq!(page.events[0].op, Op::said(text.to_owned()));
    }
}

async fn only_what_is_said_and_amended_is_appended(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    let mut append = draft(room, &ann, "");
    append.draft.op = Op::Rename { name: "two".into() };
    let answers = test.store.append(&[append]).await.expect("a batch");
    assert_eq!(refusal(answers.into_iter().next().expect("an answer")), Failure::Unknown);
    assert!(test.store.append(&[]).await.expect("an empty batch").is_empty());
}

async fn everything_is_there_after_a_restart(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    for n in 0..20 {
        test.say(room, if n % 2 == 0 { &ann } else { &bo }, &format!("{n}")).await;
    }
    let (log, rooms) =
        (test.log(room, &ann).await, test.store.rooms(test.space.id, bo.id).await.expect("rooms"));
    let info = test.store.find_room_info(room).await.expect("info");
    test.restart().await;
    assert_eq!(test.log(room, &ann).await, log);
    assert_eq!(test.store.rooms(test.space.id, bo.id).await.expect("rooms"), rooms);
    assert_eq!(test.store.find_room_info(room).await.expect("info"), info);
    assert_eq!(test.say(room, &bo, "on we go").await, log.len() as u64 + 1);
}
