//! What must hold of the part of a log that is held, wherever the reader goes in it.

use super::{
    day::Zone,
    rows::{Row, Said},
    timeline::{PageId, Timeline},
    timeline_laws::{ANN, ME, ROOM, batch, event, fetched, ids, page_rows, said, text, timeline},
};
use crate::protocol::{Batch, Event, Op, Seq};
use proptest::prelude::*;

/// The rows that may be held beside a few pages around the reader.
const MOST: usize = 360 + 5 * 100;

fn log(length: Seq) -> Vec<Event> {
    (1..=length).map(|seq| event(seq, seq * 9, ANN, text(&seq.to_string()))).collect()
}

fn run(log: &[Event], after: Seq, upto: Seq) -> Vec<Event> {
    log[after as usize..upto.min(log.len() as Seq) as usize].to_vec()
}

fn older(timeline: &mut Timeline, log: &[Event]) {
    let from = timeline.from();
    if from > 0 {
        timeline.apply(&fetched(&run(log, from.saturating_sub(50), from)));
    }
}

fn newer(timeline: &mut Timeline, log: &[Event]) {
    let (end, head) = (timeline.log.end(), timeline.cursor().map_or(0, |cursor| cursor.seq));
    if end < head {
        timeline.apply(&fetched(&run(log, end, head.min(end + 50))));
    }
}

fn look_at(timeline: &mut Timeline, place: usize) -> PageId {
    let page = ids(timeline)[place];
    timeline.look_at(Some((page, page)));
    page
}

fn seqs(timeline: &mut Timeline) -> Vec<Seq> {
    said(timeline).into_iter().filter_map(|said| said.seq).collect()
}

#[test]
fn a_long_room_is_walked_to_its_first_message_and_back_with_few_rows_held() {
    let log = log(3_000);
    let mut timeline = timeline(&log[2_950..]);
    let mut most = 0;
    while timeline.has_older(0) {
        look_at(&mut timeline, 0);
        older(&mut timeline, &log);
        most = most.max(said(&mut timeline).len());
    }
    assert_eq!((seqs(&mut timeline)[0], timeline.has_newer()), (1, true));
    while timeline.has_newer() {
        let last = ids(&timeline).len() - 1;
        look_at(&mut timeline, last);
        newer(&mut timeline, &log);
        most = most.max(said(&mut timeline).len());
    }
    let held = seqs(&mut timeline);
    assert_eq!(held.last(), Some(&3_000));
    assert!(held.is_sorted() && held.windows(2).all(|two| two[1] == two[0] + 1));
    assert!(most <= 420, "{most} rows");
    assert!(timeline.events.len() <= 420);
}

#[test]
fn a_room_that_is_followed_for_long_keeps_its_newest_rows_alone() {
    let log = log(20_000);
    let mut timeline = timeline(&log[..50]);
    for some in log[50..].chunks(10) {
        timeline.apply(&batch(some));
    }
    assert!((75..=125).contains(&timeline.events.len()), "{}", timeline.events.len());
    assert_eq!(seqs(&mut timeline).last(), Some(&20_000));
    assert!(timeline.has_older(0) && !timeline.has_newer());
}

#[test]
fn a_tall_screen_keeps_the_older_rows_that_it_asked_for() {
    let log = log(3_000);
    let mut timeline = timeline(&log[950..1_000]);
    for _ in 0..4 {
        older(&mut timeline, &log);
    }
    for some in log[1_000..2_000].chunks(10) {
        timeline.apply(&batch(some));
        assert!(timeline.events.len() >= 250, "they would be asked for again: {}", timeline.events.len());
    }
    assert!(timeline.events.len() <= 300, "{}", timeline.events.len());
    // Whoever looked around, and came back, asks for what is needed.
    look_at(&mut timeline, 0);
    timeline.look_at(None);
    timeline.apply(&batch(&log[2_000..2_100]));
    assert!(timeline.events.len() <= 125, "{}", timeline.events.len());
}

#[test]
fn whoever_reads_back_keeps_the_page_in_sight_while_much_is_said() {
    let log = log(2_000);
    let mut timeline = timeline(&log[..300]);
    let page = look_at(&mut timeline, 0);
    let before = timeline.rows(page, Zone::UTC);
    for some in log[300..1_000].chunks(7) {
        timeline.apply(&batch(some));
    }
    // And a great hole, after an hour in a tunnel.
    timeline.apply(&batch(&log[1_990..]));
    assert_eq!(timeline.rows(page, Zone::UTC), before);
    assert!(timeline.has_newer());
    assert_eq!(timeline.cursor().map(|cursor| cursor.seq), Some(2_000));
    while timeline.has_newer() {
        newer(&mut timeline, &log);
        let last = ids(&timeline).len() - 1;
        look_at(&mut timeline, last);
    }
    assert_eq!(seqs(&mut timeline).last(), Some(&2_000));
}

#[test]
fn what_is_said_about_a_message_in_sight_is_shown_while_the_newest_are_let_go() {
    let log = log(1_000);
    let mut timeline = timeline(&log[..100]);
    look_at(&mut timeline, 0);
    timeline.apply(&batch(&log[100..1_000]));
    assert!(timeline.has_newer());
    let edit = event(1_001, 9_100, ANN, Op::Edit { of: 7, text: "changed".to_owned() });
    let react = event(1_002, 9_101, ME, Op::React { of: 7, emoji: "👍".to_owned(), on: true });
    let delete = event(1_003, 9_102, ANN, Op::Delete { of: 8 });
    timeline.apply(&batch(&[edit.clone(), react.clone(), delete]));
    let rows = said(&mut timeline);
    let row = |seq| rows.iter().find(|said| said.seq == Some(seq)).expect("it is held");
    assert_eq!((row(7).text.as_str(), row(7).reactions.len()), ("changed", 1));
    assert_eq!(row(8).text, "", "what was deleted is not shown");
    // Told again when one comes down to it, they change nothing.
    timeline.hear(&edit);
    timeline.hear(&react);
    let again = said(&mut timeline);
    let seven = |rows: &[Said]| rows.iter().find(|said| said.seq == Some(7)).cloned();
    assert_eq!(seven(&again), seven(&rows));
}

