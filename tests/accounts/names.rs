//! Which names may be taken.

use super::*;
use maru::protocol::{Failure, Field, Reason};

#[tokio::test]
async fn names_that_pretend_are_refused_at_every_way_in() {
    let server = TestServer::start().await;
    server.enter("paypal").await;
    server.enter("하은").await;
    let invalid = |reason| (422, Failure::Invalid { field: Field::Name, reason });
    for (name, refused) in [
        ("", invalid(Reason::Empty)),
        ("  ", invalid(Reason::Empty)),
        ("admin", invalid(Reason::Reserved)),
        ("관리자", invalid(Reason::Reserved)),
        ("@Everyone", invalid(Reason::Reserved)),
        ("pаypal", invalid(Reason::MixedScript)),
        ("раураӏ", (409, Failure::Taken { field: Field::Name })),
        ("paypaI", (409, Failure::Taken { field: Field::Name })),
        ("PAYPAL", (409, Failure::Taken { field: Field::Name })),
        ("하\u{200b}은", (409, Failure::Taken { field: Field::Name })),
        (&"가".repeat(33), invalid(Reason::TooLong(32))),
        ("a\u{202e}b", invalid(Reason::Unshowable)),
    ] {
        let person = server.stranger();
        assert_eq!(person.call("enter", &[("name", name)]).await.failure(), refused, "{name}");
        let fields = [("name", name), ("password", SECRET)];
        assert_eq!(person.call("sign_up", &fields).await.failure(), refused, "{name}");
    }
}

#[tokio::test]
async fn of_many_who_take_look_alikes_at_once_one_has_the_name() {
    let server = TestServer::unlimited().await;
    let names = ["rnaru-l", "maru-1", "rnaru-1", "maru-l", "MARU-I", "Maru-l"];
    let people: Vec<Person> = names.iter().map(|_| server.stranger()).collect();
    let tries = people
        .iter()
        .zip(names)
        .map(|(person, name)| async move { person.call("enter", &[("name", name)]).await.status });
    let mut done = futures::future::join_all(tries).await;
    done.sort_unstable();
    assert_eq!(done, [200, 409, 409, 409, 409, 409]);
}
