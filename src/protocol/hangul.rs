//! Does a name fit what was typed so far? Hangul is met by its initial consonants, too, and while it is composed.

/// The initial consonants of syllables, in their order, as they are typed alone.
const INITIALS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
/// What keyboards make of two consonants in a row, and the two.
const PAIRS: &str = "ㄳㄱㅅㄵㄴㅈㄶㄴㅎㄺㄹㄱㄻㄹㅁㄼㄹㅂㄽㄹㅅㄾㄹㅌㄿㄹㅍㅀㄹㅎㅄㅂㅅ";
/// The final consonants of syllables, in their order; in their place of two, the second: it moves on to the next syllable.
const FINALS: &str = "ㄱㄲㅅㄴㅈㅎㄷㄹㄱㅁㅂㅅㅌㅍㅎㅁㅂㅅㅅㅆㅇㅈㅊㅋㅌㅍㅎ";
/// What is left of a final of two when its second has moved on: its place among the finals, by that of the two.
const LEFT: [(u32, u32); 11] =
    [(3, 1), (5, 4), (6, 4), (9, 8), (10, 8), (11, 8), (12, 8), (13, 8), (14, 8), (15, 8), (18, 17)];

const FIRST: u32 = 0xAC00;
const LAST: u32 = 0xD7A3;
/// Syllables of one initial, and of one initial and vowel.
const OF_INITIAL: u32 = 588;
const OF_VOWEL: u32 = 28;

/// How well a name fits what was typed; less is better, `None` is not at all. Blanks and the case of ASCII do not
/// count. Zero is the whole name; then come its beginning, the beginning of a word, and anywhere; in each, letters
/// as they are before initial consonants.
pub fn matches(query: &str, name: &str) -> Option<u32> {
    let query = letters(query);
    let name = spelled(name);
    let plain = |at: usize| meets(&query, &name, at, |typed, letter, _| typed == letter);
    let loose = |at: usize| meets(&query, &name, at, fits);
    let mut best = None;
    for at in 0..name.len().max(1) {
        let place = match name.get(at) {
            _ if at == 0 => 0,
            Some((_, true)) => 1,
            _ => 2,
        };
        let rank = if plain(at) {
            let is_whole = at == 0 && (query.is_empty() || query.len() == name.len());
            if is_whole { 0 } else { 1 + 2 * place }
        } else if loose(at) {
            2 + 2 * place
        } else {
            continue;
        };
        best = Some(best.map_or(rank, |best: u32| best.min(rank)));
    }
    best
}

/// What was typed, without blanks and with consonants one by one.
fn letters(query: &str) -> Vec<char> {
    let mut letters = Vec::new();
    for letter in query.chars().filter(|letter| !letter.is_whitespace()) {
        let pair = PAIRS.chars().step_by(3).position(|pair| pair == letter);
        match pair {
            Some(pair) => letters.extend(PAIRS.chars().skip(pair * 3 + 1).take(2)),
            None => letters.push(letter.to_ascii_lowercase()),
        }
    }
    letters
}

/// The letters of a name, and whether a word begins with each.
fn spelled(name: &str) -> Vec<(char, bool)> {
    let mut letters = Vec::new();
    let mut begins = true;
    for letter in name.chars() {
        if !letter.is_whitespace() {
            letters.push((letter.to_ascii_lowercase(), begins));
        }
        begins = letter.is_whitespace() || matches!(letter, '-' | '_' | '.' | '/');
    }
    letters
}

/// Does every letter that was typed meet one of the name, from a place on?
fn meets(
    query: &[char],
    name: &[(char, bool)],
    at: usize,
    fits: impl Fn(char, char, Option<char>) -> bool,
) -> bool {
    let last = query.len().wrapping_sub(1);
    query.iter().enumerate().all(|(nth, typed)| {
        let letter = |place: usize| name.get(place).map(|(letter, _)| *letter);
        // The syllable being composed may yet give its end to the next.
        let next = if nth == last { letter(at + nth + 1) } else { None };
        letter(at + nth)
            .is_some_and(|letter| fits(*typed, letter, next) && (nth == last || done(*typed, letter)))
    })
}

/// Is this letter as it is meant, or an initial? Only the last one may still be on its way.
fn done(typed: char, letter: char) -> bool {
    typed == letter || syllable(typed).is_none()
}

