//! What must hold of timelines, whatever arrives in whatever order.

use super::{
    day::Zone,
    outbox::{Entry, Stage},
    rows::{Row, RowKey, Said, SaidState},
    timeline::{PageId, Timeline},
};
use crate::protocol::{Batch, Draft, Event, Failure, Nonce, Op, RoomId, Seq, User, UserId};
use proptest::prelude::*;

pub(super) const ROOM: RoomId = RoomId::from_raw(1);
pub(super) const ME: UserId = UserId::from_raw(1);
pub(super) const ANN: UserId = UserId::from_raw(2);

fn me() -> User {
    User::new(ME, "me".to_owned())
}

fn nonce(n: u64) -> Nonce {
    Nonce::new(n, [7; 10])
}

pub(super) fn text(text: &str) -> Op {
    Op::said(text.to_owned())
}

pub(super) fn event(seq: Seq, at_min: u64, by: UserId, op: Op) -> Event {
    let nonce = (by == ME).then(|| nonce(seq));
    Event { seq, at: at_min * 60_000, by, name: format!("{by}"), face: 0, nonce, op, amended: None }
}

pub(super) fn batch(events: &[Event]) -> Batch {
    Batch { room: ROOM, after: events[0].seq - 1, fetch: None, events: events.to_vec() }
}

pub(super) fn fetched(events: &[Event]) -> Batch {
    Batch { fetch: Some(1), ..batch(events) }
}

pub(super) fn timeline(events: &[Event]) -> Timeline {
    let mut timeline = Timeline::default();
    timeline.set_me(Some(&me()));
    if !events.is_empty() {
        timeline.apply(&batch(events));
    }
    timeline
}

pub(super) fn draft(n: u64, stage: Stage) -> Entry {
    let draft = Draft { nonce: nonce(n), room: ROOM, op: text(&format!("draft {n}")) };
    Entry { draft, at: 0, turn: 0, stage }
}

pub(super) fn ids(timeline: &Timeline) -> Vec<PageId> {
    timeline.pages().map(|(page, _)| page).collect()
}

pub(super) fn page_rows(timeline: &mut Timeline) -> Vec<Vec<Row>> {
    let pages = ids(timeline);
    pages.into_iter().map(|page| timeline.rows(page, Zone::UTC).to_vec()).collect()
}

/// All rows; folded runs that only a page's border keeps apart are put together.
fn all_rows(timeline: &mut Timeline) -> Vec<Row> {
    let mut all: Vec<Row> = Vec::new();
    for row in page_rows(timeline).into_iter().flatten() {
        match (all.last_mut(), row) {
            (Some(Row::Notice(run)), Row::Notice(next)) => run.lines.extend(next.lines),
            (_, row) => all.push(row),
        }
    }
    all
}

pub(super) fn said(timeline: &mut Timeline) -> Vec<Said> {
    let said = |row| if let Row::Said(said) = row { Some(said) } else { None };
    page_rows(timeline).into_iter().flatten().filter_map(said).collect()
}

/// `(text, head, tail)` of everything said.
fn shape(timeline: &mut Timeline) -> Vec<(String, bool, bool)> {
    said(timeline).into_iter().map(|said| (said.text, said.head, said.tail)).collect()
}

fn shapes(rows: &[(&str, bool, bool)]) -> Vec<(String, bool, bool)> {
    rows.iter().map(|(text, head, tail)| ((*text).to_owned(), *head, *tail)).collect()
}

#[test]
fn one_author_within_five_minutes_with_nothing_between_is_one_group() {
    let mut timeline = timeline(&[
        event(1, 0, ANN, text("a")),
        event(2, 5, ANN, text("b")),
        event(3, 11, ANN, text("late")),
        event(4, 11, ME, text("mine")),
        event(5, 11, ANN, text("c")),
        event(6, 11, ANN, Op::Unknown),
        event(7, 11, ANN, text("d")),
        event(8, 11, ME, Op::Leave),
        event(9, 11, ANN, text("e")),
    ]);
    let want = [
        ("a", true, false),
        ("b", false, true),
        ("late", true, true),
        ("mine", true, true),
        ("c", true, false),
        ("d", false, true),
        ("e", true, true),
    ];
    assert_eq!(shape(&mut timeline), shapes(&want));
}

#[test]
fn a_day_begins_with_its_line_and_a_new_group() {
    let mut timeline = timeline(&[event(1, 24 * 60 - 1, ANN, text("a")), event(2, 24 * 60, ANN, text("b"))]);
    assert_eq!(shape(&mut timeline), shapes(&[("a", true, true), ("b", true, true)]));
    let keys: Vec<RowKey> = all_rows(&mut timeline).iter().map(Row::key).collect();
    assert_eq!(keys, [RowKey::Day(1), RowKey::Event(1), RowKey::Day(2), RowKey::Event(2)]);
}

