//! Spaces over the wire and from the command line: what they are like, who owns them, and direct rooms.

use crate::{
    invites::command,
    kit::{Person, TestServer},
};
use maru::protocol::{Failure, Field, Lobby, Members, Reason, Role, RoomKind, RoomState, ServerFrame, Space};
use std::time::{Duration, Instant};

async fn start() -> (TestServer, Person, Person) {
    let server = TestServer::unlimited().await;
    let ann = server.enter("ann").await;
    command(&server, &["space", "role", "maru", "ann", "owner"]).await;
    let bo = server.enter("bo").await;
    (server, ann, bo)
}

async fn spaces(person: &Person) -> Vec<(String, Option<Role>)> {
    let lobby: Lobby = person.ask("lobby", &[("space", "maru")]).await.value();
    lobby.spaces.into_iter().map(|space| (space.name, space.role)).collect()
}

#[tokio::test]
async fn a_space_is_edited_by_its_owner_and_seen_live() {
    let (server, ann, bo) = start().await;
    let mut at_bo = bo.connect().await;
    let edit = |by: &Person, more: &[(&'static str, &'static str)]| {
        let by = by.clone();
        let mut fields = vec![("space", "maru"), ("name", "우리 집"), ("entry", "invite")];
        fields.retain(|(key, _)| more.iter().all(|(other, _)| other != key));
        fields.extend_from_slice(more);
        async move { by.call("edit_space", &fields).await }
    };
    let space: Space = edit(&ann, &[("glyph", "🏠")]).await.value();
    assert_eq!((space.name.as_str(), space.glyph.as_str()), ("우리 집", "🏠"));
    let told = |frame: &ServerFrame| match frame {
        ServerFrame::Space { space } => Some(space.clone()),
        _ => None,
    };
    assert_eq!(at_bo.wait_for("the new name", told).await.name, "우리 집");
    assert_eq!(edit(&bo, &[]).await.failure(), (403, Failure::Forbidden));
    for (more, why) in [
        (("name", " "), Failure::Invalid { field: Field::SpaceName, reason: Reason::Empty }),
        (("glyph", "123456789"), Failure::Invalid { field: Field::Glyph, reason: Reason::TooLong(8) }),
        (("entry", "sometimes"), Failure::Unknown),
        (("door", "owner"), Failure::Unknown),
    ] {
        assert_eq!(edit(&ann, &[more]).await.failure(), (422, why), "{more:?}");
    }
    // The door is shut now, since it was not asked for.
    let refused = edit(&ann, &[("door", "")]).await;
    assert_eq!(refused.status, 200);
    let stranger = server.stranger().call("enter", &[("name", "cy"), ("next", "")]).await;
    assert_eq!(stranger.failure(), (404, Failure::NotFound));
}

#[tokio::test]
async fn an_owner_stays_until_there_is_another() {
    let (_server, ann, bo) = start().await;
    let mut at_bo = bo.connect().await;
    let role = |by: &Person, user: &'static str, role: &'static str| {
        let by = by.clone();
        async move { by.call("set_space_role", &[("space", "maru"), ("user", user), ("role", role)]).await }
    };
    assert_eq!(ann.call("leave_space", &[("space", "maru")]).await.failure(), (409, Failure::LastOwner));
    assert_eq!(role(&ann, "ann", "member").await.failure(), (409, Failure::LastOwner));
    assert_eq!(role(&bo, "bo", "owner").await.failure(), (403, Failure::Forbidden));
    assert_eq!(role(&ann, "nobody", "owner").await.failure(), (404, Failure::NotFound));
    assert_eq!(role(&ann, "bo", "king").await.status, 422);
    assert_eq!(role(&ann, "bo", "owner").await.status, 200);
    let told = |frame: &ServerFrame| match frame {
        ServerFrame::Space { space } => space.role.filter(|role| *role == Role::Owner),
        _ => None,
    };
    at_bo.wait_for("the role to be told", told).await;
    assert_eq!(ann.call("leave_space", &[("space", "maru")]).await.status, 200);
    assert_eq!(ann.ask("lobby", &[("space", "maru")]).await.failure(), (404, Failure::NotFound));
    assert_eq!(bo.call("leave_space", &[("space", "maru")]).await.failure(), (409, Failure::LastOwner));
}

#[tokio::test]
async fn two_people_have_one_room_of_their_own() {
    let (server, ann, bo) = start().await;
    let cy = server.enter("cy").await;
    let mut at_bo = bo.connect().await;
    let direct = |by: &Person, people: &'static str| {
        let by = by.clone();
        async move { by.call("direct", &[("space", "maru"), ("people", people)]).await }
    };
    let room: RoomState = direct(&ann, "bo").await.value();
    assert_eq!((room.kind, room.title().as_str()), (RoomKind::Direct, "bo"));
    let told = at_bo.room(|state| state.id == room.id).await;
    assert_eq!((told.role.is_some(), told.title().as_str()), (true, "ann"));
    at_bo.say(room.id, "둘이서").await;
    assert_eq!(direct(&bo, "ANN").await.value::<RoomState>().id, room.id);
    assert!(cy.lobby().await.rooms.iter().all(|state| state.id != room.id));
    let group: RoomState = direct(&cy, "ann, bo").await.value();
    assert_eq!((group.kind, group.title().as_str()), (RoomKind::Group, "ann, bo"));
    let people = |reason| Failure::Invalid { field: Field::People, reason };
    assert_eq!(direct(&ann, "ann").await.failure(), (422, people(Reason::Oneself)));
    assert_eq!(direct(&ann, " , ").await.failure(), (422, people(Reason::Empty)));
    assert_eq!(direct(&ann, "bo, nobody").await.failure(), (404, Failure::NotFound));
    let plain = ann.post_plain("/api/direct", &[("space", "maru"), ("people", "bo")]).await;
    assert_eq!(plain.header("location"), format!("/s/maru/{}", room.id));
}

