//! Keeping order over the wire: who is sent out is out at once, and it is written down.

use crate::{
    invites::command,
    kit::{Person, TestServer},
};
use maru::protocol::{
    AuditAct, AuditEntry, Ban, Failure, Field, Mute, Op, Reason, Report, Role, RoomId, RoomKind, ServerFrame,
};
use std::time::{Duration, Instant};

/// Ann owns the space and its first room, bo is a member of both.
async fn start() -> (TestServer, Person, Person) {
    let server = TestServer::unlimited().await;
    let ann = server.enter("ann").await;
    command(&server, &["space", "role", "maru", "ann", "owner"]).await;
    let bo = server.enter("bo").await;
    (server, ann, bo)
}

async fn audit(by: &Person) -> Vec<AuditEntry> {
    by.ask("audit", &[("space", "maru")]).await.value()
}

async fn acts(by: &Person) -> Vec<AuditAct> {
    let mut acts: Vec<AuditAct> = audit(by).await.iter().map(|entry| entry.act).collect();
    acts.reverse();
    acts
}

async fn private_room(by: &Person, name: &str) -> RoomId {
    let arguments = [("space", "maru"), ("name", name), ("topic", ""), ("kind", "private")];
    by.call("create_room", &arguments).await.value::<maru::protocol::RoomState>().id
}

fn themselves() -> Failure {
    Failure::Invalid { field: Field::People, reason: Reason::Oneself }
}

#[tokio::test]
async fn who_is_brought_in_and_sent_out_of_a_private_room_sees_it_come_and_go() {
    let (_server, ann, bo) = start().await;
    let room = private_room(&ann, "secret").await;
    assert!(bo.lobby().await.rooms.iter().all(|state| state.id != room));
    let (mut at_ann, mut at_bo) = (ann.connect().await, bo.connect().await);
    assert_eq!(ann.change("add_to_room", room, &[("user", "bo")]).await.status, 200);
    let told = at_bo.room(|state| state.id == room).await;
    assert_eq!((told.kind, told.role), (RoomKind::Private, Some(Role::Member)));
    at_bo.say(room, "hello").await;
    assert_eq!(ann.change("remove_from_room", room, &[("user", "BO")]).await.status, 200);
    let gone =
        |frame: &ServerFrame| matches!(frame, ServerFrame::Gone { room: id } if *id == room).then_some(());
    at_bo.wait_for("the room to go", gone).await;
    assert_eq!(at_bo.say_in_vain(room, "still here?").await, Failure::NotFound);
    let id = room.to_string();
    assert_eq!(bo.ask("history", &[("room", &id), ("before", "9"), ("limit", "9")]).await.status, 404);
    let removed = |frame: &ServerFrame| match frame {
        ServerFrame::Events(batch) => {
            batch.events.iter().any(|e| matches!(e.op, Op::Removed { .. })).then_some(())
        }
        _ => None,
    };
    at_ann.wait_for("the removal to be told", removed).await;
    assert_eq!(acts(&ann).await[1..], [AuditAct::Added, AuditAct::Removed]);
}

#[tokio::test]
async fn only_who_may_does_and_nobody_to_themselves() {
    let (server, ann, bo) = start().await;
    let cy = server.enter("cy").await;
    let room = private_room(&ann, "secret").await;
    let common = ann.room();
    for (by, function, room, more, why) in [
        (&bo, "add_to_room", room, &[("user", "cy")][..], (404, Failure::NotFound)),
        (&bo, "remove_from_room", common, &[("user", "cy")], (403, Failure::Forbidden)),
        (&bo, "set_room_role", common, &[("user", "bo"), ("role", "owner")], (403, Failure::Forbidden)),
        // Who may not is told no more about a name that nobody has.
        (&bo, "remove_from_room", common, &[("user", "nobody")], (403, Failure::Forbidden)),
        (&bo, "set_room_role", common, &[("user", "nobody"), ("role", "owner")], (403, Failure::Forbidden)),
        (&bo, "set_slow", common, &[("seconds", "30")], (403, Failure::Forbidden)),
        (&bo, "set_slow", room, &[("seconds", "30")], (404, Failure::NotFound)),
        (&bo, "configure_room", common, &[("kind", "private")], (403, Failure::Forbidden)),
        (&ann, "remove_from_room", common, &[("user", "ann")], (422, themselves())),
        (&ann, "remove_from_room", common, &[("user", "nobody")], (404, Failure::NotFound)),
        (&ann, "configure_room", common, &[("kind", "direct")], (403, Failure::Forbidden)),
        (&ann, "configure_room", common, &[("kind", "sideways")], (422, Failure::Unknown)),
        (
            &ann,
            "set_slow",
            common,
            &[("seconds", "3601")],
            (422, Failure::Invalid { field: Field::Number, reason: Reason::TooMany(3600) }),
        ),
    ] {
        assert_eq!(by.change(function, room, more).await.failure(), why, "{function} {more:?}");
    }
    for (by, user, why) in [
        (&bo, "cy", (403, Failure::Forbidden)),
        (&ann, "ann", (422, themselves())),
        (&ann, "nobody", (404, Failure::NotFound)),
        (&ann, "u_0000000000000001", (404, Failure::NotFound)),
        (&server.stranger(), "cy", (401, Failure::SignedOut)),
    ] {
        assert_eq!(by.call("ban", &[("space", "maru"), ("user", user)]).await.failure(), why, "{user}");
    }
    for function in ["audit", "reports", "bans"] {
        assert_eq!(
            cy.ask(function, &[("space", "maru")]).await.failure(),
            (403, Failure::Forbidden),
            "{function}"
        );
        assert_eq!(ann.ask(function, &[("space", "nowhere")]).await.failure(), (404, Failure::NotFound));
    }
    assert_eq!(acts(&ann).await, [AuditAct::RoleGiven], "what the command line did, and no more");
}

