//! Accounts and sessions.

use super::*;
use maru::protocol::{AccountKind, Entry, Reason};
use maru::protocol::{Field, Role};
use maru::server::store::{Ending, IDLE_MS, NewAccount, NewSession, NewSpace, Office, Purpose, SessionKind};

on_both_engines![
    a_name_is_taken_in_every_writing_that_folds_to_it,
    a_refused_name_leaves_nothing_behind,
    a_session_is_found_until_it_ends,
    a_deleted_session_is_gone,
    a_session_survives_a_restart_and_its_use_is_noted,
    whatever_a_browser_calls_itself_is_kept_short,
    a_token_is_a_session_that_does_not_end_by_itself,
    of_many_sessions_the_living_are_told_and_every_end_is_counted,
    a_name_that_looks_like_another_is_taken_too,
    an_account_signs_in_by_name_or_address_until_it_is_deactivated,
    endings_end_what_they_say_and_tell_what_ended,
    a_code_works_once_and_the_newest_alone,
    a_set_up_happens_once,
    the_last_administrator_stays_one,
    a_guest_becomes_an_account_once,
    a_face_has_a_number_that_never_comes_back,
    a_browser_is_known_to_who_signed_in_from_it,
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
    let month = IDLE_MS;
    let kept = NewSession { expires_at: NOW + 2 * month, ..session(&ann, 1) };
    test.store.create_session(&kept).await.expect("a session");
    test.restart().await;
    for now in [NOW, NOW + month / 2, NOW + month / 2, NOW + month] {
        assert_eq!(test.store.find_session([1; 32], now).await.expect("an answer"), Some(ann.clone()));
    }
    let seen = test.numbers("select seen_at from session").await;
    assert_eq!(seen, [(NOW + month) as i64]);
    for now in [NOW + 2 * month, NOW + 3 * month] {
        assert_eq!(test.store.find_session([1; 32], now).await.expect("an answer"), None, "nobody used it");
    }
    assert_eq!(test.store.sweep_sessions(NOW + 2 * month).await.expect("swept"), 1);
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

fn account(name: &str, email: Option<&str>) -> NewAccount {
    NewAccount {
        id: UserId::from_random(random()),
        name: name.to_owned(),
        display: String::new(),
        kind: AccountKind::Account,
        password: Some("a hash".to_owned()),
        email: email.map(str::to_owned),
        is_admin: false,
        at: NOW,
    }
}

impl TestStore {
    async fn account(&self, new: NewAccount) -> User {
        let place = Some((self.space.id, Role::Member));
        self.store.create_account(&new, place).await.expect("a free name");
        new.user()
    }
}

async fn a_name_that_looks_like_another_is_taken_too(test: &mut TestStore) {
    test.person("paypal").await;
    for name in ["раураӏ", "paypaI", "pay\u{200b}pal"] {
        let refused = refusal(test.store.create_account(&account(name, None), None).await);
        assert_eq!(refused, Failure::Taken { field: Field::Name }, "{name}");
    }
    test.tamper("update app_user set skeleton = ''").await;
    test.restart().await;
    let refused = refusal(test.store.create_account(&account("paypaI", None), None).await);
    assert_eq!(refused, Failure::Taken { field: Field::Name }, "older names have skeletons after a start");
    let shown = NewAccount { display: "PayPal".to_owned(), ..account("other", None) };
    let refused = refusal(test.store.create_account(&shown, None).await);
    assert_eq!(refused, Failure::Taken { field: Field::Display });
}

async fn an_account_signs_in_by_name_or_address_until_it_is_deactivated(test: &mut TestStore) {
    let ann = test.account(account("Ann", Some("Ann@Example.org"))).await;
    let find = async |named: &str| test.store.find_login(named).await.expect("an answer");
    for named in ["ann", "ANN@example.ORG "] {
        assert_eq!(find(named).await, Some((ann.clone(), Some("a hash".to_owned()))), "{named}");
    }
    for named in ["", "an", "a\u{0}", "example.org"] {
        assert_eq!(find(named).await, None, "{named}");
    }
    let second = account("bo", Some("ANN@example.org"));
    let refused = refusal(test.store.create_account(&second, None).await);
    assert_eq!(refused, Failure::Taken { field: Field::Email });
    test.store.create_session(&session(&ann, 1)).await.expect("a session");
    let ended = test.store.hold_office(ann.id, Office::Deactivate, None, NOW + 5).await.expect("done");
    assert_eq!(ended, [[1; 32]]);
    assert_eq!((find("ann").await, find("ann@example.org").await), (None, None));
    let known = test.store.find_account(ann.id).await.expect("an answer").expect("it is kept");
    assert_eq!(known.deactivated_at, Some(NOW + 5));
    test.store.hold_office(ann.id, Office::Reactivate, None, NOW + 6).await.expect("done");
    assert!(find("ann").await.is_some());
    assert_eq!(test.numbers("select count(*) from audit where space_id is null").await, [2]);
}

async fn endings_end_what_they_say_and_tell_what_ended(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    for (user, token) in [(&ann, 1), (&ann, 2), (&ann, 3), (&bo, 4)] {
        test.store.create_session(&session(user, token)).await.expect("a session");
    }
    let kind = SessionKind::Token { label: String::new() };
    test.store.create_session(&NewSession { kind, ..session(&ann, 5) }).await.expect("a token");
    let end = async |which| {
        let mut ended = test.store.end_sessions_of(ann.id, which).await.expect("done");
        ended.sort_unstable();
        ended.into_iter().map(|hash| hash[0]).collect::<Vec<u8>>()
    };
    let count = async || test.store.count_ended_sessions().await.expect("a number");
    let before = count().await;
    assert_eq!(end(Ending::One([4; 32])).await, [0; 0], "it is somebody else's");
    assert_eq!(count().await, before);
    assert_eq!(end(Ending::One([2; 32])).await, [2]);
    assert_eq!(end(Ending::CookiesBut([1; 32])).await, [3]);
    assert_eq!(end(Ending::Cookies).await, [1]);
    assert_eq!(end(Ending::All).await, [5]);
    assert_eq!(count().await, before + 4);
    assert_eq!(test.store.sessions_of(bo.id, NOW).await.expect("a list").len(), 1);
}

async fn a_code_works_once_and_the_newest_alone(test: &mut TestStore) {
    let (ann, bo) = (test.account(account("ann", None)).await, test.account(account("bo", None)).await);
    let keep = async |hash: u8, user: &User| {
        let kept = test.store.keep_one_time(Purpose::Recover, [hash; 32], Some(user.id), NOW, NOW + 1000);
        kept.await.expect("kept");
    };
    keep(1, &ann).await;
    keep(2, &ann).await;
    keep(3, &bo).await;
    let recover = async |hash: u8, now| test.store.recover([hash; 32], "new", now).await.expect("an answer");
    assert_eq!(recover(1, NOW).await, None, "there is a newer one");
    assert_eq!(recover(2, NOW + 1000).await, None, "it has ended");
    assert_eq!(test.store.find_one_time(Purpose::Setup, [2; 32], NOW).await.expect("an answer"), None);
    test.store.create_session(&session(&ann, 9)).await.expect("a session");
    assert_eq!(recover(2, NOW + 999).await, Some((ann.id, vec![[9; 32]])));
    assert_eq!(recover(2, NOW + 999).await, None, "it was used");
    assert_eq!(test.store.find_password(ann.id).await.expect("an answer").as_deref(), Some("new"));
    test.store.sweep_secrets(NOW + 5000, NOW).await.expect("swept");
    assert_eq!(recover(3, NOW).await, None);
}

async fn a_set_up_happens_once(test: &mut TestStore) {
    let code = async |hash: u8| {
        test.store.keep_one_time(Purpose::Setup, [hash; 32], None, NOW, u64::MAX).await.expect("kept");
    };
    let set_up = async |hash: u8, name: &str| {
        let owner = NewAccount { is_admin: true, ..account(name, None) };
        let space = Space { id: SpaceId::from_random(random()), ..test.space.clone() };
        let space = Space { slug: "other".to_owned(), name: "Other".to_owned(), ..space };
        let new = NewSpace { space, entry: Entry::Invite, door: None, owner: Some(owner.id), at: NOW };
        (owner.id, test.store.set_up([hash; 32], &owner, &new).await)
    };
    code(1).await;
    code(2).await;
    assert_eq!(refusal(set_up(1, "ann").await.1), Failure::NotFound);
    assert!(!test.store.has_accounts().await.expect("an answer"));
    let (owner, space) = set_up(2, "ann").await;
    let space = space.expect("set up");
    assert_eq!((space.id, space.name.as_str()), (test.space.id, "Other"), "nobody owned it");
    let role = test.store.find_space_of(space.id, owner).await.expect("an answer").expect("there").role;
    assert_eq!(role, Some(Role::Owner));
    code(3).await;
    for hash in [2, 3] {
        assert_eq!(refusal(set_up(hash, "bo").await.1), Failure::NotFound);
    }
    assert!(test.store.find_user("bo").await.expect("an answer").is_none());
}

async fn the_last_administrator_stays_one(test: &mut TestStore) {
    let first = test.account(NewAccount { is_admin: true, ..account("ann", None) }).await;
    let (second, guest) = (test.account(account("bo", None)).await, test.person("cy").await);
    let hold = async |user: &User, office| test.store.hold_office(user.id, office, None, NOW).await;
    let last = Failure::Invalid { field: Field::Admin, reason: Reason::Last };
    assert_eq!(refusal(hold(&first, Office::Admin(false)).await), last);
    assert_eq!(refusal(hold(&first, Office::Deactivate).await), last);
    assert_eq!(refusal(hold(&guest, Office::Admin(true)).await), Failure::NotFound, "it has no password");
    hold(&second, Office::Admin(true)).await.expect("done");
    hold(&second, Office::Deactivate).await.expect("there is the other");
    assert_eq!(refusal(hold(&first, Office::Deactivate).await), last, "who is deactivated runs nothing");
    hold(&second, Office::Reactivate).await.expect("done");
    hold(&first, Office::Admin(false)).await.expect("done");
}

async fn a_guest_becomes_an_account_once(test: &mut TestStore) {
    let guest = User::new(UserId::from_random(random()), "ann".to_owned());
    test.store.create_user(&guest, Some((test.space.id, Role::Guest)), NOW).await.expect("a guest");
    test.account(account("bo", Some("bo@example.org"))).await;
    let taken = test.store.become_account(guest.id, "hash", Some("BO@example.org")).await;
    assert_eq!(refusal(taken), Failure::Taken { field: Field::Email });
    test.store.become_account(guest.id, "hash", Some("ann@example.org")).await.expect("done");
    let known = test.store.find_account(guest.id).await.expect("an answer").expect("there");
    assert_eq!((known.kind, known.email.as_deref()), (AccountKind::Account, Some("ann@example.org")));
    let role = test.store.find_space_of(test.space.id, guest.id).await.expect("an answer").expect("in").role;
    assert_eq!(role, Some(Role::Member), "the space is open to who has an account");
    let again = test.store.become_account(guest.id, "other", None).await;
    assert_eq!(refusal(again), Failure::Forbidden);
}

async fn a_face_has_a_number_that_never_comes_back(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let mut numbers = Vec::new();
    for picture in [vec![1], vec![2]] {
        numbers.push(test.store.set_face(ann.id, picture, NOW).await.expect("kept"));
    }
    test.store.remove_face(ann.id).await.expect("removed");
    let user = test.store.find_account(ann.id).await.expect("an answer").expect("there").user;
    assert_eq!(user.face, 0);
    assert_eq!(test.store.find_face(ann.id, ann.id).await.expect("an answer"), None);
    numbers.push(test.store.set_face(ann.id, vec![3], NOW).await.expect("kept"));
    assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    let bo = test.person("bo").await;
    let seen = test.store.find_face(ann.id, bo.id).await.expect("an answer");
    assert_eq!(seen, Some((numbers[2], vec![3])));
    let stranger = account("cy", None);
    test.store.create_account(&stranger, None).await.expect("made");
    assert_eq!(test.store.find_face(ann.id, stranger.id).await.expect("an answer"), None);
}

async fn a_browser_is_known_to_who_signed_in_from_it(test: &mut TestStore) {
    let (ann, bo) = (test.person("ann").await, test.person("bo").await);
    let is_known = async |device: u8, user: &User| {
        test.store.is_device_known([device; 32], user.id).await.expect("an answer")
    };
    for at in [NOW, NOW + 5] {
        test.store.see_device([1; 32], ann.id, at).await.expect("kept");
    }
    assert!(is_known(1, &ann).await && !is_known(1, &bo).await && !is_known(2, &ann).await);
    test.store.sweep_secrets(NOW, NOW + 5).await.expect("swept");
    assert!(is_known(1, &ann).await);
    test.store.sweep_secrets(NOW, NOW + 6).await.expect("swept");
    assert!(!is_known(1, &ann).await);
}
