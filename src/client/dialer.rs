//! The dialer: when to connect, when to ask whether anybody is there, when to give up. Time and chance are
//! arguments.

use super::link::{Link, Sign, Step};
use crate::protocol::{CloseCode, Millis};

/// How long a lost connection is not worth a word.
const QUIET_MS: Millis = 2_000;
/// How long the return is told.
const BACK_MS: Millis = 3_000;
/// How long an answer may take, once asked for.
const SILENCE_MS: Millis = 10_000;
/// How long a socket may take to open and be welcomed.
const WELCOME_MS: Millis = 15_000;
/// A connection that held this long was a good one: the next pause is short again.
const STEADY_MS: Millis = 5_000;
/// The first pause is below this; it doubles up to [`PAUSE_LIMIT_MS`].
const PAUSE_MS: Millis = 500;
const PAUSE_LIMIT_MS: Millis = 30_000;
/// So often may the server say that we speak nonsense before we stop.
const NONSENSE_LIMIT: u32 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nobody is signed in: there is nothing to connect for.
    Idle,
    /// Between two attempts.
    Resting { until: Millis },
    /// A socket is being opened, or the welcome is awaited.
    Connecting { since: Millis },
    /// Welcomed.
    Live { since: Millis },
    /// The server wants no return.
    Stopped { is_signed_out: bool },
}

/// Decides about the socket, and about what a person is told of it.
#[derive(Debug)]
pub(super) struct Dialer {
    phase: Phase,
    is_online: bool,
    is_away: bool,
    attempts: u32,
    nonsense: u32,
    /// What the server asked for when it said bye.
    bye_ms: Option<Millis>,
    heartbeat_ms: Millis,
    next_ping: Millis,
    /// A ping was sent then, and nothing came since.
    asked_at: Option<Millis>,
    pings: u32,
    /// Say nothing of the loss before.
    quiet_until: Option<Millis>,
    /// Tell of the return until.
    back_until: Option<Millis>,
}

impl Default for Dialer {
    fn default() -> Self {
        Self {
            phase: Phase::Idle,
            is_online: true,
            is_away: false,
            attempts: 0,
            nonsense: 0,
            bye_ms: None,
            heartbeat_ms: 25_000,
            next_ping: 0,
            asked_at: None,
            pings: 0,
            quiet_until: None,
            back_until: None,
        }
    }
}

impl Dialer {
    /// Somebody is signed in: connect, and stay connected.
    pub(super) fn start(&mut self, now: Millis) {
        if matches!(self.phase, Phase::Idle | Phase::Stopped { is_signed_out: true }) {
            self.phase = Phase::Resting { until: now };
            self.quiet_until = Some(now + QUIET_MS);
        }
    }

    /// The session is gone.
    pub(super) fn on_signed_out(&mut self) {
        self.phase = Phase::Stopped { is_signed_out: true };
        self.asked_at = None;
    }

    /// What is due. To be called whenever the deadline has come, and after anything happened.
    pub(super) fn step(&mut self, now: Millis, chance: u32) -> Step {
        self.quiet_until = self.quiet_until.filter(|until| now < *until);
        self.back_until = self.back_until.filter(|until| now < *until);
        match self.phase {
            Phase::Resting { until } if now >= until => {
                self.phase = Phase::Connecting { since: now };
                Step::Open
            }
            Phase::Connecting { since } if now >= since + WELCOME_MS => Step::Abandon,
            Phase::Live { .. } if self.asked_at.is_some_and(|at| now >= at + SILENCE_MS) => Step::Abandon,
            Phase::Live { .. } if now >= self.next_ping => self.ping(now, chance),
            _ => Step::Wait,
        }
    }

    fn ping(&mut self, now: Millis, chance: u32) -> Step {
        self.next_ping = self.after_heartbeat(now, chance);
        self.asked_at.get_or_insert(now);
        self.pings = self.pings.wrapping_add(1);
        Step::Ping { n: self.pings, away: self.is_away }
    }

