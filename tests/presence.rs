//! Hints over the wire: how people are, who writes, and how far they have read.

use crate::kit::{How, Person, Socket, TestServer, Way};
use maru::protocol::{
    ClientFrame, Marker, Op, PeopleAsk, PeopleState, Presence, Role, RoomId, RoomState, SeenState,
    ServerFrame, TypingState, UserId,
};
use std::time::{Duration, Instant};

/// Asks who is in a room; from then on it is told how they are.
pub async fn ask(at: &mut Socket, room: RoomId) -> PeopleState {
    at.send(&ClientFrame::People(PeopleAsk { room, after: String::new(), user: None })).await;
    at.wait_for("who is in the room", |frame| match frame {
        ServerFrame::People(state) if state.room == room => Some(state.clone()),
        _ => None,
    })
    .await
}

/// Waits until somebody is told to be so.
async fn told(at: &mut Socket, user: UserId, presence: Presence) {
    at.wait_for(&format!("{user} to be {presence:?}"), |frame| match frame {
        ServerFrame::Presence(state) if state.users.get(&user) == Some(&presence) => Some(()),
        _ => None,
    })
    .await;
}

/// Looks, or does not look, at a device.
async fn looks(at: &mut Socket, does: bool) {
    at.send(&ClientFrame::Ping { n: 99, away: !does }).await;
    at.wait_for("a pong", |frame| matches!(frame, ServerFrame::Pong { n: 99, .. }).then_some(())).await;
}

async fn typing(at: &mut Socket, room: RoomId) -> TypingState {
    at.wait_for("somebody to write", |frame| match frame {
        ServerFrame::Typing(state) if state.room == room => Some(state.clone()),
        _ => None,
    })
    .await
}

async fn seen(at: &mut Socket, room: RoomId) -> SeenState {
    at.wait_for("how far somebody has read", |frame| match frame {
        ServerFrame::Seen(state) if state.room == room => Some(state.clone()),
        _ => None,
    })
    .await
}

fn is_hint_of(frame: &ServerFrame, user: UserId) -> bool {
    match frame {
        ServerFrame::Presence(state) => state.users.contains_key(&user) || state.status.contains_key(&user),
        ServerFrame::Typing(state) => state.user == user,
        ServerFrame::Seen(state) => state.users.contains_key(&user),
        _ => false,
    }
}

#[tokio::test]
async fn who_looks_at_one_of_two_devices_is_here_and_who_goes_is_off_after_the_grace() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let (room, bo_id) = (ann.room(), bo.user().id);
    at_ann.here(room, 2).await;
    let people = ask(&mut at_ann, room).await;
    assert_eq!((people.total, people.next.as_deref()), (2, None));
    assert!(people.people.iter().all(|person| person.presence == Presence::On), "{people:?}");

    let mut on_phone = bo.connect().await;
    looks(&mut at_bo, false).await;
    looks(&mut on_phone, false).await;
    told(&mut at_ann, bo_id, Presence::Away).await;
    looks(&mut on_phone, true).await;
    told(&mut at_ann, bo_id, Presence::On).await;

    // A reload: within the grace nothing is said of it.
    let began = Instant::now();
    on_phone.leave().await;
    told(&mut at_ann, bo_id, Presence::Away).await;
    at_bo.leave().await;
    let back = bo.connect().await;
    told(&mut at_ann, bo_id, Presence::On).await;
    back.leave().await;
    told(&mut at_ann, bo_id, Presence::Off).await;
    assert!(began.elapsed() >= Duration::from_secs(10), "off before the grace was over");

    let people = ask(&mut at_ann, room).await.people;
    let gone = people.iter().find(|person| person.user.id == bo_id).expect("still a member");
    assert_eq!(gone.presence, Presence::Off);
    assert!(gone.seen_at > 0 && gone.seen_at % 60_000 == 0, "to the minute");
}

#[tokio::test]
async fn who_has_not_come_back_since_making_a_name_was_last_here_then() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let bo = server.enter("bo").await;
    let mut at_ann = ann.connect().await;
    let people = ask(&mut at_ann, ann.room()).await.people;
    let absent = people.iter().find(|person| person.user.id == bo.user().id).expect("a member");
    assert_eq!(absent.presence, Presence::Off);
    assert!(absent.seen_at > 0 && absent.seen_at % 60_000 == 0, "nought says that it is kept to oneself");
}

