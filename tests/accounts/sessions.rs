//! Sessions: told, ended, and ending by themselves.

use super::*;
use maru::protocol::Failure;

#[tokio::test]
async fn a_session_ended_elsewhere_closes_at_once() {
    let (server, _owner) = set_up_server(&[]).await;
    let password = make_account(&server, "ann", &[]).await;
    let (here, there) = (sign_in(&server, "ann", &password).await, sign_in(&server, "ann", &password).await);
    let (mut at_here, mut at_there) = (here.connect().await, there.connect().await);
    let open = sessions(&here).await;
    assert_eq!(open.len(), 2);
    assert_eq!(open.iter().filter(|session| session.is_current).count(), 1);
    let token = there.cookie.clone().expect("signed in");
    assert!(!open.iter().any(|session| token.contains(&session.id)), "an id is no token");
    let other = open.iter().find(|session| !session.is_current).expect("the other");
    assert_eq!(here.call("end_session", &[("id", &other.id)]).await.status, 200);
    assert_eq!(at_there.closed().await.0, 4401);
    assert!(!is_signed_in(&there).await && is_signed_in(&here).await);
    at_here.ping().await;
    assert_eq!(sessions(&here).await.len(), 1);
    assert_eq!(here.call("end_session", &[("id", &other.id)]).await.failure(), (404, Failure::NotFound));
}

#[tokio::test]
async fn nobody_ends_what_is_somebody_elses() {
    let (server, owner) = set_up_server(&[]).await;
    let password = make_account(&server, "ann", &[]).await;
    let ann = sign_in(&server, "ann", &password).await;
    let id = &sessions(&owner).await[0].id;
    assert_eq!(ann.call("end_session", &[("id", id)]).await.failure(), (404, Failure::NotFound));
    assert!(is_signed_in(&owner).await);
    let stranger = server.stranger();
    assert_eq!(stranger.call("end_session", &[("id", id)]).await.failure(), (401, Failure::SignedOut));
    assert_eq!(stranger.ask("sessions", &[]).await.failure(), (401, Failure::SignedOut));
}

#[tokio::test]
async fn all_others_end_together_and_programs_go_on() {
    let (server, _owner) = set_up_server(&[]).await;
    let password = make_account(&server, "ann", &[]).await;
    let mut browsers = Vec::new();
    for _ in 0..3 {
        browsers.push(sign_in(&server, "ann", &password).await);
    }
    let (_, token, _) = server.run(&["token", "create", "--user", "ann"]).await;
    let mut program = server.stranger();
    program.token = Some(token.trim().to_owned());
    assert_eq!(browsers[0].call("end_other_sessions", &[]).await.status, 200);
    assert!(is_signed_in(&browsers[0]).await && is_signed_in(&program).await);
    assert!(!is_signed_in(&browsers[1]).await && !is_signed_in(&browsers[2]).await);
}

/// Moves the server's time.
fn days_later(clock: &std::path::Path, days: u64) {
    std::fs::write(clock, (days * 24 * 60 * 60 * 1000).to_string()).expect("written");
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_and_at_last_by_its_age() {
    if !maru::FAULTS {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let clock = folder.path().join("clock");
    days_later(&clock, 0);
    let faults = format!("clock={}", clock.display());
    let (server, owner) = set_up_server(&[("MARU_FAULTS", &faults)]).await;
    let password = make_account(&server, "ann", &[]).await;
    let ann = sign_in(&server, "ann", &password).await;
    for day in (20..=170).step_by(25) {
        days_later(&clock, day);
        assert!(is_signed_in(&owner).await, "in use on day {day}");
    }
    assert!(!is_signed_in(&ann).await, "nobody used it for thirty days");
    days_later(&clock, 179);
    assert!(is_signed_in(&owner).await);
    days_later(&clock, 181);
    assert!(!is_signed_in(&owner).await, "no session lasts longer than half a year");
}
