//! The ladder of transports: a socket, else a stream, else polls; and now and then the socket again.

use super::link::Transport;
use crate::protocol::{CloseCode, Millis};

/// So many failures before a welcome, and the next rung is tried.
const FAILURES: u32 = 2;
/// How often the socket is tried again from below.
const CLIMB_MS: Millis = 10 * 60_000;
/// What a browser says of a socket that ended without a word.
const ABNORMAL: u16 = 1006;

/// How an attempt ended before the welcome.
#[derive(Debug, Clone, Copy)]
pub(super) struct Failed {
    /// The close code, or 4000 and the status; 0 when nobody answered.
    pub(super) code: u16,
    /// A plain request was taken.
    pub(super) is_answered: bool,
    /// It was not waited for any longer.
    pub(super) is_late: bool,
}

/// On which rung the page stands.
#[derive(Debug, Default)]
pub(super) struct Ladder {
    rung: Transport,
    /// The socket is being tried from a lower rung.
    is_trial: bool,
    failures: u32,
    /// Over HTTP the server answered after the last failure: what fails now is the transport, not the server.
    does_door_answer: bool,
    /// When the socket is tried again, from a lower rung.
    climb_at: Option<Millis>,
    is_hurried: bool,
}

impl Ladder {
    /// The transport for the next attempt.
    pub(super) fn choose(&mut self, now: Millis) -> Transport {
        if self.rung != Transport::Socket {
            let climb_at = *self.climb_at.get_or_insert(now + CLIMB_MS);
            self.is_trial = now >= climb_at;
            if self.is_trial {
                self.climb_at = Some(now + CLIMB_MS);
            }
        }
        self.transport()
    }

    /// The transport of the attempt or connection at hand.
    pub(super) fn transport(&self) -> Transport {
        if self.is_trial { Transport::Socket } else { self.rung }
    }

    /// Is the socket being tried from below?
    pub(super) fn is_trial(&self) -> bool {
        self.is_trial
    }

    /// When the socket is to be tried again.
    pub(super) fn climb_at(&self) -> Option<Millis> {
        self.climb_at
    }

    /// Is it time to try the socket again?
    pub(super) fn may_climb(&self, now: Millis) -> bool {
        self.climb_at.is_some_and(|at| now >= at)
    }

    /// The network is another one, perhaps: try the socket from this instant on.
    pub(super) fn climb_from(&mut self, now: Millis) {
        if self.rung != Transport::Socket {
            self.climb_at = Some(now);
        }
    }

    /// The server welcomed us.
    pub(super) fn on_welcome(&mut self) {
        if self.transport() == Transport::Socket {
            *self = Self::default();
        }
        self.failures = 0;
    }

    /// Over HTTP the server answers, or not.
    pub(super) fn on_door(&mut self, does_answer: bool) {
        self.does_door_answer = does_answer;
    }

    /// An attempt ended before its welcome. Only what can be laid at the transport's door counts: a server that is
    /// away, or has too much to do, is so on every rung.
    pub(super) fn on_failed(&mut self, failed: Failed) {
        let Failed { code, is_answered, is_late } = failed;
        if std::mem::take(&mut self.is_trial) {
            self.is_hurried = true;
            return;
        }
        let is_busy = code == CloseCode::Flood as u16 || code == CloseCode::Overloaded as u16;
        let is_away = !is_answered && !is_late && (code == 0 || is_busy);
        match self.rung {
            Transport::Socket => {
                let is_mute = code == 0 || code == ABNORMAL;
                self.failures = if is_mute { self.failures + 1 } else { 0 };
                if self.failures >= FAILURES && self.does_door_answer {
                    self.fall(Transport::Stream);
                }
            }
            // The way was not to blame: when the server is back, all of it is open again.
            _ if is_away => *self = Self::default(),
            Transport::Stream if is_answered && is_late => self.fall(Transport::Poll),
            Transport::Stream => {
                self.failures += 1;
                if self.failures >= FAILURES {
                    self.fall(Transport::Poll);
                }
            }
            Transport::Poll => {}
        }
    }

    fn fall(&mut self, rung: Transport) {
        self.rung = rung;
        self.failures = 0;
        self.is_hurried = true;
    }

    /// Is the next attempt on another rung, so that there is nothing to wait for? Asked once, answered once.
    pub(super) fn take_hurry(&mut self) -> bool {
        std::mem::take(&mut self.is_hurried)
    }
}
