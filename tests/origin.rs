//! Who may ask at all: people with a session, on pages of ours.

use crate::kit::{Reply, Socket, TestServer};
use maru::protocol::Failure;

/// What looks like `address` to somebody in a hurry.
fn look_alikes(address: &str) -> Vec<String> {
    let (host, port) = address.split_once(':').expect("HOST:PORT");
    vec![
        "null".to_owned(),
        "http://evil.example".to_owned(),
        format!("http://{host}"),
        format!("http://{host}:1"),
        format!("http://{address}0"),
        format!("http://{address}.evil.example"),
        format!("http://evil-{address}"),
        format!("http://evil.example/{address}"),
        format!("http://{address}@evil.example"),
        format!("http://localhost:{port}"),
        format!("ws://{address}"),
        format!("ftp://{address}"),
        address.to_owned(),
    ]
}

#[tokio::test]
async fn another_site_cannot_open_a_socket() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let address = server.address();
    for origin in look_alikes(&address) {
        let refused = Socket::open(&address, ann.cookie.as_deref(), Some(&origin)).await;
        assert_eq!(refused.err(), Some(403), "{origin}");
    }
    let refused = Socket::open(&address, ann.cookie.as_deref(), None).await;
    assert_eq!(refused.err(), Some(403), "a browser always sends an origin with its cookie");
    ann.connect().await.ping().await;
}

#[tokio::test]
async fn another_site_cannot_change_anything() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    let address = server.address();
    let cookie = ann.cookie.clone().expect("came in");
    let post = |origin: Option<String>| {
        let request = reqwest::Client::new().post(format!("http://{address}/api/create_room"));
        let request = request.header("cookie", &cookie).form(&[("space", "maru"), ("name", "forged")]);
        Reply::of(origin.into_iter().fold(request, |request, origin| request.header("origin", origin)))
    };
    for origin in look_alikes(&address) {
        assert_eq!(post(Some(origin.clone())).await.failure(), (403, Failure::ForeignOrigin), "{origin}");
    }
    assert_eq!(post(None).await.status, 403);
    assert_eq!(ann.lobby().await.rooms.len(), 1, "nothing was made");
}

#[tokio::test]
async fn a_further_origin_can_be_allowed() {
    let server = TestServer::with(&[("MARU_ORIGINS", "https://chat.example")]).await;
    let ann = server.enter("ann").await;
    let address = server.address();
    let opened = Socket::open(&address, ann.cookie.as_deref(), Some("https://chat.example")).await;
    assert!(opened.is_ok());
    let refused =
        Socket::open(&address, ann.cookie.as_deref(), Some("https://chat.example.evil.example")).await;
    assert_eq!(refused.err(), Some(403));
}

#[tokio::test]
async fn without_a_session_there_is_no_socket_and_no_call() {
    let server = TestServer::start().await;
    let address = server.address();
    let origin = format!("http://{address}");
    let zeros = format!("maru={}", "0".repeat(64));
    for cookie in [None, Some("maru="), Some("maru=forged"), Some("other=1"), Some(zeros.as_str())] {
        let refused = Socket::open(&address, cookie, Some(&origin)).await;
        assert_eq!(refused.err(), Some(401), "{cookie:?}");
        let mut stranger = server.stranger();
        stranger.cookie = cookie.map(str::to_owned);
        let calls = [
            stranger.call("create_room", &[("space", "maru"), ("name", "x")]).await,
            stranger.call("join_room", &[("room", "r_0000000000000001")]).await,
            stranger.ask("lobby", &[("space", "maru")]).await,
            stranger.ask("room_page", &[("space", "maru"), ("room", "마루")]).await,
        ];
        for reply in calls {
            assert_eq!(reply.failure(), (401, Failure::SignedOut), "{cookie:?}");
        }
    }
}

#[tokio::test]
async fn who_signs_out_is_out_everywhere_at_once() {
    let server = TestServer::start().await;
    let ((ann, _), (bo, mut at_bo)) = server.pair().await;
    let mut live = ann.connect().await;
    assert_eq!(ann.call("sign_out", &[]).await.status, 200);
    assert_eq!(live.closed().await.0, 4401, "the live socket too");
    assert_eq!(ann.ask("lobby", &[("space", "maru")]).await.failure(), (401, Failure::SignedOut));
    let address = server.address();
    let refused = Socket::open(&address, ann.cookie.as_deref(), Some(&format!("http://{address}"))).await;
    assert_eq!(refused.err(), Some(401));
    at_bo.say(bo.room(), "others stay").await;
}

#[tokio::test]
async fn who_comes_back_with_the_cookie_is_the_same_person() {
    let mut server = TestServer::start().await;
    let ann = server.enter("ann").await;
    server.kill_9().await;
    server.start_again().await;
    assert_eq!(&ann.lobby().await.me, ann.user());
    assert_eq!(ann.connect().await.welcome().user, ann.user().id);
    let again = ann.call("enter", &[("name", "somebody else"), ("next", "")]).await;
    let again: maru::protocol::Arrival = again.value();
    assert_eq!(&again.user, ann.user(), "the doorway does not make a second person of one");
}
