//! Invitations over the wire: made, looked at, used up and taken back; and from the command line.

use crate::kit::{Person, Reply, TestServer};
use maru::protocol::{
    Arrival, Failure, Field, Invite, InviteState, InviteView, MadeInvite, Reason, Role, RoomState,
};

/// Comes into a space without a door, by invitation: so that nobody else is in it by their name alone.
async fn start() -> (TestServer, Person) {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    command(&server, &["space", "role", "maru", "ann", "owner"]).await;
    (server, ann)
}

/// Runs a command that must succeed.
pub async fn command(server: &TestServer, words: &[&str]) -> String {
    let (done, printed, complaint) = server.run(words).await;
    assert!(done, "{words:?}: {complaint}");
    printed
}

async fn make(by: &Person, more: &[(&str, &str)]) -> Reply {
    let mut arguments = vec![("space", "maru")];
    arguments.extend_from_slice(more);
    by.call("create_invite", &arguments).await
}

async fn made(by: &Person, more: &[(&str, &str)]) -> MadeInvite {
    make(by, more).await.value()
}

async fn come(stranger: &Person, code: &str, name: &str) -> Reply {
    stranger.call("enter_by_invite", &[("code", code), ("name", name)]).await
}

async fn list(by: &Person) -> Vec<Invite> {
    by.ask("invites", &[("space", "maru")]).await.value()
}

/// Comes in by a code under a name, and is somebody then.
async fn guest(server: &TestServer, code: &str, name: &str) -> (Person, Arrival) {
    let mut person = server.stranger();
    let reply = come(&person, code, name).await;
    person.cookie = Some(format!("maru={}", reply.cookie("maru").unwrap_or_else(|| panic!("{reply:?}"))));
    (person, reply.value())
}

#[tokio::test]
async fn a_link_is_told_once_and_kept_nowhere() {
    let (server, ann) = start().await;
    let invite = made(&ann, &[("note", "여름 학교"), ("guests", "true")]).await;
    assert!(invite.code.len() >= 22, "{}", invite.code);
    assert_eq!(invite.link, format!("http://{}/invite/{}", server.address(), invite.code));
    let told = list(&ann).await.pop().expect("listed");
    assert_eq!((told.id, told.note.as_str(), told.state), (invite.id, "여름 학교", InviteState::Open));
    let listed = ann.ask("invites", &[("space", "maru")]).await.body;
    assert!(!listed.contains(&invite.code));
    for file in ["maru.db", "maru.db-wal"] {
        let kept = std::fs::read(server.data().join(file)).expect("the store");
        assert!(!kept.windows(invite.code.len()).any(|part| part == invite.code.as_bytes()), "{file}");
    }
    assert!(!server.log().contains(&invite.code));
}

#[tokio::test]
async fn a_guest_comes_in_by_a_link_to_a_room_and_sees_that_room_alone() {
    let (server, ann) = start().await;
    let room = ann.create_room("안내").await;
    let id = room.id.to_string();
    let invite = made(&ann, &[("room", &id), ("guests", "true")]).await;
    let seen: InviteView = server.stranger().ask("look_at_invite", &[("code", &invite.code)]).await.value();
    assert_eq!((seen.room.as_deref(), seen.by.name.as_str(), seen.guests), (Some("안내"), "ann", true));
    assert_eq!((seen.space.role, seen.is_in), (None, false));

    let mut at_ann = ann.connect().await;
    let (gu, arrival) = guest(&server, &invite.code, "가은").await;
    assert_eq!((arrival.room, arrival.path.as_str()), (room.id, "/s/maru/%EC%95%88%EB%82%B4"));
    let joined = at_ann.event(room.id).await;
    assert_eq!((joined.name.as_str(), joined.op), ("가은", maru::protocol::Op::Join));
    let lobby: maru::protocol::Lobby = gu.ask("lobby", &[("space", "maru")]).await.value();
    assert_eq!(lobby.rooms.iter().map(|room| room.id).collect::<Vec<_>>(), [room.id]);
    assert_eq!(lobby.space.role, Some(Role::Guest));
    assert_eq!(gu.change("join_room", ann.room(), &[]).await.failure(), (404, Failure::NotFound));
    let mut at_gu = gu.connect().await;
    at_gu.say(room.id, "안녕하세요").await;
    assert_eq!(at_ann.message(room.id).await.1, "안녕하세요");
    let again: InviteView = gu.ask("look_at_invite", &[("code", &invite.code)]).await.value();
    assert!(again.is_in);
}

