//! What holds for everything that is served, whoever adds to it: headers, policies, cookies, methods.

use crate::{
    kit::{Person, Reply, Socket, TestServer, nonce},
    surface::{addresses, all_answers, functions, routes},
};
use maru::protocol::{Failure, ServerFrame};
use std::collections::BTreeSet;

/// The parts of a policy by their names.
fn parts(policy: &str) -> Vec<(&str, Vec<&str>)> {
    let parts = policy.split(';').map(|part| part.split_ascii_whitespace());
    parts.filter_map(|mut words| Some((words.next()?, words.collect()))).collect()
}

/// A page's policy lets nothing in but what is ours, and its markup asks for nothing else.
#[track_caller]
fn assert_careful(what: &str, page: &Reply, seen: &mut BTreeSet<String>) {
    let policy = page.header("content-security-policy");
    let parts = parts(policy);
    let of = |name: &str| parts.iter().find(|(part, _)| *part == name).map(|(_, words)| words.clone());
    for (name, words) in [("default-src", "'none'"), ("base-uri", "'none'"), ("frame-ancestors", "'none'")] {
        assert_eq!(of(name), Some(vec![words]), "{what}: {policy}");
    }
    assert_eq!(of("form-action"), Some(vec!["'self'"]), "{what}: {policy}");
    assert_eq!(of("object-src"), None, "{what}: default-src says it");
    let scripts = of("script-src").unwrap_or_else(|| panic!("{what}: {policy}"));
    let nonce = scripts.iter().find_map(|word| word.strip_prefix("'nonce-")?.strip_suffix('\''));
    let others = scripts.iter().filter(|word| !word.starts_with("'nonce-"));
    let others: BTreeSet<&str> = others.copied().collect();
    match nonce {
        Some(nonce) => {
            let is_new = nonce.len() >= 16 && seen.insert(nonce.to_owned());
            assert!(is_new, "{what}: {nonce} is short, or was there before");
            assert_eq!(others, ["'self'", "'wasm-unsafe-eval'"].into(), "{what}");
        }
        // A page that no program wakes up: what its scripts write is no markup either.
        None => {
            assert_eq!(others, ["'self'"].into(), "{what}");
            assert_eq!(of("require-trusted-types-for"), Some(vec!["'script'"]), "{what}: {policy}");
            assert_eq!(of("trusted-types"), Some(vec!["'none'"]), "{what}: {policy}");
        }
    }
    assert!(!of("style-src").is_some_and(|words| words.contains(&"'unsafe-inline'")), "{what}: {policy}");
    for (name, words) in &parts {
        let wide = words
            .iter()
            .find(|word| matches!(**word, "*" | "http:" | "https:" | "'unsafe-eval'" | "ws:" | "wss:"));
        assert_eq!(wide, None, "{what}: {name}");
    }
    assert_plain_markup(what, &page.body, nonce.unwrap_or("there is none"));
}

