//! What the end of a log gives to whom.

use super::encode::tests::{ANA, BO, ROOM, message, parse, said};
use super::{
    encode::{Encoded, FRAME_FILL},
    tail::{Pulled, RING_BYTES, Tail},
};
use crate::protocol::{Op, Seq, SpaceId, UserId};
use crate::server::store::RoomInfo;

fn info(head: Seq, members: &[UserId]) -> Option<RoomInfo> {
    let (space, members) = (SpaceId::from_raw(1), members.to_vec());
    Some(RoomInfo { id: ROOM, space, head, head_at: 1000 + head, members })
}

fn awake(head: Seq) -> Tail {
    let mut tail = Tail::new(ROOM);
    assert!(tail.settle(info(head, &[ANA])));
    tail
}

fn publish(tail: &mut Tail, seqs: impl IntoIterator<Item = Seq>) {
    for seq in seqs {
        assert!(tail.apply(Encoded::new(ROOM, &message(seq))), "{seq} is next");
    }
}

fn seqs(pulled: &Pulled) -> (Seq, Vec<Seq>) {
    let Pulled::Frame { frame, upto, .. } = pulled else { panic!("no frame: {pulled:?}") };
    let batch = parse(frame);
    assert_eq!(batch.events.last().map(|event| event.seq), Some(*upto));
    (batch.after, batch.events.iter().map(|event| event.seq).collect())
}

#[test]
fn a_reader_gets_everything_after_the_cursor_once() {
    let mut tail = awake(10);
    publish(&mut tail, 11..=13);
    assert_eq!(seqs(&tail.pull(ANA, 10)), (10, vec![11, 12, 13]));
    assert_eq!(seqs(&tail.pull(ANA, 12)), (12, vec![13]));
    assert_eq!(tail.pull(ANA, 13), Pulled::Nothing);
    assert_eq!(tail.pull(ANA, 99), Pulled::Nothing);
}

#[test]
fn what_the_ring_has_no_more_is_read_from_the_store() {
    let mut tail = awake(10);
    assert_eq!(tail.pull(ANA, 8), Pulled::Read { after: 8, upto: 10 });
    publish(&mut tail, [11]);
    assert_eq!(tail.pull(ANA, 8), Pulled::Read { after: 8, upto: 11 });
    assert_eq!(seqs(&tail.pull(ANA, 10)), (10, vec![11]));
}

#[test]
fn somebody_far_behind_skips_and_the_frame_says_so() {
    let mut tail = awake(0);
    publish(&mut tail, 1..=300);
    let (after, got) = seqs(&tail.pull(ANA, 0));
    assert_eq!((after, got[0]), (250, 251));
    assert_eq!(seqs(&tail.pull(ANA, 100)).0, 100, "200 behind is not far");
}

#[test]
fn the_ring_is_bounded_in_events_and_in_bytes() {
    let mut tail = awake(0);
    publish(&mut tail, 1..=1000);
    assert_eq!((tail.ring.len(), tail.first()), (256, Some(745)));
    for seq in 1001..1200 {
        let long = said(seq, ANA, Op::said("가".repeat(8000)));
        assert!(tail.apply(Encoded::new(ROOM, &long)));
    }
    assert!(tail.weight <= RING_BYTES);
    let (_, got) = seqs(&tail.pull(ANA, 1190));
    assert_eq!(got, [1191], "one that is larger than a frame should be goes alone");
}

#[test]
fn a_long_run_comes_in_several_frames_that_adjoin() {
    let mut tail = awake(0);
    publish(&mut tail, 1..=200);
    let (mut cursor, mut frames) = (0, 0);
    while let pulled @ Pulled::Frame { .. } = tail.pull(ANA, cursor) {
        let (after, got) = seqs(&pulled);
        assert_eq!((after, got[0]), (cursor, cursor + 1));
        let Pulled::Frame { frame, upto, more } = pulled else { panic!("a frame") };
        assert!(frame.len() <= FRAME_FILL + 200);
        assert_eq!(more, upto < 200);
        (cursor, frames) = (upto, frames + 1);
    }
    assert_eq!(cursor, 200);
    assert!(frames > 1);
}

#[test]
fn nobody_reads_from_outside_their_membership() {
    let mut tail = awake(5);
    assert_eq!(tail.pull(BO, 5), Pulled::Gone);
    publish(&mut tail, [6]);
    assert!(tail.apply(Encoded::new(ROOM, &said(7, BO, Op::Join))));
    publish(&mut tail, [8]);
    assert_eq!(seqs(&tail.pull(BO, 0)), (6, vec![7, 8]));
    assert!(tail.apply(Encoded::new(ROOM, &said(9, BO, Op::Leave))));
    assert_eq!(tail.pull(BO, 8), Pulled::Gone);
    publish(&mut tail, [10]);
    assert!(tail.apply(Encoded::new(ROOM, &said(11, BO, Op::Join))));
    assert_eq!(seqs(&tail.pull(BO, 8)), (10, vec![11]), "not what was said while away");
}

#[test]
fn what_is_published_while_the_room_wakes_is_not_lost() {
    let mut tail = Tail::new(ROOM);
    publish(&mut tail, [11]);
    assert!(tail.apply(Encoded::new(ROOM, &said(12, BO, Op::Join))));
    assert_eq!(tail.pull(ANA, 10), Pulled::Later);
    assert!(tail.settle(info(10, &[ANA])));
    assert_eq!(seqs(&tail.pull(ANA, 10)), (10, vec![11, 12]));
    assert_eq!(seqs(&tail.pull(BO, 10)), (11, vec![12]));
}

