//! Time and randomness, handed in so that tests can hold them.

use crate::protocol::Millis;
use std::sync::Arc;

/// Tells the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Millis + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::from_fn(|| {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            since.map_or(0, |elapsed| elapsed.as_millis() as Millis)
        })
    }
    /// A clock that asks `now`.
    pub fn from_fn(now: impl Fn() -> Millis + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }
    /// Milliseconds since 1970-01-01 UTC.
    pub fn now(&self) -> Millis {
        (self.0)()
    }
}

/// Random bytes from the operating system.
///
/// # Panics
/// When the operating system has none to give, which ends the program: nothing is safe without.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
