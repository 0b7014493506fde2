//! The plain pages of a space and of the server: who sees which, and that their forms do what they say.

use crate::kit::{Person, Reply, TestServer};
use maru::protocol::{Members, Report, Role, RoomKind, RoomState, Space};

const PAGES: [&str; 8] =
    ["rooms", "people", "invites", "reports", "audit", "settings", "direct", "person/ann"];

/// Runs a command that must succeed.
async fn command(server: &TestServer, words: &[&str]) -> String {
    let (done, printed, complaint) = server.run(words).await;
    assert!(done, "{words:?}: {complaint}");
    printed
}

/// Ann owns the space, bo is a member and gil a guest of it.
async fn start() -> (TestServer, Person, Person, Person) {
    let server = TestServer::unlimited().await;
    let ann = server.enter("ann").await;
    command(&server, &["space", "role", "maru", "ann", "owner"]).await;
    let (bo, gil) = (server.enter("bo").await, server.enter("gil").await);
    command(&server, &["space", "role", "maru", "gil", "guest"]).await;
    (server, ann, bo, gil)
}

/// Posts a form of a plain page as a browser without script does.
async fn post(by: &Person, page: &str, function: &str, fields: &[(&str, &str)]) -> Reply {
    let address = by.address().await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    let request = client.build().expect("a client").post(format!("http://{address}{function}"));
    let request = request.header("referer", format!("http://{address}{page}")).header("accept", "text/html");
    let request = by.headers(&address).into_iter().fold(request, |it, (name, value)| it.header(name, value));
    Reply::of(request.form(fields)).await
}

async fn seen(by: &Person) -> Vec<&'static str> {
    let mut seen = Vec::new();
    for page in PAGES {
        let reply = by.get(&format!("/s/maru/-/{page}")).await;
        assert!(matches!(reply.status, 200 | 404), "{page}: {}", reply.body);
        assert!(reply.body.starts_with("<!DOCTYPE html>"), "{page}: {}", reply.body);
        if reply.status == 200 {
            seen.push(page);
        }
    }
    seen
}

#[tokio::test]
async fn each_sees_the_pages_that_the_role_opens_and_others_are_not_there() {
    let (server, ann, bo, gil) = start().await;
    assert_eq!(seen(&ann).await, PAGES);
    assert_eq!(seen(&bo).await, ["rooms", "people", "invites", "settings", "direct", "person/ann"]);
    assert_eq!(seen(&gil).await, ["rooms", "settings"]);
    let absent = bo.get("/s/maru/-/nothing").await;
    assert_eq!(absent.status, 404);
    assert_eq!(bo.get("/s/elsewhere/-/rooms").await.status, 404);
    for page in PAGES {
        let reply = server.get(&format!("/s/maru/-/{page}")).await;
        assert_eq!(reply.status, 303, "{page}: {}", reply.body);
        assert!(reply.header("location").starts_with("/enter?next="), "{page}");
    }
}

#[tokio::test]
async fn a_private_room_has_no_page_for_others_and_is_not_in_the_list() {
    let (_server, ann, bo, _) = start().await;
    let create = [("space", "maru"), ("name", "비밀 모임"), ("topic", "쉿"), ("kind", "private")];
    let room: RoomState = ann.call("create_room", &create).await.value();
    let page = format!("/s/maru/-/room/{}", room.id);
    assert!(ann.get(&page).await.body.contains("비밀 모임"));
    assert!(ann.get("/s/maru/-/rooms").await.body.contains("비밀 모임"));
    assert_eq!(bo.get(&page).await.status, 404);
    assert!(!bo.get("/s/maru/-/rooms").await.body.contains("비밀"));
    let absent = bo.get("/s/maru/-/room/r_0000000000000001").await;
    assert_eq!(
        bo.get(&page).await.body.replace(&page, ""),
        absent.body.replace("/s/maru/-/room/r_0000000000000001", "")
    );
}

#[tokio::test]
async fn rooms_and_people_are_found_by_a_part_of_what_they_are_called() {
    let (_server, ann, bo, _) = start().await;
    for (name, topic) in [("Summer-Trip", ""), ("100%", "프로젝트 이야기")] {
        ann.try_create_room(name, topic).await.value::<RoomState>();
    }
    let found = |q: &'static str| {
        let bo = bo.clone();
        async move {
            let body = bo.get(&format!("/s/maru/-/rooms?q={q}")).await.body;
            ["Summer-Trip", "100%"].map(|name| body.contains(&format!(">{name}</a>")))
        }
    };
    assert_eq!(found("summer").await, [true, false]);
    assert_eq!(found("%EC%9D%B4%EC%95%BC%EA%B8%B0").await, [false, true]);
    assert_eq!(found("zebra").await, [false, false]);
    let people = bo.get("/s/maru/-/people?q=AN").await.body;
    assert!(people.contains("@ann") && !people.contains("@gil"), "{people}");
    assert!(!bo.get("/s/maru/-/people?q=%25").await.body.contains("@ann"), "a sign is no pattern");
}