    /// The heartbeat, 20 % more or less, so that a thousand pages do not ask at once.
    fn after_heartbeat(&self, now: Millis, chance: u32) -> Millis {
        now + self.heartbeat_ms * 4 / 5 + share(self.heartbeat_ms * 2 / 5, chance)
    }

    /// When [`step`](Self::step) has something to do at the latest.
    pub(super) fn deadline(&self) -> Option<Millis> {
        let due = match self.phase {
            Phase::Idle | Phase::Stopped { .. } => None,
            Phase::Resting { until } => Some(until),
            Phase::Connecting { since } => Some(since + WELCOME_MS),
            Phase::Live { .. } => {
                Some(self.asked_at.map_or(self.next_ping, |at| self.next_ping.min(at + SILENCE_MS)))
            }
        };
        [due, self.quiet_until, self.back_until].into_iter().flatten().min()
    }

    /// The server welcomed us.
    pub(super) fn on_welcome(&mut self, now: Millis, heartbeat_s: u32, chance: u32) {
        self.heartbeat_ms = Millis::from(heartbeat_s.max(1)) * 1000;
        self.next_ping = self.after_heartbeat(now, chance);
        self.phase = Phase::Live { since: now };
        self.back_until = self.quiet_until.is_none().then_some(now + BACK_MS);
        self.quiet_until = None;
    }

    /// Anything arrived: somebody is there.
    pub(super) fn on_inbound(&mut self) {
        self.asked_at = None;
    }

    /// The server says that it will close, and when to come back.
    pub(super) fn on_bye(&mut self, retry_ms: Option<Millis>) {
        self.bye_ms = retry_ms.map(|pause| pause.min(2 * PAUSE_LIMIT_MS));
    }

    /// The socket is closed, or was never open, or was abandoned (`None`).
    pub(super) fn on_closed(&mut self, now: Millis, code: Option<u16>, chance: u32) {
        match self.phase {
            Phase::Live { since } => {
                self.quiet_until = Some(now + QUIET_MS);
                if now >= since + STEADY_MS {
                    self.attempts = 0;
                }
            }
            Phase::Connecting { .. } => {}
            Phase::Idle | Phase::Resting { .. } | Phase::Stopped { .. } => return,
        }
        self.asked_at = None;
        self.back_until = None;
        let code = code.unwrap_or_default();
        self.nonsense += u32::from(matches!(code, 1002 | 1007 | 1009));
        if !CloseCode::may_return(code) || self.nonsense >= NONSENSE_LIMIT {
            let is_signed_out = code == CloseCode::SignedOut as u16;
            self.phase = Phase::Stopped { is_signed_out };
            return;
        }
        let span = PAUSE_LIMIT_MS.min(PAUSE_MS << self.attempts.min(10));
        let mut pause = self.bye_ms.take().unwrap_or_else(|| share(span, chance));
        if code == CloseCode::Flood as u16 {
            pause = pause.max(PAUSE_LIMIT_MS);
        }
        self.attempts += 1;
        self.phase = Phase::Resting { until: now + pause };
    }

    /// The browser noticed something.
    pub(super) fn on_sign(&mut self, now: Millis, sign: Sign) {
        match sign {
            Sign::Online => self.is_online = true,
            Sign::Offline => self.is_online = false,
            Sign::Shown => self.is_away = false,
            Sign::Hidden => self.is_away = true,
        }
        let is_worth_asking = !matches!(sign, Sign::Hidden);
        if is_worth_asking && matches!(self.phase, Phase::Live { .. }) {
            self.next_ping = now;
        }
        if matches!(sign, Sign::Online | Sign::Shown) && matches!(self.phase, Phase::Resting { .. }) {
            self.phase = Phase::Resting { until: now };
        }
    }

    /// The person does not want to wait.
    pub(super) fn hurry(&mut self, now: Millis) {
        if matches!(self.phase, Phase::Resting { .. } | Phase::Stopped { is_signed_out: false }) {
            self.phase = Phase::Resting { until: now };
            self.nonsense = 0;
        }
    }