#[tokio::test]
async fn every_link_that_leads_nowhere_is_refused_in_the_same_bytes() {
    let (server, ann) = start().await;
    let revoked = made(&ann, &[("guests", "true")]).await;
    let used = made(&ann, &[("guests", "true"), ("uses", "1")]).await;
    let good = made(&ann, &[("guests", "true")]).await;
    let id = revoked.id.to_string();
    assert_eq!(ann.call("revoke_invite", &[("invite", &id)]).await.status, 200);
    let (first, _) = guest(&server, &used.code, "first").await;
    let banned = guest(&server, &good.code, "banned").await.0;
    let ban = [("space", "maru"), ("user", "banned"), ("reason", "spam")];
    assert_eq!(ann.call("ban", &ban).await.status, 200);

    let stranger = server.stranger();
    let unknown = "A".repeat(24);
    let expected = stranger.ask("look_at_invite", &[("code", &unknown)]).await;
    assert_eq!(expected.failure(), (404, Failure::NotFound));
    for (who, code) in [
        (&stranger, &revoked.code),
        (&stranger, &used.code),
        (&stranger, &"../../etc".to_owned()),
        (&stranger, &String::new()),
        (&stranger, &"가\u{0}".to_owned()),
        (&banned, &good.code),
        (&first, &revoked.code),
    ] {
        let looked = who.ask("look_at_invite", &[("code", code)]).await;
        let came = come(who, code, "somebody").await;
        for answer in [&looked, &came] {
            assert_eq!((answer.status, &answer.body), (404, &expected.body), "{code}");
        }
        if who.cookie.is_some() {
            let accepted = who.call("accept_invite", &[("code", code)]).await;
            assert_eq!((accepted.status, &accepted.body), (404, &expected.body), "{code}");
        }
    }
    let states: Vec<InviteState> = list(&ann).await.iter().map(|invite| invite.state).collect();
    assert_eq!(states.iter().filter(|state| **state == InviteState::Open).count(), 1, "{states:?}");
    assert!(states.contains(&InviteState::Revoked) && states.contains(&InviteState::UsedUp));
}

#[tokio::test]
async fn eight_who_follow_a_link_for_one_at_once_are_one() {
    let (server, ann) = start().await;
    let invite = made(&ann, &[("guests", "true"), ("uses", "1")]).await;
    let racers = (0..8).map(|n| {
        let (stranger, code) = (server.stranger(), invite.code.clone());
        async move { come(&stranger, &code, &format!("racer {n}")).await.status }
    });
    let mut statuses = futures::future::join_all(racers).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404, 404, 404, 404, 404, 404, 404]);
    assert_eq!(list(&ann).await[0].uses, 1);
}

#[tokio::test]
async fn a_form_says_what_is_wrong_with_it_and_nothing_is_made() {
    let (server, ann) = start().await;
    let bo = server.enter("bo").await;
    let number = |reason| Failure::Invalid { field: Field::Number, reason };
    let long = "가".repeat(201);
    for (arguments, why) in [
        (&[("days", "0")], number(Reason::Malformed)),
        (&[("days", "366")], number(Reason::TooMany(365))),
        (&[("uses", "many")], number(Reason::Malformed)),
        (&[("note", long.as_str())], Failure::Invalid { field: Field::Note, reason: Reason::TooLong(200) }),
    ] {
        assert_eq!(make(&ann, arguments).await.failure(), (422, why), "{arguments:?}");
    }
    assert_eq!(make(&ann, &[("room", "r_0000000000000001")]).await.failure(), (404, Failure::NotFound));
    assert_eq!(make(&ann, &[("room", "nonsense")]).await.failure(), (404, Failure::NotFound));
    assert_eq!(
        make(&bo, &[]).await.failure(),
        (403, Failure::Forbidden),
        "a member makes no link to the space"
    );
    assert_eq!(make(&server.stranger(), &[]).await.failure(), (401, Failure::SignedOut));
    assert_eq!(list(&ann).await, []);
    let taken = made(&ann, &[("guests", "true"), ("days", ""), ("uses", "")]).await;
    let refused = come(&server.stranger(), &taken.code, "ANN").await;
    assert_eq!(refused.failure(), (409, Failure::Taken { field: Field::Name }));
    let blank = come(&server.stranger(), &taken.code, " ").await;
    assert_eq!(blank.failure(), (422, Failure::Invalid { field: Field::Name, reason: Reason::Empty }));
    assert_eq!(list(&ann).await[0].uses, 0);
}

