//! What the tests are written with: a server, persons and their sockets. They speak through the wire alone.

mod calls;
mod line;
mod mailbox;
mod person;
pub mod postgres;
mod server;
mod socket;

pub use calls::{Reply, nonce, say};
pub(crate) use line::on_every_transport;
pub use line::{How, HttpLine, Way};
pub use mailbox::Mailbox;
pub use person::Person;
pub use server::TestServer;
pub use socket::Socket;

use std::{future::Future, time::Duration};

/// How long anything may take before a test gives up on it. Long, since machines that test are busy.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Waits for something that must happen.
pub async fn soon<T>(what: &str, happens: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, happens).await {
        Ok(value) => value,
        Err(_) => panic!("waited {} s for {what}", PATIENCE.as_secs()),
    }
}
