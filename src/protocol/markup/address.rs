//! Addresses: where one ends in a sentence, which may be followed, and which pretend to be others.

/// How many bytes of an address stand at the start of `text`; none is 0.
pub(super) fn length(text: &str) -> usize {
    if let Some(rest) = after(text, "mailto:") {
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '@')))
            .unwrap_or(rest.len());
        let address = &rest[..trimmed(&rest[..end])];
        return if is_mail(address) { text.len() - rest.len() + address.len() } else { 0 };
    }
    let (scheme, host) = site(text);
    if host == 0 {
        return 0;
    }
    let tail = &text[scheme + host..];
    let path = if tail.starts_with(['/', '?', '#']) {
        tail.find(|c: char| is_stop(c) || matches!(c, '`' | '|')).unwrap_or(tail.len())
    } else {
        0
    };
    scheme + trimmed(&text[scheme..scheme + host + path])
}

/// The lengths of an address's scheme and of its host, where there is one.
fn site(text: &str) -> (usize, usize) {
    let Some(rest) = after(text, "https://").or_else(|| after(text, "http://")) else {
        return (0, 0);
    };
    if !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') {
        return (0, 0);
    }
    // A host in ASCII alone: a Korean particle follows it without a space. No `user@`: it lies about the host.
    let host = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']')))
        .unwrap_or(rest.len());
    (text.len() - rest.len(), host)
}

fn after<'a>(text: &'a str, ascii: &str) -> Option<&'a str> {
    text.get(..ascii.len()).filter(|start| start.eq_ignore_ascii_case(ascii)).map(|_| &text[ascii.len()..])
}

fn is_mail(address: &str) -> bool {
    let mut parts = address.split('@');
    let (name, host, more) = (parts.next(), parts.next(), parts.next());
    name.is_some_and(|name| !name.is_empty()) && host.is_some_and(|host| !host.is_empty()) && more.is_none()
}

/// Where no address goes on.
fn is_stop(c: char) -> bool {
    c.is_whitespace() || c.is_control() || is_unseen(c) || matches!(c, '<' | '>' | '"')
}

/// Marks that turn the direction of what follows, or have no width.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
}

/// The address in the round brackets that `text` begins after, and how many bytes it has with the closing one.
/// It reads no further than to the next square bracket, so that many of them are read but once.
pub(super) fn target(text: &str) -> Result<&str, usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            ')' if depth == 0 => {
                let address = &text[..at];
                return if is_followable(address) { Ok(address) } else { Err(at) };
            }
            '(' => depth += 1,
            ')' => depth -= 1,
            '[' | ']' | '\\' => return Err(at),
            _ if is_stop(c) => return Err(at),
            _ => {}
        }
    }
    Err(text.len())
}

fn is_followable(address: &str) -> bool {
    if let Some(mail) = after(address, "mailto:") {
        return is_mail(mail);
    }
    let (scheme, host) = site(address);
    let rest = &address[scheme + host..];
    host > 0 && (rest.is_empty() || rest.starts_with(['/', '?', '#']))
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

/// Does what is shown read like an address that is not this one?
pub(super) fn lies(shown: &str, to: &str) -> bool {
    let shown = shown.trim();
    let is_address = shown.contains(['.', '．', '。', '․', '｡', '@']) || shown.contains("//");
    if !is_address || shown.contains(char::is_whitespace) && !shown.contains("//") {
        return false;
    }
    let (shown, to) = (bare(shown), bare(to));
    let is_start = after(to, shown).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
    !is_start
}

/// An address without what people leave out.
fn bare(address: &str) -> &str {
    let mut rest = address;
    for start in ["https://", "http://", "mailto:", "www."] {
        rest = after(rest, start).unwrap_or(rest);
    }
    rest.trim_end_matches('/')
}
