//! The dialer: when to connect, when to ask whether anybody is there, when to give up. Time and chance are
//! arguments.

use super::{
    ladder::{Failed, Ladder},
    link::{Link, Sign, Step, Transport},
};
use crate::protocol::{ByeCode, CloseCode, Millis};

/// How long a lost connection is not worth a word.
pub(super) const QUIET_MS: Millis = 2_000;
/// How long the return is told.
const BACK_MS: Millis = 3_000;
/// How long an answer may take, once asked for.
const SILENCE_MS: Millis = 10_000;
/// How long a socket may take to open and be welcomed.
pub(super) const WELCOME_MS: Millis = 15_000;
/// How long a plain request may take to be answered, and then to be welcomed: so long, if somebody holds it back.
pub(super) const ANSWER_MS: Millis = 5_000;
/// How long the server keeps a poll without news.
pub(super) const POLL_MS: Millis = 25_000;
/// How often to ask while the browser says that there is no network, and the connection says nothing.
const DOUBT_MS: Millis = 3_000;
/// How soon it is told that nobody looks any more: who looks back within it was never away.
const HIDE_MS: Millis = 5_000;
/// A connection that held this long was a good one: the next pause is short again.
const STEADY_MS: Millis = 5_000;
/// The first pause is below this; it doubles up to [`PAUSE_LIMIT_MS`].
const PAUSE_MS: Millis = 500;
const PAUSE_LIMIT_MS: Millis = 30_000;
/// So often may the server say that we speak nonsense before we stop.
const NONSENSE_LIMIT: u32 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nobody is signed in: there is nothing to connect for.
    Idle,
    /// Between two attempts.
    Resting { until: Millis },
    /// A connection is being opened, or the welcome is awaited; a plain request may have been taken already.
    Connecting { since: Millis, is_answered: bool },
    /// Welcomed.
    Live { since: Millis },
    /// The server wants no return.
    Stopped { is_signed_out: bool },
}