#[tokio::test]
async fn somebody_who_shares_no_room_hears_nothing_of_anybody() {
    let server = TestServer::unlimited().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let secret: RoomState = {
        let slug = ann.space().await.slug;
        let fields = [("space", slug.as_str()), ("name", "secret"), ("topic", ""), ("kind", "private")];
        ann.call("create_room", &fields).await.value()
    };
    let cy = server.enter("cy").await;
    cy.change("leave_room", cy.room(), &[]).await;
    let mut at_cy = cy.connect().await;
    // Also what may be read from outside says nothing of how people are.
    let seen_from_outside = ask(&mut at_cy, ann.room()).await;
    for person in &seen_from_outside.people {
        assert_eq!((person.presence, person.seen_at, person.read), (Presence::Off, 0, 0));
    }
    at_cy.send(&ClientFrame::People(PeopleAsk { room: secret.id, after: String::new(), user: None })).await;
    at_cy.any_refusal().await;
    for room in [secret.id, ann.room()] {
        at_cy.send(&ClientFrame::Typing { room }).await;
    }

    at_bo.here(ann.room(), 2).await;
    ask(&mut at_bo, ann.room()).await;
    at_ann.send(&ClientFrame::Typing { room: ann.room() }).await;
    typing(&mut at_bo, ann.room()).await;
    let ack = at_bo.say(ann.room(), "hello").await;
    at_ann.send(&ClientFrame::Read(Marker::upto(ann.room(), ack.seq))).await;
    seen(&mut at_bo, ann.room()).await;
    ann.call("set_status", &[("status", "tea"), ("lasts", "30")]).await;
    looks(&mut at_ann, false).await;
    told(&mut at_bo, ann.user().id, Presence::Away).await;
    at_cy.ping().await;
    for other in [&ann, &bo] {
        assert!(!at_cy.has_kept(|frame| is_hint_of(frame, other.user().id)));
    }
    assert!(!at_cy.has_kept(|frame| matches!(frame, ServerFrame::Here(_))));
    assert!(!at_bo.has_kept(|frame| is_hint_of(frame, cy.user().id)), "nor do others of them");
}

#[tokio::test]
async fn who_was_sent_out_is_told_nothing_more_and_nothing_is_told_of_them() {
    let server = TestServer::unlimited().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = ann.room();
    ask(&mut at_bo, room).await;
    ask(&mut at_ann, room).await;
    bo.change("leave_room", room, &[]).await;
    at_bo.room(|state| state.id == room && state.role.is_none()).await;
    looks(&mut at_bo, false).await;
    looks(&mut at_ann, false).await;
    // One tick later, by the clock of the server.
    let third = server.enter("cy").await;
    let mut at_third = third.connect().await;
    ask(&mut at_third, room).await;
    looks(&mut at_ann, true).await;
    told(&mut at_third, ann.user().id, Presence::On).await;
    at_bo.ping().await;
    assert!(!at_bo.has_kept(|frame| is_hint_of(frame, ann.user().id)));
    assert!(!at_ann.has_kept(
        |frame| matches!(frame, ServerFrame::Presence(state) if state.users.contains_key(&bo.user().id))
    ));
}

#[tokio::test]
async fn writing_is_told_to_the_others_and_not_too_often() {
    write_a_lot(Way::Socket).await;
}

#[tokio::test]
async fn writing_is_told_over_a_stream_too() {
    write_a_lot(Way::Stream).await;
}

async fn write_a_lot(way: Way) {
    let server = TestServer::over(How { way, by_token: false }, &[("MARU_LIMITS", "off")]).await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = ann.room();
    let began = Instant::now();
    for _ in 0..20 {
        at_bo.send(&ClientFrame::Typing { room }).await;
    }
    at_bo.say(room, "done").await;
    assert_eq!(typing(&mut at_ann, room).await.user, bo.user().id);
    at_ann.message(room).await;
    if began.elapsed() < Duration::from_secs(3) {
        assert!(!at_ann.has_kept(|frame| matches!(frame, ServerFrame::Typing(_))), "once in three seconds");
    }
    // A request is answered with what the others are told.
    let is_own = |frame: &ServerFrame| way == Way::Socket && is_hint_of(frame, bo.user().id);
    assert!(!at_bo.has_kept(is_own), "never to oneself");
}

