//! What a refusal speaks of: which field of a form, and what is wrong with it.

use super::loose::{Lacking, Loose};
use serde::Serialize;

/// The field of a form that a refusal speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// A person's name.
    Name,
    /// A room's name.
    RoomName,
    /// A room's topic.
    Topic,
    /// A space's name in a URL.
    Slug,
    /// A message's text.
    Text,
    /// An emoji under a message.
    Emoji,
    /// A name or an e-mail address and its password, of which nobody is told which one was wrong.
    SignIn,
    /// A password to be taken.
    Password,
    /// The password one has.
    Current,
    /// An e-mail address.
    Email,
    /// What a person is shown as.
    Display,
    /// What a person is up to.
    Status,
    /// A person's picture.
    Face,
    /// Who runs the server.
    Admin,
    /// What a space is called.
    SpaceName,
    /// What stands for a space where there is no room for its name.
    Glyph,
    /// A note, or the reason of something.
    Note,
    /// Whom something concerns.
    People,
    /// A number of days, uses or seconds.
    Number,
    /// A day.
    Day,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nothing, or nothing that one could see.
    Empty,
    /// More characters than this.
    TooLong(u32),
    /// It holds characters that cannot be shown.
    Unshowable,
    /// Fewer characters than this.
    TooShort(u32),
    /// The first thing that anybody would guess.
    Common,
    /// Letters of scripts that do not go together, as look-alikes are made of.
    MixedScript,
    /// A word that would be taken for the server's own.
    Reserved,
    /// Not what it should be.
    Wrong,
    /// It does not read as what it should be.
    Malformed,
    /// Not a picture, or of a kind that is not taken.
    NotAnImage,
    /// A picture of too many bytes or pixels.
    TooBig,
    /// There has to be one, and this is the last.
    Last,
    /// One cannot do this with oneself.
    Oneself,
    /// More than this.
    TooMany(u32),
}

impl TryFrom<Loose> for Field {
    type Error = Lacking;

    fn try_from(loose: Loose) -> Result<Self, Lacking> {
        match loose.text("field")?.as_str() {
            "name" => Ok(Self::Name),
            "room_name" => Ok(Self::RoomName),
            "topic" => Ok(Self::Topic),
            "slug" => Ok(Self::Slug),
            "text" => Ok(Self::Text),
            "emoji" => Ok(Self::Emoji),
            "sign_in" => Ok(Self::SignIn),
            "password" => Ok(Self::Password),
            "current" => Ok(Self::Current),
            "email" => Ok(Self::Email),
            "display" => Ok(Self::Display),
            "status" => Ok(Self::Status),
            "face" => Ok(Self::Face),
            "admin" => Ok(Self::Admin),
            "space_name" => Ok(Self::SpaceName),
            "glyph" => Ok(Self::Glyph),
            "note" => Ok(Self::Note),
            "people" => Ok(Self::People),
            "number" => Ok(Self::Number),
            "day" => Ok(Self::Day),
            _ => Err(Lacking("field")),
        }
    }
}

impl TryFrom<Loose> for Reason {
    type Error = Lacking;

    fn try_from(loose: Loose) -> Result<Self, Lacking> {
        let (word, limit) = match loose {
            Loose::Tagged(word, limit) => (word, *limit),
            loose => (loose.text("reason")?, Loose::Nothing),
        };
        match word.as_str() {
            "empty" => Ok(Self::Empty),
            "too_long" => {
                let limit = limit.number("reason")?;
                Ok(Self::TooLong(u32::try_from(limit).map_err(|_| Lacking("reason"))?))
            }
            "unshowable" => Ok(Self::Unshowable),
            "too_short" => {
                let limit = limit.number("reason")?;
                Ok(Self::TooShort(u32::try_from(limit).map_err(|_| Lacking("reason"))?))
            }
            "common" => Ok(Self::Common),
            "mixed_script" => Ok(Self::MixedScript),
            "reserved" => Ok(Self::Reserved),
            "wrong" => Ok(Self::Wrong),
            "malformed" => Ok(Self::Malformed),
            "not_an_image" => Ok(Self::NotAnImage),
            "too_big" => Ok(Self::TooBig),
            "last" => Ok(Self::Last),
            "oneself" => Ok(Self::Oneself),
            "too_many" => {
                let limit = limit.number("reason")?;
                Ok(Self::TooMany(u32::try_from(limit).map_err(|_| Lacking("reason"))?))
            }
            _ => Err(Lacking("reason")),
        }
    }
}
