//! What the dialer must decide, and when.

use super::{
    dialer::{ANSWER_MS, Dialer, POLL_MS, Phase, QUIET_MS, WELCOME_MS},
    link::{Link, Sign, Step, Transport},
};
use crate::protocol::{ByeCode, Millis};

const OPEN: Step = Step::Open(Transport::Socket);

fn live(now: Millis) -> Dialer {
    let mut dialer = Dialer::default();
    dialer.start(now);
    assert_eq!(dialer.step(now, 0), OPEN);
    dialer.on_welcome(now, 25, u32::MAX / 2);
    dialer
}

#[test]
fn nobody_is_dialled_before_somebody_is_signed_in() {
    let mut dialer = Dialer::default();
    assert_eq!((dialer.step(0, 0), dialer.deadline()), (Step::Wait, None));
    assert_eq!(dialer.look(0, 0), Link::Quiet);
    dialer.start(5);
    assert_eq!(dialer.step(5, 0), OPEN);
    assert_eq!(dialer.step(5, 0), Step::Wait);
}

#[test]
fn a_short_loss_is_never_spoken_of_and_a_long_one_ends_with_a_word() {
    let mut dialer = live(0);
    dialer.on_closed(100_000, Some(1006), 0);
    assert_eq!(dialer.look(1, 0), Link::Quiet);
    assert_eq!(dialer.step(100_000, 0), OPEN);
    dialer.on_welcome(101_000, 25, 0);
    assert_eq!(dialer.look(0, 7), Link::Live);

    dialer.on_closed(200_000, Some(1006), 0);
    dialer.step(200_000, 0);
    assert_eq!(dialer.deadline(), Some(202_000));
    dialer.step(202_000, 0);
    assert_eq!(dialer.look(2, 0), Link::Reconnecting { waiting: 2 });
    dialer.on_sign(202_000, Sign::Offline);
    assert_eq!(dialer.look(2, 0), Link::Offline { waiting: 2 });
    dialer.on_sign(203_000, Sign::Online);
    dialer.on_welcome(203_000, 25, 0);
    assert_eq!(dialer.look(0, 7), Link::Back { missed: 7 });
    assert_eq!(dialer.deadline(), Some(206_000));
    dialer.step(206_000, 0);
    assert_eq!(dialer.look(0, 7), Link::Live);
}

#[test]
fn pauses_are_drawn_from_a_span_that_doubles_up_to_half_a_minute() {
    let mut dialer = Dialer::default();
    let mut now = 0;
    dialer.start(now);
    let mut asked = Vec::new();
    for span in [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000] {
        assert_eq!(dialer.step(now, 0), OPEN);
        dialer.on_closed(now, None, u32::MAX);
        asked.push(dialer.is_worth_asking());
        assert_eq!(dialer.phase, Phase::Resting { until: now + span });
        now += span;
    }
    assert_eq!(asked, [true, true, false, true, false, false, false, true]);
    assert_eq!(dialer.step(now, 0), OPEN);
    dialer.on_closed(now, None, 0);
    assert_eq!(dialer.step(now, 0), OPEN, "chance may also say at once");
}

#[test]
fn a_connection_that_held_makes_the_next_pause_short_and_one_that_did_not_does_not() {
    let mut dialer = live(0);
    dialer.on_closed(1_000, None, u32::MAX);
    assert_eq!(dialer.phase, Phase::Resting { until: 1_500 });
    dialer.step(1_500, 0);
    dialer.on_welcome(1_500, 25, 0);
    dialer.on_closed(1_600, None, u32::MAX);
    assert_eq!(dialer.phase, Phase::Resting { until: 2_600 });
    dialer.step(2_600, 0);
    dialer.on_welcome(2_600, 25, 0);
    dialer.on_closed(60_000, None, u32::MAX);
    assert_eq!(dialer.phase, Phase::Resting { until: 60_500 });
}

#[test]
fn a_restart_is_waited_for_as_long_as_the_server_asked() {
    let mut dialer = live(0);
    dialer.on_bye(ByeCode::Restart, Some(2300));
    dialer.on_bye(ByeCode::Closed(1012), None);
    dialer.on_closed(1_000, Some(1012), u32::MAX);
    assert_eq!(dialer.phase, Phase::Resting { until: 3_300 });
}

#[test]
fn close_codes_decide_about_the_return() {
    let after = |code| {
        let mut dialer = live(0);
        dialer.on_closed(0, Some(code), 0);
        dialer
    };
    assert_eq!(after(4401).look(0, 0), Link::SignedOut);
    assert_eq!(after(4409).deadline().into_iter().chain([2_000]).min(), Some(2_000));
    assert_eq!(after(4409).phase, Phase::Stopped { is_signed_out: false });
    assert_eq!(after(4429).phase, Phase::Resting { until: 30_000 });
    assert_eq!(after(4503).phase, Phase::Resting { until: 0 });

    let mut told = live(0);
    told.on_bye(ByeCode::Closed(4401), None);
    told.on_closed(0, None, 0);
    assert_eq!(told.look(0, 0), Link::SignedOut, "a stream ends without a code of its own");

    let mut dialer = after(4401);
    dialer.hurry(5);
    assert_eq!(dialer.step(5, 0), Step::Wait, "hurry does not sign in");
    dialer.start(5);
    assert_eq!(dialer.step(5, 0), OPEN);
}