#[tokio::test]
async fn who_hides_it_is_not_seen_writing_reading_or_gone() {
    let server = TestServer::unlimited().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = ann.room();
    assert_eq!(bo.call("share_presence", &[]).await.status, 200);
    at_bo.send(&ClientFrame::Typing { room }).await;
    let first = at_ann.say(room, "one").await;
    at_bo.send(&ClientFrame::Read(Marker::upto(room, first.seq))).await;
    at_bo.wait_for("the marker", |frame| matches!(frame, ServerFrame::Read(_)).then_some(())).await;
    let hidden = ask(&mut at_ann, room).await.people;
    let hidden = hidden.iter().find(|person| person.user.id == bo.user().id).expect("a member");
    assert_eq!((hidden.seen_at, hidden.read), (0, 0));
    let sees = ask(&mut at_bo, room).await.people;
    assert!(sees.iter().all(|person| person.read == 0), "who hides theirs sees none");
    assert!(sees.iter().any(|person| person.seen_at > 0), "that is another matter");

    let shares = [("typing", "true"), ("seen_at", "true"), ("reading", "true")];
    assert_eq!(bo.call("share_presence", &shares).await.status, 200);
    at_bo.send(&ClientFrame::Typing { room }).await;
    typing(&mut at_ann, room).await;
    let second = at_ann.say(room, "two").await;
    at_bo.send(&ClientFrame::Read(Marker::upto(room, second.seq))).await;
    let seen = seen(&mut at_ann, room).await;
    assert_eq!(seen.users.get(&bo.user().id), Some(&second.seq));
    let bo_read = ask(&mut at_ann, room).await.people.into_iter().find(|one| one.user.id == bo.user().id);
    assert_eq!(bo_read.map(|person| person.read), Some(second.seq));
}