#[test]
fn comings_and_goings_are_folded_into_the_first_of_their_run() {
    let mut timeline = timeline(&[
        event(1, 0, ANN, Op::Create { name: "tea".to_owned() }),
        event(2, 0, ME, Op::Join),
        event(3, 0, ANN, Op::Unknown),
        event(4, 0, ANN, Op::Leave),
        event(5, 0, ME, Op::Gone),
        event(6, 0, ANN, Op::Join),
    ]);
    let rows = all_rows(&mut timeline);
    let runs: Vec<_> = rows
        .iter()
        .filter_map(|row| if let Row::Notice(run) = row { Some((run.key, run.lines.len())) } else { None })
        .collect();
    assert_eq!(runs, [(RowKey::Event(1), 3), (RowKey::Event(6), 1)]);
    assert_eq!(said(&mut timeline)[0].state, SaidState::Gone, "what was deleted keeps its place");
}

#[test]
fn grouping_goes_over_the_border_of_pages_and_not_over_a_hole() {
    let events: Vec<Event> = (1..=6).map(|seq| event(seq, 0, ANN, text(&seq.to_string()))).collect();
    let mut timeline = timeline(&events[3..4]);
    timeline.apply(&batch(&events[5..6]));
    assert_eq!(shape(&mut timeline), shapes(&[("4", true, true), ("6", true, true)]));
    timeline.apply(&fetched(&events[4..5]));
    timeline.apply(&fetched(&events[1..3]));
    assert_eq!(timeline.pages().count(), 2);
    let want = [
        ("2", true, false),
        ("3", false, false),
        ("4", false, false),
        ("5", false, false),
        ("6", false, true),
    ];
    assert_eq!(shape(&mut timeline), shapes(&want));
}

#[test]
fn older_history_is_exactly_one_page_put_before_and_no_page_below_is_computed_again() {
    let events: Vec<Event> = (1..=250).map(|seq| event(seq, seq * 9, ANN, text("a"))).collect();
    let mut timeline = timeline(&events[225..250]);
    timeline.apply(&fetched(&events[175..225]));
    assert_eq!(ids(&timeline), [PageId(-1), PageId(0)]);
    let before: Vec<_> = timeline.pages().collect();
    timeline.apply(&fetched(&events[75..175]));
    let after: Vec<_> = timeline.pages().collect();
    assert_eq!(ids(&timeline), [PageId(-2), PageId(-1), PageId(0)]);
    assert_eq!(after[2], before[1], "a page that is not next to the new one is as it was");
    assert!(timeline.has_older(0) && !timeline.has_older(75));
}

#[test]
fn the_last_page_grows_to_twenty_five_and_the_ones_above_rest() {
    let events: Vec<Event> = (1..=70).map(|seq| event(seq, seq * 9, ANN, text("a"))).collect();
    let mut timeline = timeline(&events[0..10]);
    events[10..35].iter().for_each(|event| drop(timeline.apply(&batch(std::slice::from_ref(event)))));
    let sizes: Vec<usize> = page_rows(&mut timeline).iter().map(Vec::len).collect();
    assert_eq!(ids(&timeline), [PageId(0), PageId(1)]);
    assert!(sizes[0] >= 25 && sizes[1] >= 10);
    let resting = timeline.pages().next();
    timeline.apply(&batch(&events[35..45]));
    assert_eq!(timeline.pages().next(), resting);
}

#[test]
fn a_draft_keeps_its_key_and_its_page_when_it_becomes_a_message() {
    let events: Vec<Event> = (1..=50).map(|seq| event(seq, 0, ANN, text("a"))).collect();
    let mut timeline = timeline(&events);
    timeline.set_drafts(vec![draft(51, Stage::InFlight), draft(52, Stage::Waiting(0))]);
    let pending = page_rows(&mut timeline);
    let tail = |rows: &[Vec<Row>]| {
        let page = rows.last().expect("there is a page");
        page[page.len() - 2..].iter().map(Row::key).collect::<Vec<_>>()
    };
    assert_eq!(tail(&pending), [RowKey::Mine(nonce(51)), RowKey::Mine(nonce(52))]);
    timeline.apply(&batch(&[event(51, 0, ME, text("draft 51"))]));
    timeline.set_drafts(vec![draft(52, Stage::InFlight)]);
    let settled = page_rows(&mut timeline);
    assert_eq!((tail(&settled), settled.len()), (tail(&pending), pending.len()));
    let last = said(&mut timeline);
    assert_eq!((last[50].seq, &last[50].state), (Some(51), &SaidState::Sent));
    assert_eq!((last[51].seq, last[51].mine), (None, true));
    assert_eq!((last[50].tail, last[51].head), (false, false), "a draft belongs to the group before it");
}

