//! People.

use super::{Failure, Field, RoomId, SpaceId, UserId, failure::check_line};
use serde::{Deserialize, Serialize};

/// The longest name of a person, in characters.
pub const NAME_LIMIT: usize = 32;

/// An account, as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Stays the same for ever.
    pub id: UserId,
    /// What the person is called.
    pub name: String,
}

/// Where somebody who came through the doorway goes next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// Who one is now.
    pub user: User,
    /// The space one entered.
    pub space: SpaceId,
    /// Its first room.
    pub room: RoomId,
    /// The path of that room's page.
    pub path: String,
}

/// A name that may be asked for, trimmed. Whether it is free is the store's to say.
///
/// # Errors
/// [`Failure::Invalid`] for a blank, over-long or unshowable name.
pub fn check_name(name: &str) -> Result<String, Failure> {
    check_line(Field::Name, name, NAME_LIMIT)
}