#[tokio::test]
async fn a_status_and_a_time_of_quiet_are_the_same_on_all_devices_and_after_a_restart() {
    let mut server = TestServer::unlimited().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let (room, bo_id) = (ann.room(), bo.user().id);
    let mut on_phone = bo.connect().await;
    ask(&mut at_ann, room).await;
    let status = [("status", "차 마시는 중"), ("emoji", "☕️"), ("lasts", "today"), ("offset", "540")];
    assert_eq!(bo.call("set_status", &status).await.status, 200);
    assert_eq!(bo.call("set_dnd", &[("lasts", "")]).await.status, 200);
    for at in [&mut at_ann, &mut at_bo, &mut on_phone] {
        told(at, bo_id, Presence::Dnd).await;
    }
    assert_eq!(bo.call("set_dnd", &[("lasts", "week")]).await.status, 422);
    drop((at_ann, at_bo, on_phone));
    server.kill_9().await;
    server.start_again().await;
    let mut at_bo = bo.connect().await;
    at_bo
        .wait_for("one's own status", |frame| match frame {
            ServerFrame::Presence(state) => (state.status.get(&bo_id).map(String::as_str)
                == Some("☕️ 차 마시는 중")
                && state.users.get(&bo_id) == Some(&Presence::Dnd))
            .then_some(()),
            _ => None,
        })
        .await;
    let mut at_ann = ann.connect().await;
    at_ann.here(room, 2).await;
    ask(&mut at_ann, room).await;
    assert_eq!(bo.call("set_dnd", &[("lasts", "off")]).await.status, 200);
    told(&mut at_ann, bo_id, Presence::On).await;
    assert_eq!(bo.call("edit_profile", &[("status", "")]).await.status, 200);
    at_ann
        .wait_for("no status", |frame| match frame {
            ServerFrame::Presence(state) => {
                state.status.get(&bo_id).is_some_and(String::is_empty).then_some(())
            }
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn the_one_in_a_direct_room_is_told_of_without_asking() {
    let server = TestServer::unlimited().await;
    let (ann, bo) = (server.enter("ann").await, server.enter("bo").await);
    maru_owner(&server, "ann").await;
    let direct: RoomState = ann.call("direct", &[("space", "maru"), ("people", "bo")]).await.value();
    assert!(!direct.people.is_empty());
    let mut at_ann = ann.connect().await;
    told(&mut at_ann, bo.user().id, Presence::Off).await;
    let mut at_bo = bo.connect().await;
    told(&mut at_ann, bo.user().id, Presence::On).await;
    looks(&mut at_bo, false).await;
    told(&mut at_ann, bo.user().id, Presence::Away).await;
}

async fn maru_owner(server: &TestServer, name: &str) {
    crate::invites::command(server, &["space", "role", "maru", name, "owner"]).await;
}

#[tokio::test]
async fn a_reader_who_does_not_keep_up_loses_hints_and_no_event() {
    let server = TestServer::unlimited().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = ann.room();
    ask(&mut at_bo, room).await;
    // Nothing is read at bo's end meanwhile; each hint is the latest of its kind, whatever came before it.
    let mut last = 0;
    for turn in 0..80 {
        looks(&mut at_ann, turn % 2 == 0).await;
        at_ann.send(&ClientFrame::Typing { room }).await;
        last = at_ann.say(room, &"x".repeat(400)).await.seq;
    }
    let said = at_bo.events_upto(room, last).await;
    let said =
        said.iter().filter(|event| event.by == ann.user().id && matches!(event.op, Op::Message { .. }));
    assert_eq!(said.count(), 80);
    at_bo.ping().await;
    let hints = |frame: &ServerFrame| is_hint_of(frame, ann.user().id);
    let mut count = 0;
    while at_bo.has_kept(hints) {
        at_bo.wait_for("a hint", |frame| hints(frame).then_some(())).await;
        count += 1;
    }
    assert!(count < 80, "{count} hints came of 160: they are to be coalesced");
    drop(bo);
}

#[tokio::test]
async fn people_come_a_page_at_a_time_and_one_by_one() {
    let server = TestServer::with(&[("MARU_LIMITS", "off"), ("MARU_LIMIT_ENTRIES_BURST", "200")]).await;
    let mut people: Vec<Person> = Vec::new();
    for number in 0..65 {
        people.push(server.enter(&format!("p{number:02}")).await);
    }
    let room = people[0].room();
    let helper = [("user", "p63"), ("role", "moderator")];
    assert_eq!(people[0].change("set_room_role", room, &helper).await.status, 200);
    let mut at_last = people[64].connect().await;
    let mut at_first = people[0].connect().await;
    at_first.here(room, 2).await;
    let page = ask(&mut at_first, room).await;
    assert_eq!(page.total, 65);
    let next = page.next.expect("there are more");
    let here = page.people.iter().filter(|person| person.presence == Presence::On).count();
    assert_eq!((page.people.len(), here), (62, 2), "who is here comes with the first page");
    let roles = page.people.iter().filter(|person| person.role != Role::Member);
    let roles: Vec<_> = roles.map(|person| (person.user.name.as_str(), person.role)).collect();
    assert_eq!(roles, [("p00", Role::Owner), ("p63", Role::Moderator)], "and who has a role in it");
    assert!(page.people.iter().all(|person| person.read == 0), "not in a room of so many");
    at_first.send(&ClientFrame::People(PeopleAsk { room, after: next, user: None })).await;
    let rest = at_first.wait_for("the next page", |frame| match frame {
        ServerFrame::People(state) => Some(state.clone()),
        _ => None,
    });
    let rest = rest.await;
    assert_eq!((rest.people.len(), rest.next), (5, None));
    let user = Some(people[7].user().id);
    at_first.send(&ClientFrame::People(PeopleAsk { room, after: String::new(), user })).await;
    let one = at_first.wait_for("one of them", |frame| match frame {
        ServerFrame::People(state) => Some(state.clone()),
        _ => None,
    });
    let one = one.await;
    assert_eq!((one.user, one.people.len(), one.people[0].user.name.as_str()), (user, 1, "p07"));
    at_last.ping().await;
}