/// No handler in an attribute, no script of nobody, no address that is a program.
#[track_caller]
fn assert_plain_markup(what: &str, html: &str, nonce: &str) {
    for tag in html.split('<').skip(1).filter(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic())) {
        let tag = tag.split('>').next().expect("split gives one");
        let is_ours = tag.contains(&format!("nonce=\"{nonce}\"")) || tag.contains("src=\"/");
        assert!(!tag.starts_with("script") || is_ours, "{what}: <{tag}>");
        let words = tag.split_ascii_whitespace().skip(1);
        let handler = words.filter_map(|word| word.split_once('=')).find(|(name, _)| name.starts_with("on"));
        assert!(handler.is_none(), "{what}: <{tag}>");
        assert!(!tag.to_ascii_lowercase().contains("=\"javascript:"), "{what}: <{tag}>");
    }
}

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let server = TestServer::unlimited().await;
    let ann = server.enter("ann").await;
    let mut nonces = BTreeSet::new();
    let mut kinds = BTreeSet::new();
    let mut answers = all_answers(&server, &ann).await;
    let say = format!("{}/say", ann.path());
    let hidden = [("text", "a\u{202e}b"), ("nonce", &*nonce().to_string())];
    answers.push(("a refused message".to_owned(), ann.post_form(&say, &hidden).await));
    answers.push((
        "a refused call".to_owned(),
        ann.call("create_room", &[("space", "maru"), ("name", "")]).await,
    ));
    answers.push(("no call".to_owned(), ann.call("nowhere", &[]).await));
    answers.push(("a body too large".to_owned(), ann.post_frame("x".repeat(3_000_000)).await));
    for (what, answer) in answers {
        let (kind, _) =
            answer.header("content-type").split_once(';').unwrap_or((answer.header("content-type"), ""));
        kinds.insert((answer.status, kind.to_owned()));
        assert!(answer.status < 500, "{what}: {answer:?}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{what}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{what}");
        assert!(
            answer.header("access-control-allow-origin").is_empty(),
            "{what}: no other site reads answers"
        );
        assert!(answer.header("server").is_empty() && answer.header("x-powered-by").is_empty(), "{what}");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"),
            "{what}: {policy}"
        );
        if answer.header("content-type").starts_with("text/html") {
            assert_careful(&what, &answer, &mut nonces);
        }
        let is_file = what.starts_with("/pkg/") || what.starts_with("/healthz");
        assert!(
            is_file || answer.header("cache-control").contains("no-store"),
            "{what}: {:?}",
            answer.headers
        );
    }
    for kind in [
        (200, "text/html"),
        (404, "text/html"),
        (422, "text/html"),
        (401, "application/json"),
        (413, "application/json"),
    ] {
        assert!(kinds.contains(&(kind.0, kind.1.to_owned())), "{kind:?} was to be looked at: {kinds:?}");
    }
}

#[tokio::test]
async fn under_https_everything_asks_for_https_and_cookies_never_go_without() {
    let server = TestServer::with(&[("MARU_BASE_URL", "https://chat.example"), ("MARU_LIMITS", "off")]).await;
    let post = |path: &str, cookie: Option<String>, fields: &[(&str, &str)]| {
        let request = reqwest::Client::new().post(format!("http://{}{path}", server.address()));
        let request = request.header("origin", "https://chat.example").form(fields);
        Reply::of(cookie.into_iter().fold(request, |request, cookie| request.header("cookie", cookie)))
    };
    let entered = post("/api/enter", None, &[("name", "ann")]).await;
    let token = entered.cookie("__Host-maru").unwrap_or_else(|| panic!("{entered:?}"));
    let chosen = post("/api/prefer", None, &[("theme", "dark")]).await;
    let left = post("/api/sign_out", Some(format!("__Host-maru={token}")), &[]).await;
    for reply in [&entered, &chosen, &left] {
        assert_eq!(reply.header("strict-transport-security"), "max-age=31536000");
        let cookies: Vec<_> = reply.headers.get_all("set-cookie").iter().collect();
        assert!(!cookies.is_empty(), "{reply:?}");
        for cookie in cookies {
            let cookie = cookie.to_str().expect("readable");
            for part in ["; Secure", "; SameSite=Lax", "; Path=/"] {
                assert!(cookie.contains(part), "{part}: {cookie}");
            }
            assert!(!cookie.contains("Domain"), "{cookie}");
            assert_eq!(cookie.contains("; HttpOnly"), cookie.starts_with("__Host-"), "{cookie}");
        }
    }
    assert!(left.header("set-cookie").contains("Max-Age=0"), "{left:?}");
}

