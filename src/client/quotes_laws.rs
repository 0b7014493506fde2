//! What must hold of quotes, and of deletions that can be taken back.

use super::{
    day::Zone,
    mind::Mind,
    mind_laws::{ANN, ME, TEA, batch, event, fetches, live, nonce, room, said as texts},
    quotes::{Quote, Quoted},
    rows::{Row, Said, SaidState},
};
use crate::protocol::{
    Amended, Batch, ClientFrame, Event, Failure, Fetch, Op, Refused, RoomState, Seq, ServerFrame,
};

fn answer(seq: Seq, of: Seq) -> Event {
    Event { op: Op::Message { text: format!("answer {seq}"), reply_to: Some(of) }, ..event(seq) }
}

fn tell(mind: &mut Mind, events: Vec<Event>) {
    mind.receive(ServerFrame::Events(batch(TEA, events)), 0, 0);
}

fn all(mind: &mut Mind) -> Vec<Said> {
    let pages = mind.pages(TEA);
    let timeline = mind.timeline(TEA).expect("held");
    let rows = pages.iter().flat_map(|(page, _)| timeline.rows(*page, Zone::UTC).to_vec());
    rows.filter_map(|row| if let Row::Said(said) = row { Some(said) } else { None }).collect()
}

/// The quote of the newest message.
fn quoted(mind: &mut Mind) -> Option<Quote> {
    all(mind).pop()?.quote.map(|quote| *quote)
}

fn says(text: &str) -> Quoted {
    Quoted::Text(text.to_owned())
}

/// Asks for what is due, which is one message to be quoted.
fn asked(mind: &mut Mind) -> Fetch {
    let mut due = fetches(mind.take_outgoing(0));
    assert_eq!(due.len(), 1, "one at a time: {due:?}");
    due.remove(0)
}

fn brings(mind: &mut Mind, fetch: &Fetch, events: Vec<Event>) {
    let batch = Batch { room: TEA, after: fetch.before - 2, fetch: Some(fetch.id), events };
    mind.receive(ServerFrame::Events(batch), 0, 0);
}

#[test]
fn an_answer_quotes_what_is_held_as_it_is_now() {
    let mut mind = live();
    tell(&mut mind, vec![answer(21, 15)]);
    let quote = quoted(&mut mind).expect("it answers");
    assert_eq!((quote.seq, quote.by, &quote.said), (15, ANN, &says("said 15")));
    let edit = Op::Edit { of: 15, text: "better".into() };
    tell(&mut mind, vec![Event { op: edit, ..event(22) }]);
    assert_eq!(quoted(&mut mind).expect("it answers").said, says("better"));
    tell(&mut mind, vec![Event { op: Op::Delete { of: 15 }, ..event(23) }]);
    assert_eq!(quoted(&mut mind).expect("it answers").said, Quoted::Gone);
    assert_eq!(fetches(mind.take_outgoing(0)), [], "nothing had to be asked for");
}

#[test]
fn what_is_quoted_and_not_held_is_asked_for_once_and_follows_its_edits_and_deletion() {
    let mut mind = live();
    tell(&mut mind, vec![answer(21, 3), answer(22, 3)]);
    assert_eq!(quoted(&mut mind).expect("it answers").said, Quoted::Away);
    let fetch = asked(&mut mind);
    assert_eq!((fetch.room, fetch.before, fetch.limit), (TEA, 4, 1));
    assert_eq!(fetches(mind.take_outgoing(0)), [], "once");
    // An edit is heard before the answer comes, which has it in already.
    let edit = Op::Edit { of: 3, text: "newer".into() };
    tell(&mut mind, vec![Event { op: edit, ..event(23) }]);
    let amended = Some(Box::new(Amended { seq: 23, edited_at: Some(1), reactions: Vec::new() }));
    brings(&mut mind, &fetch, vec![Event { op: Op::said("newer"), amended, ..event(3) }]);
    assert_eq!(quoted(&mut mind).expect("it answers").said, says("newer"));
    assert_eq!(all(&mut mind).len(), 12, "it is no part of the conversation that is shown");
    tell(&mut mind, vec![Event { op: Op::Delete { of: 3 }, ..event(24) }]);
    assert!(
        all(&mut mind)
            .iter()
            .rev()
            .take(2)
            .all(|said| { said.quote.as_ref().is_some_and(|quote| quote.said == Quoted::Gone) })
    );
}

#[test]
fn what_is_quoted_is_asked_for_again_after_an_outage_and_not_after_a_refusal() {
    let mut mind = live();
    tell(&mut mind, vec![answer(21, 3)]);
    let fetch = asked(&mut mind);
    mind.closed(1, None, 0);
    assert_eq!(mind.timeline(TEA).map(|timeline| timeline.quote(3).said), Some(Quoted::Away));
    while mind.step(100_000, 0) != super::mind_laws::OPEN {}
    mind.hello();
    mind.receive(super::mind_laws::welcome(vec![room(TEA, 21)], 0), 0, 0);
    let again = asked(&mut mind);
    assert_eq!(again.before, fetch.before);
    assert_ne!(again.id, fetch.id);
    let failure = Failure::NotFound;
    mind.receive(ServerFrame::Refused(Refused { nonce: None, fetch: Some(again.id), failure }), 0, 0);
    assert_eq!(fetches(mind.take_outgoing(0)), []);
}

