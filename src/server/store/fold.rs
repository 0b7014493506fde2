//! When two names are the same name.

use unicode_normalization::UnicodeNormalization;

/// What a name is compared by: trimmed, NFC, case folded, NFC again.
///
/// Folding goes down, up and down again, character by character. Once down is not enough: only the
/// way up makes `ß` equal `ss` and `ς` equal `σ`, as Unicode's full case folding does (and `ı` equal
/// `i`, which it does not), and only from below does `ẞ` take it too. The last NFC puts together what
/// folding took apart. Widths and look-alikes stay apart: NFKC would also make `①` equal `1`.
pub fn fold(name: &str) -> String {
    name.trim()
        .nfc()
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .nfc()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_composition_and_outer_space_make_no_difference() {
        for (one, other) in [
            ("Maru", " mARU "),
            ("\u{1106}\u{1161}\u{1105}\u{116e}", "마루"),
            ("Cafe\u{301}", "CAFÉ"),
            ("STRASSE", "straße"),
            ("STRAẞE", "straße"),
            ("ΟΔΟΣ", "οδος"),
            ("Οδοσ", "οδος"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
    }

    #[test]
    fn other_names_stay_apart() {
        for (one, other) in [("마루", "마르"), ("a b", "ab"), ("①", "1"), ("e", "é")] {
            assert_ne!(fold(one), fold(other), "{one} {other}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing_more() {
        for name in ["İstanbul", "ıI", "ǰ", "ŉ", "ΐ", "ﬃ", "Ⅷ", "ᾳ", "ẞ"] {
            assert_eq!(fold(&fold(name)), fold(name), "{name}");
        }
    }
}
