//! Plain pages: everything around the conversation. The server renders them, links and forms work them,
//! and the page's program knows nothing of them.

mod account;
mod agent;
mod doorway;
mod form;
mod frame;
mod page;
mod settings;
mod zones;

#[cfg(test)]
mod tests;

pub use account::{dead_link, forgot, join, recover, set_up};
pub use doorway::{Doorway, Way, enter};
pub use frame::{broken, not_found};
pub use page::{Page, Refused};
pub use settings::{Settings, settings};