#[tokio::test]
async fn a_link_that_is_not_for_guests_says_so() {
    let (server, ann) = start().await;
    let invite = made(&ann, &[]).await;
    let stranger = server.stranger();
    let seen: InviteView = stranger.ask("look_at_invite", &[("code", &invite.code)]).await.value();
    assert!(!seen.guests);
    assert_eq!(come(&stranger, &invite.code, "gu").await.failure(), (403, Failure::Forbidden));
    let mut later = server.stranger();
    later.enter("gu").await;
    assert_eq!(list(&ann).await[0].uses, 0);
}

#[tokio::test]
async fn a_plain_form_shows_the_code_on_the_page_that_it_stood_on() {
    let (_server, ann) = start().await;
    let room: RoomState = ann.create_room("one").await;
    let id = room.id.to_string();
    for (fields, start) in [
        (vec![("space", "maru"), ("days", "7"), ("uses", "")], "/s/maru/-/invites?made=".to_owned()),
        (vec![("space", "maru"), ("room", id.as_str())], format!("/s/maru/-/room/{id}?made=")),
    ] {
        let reply = ann.post_plain("/api/create_invite", &fields).await;
        assert_eq!(reply.status, 303, "{}", reply.body);
        assert!(reply.header("location").starts_with(&start), "{}", reply.header("location"));
    }
}

#[tokio::test]
async fn a_link_has_a_picture_for_cameras() {
    let server = TestServer::start().await;
    let picture = server.get(&format!("/invite/{}/qr.svg", "a".repeat(24))).await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/svg+xml"));
    assert_eq!(picture.header("x-content-type-options"), "nosniff");
    assert!(picture.body.contains("<svg") && !picture.body.contains("<script"), "{}", picture.body);
    for code in ["abc", "%3Cscript%3E", &"a".repeat(25)] {
        assert_eq!(server.get(&format!("/invite/{code}/qr.svg")).await.status, 404, "{code}");
    }
}

#[tokio::test]
async fn the_command_line_makes_lists_and_revokes_links() {
    let (server, ann) = start().await;
    ann.create_room("안내").await;
    let words = [
        "invite", "create", "maru", "--room", "안내", "--guests", "--days", "7", "--uses", "2", "--note",
        "door",
    ];
    let link = command(&server, &words).await;
    let code = link.trim().strip_prefix("/invite/").unwrap_or_else(|| panic!("a path: {link}"));
    guest(&server, code, "gu").await;
    let listed = command(&server, &["invite", "list", "maru"]).await;
    let line = listed.lines().nth(1).expect("one");
    assert!(line.contains("1/2") && line.contains("open") && line.contains("door"), "{line}");
    assert!(!listed.contains(code));
    let id = line.split(' ').next().expect("an id");
    command(&server, &["invite", "revoke", id]).await;
    assert_eq!(come(&server.stranger(), code, "ha").await.failure(), (404, Failure::NotFound));
    assert_eq!(list(&ann).await[0].state, InviteState::Revoked);
    for wrong in [
        &["invite", "create", "nowhere"][..],
        &["invite", "create", "maru", "--room", "nowhere"],
        &["invite", "create", "maru", "--days", "0"],
        &["invite", "create", "maru", "--by", "nobody"],
        &["invite", "revoke", "i_0000000000000001"],
        &["invite", "revoke", "nonsense"],
    ] {
        let (done, printed, complaint) = server.run(wrong).await;
        assert!(!done && printed.is_empty() && !complaint.is_empty(), "{wrong:?}");
    }
}