#[tokio::test]
async fn a_cookie_that_a_neighbouring_site_could_set_signs_nobody_in() {
    let server = TestServer::with(&[("MARU_BASE_URL", "https://chat.example")]).await;
    let request = reqwest::Client::new().post(format!("http://{}/api/enter", server.address()));
    let entered = Reply::of(request.header("origin", "https://chat.example").form(&[("name", "ann")])).await;
    let token = entered.cookie("__Host-maru").expect("came in");
    let ask = |cookie: String| {
        let request = reqwest::Client::new().get(format!("http://{}/api/me", server.address()));
        Reply::of(request.header("cookie", cookie))
    };
    assert_eq!(ask(format!("__Host-maru={token}")).await.status, 200);
    // Only the prefix keeps sub-domains from setting it.
    for name in ["maru", "__Secure-maru", "__host-maru", "__Host-maru2"] {
        assert_eq!(ask(format!("{name}={token}")).await.failure(), (401, Failure::SignedOut), "{name}");
    }
}

#[tokio::test]
async fn coming_in_never_takes_over_a_session_that_was_brought_along() {
    let server = TestServer::start().await;
    let brought = "ab".repeat(32);
    let mut victim = server.stranger();
    victim.cookie = Some(format!("maru={brought}"));
    let entered = victim.call("enter", &[("name", "ann"), ("next", "")]).await;
    let token = entered.cookie("maru").expect("a session of its own");
    assert_ne!(token, brought);
    assert_eq!(
        victim.ask("me", &[]).await.failure(),
        (401, Failure::SignedOut),
        "who knew it beforehand knows nothing"
    );
}

#[tokio::test]
async fn what_changes_something_is_not_done_by_following_a_link() {
    let server = TestServer::unlimited().await;
    let ann = server.enter("ann").await;
    let writes =
        functions().into_iter().filter(|(_, is_get)| !is_get).map(|(name, _)| format!("/api/{name}"));
    let requests = ["/v1/sync", "/v1/send"].map(str::to_owned);
    for path in writes.chain(requests) {
        for method in
            [reqwest::Method::GET, reqwest::Method::HEAD, reqwest::Method::PUT, reqwest::Method::DELETE]
        {
            let request =
                reqwest::Client::new().request(method.clone(), format!("http://{}{path}", server.address()));
            let request = request.header("cookie", ann.cookie.clone().expect("came in"));
            let request = request.header("origin", format!("http://{}", server.address()));
            let reply = Reply::of(request).await;
            assert!(matches!(reply.status, 404 | 405), "{method} {path}: {reply:?}");
            assert!(reply.headers.get("set-cookie").is_none(), "{method} {path}");
        }
    }
    assert_eq!(ann.ask("me", &[]).await.status, 200, "still signed in");
}

/// A request as another site makes a browser send it: with the cookie, without a word of ours.
fn forged(server: &TestServer, person: &Person, path: &str, origins: &[&str]) -> reqwest::RequestBuilder {
    let request = reqwest::Client::new().post(format!("http://{}{path}", server.address()));
    let request = request.header("cookie", person.cookie.clone().expect("came in"));
    origins.iter().fold(request, |request, origin| request.header("origin", *origin))
}

#[tokio::test]
async fn another_site_can_make_nothing_happen_on_any_path_in_any_shape() {
    let server = TestServer::unlimited().await;
    let ann = server.enter("ann").await;
    let (address, room) = (server.address(), ann.room());
    let before = ann.room_state(room).await.head;
    let own = format!("http://{address}");
    let (port, dot) = (format!("{own}1"), format!("{own}.evil.example"));
    let twice = [own.as_str(), "http://evil.example"];
    let foreign: [&[&str]; 6] = [&[], &["null"], &["http://evil.example"], &[&port], &[&dot], &twice];
    let frame = format!(
        r#"{{"type":"send","nonce":"{}","room":"{room}","op":{{"kind":"message","text":"forged"}}}}"#,
        nonce()
    );
    let functions = functions().into_keys().map(|name| format!("/api/{name}"));
    let others = addresses(&ann).into_iter().filter(|path| path != "/healthz");
    for path in functions.chain(others) {
        for origins in foreign {
            for kind in [
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json",
            ] {
                let reply = Reply::of(
                    forged(&server, &ann, &path, origins).header("content-type", kind).body(frame.clone()),
                )
                .await;
                assert_eq!(reply.status, 403, "{path} {origins:?} {kind}: {}", reply.body);
            }
        }
    }
    assert_eq!(ann.ask("me", &[]).await.status, 200, "still signed in");
    assert_eq!(ann.room_state(room).await.head, before, "nothing was written");
    assert!(routes().iter().any(|path| path == "/v1/send"));
}

