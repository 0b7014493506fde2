//! Signing up and signing in.

use super::*;
use maru::protocol::{Failure, Field, Reason};

fn wrong() -> (u16, Failure) {
    (422, Failure::Invalid { field: Field::SignIn, reason: Reason::Wrong })
}

#[tokio::test]
async fn one_signs_in_by_name_or_address_in_any_writing() {
    let (server, _owner) = set_up_server(&[]).await;
    let password = make_account(&server, "하은", &["--email", "Haeun@Example.org"]).await;
    for name in ["하은", " 하은 ", "haeun@example.org", "\u{1112}\u{1161}\u{110b}\u{1173}\u{11ab}"] {
        let person = sign_in(&server, name, &password).await;
        assert_eq!(person.ask("me", &[]).await.value::<maru::protocol::User>().name, "하은", "{name}");
    }
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_is_the_same_and_as_much_work() {
    let (server, _owner) = set_up_server(&[("MARU_LOG", "debug")]).await;
    let password = make_account(&server, "ann", &[]).await;
    make_account(&server, "gone", &[]).await;
    assert!(server.run(&["user", "deactivate", "gone"]).await.0);
    let compared = || server.log().matches("compares a password").count();
    let mut bodies = Vec::new();
    for (name, password) in
        [("ann", "not the password"), ("nobody", &password), ("gone", &password), ("", "x")]
    {
        let before = compared();
        let reply = try_sign_in(&server.stranger(), name, password).await;
        assert_eq!(reply.failure(), wrong(), "{name}");
        assert!(reply.cookie("maru").is_none() && reply.cookie("maru_device").is_none());
        bodies.push(reply.body);
        server.logged("a sign-in failed").await;
        crate::kit::soon("one comparison", async {
            while compared() == before {
                tokio::task::yield_now().await;
            }
        })
        .await;
        assert_eq!(compared(), before + 1, "{name}");
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    let long = "x".repeat(1_000);
    let known = try_sign_in(&server.stranger(), "ann", &long).await;
    let unknown = try_sign_in(&server.stranger(), "nobody", &long).await;
    assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
}

#[tokio::test]
async fn a_new_session_begins_under_a_new_token_and_the_one_before_is_dead() {
    let (server, _owner) = set_up_server(&[]).await;
    let password = make_account(&server, "ann", &[]).await;
    let mut ann = sign_in(&server, "ann", &password).await;
    let before = ann.clone();
    let mut socket = before.connect().await;
    sign_in_again(&mut ann, "ann", &password).await;
    assert_ne!(ann.cookie, before.cookie);
    assert!(!is_signed_in(&before).await, "a token that was planted is worth nothing");
    assert_eq!(socket.closed().await.0, 4401);
    let mut planted = server.stranger();
    planted.cookie = Some(format!("maru={}", "a".repeat(64)));
    let reply = try_sign_in(&planted, "ann", &password).await;
    assert_ne!(reply.cookie("maru").expect("a session"), "a".repeat(64));
}

#[tokio::test]
async fn guessing_slows_down_and_the_owner_goes_on_in_a_known_browser() {
    let (server, _owner) = set_up_server(&[]).await;
    let password = make_account(&server, "ann", &[]).await;
    let mut ann = sign_in(&server, "ann", &password).await;
    let stranger = server.stranger();
    for _ in 0..5 {
        assert_eq!(try_sign_in(&stranger, "ann", "a wrong guess").await.failure(), wrong());
        assert_eq!(try_sign_in(&stranger, "nobody", "a wrong guess").await.failure(), wrong());
    }
    for name in ["ann", "nobody"] {
        let (status, failure) = try_sign_in(&stranger, name, "a wrong guess").await.failure();
        assert_eq!(status, 429);
        assert!(matches!(failure, Failure::RateLimited { retry_ms: 1..=1_000 }), "{failure:?}");
    }
    ann.cookie = ann.cookie.map(|cookie| cookie.split("; ").nth(1).expect("the browser's own").to_owned());
    sign_in_again(&mut ann, "ann", &password).await;
    assert!(is_signed_in(&ann).await);
}

#[tokio::test]
async fn where_the_space_is_open_anybody_makes_an_account() {
    let server = TestServer::start().await;
    let fields = [("name", "하은"), ("display", "Ha-eun"), ("password", SECRET), ("email", "h@example.org")];
    let mut person = server.stranger();
    let reply = person.call("sign_up", &fields).await;
    let arrived = keep(&mut person, &reply);
    assert_eq!((arrived.user.name.as_str(), arrived.user.shown()), ("하은", "Ha-eun"));
    assert!(arrived.path.starts_with("/s/maru/"), "{}", arrived.path);
    assert_eq!(profile(&person).await.email.as_deref(), Some("h@example.org"));
    sign_in(&server, "h@example.org", SECRET).await;
}

#[tokio::test]
async fn where_no_space_is_open_nobody_does() {
    let (server, _owner) = set_up_server(&[]).await;
    let fields = [("name", "ann"), ("password", SECRET)];
    assert_eq!(server.stranger().call("sign_up", &fields).await.failure(), (404, Failure::NotFound));
    let entering = server.stranger().call("enter", &[("name", "ann")]).await;
    assert_eq!(entering.failure(), (404, Failure::NotFound));
}

#[tokio::test]
async fn whose_an_address_is_nobody_learns_by_signing_up() {
    let server = TestServer::start().await;
    let mut bodies = Vec::new();
    for (name, email) in [("ann", "ann@example.org"), ("bo", "ann@example.org"), ("cy", "cy@example.org")] {
        let fields = [("name", name), ("password", SECRET), ("email", email)];
        let reply = server.stranger().call("sign_up", &fields).await;
        assert_eq!(reply.status, 200);
        bodies.push(reply.body);
    }
    assert!(bodies.iter().all(|body| !body.contains("example.org")), "{bodies:?}");
    let person = sign_in(&server, "ann@example.org", SECRET).await;
    assert_eq!(profile(&person).await.user.name, "ann", "it stays whose it was");
    assert_eq!(profile(&sign_in(&server, "bo", SECRET).await).await.email, None);
}

#[tokio::test]
async fn one_is_led_on_only_within_the_site() {
    let (server, _owner) = set_up_server(&[]).await;
    let password = make_account(&server, "ann", &[]).await;
    for (next, leads_there) in
        [("/settings", true), ("//evil.example", false), ("https://evil.example", false)]
    {
        let fields = [("name", "ann"), ("password", password.as_str()), ("next", next)];
        let arrived: SignedIn = server.stranger().call("sign_in", &fields).await.value();
        assert_eq!(arrived.path == next, leads_there, "{}", arrived.path);
        assert!(arrived.path.starts_with('/') && !arrived.path.starts_with("//"));
    }
}

#[tokio::test]
async fn the_log_tells_of_failures_and_of_no_secret() {
    let (mut server, _owner) = set_up_server(&[("MARU_LOG", "debug")]).await;
    let password = make_account(&server, "ann", &[]).await;
    let mut ann = sign_in(&server, "ann", &password).await;
    let canary = "canary-of-a-password";
    try_sign_in(&ann, "ann", canary).await;
    ann.call("change_password", &[("current", canary), ("new", "canary-of-a-password-2")]).await;
    ann.call("recover", &[("code", canary), ("password", canary)]).await;
    server.stranger().call("sign_up", &[("name", "bo"), ("password", canary)]).await;
    let cookie = sign_in_again(&mut ann, "ann", &password).await;
    assert_eq!(cookie.user.name, "ann");
    server.ask_to_stop().await;
    server.ended().await;
    let log = server.log();
    assert!(log.contains("a sign-in failed"), "{log}");
    assert!(!log.contains(canary) && !log.contains(&password), "{log}");
    for part in ann.cookie.expect("signed in").split("; ") {
        let secret = part.split_once('=').expect("a cookie").1;
        assert!(secret.len() == 64 && !log.contains(secret));
    }
}
