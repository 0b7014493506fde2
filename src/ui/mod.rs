//! Views.

mod app;
mod reader;

pub use app::{App, shell};
pub use reader::{Density, Reader, Theme};
