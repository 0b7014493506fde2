//! Spaces: what they are like, and who may come in.

use super::{Failure, Field, Reason, Role, SpaceId, line::check_line};
use serde::{Deserialize, Serialize};

/// The longest name of a space, in characters.
pub const SPACE_NAME_LIMIT: usize = 40;
/// The longest name of a space in a URL, in characters.
pub const SLUG_LIMIT: usize = 32;
/// The most characters of the sign that stands for a space: an emoji may take a few.
pub const GLYPH_LIMIT: usize = 8;

/// A community: it has rooms and members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Space {
    /// Stays the same for ever.
    pub id: SpaceId,
    /// Its name in a URL: `/s/<slug>`.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// One or two letters or an emoji that stand for it; empty for the name's first letter.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub glyph: String,
    /// What one may do in it; `None` where nobody in particular asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

impl Space {
    /// The path of its home.
    pub fn path(&self) -> String {
        format!("/s/{}", encode_segment(&self.slug))
    }

    /// The path of one of the pages about it, which are no rooms.
    pub fn page(&self, name: &str) -> String {
        format!("{}/-/{name}", self.path())
    }

    /// What stands for it where there is no room for its name.
    pub fn sign(&self) -> &str {
        let first = self.name.chars().next().map_or(0, char::len_utf8);
        if self.glyph.is_empty() { &self.name[..first] } else { &self.glyph }
    }
}

/// Who may come into a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// Everybody who has an account, or makes one.
    Open,
    /// Who was invited.
    Invite,
    /// Nobody more.
    Closed,
}

impl Entry {
    /// Its word in the store and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invite => "invite",
            Self::Closed => "closed",
        }
    }

    /// The one of this word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Open, Self::Invite, Self::Closed].into_iter().find(|entry| entry.word() == word)
    }
}

/// A name of a space that may be asked for, trimmed.
///
/// # Errors
/// [`Failure::Invalid`] for a blank, over-long or unshowable name.
pub fn check_space_name(name: &str) -> Result<String, Failure> {
    check_line(Field::SpaceName, name, SPACE_NAME_LIMIT)
}

/// A name of a space in a URL that may be asked for: small letters and digits, with hyphens between them.
///
/// # Errors
/// [`Failure::Invalid`] for a blank or over-long one, or one of other characters.
pub fn check_slug(slug: &str) -> Result<String, Failure> {
    let slug = check_line(Field::Slug, slug, SLUG_LIMIT)?;
    let is_plain =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() && !c.is_uppercase());
    if slug.split('-').all(is_plain) {
        return Ok(slug);
    }
    Err(Failure::Invalid { field: Field::Slug, reason: Reason::Malformed })
}

/// A sign that may stand for a space, trimmed; blank means none.
///
/// # Errors
/// [`Failure::Invalid`] for an over-long or unshowable one.
pub fn check_glyph(glyph: &str) -> Result<String, Failure> {
    if glyph.trim().is_empty() { Ok(String::new()) } else { check_line(Field::Glyph, glyph, GLYPH_LIMIT) }
}

/// Percent-encodes what may not stand in one segment of a path (RFC 3986, 3.3), nor in a value of a query.
pub fn encode_segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Undoes percent-encoding where it is one; what is then no UTF-8 stays as it was.
pub fn decode_segment(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let is_code = |hex: &&[u8]| *first == b'%' && hex.iter().all(u8::is_ascii_hexdigit);
        let code = after.get(..2).filter(is_code).and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_reads_well_in_a_url() {
        for slug in ["maru", "class-3-2", "한마루"] {
            assert_eq!(check_slug(slug), Ok(slug.to_owned()));
        }
        for slug in ["", " ", "-", "a--b", "a-", "A", "a b", "a/b", "a.b", "%2f", "s_1", &"a".repeat(33)] {
            assert!(check_slug(slug).is_err(), "{slug}");
        }
        assert_eq!(check_glyph(" 🏠 "), Ok("🏠".to_owned()));
        assert_eq!(check_glyph(" "), Ok(String::new()));
    }

    #[test]
    fn a_path_segment_cannot_leave_its_place() {
        assert_eq!(encode_segment("a/b ?#%"), "a%2Fb%20%3F%23%25");
        assert_eq!(encode_segment("마루"), "%EB%A7%88%EB%A3%A8");
    }

    #[test]
    fn percent_codes_are_undone_where_they_are_some() {
        for text in ["마루 & co/1%", "%", "a%zz", "%E", ""] {
            assert_eq!(decode_segment(&encode_segment(text)), text);
        }
        assert_eq!(decode_segment("%zz%4"), "%zz%4");
        assert_eq!(decode_segment("%FF"), "%FF");
        assert_eq!(decode_segment("%+1"), "%+1");
    }
}
