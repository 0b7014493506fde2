//! What must hold of changed messages, whatever comes in whatever order, and however late it was told.

use super::{
    day::Zone,
    outbox::{Entry, Stage},
    rows::{Row, Said, SaidState},
    timeline::{PageId, Timeline},
};
use crate::protocol::{
    Amended, Batch, Draft, Event, Failure, Nonce, Op, Pairs, Reaction, RoomId, Seq, User, UserId,
};
use proptest::prelude::*;

const ROOM: RoomId = RoomId::from_raw(1);
const ME: UserId = UserId::from_raw(1);
const ANN: UserId = UserId::from_raw(2);
const BO: UserId = UserId::from_raw(3);

fn event(seq: Seq, by: UserId, op: Op) -> Event {
    let nonce = (by == ME).then(|| Nonce::new(seq, [7; 10]));
    Event { seq, at: seq * 60_000, by, name: format!("{by}"), face: 0, nonce, op, amended: None }
}

fn text(text: &str) -> Op {
    Op::said(text.to_owned())
}

fn edit(of: Seq, text: &str) -> Op {
    Op::Edit { of, text: text.to_owned() }
}

fn react(of: Seq, emoji: &str, on: bool) -> Op {
    Op::React { of, emoji: emoji.to_owned(), on }
}

fn batch(events: &[Event]) -> Batch {
    Batch { room: ROOM, after: events[0].seq - 1, fetch: None, events: events.to_vec() }
}

fn fetched(events: &[Event]) -> Batch {
    Batch { fetch: Some(1), ..batch(events) }
}

fn empty() -> Timeline {
    let mut timeline = Timeline::default();
    timeline.set_me(Some(&User::new(ME, format!("{ME}"))));
    timeline
}

fn timeline(events: &[Event]) -> Timeline {
    let mut timeline = empty();
    timeline.apply(&batch(events));
    timeline
}

fn entry(n: u64, op: Op, stage: Stage) -> Entry {
    Entry { draft: Draft { nonce: Nonce::new(n, [9; 10]), room: ROOM, op }, at: 99, turn: n, stage }
}

fn ids(timeline: &Timeline) -> Vec<PageId> {
    timeline.pages().map(|(page, _)| page).collect()
}

fn rows(timeline: &mut Timeline) -> Vec<Row> {
    ids(timeline).into_iter().flat_map(|page| timeline.rows(page, Zone::UTC).to_vec()).collect()
}

fn said(timeline: &mut Timeline) -> Vec<Said> {
    let said = |row| if let Row::Said(said) = row { Some(said) } else { None };
    rows(timeline).into_iter().filter_map(said).collect()
}

fn only(timeline: &mut Timeline) -> Said {
    let mut all = said(timeline);
    assert_eq!(all.len(), 1, "one row for one message: {all:?}");
    all.remove(0)
}

fn chips(said: &Said) -> Vec<(&str, u32, bool)> {
    said.reactions.iter().map(|chip| (chip.emoji.as_str(), chip.count, chip.mine)).collect()
}

#[test]
fn a_message_is_shown_as_the_events_about_it_left_it() {
    let mut timeline = timeline(&[
        event(1, ME, text("first")),
        event(2, ANN, react(1, "👍", true)),
        event(3, ME, react(1, "👍", true)),
        event(4, ANN, react(1, "❤️", true)),
        event(5, ME, edit(1, "second")),
        event(6, ANN, react(1, "❤️", false)),
    ]);
    let message = only(&mut timeline);
    assert_eq!((message.text.as_str(), message.edited), ("second", Some(5 * 60_000)));
    assert_eq!(chips(&message), [("👍", 2, true)]);
    assert_eq!(message.reactions[0].names, [format!("{ANN}")], "oneself is not told by name");
}

#[test]
fn what_is_in_a_message_that_was_told_later_is_not_done_to_it_twice() {
    let reactions = vec![Reaction { emoji: "👍".to_owned(), by: Pairs::from([(ANN, "ann".to_owned())]) }];
    let amended = Some(Box::new(Amended { seq: 4, edited_at: Some(7), reactions }));
    let told = Event { amended, ..event(1, ME, text("newest")) };
    let mut timeline =
        timeline(&[told, event(2, ME, edit(1, "older")), event(3, ANN, react(1, "👍", false))]);
    let message = only(&mut timeline);
    assert_eq!(
        (message.text.as_str(), message.edited, chips(&message)),
        ("newest", Some(7), vec![("👍", 1, false)])
    );
    timeline.apply(&batch(&[event(4, ANN, react(1, "👍", true)), event(5, ANN, react(1, "👍", false))]));
    assert_eq!(chips(&only(&mut timeline)), []);
}