#[test]
fn nonsense_stops_after_three_times_until_the_person_asks() {
    let mut dialer = live(0);
    for _ in 0..3 {
        dialer.on_closed(0, Some(1009), 0);
        dialer.step(0, 0);
    }
    assert_eq!(dialer.phase, Phase::Stopped { is_signed_out: false });
    dialer.hurry(9);
    assert_eq!(dialer.step(9, 0), OPEN);
}

#[test]
fn silence_after_a_ping_ends_the_connection() {
    let mut dialer = live(0);
    assert_eq!(dialer.deadline(), Some(25_000), "half way between -20 % and +20 %");
    assert_eq!(dialer.step(24_999, 0), Step::Wait);
    assert_eq!(dialer.step(25_000, 0), Step::Ping { n: 1, away: false });
    assert_eq!(dialer.deadline(), Some(35_000));
    dialer.on_inbound();
    assert_eq!(dialer.step(35_000, 0), Step::Wait);
    assert_eq!(dialer.step(45_000, 0), Step::Ping { n: 2, away: false });
    assert_eq!(dialer.step(54_999, 0), Step::Wait);
    assert_eq!(dialer.step(55_000, 0), Step::Abandon);
}

#[test]
fn being_looked_at_asks_at_once_and_does_not_push_the_answer_back() {
    let mut dialer = live(0);
    dialer.on_sign(1_000, Sign::Hidden);
    assert_eq!(dialer.step(1_000, 0), Step::Wait);
    dialer.on_sign(2_000, Sign::Shown);
    assert!(matches!(dialer.step(2_000, 0), Step::Ping { .. }));
    dialer.on_sign(9_000, Sign::Online);
    assert!(matches!(dialer.step(9_000, 0), Step::Ping { .. }));
    assert_eq!(dialer.step(12_000, 0), Step::Abandon);
    dialer.on_closed(12_000, None, u32::MAX);
    dialer.on_sign(12_001, Sign::Online);
    assert_eq!(dialer.step(12_001, 0), OPEN);
}

#[test]
fn who_looks_away_is_away_within_five_seconds_and_who_looks_back_never_was() {
    let mut dialer = live(0);
    dialer.on_sign(1_000, Sign::Hidden);
    assert_eq!(dialer.step(5_999, 0), Step::Wait);
    assert_eq!(dialer.step(6_000, 0), Step::Ping { n: 1, away: true });
    dialer.on_inbound();
    dialer.on_sign(7_000, Sign::Shown);
    assert_eq!(dialer.step(7_000, 0), Step::Ping { n: 2, away: false });
}

#[test]
fn a_connection_that_still_answers_without_a_network_is_asked_again_soon() {
    let mut dialer = live(0);
    dialer.on_sign(1_000, Sign::Offline);
    assert!(matches!(dialer.step(1_000, 0), Step::Ping { .. }));
    dialer.on_inbound();
    assert!(dialer.deadline().is_some_and(|at| at <= 5_000), "the answer may have been the last");
    assert!(matches!(dialer.step(5_000, 0), Step::Ping { .. }));
    assert_eq!(dialer.step(15_000, 0), Step::Abandon);
    dialer.on_closed(15_000, None, u32::MAX);
    dialer.step(17_000, 0);
    assert_eq!(dialer.look(2, 0), Link::Offline { waiting: 2 });
}

#[test]
fn a_welcome_that_does_not_come_is_not_waited_for() {
    let mut dialer = Dialer::default();
    dialer.start(0);
    dialer.step(0, 0);
    dialer.step(QUIET_MS, 0);
    assert_eq!(dialer.deadline(), Some(WELCOME_MS));
    assert_eq!(dialer.step(WELCOME_MS, 0), Step::Abandon);
}

/// Fails the attempt at hand at once, and lets the pause pass.
fn fail(dialer: &mut Dialer, now: &mut Millis, code: Option<u16>) -> Step {
    dialer.on_closed(*now, code, 0);
    if dialer.is_worth_asking() {
        dialer.on_door(true);
    }
    *now += 1_000;
    dialer.step(*now, 0)
}

/// A page behind something that lets no socket through.
fn fallen(now: &mut Millis) -> Dialer {
    let mut dialer = Dialer::default();
    dialer.start(*now);
    assert_eq!(dialer.step(*now, 0), OPEN);
    assert_eq!(fail(&mut dialer, now, Some(1006)), OPEN);
    assert_eq!(fail(&mut dialer, now, Some(1006)), Step::Open(Transport::Stream));
    dialer
}