#[tokio::test]
async fn without_a_name_for_the_server_a_foreign_host_gains_nothing() {
    let server = TestServer::with(&[("MARU_BASE_URL", "http://chat.example")]).await;
    let ann = server.enter_program("ann").await;
    assert_eq!(ann.ask("me", &[]).await.status, 200);
    // A page of evil.example, which leads its own name to this server: origin and host agree.
    let request = reqwest::Client::new().post(format!("http://{}/api/enter", server.address()));
    let request = request.header("host", "evil.example").header("origin", "http://evil.example");
    assert_eq!(Reply::of(request.form(&[("name", "x")])).await.failure(), (403, Failure::ForeignOrigin));
    let headers = [("host", "evil.example".to_owned()), ("origin", "http://evil.example".to_owned())];
    assert_eq!(Socket::open_as(&server.address(), &headers).await.err(), Some(403));
}

#[tokio::test]
async fn only_a_trusted_proxy_speaks_for_others() {
    let enter = |server: &TestServer, forwarded: &[&str]| {
        let request = reqwest::Client::new().post(format!("http://{}/api/enter", server.address()));
        let nobody_elses = nonce().to_string().replace('-', "");
        let request = request.form(&[("name", &nobody_elses)]);
        Reply::of(forwarded.iter().fold(request, |request, line| request.header("x-forwarded-for", *line)))
    };
    let burst = ("MARU_LIMIT_ENTRIES_BURST", "2");
    let alone = TestServer::with(&[burst]).await;
    for (turn, status) in [(0, 200), (1, 200), (2, 429)] {
        assert_eq!(
            enter(&alone, &[&format!("10.0.0.{turn}")]).await.status,
            status,
            "a new address a turn helps nobody"
        );
    }
    let behind = TestServer::with(&[burst, ("MARU_PROXIES", "127.0.0.1, 10.9.9.9")]).await;
    for (line, status) in [
        ("6.6.6.6", 200),
        ("6.6.6.6, 10.9.9.9", 200),
        ("6.6.6.6", 429),
        ("1.2.3.4, 6.6.6.6", 429),
        ("7.7.7.7", 200),
        ("6.6.6.6, 7.7.7.7", 200),
        ("6.6.6.6, 7.7.7.7", 429),
        ("not an address, 8.8.8.8", 200),
    ] {
        assert_eq!(enter(&behind, &[line]).await.status, status, "{line}");
    }
    assert_eq!(enter(&behind, &["9.9.9.9", "6.6.6.6"]).await.status, 429, "lines are one list");
}

#[tokio::test]
async fn a_token_in_an_address_is_worth_nothing() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let token = ann.cookie.as_deref().and_then(|cookie| cookie.strip_prefix("maru=")).expect("came in");
    for path in [
        format!("/api/me?maru={token}"),
        format!("/api/me?token={token}"),
        format!("/api/me?access_token={token}"),
    ] {
        assert_eq!(server.get(&path).await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn a_page_never_tells_its_token_to_scripts() {
    let server = TestServer::unlimited().await;
    let ann = server.enter("ann").await;
    let token =
        ann.cookie.as_deref().and_then(|cookie| cookie.strip_prefix("maru=")).expect("came in").to_owned();
    for (what, answer) in all_answers(&server, &ann).await {
        assert!(!answer.body.contains(&token), "{what}");
    }
    let reply = ann.post_frame(r#"{"type":"ping","n":1}"#).await;
    assert!(
        matches!(ServerFrame::decode(&reply.body), Ok(ServerFrame::Pong { .. }))
            && !reply.body.contains(&token)
    );
}
