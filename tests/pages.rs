//! Pages as the server renders them, before and without WASM.

use crate::kit::{Person, Reply, TestServer, nonce};
use maru::protocol::{Op, RoomId};

const PAYLOAD: &str = r#"</textarea><script>alert("hi")</script><img src=x onerror=alert(1)>"#;

#[track_caller]
fn assert_harmless(page: &Reply) {
    assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "{}", page.body);
}

/// The nonce of the plain form on a page.
fn form_nonce(page: &Reply) -> String {
    let at = page.body.find(r#"name="nonce""#).expect("a form with a nonce");
    let start = page.body[..at].rfind('<').expect("a tag");
    let end = at + page.body[at..].find('>').expect("its end");
    let value = page.body[start..end].split("value=\"").nth(1).expect("a value");
    value.split('"').next().expect("quoted").to_owned()
}

async fn messages(person: &Person, room: RoomId) -> Vec<String> {
    let history = person.connect().await.whole_history(room).await;
    let texts = history.into_iter().filter_map(|event| match event.op {
        Op::Message { text, .. } => Some(text),
        _ => None,
    });
    texts.collect()
}

#[tokio::test]
async fn a_stranger_is_shown_to_the_doorway_and_then_to_where_it_went() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    for path in ["/", ann.path()] {
        let reply = server.get(path).await;
        assert_eq!(reply.status, 303, "{path}: {}", reply.body);
        assert!(reply.header("location").starts_with("/enter"), "{path}: {}", reply.header("location"));
    }
    let next = server.get(ann.path()).await.header("location").to_owned();
    assert!(next.contains("next=") && !next.contains("//"), "{next}");
    let doorway = server.get(&next).await;
    assert_eq!(doorway.status, 200);
    assert!(doorway.body.contains(r#"name="name""#) && doorway.body.contains("<form"));
    let home = ann.get("/").await;
    assert_eq!((home.status, home.header("location")), (303, ann.path()));
}

#[tokio::test]
async fn the_doorway_works_as_a_plain_form_and_leads_only_within_the_site() {
    let server = TestServer::start().await;
    let address = server.address();
    let enter = |name: &'static str, next: &'static str| {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let request = client.build().expect("a client").post(format!("http://{address}/api/enter"));
        let request = request.header("origin", format!("http://{address}")).header("accept", "text/html");
        Reply::of(request.form(&[("name", name), ("next", next)]))
    };
    let reply = enter("ann", "").await;
    assert!(matches!(reply.status, 302 | 303), "{reply:?}");
    assert!(reply.header("location").starts_with("/s/") && reply.cookie("maru").is_some(), "{reply:?}");
    for (name, next) in [("bo", "//evil.example"), ("cy", "https://evil.example"), ("di", "/\\evil.example")]
    {
        let location = enter(name, next).await.header("location").to_owned();
        assert!(location.starts_with("/s/"), "{next}: {location}");
    }
}

#[tokio::test]
async fn a_doorway_refused_says_why_to_a_browser_that_takes_compressed_answers() {
    let server = TestServer::start().await;
    let address = server.address();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
    let request = client.expect("a client").post(format!("http://{address}/api/enter"));
    let request = request
        .header("origin", format!("http://{address}"))
        .header("referer", format!("http://{address}/enter"))
        .header("accept", "text/html")
        .header("accept-encoding", "gzip, br");
    let reply = Reply::of(request.form(&[("name", "x".repeat(33).as_str())])).await;
    assert_eq!(reply.status, 303, "{reply:?}");
    let page = server.get(reply.header("location")).await;
    assert!(page.body.contains("field__error") && page.body.contains("32"), "{}", page.body);
}

#[tokio::test]
async fn a_room_is_rendered_with_its_messages() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    at_ann.say(ann.room(), "첫 번째 말").await;
    at_bo.say(ann.room(), "a second one").await;
    let page = bo.get(ann.path()).await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
    let start = page.body.find("<main").or_else(|| page.body.find("<body")).expect("a body");
    for text in ["첫 번째 말", "a second one", "ann"] {
        assert!(page.body[start..].contains(text), "{text}: {}", page.body);
    }
}

#[tokio::test]
async fn only_the_newest_fifty_are_rendered() {
    let server = TestServer::unlimited().await;
    let ann = server.enter("ann").await;
    let mut socket = ann.connect().await;
    for turn in 0..80 {
        socket.say(ann.room(), &format!("line-{turn}-end")).await;
    }
    let page = ann.get(ann.path()).await.body;
    for (turn, is_there) in [(79, true), (30, true), (29, false), (0, false)] {
        assert_eq!(page.contains(&format!("line-{turn}-end")), is_there, "{turn}");
    }
}

#[tokio::test]
async fn words_and_names_are_text_never_markup() {
    let server = TestServer::start().await;
    let ann = server.enter("<b>ann</b>").await;
    let made = ann.try_create_room(r#""><svg onload=alert(1)>"#, "<i>topic</i>").await;
    assert_eq!(made.status, 200, "{}", made.body);
    ann.connect().await.say(ann.room(), PAYLOAD).await;
    let page = ann.get(ann.path()).await;
    assert_harmless(&page);
    assert!(page.body.contains("&lt;script&gt;alert"), "it is there as text");
    for markup in ["<b>ann", "<svg onload", "<i>topic"] {
        assert!(!page.body.contains(markup), "{markup}: {}", page.body);
    }
}

#[tokio::test]
async fn the_plain_form_posts_a_message_once_however_often_it_is_sent() {
    let server = TestServer::start().await;
    let ((ann, _), (_, mut at_bo)) = server.pair().await;
    let nonce = form_nonce(&ann.get(ann.path()).await);
    let say = format!("{}/say", ann.path());
    for _ in 0..3 {
        let reply = ann.post_form(&say, &[("text", "without script"), ("nonce", &nonce)]).await;
        assert_eq!((reply.status, reply.header("location")), (303, ann.path()), "{}", reply.body);
    }
    assert_eq!(at_bo.message(ann.room()).await.1, "without script");
    assert_eq!(messages(&ann, ann.room()).await, ["without script"]);
    assert_ne!(form_nonce(&ann.get(ann.path()).await), nonce, "the next message has another");
}

#[tokio::test]
async fn a_refused_plain_form_says_why_and_keeps_the_text() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let say = format!("{}/say", ann.path());
    let text = format!("keep me {PAYLOAD}\u{202e}");
    let page = ann.post_form(&say, &[("text", &text), ("nonce", &nonce().to_string())]).await;
    assert_eq!(page.status, 422);
    assert!(page.header("content-type").starts_with("text/html"), "{page:?}");
    assert_harmless(&page);
    assert!(page.body.contains("keep me &lt;/textarea"), "{}", page.body);
    assert!(messages(&ann, ann.room()).await.is_empty());

    let whole = "가".repeat(8_000);
    assert_eq!(ann.post_form(&say, &[("text", &whole), ("nonce", &nonce().to_string())]).await.status, 303);
    assert_eq!(messages(&ann, ann.room()).await, [whole]);

    let long = "x".repeat(8_001);
    let page = ann.post_form(&say, &[("text", &long), ("nonce", &nonce().to_string())]).await;
    assert_eq!(page.status, 413);
    assert!(page.body.contains(&long));
}

#[tokio::test]
async fn a_plain_form_from_elsewhere_or_from_nobody_does_nothing() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let say = format!("{}/say", ann.path());
    let nobody = server.stranger().post_form(&say, &[("text", "x"), ("nonce", &nonce().to_string())]).await;
    assert!(matches!(nobody.status, 303 | 401), "{nobody:?}");
    let request = reqwest::Client::new().post(format!("http://{}{say}", server.address()));
    let request = request.header("cookie", ann.cookie.clone().expect("came in"));
    let request = request.header("origin", "http://evil.example");
    let foreign = Reply::of(request.form(&[("text", "x"), ("nonce", &nonce().to_string())])).await;
    assert_eq!(foreign.status, 403);
    let broken = ann.post_form(&say, &[("text", "no nonce")]).await;
    assert!((400..500).contains(&broken.status), "{broken:?}");
    assert!(messages(&ann, ann.room()).await.is_empty());
}