#[test]
fn what_the_store_already_knew_is_not_taken_twice() {
    let mut tail = awake(12);
    publish(&mut tail, [11]);
    assert_eq!(tail.head(), 12);
    assert!(tail.apply(Encoded::new(ROOM, &said(12, ANA, Op::Leave))), "and does not undo what it said");
    assert_eq!(seqs(&tail.pull(ANA, 10)), (10, vec![11, 12]));
    publish(&mut tail, [13]);
    assert_eq!(tail.head(), 13);
}

#[test]
fn a_missing_event_shuts_the_room_until_the_store_has_spoken() {
    let mut tail = awake(10);
    publish(&mut tail, [11]);
    assert!(!tail.apply(Encoded::new(ROOM, &message(14))));
    assert_eq!(tail.pull(ANA, 11), Pulled::Later);
    assert!(!tail.settle(info(12, &[ANA])), "older than what is held");
    assert!(tail.settle(info(14, &[BO])));
    assert_eq!(tail.pull(ANA, 11), Pulled::Gone);
    assert_eq!(tail.pull(BO, 11), Pulled::Read { after: 11, upto: 14 });
    assert_eq!(seqs(&tail.pull(BO, 13)), (13, vec![14]));
}

#[test]
fn a_deleted_text_is_gone_from_memory() {
    let mut tail = awake(10);
    publish(&mut tail, 11..=12);
    let edit = Op::Edit { of: 11, text: "second thoughts".to_owned() };
    assert!(tail.apply(Encoded::new(ROOM, &said(13, ANA, edit))));
    assert!(tail.apply(Encoded::new(ROOM, &said(14, ANA, Op::Delete { of: 11 }))));
    let Pulled::Frame { frame, .. } = tail.pull(ANA, 10) else { panic!("a frame") };
    let ops: Vec<Op> = parse(&frame).events.into_iter().map(|event| event.op).collect();
    let untold = Op::Edit { of: 11, text: String::new() };
    assert_eq!([&ops[0], &ops[2], &ops[3]], [&Op::Gone, &untold, &Op::Delete { of: 11 }]);
    assert!(matches!(&ops[1], Op::Message { text, .. } if text == "line\n12"));
    assert_eq!(tail.weight, tail.ring.iter().map(Encoded::weight).sum::<usize>());
}

#[test]
fn instants_are_known_of_what_is_held() {
    let mut tail = awake(10);
    publish(&mut tail, 11..=12);
    assert_eq!([10, 11, 12, 13].map(|seq| tail.instant(seq)), [None, Some(1011), Some(1012), None]);
    assert_eq!(awake(10).instant(10), Some(1010));
}

#[test]
fn older_events_are_held_once_they_were_asked_for_and_adjoin() {
    let mut tail = awake(300);
    let older =
        |seqs: std::ops::RangeInclusive<Seq>| seqs.map(|seq| Encoded::new(ROOM, &message(seq))).collect();
    assert!(tail.wants(250) && !tail.wants(300));
    tail.fill(older(200..=299));
    assert!(tail.wants(250), "they do not adjoin the head");
    publish(&mut tail, [301]);
    tail.fill(older(101..=300));
    assert!(!tail.wants(250));
    assert_eq!(seqs(&tail.pull(ANA, 298)), (298, vec![299, 300, 301]));
    assert_eq!(seqs(&tail.pull(ANA, 0)).0, 251, "whoever is far behind skips as ever");
    assert_eq!(tail.instant(250), Some(1250));
    assert_eq!(tail.weight, tail.ring.iter().map(Encoded::weight).sum::<usize>());
}

#[test]
fn what_was_deleted_while_it_was_read_does_not_come_back() {
    let mut tail = awake(10);
    assert!(tail.apply(Encoded::new(ROOM, &said(11, ANA, Op::Delete { of: 9 }))));
    tail.fill((1..=10).map(|seq| Encoded::new(ROOM, &message(seq))).collect());
    let Pulled::Frame { frame, .. } = tail.pull(ANA, 7) else { panic!("a frame") };
    let ops: Vec<Op> = parse(&frame).events.into_iter().map(|event| event.op).collect();
    assert_eq!(ops[1], Op::Gone);
    assert!(matches!(ops[2], Op::Message { .. }));
}

#[test]
fn everybody_at_the_same_place_is_given_the_same_bytes() {
    let mut tail = awake(10);
    publish(&mut tail, 11..=13);
    let frame = |tail: &mut Tail, reader| match tail.pull(reader, 10) {
        Pulled::Frame { frame, .. } => frame,
        other => panic!("no frame: {other:?}"),
    };
    assert!(tail.settle(info(13, &[ANA, BO])));
    let (first, second) = (frame(&mut tail, BO), frame(&mut tail, BO));
    assert_eq!(first.as_str().as_ptr(), second.as_str().as_ptr());
    assert!(frame(&mut tail, ANA).as_str().contains("nonce"), "but the author hears of the nonces");
    assert!(tail.apply(Encoded::new(ROOM, &said(14, ANA, Op::Delete { of: 12 }))));
    assert!(!frame(&mut tail, BO).as_str().contains("line\\n12"));
}
