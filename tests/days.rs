//! Going to a day.

use crate::kit::TestServer;
use maru::protocol::{Failure, Field, Reason, Seq};

#[tokio::test]
async fn a_day_leads_to_its_first_message_and_a_plain_form_goes_there() {
    let server = TestServer::start().await;
    let ((ann, mut at_ann), (bo, mut at_bo)) = server.pair().await;
    let room = ann.room();
    let first = at_ann.say(room, "one").await;
    let last = at_bo.say(room, "two").await;
    let id = room.to_string();
    let from = [first.at, first.at + 1, last.at + 1].map(|at| at.to_string());
    let expected = [first.seq, last.seq, last.seq];
    let is_one_instant = first.at == last.at;
    for (from, expected) in from.iter().zip(expected) {
        let found: Seq = bo.call("find_day", &[("room", &id), ("from", from)]).await.value();
        assert!(found == expected || is_one_instant, "{from}: {found}");
    }
    // Without script the day is told by its name, and the answer is the message's own address.
    for (day, seq) in [("1969-12-31", first.seq), ("2000-01-01", first.seq), ("9999-12-31", last.seq)] {
        let fields = [("room", id.as_str()), ("day", day), ("from", "")];
        let reply = ann.post_plain("/api/find_day", &fields).await;
        assert_eq!(
            (reply.status, reply.header("location")),
            (303, &*format!("{}/{seq}", ann.path())),
            "{day}"
        );
    }
}

#[tokio::test]
async fn a_day_that_is_none_is_refused_in_words() {
    let server = TestServer::start().await;
    let ann = server.enter("ann").await;
    ann.connect().await.say(ann.room(), "one").await;
    let id = ann.room().to_string();
    let invalid = |reason| (422, Failure::Invalid { field: Field::Day, reason });
    for (day, from, reason) in [
        ("", "", Reason::Empty),
        ("0000-01-01", "", Reason::Malformed),
        ("99999-01-01", "", Reason::Malformed),
        ("2026-02-30", "", Reason::Malformed),
        ("어제", "", Reason::Malformed),
        ("2026-11-03", "NaN", Reason::Malformed),
        ("2026-11-03", "-1", Reason::Malformed),
        ("", "1e9", Reason::Malformed),
    ] {
        let reply = ann.call("find_day", &[("room", &id), ("day", day), ("from", from)]).await;
        assert_eq!(reply.failure(), invalid(reason), "{day} {from}");
    }
    assert_eq!(ann.call("find_day", &[("room", &id)]).await.failure(), invalid(Reason::Empty));
    let nowhere = ann.call("find_day", &[("room", "r_00000000000000ff"), ("from", "1")]).await;
    assert_eq!(nowhere.failure(), (404, Failure::NotFound));
    // A plain form goes back to where it stood, with what was typed.
    let fields = [("room", id.as_str()), ("day", "2026-02-30"), ("from", "")];
    let reply = ann.post_plain("/api/find_day", &fields).await;
    let location = reply.header("location");
    assert!(reply.status == 303 && location.contains("day=2026-02-30"), "{location}");
    assert!(location.contains("malformed"), "{location}");
}
