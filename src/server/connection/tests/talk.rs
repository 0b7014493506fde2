//! What people see of one another.

use super::{super::close::RETURN_MS, *};
use crate::protocol::ByeCode;

fn text(event: &Event) -> &str {
    match &event.op {
        Op::Message { text, .. } => text,
        other => panic!("no message: {other:?}"),
    }
}

#[tokio::test]
async fn two_people_talk() {
    let server = Server::start(2, Rules::default()).await;
    let (mut ana, welcome) = server.greeted(0, &[]).await;
    assert_eq!((welcome.user, welcome.heartbeat_s), (server.world.people[0].id, 25));
    assert_eq!(welcome.rooms[0].head, server.world.room.head);
    let (mut bo, _) = server.greeted(1, &[]).await;
    let draft = draft(server.world.room.id, "안녕");
    ana.say(&ClientFrame::Send(draft.clone())).await;
    let (mut ack, mut seen) = (None, None);
    ana.find(|frame| {
        match frame {
            ServerFrame::Ack(one) => ack = Some(one),
            ServerFrame::Events(batch) => seen = Some(batch),
            _ => {}
        }
        (ack.is_some() && seen.is_some()).then_some(())
    })
    .await;
    let (ack, seen, heard) = (ack.expect("acked"), seen.expect("seen"), bo.events().await);
    assert_eq!((ack.nonce, ack.seq), (draft.nonce, server.world.room.head + 1));
    assert_eq!(seen.events[0].nonce, Some(draft.nonce));
    assert_eq!(heard.events, [Event { nonce: None, ..seen.events[0].clone() }]);
    assert_eq!((heard.after, text(&heard.events[0])), (server.world.room.head, "안녕"));

    ana.say(&ClientFrame::Ping { n: 3, away: false }).await;
    let heads =
        ana.find(|frame| if let ServerFrame::Pong { n: 3, heads, .. } = frame { Some(heads) } else { None });
    assert_eq!(heads.await[&ack.room], ack.seq);
    ana.say(&ClientFrame::Ping { n: 4, away: false }).await;
    let heads =
        ana.find(|frame| if let ServerFrame::Pong { n: 4, heads, .. } = frame { Some(heads) } else { None });
    assert!(heads.await.is_empty());
}

#[tokio::test]
async fn who_comes_back_gets_what_was_missed_once_and_in_order() {
    let server = Server::start(2, rates_off()).await;
    let (room, head, by) = (server.world.room.id, server.world.room.head, &server.world.people[0]);
    let mut acks = Vec::new();
    for number in 0..150 {
        acks.push(server.world.hub.send(by, draft(room, &number.to_string())).await.expect("is kept"));
    }
    let cursor = Cursor { seq: acks[9].seq, at: acks[9].at };
    let (mut bo, welcome) = server.greeted(1, &[(room, cursor)]).await;
    assert!(!welcome.rooms[0].reset);
    let mut seqs = Vec::new();
    while seqs.len() < 140 {
        let batch = bo.events().await;
        assert_eq!(batch.after, seqs.last().copied().unwrap_or(cursor.seq));
        seqs.extend(batch.events.iter().map(|event| event.seq));
    }
    assert!(seqs.into_iter().eq(cursor.seq + 1..=head + 150));

    for number in 0..100 {
        server.world.hub.send(by, draft(room, &number.to_string())).await.expect("is kept");
    }
    let (mut far, _) = server.greeted(1, &[(room, cursor)]).await;
    assert_eq!(far.events().await.after, head + 250 - 50, "the hole is explicit");
    let fetch = Fetch { id: 7, room, before: head + 201, limit: 1000 };
    far.say(&ClientFrame::Fetch(fetch)).await;
    let page = far.fetched(7).await;
    assert!(page.events.iter().map(|event| event.seq).eq(head + 101..=head + 200));
    assert_eq!(page.after, head + 100);
    far.say(&ClientFrame::Fetch(Fetch { id: 8, room: RoomId::from_raw(1), before: 5, limit: 5 })).await;
    let refused = far.refused().await;
    assert_eq!((refused.fetch, refused.failure), (Some(8), Failure::NotFound));
    far.say(&ClientFrame::Fetch(Fetch { id: 9, room, before: u64::MAX, limit: 0 })).await;
    assert_eq!(far.fetched(9).await.events.len(), 1);
}

