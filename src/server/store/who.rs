//! People as other rows name them.

use super::engine::number;
use crate::protocol::{User, UserId};

/// The columns of an account beside another row: id, name, display and face, where there is one.
pub(super) struct Who(pub Option<UserId>, pub Option<String>, pub Option<String>, pub Option<i64>);

impl Who {
    /// The person, if there is one.
    pub fn user(self) -> Option<User> {
        Some(user(
            self.0?,
            self.1.unwrap_or_default(),
            self.2.unwrap_or_default(),
            self.3.unwrap_or_default(),
        ))
    }
}

/// The person of these columns.
pub(super) fn user(id: UserId, name: String, display: String, face: i64) -> User {
    User { id, name, display, face: u32::try_from(number(face)).unwrap_or(u32::MAX) }
}
