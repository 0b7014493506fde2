//! The page's mind: plain state without a browser, so that `cargo test` runs it.

mod acts;
mod amended;
mod chat;
mod day;
mod dialer;
mod fetches;
mod link;
mod mind;
mod outbox;
mod receive;
mod rows;
mod timeline;
mod unread;
pub mod wording;

#[cfg(test)]
mod amended_laws;
#[cfg(test)]
mod mind_laws;
#[cfg(test)]
mod timeline_laws;
#[cfg(test)]
mod unread_laws;

pub use amended::Reacted;
pub use chat::Chat;
pub use day::{Day, Zone};
pub use link::{Link, Sign, Step};
pub use rows::{Notice, NoticeLine, Refusal, Row, RowKey, Said, SaidState};
pub use timeline::PageId;