#[tokio::test]
async fn who_belongs_to_a_space_is_told_to_its_members() {
    let (server, ann, bo) = start().await;
    let people: Members = bo.ask("people", &[("space", "maru")]).await.value();
    let names: Vec<_> =
        people.members.iter().map(|member| (member.user.name.as_str(), member.role)).collect();
    assert_eq!(names, [("ann", Role::Owner), ("bo", Role::Member)]);
    assert_eq!((people.total, people.next), (2, None));
    let room = ann.room().to_string();
    let in_room: Members = bo.ask("room_people", &[("room", &room)]).await.value();
    assert_eq!(in_room.members.len(), 2);
    command(&server, &["space", "create", "other", "--name", "Other"]).await;
    assert_eq!(bo.ask("people", &[("space", "other")]).await.failure(), (404, Failure::NotFound));
    assert_eq!(bo.ask("people", &[("space", "nowhere")]).await.failure(), (404, Failure::NotFound));
    assert_eq!(
        server.stranger().ask("people", &[("space", "maru")]).await.failure(),
        (401, Failure::SignedOut)
    );
}

#[tokio::test]
async fn only_who_runs_the_server_makes_spaces() {
    let (_server, ann, _bo) = start().await;
    let new = [("name", "Class 3-2"), ("slug", "class-3-2")];
    assert_eq!(ann.call("create_space", &new).await.failure(), (403, Failure::Forbidden));
    let slug = [("name", "x"), ("slug", "Not A Slug")];
    let why = Failure::Invalid { field: Field::Slug, reason: Reason::Malformed };
    assert_eq!(ann.call("create_space", &slug).await.failure(), (422, why));
}

#[tokio::test]
async fn what_the_command_line_does_is_seen_within_five_seconds() {
    let (server, ann, bo) = start().await;
    let (mut at_ann, mut at_bo) = (ann.connect().await, bo.connect().await);
    at_bo.say(bo.room(), "hello").await;
    command(&server, &["space", "create", "other", "--name", "Other", "--owner", "bo"]).await;
    command(&server, &["space", "rename", "maru", "한마루"]).await;
    let renamed_at = Instant::now();
    let named = |frame: &ServerFrame| match frame {
        ServerFrame::Space { space } => (space.name == "한마루").then_some(()),
        _ => None,
    };
    at_ann.wait_for("the new name", named).await;
    assert!(renamed_at.elapsed() < Duration::from_secs(5), "{:?}", renamed_at.elapsed());
    assert_eq!(spaces(&bo).await.len(), 2);

    // Whatever is told by then, this is what comes last.
    let mut at_bo = bo.connect().await;
    at_bo.say(bo.room(), "still here").await;
    command(&server, &["space", "ban", "maru", "bo", "--reason", "spam"]).await;
    let banned_at = Instant::now();
    let removed = |frame: &ServerFrame| match frame {
        ServerFrame::Events(batch) => batch
            .events
            .iter()
            .any(|event| matches!(event.op, maru::protocol::Op::Removed { .. }))
            .then_some(()),
        _ => None,
    };
    at_ann.wait_for("the removal to be told", removed).await;
    let (code, _) = at_bo.closed().await;
    assert_eq!(code, 1012, "it comes back, and finds things as they are");
    assert!(banned_at.elapsed() < Duration::from_secs(5), "{:?}", banned_at.elapsed());
    assert_eq!(bo.ask("lobby", &[("space", "maru")]).await.failure(), (404, Failure::NotFound));
    let back = bo.connect().await;
    assert!(back.welcome().rooms.iter().all(|state| state.id != bo.room()));
    at_ann.say(ann.room(), "on we go").await;

    command(&server, &["space", "unban", "maru", "bo"]).await;
    command(&server, &["space", "role", "maru", "bo", "moderator"]).await;
    assert!(spaces(&bo).await.contains(&("한마루".to_owned(), Some(Role::Moderator))));
}

#[tokio::test]
async fn the_command_line_says_what_is_wrong() {
    let (server, ..) = start().await;
    for words in [
        &["space", "create", "maru", "--name", "Again"][..],
        &["space", "create", "A B", "--name", "x"],
        &["space", "create", "x", "--name", " "],
        &["space", "create", "x", "--name", "x", "--owner", "nobody"],
        &["space", "rename", "nowhere", "x"],
        &["space", "entry", "maru", "sometimes"],
        &["space", "role", "maru", "nobody", "owner"],
        &["space", "role", "maru", "ann", "king"],
        &["space", "role", "maru", "ann", "member"],
        &["space", "ban", "maru", "ann"],
        &["space", "ban", "maru", "nobody"],
        &["space", "unban", "maru", "bo"],
    ] {
        let (done, printed, complaint) = server.run(words).await;
        assert!(!done && printed.is_empty() && !complaint.is_empty(), "{words:?}: {printed}");
    }
    let listed = command(&server, &["space", "list"]).await;
    assert_eq!(listed.lines().count(), 2, "{listed}");
    let line = listed.lines().nth(1).expect("one");
    assert!(line.starts_with("maru ") && line.contains("open") && line.ends_with("마루"), "{line}");
    let shut =
        command(&server, &["space", "entry", "maru", "closed", "--door", "none", "--guests", "off"]).await;
    assert_eq!(shut, "maru: 마루, entry closed, door none, guests off\n");
}
