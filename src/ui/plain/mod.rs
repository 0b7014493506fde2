//! Plain pages: everything around the conversation. The server renders them, links and forms work them,
//! and the page's program knows nothing of them.

mod doorway;
mod form;
mod frame;
mod page;

#[cfg(test)]
mod tests;

pub use doorway::{Doorway, Way, enter};
pub use frame::{broken, not_found};
pub use page::{Page, Refused};
