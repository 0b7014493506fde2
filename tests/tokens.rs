//! Tokens: programs speak in a person's name, for as long as they may.

use crate::kit::{Reply, Socket, TestServer};
use maru::protocol::Failure;
use std::time::{Duration, Instant};

/// Makes a token on a server's data.
async fn create(server: &TestServer, more: &[&str]) -> String {
    let (done, printed, complaint) = server.run(&[&["token", "create"], more].concat()).await;
    assert!(done, "{complaint}");
    let token = printed.strip_suffix('\n').expect("one line").to_owned();
    let secret = token.strip_prefix("maru_").unwrap_or_else(|| panic!("the token alone: {printed}"));
    assert!(secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit()), "{printed}");
    token
}

async fn list(server: &TestServer, more: &[&str]) -> Vec<String> {
    let (done, printed, complaint) = server.run(&[&["token", "list"], more].concat()).await;
    assert!(done, "{complaint}");
    printed.lines().skip(1).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_program_with_a_token_talks_with_people() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let bot = server.enter_program("bot").await;
    assert_eq!(bot.user().name, "bot");
    let (mut at_ann, mut at_bot) = (ann.connect().await, bot.connect().await);
    at_bot.say(bot.room(), "good morning").await;
    assert_eq!(at_ann.message(ann.room()).await.1, "good morning");
    let made = bot.create_room("machines").await;
    assert!(made.role.is_some(), "calls take the token as well");
    assert_eq!(bot.lobby().await.me, *bot.user());
}

#[tokio::test]
async fn tokens_made_before_the_first_start_are_good_after_it() {
    let mut server = TestServer::stopped(&[]);
    let (one, other) = (
        create(&server, &["--user", "하은", "--create", "--label", "first"]).await,
        create(&server, &["--user", "하은"]).await,
    );
    server.start_again().await;
    for token in [one, other] {
        let mut person = server.stranger();
        person.enter_by_token(&token).await;
        assert_eq!(person.user().name, "하은");
    }
}

#[tokio::test]
async fn many_tokens_can_be_made_at_once_in_a_folder_where_nothing_is() {
    let server = TestServer::stopped(&[]);
    let names = ["a", "b", "c", "d"];
    let made = names.map(|name| create_owned(&server, name));
    let tokens = futures::future::join_all(made).await;
    assert_eq!(tokens.iter().collect::<std::collections::BTreeSet<_>>().len(), names.len());
    assert_eq!(list(&server, &[]).await.len(), names.len());
}

async fn create_owned(server: &TestServer, name: &str) -> String {
    create(server, &["--user", name, "--create"]).await
}

#[tokio::test]
async fn nobody_is_made_unless_asked_for() {
    let server = TestServer::start().await;
    for words in [
        &["token", "create", "--user", "nobody"][..],
        &["token", "list", "--user", "nobody"],
        &["token", "revoke", "0123456789ab"],
        &["token", "create", "--user", " ", "--create"],
    ] {
        let (done, printed, complaint) = server.run(words).await;
        assert!(!done && printed.is_empty() && complaint.starts_with("maru: "), "{words:?}: {complaint}");
    }
    assert!(list(&server, &[]).await.is_empty());
    let ann = server.enter("ann").await;
    create(&server, &["--user", "ANN", "--create"]).await;
    assert_eq!(ann.lobby().await.me, *ann.user(), "the name was taken, so the person is the same");
}

#[tokio::test]
async fn tokens_are_listed_without_themselves() {
    let server = TestServer::start().await;
    let token = create(&server, &["--user", "bot", "--create", "--label", "the\nweather"]).await;
    create(&server, &["--user", "other", "--create"]).await;
    server.enter("ann").await;
    let lines = list(&server, &[]).await;
    assert_eq!(lines.len(), 2, "sessions of browsers are none: {lines:?}");
    let own = list(&server, &["--user", "bot"]).await;
    assert_eq!(own.len(), 1);
    assert!(own[0].contains("bot") && own[0].contains("theweather") && own[0].contains("never"), "{own:?}");
    assert!(!own[0].contains(&token[..20]));
    let mut bot = server.stranger();
    bot.enter_by_token(&token).await;
    let used = list(&server, &["--user", "bot"]).await;
    assert!(!used[0].contains("never"), "{used:?}");

    let kept = std::fs::read(server.data().join("maru.db")).expect("the store");
    let newest = std::fs::read(server.data().join("maru.db-wal")).expect("its newest part");
    let secret = token.as_bytes();
    assert!(![kept, newest].iter().any(|file| file.windows(secret.len()).any(|part| part == secret)));
    assert!(!server.log().contains(&token));
}

