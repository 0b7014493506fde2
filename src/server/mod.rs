//! The server.

pub mod clock;
pub mod connection;
pub mod error;
pub mod hub;
pub mod limits;
pub mod store;

pub use error::{Error, Result};

/// Runs the program.
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
