//! What is secret is written nowhere: not into the log, not into an address, not into the store.

use crate::{
    kit::{Person, Reply, TestServer, nonce},
    surface::{addresses, functions},
};
use std::path::Path;

/// No word of any program, so that where it is found it came from a test.
const CANARY: &str = "canary-7c1e5b";
/// The canary as it looks in addresses and in numbers of ids.
const HIDDEN: [&str; 2] = ["canary%2D7c1e5b", "Y2FuYXJ5LTdjMWU1Yg"];

/// Everything that any function takes for a text.
const TEXTS: [&str; 26] = [
    "name", "display", "password", "current", "new", "email", "token", "code", "text", "topic", "status",
    "reason", "note", "slug", "glyph", "invite", "space", "room", "user", "users", "next", "back", "lang",
    "zone", "theme", "id",
];
/// What nobody but its owner may know.
const SECRETS: [&str; 3] = ["password", "current", "new"];

fn canaries() -> Vec<(&'static str, &'static str)> {
    TEXTS.iter().map(|field| (*field, CANARY)).collect()
}

/// What lies in a folder, byte for byte.
fn kept(folder: &Path) -> Vec<u8> {
    let entries = std::fs::read_dir(folder).expect("the data folder");
    let files = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file());
    files.flat_map(|path| std::fs::read(path).expect("readable")).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

/// Posts a form as a page without WASM does.
async fn post_plain(server: &TestServer, person: &Person, path: &str, fields: &[(&str, &str)]) -> Reply {
    let address = server.address();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build();
    let request =
        client.expect("a client").post(format!("http://{address}{path}")).header("accept", "text/html");
    let request = request.header("referer", format!("http://{address}/enter"));
    let headers = person.headers(&address);
    Reply::of(
        headers.into_iter().fold(request, |request, (name, value)| request.header(name, value)).form(fields),
    )
    .await
}

#[tokio::test]
async fn the_log_of_every_call_holds_none_of_its_words() {
    let mut server = TestServer::with(&[("MARU_LOG", "debug"), ("MARU_LIMITS", "off")]).await;
    let ann = server.enter("ann").await;
    let bot = server.enter_program("bot").await;
    let mut forged = server.stranger();
    forged.cookie = Some(format!("maru={CANARY}"));
    let mut wrong = server.stranger();
    wrong.token = Some(format!("maru_{CANARY}"));
    let query = format!("{}={CANARY}", TEXTS.join(&format!("={CANARY}&")));
    for (name, is_get) in functions() {
        // The last of them, since it ends the session.
        let people =
            if name == "sign_out" { vec![&forged, &wrong] } else { vec![&forged, &wrong, &bot, &ann] };
        for person in people {
            match is_get {
                true => _ = person.get(&format!("/api/{name}?{query}")).await,
                false => _ = person.call(&name, &canaries()).await,
            }
            _ = person
                .post_raw(&format!("/api/{name}"), "application/json", format!(r#"{{"name":"{CANARY}"}}"#))
                .await;
        }
        post_plain(&server, &ann, &format!("/api/{name}"), &[("password", CANARY), ("name", CANARY)]).await;
    }
    for path in addresses(&ann) {
        for person in [&forged, &wrong, &ann] {
            person.get(&format!("{path}?{query}")).await;
            person.post_raw(&path, "text/plain", CANARY).await;
        }
    }
    for path in
        [format!("/s/{CANARY}"), format!("/s/maru/{CANARY}"), format!("/{CANARY}"), format!("/api/{CANARY}")]
    {
        ann.get(&path).await;
        server.get(&path).await;
    }
    for path in ["/v1/send", "/v1/sync"] {
        for body in [
            CANARY.to_owned(),
            format!(r#"{{"type":"{CANARY}"}}"#),
            format!(r#"{{"type":"hello","client":"{CANARY}\n{CANARY}"}}"#),
        ] {
            ann.post_raw(path, "application/json", body).await;
        }
    }
    server.ask_to_stop().await;
    server.ended().await;
    let log = server.log();
    let tokens = [
        ann.cookie.as_deref().expect("came in").trim_start_matches("maru="),
        bot.token.as_deref().expect("made"),
    ];
    for secret in tokens.into_iter().chain(HIDDEN).chain([CANARY]) {
        let told: Vec<_> = log.lines().filter(|line| line.contains(secret)).take(5).collect();
        assert!(told.is_empty(), "{secret} is in the log:\n{}", told.join("\n"));
    }
    assert!(log.lines().count() > 10, "there is a log to look at:\n{log}");
}

#[tokio::test]
async fn no_secret_of_a_plain_form_goes_back_in_an_address() {
    let server = TestServer::unlimited().await;
    let ann = server.enter("ann").await;
    let fields: Vec<_> =
        SECRETS.iter().map(|field| (*field, CANARY)).chain([("name", "kept"), ("next", "")]).collect();
    for name in
        functions().into_iter().filter(|(name, is_get)| !is_get && name != "sign_out").map(|(name, _)| name)
    {
        for person in [&ann, &server.stranger()] {
            let reply = post_plain(&server, person, &format!("/api/{name}"), &fields).await;
            let location = reply.header("location");
            assert!(!location.contains(CANARY) && !reply.body.contains(CANARY), "{name}: {reply:?}");
        }
    }
    let back = post_plain(&server, &server.stranger(), "/api/enter", &[("name", "x\u{202e}y")]).await;
    assert!(back.header("location").contains("__err="), "what is no secret is kept: {back:?}");
}

#[tokio::test]
async fn the_store_holds_no_token_that_opens_anything() {
    let mut server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let bot = server.enter_program("bot").await;
    ann.connect().await.say(ann.room(), &format!("{CANARY} {}", nonce())).await;
    server.ask_to_stop().await;
    server.ended().await;
    let kept = kept(&server.data());
    assert!(holds(&kept, CANARY), "the store was looked into");
    let cookie = ann.cookie.as_deref().expect("came in").trim_start_matches("maru=").to_owned();
    let token = bot.token.as_deref().expect("made").trim_start_matches("maru_").to_owned();
    for secret in [&cookie, &token] {
        assert!(!holds(&kept, secret) && !holds(&kept, &secret[..32]));
        let bytes: Vec<u8> =
            (0..32).map(|at| u8::from_str_radix(&secret[at * 2..at * 2 + 2], 16).expect("hex")).collect();
        assert!(!kept.windows(32).any(|part| part == bytes), "nor as bytes");
    }
}
