//! A value of which the kind is known only once its neighbours are: operations and refusals are read
//! flat, so that what is not known yet may have fields of any shape.

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::fmt;

/// What stands in a field, as far as anybody here can use it.
#[derive(Debug, Default)]
pub(super) enum Loose {
    /// Nothing, or nothing of use.
    #[default]
    Nothing,
    /// A string.
    Text(String),
    /// True or false.
    Flag(bool),
    /// A whole number.
    Number(u64),
    /// An object, of which only the first member counts.
    Tagged(String, Box<Loose>),
}

/// A known kind lacks what it cannot do without, or has something else there.
#[derive(Debug)]
pub(super) struct Lacking(pub(super) &'static str);

impl fmt::Display for Lacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("missing or unusable field `")?;
        f.write_str(self.0)?;
        f.write_str("`")
    }
}

impl Loose {
    /// The string of the field `name`.
    pub(super) fn text(self, name: &'static str) -> Result<String, Lacking> {
        match self {
            Self::Text(text) => Ok(text),
            _ => Err(Lacking(name)),
        }
    }

    /// The flag of the field `name`.
    pub(super) fn flag(self, name: &'static str) -> Result<bool, Lacking> {
        match self {
            Self::Flag(flag) => Ok(flag),
            _ => Err(Lacking(name)),
        }
    }

    /// The number of the field `name`.
    pub(super) fn number(self, name: &'static str) -> Result<u64, Lacking> {
        match self {
            Self::Number(number) => Ok(number),
            _ => Err(Lacking(name)),
        }
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Loose, E> {
        Ok(Loose::Flag(flag))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Loose, E> {
        Ok(Loose::Number(number))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Loose, E> {
        Ok(Loose::Nothing)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Loose, E> {
        Ok(Loose::Nothing)
    }

    fn visit_unit<E: Error>(self) -> Result<Loose, E> {
        Ok(Loose::Nothing)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Loose, E> {
        Ok(Loose::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Loose, E> {
        Ok(Loose::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Loose, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Loose::Nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Loose, A::Error> {
        let Some(tag) = members.next_key::<String>()? else {
            return Ok(Loose::Nothing);
        };
        let value = members.next_value::<Loose>()?;
        while members.next_key::<IgnoredAny>()?.is_some() {
            members.next_value::<IgnoredAny>()?;
        }
        Ok(Loose::Tagged(tag, Box::new(value)))
    }
}
