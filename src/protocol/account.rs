//! People.

use super::{
    Failure, Field, Millis, RoomId, SpaceId, UserId,
    line::{check_line, is_blank},
};
use serde::{Deserialize, Serialize};

/// The longest name of a person, in characters.
pub const NAME_LIMIT: usize = 32;
/// The longest text about what a person is up to, in characters.
pub const STATUS_LIMIT: usize = 80;

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

/// Where somebody who signed in, or made an account, goes next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// Who one is now.
    pub user: User,
    /// The path of the page to go on to.
    pub path: String,
}

/// A browser in which one is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSession {
    /// Names it; worth nothing to anybody else.
    pub id: String,
    /// What the browser calls itself.
    pub agent: String,
    /// When one signed in.
    pub at: Millis,
    /// When it was last used, to the day.
    pub seen_at: Millis,
    /// Is it the one that asks?
    pub is_current: bool,
}

/// How somebody shows who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// By nothing but the session that came with the name.
    Guest,
    /// By a password.
    Account,
    /// By a token: a program.
    Bot,
}

/// An account as its owner and those who run the server see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Who.
    pub user: User,
    /// How it shows who it is.
    pub kind: AccountKind,
    /// Its e-mail address.
    pub email: Option<String>,
    /// What the person is up to.
    pub status: String,
    /// The language chosen; empty for none.
    pub lang: String,
    /// The time zone chosen; empty for none.
    pub zone: String,
    /// Whether it runs the server.
    pub is_admin: bool,
    /// When it was made.
    pub at: Millis,
    /// Since when nobody may come in by it.
    pub deactivated_at: Option<Millis>,
}

/// What to be shown as, trimmed; nothing for the name itself.
///
/// # Errors
/// [`Failure::Invalid`] for an over-long or unshowable one.
pub fn check_display(display: &str) -> Result<String, Failure> {
    check_optional(Field::Display, display, NAME_LIMIT)
}

/// What one is up to, trimmed; nothing for nothing.
///
/// # Errors
/// [`Failure::Invalid`] for an over-long or unshowable one.
pub fn check_status(status: &str) -> Result<String, Failure> {
    check_optional(Field::Status, status, STATUS_LIMIT)
}

fn check_optional(field: Field, text: &str, limit: usize) -> Result<String, Failure> {
    if text.chars().all(is_blank) { Ok(String::new()) } else { check_line(field, text, limit) }
}

/// A name that may be asked for, trimmed. Whether it is free is the store's to say.
///
/// # Errors
/// [`Failure::Invalid`] for a blank, over-long or unshowable name.
pub fn check_name(name: &str) -> Result<String, Failure> {
    check_line(Field::Name, name, NAME_LIMIT)
}
