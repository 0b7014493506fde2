//! The link: what a person is told of the connection, and what passes between it and the browser.

use crate::protocol::Millis;
use futures::channel::mpsc;

/// How the page is connected, as far as a person cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Before the first connection, or within the first two seconds of losing one: say nothing.
    Quiet,
    /// Everything arrives as it happens.
    Live,
    /// Trying again; `waiting` drafts will be sent then.
    Reconnecting {
        /// How many drafts wait.
        waiting: usize,
    },
    /// The browser says that there is no network; `waiting` drafts will be sent later.
    Offline {
        /// How many drafts wait.
        waiting: usize,
    },
    /// Back for less than three seconds; `missed` messages were brought.
    Back {
        /// How many messages of others.
        missed: usize,
    },
    /// The session ended: enter again.
    SignedOut,
}

/// What is to be done with the socket now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing before the deadline.
    Wait,
    /// Open a socket.
    Open,
    /// Drop the socket without waiting for its farewell.
    Abandon,
    /// Ask whether anybody is there.
    Ping {
        /// Comes back in the pong.
        n: u32,
        /// The person is not looking.
        away: bool,
    },
}

/// What the browser notices of the person and the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// The network is back, says the browser.
    Online,
    /// The network is gone, says the browser.
    Offline,
    /// The page is looked at.
    Shown,
    /// The page is hidden.
    Hidden,
}

/// What only a browser can lend: the time, chance, and somebody who is woken to send.
#[derive(Debug, Clone)]
pub(super) struct Hands {
    pub(super) now: fn() -> Millis,
    pub(super) random: fn() -> [u8; 10],
    pub(super) waker: Option<mpsc::Sender<()>>,
}
