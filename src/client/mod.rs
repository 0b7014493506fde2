//! The page's mind: plain state without a browser, so that `cargo test` runs it.

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
pub mod wording;

#[cfg(test)]
mod mind_laws;
#[cfg(test)]
mod timeline_laws;

pub use chat::Chat;
pub use day::{Day, Zone};
pub use link::{Link, Sign, Step};
pub use rows::{Notice, NoticeLine, Row, RowKey, Said, SaidState};
pub use timeline::PageId;
