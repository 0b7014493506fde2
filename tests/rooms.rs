//! Rooms: made, found, changed, joined and left.

use crate::kit::{Person, Socket, TestServer};
use maru::protocol::{Event, Failure, Field, Op, Role, RoomId, RoomState};

/// What happened next in a room; it was `by` who did it.
async fn next_change(socket: &mut Socket, room: RoomId, by: &Person) -> Op {
    let Event { op, by: author, name, .. } = socket.event(room).await;
    assert_eq!((author, &name), (by.user().id, &by.user().name));
    op
}

#[tokio::test]
async fn a_new_room_appears_in_everybodys_list_without_reload() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let reply = ann.try_create_room(" 정원 ", "씨앗과 물").await;
    let made: RoomState = reply.value();
    assert_eq!(
        (made.name.as_str(), made.topic.as_str(), made.role),
        ("정원", "씨앗과 물", Some(Role::Owner))
    );

    let seen = at_ann.room(|room| room.id == made.id).await;
    assert_eq!((seen.role, &seen.name), (Some(Role::Owner), &made.name));
    let seen = at_bo.room(|room| room.id == made.id).await;
    assert_eq!((seen.role, &seen.name, &seen.topic), (None, &made.name, &made.topic), "bo could join it");
}

#[tokio::test]
async fn the_first_events_of_a_room_are_its_making_and_its_makers_joining() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let made = ann.create_room("garden").await;
    let history = ann.connect().await.whole_history(made.id).await;
    let ops: Vec<Op> = history.into_iter().map(|event| event.op).collect();
    assert_eq!(ops, [Op::Create { name: "garden".to_owned() }, Op::Join]);
}

#[tokio::test]
async fn a_name_is_taken_in_any_writing_that_folds_to_it() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    ann.create_room("Café").await;
    let garden = ann.create_room("Garden").await;
    let taken = (409, Failure::Taken { field: Field::RoomName });
    for name in ["Café", "cafe\u{301}", " CAFÉ "] {
        assert_eq!(ann.try_create_room(name, "").await.failure(), taken, "{name}");
        assert_eq!(ann.change("rename_room", garden.id, &[("name", name)]).await.failure(), taken, "{name}");
    }
    assert_eq!(ann.room_state(garden.id).await.name, "Garden");
    let renamed: RoomState = ann.change("rename_room", garden.id, &[("name", "GARDEN")]).await.value();
    assert_eq!(renamed.name, "GARDEN", "its own name in other letters is free");
}

#[tokio::test]
async fn a_persons_name_is_taken_in_any_writing_that_folds_to_it() {
    let server = TestServer::start().await;
    server.enter("Ann").await;
    for name in ["ann", " ANN ", "Ann"] {
        let reply = server.stranger().call("enter", &[("name", name), ("next", "")]).await;
        assert_eq!(reply.failure(), (409, Failure::Taken { field: Field::Name }), "{name}");
        assert!(reply.cookie("maru").is_none(), "no session for a refused name");
    }
    server.enter("Anna").await;
}

#[tokio::test]
async fn two_who_ask_for_one_name_at_once_do_not_both_get_it() {
    let server = TestServer::start().await;
    let (ann, bo) = (server.enter("ann").await, server.enter("bo").await);
    let (one, other) = tokio::join!(ann.try_create_room("race", ""), bo.try_create_room("Race", ""));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test]
async fn a_new_name_and_a_new_topic_are_events_and_reach_every_list() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = ann.create_room("garden").await.id;
    bo.join(room).await;
    assert_eq!(next_change(&mut at_ann, room, &ann).await, Op::Create { name: "garden".to_owned() });
    assert_eq!(
        next_change(&mut at_ann, room, &ann).await,
        Op::Join,
        "its maker hears it from the first event"
    );
    assert_eq!(next_change(&mut at_ann, room, &bo).await, Op::Join);

    let renamed: RoomState = bo.change("rename_room", room, &[("name", "orchard")]).await.value();
    assert_eq!(renamed.name, "orchard");
    assert_eq!(next_change(&mut at_ann, room, &bo).await, Op::Rename { name: "orchard".to_owned() });
    at_ann.room(|state| state.id == room && state.name == "orchard").await;

    let told: RoomState = ann.change("set_topic", room, &[("topic", "apples")]).await.value();
    assert_eq!(told.topic, "apples");
    assert_eq!(next_change(&mut at_ann, room, &ann).await, Op::Topic { topic: "apples".to_owned() });
    at_bo.room(|state| state.id == room && state.topic == "apples").await;

    let blank: RoomState = ann.change("set_topic", room, &[("topic", "  ")]).await.value();
    assert_eq!(blank.topic, "");
    assert_eq!(next_change(&mut at_ann, room, &ann).await, Op::Topic { topic: String::new() });
}