/// Decides about the socket, and about what a person is told of it.
#[derive(Debug)]
pub(super) struct Dialer {
    pub(super) phase: Phase,
    ladder: Ladder,
    /// The last attempt ended before a welcome.
    was_refused: bool,
    is_online: bool,
    is_away: bool,
    attempts: u32,
    nonsense: u32,
    /// What the server asked for when it said bye.
    bye_ms: Option<Millis>,
    /// The close code that it said then, where the transport has none.
    bye_code: Option<u16>,
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
            ladder: Ladder::default(),
            was_refused: false,
            is_online: true,
            is_away: false,
            attempts: 0,
            nonsense: 0,
            bye_ms: None,
            bye_code: None,
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
                self.phase = Phase::Connecting { since: now, is_answered: false };
                Step::Open(self.ladder.choose(now))
            }
            Phase::Connecting { since, .. } if now >= since + self.patience() => Step::Abandon,
            Phase::Live { .. } if self.ladder.may_climb(now) => Step::Abandon,
            Phase::Live { .. } if self.asked_at.is_some_and(|at| now >= at + SILENCE_MS) => Step::Abandon,
            Phase::Live { .. } if now >= self.next_ping => self.ping(now, chance),
            _ => Step::Wait,
        }
    }

    /// How long a welcome is waited for.
    fn patience(&self) -> Millis {
        match self.ladder.transport() {
            Transport::Socket if !self.ladder.is_trial() => WELCOME_MS,
            Transport::Socket | Transport::Stream => ANSWER_MS,
            Transport::Poll => POLL_MS + SILENCE_MS,
        }
    }

    fn ping(&mut self, now: Millis, chance: u32) -> Step {
        self.next_ping = self.after_heartbeat(now, chance);
        self.asked_at.get_or_insert(now);
        self.pings = self.pings.wrapping_add(1);
        Step::Ping { n: self.pings, away: self.is_away }
    }

    /// The heartbeat, 20 % more or less, so that a thousand pages do not ask at once; faster while the browser says
    /// that there is no network, for one of the two is wrong.
    fn after_heartbeat(&self, now: Millis, chance: u32) -> Millis {
        let beat = if self.is_online { self.heartbeat_ms } else { DOUBT_MS.min(self.heartbeat_ms) };
        now + beat * 4 / 5 + share(beat * 2 / 5, chance)
    }

    /// When [`step`](Self::step) has something to do at the latest.
    pub(super) fn deadline(&self) -> Option<Millis> {
        let due = match self.phase {
            Phase::Idle | Phase::Stopped { .. } => None,
            Phase::Resting { until } => Some(until),
            Phase::Connecting { since, .. } => Some(since + self.patience()),
            Phase::Live { .. } => {
                let silence = self.asked_at.map(|at| at + SILENCE_MS);
                [Some(self.next_ping), silence, self.ladder.climb_at()].into_iter().flatten().min()
            }
        };
        [due, self.quiet_until, self.back_until].into_iter().flatten().min()
    }

    /// The server welcomed us.
    pub(super) fn on_welcome(&mut self, now: Millis, heartbeat_s: u32, chance: u32) {
        if self.is_live() {
            // The next poll: nothing was lost in between.
            return;
        }
        self.heartbeat_ms = Millis::from(heartbeat_s.max(1)) * 1000;
        self.ladder.on_welcome();
        self.was_refused = false;
        self.next_ping = match self.ladder.transport() {
            // A poll is its own sign of life.
            Transport::Poll => Millis::MAX,
            Transport::Socket | Transport::Stream => self.after_heartbeat(now, chance),
        };
        self.phase = Phase::Live { since: now };
        self.back_until = self.quiet_until.is_none().then_some(now + BACK_MS);
        self.quiet_until = None;
    }

    /// A plain request was taken; whether anything can come through is another matter.
    pub(super) fn on_answered(&mut self, now: Millis) {
        if let Phase::Connecting { is_answered: false, .. } = self.phase {
            self.phase = Phase::Connecting { since: now, is_answered: true };
        }
    }

    /// A poll is on its way: it may take as long as the server keeps it.
    pub(super) fn on_polling(&mut self, now: Millis) {
        self.asked_at = Some(now + POLL_MS);
    }

    /// Anything arrived: somebody is there.
    pub(super) fn on_inbound(&mut self) {
        self.asked_at = None;
    }

    /// The server says that it will close, and when to come back.
    pub(super) fn on_bye(&mut self, code: ByeCode, retry_ms: Option<Millis>) {
        if let ByeCode::Closed(code) = code {
            self.bye_code = Some(code);
        }
        self.bye_ms = retry_ms.map(|pause| pause.min(2 * PAUSE_LIMIT_MS)).or(self.bye_ms);
    }

    /// The socket is closed, or was never open, or was abandoned (`None`).
    pub(super) fn on_closed(&mut self, now: Millis, code: Option<u16>, chance: u32) {
        let code = code.or(self.bye_code.take()).unwrap_or_default();
        let is_climbing = self.is_live() && self.ladder.may_climb(now);
        self.was_refused = false;
        match self.phase {
            Phase::Live { since } => {
                self.quiet_until = Some(now + QUIET_MS);
                if now >= since + STEADY_MS {
                    self.attempts = 0;
                }
            }
            Phase::Connecting { since, is_answered } => {
                self.was_refused = true;
                let is_late = now >= since + self.patience();
                self.ladder.on_failed(Failed { code, is_answered, is_late });
            }
            Phase::Idle | Phase::Resting { .. } | Phase::Stopped { .. } => return,
        }
        self.asked_at = None;
        self.back_until = None;
        self.nonsense += u32::from(matches!(code, 1002 | 1007 | 1009));
        if !CloseCode::may_return(code) || self.nonsense >= NONSENSE_LIMIT {
            let is_signed_out = code == CloseCode::SignedOut as u16;
            self.phase = Phase::Stopped { is_signed_out };
            return;
        }
        if is_climbing || self.ladder.take_hurry() {
            self.phase = Phase::Resting { until: now };
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

    /// The server was asked over HTTP: does it answer?
    pub(super) fn on_door(&mut self, does_answer: bool) {
        self.ladder.on_door(does_answer);
    }

    /// The browser noticed something.
    pub(super) fn on_sign(&mut self, now: Millis, sign: Sign) {
        match sign {
            Sign::Online => {
                self.is_online = true;
                self.ladder.climb_from(now);
            }
            Sign::Offline => self.is_online = false,
            Sign::Shown => self.is_away = false,
            Sign::Hidden => self.is_away = true,
        }
        if self.is_live() && !self.is_polling() {
            let within = if sign == Sign::Hidden { HIDE_MS } else { 0 };
            self.next_ping = self.next_ping.min(now + within);
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

    /// Is the session gone?
    pub(super) fn is_signed_out(&self) -> bool {
        matches!(self.phase, Phase::Stopped { is_signed_out: true })
    }

    /// Does the attempt or connection at hand ask again and again?
    pub(super) fn is_polling(&self) -> bool {
        self.ladder.transport() == Transport::Poll
    }

    /// Were we welcomed on the socket that is open?
    pub(super) fn is_live(&self) -> bool {
        matches!(self.phase, Phase::Live { .. })
    }

    /// Did the last attempt fail before a welcome? Browsers do not tell why: the session may have ended, or
    /// something on the way does not let sockets through. True after the first, second, fourth, eighth and so on, as
    /// often as it is worth asking over HTTP.
    pub(super) fn is_worth_asking(&self) -> bool {
        let is_resting = matches!(self.phase, Phase::Resting { .. });
        is_resting && self.was_refused && self.attempts.is_power_of_two()
    }

    /// What a person is told.
    pub(super) fn look(&self, waiting: usize, missed: usize) -> Link {
        match self.phase {
            Phase::Stopped { is_signed_out: true } => Link::SignedOut,
            Phase::Idle => Link::Quiet,
            Phase::Live { .. } if self.back_until.is_some() => Link::Back { missed },
            Phase::Live { .. } if self.ladder.transport() == Transport::Socket => Link::Live,
            Phase::Live { .. } => Link::Plain,
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