#[tokio::test]
async fn a_banned_person_is_out_at_once_and_what_they_said_goes() {
    let (_server, ann, bo) = start().await;
    let (mut at_ann, mut at_bo) = (ann.connect().await, bo.connect().await);
    at_bo.say(bo.room(), "buy things").await;
    let ban = [("space", "maru"), ("user", "bo"), ("reason", "spam"), ("delete_messages", "true")];
    let asked_at = Instant::now();
    assert_eq!(ann.call("ban", &ban).await.status, 200);
    let gone = |frame: &ServerFrame| matches!(frame, ServerFrame::SpaceGone { .. }).then_some(());
    at_bo.wait_for("the space to go", gone).await;
    assert!(asked_at.elapsed() < Duration::from_secs(2), "{:?}", asked_at.elapsed());
    assert_eq!(at_bo.say_in_vain(bo.room(), "still here?").await, Failure::NotFound);
    assert_eq!(bo.ask("lobby", &[("space", "maru")]).await.status, 404);
    let deleted = |frame: &ServerFrame| match frame {
        ServerFrame::Events(batch) => {
            batch.events.iter().any(|e| matches!(e.op, Op::Delete { .. })).then_some(())
        }
        _ => None,
    };
    at_ann.wait_for("the message to go", deleted).await;
    let bans: Vec<Ban> = ann.ask("bans", &[("space", "maru")]).await.value();
    assert_eq!((bans.len(), bans[0].user.id, bans[0].reason.as_str()), (1, bo.user().id, "spam"));
    assert_eq!(ann.call("unban", &[("space", "maru"), ("user", "bo")]).await.status, 200);
    assert_eq!(ann.call("unban", &[("space", "maru"), ("user", "bo")]).await.status, 404);
    assert_eq!(acts(&ann).await[1..], [AuditAct::Banned, AuditAct::MessageDeleted, AuditAct::Unbanned]);
    let entry =
        audit(&ann).await.into_iter().find(|entry| entry.act == AuditAct::Banned).expect("written down");
    assert_eq!((entry.by, entry.user), (Some(ann.user().clone()), Some(bo.user().clone())));
}

#[tokio::test]
async fn a_role_in_a_room_is_seen_live() {
    let (_server, ann, bo) = start().await;
    let mut at_bo = bo.connect().await;
    assert_eq!(ann.call("set_room_role", &[]).await.status, 422, "what is missing is no fault of ours");
    let id = ann.room().to_string();
    let arguments = [("room", id.as_str()), ("user", "bo"), ("role", "moderator")];
    assert_eq!(ann.call("set_room_role", &arguments).await.status, 200);
    at_bo.room(|state| state.role == Some(Role::Moderator)).await;
    let seq = ann.connect().await.say(ann.room(), "oops").await.seq;
    let delete = Op::Delete { of: seq };
    let draft = maru::protocol::Draft { nonce: crate::kit::nonce(), room: bo.room(), op: delete };
    let nonce = draft.nonce;
    at_bo.send(&maru::protocol::ClientFrame::Send(draft)).await;
    at_bo.ack(nonce).await;
    let owner = [("room", id.as_str()), ("user", "bo"), ("role", "owner")];
    assert_eq!(ann.call("set_room_role", &owner).await.status, 200);
    let last = [("room", id.as_str()), ("user", "ann"), ("role", "member")];
    assert_eq!(ann.call("set_room_role", &last).await.status, 200, "bo owns it too");
    assert_eq!(
        acts(&ann).await[1..],
        [AuditAct::RoomRoleGiven, AuditAct::MessageDeleted, AuditAct::RoomRoleGiven, AuditAct::RoomRoleGiven]
    );
}

