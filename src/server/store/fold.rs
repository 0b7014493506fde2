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

/// What a name looks like: names of one skeleton are not told apart by eye (UTS 39, 4). It is looked at as
/// it is written, where `I` is `l`, and again folded. Names that fold to the same may differ in it.
pub fn skeleton(name: &str) -> String {
    let spaced = name.split_whitespace().collect::<Vec<_>>().join(" ");
    fold(&looks(&fold(&looks(&spaced))))
}

/// Each letter by the one that it looks like. Whole syllables of Hangul stand for themselves: taken apart,
/// `아까` would be `악가`.
fn looks(text: &str) -> String {
    let (mut looks, mut run) = (String::with_capacity(text.len()), String::new());
    for c in text.nfc() {
        if matches!(c, '\u{ac00}'..='\u{d7a3}') {
            looks.extend(unicode_security::skeleton(&run));
            run.clear();
            looks.push(c);
        } else {
            run.push(c);
        }
    }
    looks.extend(unicode_security::skeleton(&run));
    looks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_have_one_skeleton() {
        for (one, other) in [
            ("paypal", "раураl"),
            ("ann", "ANN"),
            ("O0", "oo"),
            ("l1I", "lll"),
            ("rn", "m"),
            ("지민", " 지민"),
            ("a  b", "a\u{a0}b"),
            ("지\u{200b}민", "지민"),
        ] {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
        for (one, other) in [("아까", "악가"), ("박기", "바끼"), ("Cafe", "Café"), ("지민", "지만")]
        {
            assert_ne!(skeleton(one), skeleton(other), "{one} {other}");
        }
        for (one, other) in (0..300).map(|n| (format!("p{n}"), format!("p{}", n + 1))) {
            assert_ne!(skeleton(&one), skeleton(&other));
        }
    }

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
