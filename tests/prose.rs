//! What a text means: as the server renders it, and what it says of code.

use crate::kit::TestServer;
use maru::protocol::{Failure, TEXT_LIMIT};

const TEXT: &str = "**굵게** ||몰래|| `a` [여기](https://a.b)\n> 인용\n- [x] 끝\n```rust\nfn a() {}\n```";

#[tokio::test]
async fn the_page_that_the_server_renders_shows_the_tree_of_a_text() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let mut socket = ann.connect().await;
    socket.say(ann.room(), TEXT).await;
    socket.say(ann.room(), "[여기](javascript:alert(1)) @ann").await;
    let page = ann.get(ann.path()).await.body;
    for part in [
        "<strong>굵게</strong>",
        "aria-expanded=\"false\"",
        "inert=\"\"",
        "<code>a</code>",
        "href=\"https://a.b\"",
        "rel=\"noopener noreferrer nofollow\"",
        "<blockquote>",
        "class=\"done\"",
        "fn a() {}",
        "mention--me",
        "[여기](javascript:alert(1))",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("href=\"javascript"), "{page}");
}

#[tokio::test]
async fn code_is_coloured_for_whoever_is_signed_in() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let colour = |text: &'static str, language: &'static str| {
        let ann = &ann;
        async move { ann.call("colour", &[("language", language), ("text", text)]).await.value::<String>() }
    };
    assert_eq!(colour("fn a() {}", "rust").await, "2k1-1f5-");
    assert_eq!(colour("가 // 나", "js").await, "4-6c");
    assert_eq!(colour("fn a() {}", "klingon").await, "");
    let refused = server.stranger().call("colour", &[("language", "rust"), ("text", "a")]).await;
    assert_eq!(refused.failure(), (401, Failure::SignedOut));
}

#[tokio::test]
async fn what_no_message_can_hold_is_not_coloured_and_asking_has_a_limit() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let long = "가".repeat(TEXT_LIMIT + 1);
    let refused = ann.call("colour", &[("language", "rust"), ("text", &long)]).await;
    assert_eq!(refused.failure(), (413, Failure::TooLarge { limit: TEXT_LIMIT as u64 }));
    for turn in 0.. {
        let reply = ann.call("colour", &[("language", "rust"), ("text", "a")]).await;
        if reply.status == 429 {
            assert!(turn >= 50, "a page of history may be full of code: {turn}");
            break;
        }
        assert!(turn < 5_000, "there is a limit");
    }
}