#[tokio::test]
async fn pages_tell_browsers_to_be_careful() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    for (page, own) in [
        (ann.get(ann.path()).await, "'wasm-unsafe-eval'"),
        (server.get("/enter").await, "require-trusted-types-for 'script'"),
    ] {
        let policy = page.header("content-security-policy");
        for part in ["frame-ancestors 'none'", own, "base-uri 'none'", "default-src 'none'"] {
            assert!(policy.contains(part), "{part}: {policy}");
        }
        let scripts =
            policy.split(';').find(|part| part.trim().starts_with("script-src")).expect("script-src");
        assert!(!scripts.contains("'unsafe-inline'") && !scripts.contains("'unsafe-eval'"), "{scripts}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert!(!page.header("referrer-policy").is_empty());
        assert!(page.header("cache-control").contains("no-store"), "{:?}", page.headers);
    }
    assert!(ann.ask("lobby", &[("space", "maru")]).await.header("cache-control").contains("no-store"));
}

#[tokio::test]
async fn the_cookie_is_for_this_site_and_out_of_the_reach_of_scripts() {
    let server = TestServer::start().await;
    let reply = server.stranger().call("enter", &[("name", "ann"), ("next", "")]).await;
    let cookie = reply.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
    let token = reply.cookie("maru").expect("a token");
    assert!(
        token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "256 random bits: {token}"
    );

    let secure = TestServer::with(&[("MARU_BASE_URL", "https://chat.example")]).await;
    let request = reqwest::Client::new().post(format!("http://{}/api/enter", secure.address()));
    let request = request.header("origin", "https://chat.example").form(&[("name", "ann")]);
    let reply = Reply::of(request).await;
    let cookie = reply.header("set-cookie");
    assert!(cookie.starts_with("__Host-maru=") && cookie.contains("Secure"), "{reply:?}");
}

