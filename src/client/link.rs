//! The link: what a person is told of the connection, and what passes between it and the browser.

use crate::protocol::Millis;
use futures::channel::mpsc;
use leptos::prelude::RwSignal;

/// How the page is connected, as far as a person cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Before the first connection, or within the first two seconds of losing one: say nothing.
    Quiet,
    /// Everything arrives as it happens.
    Live,
    /// So it does, over plain requests: something on the way does not let a socket through.
    Plain,
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

/// By which way frames travel. They mean the same on each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transport {
    /// A WebSocket.
    #[default]
    Socket,
    /// One answer that does not end, and a request for each frame.
    Stream,
    /// An answer for each time there is news, and a request for each frame.
    Poll,
}

/// What is to be done with the connection now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing before the deadline.
    Wait,
    /// Connect, by this transport.
    Open(Transport),
    /// Drop the connection without waiting for its farewell.
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

/// What only a browser can lend: the time, chance, a memory for short texts, and somebody who is woken to send.
#[derive(Debug, Clone)]
pub struct Hands {
    /// The page's clock.
    pub now: fn() -> Millis,
    /// Random bytes.
    pub random: fn() -> [u8; 10],
    /// A text that was remembered under this key.
    pub recall: fn(&str) -> Option<String>,
    /// Remembers a text under a key; an empty one is forgotten.
    pub remember: fn(&str, &str),
    /// Where the page is served from.
    pub origin: fn() -> String,
    /// How a text in a language is to be coloured, as the server says; the signal is set when it said so.
    pub colours: fn(&str, &str, RwSignal<bool>) -> Option<String>,
    /// Wakes whoever sends.
    pub waker: Option<mpsc::Sender<()>>,
}

impl Default for Hands {
    /// Those of a page that is not awake.
    fn default() -> Self {
        Self {
            now: || 0,
            random: || [0; 10],
            recall: |_| None,
            remember: |_, _| {},
            origin: String::new,
            colours: |_, _, _| None,
            waker: None,
        }
    }
}
