//! The page's mind: plain state without a browser, so that `cargo test` runs it.

mod chat;
mod timeline;
pub mod wording;

pub use chat::{Chat, Link};
pub use timeline::{Day, Notice, NoticeLine, PageId, Row, RowKey, Said, SaidState, Zone};
