//! Plain pages over HTTP: who is shown what, and that their forms work without any script.

use crate::kit::{Reply, TestServer};

const PASSWORD: &str = "pine boards and persimmons";

/// Posts a form as a browser without script does, from a page of the server.
async fn post(server: &TestServer, from: &str, to: &str, cookie: &str, form: &[(&str, &str)]) -> Reply {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
    let address = server.address();
    let request = client.expect("a client").post(format!("http://{address}/api/{to}"));
    let request = request
        .header("origin", format!("http://{address}"))
        .header("referer", format!("http://{address}{from}"))
        .header("accept", "text/html")
        .header("cookie", cookie);
    Reply::of(request.form(form)).await
}

async fn get(server: &TestServer, path: &str, cookie: &str) -> Reply {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
    let request = client.expect("a client").get(format!("http://{}{path}", server.address()));
    Reply::of(request.header("cookie", cookie)).await
}

/// A server that nobody has set up, and the path of the link that does.
async fn empty() -> (TestServer, String) {
    let server = TestServer::with(&[("MARU_OPEN", "off"), ("MARU_LIMITS", "off")]).await;
    let (is_done, printed, told) = server.run(&["setup-link"]).await;
    assert!(is_done, "{told}");
    let at = printed.find("/setup?token=").expect("a link");
    (server, printed[at..].trim().to_owned())
}

/// The same once it is set up; and the owner's cookie.
async fn owned() -> (TestServer, String) {
    let (server, path) = empty().await;
    let token = path.split('=').nth(1).expect("a token");
    let form = [("token", token), ("name", "ann"), ("password", PASSWORD), ("space", "maru")];
    let reply = post(&server, &path, "set_up", "", &form).await;
    assert_eq!(reply.status, 303, "{reply:?}");
    assert!(reply.header("location").starts_with("/s/maru/"), "{reply:?}");
    let cookie = format!("maru={}", reply.cookie("maru").expect("signed in"));
    (server, cookie)
}

#[tokio::test]
async fn an_empty_server_is_set_up_by_its_link_alone_and_once() {
    let (server, path) = empty().await;
    let doorway = get(&server, "/enter", "").await;
    assert!(!doorway.body.contains("<form method=\"post\" action=\"/api/sign_in\""), "{}", doorway.body);
    let page = get(&server, &path, "").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("action=\"/api/set_up\""), "{}", page.body);
    assert_eq!(get(&server, "/setup?token=0123", "").await.status, 404);

    let token = path.split('=').nth(1).expect("a token");
    let form = [("token", token), ("name", "ann"), ("password", "password"), ("space", "maru")];
    let refused = post(&server, &path, "set_up", "", &form).await;
    let back = refused.header("location").to_owned();
    assert!(back.starts_with(&path) && !back.contains("password="), "{back}");
    let page = get(&server, &back, "").await;
    assert!(
        page.body.contains("value=\"ann\"") && page.body.contains("set_up-password-why"),
        "{}",
        page.body
    );

    let form = [("token", token), ("name", "ann"), ("password", PASSWORD), ("space", "maru")];
    assert_eq!(post(&server, &path, "set_up", "", &form).await.status, 303);
    assert_eq!(get(&server, &path, "").await.status, 404);
}

#[tokio::test]
async fn settings_are_ones_own_and_tell_what_was_saved() {
    let (server, ann) = owned().await;
    let stranger = get(&server, "/settings", "").await;
    assert_eq!((stranger.status, stranger.header("location")), (303, "/enter?next=%2Fsettings"));
    let page = get(&server, "/settings", &ann).await;
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'self';") && !policy.contains("wasm"), "{policy}");
    assert!(page.header("cache-control").contains("no-store"), "{page:?}");

    let form =
        [("display", "앤"), ("status", "<b>여기"), ("email", ""), ("lang", "ko"), ("zone", "Asia/Seoul")];
    let saved = post(&server, "/settings?__err=x&email=typed", "edit_profile", &ann, &form).await;
    assert_eq!(saved.header("location"), "/settings?__done=%2Fapi%2Fedit_profile");
    let page = get(&server, saved.header("location"), &ann).await;
    assert!(page.body.contains("role=\"status\"") && page.body.contains("&lt;b&gt;여기"), "{}", page.body);

    let long = "가".repeat(33);
    let refused = post(&server, "/settings", "edit_profile", &ann, &[("display", long.as_str())]).await;
    let page = get(&server, refused.header("location"), &ann).await;
    assert!(page.body.contains("edit_profile-display-why") && page.body.contains(&long), "{}", page.body);
}

#[tokio::test]
async fn a_session_that_is_not_ones_own_cannot_be_ended_and_the_row_says_so() {
    let (server, ann) = owned().await;
    let refused = post(&server, "/settings", "end_session", &ann, &[("id", "0123")]).await;
    assert!(refused.header("location").contains("__err"), "{refused:?}");
    assert_eq!(get(&server, "/settings", &ann).await.status, 200);
}

#[tokio::test]
async fn nobody_joins_uninvited_and_dead_links_are_all_alike() {
    let (server, ann) = owned().await;
    assert_eq!(get(&server, "/join", "").await.status, 404);
    let code = "A".repeat(24);
    let plain = |page: Reply, code: &str| page.body.replace(code, "");
    let unknown = get(&server, &format!("/invite/{code}"), "").await;
    assert_eq!(unknown.status, 404);
    let odd = get(&server, "/invite/odd", "").await;
    assert_eq!((odd.status, plain(odd, "odd")), (404, plain(unknown, &code)));
    assert_eq!(get(&server, "/recover/odd", "").await.status, 404);
    let made = get(&server, &format!("/join?invite={code}"), &ann).await;
    assert_eq!((made.status, made.header("location")), (303, format!("/invite/{code}").as_str()));
}
