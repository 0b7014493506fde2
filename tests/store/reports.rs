//! Reports.

use super::*;
use maru::protocol::{ReportId, RoomKind};
use maru::server::store::NewReport;

on_both_engines![
    a_message_is_reported_once_by_each,
    what_cannot_be_read_cannot_be_reported,
    reports_are_for_who_keeps_order,
    settling_one_report_settles_all_of_that_message,
];

impl TestStore {
    async fn report(&self, by: &User, room: RoomId, seq: u64) -> Result<bool> {
        let id = ReportId::from_random(random());
        self.store.report(&NewReport { id, room, seq, by: by.id, reason: "rude".into(), at: NOW }).await
    }
}

async fn a_message_is_reported_once_by_each(test: &mut TestStore) {
    let (ann, bo) = (test.person_as("ann", Role::Owner).await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    let seq = test.say(room, &bo, "boo").await;
    assert!(test.report(&ann, room, seq).await.expect("readable"));
    assert!(!test.report(&ann, room, seq).await.expect("readable"), "twice is once");
    assert!(test.report(&bo, room, seq).await.expect("readable"));
    let reports = test.store.reports(test.space.id, ann.id, false).await.expect("the owner's right");
    assert_eq!(reports.len(), 2);
    let (first, room_name) = (&reports[0], reports[0].room_name.as_str());
    assert_eq!((first.seq, first.text.as_str(), first.author.id, room_name), (seq, "boo", bo.id, "one"));
    assert_eq!(first.reason, "rude");
}

async fn what_cannot_be_read_cannot_be_reported(test: &mut TestStore) {
    let (ann, bo) = (test.person_as("ann", Role::Owner).await, test.person("bo").await);
    let out = test.outsider("out").await;
    let room = test.room(&ann, "one").await;
    let hidden = NewRoom { kind: RoomKind::Private, ..test.new_room(&ann, "hidden") };
    test.store.create_room(&hidden).await.expect("a free name");
    let (said, secret, deleted) = (
        test.say(room, &ann, "hello").await,
        test.say(hidden.id, &ann, "secret").await,
        test.say(room, &ann, "gone").await,
    );
    test.act(room, &ann, Op::Delete { of: deleted }).await.expect("one's own");
    for (by, room, seq) in [
        (&bo, hidden.id, secret),
        (&out, room, said),
        (&bo, room, 1),
        (&bo, room, deleted),
        (&bo, room, 99),
        (&bo, RoomId::from_raw(1), said),
    ] {
        assert_eq!(refusal(test.report(by, room, seq).await), Failure::NotFound, "{} {seq}", by.name);
    }
    // What was said before one came, where newcomers do not see it.
    test.tamper("update room set history = 'joined'").await;
    test.change(room, &bo, Op::Join).await.expect("a public room");
    assert_eq!(refusal(test.report(&bo, room, said).await), Failure::NotFound);
    assert_eq!(test.numbers("select count(*) from report").await, [0]);
}

async fn reports_are_for_who_keeps_order(test: &mut TestStore) {
    let (ann, bo) = (test.person_as("ann", Role::Moderator).await, test.person("bo").await);
    let out = test.outsider("out").await;
    let hidden = NewRoom { kind: RoomKind::Private, ..test.new_room(&bo, "hidden") };
    test.store.create_room(&hidden).await.expect("a free name");
    let seq = test.say(hidden.id, &bo, "boo").await;
    test.report(&bo, hidden.id, seq).await.expect("readable");
    let reports = async |reader: &User| test.store.reports(test.space.id, reader.id, false).await;
    assert_eq!(refusal(reports(&bo).await), Failure::Forbidden);
    assert_eq!(refusal(reports(&out).await), Failure::NotFound);
    let told = reports(&ann).await.expect("a moderator's right").pop().expect("one");
    assert_eq!(
        (told.text.as_str(), told.room_name.as_str()),
        ("boo", ""),
        "who reports shows the message alone"
    );
    assert_eq!(refusal(test.store.reported(told.id, bo.id).await), Failure::NotFound);
    assert_eq!(refusal(test.store.reported(ReportId::from_raw(1), ann.id).await), Failure::NotFound);
    assert_eq!(test.store.reported(told.id, ann.id).await.expect("a moderator's right").seq(), seq);
}

async fn settling_one_report_settles_all_of_that_message(test: &mut TestStore) {
    let (ann, bo) = (test.person_as("ann", Role::Owner).await, test.person("bo").await);
    let room = test.room(&ann, "one").await;
    let (one, two) = (test.say(room, &ann, "one").await, test.say(room, &ann, "two").await);
    for (by, seq) in [(&ann, one), (&bo, one), (&bo, two)] {
        test.report(by, room, seq).await.expect("readable");
    }
    let reports =
        async |all| test.store.reports(test.space.id, ann.id, all).await.expect("the owner's right");
    let first = reports(false).await.into_iter().find(|report| report.seq == one).expect("told");
    let reported = test.store.reported(first.id, ann.id).await.expect("there");
    assert!(test.store.settle_reports(&reported, ann.id, NOW + 1).await.expect("open"));
    assert!(!test.store.settle_reports(&reported, ann.id, NOW + 2).await.expect("done"));
    assert_eq!(reports(false).await.iter().map(|report| report.seq).collect::<Vec<_>>(), [two]);
    let all = reports(true).await;
    let settled = all.iter().filter_map(|report| report.settled.as_ref()).collect::<Vec<_>>();
    assert_eq!(settled, [&(ann.clone(), NOW + 1), &(ann.clone(), NOW + 1)]);
    assert_eq!(test.numbers("select count(*) from audit where action = 'report_settled'").await, [1]);
}
