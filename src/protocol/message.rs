//! What people say.

use super::{
    Failure, Field, Nonce, Op, Reason, RoomId,
    line::{is_blank, is_unshowable},
};
use serde::{Deserialize, Serialize};

/// The longest text of a message, in characters.
pub const TEXT_LIMIT: usize = 8000;

/// An operation on its way into a room. The nonce is made before the first attempt and kept until
/// it is settled, so that sending twice is harmless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Names this draft for ever, over all rooms of its author.
    pub nonce: Nonce,
    /// Where it is to go.
    pub room: RoomId,
    /// What it does there.
    pub op: Op,
}

/// A text that may be said: not blank, at most [`TEXT_LIMIT`] characters, and nothing in it that
/// cannot be shown but tabs and line breaks. Line endings become `\n`, the ends are trimmed.
///
/// # Errors
/// [`Failure::Invalid`] or [`Failure::TooLarge`].
pub fn check_text(text: &str) -> Result<String, Failure> {
    let invalid = |reason| Err(Failure::Invalid { field: Field::Text, reason });
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let said = unix.trim_end_matches(char::is_whitespace).trim_start_matches(['\n', '\u{feff}']);
    if said.chars().all(is_blank) {
        return invalid(Reason::Empty);
    }
    if said.chars().any(|c| is_unshowable(c) && !matches!(c, '\n' | '\t')) {
        return invalid(Reason::Unshowable);
    }
    if said.chars().count() > TEXT_LIMIT {
        return Err(Failure::TooLarge { limit: TEXT_LIMIT as u64 });
    }
    Ok(said.to_owned())
}

/// A text as it may be kept while it is written: as it was typed, if it could be said when it is done. A blank one
/// is none.
///
/// # Errors
/// [`Failure::Invalid`] or [`Failure::TooLarge`].
pub fn check_unsent(text: &str) -> Result<String, Failure> {
    match check_text(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(Failure::Invalid { reason: Reason::Empty, .. }) => Ok(String::new()),
        Err(failure) => Err(failure),
    }
}

/// The longest emoji, in characters: families and flags are put together from several.
const EMOJI_LIMIT: usize = 16;

/// An emoji that may stand under a message: one short run of characters that can be shown, without
/// spaces, that is more than plain letters.
///
/// # Errors
/// [`Failure::Invalid`].
pub fn check_emoji(emoji: &str) -> Result<String, Failure> {
    let invalid = |reason| Err(Failure::Invalid { field: Field::Emoji, reason });
    if emoji.chars().all(is_blank) {
        return invalid(Reason::Empty);
    }
    if emoji.chars().count() > EMOJI_LIMIT {
        return invalid(Reason::TooLong(EMOJI_LIMIT as u32));
    }
    // Letters in any script are words, not emoji, but for those few that are drawn as signs; digits are the
    // keycaps' own.
    let is_word = |c: char| c.is_alphabetic() && !matches!(c, 'ℹ' | 'Ⓜ' | '\u{1f170}'..='\u{1f189}');
    if emoji.chars().any(|c| c.is_control() || c.is_whitespace() || is_word(c)) || emoji.is_ascii() {
        return invalid(Reason::Unshowable);
    }
    Ok(emoji.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_and_indents_are_kept_and_the_end_is_trimmed() {
        assert_eq!(check_text("  a\r\n\tb\rc \n\n"), Ok("  a\n\tb\nc".to_owned()));
    }

    #[test]
    fn a_text_that_is_still_written_is_kept_as_it_was_typed() {
        assert_eq!(check_unsent("  a \n\n"), Ok("  a \n\n".to_owned()));
        assert_eq!(check_unsent(" \n"), Ok(String::new()));
        assert!(check_unsent("a\u{0}").is_err());
        assert!(check_unsent(&"가".repeat(TEXT_LIMIT + 1)).is_err());
    }

    #[test]
    fn an_emoji_is_short_and_no_word() {
        for emoji in ["👍", "👩‍👩‍👧‍👦", "🇰🇷", "1️⃣", "❤️", "ℹ️", "Ⓜ️", "🅰️"]
        {
            assert_eq!(check_emoji(emoji), Ok(emoji.to_owned()));
        }
        for text in ["", " ", "a", "1", "가", "👍 ", "👍\u{0}", &"👍".repeat(EMOJI_LIMIT + 1)] {
            assert!(check_emoji(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_blank_hidden_or_over_long_text_is_refused() {
        assert!(matches!(check_text(" \n\u{200b}"), Err(Failure::Invalid { reason: Reason::Empty, .. })));
        assert!(matches!(check_text("a\u{0}"), Err(Failure::Invalid { reason: Reason::Unshowable, .. })));
        assert!(check_text(&"가".repeat(TEXT_LIMIT)).is_ok());
        assert_eq!(check_text(&"가".repeat(TEXT_LIMIT + 1)), Err(Failure::TooLarge { limit: 8000 }));
    }
}