#[tokio::test]
async fn what_is_not_there_is_a_404() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    for path in ["/s/maru/nowhere", "/s/nowhere/nowhere", "/nowhere", "/api/nowhere", "/pkg/nowhere.js"] {
        assert_eq!(ann.get(path).await.status, 404, "{path}");
    }
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn files_of_the_site_are_cached_as_long_as_their_names_allow() {
    let site = tempfile::tempdir().expect("a folder");
    let root = site.path().join("site");
    std::fs::create_dir_all(root.join("pkg")).expect("made");
    std::fs::write(site.path().join("hash.txt"), "css: c0ffee\njs: abc123\nwasm: abc123\n").expect("written");
    std::fs::write(site.path().join("secret.txt"), "secret").expect("written");
    for (name, content) in [
        ("pkg/maru.abc123.js", "export {}"),
        ("pkg/maru.abc123.wasm", "\0asm"),
        ("pkg/maru.c0ffee.css", "main{}"),
        ("robots.txt", "User-agent: *"),
    ] {
        std::fs::write(root.join(name), content).expect("written");
    }
    let server = TestServer::with(&[("MARU_SITE", root.to_str().expect("a plain path"))]).await;
    for (path, kind) in [
        ("/pkg/maru.abc123.js", "text/javascript"),
        ("/pkg/maru.abc123.wasm", "application/wasm"),
        ("/pkg/maru.c0ffee.css", "text/css"),
    ] {
        let file = server.get(path).await;
        assert_eq!(file.status, 200, "{path}");
        assert!(file.header("content-type").starts_with(kind), "{path}: {}", file.header("content-type"));
        let cache = file.header("cache-control");
        assert!(cache.contains("immutable") && cache.contains("max-age=31536000"), "{path}: {cache}");
        assert_eq!(file.header("x-content-type-options"), "nosniff", "{path}");
    }
    let plain = server.get("/robots.txt").await;
    assert_eq!(plain.status, 200);
    assert!(!plain.header("cache-control").contains("immutable"), "{:?}", plain.headers);
    for path in ["/pkg/..%2f..%2fsecret.txt", "/..%2fsecret.txt", "/pkg/%2e%2e/%2e%2e/secret.txt"] {
        let file = server.get(path).await;
        assert!(file.status >= 300 && !file.body.contains("secret"), "{path}: {file:?}");
    }
}
