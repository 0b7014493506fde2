//! A guest who makes an account.

use super::*;
use maru::protocol::{AccountKind, Failure, Field, Reason};

#[tokio::test]
async fn a_guest_becomes_an_account_and_keeps_everything() {
    let server = TestServer::start().await;
    let mut guest = server.enter("하은").await;
    let mut socket = guest.connect().await;
    socket.say(guest.room(), "as a guest").await;
    let made = guest.create_room("하은의 방").await;
    let before = guest.clone();
    let fields = [("password", SECRET), ("email", "h@example.org")];
    let reply = guest.call("become_account", &fields).await;
    let arrived = keep(&mut guest, &reply);
    assert_eq!(arrived.user.id, before.user().id);
    assert!(!is_signed_in(&before).await, "the guest's token is worth nothing any more");
    assert_eq!(socket.closed().await.0, 4401);
    assert_eq!(profile(&guest).await.kind, AccountKind::Account);
    assert_eq!(guest.room_state(made.id).await.role, made.role);
    let elsewhere = sign_in(&server, "하은", SECRET).await;
    let mut there = elsewhere.connect().await;
    let events = there.whole_history(before.room()).await;
    assert!(events.iter().any(|event| event.by == before.user().id && event.name == "하은"), "{events:?}");
    let again = guest.call("become_account", &fields).await;
    assert_eq!(again.failure(), (403, Failure::Forbidden), "once is enough");
}

#[tokio::test]
async fn who_is_refused_stays_a_guest() {
    let server = TestServer::start().await;
    let guest = server.enter("ann").await;
    let refused = guest.call("become_account", &[("password", "ann")]).await.failure().1;
    assert_eq!(refused, Failure::Invalid { field: Field::Password, reason: Reason::TooShort(8) });
    let refused =
        guest.call("become_account", &[("password", SECRET), ("email", "nowhere")]).await.failure().1;
    assert_eq!(refused, Failure::Invalid { field: Field::Email, reason: Reason::Malformed });
    assert_eq!(profile(&guest).await.kind, AccountKind::Guest);
    assert_eq!(try_sign_in(&server.stranger(), "ann", "ann").await.status, 422);
    let stranger = server.stranger().call("become_account", &[("password", SECRET)]).await;
    assert_eq!(stranger.failure(), (401, Failure::SignedOut));
    let change = guest.call("change_password", &[("current", ""), ("new", SECRET)]).await;
    assert_eq!(change.failure(), (403, Failure::Forbidden), "a guest has none to change");
}
