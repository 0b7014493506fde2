//! Emoji by name: where they are listed, and how one is found in the list.

use super::wording::Lang;

/// Where the page asks for the list. The number is that of what is in it, so that browsers may keep it for ever.
pub const EMOJI_FILE: &str = "/emoji.json?v=39801f78";
/// How many groups there are.
pub const EMOJI_GROUPS: u32 = 9;

/// One emoji of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Emoji<'a> {
    /// The emoji itself.
    pub sign: &'a str,
    /// Which group it is in.
    pub group: u32,
    en: &'a str,
    ko: &'a str,
}

impl<'a> Emoji<'a> {
    /// Reads a line of the list: `["👍","thumbsup yes","올린_엄지 좋아요",1],`. `None` for its brackets.
    fn read(line: &'a str) -> Option<Self> {
        let mut fields = line.strip_prefix("[\"")?.split("\",");
        let sign = fields.next()?;
        let en = fields.next()?.strip_prefix('"')?;
        let ko = fields.next()?.strip_prefix('"')?;
        let group = fields.next()?.split(']').next()?.parse().ok()?;
        Some(Self { sign, group, en, ko })
    }

    /// What it is called between two colons.
    pub fn code(self) -> &'a str {
        first(self.en)
    }

    /// What it is called.
    pub fn name(self, lang: Lang) -> String {
        first(if lang == Lang::Ko { self.ko } else { self.en }).replace('_', " ")
    }

    /// Has it a word that begins so?
    fn begins(self, query: &str) -> bool {
        let begins = |words: &str| words.split([' ', '_']).any(|word| word.starts_with(query));
        begins(self.en) || begins(self.ko)
    }
}

fn first(words: &str) -> &str {
    words.split(' ').next().unwrap_or_default()
}

/// All emoji of the list.
pub fn all_emoji(list: &str) -> impl Iterator<Item = Emoji<'_>> {
    list.lines().filter_map(Emoji::read)
}

/// The emoji that answer to a query in either language, at most `limit`: those with a name that is it come first,
/// then those with a word that begins with it, then those that have it anywhere.
pub fn find_emoji<'a>(list: &'a str, query: &str, limit: usize) -> Vec<Emoji<'a>> {
    let query = query.trim().to_ascii_lowercase().replace(' ', "_");
    let ranks: [&dyn Fn(Emoji) -> bool; 3] = [
        &|emoji| emoji.code() == query,
        &|emoji| emoji.begins(&query) || emoji.en.split(' ').any(|word| word.starts_with(&query)),
        &|emoji| emoji.en.contains(&query) || emoji.ko.contains(&query),
    ];
    let mut found: Vec<Emoji> = Vec::new();
    for is_such in ranks {
        for emoji in all_emoji(list) {
            if found.len() < limit && is_such(emoji) && !found.contains(&emoji) {
                found.push(emoji);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::check_emoji;

    const LIST: &str = include_str!("../../public/emoji.json");

    fn found(query: &str) -> Vec<&'static str> {
        find_emoji(LIST, query, 20).into_iter().map(|emoji| emoji.sign).collect()
    }

    #[test]
    fn the_address_of_the_list_is_that_of_what_is_in_it() {
        let sum = LIST
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        assert_eq!(EMOJI_FILE, format!("/emoji.json?v={sum:x}"));
    }

    #[test]
    fn every_emoji_of_the_list_has_its_names_and_may_stand_under_a_message() {
        assert_eq!(all_emoji(LIST).count(), LIST.lines().count() - 2);
        for emoji in all_emoji(LIST) {
            assert_eq!(check_emoji(emoji.sign).as_deref(), Ok(emoji.sign));
            assert!(!emoji.code().is_empty() && !emoji.name(Lang::Ko).is_empty(), "{emoji:?}");
            assert!(emoji.group < EMOJI_GROUPS, "{emoji:?}");
        }
    }

    #[test]
    fn an_emoji_is_found_in_both_languages_and_the_nearest_comes_first() {
        for (query, sign) in
            [("thumbs", "👍"), ("+1", "👍"), ("엄지", "👍"), ("joy", "😂"), ("heart", "❤️"), ("TADA", "🎉")]
        {
            assert!(found(query).contains(&sign), "{query}: {:?}", found(query));
        }
        assert_eq!(found("heart")[0], "❤️");
        assert_eq!(found("no such thing"), [""; 0]);
        assert_eq!(find_emoji(LIST, "a", 8).len(), 8);
    }
}
