//! The server.

pub mod accounts;
mod app;
mod assets;
pub mod clock;
pub mod connection;
mod door;
pub mod error;
mod faults;
mod forms;
mod headers;
pub mod hub;
pub mod limits;
mod listen;
mod lock;
mod origin;
mod pages;
pub mod places;
mod plain;
mod respond;
mod routes;
mod run;
mod serve;
mod session;
mod sessions;
pub mod settings;
pub mod store;
mod sync;
mod tokens;
mod verify;

pub use app::App;
pub use clock::Clock;
pub use error::{Error, Result};
pub use respond::respond;
pub use run::{Running, main, start};
pub use settings::Settings;