#[tokio::test]
async fn a_form_of_a_room_does_what_it_says_and_comes_back_to_its_page() {
    let (_server, ann, bo, _) = start().await;
    let (page, id) = (format!("/s/maru/-/room/{}", ann.room()), ann.room().to_string());
    let done = post(&ann, &page, "/api/rename_room", &[("room", &id), ("name", "큰방")]).await;
    assert_eq!(done.header("location"), format!("{page}?__done=%2Fapi%2Frename_room"));
    assert!(ann.get(done.header("location")).await.body.contains("role=\"status\""));
    let refused = post(&ann, &page, "/api/rename_room", &[("room", &id), ("name", " ")]).await;
    let html = ann.get(refused.header("location")).await.body;
    assert!(html.contains("aria-invalid=\"true\"") && html.contains("role=\"alert\""), "{html}");
    post(&ann, &page, "/api/set_slow", &[("room", &id), ("seconds", "30")]).await;
    assert_eq!(ann.room_state(ann.room()).await.slow_s, 30);
    post(&ann, &page, "/api/set_room_role", &[("room", &id), ("user", "bo"), ("role", "moderator")]).await;
    let members: Members = ann.ask("room_people", &[("room", &id)]).await.value();
    assert!(members.members.iter().any(|it| it.user.name == "bo" && it.role == Role::Moderator));
    post(&ann, &page, "/api/configure_room", &[("room", &id), ("kind", "announcement")]).await;
    assert_eq!(bo.room_state(bo.room()).await.kind, RoomKind::Announcement);
    let left = post(&bo, &page, "/api/leave_room", &[("room", &id)]).await;
    assert_eq!(left.status, 303, "{}", left.body);
    assert_eq!(bo.room_state(bo.room()).await.role, None);
    assert!(bo.get(&page).await.body.contains("/api/join_room"));
}

#[tokio::test]
async fn a_link_is_shown_once_with_its_picture() {
    let (server, ann, _, _) = start().await;
    let page = "/s/maru/-/invites";
    let fields = [("space", "maru"), ("guests", "true"), ("days", "7"), ("uses", ""), ("note", "여름")];
    let made = post(&ann, page, "/api/create_invite", &fields).await;
    let code = made.header("location").split("made=").nth(1).expect("a code").to_owned();
    let html = ann.get(made.header("location")).await.body;
    assert!(html.contains(&format!("/invite/{code}\"")) && html.contains("<svg"), "{html}");
    assert!(html.contains("data-copy=") && html.contains("/page.js"), "{html}");
    let later = ann.get(page).await.body;
    assert!(
        !later.contains(&code) && later.contains("여름") && later.contains("/api/revoke_invite"),
        "{later}"
    );
    let odd = ann.get("/s/maru/-/invites?made=%3Cscript%3E").await.body;
    assert!(!odd.contains("data-copy"), "{odd}");
    assert_eq!(server.get(&format!("/s/maru/-/invites?made={code}")).await.status, 303);
}

#[tokio::test]
async fn a_banned_person_has_a_page_for_who_may_let_them_in_again() {
    let (_server, ann, bo, _) = start().await;
    let id = bo.user().id.to_string();
    let page = format!("/s/maru/-/person/{id}");
    assert!(ann.get(&page).await.body.contains("/api/ban\""));
    let fields = [("space", "maru"), ("user", id.as_str()), ("reason", "너무 시끄러워요")];
    let done = post(&ann, &page, "/api/ban", &fields).await;
    let html = ann.get(done.header("location")).await.body;
    assert!(html.contains("너무 시끄러워요") && html.contains("/api/unban"), "{html}");
    assert!(ann.get("/s/maru/-/people").await.body.contains("너무 시끄러워요"));
    assert_eq!(bo.get("/s/maru/-/rooms").await.status, 404);
    let done = post(&ann, &page, "/api/unban", &[("space", "maru"), ("user", &id)]).await;
    assert!(ann.get(done.header("location")).await.body.contains("role=\"status\""));
    assert_eq!(ann.get(&page).await.status, 404);
    let record = ann.get("/s/maru/-/audit").await.body;
    assert!(
        record.contains("Banned bo (너무 시끄러워요)") && record.contains("Let bo come in again"),
        "{record}"
    );
}

