//! Colours for code: the page asks which letters of a block are what, and carries no grammar itself.
//!
//! One pass over the text that looks ahead no further than a token, so that a hostile text costs what it is long.
//! It knows words, numbers, strings and comments, which is what eyes look for in a few lines.

mod tongue;

use super::{Result, limits::retry_ms, respond::Call};
use crate::protocol::{Failure, TEXT_LIMIT};
use tongue::{Tongue, find};

/// What kind of token letters belong to. The words are classes of the style sheet.
type Class = char;

const PLAIN: Class = '-';
const KEYWORD: Class = 'k';
const CALL: Class = 'f';
const TYPE: Class = 't';
const STRING: Class = 's';
const NUMBER: Class = 'n';
const COMMENT: Class = 'c';

/// How a text is to be coloured: `3k1-`, so many bytes and what they are. Empty for a language that is not known.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::RateLimited`], [`Failure::TooLarge`] for what no message can hold.
pub async fn colour(call: Call, language: String, text: String) -> Result<String> {
    let me = call.user()?;
    if text.chars().nth(TEXT_LIMIT).is_some() {
        return Err(Failure::TooLarge { limit: TEXT_LIMIT as u64 }.into());
    }
    let taken = call.app.colours.take(me.id, tokio::time::Instant::now());
    taken.map_err(|wait| Failure::RateLimited { retry_ms: retry_ms(wait) })?;
    Ok(paint(&language, &text))
}

/// The same, of any text.
fn paint(language: &str, text: &str) -> String {
    let Some(tongue) = find(language) else { return String::new() };
    let mut painter = Painter { tongue, text, at: 0, is_in_tag: false, pieces: Vec::new() };
    while painter.at < text.len() {
        let (length, class) = painter.token();
        painter.put(length, class);
    }
    painter.pieces.iter().map(|(length, class)| format!("{length}{class}")).collect()
}

struct Painter<'a> {
    tongue: &'static Tongue,
    text: &'a str,
    at: usize,
    is_in_tag: bool,
    pieces: Vec<(usize, Class)>,
}

impl Painter<'_> {
    fn put(&mut self, length: usize, class: Class) {
        match self.pieces.last_mut() {
            Some((last, held)) if *held == class => *last += length,
            _ => self.pieces.push((length, class)),
        }
        self.at += length;
    }

    /// How long the next token is, and what.
    fn token(&mut self) -> (usize, Class) {
        let rest = &self.text[self.at..];
        let before = self.text[..self.at].chars().next_back();
        let Some(c) = rest.chars().next() else { return (0, PLAIN) };
        if self.tongue.is_diff {
            return changed(rest);
        }
        if let Some(length) = self.comment(rest, before) {
            return (length, COMMENT);
        }
        if self.tongue.is_markup {
            match c {
                '<' => self.is_in_tag = true,
                '>' => self.is_in_tag = false,
                _ if !self.is_in_tag => {
                    return (rest.find('<').unwrap_or(rest.len()), PLAIN);
                }
                _ => {}
            }
        }
        let is_inside = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
        if self.tongue.quotes.contains(c) {
            let length = self.string(rest, c);
            let class = if self.is_key(&rest[length..]) { TYPE } else { STRING };
            return if length > 0 { (length, class) } else { (c.len_utf8(), PLAIN) };
        }
        if c.is_ascii_digit() && !is_inside {
            return (number(rest), NUMBER);
        }
        if c.is_alphabetic() || c == '_' {
            let length = rest.find(|c| !self.is_word(c)).unwrap_or(rest.len());
            return (length, self.word(&rest[..length], &rest[length..], before));
        }
        (c.len_utf8(), PLAIN)
    }

    fn is_word(&self, c: char) -> bool {
        c.is_alphanumeric() || c == '_' || c == '-' && self.tongue.has_dashes
    }

    fn comment(&self, rest: &str, before: Option<char>) -> Option<usize> {
        let starts_word = before.is_none_or(char::is_whitespace);
        let is_line = |mark: &&&str| rest.starts_with(**mark) && (**mark != "#" || starts_word);
        if self.tongue.line.iter().find(is_line).is_some() {
            return Some(rest.find('\n').unwrap_or(rest.len()));
        }
        let (open, close) = self.tongue.block.filter(|(open, _)| rest.starts_with(open))?;
        let end = rest[open.len()..].find(close).map(|end| open.len() + end + close.len());
        Some(end.unwrap_or(rest.len()))
    }

    /// A string from its first quote; 0 where it is none.
    fn string(&self, rest: &str, quote: char) -> usize {
        let triple: String = [quote; 3].iter().collect();
        if self.tongue.has_triple && rest.starts_with(&triple) {
            return rest[3..].find(&triple).map_or(rest.len(), |end| end + 6);
        }
        if quote == '\'' && self.tongue.has_lifetimes {
            let mut chars = rest.chars().skip(1);
            let is_char = chars.next().is_some_and(|c| c == '\\') || chars.next() == Some('\'');
            if !is_char {
                return 0;
            }
        }
        let mut is_escaped = false;
        for (at, c) in rest.char_indices().skip(1) {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '\n' if !self.tongue.long.contains(quote) => return at,
                c if c == quote => return at + 1,
                _ => {}
            }
        }
        rest.len()
    }

    fn is_key(&self, rest: &str) -> bool {
        self.tongue.key.is_some_and(|key| rest.trim_start_matches(' ').starts_with(key))
    }

    fn word(&self, word: &str, rest: &str, before: Option<char>) -> Class {
        let tongue = self.tongue;
        let is_keyword = |keyword: &str| match tongue.is_case_free {
            true => keyword.eq_ignore_ascii_case(word),
            false => keyword == word,
        };
        let next = rest.chars().next();
        if tongue.is_markup {
            let is_name = before.is_some_and(|c| matches!(c, '<' | '/' | '!' | '?'));
            return if is_name {
                KEYWORD
            } else if next == Some('=') {
                TYPE
            } else {
                PLAIN
            };
        }
        if tongue.keywords.split(' ').any(is_keyword) {
            KEYWORD
        } else if self.is_key(rest) {
            TYPE
        } else if next == Some('(') || next == Some('!') && tongue.has_lifetimes {
            CALL
        } else if word.starts_with(char::is_uppercase) && !tongue.is_case_free {
            TYPE
        } else {
            PLAIN
        }
    }
}