#[tokio::test]
async fn a_cursor_from_another_log_is_reset_and_goes_on_live() {
    let server = Server::start(1, rates_off()).await;
    let (room, head) = (server.world.room.id, server.world.room.head);
    for cursor in [Cursor { seq: head, at: 5 }, Cursor { seq: head + 7, at: 5 }] {
        let (mut ana, welcome) = server.greeted(0, &[(room, cursor)]).await;
        assert!(welcome.rooms[0].reset);
        let ack = server.world.hub.send(&server.world.people[0], draft(room, "x")).await.expect("is kept");
        assert_eq!(ana.events().await.after, ack.seq - 1);
    }
}

#[tokio::test]
async fn rooms_come_and_people_come_and_go_without_a_reload() {
    let server = Server::start(2, rates_off()).await;
    let [ana, bo] = [0, 1].map(|number| server.world.people[number].clone());
    let (mut at_ana, _) = server.greeted(0, &[]).await;
    let (mut at_bo, _) = server.greeted(1, &[]).await;
    let hub = &server.world.hub;
    let made = hub.create_room(new_room(server.world.space, "새 방", &ana)).await.expect("is made");
    let (for_ana, for_bo) = (at_ana.room().await, at_bo.room().await);
    assert_eq!((for_ana.id, for_ana.role), (made.id, made.role));
    assert_eq!((for_bo.id, for_bo.role), (made.id, None));

    hub.send(&ana, draft(made.id, "혼자")).await.expect("is kept");
    let mut seen = Vec::new();
    while seen.len() < 3 {
        let batch = at_ana.events().await;
        assert_eq!((batch.room, batch.after), (made.id, seen.len() as Seq));
        seen.extend(batch.events.into_iter().map(|event| event.seq));
    }
    assert_eq!(seen, [1, 2, 3]);

    let join = hub.change(&bo, made.id, Op::Join).await.expect("may").expect("is new");
    assert!(at_bo.room().await.role.is_some());
    hub.send(&ana, draft(made.id, "둘이")).await.expect("is kept");
    let batch = at_bo.events().await;
    assert_eq!((batch.after, batch.events[0].seq), (join.seq - 1, join.seq), "from the joining on");
    hub.change(&bo, made.id, Op::Leave).await.expect("may").expect("is new");
    assert_eq!(at_bo.room().await.role, None);
    hub.send(&ana, draft(made.id, "다시 혼자")).await.expect("is kept");
    hub.send(&ana, draft(server.world.room.id, "끝")).await.expect("is kept");
    loop {
        let batch = at_bo.events().await;
        assert!(batch.events.iter().all(|event| event.op != Op::said("다시 혼자")));
        if batch.room == server.world.room.id {
            break;
        }
    }
}

#[tokio::test]
async fn a_restart_answers_what_is_in_flight_and_says_when_to_come_back() {
    let server = Server::start(1, rates_off()).await;
    let (mut ana, _) = server.greeted(0, &[]).await;
    let drafts: Vec<Draft> = (0..50).map(|number| draft(server.world.room.id, &number.to_string())).collect();
    for draft in &drafts {
        ana.say(&ClientFrame::Send(draft.clone())).await;
    }
    let mut acked = 0;
    ana.find(|frame| matches!(frame, ServerFrame::Ack(_)).then_some(())).await;
    server.shutdown.cancel();
    let retry_ms = ana
        .find(|frame| match frame {
            ServerFrame::Ack(_) => {
                acked += 1;
                None
            }
            ServerFrame::Bye { code: ByeCode::Restart, retry_ms } => Some(retry_ms),
            _ => None,
        })
        .await;
    assert!(retry_ms.is_some_and(|retry_ms| retry_ms < RETURN_MS));
    assert_eq!(ana.close_code().await, 1012);
    server.connections.close();
    server.connections.wait().await;
    let state = server.world.hub.room_state(server.world.room.id, server.world.people[0].id).await;
    let head = state.expect("reads").expect("is there").head;
    assert_eq!(head, server.world.room.head + 1 + acked, "each that was taken was answered");
}
