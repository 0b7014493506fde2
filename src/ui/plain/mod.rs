//! Plain pages: everything around the conversation. The server renders them, links and forms work them,
//! and the page's program knows nothing of them.

mod account;
mod agent;
mod attention;
mod audit;
mod desk;
mod doorway;
mod form;
mod frame;
mod help;
mod inbox;
mod invitation;
mod invites;
mod page;
mod people;
mod person;
mod reports;
mod room;
mod rooms;
mod server;
mod settings;
mod space;
mod stories;
mod zones;

#[cfg(test)]
mod desk_pages;
#[cfg(test)]
mod tests;

pub use account::{dead_link, forgot, join, recover, set_up};
pub use audit::{Record, audit};
pub use desk::Visit;
pub use doorway::{Doorway, Way, enter};
pub use frame::{broken, not_found};
pub use help::slow;
pub use inbox::{Inbox, inbox};
pub use invitation::{Invitation, dead_invite, invite};
pub use invites::{Invites, Made, invites};
pub use page::{Page, Refused};
pub use people::{Direct, People, direct, people};
pub use person::{Person, Standing, person};
pub use reports::{Reports, Telling, reports, tell};
pub use room::{RoomDesk, room};
pub use rooms::{Browse, Listed, rooms};
pub use server::{ServerDesk, SpaceRow, server};
pub use settings::{Settings, settings};
pub use space::{SpaceDesk, space};
pub use stories::stories;
