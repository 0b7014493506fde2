//! A message's text as a tree of inlines that both sides render as nodes, never as HTML.
//!
//! One pass over the text, in time proportional to its length. Only `http` and `https` become links.

/// Lines with nothing blank between them.
pub type Paragraph = Vec<Line>;

/// The pieces of one line, in order.
pub type Line = Vec<Inline>;

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Just text.
    Text(String),
    /// An address that can be followed; shown as it was written.
    Link(String),
}

/// Reads a message: blank lines part paragraphs, other line breaks stay.
pub fn parse(text: &str) -> Vec<Paragraph> {
    let mut paragraphs = Vec::new();
    let mut paragraph = Paragraph::new();
    for line in text.lines() {
        if !line.trim().is_empty() {
            paragraph.push(inlines(line));
        } else if !paragraph.is_empty() {
            paragraphs.push(std::mem::take(&mut paragraph));
        }
    }
    if !paragraph.is_empty() {
        paragraphs.push(paragraph);
    }
    paragraphs
}

/// A message as one line of plain text, as quotes and notifications show it: at most `limit` characters,
/// of which the last is `…` where something was left out.
pub fn plain(text: &str, limit: usize) -> String {
    let mut line = String::new();
    // Not all of a long text is looked at for a short line of it.
    let words = text.split_whitespace().take(limit + 1);
    let mut left = limit;
    for word in words {
        let gap = usize::from(!line.is_empty());
        let length = word.chars().count();
        if gap + length > left {
            line.extend(line.chars().next().map(|_| ' '));
            line.extend(word.chars().take(left.saturating_sub(gap + 1)));
            line.truncate(line.trim_end().len());
            line.push('…');
            return line;
        }
        line.extend((gap > 0).then_some(' '));
        line.push_str(word);
        left -= gap + length;
    }
    line
}

fn inlines(line: &str) -> Line {
    let mut pieces = Line::new();
    let mut text_from = 0;
    let mut at = 0;
    let mut after_letter = false;
    while let Some(c) = line[at..].chars().next() {
        let length = if after_letter { 0 } else { address_length(&line[at..]) };
        if length > 0 {
            if text_from < at {
                pieces.push(Inline::Text(line[text_from..at].to_owned()));
            }
            pieces.push(Inline::Link(line[at..at + length].to_owned()));
            at += length;
            text_from = at;
            after_letter = true;
        } else {
            after_letter = c.is_ascii_alphanumeric();
            at += c.len_utf8();
        }
    }
    if text_from < line.len() {
        pieces.push(Inline::Text(line[text_from..].to_owned()));
    }
    pieces
}

/// How many bytes of an address stand at the start of `text`; none is 0.
fn address_length(text: &str) -> usize {
    let Some(scheme) = ["https://", "http://"].into_iter().find(|scheme| starts_with(text, scheme)) else {
        return 0;
    };
    let rest = &text[scheme.len()..];
    if !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') {
        return 0;
    }
    // A host in ASCII alone: a Korean particle follows it without a space. No `user@`: it lies about the host.
    let host = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']')))
        .unwrap_or(rest.len());
    let tail = &rest[host..];
    let path = if tail.starts_with(['/', '?', '#']) {
        tail.find(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`' | '|'))
            .unwrap_or(tail.len())
    } else {
        0
    };
    scheme.len() + trimmed(&rest[..host + path])
}

fn starts_with(text: &str, ascii: &str) -> bool {
    text.get(..ascii.len()).is_some_and(|start| start.eq_ignore_ascii_case(ascii))
}

/// The length of an address without the punctuation of the sentence around it. A closing bracket
/// stays when it was opened inside.
fn trimmed(address: &str) -> usize {
    let count = |bracket| address.chars().filter(|c| *c == bracket).count() as isize;
    let mut surplus =
        [(')', count(')') - count('(')), (']', count(']') - count('[')), ('}', count('}') - count('{'))];
    let mut end = address.len();
    for (at, c) in address.char_indices().rev() {
        let closing = surplus.iter_mut().find(|(bracket, _)| *bracket == c);
        match (c, closing) {
            (_, Some((_, extra))) if *extra > 0 => *extra -= 1,
            (
                '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' | '…' | '。' | '、' | '，' | '’'
                | '”',
                _,
            ) => {}
            _ => break,
        }
        end = at;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<String> {
        parse(text)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|piece| match piece {
                Inline::Link(address) => Some(address),
                Inline::Text(_) => None,
            })
            .collect()
    }

    fn shown(text: &str) -> String {
        let line = |line: Line| {
            line.into_iter()
                .map(|piece| match piece {
                    Inline::Text(text) | Inline::Link(text) => text,
                })
                .collect::<String>()
        };
        let paragraph = |lines: Paragraph| lines.into_iter().map(line).collect::<Vec<_>>().join("\n");
        parse(text).into_iter().map(paragraph).collect::<Vec<_>>().join("\n\n")
    }

    #[test]
    fn one_line_of_a_message_is_as_long_as_was_asked() {
        for (text, line) in [
            ("", ""),
            ("  짧은   글\n\n두 줄 ", "짧은 글 두 줄"),
            ("1234567890", "1234567890"),
            ("12345678901", "123456789…"),
            ("12345678 01", "12345678…"),
            ("가나다 라마바사아자차카", "가나다 라마바사아…"),
        ] {
            assert_eq!(super::plain(text, 10), line, "{text}");
        }
    }

    #[test]
    fn blank_lines_part_paragraphs_and_nothing_else_is_lost() {
        assert_eq!(parse("a\nb\n\n \n\nc").len(), 2);
        assert_eq!(parse("a\nb\n\nc")[0].len(), 2);
        assert_eq!(parse("\n\n"), Vec::<Paragraph>::new());
        for text in ["  들여 쓴 줄", "a https://x.y/z b", "<b>&amp;</b>", "http://", "https://a.b\n\nc"] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn an_address_ends_where_the_sentence_goes_on() {
        for (text, link) in [
            ("see https://maru.example/a.", "https://maru.example/a"),
            ("(https://maru.example/a)", "https://maru.example/a"),
            ("https://en.wikipedia.org/wiki/Maru_(hall).", "https://en.wikipedia.org/wiki/Maru_(hall)"),
            ("https://maru.example에서 봐요", "https://maru.example"),
            ("https://ko.wikipedia.org/wiki/마루 봐요", "https://ko.wikipedia.org/wiki/마루"),
            ("HTTP://A.B?x=1&y=2#z!", "HTTP://A.B?x=1&y=2#z"),
            ("http://localhost:3000/s/maru,", "http://localhost:3000/s/maru"),
            ("<https://a.b/c>", "https://a.b/c"),
        ] {
            assert_eq!(links(text), [link], "{text}");
        }
        assert_eq!(links("https://a.b https://c.d"), ["https://a.b", "https://c.d"]);
    }

    #[test]
    fn only_the_web_is_linked() {
        for text in [
            "javascript:alert(1)",
            "data:text/html,hi",
            "file:///etc/passwd",
            "xhttps://a.b",
            "https://",
            "https:///a",
            "http:// a",
            "//a.b",
        ] {
            assert_eq!(links(text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(links("https://good.example@evil.example/"), ["https://good.example"]);
        assert_eq!(links("javascript:https://a.b"), ["https://a.b"]);
    }

    #[test]
    fn a_hostile_text_is_read_in_one_go() {
        for text in ["https://".repeat(1000), "(".repeat(8000), format!("https://a/{}", ").".repeat(4000))] {
            assert_eq!(shown(&text), text);
        }
    }
}
