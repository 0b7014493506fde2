//! Maru (마루): a self-hosted real-time chat. Rooms in spaces, history, people; one program.

pub mod api;
pub mod client;
pub mod protocol;
pub mod ui;

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(feature = "ssr")]
pub mod server;