#[test]
fn what_was_missed_about_messages_in_sight_is_asked_for_anew() {
    let log = log(1_000);
    let mut timeline = timeline(&log[..100]);
    look_at(&mut timeline, 0);
    timeline.apply(&batch(&log[900..]));
    assert_eq!(timeline.stale(), Some(100));
    let gone = Event { op: Op::Gone, ..log[6].clone() };
    let now: Vec<Event> =
        log[..100].iter().map(|event| if event.seq == 7 { &gone } else { event }).cloned().collect();
    timeline.renew(&fetched(&now));
    assert_eq!((timeline.stale(), seqs(&mut timeline).len()), (None, 100));
    assert_eq!(said(&mut timeline)[6].text, "");
}

#[test]
fn the_line_stands_above_the_first_message_of_others_that_is_new_and_stays() {
    let lines = |timeline: &mut Timeline| -> Vec<Seq> {
        let rows: Vec<Row> = page_rows(timeline).into_iter().flatten().collect();
        let after = |(at, row): (usize, &Row)| matches!(row, Row::New(_)).then(|| rows[at + 1].clone());
        let after = rows.iter().enumerate().filter_map(after);
        after.filter_map(|row| if let Row::Said(said) = row { said.seq } else { None }).collect()
    };
    let said = [ANN, ANN, ME, ANN, ANN];
    let log: Vec<Event> = said.into_iter().zip(1..).map(|(by, seq)| event(seq, 0, by, text("a"))).collect();
    let mut timeline = timeline(&log);
    timeline.draw_line(Some(2), 2);
    assert_eq!(lines(&mut timeline), [4], "what one said oneself is not new");
    timeline.apply(&batch(&[event(6, 0, ANN, text("b"))]));
    assert_eq!(lines(&mut timeline), [4]);
    assert_eq!(timeline.news(), Some((2, Some(0))));
    timeline.draw_line(None, 0);
    assert_eq!((lines(&mut timeline), timeline.news()), (vec![], None));
}

#[test]
fn a_line_above_what_is_held_is_drawn_when_history_comes_down_to_it() {
    let log = log(200);
    let mut timeline = timeline(&log[150..]);
    timeline.draw_line(Some(120), 80);
    assert!(timeline.is_line_above());
    older(&mut timeline, &log);
    assert_eq!((timeline.stand.line, timeline.is_line_above()), (Some(121), false));
}

#[derive(Debug, Clone)]
enum Step {
    Live(u64),
    Lost(u64),
    Look(prop::sample::Index),
    End,
    Older,
    Newer,
    Way(prop::sample::Index),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1u64..60).prop_map(Step::Live),
        1 => (201u64..400).prop_map(Step::Lost),
        3 => any::<prop::sample::Index>().prop_map(Step::Look),
        1 => Just(Step::End),
        6 => Just(Step::Older),
        6 => Just(Step::Newer),
        1 => any::<prop::sample::Index>().prop_map(Step::Way),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_is_shown_is_a_run_of_the_log_around_the_reader(steps in prop::collection::vec(any_step(), 1..40)) {
        let log = log(16_500);
        let mut head = 400;
        let mut timeline = timeline(&log[350..400]);
        let mut sight = None;
        for step in steps {
            let is_at_end = sight.is_none() && !timeline.has_newer();
            match step {
                Step::Live(more) => {
                    timeline.apply(&batch(&run(&log, head, head + more)));
                    head += more;
                }
                Step::Lost(more) => {
                    head += more + 1;
                    timeline.apply(&batch(&run(&log, head - 1, head)));
                    if is_at_end {
                        // Whoever is at the end is at the end of what came.
                        prop_assert_eq!(timeline.from(), head - 1);
                    }
                }
                Step::Look(place) => {
                    let place = place.index(ids(&timeline).len());
                    sight = Some(look_at(&mut timeline, place));
                }
                Step::End if !timeline.has_newer() => {
                    timeline.look_at(None);
                    sight = None;
                }
                Step::End => {}
                Step::Older => older(&mut timeline, &log),
                Step::Newer => newer(&mut timeline, &log),
                Step::Way(place) => {
                    let after = place.index(head as usize - 1) as Seq;
                    let way = Batch { room: ROOM, after, fetch: None, events: run(&log, after, head.min(after + 50)) };
                    timeline.begin_at(&way);
                    sight = None;
                    prop_assert!(timeline.key_at(after + 1).is_some());
                }
            }
            let held = seqs(&mut timeline);
            prop_assert!(held.windows(2).all(|two| two[1] == two[0] + 1), "{:?}", held);
            prop_assert_eq!(held.first().copied(), Some(timeline.from() + 1));
            prop_assert_eq!(held.last().copied(), Some(timeline.log.end()));
            prop_assert_eq!(timeline.cursor().map(|cursor| cursor.seq), Some(head));
            prop_assert!(held.len() <= MOST, "{} rows", held.len());
            prop_assert_eq!(held.len(), timeline.events.len());
            if let Some(page) = sight {
                prop_assert!(ids(&timeline).contains(&page), "the page in sight was let go");
            }
            for (place, rows) in page_rows(&mut timeline).into_iter().enumerate() {
                prop_assert_eq!(rows, timeline.compute(place, Zone::UTC), "a page that changed was not computed");
            }
        }
    }
}
