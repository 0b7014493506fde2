//! What may stand in one line of text: names, topics, notes.

use super::{Failure, Field, Reason};

/// Checks one line of text: trimmed, not blank, no control characters, at most `limit` characters.
pub(super) fn check_line(field: Field, text: &str, limit: usize) -> Result<String, Failure> {
    let line = text.trim_matches(is_blank);
    let invalid = |reason| Err(Failure::Invalid { field, reason });
    if line.chars().all(is_blank) {
        return invalid(Reason::Empty);
    }
    if line.chars().any(is_unshowable) {
        return invalid(Reason::Unshowable);
    }
    if line.chars().count() > limit {
        return invalid(Reason::TooLong(limit as u32));
    }
    Ok(line.to_owned())
}

/// Nothing that one could see: white space, and the marks that have no width.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{200b}'
                ..='\u{200f}'
                    | '\u{2060}'
                    | '\u{feff}'
                    | '\u{00ad}'
                    | '\u{3164}'
                    | '\u{115f}'
                    | '\u{1160}'
                    | '\u{ffa0}'
                    | '\u{2800}'
        )
}

/// Control characters, and the overrides of direction that let a text pretend to be another.
pub(super) fn is_unshowable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_blank_or_hidden_ones_are_refused() {
        assert_eq!(check_line(Field::Name, "  마루 ", 32), Ok("마루".to_owned()));
        for blank in ["", " \t", "\u{200b}\u{3164}", "\u{feff}"] {
            assert!(
                matches!(
                    check_line(Field::Name, blank, 32),
                    Err(Failure::Invalid { reason: Reason::Empty, .. })
                ),
                "{blank:?}"
            );
        }
        for hidden in ["a\u{0}b", "a\u{202e}b", "a\nb", "\u{7f}x"] {
            assert!(
                matches!(
                    check_line(Field::Name, hidden, 32),
                    Err(Failure::Invalid { reason: Reason::Unshowable, .. })
                ),
                "{hidden:?}"
            );
        }
        assert!(check_line(Field::Name, &"가".repeat(32), 32).is_ok());
        assert!(check_line(Field::Name, &"가".repeat(33), 32).is_err());
    }
}
