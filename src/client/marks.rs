//! Putting marks of Markdown around what is selected.

/// A text with marks around a part of it (in bytes), and where that part is then. Marks that are there already are
/// taken away.
pub fn mark(text: &str, (start, end): (usize, usize), sign: &str) -> (String, (usize, usize)) {
    let (before, rest) = text.split_at(start);
    let (part, after) = rest.split_at(end - start);
    // A single star is not part of two.
    let ends = |text: &str| text.ends_with(sign) && !text.trim_end_matches(sign).ends_with(&sign[..1]);
    let is_bold = sign.len() == 1 && before.ends_with(&sign.repeat(2)) && !before.ends_with(&sign.repeat(3));
    if ends(before) && after.starts_with(sign) && !is_bold {
        let before = &before[..before.len() - sign.len()];
        let bare = format!("{before}{part}{}", &after[sign.len()..]);
        return (bare, (start - sign.len(), end - sign.len()));
    }
    (format!("{before}{sign}{part}{sign}{after}"), (start + sign.len(), end + sign.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_put_around_a_part_and_taken_away_again() {
        for sign in ["*", "**", "~~", "`"] {
            let (marked, part) = mark("가 나 다", (4, 7), sign);
            assert_eq!(marked, format!("가 {sign}나{sign} 다"));
            assert_eq!(&marked[part.0..part.1], "나");
            assert_eq!(mark(&marked, part, sign), ("가 나 다".to_owned(), (4, 7)));
        }
    }

    #[test]
    fn what_is_bold_may_be_slanted_too_and_nothing_is_a_part_as_well() {
        assert_eq!(mark("**a**", (2, 3), "*").0, "***a***");
        assert_eq!(mark("", (0, 0), "**"), ("****".to_owned(), (2, 2)));
    }
}