/// Does what was typed stand for a letter of the name, followed by `next`?
fn fits(typed: char, letter: char, next: Option<char>) -> bool {
    if typed == letter {
        return true;
    }
    let Some(whole) = syllable(letter) else { return false };
    let Some(begun) = syllable(typed) else {
        return initial(whole) == Some(typed);
    };
    let end = begun % OF_VOWEL;
    if end == 0 {
        return grows(begun / OF_VOWEL, whole / OF_VOWEL);
    }
    // 한 on the way to 하나, 닭 on the way to 달기, or the first of two finals.
    let left = LEFT.iter().find(|(two, _)| *two == end).map_or(0, |(_, left)| *left);
    let is_same = begun / OF_VOWEL == whole / OF_VOWEL;
    let moved = FINALS.chars().nth(end as usize - 1);
    let takes = || next.and_then(syllable).and_then(initial) == moved;
    let is_first_of_two = LEFT.iter().any(|(two, left)| *two == whole % OF_VOWEL && *left == end);
    is_same && ((whole % OF_VOWEL == left && takes()) || is_first_of_two)
}

/// May the vowel of one syllable become that of another, with the same initial?
fn grows(begun: u32, whole: u32) -> bool {
    const VOWELS: u32 = OF_INITIAL / OF_VOWEL;
    let may_become = match begun % VOWELS {
        // ㅗ: ㅘ ㅙ ㅚ; ㅜ: ㅝ ㅞ ㅟ; ㅡ: ㅢ.
        8 | 13 => 3,
        18 => 1,
        _ => 0,
    };
    begun / VOWELS == whole / VOWELS && (begun..=begun + may_become).contains(&whole)
}

fn syllable(letter: char) -> Option<u32> {
    let code = u32::from(letter);
    (FIRST..=LAST).contains(&code).then(|| code - FIRST)
}

fn initial(syllable: u32) -> Option<char> {
    INITIALS.chars().nth((syllable / OF_INITIAL) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(query: &str, name: &str) -> bool {
        matches(query, name).is_some()
    }

    #[test]
    fn initial_consonants_find_a_name_also_mixed_with_syllables() {
        for query in ["ㅎㅇ", "하ㅇ", "ㅎ은", "하은", "하", "ㅎ", "ㅇ", "은", ""] {
            assert!(fits(query, "하은"), "{query}");
        }
        for query in ["ㅎㄴ", "ㅇㅎ", "하은이", "ㅎㅇㅇ", "ㅏ", "헤"] {
            assert!(!fits(query, "하은"), "{query}");
        }
        assert!(fits("ㅁㄹ", "마루") && fits("ㅃ", "빵집") && !fits("ㅂ", "빵집"));
    }

    #[test]
    fn a_syllable_that_is_still_composed_finds_what_it_may_become() {
        for (query, name) in [
            ("하으", "하은"),
            ("한", "하나"),
            ("고", "과일"),
            ("구", "귀"),
            ("그", "긔"),
            ("달", "닭"),
            ("닭", "달기"),
            ("값", "갑시다"),
            ("먀", "먁"),
        ] {
            assert!(fits(query, name), "{query} {name}");
        }
        for (query, name) in
            [("한", "하다"), ("하나", "한나라"), ("고은", "과은"), ("닭", "달"), ("하은", "하으")]
        {
            assert!(!fits(query, name), "{query} {name}");
        }
    }

    #[test]
    fn two_consonants_that_a_keyboard_made_one_are_two() {
        assert!(fits("ㄳ", "감사") && fits("ㅄ", "분식") && fits("ㄺ", "라고") && fits("ㅇㄶ", "이나하"));
    }

    #[test]
    fn blanks_and_the_case_of_letters_do_not_count() {
        for query in ["BEN", "ben k", "benk", "n K"] {
            assert!(fits(query, "Ben Kim"), "{query}");
        }
        assert!(
            fits("점심 번개", "점심번개") && fits("점심번개", "점심 번개") && fits("ㅈㅅㅂㄱ", "점심 번개")
        );
        assert!(!fits("kben", "Ben Kim"));
    }

    #[test]
    fn the_nearer_comes_first() {
        let order = ["하은", "하은이", "ㅎㅇ", "모임 하은", "모임하은"];
        let ranks: Vec<Option<u32>> = order.iter().map(|name| matches("하은", name)).collect();
        assert_eq!(ranks, [Some(0), Some(1), None, Some(3), Some(5)]);
        assert_eq!(matches("ㅎㅇ", "하은"), Some(2));
        assert_eq!(matches("ㅎㅇ", "모임 하은"), Some(4));
        assert_eq!(matches("ㅎㅇ", "모임하은"), Some(6));
        assert_eq!(matches("", "하은"), Some(0));
        assert_eq!(matches("k", "ben_k"), Some(3));
        assert_eq!(matches("x", ""), None);
        assert_eq!(matches("", ""), Some(0));
    }
}
