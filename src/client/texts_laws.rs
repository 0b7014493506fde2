//! What must hold of texts that are still being written, on two devices of one person and a server between them.

use super::{
    mind::Mind,
    mind_laws::{OPEN, TEA, batch, lobby, page, room, welcome},
};
use crate::protocol::{ClientFrame, Millis, ServerFrame, Unsent};

/// A live page with a room on screen.
fn live() -> Mind {
    let mut mind = Mind::default();
    mind.seed_lobby(&lobby(&[room(TEA, 0)]), Some(0));
    mind.seed_room(&page(room(TEA, 0), batch(TEA, Vec::new())));
    connect(&mut mind, 0);
    mind
}

fn connect(mind: &mut Mind, now: Millis) {
    assert_eq!(mind.step(now, 0), OPEN);
    let _ = mind.hello();
    mind.receive(welcome(vec![room(TEA, 0)], now), now, 0);
}

fn told(mind: &mut Mind, now: Millis) -> Vec<(String, Millis)> {
    let frames = mind.take_outgoing(now).into_iter();
    frames
        .filter_map(|frame| match frame {
            ClientFrame::Unsent(unsent) => Some((unsent.text, unsent.at)),
            _ => None,
        })
        .collect()
}

fn hears(mind: &mut Mind, text: &str, at: Millis) {
    mind.receive(ServerFrame::Unsent(Unsent { room: TEA, text: text.to_owned(), at }), at, 0);
}

fn theirs(mind: &Mind) -> Option<String> {
    mind.texts.get(&TEA).and_then(|text| text.theirs.clone()).map(|(text, _)| text)
}

#[test]
fn a_text_is_told_when_it_rests_and_again_until_it_was_heard() {
    let mut mind = live();
    assert!(mind.write_text(TEA, "a", 100), "somebody is to be woken");
    assert!(!mind.write_text(TEA, "ab", 200), "that one waits already");
    assert_eq!(mind.text_deadline(), Some(1200));
    assert_eq!(told(&mut mind, 1199), []);
    assert_eq!(told(&mut mind, 1200), [("ab".to_owned(), 200)]);
    assert_eq!(told(&mut mind, 6199), []);
    assert_eq!(told(&mut mind, 6200).len(), 1);
    hears(&mut mind, "ab", 200);
    assert_eq!(mind.text_deadline(), None);
    assert_eq!(theirs(&mind), None);
}

#[test]
fn who_never_rests_is_told_of_all_the_same() {
    let mut mind = live();
    for now in (0..6000).step_by(500) {
        mind.write_text(TEA, &"a".repeat(now as usize / 500 + 1), now);
    }
    assert_eq!(mind.text_deadline(), Some(5000));
}

#[test]
fn what_was_said_is_told_at_once_and_does_not_come_back() {
    let mut mind = live();
    mind.write_text(TEA, "a", 100);
    let first = told(&mut mind, 1200);
    assert!(mind.write_text(TEA, "", 1300));
    assert_eq!(told(&mut mind, 1300), [(String::new(), 1300)]);
    hears(&mut mind, &first[0].0, first[0].1);
    assert_eq!(theirs(&mind), None, "the echo of what is over");
    hears(&mut mind, "", 1300);
    assert_eq!(theirs(&mind), None);
}

#[test]
fn a_newer_text_of_another_device_is_offered_and_an_older_one_is_not() {
    let mut mind = live();
    mind.write_text(TEA, "mine", 1000);
    hears(&mut mind, "theirs", 500);
    assert_eq!(theirs(&mind), None);
    hears(&mut mind, "theirs", 1500);
    assert_eq!(theirs(&mind).as_deref(), Some("theirs"));
    mind.write_text(TEA, "mine too", 2000);
    assert_eq!(told(&mut mind, 9000), [], "the other text is not taken from the server before it was seen");
}

#[test]
fn a_text_that_no_other_device_has_seen_outlives_what_was_said_there() {
    let mut mind = live();
    mind.write_text(TEA, "mine", 1000);
    hears(&mut mind, "", 1500);
    assert_eq!(theirs(&mind), None);
    assert_eq!(told(&mut mind, 3000), [("mine".to_owned(), 1501)]);
}

#[test]
fn what_was_said_elsewhere_while_one_was_away_is_said_here_too() {
    let mut mind = live();
    mind.write_text(TEA, "both", 1000);
    assert_eq!(told(&mut mind, 2000).len(), 1);
    hears(&mut mind, "both", 1000);
    mind.closed(3000, None, 0);
    connect(&mut mind, 60_000);
    assert_eq!(told(&mut mind, 60_000), [("both".to_owned(), 1000)], "a question: how does it stand?");
    hears(&mut mind, "", 5000);
    assert_eq!(theirs(&mind).as_deref(), Some(""));
}

#[test]
fn a_clock_that_is_ahead_does_not_win_for_ever() {
    let mut mind = Mind::default();
    mind.seed_lobby(&lobby(&[room(TEA, 0)]), Some(0));
    mind.write_text(TEA, "tomorrow", 90_000);
    assert_eq!(mind.step(90_000, 0), OPEN);
    let _ = mind.hello();
    mind.receive(welcome(vec![room(TEA, 0)], 5000), 90_000, 0);
    assert_eq!(told(&mut mind, 91_000), [("tomorrow".to_owned(), 5000)]);
    hears(&mut mind, "tomorrow", 5000);
    mind.write_text(TEA, "tomorrow!", 91_000);
    assert_eq!(told(&mut mind, 93_000), [("tomorrow!".to_owned(), 6000)]);
}

#[test]
fn a_text_over_the_limit_is_not_told() {
    let mut mind = live();
    mind.write_text(TEA, &"a".repeat(8001), 0);
    assert_eq!(told(&mut mind, 2000), []);
    assert_eq!(mind.text_deadline(), None);
    mind.write_text(TEA, "a", 3000);
    assert_eq!(told(&mut mind, 5000).len(), 1);
}
