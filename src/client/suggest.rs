//! What may be meant by the word that is being typed: a person, an emoji, a command.

use super::{Lang, find_emoji, matches};
use crate::protocol::User;

/// So many are shown at once.
pub const SUGGESTED: usize = 8;
/// Letters of ASCII by which an emoji is looked for; one alone is a smiley more often than a name.
const EMOJI_LETTERS: usize = 2;

/// What kind of word is being typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sought {
    /// Somebody, after `@`.
    Person,
    /// An emoji, after `:`.
    Emoji,
    /// A command, after `/` at the very beginning.
    Command,
}

/// The word before the caret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typed<'a> {
    /// What it is.
    pub sought: Sought,
    /// Where its sign stands, in bytes.
    pub start: usize,
    /// What follows the sign, up to the caret.
    pub query: &'a str,
}

/// The word before the caret (in bytes), if something may be suggested for it.
pub fn typed(text: &str, caret: usize) -> Option<Typed<'_>> {
    let before = text.get(..caret)?;
    let start = before.rfind(char::is_whitespace).map_or(0, |at| at + char_len(before, at));
    let word = &before[start..];
    if start == 0 && word.starts_with('/') && !word[1..].contains('/') {
        return Some(Typed { sought: Sought::Command, start: 0, query: &word[1..] });
    }
    let at = word.rfind(['@', ':'])?;
    let query = &word[at + 1..];
    let begins = !word[..at].chars().next_back().is_some_and(char::is_alphanumeric);
    if !begins {
        return None;
    }
    let sought = if word[at..].starts_with('@') { Sought::Person } else { Sought::Emoji };
    let is_name = query.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '+' | '-'));
    let is_enough = query.len() >= EMOJI_LETTERS;
    if sought == Sought::Emoji && !(is_name && is_enough) {
        return None;
    }
    Some(Typed { sought, start: start + at, query })
}

fn char_len(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

/// A place in bytes as browsers count it, in units of UTF-16.
pub fn to_units(text: &str, bytes: usize) -> u32 {
    text.get(..bytes).unwrap_or(text).encode_utf16().count() as u32
}

/// A place as browsers count it in bytes.
pub fn from_units(text: &str, units: u32) -> usize {
    let mut left = units as usize;
    let mut bytes = 0;
    for letter in text.chars() {
        if left < letter.len_utf16() {
            break;
        }
        left -= letter.len_utf16();
        bytes += letter.len_utf8();
    }
    bytes
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What stands in the text when it was chosen.
    pub text: String,
    /// What it is called.
    pub name: String,
    /// What else there is to say of it.
    pub more: String,
    /// Whose face goes with it.
    pub user: Option<User>,
}

/// The people who may be meant, the nearest first.
pub fn people(known: &[User], query: &str) -> Vec<Choice> {
    let mut ranked: Vec<(u32, &User)> = Vec::new();
    for user in known {
        let rank = [matches(query, &user.name), matches(query, user.shown())].into_iter().flatten().min();
        if let Some(rank) = rank {
            let place = ranked.partition_point(|(held, _)| *held <= rank);
            ranked.insert(place, (rank, user));
        }
    }
    let choice = |(_, user): (u32, &User)| {
        let called = format!("@{}", user.name);
        let more = if user.shown() == user.name { String::new() } else { called.clone() };
        Choice { text: called, name: user.shown().to_owned(), more, user: Some(user.clone()) }
    };
    ranked.into_iter().take(SUGGESTED).map(choice).collect()
}

/// The emoji that may be meant.
pub fn emoji(list: &str, query: &str, lang: Lang) -> Vec<Choice> {
    let choice = |emoji: super::Emoji<'_>| Choice {
        text: emoji.sign.to_owned(),
        name: format!("{} {}", emoji.sign, emoji.name(lang)),
        more: format!(":{}:", emoji.code()),
        user: None,
    };
    find_emoji(list, query, SUGGESTED).into_iter().map(choice).collect()
}

/// The emoji whose name was just closed with a colon, and where that name begins.
pub fn closed_emoji<'a>(list: &'a str, text: &str, caret: usize) -> Option<(usize, &'a str)> {
    let before = text.get(..caret)?.strip_suffix(':')?;
    let Typed { sought: Sought::Emoji, start, query } = typed(before, before.len())? else { return None };
    let found = find_emoji(list, query, 1).into_iter().find(|emoji| emoji.code() == query)?;
    Some((start, found.sign))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::UserId;

    fn at_end(text: &str) -> Option<(Sought, usize, &str)> {
        typed(text, text.len()).map(|typed| (typed.sought, typed.start, typed.query))
    }

    #[test]
    fn a_sign_where_a_word_begins_seeks_something() {
        assert_eq!(at_end("@"), Some((Sought::Person, 0, "")));
        assert_eq!(at_end("안녕 @ㅎㅇ"), Some((Sought::Person, 7, "ㅎㅇ")));
        assert_eq!(at_end("(@ann"), Some((Sought::Person, 1, "ann")));
        assert_eq!(at_end("a\n:jo"), Some((Sought::Emoji, 2, "jo")));
        assert_eq!(at_end("가 :엄"), Some((Sought::Emoji, 4, "엄")));
        assert_eq!(at_end("/"), Some((Sought::Command, 0, "")));
        assert_eq!(at_end("/top"), Some((Sought::Command, 0, "top")));
        assert_eq!(typed("@ann ok", 2), Some(Typed { sought: Sought::Person, start: 0, query: "a" }));
    }

    #[test]
    fn what_only_looks_like_it_seeks_nothing() {
        for text in [
            "", "a", "mail@ann", "@ann ", ":", ":)", ":D", "12:30", "http://a", "a /top", "/usr/bin", "//me",
            "/me x",
        ] {
            assert_eq!(at_end(text), None, "{text}");
        }
        assert_eq!(typed("가", 1), None, "not between two letters");
    }

    #[test]
    fn places_are_counted_as_browsers_do() {
        let text = "a가👍b";
        for (bytes, units) in [(0, 0), (1, 1), (4, 2), (8, 4), (9, 5)] {
            assert_eq!((to_units(text, bytes), from_units(text, units)), (units, bytes));
        }
        assert_eq!(from_units(text, 3), 4, "not within an emoji");
        assert_eq!(from_units(text, 99), text.len());
    }

    #[test]
    fn people_are_found_by_either_name_and_called_by_the_one_that_calls() {
        let person = |id, name: &str, display: &str| User {
            display: display.to_owned(),
            ..User::new(UserId::from_raw(id), name.to_owned())
        };
        let known = [person(1, "haeun", "오하은"), person(2, "Ben", ""), person(3, "하늘", "")];
        let found = |query| people(&known, query).into_iter().map(|choice| choice.text).collect::<Vec<_>>();
        assert_eq!(found("ㅎㅇ"), ["@haeun"]);
        assert_eq!(found("ha"), ["@haeun"]);
        assert_eq!(found("하"), ["@하늘", "@haeun"]);
        assert_eq!(found("BE"), ["@Ben"]);
        assert_eq!(found("").len(), 3);
        let many: Vec<User> = (0..20).map(|id| person(id, "a", "")).collect();
        assert_eq!(people(&many, "a").len(), SUGGESTED);
    }

    #[test]
    fn a_closed_name_is_its_emoji() {
        let list = include_str!("../../public/emoji.json");
        assert_eq!(closed_emoji(list, "a :joy:", 7), Some((2, "😂")));
        for text in [":joyless:", "joy:", "a:joy:", ": :", "12:30:"] {
            assert_eq!(closed_emoji(list, text, text.len()), None, "{text}");
        }
    }
}
