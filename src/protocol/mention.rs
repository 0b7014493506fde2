//! Calling somebody by name: `@` and the name, wherever a word may begin.

use super::{NAME_LIMIT, Op};

/// How many calls one message may make; further ones are plain text.
const CALLS: usize = 20;

/// The runs of text that follow an `@` at the beginning of a word: each begins with a name, if there is
/// somebody of that name, and ends with the line or where no name could go on.
pub fn calls(text: &str) -> impl Iterator<Item = &str> {
    let begins = |at: usize| !text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
    let runs = text.match_indices('@').filter(move |(at, _)| begins(*at)).map(|(at, _)| {
        let rest = &text[at + 1..];
        let end = rest.char_indices().take(NAME_LIMIT).find(|(_, c)| matches!(c, '\n' | '@'));
        let limit = rest.char_indices().nth(NAME_LIMIT).map_or(rest.len(), |(at, _)| at);
        &rest[..end.map_or(limit, |(at, _)| at)]
    });
    runs.filter(|run| run.chars().next().is_some_and(|c| !c.is_whitespace())).take(CALLS)
}

/// What of a run may be a whole name, the longest first. Between two letters or digits of ASCII a name
/// does not end; in other scripts a particle may follow at once (`@하은아`).
pub fn names(run: &str) -> impl Iterator<Item = &str> {
    let ends = run.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
    ends.map(|end| &run[..end]).filter(|name| {
        let last = name.chars().next_back();
        let next = run[name.len()..].chars().next();
        let inside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        !(last.is_some_and(char::is_whitespace) || inside(last) && inside(next))
    })
}

/// May this message call anybody: by name, or whom it answers?
pub fn is_calling(op: &Op) -> bool {
    matches!(op, Op::Message { text, reply_to } if reply_to.is_some() || calls(text).next().is_some())
}

/// Does a text call this name? Whether somebody of a longer name was meant, the server knows.
pub fn is_named(text: &str, name: &str) -> bool {
    calls(text).any(|run| names(run).any(|called| called.eq_ignore_ascii_case(name)))
}

/// Several at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum All {
    /// Who is in the room and here.
    Here,
    /// Who is in the room.
    Everyone,
}

/// Whom a text calls beside those whom it names, if its author may.
pub fn calls_all(text: &str) -> Option<All> {
    if is_named(text, "everyone") { Some(All::Everyone) } else { is_named(text, "here").then_some(All::Here) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_called_where_a_word_begins() {
        for text in ["@ann", "hi @Ann!", "(@ann)", "@ann, @bo", "가 @ann", "x\n@ann"] {
            assert!(is_named(text, "ann"), "{text}");
        }
        for text in ["ann", "mail@ann", "@anna", "@ ann", "@an", "@\nann", "@ann_b"] {
            assert!(!is_named(text, "ann"), "{text}");
        }
    }

    #[test]
    fn a_particle_may_follow_a_korean_name_and_a_name_may_have_spaces() {
        for text in ["@하은아 밥 먹자", "@하은", "@하은, @준", "@하은이랑"] {
            assert!(is_named(text, "하은"), "{text}");
        }
        assert!(is_named("@Ana Lee hi", "ana lee"));
        assert!(is_named("@Ana Lee hi", "ana"));
        assert_eq!(names("Ana Lee").collect::<Vec<_>>(), ["Ana Lee", "Ana"]);
    }

    #[test]
    fn all_are_called_by_a_word_of_its_own() {
        assert_eq!(calls_all("@here @Everyone"), Some(All::Everyone));
        assert_eq!(calls_all("점심 @here, 가요"), Some(All::Here));
        assert_eq!(calls_all("here, everyone, @hereby, a@here"), None);
    }

    #[test]
    fn a_wall_of_calls_is_bounded() {
        assert_eq!(calls(&"@a ".repeat(8000)).count(), CALLS);
        let run = format!("@{}", "가".repeat(8000));
        assert_eq!(calls(&run).map(|run| run.chars().count()).collect::<Vec<_>>(), [NAME_LIMIT]);
        assert!(!is_named("@", "") && !is_named("@@@@", "a"));
    }
}