#[test]
fn what_one_may_not_read_is_not_asked_for_and_an_answer_without_it_is_the_end_of_it() {
    let mut mind = live();
    mind.receive(ServerFrame::Room { room: RoomState { min: 5, ..room(TEA, 20) } }, 0, 0);
    tell(&mut mind, vec![answer(21, 4)]);
    assert_eq!(fetches(mind.take_outgoing(0)), []);
    tell(&mut mind, vec![answer(22, 6)]);
    let fetch = asked(&mut mind);
    brings(&mut mind, &fetch, Vec::new());
    assert_eq!(quoted(&mut mind).expect("it answers").said, Quoted::Away);
    assert_eq!(fetches(mind.take_outgoing(0)), []);
}

#[test]
fn the_next_message_answers_what_was_chosen_and_the_one_after_it_nothing() {
    let mut mind = live();
    mind.answer(TEA, Some(15));
    assert!(mind.send(TEA, "  ", nonce(1), 1).is_err());
    mind.send(TEA, "yes", nonce(2), 1).expect("it may be said");
    mind.send(TEA, "and more", nonce(3), 1).expect("it may be said");
    let said = all(&mut mind);
    let quotes: Vec<Option<Quoted>> =
        said.iter().rev().take(2).map(|said| said.quote.as_ref().map(|quote| quote.said.clone())).collect();
    assert_eq!(quotes, [None, Some(says("said 15"))]);
    let sent = mind.take_outgoing(1);
    let op = sent.iter().find_map(|frame| match frame {
        ClientFrame::Send(draft) => Some(draft.op.clone()),
        _ => None,
    });
    assert_eq!(op, Some(Op::Message { text: "yes".into(), reply_to: Some(15) }));
}

/// The page of somebody whose own message is seq 21, and which that person just deleted.
fn deleting(now: u64) -> Mind {
    let mut mind = live();
    tell(&mut mind, vec![super::mind_laws::mine(21, nonce(9))]);
    mind.take_outgoing(now);
    mind.delete_soon(TEA, 21, nonce(1), now).expect("it may be deleted");
    mind
}

fn sent(mind: &mut Mind, now: u64) -> Vec<Op> {
    mind.step(now, 0);
    let drafts = mind.take_outgoing(now).into_iter();
    drafts
        .filter_map(|frame| if let ClientFrame::Send(draft) = frame { Some(draft.op) } else { None })
        .collect()
}

#[test]
fn a_deletion_can_be_taken_back_for_a_while_and_nothing_waits_for_it() {
    let mut mind = deleting(0);
    assert_eq!(texts(&mut mind, TEA).pop().map(|said| said.1), Some(SaidState::Leaving(nonce(1))));
    mind.send(TEA, "meanwhile", nonce(2), 1).expect("it may be said");
    assert_eq!(sent(&mut mind, 1), [Op::said("meanwhile")]);
    assert!(mind.deadline().is_some_and(|deadline| deadline <= 5000));
    assert_eq!(sent(&mut mind, 4999), []);
    mind.receive(ServerFrame::Events(batch(TEA, vec![super::mind_laws::mine(22, nonce(2))])), 4999, 0);
    assert_eq!(sent(&mut mind, 5000), [Op::Delete { of: 21 }]);

    let mut mind = deleting(0);
    mind.undo(nonce(1));
    assert_eq!(texts(&mut mind, TEA).pop().map(|said| said.1), Some(SaidState::Sent));
    assert_eq!(sent(&mut mind, 60_000), []);
    assert!(mind.take_changes().iter().any(|change| change.kept.is_none()), "nor is it written down");
}

#[test]
fn whoever_hovers_over_the_way_back_has_time_and_whoever_leaves_the_page_has_none() {
    let mut mind = deleting(0);
    mind.dwell(nonce(1), u64::MAX);
    assert_eq!(sent(&mut mind, 20_000), []);
    mind.dwell(nonce(1), 25_000);
    assert_eq!(sent(&mut mind, 24_999), []);
    assert_eq!(sent(&mut mind, 25_000), [Op::Delete { of: 21 }]);
    mind.undo(nonce(1));
    assert_eq!(texts(&mut mind, TEA).pop().map(|said| said.1), Some(SaidState::Going), "it is too late");

    let mut mind = deleting(0);
    mind.sign(1, super::link::Sign::Hidden);
    assert_eq!(sent(&mut mind, 1), [Op::Delete { of: 21 }]);

    let mut mind = deleting(0);
    let kept = mind.take_changes().pop().and_then(|change| change.kept).expect("it is written down");
    let mut next = live();
    next.restore(ME, vec![kept]);
    assert_eq!(sent(&mut next, 1), [Op::Delete { of: 21 }], "a page that comes back does not ask again");
}