#[tokio::test]
async fn an_archived_room_can_be_read_and_nothing_is_added_until_it_is_restored() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = ann.create_room("garden").await.id;
    bo.join(room).await;
    let kept = at_bo.say(room, "keep this").await;

    let refused = bo.change("archive_room", room, &[("on", "true")]).await;
    assert_eq!(refused.failure(), (403, Failure::Forbidden), "only its owner archives it");
    let archived: RoomState = ann.change("archive_room", room, &[("on", "true")]).await.value();
    assert!(archived.archived);
    at_bo.room(|state| state.id == room && state.archived).await;

    assert_eq!(at_bo.say_in_vain(room, "too late").await, Failure::Archived);
    let renamed = ann.change("rename_room", room, &[("name", "x")]).await;
    assert_eq!(renamed.failure(), (409, Failure::Archived));
    let cy = server.enter("cy").await;
    assert_eq!(cy.change("join_room", room, &[]).await.failure(), (409, Failure::Archived));
    let history = at_bo.whole_history(room).await;
    assert!(history.iter().any(|event| event.seq == kept.seq), "it can still be read");
    assert_eq!(history.last().map(|event| &event.op), Some(&Op::Archive { on: true }));
    at_bo.send(&crate::kit::say(kept.nonce, room, "keep this")).await;
    assert!(at_bo.ack(kept.nonce).await.dup, "what was taken stays taken");

    let restored: RoomState = ann.change("archive_room", room, &[("on", "false")]).await.value();
    assert!(!restored.archived);
    at_bo.room(|state| state.id == room && !state.archived).await;
    let ack = at_bo.say(room, "on we go").await;
    let events = at_ann.events_upto(room, ack.seq).await;
    assert!(events.iter().any(|event| event.op == Op::Archive { on: false }));
}

#[tokio::test]
async fn who_is_not_in_a_room_reads_it_but_neither_speaks_nor_listens() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = ann.create_room("garden").await.id;
    at_ann.say(room, "before bo").await;
    let preview = at_bo.fetch(room, 1 << 52, 100).await.expect("a public room can be read");
    assert_eq!(preview.events.len(), 3);
    assert_eq!(at_bo.say_in_vain(room, "let me").await, Failure::NotFound);
    let refused = bo.change("set_topic", room, &[("topic", "mine")]).await;
    assert_eq!(refused.failure(), (404, Failure::NotFound));

    at_ann.say(room, "not for bo's ears").await;
    let marker = at_ann.say(ann.room(), "for both").await;
    at_bo.events_upto(ann.room(), marker.seq).await;
    at_bo.ping().await;
    assert!(at_bo.events_so_far(room).is_empty());
}

#[tokio::test]
async fn joining_brings_live_events_and_leaving_ends_them() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = ann.create_room("garden").await.id;
    let joined = bo.join(room).await;
    assert!(joined.role.is_some());
    at_bo.room(|state| state.id == room && state.role.is_some()).await;
    let again = bo.join(room).await;
    assert_eq!(again.head, joined.head, "joining twice is once");

    let heard = at_ann.say(room, "welcome").await;
    assert_eq!(at_bo.message(room).await.0.seq, heard.seq);
    at_bo.say(room, "thanks").await;
    at_bo.message(room).await;

    let left: RoomState = bo.change("leave_room", room, &[]).await.value();
    assert_eq!(left.role, None, "a public room stays in the list");
    at_bo.room(|state| state.id == room && state.role.is_none()).await;
    let secret = at_ann.say(room, "bo is gone").await;
    assert_eq!(at_bo.say_in_vain(room, "am I").await, Failure::NotFound);
    let marker = at_ann.say(ann.room(), "for both").await;
    at_bo.events_upto(ann.room(), marker.seq).await;
    at_bo.ping().await;
    assert!(at_bo.events_so_far(room).iter().all(|event| event.seq < secret.seq));

    let events = at_ann.events_upto(room, secret.seq).await;
    let changes: Vec<_> =
        events.iter().filter(|event| event.by == bo.user().id).map(|event| event.op.clone()).collect();
    assert_eq!(changes, [Op::Join, Op::said("thanks"), Op::Leave]);
}

#[tokio::test]
async fn a_room_that_is_not_there_is_not_found() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let nowhere = RoomId::from_raw(7);
    for (function, more) in [
        ("join_room", None),
        ("leave_room", None),
        ("rename_room", Some(("name", "x"))),
        ("set_topic", Some(("topic", "x"))),
        ("archive_room", Some(("on", "true"))),
    ] {
        let reply = ann.change(function, nowhere, more.as_slice()).await;
        assert_eq!(reply.failure(), (404, Failure::NotFound), "{function}");
    }
    let id = nowhere.to_string();
    let history = ann.ask("history", &[("room", &id), ("before", "10"), ("limit", "10")]).await;
    assert_eq!(history.failure(), (404, Failure::NotFound));
    let mut socket = ann.connect().await;
    assert_eq!(socket.say_in_vain(nowhere, "hello?").await, Failure::NotFound);
    assert_eq!(socket.fetch(nowhere, 10, 10).await, Err(Failure::NotFound));
}