/// A line of a comparison, by what it begins with.
fn changed(rest: &str) -> (usize, Class) {
    let class = match rest.as_bytes().first() {
        Some(b'+') => STRING,
        Some(b'-') => NUMBER,
        Some(b'@') => TYPE,
        _ => PLAIN,
    };
    (rest.find('\n').map_or(rest.len(), |end| end + 1), class)
}

fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut length = 0;
    while let Some(byte) = bytes.get(length) {
        let is_point = *byte == b'.' && bytes.get(length + 1).is_some_and(u8::is_ascii_digit);
        if !(byte.is_ascii_alphanumeric() || *byte == b'_' || is_point) {
            break;
        }
        length += 1;
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The tokens that are not plain, as `class:text`.
    fn tokens(language: &str, text: &str) -> String {
        let (mut at, mut length, mut told) = (0, 0, Vec::new());
        for c in paint(language, text).chars() {
            match c.to_digit(10) {
                Some(digit) => length = length * 10 + digit as usize,
                None => {
                    let piece = &text[at..at + length];
                    told.extend((c != PLAIN).then(|| format!("{c}:{piece}")));
                    (at, length) = (at + length, 0);
                }
            }
        }
        assert!(told.is_empty() || at == text.len(), "{language}: {at} of {}", text.len());
        told.join(" ")
    }

    #[test]
    fn words_numbers_strings_and_comments_are_told_apart() {
        for (language, text, told) in [
            (
                "rust",
                "fn a(x: &'a Vec) -> u8 { b!('x', \"s\\\"\") } // 끝",
                "k:fn f:a t:Vec f:b s:'x' s:\"s\\\"\" c:// 끝",
            ),
            ("ts", "const a = `x\ny` + f(0x1F_u)", "k:const s:`x\ny` f:f n:0x1F_u"),
            ("py", "def a():\n  '''b\n'c''' # d", "k:def f:a s:'''b\n'c''' c:# d"),
            ("sql", "SELECT a FROM b -- c", "k:SELECT k:FROM c:-- c"),
            (
                "json",
                "{\"a\": \"b\", \"c\": 1.5, \"d\": null}",
                "t:\"a\" s:\"b\" t:\"c\" n:1.5 t:\"d\" k:null",
            ),
            ("yaml", "a-b: c # d", "t:a-b c:# d"),
            ("html", "<!-- a --><p class=\"b\">don't</p>", "c:<!-- a --> k:p t:class s:\"b\" k:p"),
            ("diff", "@@ 1\n+a\n-b\n c", "t:@@ 1\n s:+a\n n:-b\n"),
            ("sh", "echo \"$#\" # a", "k:echo s:\"$#\" c:# a"),
            ("go", "func a() { /* b */ }", "k:func f:a c:/* b */"),
            ("css", ".a { color: red; }", "t:color"),
            ("klingon", "fn a()", ""),
            ("", "fn a()", ""),
        ] {
            assert_eq!(tokens(language, text), told, "{language}");
        }
    }

    #[test]
    fn what_is_never_closed_goes_to_the_end() {
        for text in ["\"", "\"\\", "/*", "`", "'''", "'", "<!--", "0", "a"] {
            for language in ["rust", "js", "py", "html", "sql", "sh", "json"] {
                tokens(language, text);
            }
        }
    }

    proptest! {
        #[test]
        fn every_letter_of_any_text_is_coloured(text in "(?s)[a-zA-Z0-9'\"`/*#<>\\\\ \n가🎉=:.-]{0,200}", which in 0..8_usize) {
            tokens(["rust", "js", "py", "html", "sql", "sh", "json", "diff"][which], &text);
        }
    }
}