#[tokio::test]
async fn a_report_is_told_settled_and_its_message_deleted() {
    let (_server, ann, bo) = start().await;
    let (mut at_ann, mut at_bo) = (ann.connect().await, bo.connect().await);
    let seq = at_ann.say(ann.room(), "나쁜 말").await.seq.to_string();
    let report = [("seq", seq.as_str()), ("reason", "무례해요")];
    for _ in 0..2 {
        assert_eq!(bo.change("report", bo.room(), &report).await.status, 200);
    }
    assert_eq!(bo.change("report", bo.room(), &[("seq", "999")]).await.failure(), (404, Failure::NotFound));
    let reports: Vec<Report> = ann.ask("reports", &[("space", "maru")]).await.value();
    assert_eq!(
        (reports.len(), reports[0].text.as_str(), reports[0].reason.as_str()),
        (1, "나쁜 말", "무례해요")
    );
    let id = reports[0].id.to_string();
    assert_eq!(bo.call("settle_report", &[("report", &id)]).await.failure(), (404, Failure::NotFound));
    assert_eq!(ann.call("settle_report", &[("report", &id), ("delete", "true")]).await.status, 200);
    let deleted = |frame: &ServerFrame| match frame {
        ServerFrame::Events(batch) => {
            batch.events.iter().any(|e| matches!(e.op, Op::Delete { .. })).then_some(())
        }
        _ => None,
    };
    at_bo.wait_for("the message to go", deleted).await;
    let open: Vec<Report> = ann.ask("reports", &[("space", "maru")]).await.value();
    assert_eq!(open, []);
    let all: Vec<Report> = ann.ask("reports", &[("space", "maru"), ("all", "true")]).await.value();
    assert_eq!((all.len(), all[0].text.as_str(), all[0].settled.is_some()), (1, "", true));
    let kept = audit(&ann).await.iter().map(|entry| format!("{entry:?}")).collect::<String>();
    assert!(!kept.contains("나쁜 말"), "{kept}");
}

#[tokio::test]
async fn a_slow_room_keeps_members_waiting_and_says_for_how_long() {
    let (_server, ann, bo) = start().await;
    let (mut at_ann, mut at_bo) = (ann.connect().await, bo.connect().await);
    assert_eq!(ann.change("set_slow", ann.room(), &[("seconds", "600")]).await.status, 200);
    at_bo.room(|state| state.slow_s == 600).await;
    at_bo.say(bo.room(), "one").await;
    let refused = at_bo.say_in_vain(bo.room(), "two").await;
    assert!(matches!(refused, Failure::RateLimited { retry_ms } if retry_ms > 590_000), "{refused:?}");
    at_ann.say(ann.room(), "one").await;
    at_ann.say(ann.room(), "two").await;
    assert_eq!(ann.change("set_slow", ann.room(), &[("seconds", "0")]).await.status, 200);
    at_bo.say(bo.room(), "three").await;
}

#[tokio::test]
async fn a_room_that_becomes_private_goes_for_who_is_not_in_it() {
    let (_server, ann, bo) = start().await;
    let room = ann.create_room("plans").await.id;
    let mut at_bo = bo.connect().await;
    assert!(at_bo.welcomed(room).role.is_none());
    let private = [("kind", "private"), ("history", "joined")];
    assert_eq!(ann.change("configure_room", room, &private).await.status, 200);
    let gone =
        |frame: &ServerFrame| matches!(frame, ServerFrame::Gone { room: id } if *id == room).then_some(());
    at_bo.wait_for("the room to go", gone).await;
    assert_eq!(bo.change("join_room", room, &[]).await.failure(), (404, Failure::NotFound));
    let open = ann.change("configure_room", room, &[("kind", "public")]).await;
    assert_eq!(open.failure(), (403, Failure::Forbidden), "what was said in private stays so");
}

#[tokio::test]
async fn a_room_is_muted_on_every_device_of_one_person() {
    let (_server, ann, bo) = start().await;
    let (mut one, mut two) = (bo.connect().await, bo.connect().await);
    assert_eq!(bo.change("set_mute", bo.room(), &[("mute", "mentions")]).await.status, 200);
    for device in [&mut one, &mut two] {
        device.room(|state| state.mute == Mute::Mentions).await;
    }
    assert_eq!(ann.room_state(ann.room()).await.mute, Mute::All);
    let room = private_room(&ann, "secret").await;
    assert_eq!(bo.change("set_mute", room, &[("mute", "nothing")]).await.failure(), (404, Failure::NotFound));
}