#[tokio::test]
async fn a_revoked_token_cuts_off_what_speaks_with_it_and_nothing_else() {
    let server = TestServer::start().await;
    let bot = server.enter_program("bot").await;
    let mut other = server.stranger();
    other.enter_by_token(&create(&server, &["--user", "bot", "--label", "other"]).await).await;
    let (mut at_bot, mut at_other) = (bot.connect().await, other.connect().await);
    let lines = list(&server, &["--user", "bot"]).await;
    let id = lines.iter().find(|line| !line.contains("other")).expect("the first").split(' ').next();
    let (done, ..) = server.run(&["token", "revoke", id.expect("an id")]).await;
    assert!(done);
    let revoked_at = Instant::now();
    assert_eq!(bot.ask("me", &[]).await.failure(), (401, Failure::SignedOut), "at once for what is new");
    assert_eq!(at_bot.closed().await.0, 4401);
    assert!(revoked_at.elapsed() < Duration::from_secs(5), "{:?}", revoked_at.elapsed());
    assert!(matches!(Socket::open_as(&server.address(), &bot.headers("")).await, Err(401)));
    at_other.say(other.room(), "still here").await;
    assert_eq!(list(&server, &[]).await.len(), 1);
}

#[tokio::test]
async fn a_person_who_signs_out_leaves_the_persons_programs_alone() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let mut program = server.stranger();
    program.enter_by_token(&create(&server, &["--user", "ann"]).await).await;
    assert_eq!(program.user(), ann.user());
    let (mut at_ann, mut at_program) = (ann.connect().await, program.connect().await);
    assert_eq!(ann.call("sign_out", &[]).await.status, 200);
    assert_eq!(at_ann.closed().await.0, 4401);
    at_program.say(program.room(), "still here").await;
}

#[tokio::test]
async fn a_token_that_is_none_is_refused_even_beside_a_good_cookie() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let address = server.address();
    let good = create(&server, &["--user", "ann"]).await;
    let forged = format!("maru_{}", "0".repeat(64));
    let cookie_as_token = ann.cookie.as_deref().expect("came in").replace("maru=", "maru_");
    for token in ["", "maru_", "maru_x", &forged, &cookie_as_token, &good.to_uppercase(), &good[..68]] {
        let mut person = ann.clone();
        person.token = Some(token.to_owned());
        assert_eq!(person.ask("me", &[]).await.failure(), (401, Failure::SignedOut), "{token}");
        let refused = Socket::open_as(&address, &person.headers(&address)).await;
        assert_eq!(refused.err(), Some(401), "{token}");
    }
    assert!(!server.log().contains(&good[..68]));
}

#[tokio::test]
async fn no_page_of_any_site_speaks_with_a_token() {
    let server = TestServer::start().await;
    let bot = server.enter_program("bot").await;
    let address = server.address();
    for origin in [format!("http://{address}"), "http://evil.example".to_owned(), "null".to_owned()] {
        let mut headers = bot.headers(&address);
        headers.push(("origin", origin.clone()));
        assert_eq!(Socket::open_as(&address, &headers).await.err(), Some(403), "{origin}");
        let request = reqwest::Client::new().post(format!("http://{address}/api/create_room"));
        let request = request.form(&[("space", "maru"), ("name", "forged")]);
        let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        assert_eq!(Reply::of(request).await.failure(), (403, Failure::ForeignOrigin), "{origin}");
    }
    assert_eq!(bot.lobby().await.rooms.len(), 1, "nothing was made");
    bot.create_room("made").await;
}