#[test]
fn nothing_of_a_deleted_message_stays_in_memory_whatever_came_first() {
    let all = [
        event(1, ANN, text("secret")),
        event(2, ANN, edit(1, "secret too")),
        event(3, ANN, Op::Delete { of: 1 }),
    ];
    let held = |timeline: &mut Timeline| {
        assert_eq!(only(timeline).state, SaidState::Gone);
        assert!(!format!("{timeline:?}").contains("secret"), "{timeline:?}");
    };
    held(&mut timeline(&all));
    let mut late = timeline(&all[2..]);
    late.apply(&fetched(&all[..2]));
    held(&mut late);
    let mut between = timeline(&all[..1]);
    between.apply(&batch(&all[2..]));
    held(&mut between);
    between.apply(&fetched(&all[1..2]));
    held(&mut between);
    // An edit that comes without its text says that the message was deleted since.
    held(&mut timeline(&[all[0].clone(), event(2, ANN, edit(1, ""))]));
}

#[test]
fn a_change_touches_the_page_of_its_message_and_no_other() {
    let events: Vec<Event> = (1..=65).map(|seq| event(seq, ANN, text("a"))).collect();
    let mut timeline = timeline(&events[..25]);
    timeline.apply(&batch(&events[25..50]));
    timeline.apply(&batch(&events[50..]));
    let moved = |timeline: &mut Timeline, event: Event| {
        let before: Vec<_> = timeline.pages().collect();
        timeline.apply(&batch(&[event]));
        let after: Vec<_> = timeline.pages().collect();
        assert_eq!(before.len(), after.len());
        let pages = before.iter().zip(&after).enumerate();
        pages.filter(|(_, (before, after))| before != after).map(|(place, _)| place).collect::<Vec<_>>()
    };
    assert_eq!(timeline.pages().count(), 3);
    assert_eq!(moved(&mut timeline, event(66, ANN, edit(25, "b"))), [0]);
    assert_eq!(moved(&mut timeline, event(67, ANN, Op::Delete { of: 30 })), [1]);
    assert_eq!(moved(&mut timeline, event(68, ME, react(60, "👍", true))), [2]);
    assert_eq!(said(&mut timeline)[24].text, "b");
    assert_eq!(said(&mut timeline)[29].state, SaidState::Gone);
}

#[test]
fn changes_on_their_way_show_on_their_message_and_not_as_rows() {
    let mut timeline = timeline(&[event(1, ME, text("first"))]);
    let waiting = || Stage::Waiting(0);
    timeline.set_drafts(vec![
        entry(1, edit(1, "second"), Stage::InFlight),
        entry(2, react(1, "👍", true), waiting()),
    ]);
    let message = only(&mut timeline);
    assert_eq!((message.text.as_str(), &message.state), ("second", &SaidState::Changing));
    assert_eq!(chips(&message), [("👍", 1, true)]);
    timeline.set_drafts(vec![entry(3, Op::Delete { of: 1 }, waiting())]);
    let message = only(&mut timeline);
    assert_eq!((message.text.as_str(), message.state), ("first", SaidState::Going));
    timeline.set_drafts(Vec::new());
    assert_eq!(only(&mut timeline).state, SaidState::Sent);
}

#[test]
fn a_refused_change_is_undone_and_says_why_and_keeps_what_was_typed() {
    let mut timeline = timeline(&[event(1, ME, text("first"))]);
    timeline.set_drafts(vec![entry(1, edit(1, "second"), Stage::Refused(Failure::Archived))]);
    let message = only(&mut timeline);
    assert_eq!((message.text.as_str(), &message.state), ("first", &SaidState::Sent));
    let refused = message.refused.expect("it says so");
    assert_eq!((refused.op, refused.failure), (edit(1, "second"), Failure::Archived));
}

/// `(what, which, by, how)` makes a log that a server would take: only messages that stand are changed.
fn log(acts: &[(u8, prop::sample::Index, UserId, u8)]) -> Vec<Event> {
    let mut log: Vec<Event> = Vec::new();
    let mut standing: Vec<Seq> = Vec::new();
    for (what, which, by, how) in acts {
        let seq = log.len() as Seq + 1;
        let of = (!standing.is_empty()).then(|| standing[which.index(standing.len())]);
        let op = match (what, of) {
            (0..=3, _) | (_, None) => {
                standing.push(seq);
                text(&format!("said {seq}."))
            }
            (4..=5, Some(of)) => edit(of, &format!("edited {of}.{seq}.")),
            (6, Some(of)) => {
                standing.retain(|held| *held != of);
                Op::Delete { of }
            }
            (7, _) => Op::Join,
            (_, Some(of)) => react(of, ["👍", "❤️", "🎉"][usize::from(how % 3)], how % 4 != 0),
        };
        log.push(event(seq, *by, op));
    }
    log
}

fn amends(log: &[Event], of: Seq, upto: Seq) -> impl Iterator<Item = &Event> {
    log.iter().filter(move |event| event.op.of() == Some(of) && event.seq <= upto)
}

