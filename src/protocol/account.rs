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
    /// The name by which one signs in and is called; nobody else has it.
    pub name: String,
    /// What the person would rather be called; empty for the name itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub display: String,
    /// The number of the person's picture; 0 when there is none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub face: u32,
}

impl User {
    /// Somebody who goes by the name alone, without a picture.
    pub fn new(id: UserId, name: String) -> Self {
        Self { id, name, display: String::new(), face: 0 }
    }

    /// What people see.
    pub fn shown(&self) -> &str {
        if self.display.is_empty() { &self.name } else { &self.display }
    }
}

/// For what goes without saying.
pub(super) fn is_zero(number: &u32) -> bool {
    *number == 0
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
