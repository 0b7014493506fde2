//! What those who run the server do to accounts, on the page and on the command line.

use super::*;
use maru::protocol::{Failure, Field, Reason, User};

async fn user_of(person: &Person) -> User {
    person.ask("me", &[]).await.value()
}

#[tokio::test]
async fn only_who_runs_the_server_touches_accounts() {
    let (server, owner) = set_up_server(&[]).await;
    let password = make_account(&server, "ann", &["--role", "owner"]).await;
    let ann = sign_in(&server, "ann", &password).await;
    let id = user_of(&owner).await.id.to_string();
    let nobody = maru::protocol::UserId::from_raw(7).to_string();
    for (function, fields) in [
        ("deactivate", vec![("user", id.as_str())]),
        ("reactivate", vec![("user", &id)]),
        ("make_recovery_link", vec![("user", &id)]),
        ("set_admin", vec![("user", &id), ("on", "false")]),
        ("set_admin", vec![("user", &nobody), ("on", "true")]),
    ] {
        assert_eq!(ann.call(function, &fields).await.failure(), (403, Failure::Forbidden), "{function}");
        let stranger = server.stranger().call(function, &fields).await;
        assert_eq!(stranger.failure(), (401, Failure::SignedOut), "{function}");
    }
    assert_eq!(ann.ask("accounts", &[]).await.failure(), (403, Failure::Forbidden));
    let all: Vec<Account> = owner.ask("accounts", &[]).await.value();
    assert_eq!(all.iter().map(|account| account.user.name.as_str()).collect::<Vec<_>>(), ["ann", "haneul"]);
}

#[tokio::test]
async fn a_deactivated_account_is_out_at_once_and_may_come_back() {
    let (server, owner) = set_up_server(&[]).await;
    let password = make_account(&server, "ann", &[]).await;
    let ann = sign_in(&server, "ann", &password).await;
    let mut socket = ann.connect().await;
    let id = user_of(&ann).await.id.to_string();
    assert_eq!(owner.call("deactivate", &[("user", &id)]).await.status, 200);
    assert_eq!(socket.closed().await.0, 4401);
    assert!(!is_signed_in(&ann).await);
    assert_eq!(try_sign_in(&server.stranger(), "ann", &password).await.status, 422);
    let link = owner.call("make_recovery_link", &[("user", &id)]).await;
    assert_eq!(link.failure(), (404, Failure::NotFound));
    assert_eq!(owner.call("reactivate", &[("user", &id)]).await.status, 200);
    sign_in(&server, "ann", &password).await;
}

#[tokio::test]
async fn somebody_always_runs_the_server() {
    let (server, owner) = set_up_server(&[]).await;
    let password = make_account(&server, "ann", &[]).await;
    let ann = sign_in(&server, "ann", &password).await;
    let (own, other) = (user_of(&owner).await.id.to_string(), user_of(&ann).await.id.to_string());
    let last = (422, Failure::Invalid { field: Field::Admin, reason: Reason::Last });
    assert_eq!(owner.call("set_admin", &[("user", &own), ("on", "false")]).await.failure(), last);
    assert_eq!(owner.call("deactivate", &[("user", &own)]).await.failure(), last);
    assert!(!server.run(&["user", "deactivate", "haneul"]).await.0);
    assert_eq!(owner.call("set_admin", &[("user", &other), ("on", "true")]).await.status, 200);
    assert_eq!(ann.call("set_admin", &[("user", &own), ("on", "false")]).await.status, 200);
    assert_eq!(owner.ask("accounts", &[]).await.failure(), (403, Failure::Forbidden), "at once");
    assert_eq!(ann.call("deactivate", &[("user", &other)]).await.failure(), last);
}

#[tokio::test]
async fn the_command_line_works_beside_a_running_server() {
    let (server, _owner) = set_up_server(&[]).await;
    let first = make_account(&server, "ann", &["--display", "앤", "--role", "moderator"]).await;
    let ann = sign_in(&server, "ann", &first).await;
    let mut socket = ann.connect().await;
    let (done, second, complaint) = server.run(&["user", "password", "ann"]).await;
    assert!(done, "{complaint}");
    assert_eq!(socket.closed().await.0, 4401, "what is open closes within seconds");
    let ann = sign_in(&server, "ann", second.trim()).await;
    for words in [
        &["user", "admin", "ann"][..],
        &["user", "role", "ann", "우리-반", "owner"],
        &["user", "deactivate", "ann"],
        &["user", "reactivate", "ann"],
    ] {
        let (done, printed, complaint) = server.run(words).await;
        assert!(done && printed.is_empty(), "{words:?}: {complaint}");
    }
    assert!(!is_signed_in(&ann).await, "deactivating ended the session");
    let (_, listed, _) = server.run(&["user", "list"]).await;
    assert!(
        listed.lines().any(|line| line.starts_with("ann  account") && line.ends_with("admin")),
        "{listed}"
    );
    for words in [
        &["user", "password", "nobody"][..],
        &["user", "create", "ANN"],
        &["user", "create", "аnn"],
        &["user", "create", "bo", "--role", "king"],
        &["user", "create", "bo", "--space", "nowhere"],
        &["user", "role", "ann", "우리-반", "king"],
        &["user", "admin", "ann", "maybe"],
    ] {
        let (done, printed, complaint) = server.run(words).await;
        assert!(!done && printed.is_empty() && complaint.starts_with("maru: "), "{words:?}: {complaint}");
    }
}

#[tokio::test]
async fn an_account_can_be_made_before_the_first_start() {
    let mut server = TestServer::stopped(&[("MARU_OPEN", "off")]);
    let password = make_account(&server, "haneul", &["--admin"]).await;
    server.start_again().await;
    let owner = sign_in(&server, "haneul", &password).await;
    assert!(profile(&owner).await.is_admin);
    assert!(!server.run(&["setup-link"]).await.0, "there is somebody who runs it");
}