fn is_deleted(log: &[Event], of: Seq, upto: Seq) -> bool {
    amends(log, of, upto).any(|event| matches!(event.op, Op::Delete { .. }))
}

/// An event as a server tells it that has read its store when the log went up to `upto`.
fn told(log: &[Event], seq: Seq, upto: Seq) -> Event {
    let event = log[seq as usize - 1].clone();
    match &event.op {
        Op::Message { .. } if is_deleted(log, seq, upto) => Event { op: Op::Gone, ..event },
        Op::Edit { of, .. } if is_deleted(log, *of, upto) => Event { op: edit(*of, ""), ..event },
        Op::Message { .. } => {
            let Some(last) = amends(log, seq, upto).last().map(|event| event.seq) else { return event };
            let (mut op, mut edited_at, mut put) = (event.op.clone(), None, Vec::new());
            for amend in amends(log, seq, upto) {
                match &amend.op {
                    Op::Edit { text: newest, .. } => (op, edited_at) = (text(newest), Some(amend.at)),
                    Op::React { emoji, on, .. } => {
                        let row = (emoji.clone(), amend.by);
                        match put.iter().position(|held| *held == row) {
                            None if *on => put.push(row),
                            Some(place) if !on => drop(put.remove(place)),
                            _ => {}
                        }
                    }
                    _ => {}
                }
            }
            let mut reactions: Vec<Reaction> = Vec::new();
            for (emoji, by) in put {
                match reactions.iter_mut().find(|held| held.emoji == emoji) {
                    Some(held) => held.by.insert(by, format!("{by}")),
                    None => reactions.push(Reaction { emoji, by: Pairs::from([(by, format!("{by}"))]) }),
                }
            }
            let amended = Some(Box::new(Amended { seq: last, edited_at, reactions }));
            Event { op, amended, ..event }
        }
        _ => event,
    }
}

/// All rows; folded runs that only a page's border keeps apart are put together.
fn all_rows(timeline: &mut Timeline) -> Vec<Row> {
    let mut all: Vec<Row> = Vec::new();
    for row in rows(timeline) {
        match (all.last_mut(), row) {
            (Some(Row::Notice(run)), Row::Notice(next)) => run.lines.extend(next.lines),
            (_, row) => all.push(row),
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_way_to_the_same_log_tells_every_message_the_same(
        acts in prop::collection::vec(
            (0u8..10, any::<prop::sample::Index>(), prop::sample::select(vec![ME, ANN, BO]), any::<u8>()), 1..120,
        ),
        runs in prop::collection::vec(
            (any::<prop::sample::Index>(), 1usize..40, any::<bool>(), prop::option::of(any::<prop::sample::Index>())),
            1..14,
        ),
        late in any::<prop::sample::Index>(),
    ) {
        let log = log(&acts);
        let head = log.len();
        let mut timeline = empty();
        // Live events are as they were when they came; what is read from the store is as of a moment since.
        let tell = |run: std::ops::Range<usize>, at: Option<prop::sample::Index>| -> Vec<Event> {
            let upto = at.map(|at| run.end + at.index(head - run.end + 1));
            run.map(|place| {
                let seq = place as Seq + 1;
                told(&log, seq, upto.map_or(seq, |upto| upto as Seq))
            })
            .collect()
        };
        let feed = |timeline: &mut Timeline, batch: &Batch| -> Result<(), TestCaseError> {
            timeline.apply(batch);
            for (place, page) in ids(timeline).into_iter().enumerate() {
                let rows = timeline.rows(page, Zone::UTC).to_vec();
                prop_assert_eq!(rows, timeline.compute(place, Zone::UTC), "a page that changed was not computed");
            }
            Ok(())
        };
        for (start, len, is_fetched, at) in runs {
            let start = start.index(head);
            let run = tell(start..(start + len).min(head), at);
            feed(&mut timeline, &if is_fetched { fetched(&run) } else { batch(&run) })?;
        }
        feed(&mut timeline, &batch(&tell(head - 1..head, None)))?;
        while let Some(hole) = timeline.hole() {
            let upto = hole.upto as usize;
            let run = tell(upto.saturating_sub(30).max(hole.after as usize)..upto, Some(late));
            feed(&mut timeline, &fetched(&run))?;
        }
        while timeline.has_older(0) {
            let upto = timeline.from() as usize;
            feed(&mut timeline, &fetched(&tell(upto.saturating_sub(30)..upto, Some(late))))?;
        }
        let mut whole = self::timeline(&log);
        prop_assert_eq!(all_rows(&mut timeline), all_rows(&mut whole));
        let memory = format!("{timeline:?}");
        for message in log.iter().filter(|event| is_deleted(&log, event.seq, head as Seq)) {
            let seq = message.seq;
            let leaks = |what: String| memory.contains(&what);
            prop_assert!(!leaks(format!("said {seq}.")) && !leaks(format!("edited {seq}.")), "{} is in memory", seq);
        }
    }
}
