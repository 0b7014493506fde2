//! What one is known by.

use super::*;
use maru::protocol::{Failure, Field, Reason};

#[tokio::test]
async fn one_edits_what_one_is_known_by() {
    let (server, owner) = set_up_server(&[]).await;
    let password = make_account(&server, "ann", &[]).await;
    let ann = sign_in(&server, "ann", &password).await;
    let fields = [
        ("display", " 앤 "),
        ("status", "책 읽는 중"),
        ("email", "ann@example.org"),
        ("lang", "ko"),
        ("zone", "Asia/Seoul"),
    ];
    let reply = ann.call("edit_profile", &fields).await;
    assert_eq!((reply.status, reply.cookie("maru_lang").as_deref()), (200, Some("ko")));
    let account = profile(&ann).await;
    assert_eq!((account.user.name.as_str(), account.user.shown()), ("ann", "앤"));
    assert_eq!((account.status.as_str(), account.zone.as_str()), ("책 읽는 중", "Asia/Seoul"));
    assert_eq!(ann.call("edit_profile", &[("status", "")]).await.status, 200);
    let account = profile(&ann).await;
    assert_eq!((account.status.as_str(), account.email.as_deref()), ("", Some("ann@example.org")));
    assert_eq!(account.user.shown(), "앤", "what is left out stays");
    assert_eq!(profile(&owner).await.user.shown(), "haneul");
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_by_its_field_and_nothing_changes() {
    let (server, owner) = set_up_server(&[]).await;
    let password = make_account(&server, "ann", &["--email", "ann@example.org"]).await;
    let ann = sign_in(&server, "ann", &password).await;
    let before = profile(&owner).await;
    let invalid = |field, reason| (422, Failure::Invalid { field, reason });
    for (field, value, refused) in [
        ("display", "관리자", invalid(Field::Display, Reason::Reserved)),
        ("display", "pаypal", invalid(Field::Display, Reason::MixedScript)),
        ("display", "Ann", (409, Failure::Taken { field: Field::Display })),
        ("display", &"가".repeat(33), invalid(Field::Display, Reason::TooLong(32))),
        ("status", &"가".repeat(81), invalid(Field::Status, Reason::TooLong(80))),
        ("status", "a\u{0}b", invalid(Field::Status, Reason::Unshowable)),
        ("email", "nowhere", invalid(Field::Email, Reason::Malformed)),
        ("email", "a@b\r\nBcc: c@d.e", invalid(Field::Email, Reason::Malformed)),
        ("email", "ANN@example.org", (409, Failure::Taken { field: Field::Email })),
        ("lang", "tlh", (422, Failure::Unknown)),
        ("zone", "<script>", (422, Failure::Unknown)),
    ] {
        let reply = owner.call("edit_profile", &[(field, value)]).await;
        assert_eq!(reply.failure(), refused, "{field}: {value}");
    }
    assert_eq!(profile(&owner).await, before);
    assert_eq!(
        ann.call("edit_profile", &[("email", "ann@example.org")]).await.status,
        200,
        "it is one's own"
    );
}

#[tokio::test]
async fn what_is_open_goes_on_under_the_new_name() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    assert_eq!(ann.call("edit_profile", &[("display", "앤")]).await.status, 200);
    assert_eq!(at_ann.closed().await.0, 1012, "it begins anew");
    let mut again = ann.connect().await;
    again.say(ann.room(), "it is me").await;
    let (event, text) = at_bo.message(ann.room()).await;
    assert_eq!((event.name.as_str(), text.as_str()), ("앤", "it is me"));
    assert_eq!(ann.call("edit_profile", &[("status", "here")]).await.status, 200);
    again.ping().await;
}
