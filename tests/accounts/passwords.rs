//! Which passwords are taken, and changing one.

use super::*;
use maru::protocol::{Failure, Field, Reason};

fn invalid(field: Field, reason: Reason) -> (u16, Failure) {
    (422, Failure::Invalid { field, reason })
}

#[tokio::test]
async fn a_weak_password_is_refused_by_its_field_and_nothing_is_made() {
    let server = TestServer::start().await;
    for (password, reason) in [
        ("", Reason::TooShort(8)),
        ("short 7", Reason::TooShort(8)),
        ("qwer1234", Reason::Common),
        ("Password1", Reason::Common),
        ("dkssudgktpdy", Reason::Common),
        ("blackbird-1962", Reason::Common),
        ("Bird@Example.org", Reason::Common),
        (&"가".repeat(257), Reason::TooLong(256)),
    ] {
        let fields = [("name", "blackbird-1962"), ("password", password), ("email", "bird@example.org")];
        let reply = server.stranger().call("sign_up", &fields).await;
        assert_eq!(reply.failure(), invalid(Field::Password, reason), "{password}");
    }
    let fields = [("name", "blackbird-1962"), ("password", SECRET)];
    assert_eq!(server.stranger().call("sign_up", &fields).await.status, 200, "the name is still free");
}

#[tokio::test]
async fn a_megabyte_of_password_is_refused_before_anything_is_hashed() {
    let (server, owner) = set_up_server(&[("MARU_LOG", "debug")]).await;
    let before = server.log().matches("compares a password").count();
    let long = "x".repeat(1_000_000);
    for (function, fields) in [
        ("sign_in", vec![("name", "haneul"), ("password", long.as_str())]),
        ("sign_up", vec![("name", "ann"), ("password", &long)]),
        ("change_password", vec![("current", &long), ("new", SECRET)]),
    ] {
        let reply = owner.call(function, &fields).await;
        assert_eq!(reply.failure().0, 413, "{function}");
    }
    let shorter = &long[..100_000];
    let reply = try_sign_in(&server.stranger(), "haneul", shorter).await;
    assert_eq!(reply.failure(), invalid(Field::Password, Reason::TooLong(256)));
    assert_eq!(server.log().matches("compares a password").count(), before);
}

#[tokio::test]
async fn changing_takes_the_current_password_and_ends_the_other_sessions() {
    let (server, _owner) = set_up_server(&[]).await;
    let old = make_account(&server, "ann", &[]).await;
    let (ann, other) = (sign_in(&server, "ann", &old).await, sign_in(&server, "ann", &old).await);
    let (mut at_ann, mut at_other) = (ann.connect().await, other.connect().await);
    let new = "a quite different one";
    let change = async |current: &str, new: &str| {
        ann.call("change_password", &[("current", current), ("new", new)]).await
    };
    assert_eq!(change("not mine", new).await.failure(), invalid(Field::Current, Reason::Wrong));
    assert_eq!(change(&old, "1234567").await.failure(), invalid(Field::Password, Reason::TooShort(8)));
    assert!(is_signed_in(&other).await, "nothing changed");
    assert_eq!(change(&old, new).await.status, 200);
    assert_eq!(at_other.closed().await.0, 4401);
    assert!(is_signed_in(&ann).await && !is_signed_in(&other).await);
    at_ann.ping().await;
    assert_eq!(try_sign_in(&server.stranger(), "ann", &old).await.status, 422);
    sign_in(&server, "ann", new).await;
}

#[tokio::test]
async fn guessing_the_current_password_slows_down_too() {
    let (_server, owner) = set_up_server(&[]).await;
    let guess =
        async || owner.call("change_password", &[("current", "a guess"), ("new", "a quite new one")]).await;
    for _ in 0..5 {
        assert_eq!(guess().await.failure(), invalid(Field::Current, Reason::Wrong));
    }
    assert_eq!(guess().await.failure().0, 429);
    assert!(is_signed_in(&owner).await);
}

#[tokio::test]
async fn passwords_come_to_the_command_line_by_its_input_and_to_the_disk_as_hashes() {
    let (server, _owner) = set_up_server(&[]).await;
    let made = make_account(&server, "ann", &[]).await;
    assert_eq!(made.len(), 23, "{made}");
    sign_in(&server, "ann", &made).await;
    let mut command = server.program();
    command.args(["user", "password", "ann", "--password-stdin", "--data"]).arg(server.data());
    let mut child = command.stdin(std::process::Stdio::piped()).spawn().expect("started");
    let mut stdin = child.stdin.take().expect("piped");
    tokio::io::AsyncWriteExt::write_all(&mut stdin, format!("{SECRET}\n").as_bytes()).await.expect("written");
    drop(stdin);
    let done = child.wait_with_output().await.expect("ended");
    assert!(done.status.success() && done.stdout.is_empty(), "{done:?}");
    sign_in(&server, "ann", SECRET).await;
    for file in ["maru.db", "maru.db-wal"] {
        let kept = std::fs::read(server.data().join(file)).expect("the store");
        for secret in [made.as_bytes(), SECRET.as_bytes()] {
            assert!(!kept.windows(secret.len()).any(|part| part == secret), "{file}");
        }
    }
}