    /// Is a socket open, or being opened?
    pub(super) fn is_engaged(&self) -> bool {
        matches!(self.phase, Phase::Connecting { .. } | Phase::Live { .. })
    }

    /// Were we welcomed on the socket that is open?
    pub(super) fn is_live(&self) -> bool {
        matches!(self.phase, Phase::Live { .. })
    }

    /// Did the last attempts fail before a welcome? The session may have ended: browsers do not tell. True after
    /// the second, fourth, eighth and so on, as often as it is worth asking.
    pub(super) fn is_refused_at_the_door(&self) -> bool {
        let is_resting = matches!(self.phase, Phase::Resting { .. });
        is_resting && self.attempts >= 2 && self.attempts.is_power_of_two()
    }

    /// What a person is told.
    pub(super) fn look(&self, waiting: usize, missed: usize) -> Link {
        match self.phase {
            Phase::Stopped { is_signed_out: true } => Link::SignedOut,
            Phase::Idle => Link::Quiet,
            Phase::Live { .. } if self.back_until.is_some() => Link::Back { missed },
            Phase::Live { .. } => Link::Live,
            _ if self.quiet_until.is_some() => Link::Quiet,
            _ if self.is_online => Link::Reconnecting { waiting },
            _ => Link::Offline { waiting },
        }
    }
}

/// A part of `span`, by chance, both ends included.
fn share(span: Millis, chance: u32) -> Millis {
    (((u128::from(span) + 1) * u128::from(chance)) >> 32) as Millis
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(now: Millis) -> Dialer {
        let mut dialer = Dialer::default();
        dialer.start(now);
        assert_eq!(dialer.step(now, 0), Step::Open);
        dialer.on_welcome(now, 25, u32::MAX / 2);
        dialer
    }

    #[test]
    fn nobody_is_dialled_before_somebody_is_signed_in() {
        let mut dialer = Dialer::default();
        assert_eq!((dialer.step(0, 0), dialer.deadline()), (Step::Wait, None));
        assert_eq!(dialer.look(0, 0), Link::Quiet);
        dialer.start(5);
        assert_eq!(dialer.step(5, 0), Step::Open);
        assert_eq!(dialer.step(5, 0), Step::Wait);
    }

    #[test]
    fn a_short_loss_is_never_spoken_of_and_a_long_one_ends_with_a_word() {
        let mut dialer = live(0);
        dialer.on_closed(100_000, Some(1006), 0);
        assert_eq!(dialer.look(1, 0), Link::Quiet);
        assert_eq!(dialer.step(100_000, 0), Step::Open);
        dialer.on_welcome(101_000, 25, 0);
        assert_eq!(dialer.look(0, 7), Link::Live);

        dialer.on_closed(200_000, Some(1006), 0);
        dialer.step(200_000, 0);
        assert_eq!(dialer.deadline(), Some(202_000));
        dialer.step(202_000, 0);
        assert_eq!(dialer.look(2, 0), Link::Reconnecting { waiting: 2 });
        dialer.on_sign(202_000, Sign::Offline);
        assert_eq!(dialer.look(2, 0), Link::Offline { waiting: 2 });
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
            assert_eq!(dialer.step(now, 0), Step::Open);
            dialer.on_closed(now, None, u32::MAX);
            asked.push(dialer.is_refused_at_the_door());
            assert_eq!(dialer.phase, Phase::Resting { until: now + span });
            now += span;
        }
        assert_eq!(asked, [false, true, false, true, false, false, false, true]);
        assert_eq!(dialer.step(now, 0), Step::Open);
        dialer.on_closed(now, None, 0);
        assert_eq!(dialer.step(now, 0), Step::Open, "chance may also say at once");
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
        dialer.on_bye(Some(2300));
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

        let mut dialer = after(4401);
        dialer.hurry(5);
        assert_eq!(dialer.step(5, 0), Step::Wait, "hurry does not sign in");
        dialer.start(5);
        assert_eq!(dialer.step(5, 0), Step::Open);
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
        assert_eq!(dialer.step(9, 0), Step::Open);
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
        assert_eq!(dialer.step(12_001, 0), Step::Open);
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
}