#[tokio::test]
async fn a_message_is_reported_on_its_page_and_settled_on_the_moderators() {
    let (_server, ann, bo, gil) = start().await;
    let mut line = gil.connect().await;
    let seq = line.say(gil.room(), "<b>사세요</b>").await.seq;
    let (room, number) = (bo.room().to_string(), seq.to_string());
    let page = format!("/s/maru/-/report/{room}/{seq}");
    let html = bo.get(&page).await.body;
    assert!(html.contains("&lt;b&gt;사세요") && !html.contains("<b>사세요"), "{html}");
    assert_eq!(bo.get(&format!("/s/maru/-/report/{room}/999999")).await.status, 404);
    assert_eq!(bo.get(&format!("/s/maru/-/report/{room}/1")).await.status, 404, "no message");
    let fields =
        [("room", room.as_str()), ("seq", &number), ("reason", "Spam or flooding"), ("more", "세 번째예요")];
    let done = post(&bo, &page, "/api/report", &fields).await;
    assert!(
        !bo.get(done.header("location")).await.body.contains("<form method=\"post\" action=\"/api/report")
    );
    let list = "/s/maru/-/reports";
    let html = ann.get(list).await.body;
    assert!(html.contains("Spam or flooding · 세 번째예요"), "{html}");
    let reports: Vec<Report> = ann.ask("reports", &[("space", "maru")]).await.value();
    let id = reports[0].id.to_string();
    post(&ann, list, "/api/settle_report", &[("report", &id), ("delete", "true")]).await;
    assert!(!ann.get(list).await.body.contains("사세요"));
    assert!(ann.get(&format!("{list}?all=1")).await.body.contains("세 번째예요"));
    assert_eq!(bo.get(&page).await.status, 404, "what is deleted cannot be reported");
}

#[tokio::test]
async fn people_are_chosen_and_written_to_together() {
    let (_server, ann, bo, _) = start().await;
    let html = ann.get("/s/maru/-/direct?chosen=gil&with=bo").await.body;
    assert!(html.contains("value=\"gil, bo\"") || html.contains("value=\"bo\""), "{html}");
    let done =
        post(&ann, "/s/maru/-/direct", "/api/direct", &[("space", "maru"), ("people", "bo, gil")]).await;
    let id = done.header("location").rsplit('/').next().expect("a room").to_owned();
    let page = format!("/s/maru/-/room/{id}");
    let html = bo.get(&page).await.body;
    assert!(html.contains("@ann") && html.contains("@gil") && html.contains("/api/leave_room"), "{html}");
    assert!(!html.contains("/api/rename_room") && !html.contains("/api/create_invite"), "{html}");
    let refused =
        post(&ann, "/s/maru/-/direct", "/api/direct", &[("space", "maru"), ("people", "ann")]).await;
    assert!(ann.get(refused.header("location")).await.body.contains("aria-invalid"));
}

#[tokio::test]
async fn the_settings_of_a_space_are_its_owners_and_the_way_out_is_everybodys() {
    let (_server, ann, bo, _) = start().await;
    let page = "/s/maru/-/settings";
    assert!(!bo.get(page).await.body.contains("/api/edit_space"));
    let space = ann.space().await.id.to_string();
    let fields =
        [("space", space.as_str()), ("name", "한마루"), ("glyph", "한"), ("entry", "invite"), ("door", "")];
    let done = post(&ann, page, "/api/edit_space", &fields).await;
    let html = ann.get(done.header("location")).await.body;
    assert!(html.contains("value=\"한마루\"") && html.contains("role=\"status\""), "{html}");
    let last = post(&ann, page, "/api/leave_space", &[("space", &space)]).await;
    assert!(ann.get(last.header("location")).await.body.contains("role=\"alert\""), "the last owner stays");
    post(&bo, page, "/api/leave_space", &[("space", &space)]).await;
    assert_eq!(bo.get(page).await.status, 404);
}

#[tokio::test]
async fn the_page_of_the_server_is_not_there_but_for_who_runs_it() {
    let (server, ann, bo, _) = start().await;
    let (_, password, complaint) = server.run(&["user", "create", "haneul", "--admin"]).await;
    let password = password.lines().last().unwrap_or_default().trim().to_owned();
    assert!(!password.is_empty(), "{complaint}");
    let mut haneul = server.stranger();
    let reply = haneul.call("sign_in", &[("name", "haneul"), ("password", &password)]).await;
    haneul.cookie = reply.cookie("maru").map(|token| format!("maru={token}"));
    for person in [&ann, &bo] {
        assert_eq!(person.get("/server").await.status, 404);
        let made = post(person, "/server", "/server/recovery", &[("user", &bo.user().id.to_string())]).await;
        assert_eq!(made.status, 404, "{}", made.body);
    }
    let html = haneul.get("/server?q=haneul").await.body;
    assert!(html.contains("@haneul") && !html.contains("@bo<"), "{html}");
    let fields = [("name", "책방"), ("slug", "books")];
    let made = post(&haneul, "/server", "/api/create_space", &fields).await;
    assert_eq!(made.header("location"), "/s/books/-/rooms");
    let spaces: Vec<Space> =
        haneul.ask("lobby", &[("space", "books")]).await.value::<maru::protocol::Lobby>().spaces;
    assert!(spaces.iter().any(|space| space.slug == "books" && space.role == Some(Role::Owner)));
    assert_eq!(ann.get("/s/books/-/rooms").await.status, 404);
    let (_, _, _) = server.run(&["user", "create", "dan"]).await;
    let all: Vec<maru::protocol::Account> = haneul.ask("accounts", &[]).await.value();
    let dan = all.iter().find(|account| account.user.name == "dan").expect("made").user.id.to_string();
    let made = post(&haneul, "/server", "/server/recovery", &[("user", &dan)]).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert!(made.body.contains("/recover/") && made.body.contains("data-copy="), "{}", made.body);
}
