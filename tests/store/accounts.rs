//! Accounts and sessions.

use super::*;
use maru::protocol::{Field, Role};
use maru::server::store::{NewSession, SessionKind};

on_both_engines![
    a_name_is_taken_in_every_writing_that_folds_to_it,
    a_refused_name_leaves_nothing_behind,
    a_session_is_found_until_it_ends,
    a_deleted_session_is_gone,
    a_session_survives_a_restart_and_its_use_is_noted,
    whatever_a_browser_calls_itself_is_kept_short,
    a_token_is_a_session_that_does_not_end_by_itself,
    of_many_sessions_the_living_are_told_and_every_end_is_counted,
];

fn session(user: &User, token: u8) -> NewSession {
    NewSession {
        token_hash: [token; 32],
        user: user.id,
        at: NOW,
        expires_at: NOW + 1000,
        agent: "Browser/1".into(),
        kind: SessionKind::Cookie,
    }
}

async fn a_name_is_taken_in_every_writing_that_folds_to_it(test: &mut TestStore) {
    test.person("Café").await;
    test.person("마루").await;
    for name in ["Café", "CAFE\u{301}", "cafe\u{301}", " café ", "\u{1106}\u{1161}\u{1105}\u{116e}"] {
        let user = User::new(UserId::from_random(random()), name.to_owned());
        let refused = refusal(test.store.create_user(&user, Some((test.space.id, Role::Guest)), NOW).await);
        assert_eq!(refused, Failure::Taken { field: Field::Name }, "{name}");
    }
    test.person("Cafe").await;
}

async fn a_refused_name_leaves_nothing_behind(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let room = test.room(&ann, "one").await;
    let second = User::new(UserId::from_random(random()), "Ann".into());
    refusal(test.store.create_user(&second, Some((test.space.id, Role::Guest)), NOW).await);
    assert_eq!(refusal(test.store.events_after(room, second.id, 0, 10).await), Failure::NotFound);
    assert_eq!(refusal(test.change(room, &second, Op::Join).await), Failure::NotFound);
    assert_eq!(test.store.rooms(test.space.id, second.id).await.expect("no rooms"), []);
    let state = test.store.find_room_state(room, ann.id).await.expect("a state").expect("the room");
    assert_eq!(state.role, Some(Role::Owner));
}

async fn a_session_is_found_until_it_ends(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    test.store.create_session(&session(&ann, 1)).await.expect("a session");
    test.store.create_session(&session(&bo, 2)).await.expect("a session");
    let find = async |token, now| test.store.find_session([token; 32], now).await.expect("an answer");
    assert_eq!(find(1, NOW).await, Some(ann.clone()));
    assert_eq!(find(2, NOW + 999).await, Some(bo));
    assert_eq!(find(1, NOW + 1000).await, None);
    assert_eq!(find(1, u64::MAX).await, None);
    assert_eq!(find(3, NOW).await, None);
}

async fn a_deleted_session_is_gone(test: &mut TestStore) {
    let ann = test.person("ann").await;
    for token in [1, 2] {
        test.store.create_session(&session(&ann, token)).await.expect("a session");
    }
    test.store.delete_session([1; 32]).await.expect("an end");
    test.store.delete_session([1; 32]).await.expect("nothing to end");
    assert_eq!(test.store.find_session([1; 32], NOW).await.expect("an answer"), None);
    assert_eq!(test.store.find_session([2; 32], NOW).await.expect("an answer"), Some(ann));
}

async fn a_session_survives_a_restart_and_its_use_is_noted(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let year = 365 * 24 * 60 * 60 * 1000;
    let kept = NewSession { expires_at: NOW + year, ..session(&ann, 1) };
    test.store.create_session(&kept).await.expect("a session");
    test.restart().await;
    for now in [NOW, NOW + year / 2, NOW + year / 2, NOW + year - 1] {
        assert_eq!(test.store.find_session([1; 32], now).await.expect("an answer"), Some(ann.clone()));
    }
    let seen = test.numbers("select seen_at from session").await;
    assert_eq!(seen, [(NOW + year - 1) as i64]);
}

async fn whatever_a_browser_calls_itself_is_kept_short(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let agent = format!("\0{}", "🦊".repeat(100_000));
    test.store.create_session(&NewSession { agent, ..session(&ann, 1) }).await.expect("a session");
    assert_eq!(test.numbers("select cast(length(agent) as bigint) from session").await, [200]);
}

async fn a_token_is_a_session_that_does_not_end_by_itself(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    test.store.create_session(&session(&ann, 1)).await.expect("a session");
    for (user, token) in [(&ann, 2), (&bo, 3)] {
        let kind = SessionKind::Token { label: "weather".into() };
        let session = NewSession { kind, expires_at: u64::MAX, ..session(user, token) };
        test.store.create_session(&session).await.expect("a token");
    }
    let tokens = async |user| test.store.tokens(user).await.expect("a list");
    let hashes: Vec<_> = tokens(None).await.iter().map(|entry| (entry.token_hash, entry.seen_at)).collect();
    assert_eq!(hashes, [([2; 32], None), ([3; 32], None)], "the browser's is no token");
    let later = NOW + 1_000_000_000_000;
    assert_eq!(test.store.find_session([3; 32], later).await.expect("an answer"), Some(bo.clone()));
    let own = tokens(Some(bo.id)).await;
    assert_eq!((own.len(), &own[0].user, own[0].label.as_str()), (1, &bo, "weather"));
    assert_eq!((own[0].at, own[0].seen_at), (NOW, Some(later)));
    assert_eq!(test.store.find_user(" BO ").await.expect("an answer"), Some(bo));
    assert_eq!(test.store.find_user("cy").await.expect("an answer"), None);
}

async fn of_many_sessions_the_living_are_told_and_every_end_is_counted(test: &mut TestStore) {
    let ann = test.person("ann").await;
    for token in 1..=4 {
        let lasts = u64::from(token) * 1000;
        let session = NewSession { expires_at: NOW + lasts, ..session(&ann, token) };
        test.store.create_session(&session).await.expect("a session");
    }
    let count = async || test.store.count_ended_sessions().await.expect("a number");
    let before = count().await;
    test.store.delete_session([3; 32]).await.expect("an end");
    test.store.delete_session([3; 32]).await.expect("nothing to end");
    assert_eq!(count().await, before + 1);
    let asked = [1, 2, 3, 4, 9].map(|token| [token; 32]);
    let mut living = test.store.living_sessions(&asked, NOW + 1000).await.expect("an answer");
    living.sort_unstable();
    assert_eq!(living, [[2; 32], [4; 32]]);
    assert!(test.store.living_sessions(&[], NOW).await.expect("an answer").is_empty());
}