#[test]
fn drafts_show_where_they_are_even_where_no_history_is_held() {
    let mut timeline = timeline(&[]);
    timeline.set_drafts(vec![draft(1, Stage::Taken(9)), draft(2, Stage::Refused(Failure::Archived))]);
    let states: Vec<SaidState> = said(&mut timeline).into_iter().map(|said| said.state).collect();
    assert_eq!(states, [SaidState::Pending, SaidState::Failed(Failure::Archived)]);
    timeline.apply(&batch(&[event(60, 0, ANN, text("a"))]));
    timeline.apply(&fetched(&[event(58, 0, ANN, text("b")), event(59, 0, ANN, text("c"))]));
    let texts: Vec<String> = said(&mut timeline).into_iter().map(|said| said.text).collect();
    assert_eq!(texts, ["b", "c", "a", "draft 1", "draft 2"]);
}

#[test]
fn a_great_hole_is_not_filled_but_becomes_older_history() {
    let mut timeline = timeline(&[event(1, 0, ANN, text("a"))]);
    let old = ids(&timeline);
    timeline.apply(&batch(&[event(202, 0, ANN, text("b"))]));
    assert_eq!(timeline.hole().map(|hole| hole.upto), Some(201), "200 are filled");
    timeline.apply(&batch(&[event(500, 0, ANN, text("c"))]));
    assert_eq!((timeline.hole(), timeline.from()), (None, 499));
    assert_eq!(shape(&mut timeline), shapes(&[("c", true, true)]));
    assert!(timeline.has_older(0) && !ids(&timeline).contains(&old[0]));
    timeline.apply(&fetched(&[event(499, 0, ANN, text("b"))]));
    assert_eq!(shape(&mut timeline), shapes(&[("b", true, false), ("c", false, true)]));
}

fn any_event() -> impl Strategy<Value = (u64, UserId, Op)> {
    let by = prop::sample::select(vec![ME, ANN]);
    let op = prop::sample::select(vec![
        text("a"),
        text("b"),
        text("c"),
        Op::Join,
        Op::Leave,
        Op::Gone,
        Op::Unknown,
    ]);
    (prop::sample::select(vec![0, 0, 1, 4, 6, 700]), by, op)
}

fn any_log() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec(any_event(), 1..75).prop_map(|all| {
        let mut at = 0;
        let mut seq = 0;
        all.into_iter()
            .map(|(pause, by, op)| {
                at += pause;
                seq += 1;
                event(seq, at, by, op)
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_way_to_the_same_log_shows_the_same_rows(
        log in any_log(),
        runs in prop::collection::vec((any::<prop::sample::Index>(), 1usize..40, any::<bool>()), 1..14),
    ) {
        let mut timeline = timeline(&[]);
        let feed = |timeline: &mut Timeline, batch: &Batch| -> Result<(), TestCaseError> {
            let before = ids(timeline);
            timeline.apply(batch);
            let after = ids(timeline);
            let kept: Vec<PageId> = after.iter().copied().filter(|page| before.contains(page)).collect();
            prop_assert_eq!(kept, before, "pages keep their ids and their order");
            prop_assert!(after.is_sorted());
            for (place, rows) in page_rows(timeline).into_iter().enumerate() {
                prop_assert_eq!(rows, timeline.compute(place, Zone::UTC), "a page that changed was not computed");
            }
            Ok(())
        };
        for (start, len, is_fetched) in runs {
            let start = start.index(log.len());
            let run = &log[start..(start + len).min(log.len())];
            feed(&mut timeline, &if is_fetched { fetched(run) } else { batch(run) })?;
        }
        feed(&mut timeline, &batch(&log[log.len() - 1..]))?;
        while let Some(hole) = timeline.hole() {
            let upto = hole.upto as usize;
            feed(&mut timeline, &fetched(&log[upto.saturating_sub(30).max(hole.after as usize)..upto]))?;
        }
        while timeline.has_older(0) {
            let upto = timeline.from() as usize;
            let pages = timeline.pages().count();
            feed(&mut timeline, &fetched(&log[upto.saturating_sub(30)..upto]))?;
            prop_assert_eq!(timeline.pages().count(), pages + 1);
        }
        let mut whole = self::timeline(&log);
        prop_assert_eq!(all_rows(&mut timeline), all_rows(&mut whole));
        let keys: Vec<RowKey> = page_rows(&mut timeline).iter().flatten().map(Row::key).collect();
        let unique: std::collections::HashSet<RowKey> = keys.iter().copied().collect();
        prop_assert_eq!(unique.len(), keys.len(), "two rows of one name");
    }
}
