//! The way back in: by a link from somebody who runs the server, and by e-mail.

use super::*;
use crate::kit::Mailbox;
use maru::protocol::{Failure, Field, Reason, User};

async fn recover(person: &Person, path: &str, password: &str) -> Reply {
    let code = path.strip_prefix("/recover/").unwrap_or(path);
    person.call("recover", &[("code", code), ("password", password)]).await
}

#[tokio::test]
async fn a_link_from_an_administrator_lets_in_once() {
    let (server, owner) = set_up_server(&[]).await;
    let old = make_account(&server, "ann", &[]).await;
    let ann = sign_in(&server, "ann", &old).await;
    let mut socket = ann.connect().await;
    let id = ann.ask("me", &[]).await.value::<User>().id.to_string();
    let make = async || -> String { owner.call("make_recovery_link", &[("user", &id)]).await.value() };
    let (first, link) = (make().await, make().await);
    let mut elsewhere = server.stranger();
    assert_eq!(
        recover(&elsewhere, &first, SECRET).await.failure(),
        (404, Failure::NotFound),
        "the newest works"
    );
    let weak = Failure::Invalid { field: Field::Password, reason: Reason::Common };
    assert_eq!(recover(&elsewhere, &link, "qwer1234").await.failure(), (422, weak), "which uses nothing up");
    let reply = recover(&elsewhere, &link, SECRET).await;
    keep(&mut elsewhere, &reply);
    assert_eq!(socket.closed().await.0, 4401);
    assert!(is_signed_in(&elsewhere).await && !is_signed_in(&ann).await);
    assert_eq!(try_sign_in(&server.stranger(), "ann", &old).await.status, 422);
    for code in [link.as_str(), "/recover/", "x", &"0".repeat(64)] {
        assert_eq!(recover(&server.stranger(), code, SECRET).await.failure(), (404, Failure::NotFound));
    }
}

#[tokio::test]
async fn a_set_up_code_recovers_nobody() {
    let server = closed_server(&[]).await;
    let code = setup_code(&server).await;
    assert_eq!(recover(&server.stranger(), &code, SECRET).await.failure(), (404, Failure::NotFound));
    assert_eq!(try_set_up(&server.stranger(), &code, "ann").await.status, 200);
}

#[tokio::test]
async fn a_letter_leads_back_in_and_asking_tells_nothing() {
    const SITE: &str = "http://chat.example";
    let mut mailbox = Mailbox::open().await;
    let settings = [
        ("MARU_BASE_URL", SITE),
        ("MARU_SMTP", &mailbox.url),
        ("MARU_SMTP_FROM", "Maru <maru@example.org>"),
        ("MARU_OPEN", "off"),
    ];
    let mut server = TestServer::stopped(&settings);
    make_account(&server, "ann", &["--email", "ann@example.org"]).await;
    make_account(&server, "bo", &[]).await;
    server.start_again().await;
    let post = async |function: &str, fields: &[(&str, &str)]| {
        let client = reqwest::Client::new().post(format!("http://{}/api/{function}", server.address()));
        Reply::of(client.header("origin", SITE).form(fields)).await
    };
    let mut bodies = Vec::new();
    for name in ["nobody", "bo", "ann@example.org", "ann"] {
        let reply = post("ask_recovery", &[("name", name)]).await;
        assert_eq!(reply.status, 200);
        bodies.push(reply.body);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    let letter = mailbox.next().await;
    assert_eq!(letter.to, ["ann@example.org"]);
    let link = letter.text.split_once("http://chat.example/recover/").expect("a link").1;
    let code = link.split_whitespace().next().expect("a code");
    assert_eq!(post("recover", &[("code", code), ("password", SECRET)]).await.status, 200);
    assert_eq!(post("sign_in", &[("name", "ann"), ("password", SECRET)]).await.status, 200);
    server.ask_to_stop().await;
    server.ended().await;
    assert_eq!(server.log().matches("a letter was sent").count(), 1, "one letter, however often one asks");
    assert!(!server.log().contains(code) && !server.log().contains("ann@example.org"), "{}", server.log());
}

#[tokio::test]
async fn without_a_mail_server_asking_is_answered_all_the_same() {
    let (server, _owner) = set_up_server(&[]).await;
    for name in ["haneul", "nobody", ""] {
        let reply = server.stranger().call("ask_recovery", &[("name", name)]).await;
        assert_eq!((reply.status, reply.body.as_str()), (200, "null"));
    }
}
