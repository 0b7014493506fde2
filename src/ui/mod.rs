//! Views. They hold a [`crate::client::Chat`] and nothing of the browser but events and elements.

mod app;
mod awaited;
mod choices;
mod composer;
mod connection_strip;
mod create_room;
mod dialog;
mod door;
mod each;
mod element;
mod form;
mod heed;
mod icon;
mod me_card;
mod message_actions;
mod message_editor;
mod message_list;
mod message_row;
mod node;
mod nothing;
mod panel;
pub mod plain;
mod reader;
mod room_header;
mod room_list;
mod room_page;
mod scene;
mod space_page;
mod space_rail;

pub use app::{App, shell};
pub use form::{Answer, Courier};
pub use reader::{Density, Reader, Theme};
