//! The page's mind: plain state without a browser, so that `cargo test` runs it.

mod acts;
mod amended;
mod chat;
mod commands;
mod company;
mod day;
mod dialer;
mod emoji;
mod fetches;
mod heed;
mod jumps;
mod keep;
mod ladder;
mod link;
mod marks;
mod mind;
mod outbox;
mod people;
mod places;
mod prose;
mod quotes;
mod receive;
mod rows;
mod seen;
mod sse;
mod stand;
mod suggest;
mod switch;
mod texts;
mod timeline;
mod touch;
mod undo;
mod unread;
mod wiring;
pub mod wording;

#[cfg(test)]
mod amended_laws;
#[cfg(test)]
mod chat_laws;
#[cfg(test)]
mod company_laws;
#[cfg(test)]
mod dialer_laws;
#[cfg(test)]
mod heed_laws;
#[cfg(test)]
mod jumps_laws;
#[cfg(test)]
mod keep_laws;
#[cfg(test)]
mod mind_laws;
#[cfg(test)]
mod places_laws;
#[cfg(test)]
mod poll_laws;
#[cfg(test)]
mod quotes_laws;
#[cfg(test)]
mod seed_laws;
#[cfg(test)]
mod stand_laws;
#[cfg(test)]
mod texts_laws;
#[cfg(test)]
mod timeline_laws;
#[cfg(test)]
mod unread_laws;

use crate::protocol::hangul;

pub use amended::Reacted;
pub use chat::Chat;
pub use commands::{Command, Line, commands, muted, read as read_line};
pub use day::{Day, Zone};
pub use emoji::{EMOJI_FILE, EMOJI_GROUPS, Emoji, all_emoji, find_emoji};
pub use hangul::matches;
pub use heed::Alarm;
pub use jumps::{Goal, Look, Note, Sight};
pub use keep::{Change, Kept};
pub use link::{Hands, Link, Sign, Step, Transport};
pub use marks::mark;
pub use places::news;
pub use quotes::{Quote, Quoted};
pub use rows::{Notice, NoticeLine, Refusal, Row, RowKey, Said, SaidState};
pub use sse::Sse;
pub use suggest::{
    Choice, SUGGESTED, Sought, Typed, closed_emoji, emoji, from_units, people, to_units, typed,
};
pub use switch::{Target, marked};
pub use timeline::PageId;
pub use wording::Lang;