#[test]
fn two_sockets_that_fail_while_the_server_answers_make_a_stream() {
    let mut now = 0;
    let mut dialer = fallen(&mut now);
    dialer.on_answered(now);
    dialer.on_welcome(now, 25, 0);
    dialer.step(now + 3_000, 0);
    assert_eq!(dialer.look(0, 0), Link::Plain);
    dialer.on_closed(now + 4_000, None, 0);
    assert_eq!(dialer.step(now + 4_000, 0), Step::Open(Transport::Stream), "it stands where it stood");
}

#[test]
fn a_server_that_is_away_is_dialled_by_socket_for_as_long_as_it_takes() {
    let (mut dialer, mut now) = (Dialer::default(), 0);
    dialer.start(now);
    assert_eq!(dialer.step(now, 0), OPEN);
    for _ in 0..20 {
        dialer.on_closed(now, Some(1006), 0);
        dialer.on_door(false);
        now += 1_000;
        assert_eq!(dialer.step(now, 0), OPEN);
    }
    // It is back by the time it is asked, so the next socket has its chance.
    dialer.on_closed(now, Some(1006), 0);
    dialer.on_door(true);
    assert_eq!(dialer.step(now, 0), OPEN);
    dialer.on_closed(now, Some(4503), 0);
    assert_eq!(dialer.step(now, 0), OPEN, "a socket that brings a code has come through");
}

#[test]
fn an_answer_that_is_held_back_makes_polls_and_so_do_two_streams_that_fail() {
    let mut now = 0;
    let mut held_back = fallen(&mut now);
    held_back.on_answered(now);
    assert_eq!(held_back.deadline().filter(|at| *at > now), Some(now + ANSWER_MS));
    now += ANSWER_MS;
    assert_eq!(held_back.step(now, 0), Step::Abandon);
    held_back.on_closed(now, None, 0);
    assert_eq!(held_back.step(now, 0), Step::Open(Transport::Poll));

    let mut refused = fallen(&mut now);
    assert_eq!(fail(&mut refused, &mut now, Some(4404)), Step::Open(Transport::Stream));
    assert_eq!(fail(&mut refused, &mut now, Some(4404)), Step::Open(Transport::Poll));
}

#[test]
fn a_server_that_is_away_or_busy_is_so_on_every_rung() {
    for code in [None, Some(4503), Some(4429)] {
        let mut now = 0;
        let mut dialer = fallen(&mut now);
        dialer.on_closed(now, code, 0);
        now += 60_000;
        assert_eq!(dialer.step(now, 0), OPEN, "{code:?}");
        assert_ne!(dialer.deadline(), None);
    }
}

#[test]
fn the_socket_is_tried_again_every_ten_minutes_and_whenever_the_network_is_back() {
    let mut now = 0;
    let mut dialer = fallen(&mut now);
    let fallen_at = now;
    dialer.on_welcome(now, 25, 0);
    now = fallen_at + 10 * 60_000;
    assert_eq!(dialer.step(now, 0), Step::Abandon);
    dialer.on_closed(now, None, u32::MAX);
    assert_eq!(dialer.step(now, 0), OPEN, "at once");
    dialer.on_closed(now, Some(1006), u32::MAX);
    assert_eq!(dialer.step(now, 0), Step::Open(Transport::Stream), "one failure is enough, and no pause");
    dialer.on_welcome(now, 25, 0);
    assert_eq!(dialer.look(0, 0), Link::Plain, "nobody has to know of it");

    dialer.on_sign(now + 1, Sign::Online);
    assert_eq!(dialer.step(now + 1, 0), Step::Abandon);
    dialer.on_closed(now + 1, None, 0);
    assert_eq!(dialer.step(now + 1, 0), OPEN);
    dialer.on_welcome(now + 1, 25, 0);
    assert_eq!(dialer.look(0, 0), Link::Live);
    assert_ne!(dialer.step(now + 20 * 60_000, 0), Step::Abandon, "there is nothing above a socket");
}

#[test]
fn a_poll_is_its_own_sign_of_life_and_the_next_one_is_no_return() {
    let mut now = 0;
    let mut dialer = fallen(&mut now);
    fail(&mut dialer, &mut now, Some(4404));
    assert_eq!(fail(&mut dialer, &mut now, Some(4404)), Step::Open(Transport::Poll));
    dialer.on_welcome(now, 25, 0);
    dialer.step(now + 4_000, 0);
    now += 4_000;
    dialer.on_polling(now);
    dialer.on_sign(now, Sign::Shown);
    assert_eq!(dialer.step(now + POLL_MS, 0), Step::Wait, "no ping");
    dialer.on_inbound();
    dialer.on_welcome(now + POLL_MS, 25, 0);
    assert_eq!(dialer.look(0, 0), Link::Plain);
    dialer.on_polling(now + POLL_MS);
    assert_eq!(dialer.step(now + 2 * POLL_MS + 9_999, 0), Step::Wait);
    assert_eq!(dialer.step(now + 2 * POLL_MS + 10_000, 0), Step::Abandon);
}
