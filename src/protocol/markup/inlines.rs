//! Inlines: what the marks within a paragraph say.

use super::{Inline, Mark, Reader, address, plain::write_inlines};
use crate::protocol::NAME_LIMIT;

/// How many calls of one message are looked up, as many as the server hears.
const CALLS: usize = 20;
/// What `\` makes mean itself.
const ESCAPABLE: &str = "\\`*_~|[]()>-.#@";
/// Somebody who shrugs has two arms.
const SHRUG: &str = "\\_(ツ)_/";
/// Inline code has at most so many backticks on each side.
const TICKS: usize = 3;

/// What was opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Marked(Mark, &'static str),
    Link,
}

impl Kind {
    fn text(self) -> &'static str {
        match self {
            Self::Marked(_, text) => text,
            Self::Link => "[",
        }
    }
}

const BOLD: Kind = Kind::Marked(Mark::Bold, "**");
const STAR: Kind = Kind::Marked(Mark::Italic, "*");
const LOW: Kind = Kind::Marked(Mark::Italic, "_");
const STRIKE: Kind = Kind::Marked(Mark::Strike, "~~");
const SPOILER: Kind = Kind::Marked(Mark::Spoiler, "||");

/// A paragraph as far as it is read.
struct Scan<'a> {
    text: &'a str,
    at: usize,
    /// What was read and is not in the tree yet.
    from: String,
    /// What was opened and not closed; each kind once, so the tree is no deeper than there are kinds.
    open: Vec<(Kind, Vec<Inline>)>,
    done: Vec<Inline>,
    /// So many backticks do not come again.
    no_more: [bool; TICKS + 1],
    steps: usize,
}

impl Reader<'_> {
    pub(super) fn inlines(&mut self, text: &str) -> Vec<Inline> {
        let (from, open, done) = (String::new(), Vec::new(), Vec::new());
        let mut scan = Scan { text, at: 0, from, open, done, no_more: [false; TICKS + 1], steps: 0 };
        let mut before = None;
        while let Some(c) = text[scan.at..].chars().next() {
            let start = scan.at;
            let is_read = match c {
                '\n' => scan.piece(1, Inline::Break),
                '\\' => scan.escape(),
                '`' => scan.code(),
                '*' | '_' | '~' | '|' => scan.mark(c, before),
                '[' => scan.open(Kind::Link, 1),
                ']' => scan.link(),
                '@' if !before.is_some_and(char::is_alphanumeric) => self.mention(&mut scan),
                'h' | 'H' | 'm' | 'M' if !before.is_some_and(|c: char| c.is_ascii_alphanumeric()) => {
                    scan.address()
                }
                _ => false,
            };
            if !is_read {
                scan.take(c.len_utf8());
            }
            scan.steps += scan.at - start;
            before = text[..scan.at].chars().next_back();
        }
        scan.flush();
        while !scan.open.is_empty() {
            scan.unopen(scan.open.len() - 1);
        }
        self.steps += scan.steps;
        scan.done
    }

    fn mention(&mut self, scan: &mut Scan) -> bool {
        if self.calls == CALLS {
            return false;
        }
        let run = scan.text[scan.at + 1..].split(['\n', '@']).next().unwrap_or_default();
        let limit = run.char_indices().nth(NAME_LIMIT).map_or(run.len(), |(at, _)| at);
        self.steps += limit;
        self.calls += 1;
        let Some((length, who)) = (self.named)(&run[..limit]) else { return false };
        scan.piece(length + 1, Inline::Mention { name: run[..length].to_owned(), who })
    }
}

impl Scan<'_> {
    /// Takes so many bytes as text.
    fn take(&mut self, length: usize) {
        self.from.push_str(&self.text[self.at..self.at + length]);
        self.at += length;
    }

    fn flush(&mut self) {
        if !self.from.is_empty() {
            let text = std::mem::take(&mut self.from);
            self.put(Inline::Text(text));
        }
    }

    /// Puts a piece into what was opened last.
    fn put(&mut self, piece: Inline) {
        self.steps += 1;
        let pieces = self.open.last_mut().map_or(&mut self.done, |(_, pieces)| pieces);
        append(pieces, piece);
    }

    fn piece(&mut self, length: usize, piece: Inline) -> bool {
        self.flush();
        self.put(piece);
        self.at += length;
        true
    }

    fn escape(&mut self) -> bool {
        let rest = &self.text[self.at..];
        if rest.starts_with(SHRUG) {
            self.take(SHRUG.len());
            return true;
        }
        let is_escape = rest[1..].starts_with(|c: char| ESCAPABLE.contains(c));
        if is_escape {
            self.at += 1;
            self.take(1);
        }
        is_escape
    }

    fn code(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let ticks = rest.len() - rest.trim_start_matches('`').len();
        if ticks > TICKS || self.no_more[ticks] {
            self.take(ticks);
            return true;
        }
        let body = &rest[ticks..];
        let mut from = 0;
        while let Some(start) = body[from..].find('`').map(|start| from + start) {
            let length = body.len() - start - body[start..].trim_start_matches('`').len();
            if length == ticks {
                self.steps += start;
                let code = body[..start].replace('\n', " ");
                let inner = code.strip_prefix(' ').and_then(|code| code.strip_suffix(' '));
                let inner = inner.filter(|inner| !inner.trim().is_empty()).unwrap_or(&code).to_owned();
                return self.piece(2 * ticks + start, Inline::Code(inner));
            }
            from = start + length;
        }
        self.steps += body.len();
        self.no_more[ticks] = true;
        self.take(ticks);
        true
    }

    fn address(&mut self) -> bool {
        let length = address::length(&self.text[self.at..]);
        if length == 0 {
            return false;
        }
        let to = self.text[self.at..self.at + length].to_owned();
        let shown = vec![Inline::Text(to.clone())];
        self.piece(length, Inline::Link { to, shown, lies: false })
    }

    fn mark(&mut self, c: char, before: Option<char>) -> bool {
        let rest = &self.text[self.at..];
        let tail = rest.trim_start_matches(c);
        let mut left = rest.len() - tail.len();
        let after = tail.chars().next();
        let is_right = match c {
            '*' => left <= 3,
            '_' => left == 1,
            _ => left == 2,
        };
        let stands = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
        // Within a word `_` is a letter.
        let within = |near: Option<char>| c == '_' && near.is_some_and(char::is_alphanumeric);
        let opens = is_right && stands(after) && !within(before);
        let closes = is_right && stands(before) && !within(after);
        while left > 0 {
            if closes && let Some(place) = self.closable(c, left, opens) {
                left -= self.close(place);
                continue;
            }
            let kind = match (c, left) {
                ('*', 1) => STAR,
                ('*', _) => BOLD,
                ('_', _) => LOW,
                ('~', _) => STRIKE,
                _ => SPOILER,
            };
            if !(opens && self.open(kind, kind.text().len())) {
                self.take(left);
                break;
            }
            left -= kind.text().len();
        }
        true
    }

    /// Opens a kind that is not open yet.
    fn open(&mut self, kind: Kind, length: usize) -> bool {
        if self.open.iter().any(|(open, _)| *open == kind) {
            return false;
        }
        self.flush();
        self.open.push((kind, Vec::new()));
        self.at += length;
        true
    }

    /// The last place of what so many marks can close, and that holds something. Marks that could open as
    /// well close nothing but their like.
    fn closable(&self, c: char, left: usize, opens: bool) -> Option<usize> {
        let is_last = |place: usize| place + 1 == self.open.len();
        let last = |fits: &dyn Fn(usize) -> bool| {
            let is_it = |kind: Kind| kind.text().starts_with(c) && fits(kind.text().len());
            self.open.iter().rposition(|(kind, _)| is_it(*kind))
        };
        let like = if left < 3 { last(&|length| length == left) } else { None };
        let place = like.or_else(|| if opens { None } else { last(&|length| length <= left) })?;
        (!is_last(place) || !self.open[place].1.is_empty() || !self.from.is_empty()).then_some(place)
    }

    /// Closes what is open there; what was opened in it and not closed is text. Gives the length of the mark.
    fn close(&mut self, place: usize) -> usize {
        self.flush();
        while self.open.len() > place + 1 {
            self.unopen(self.open.len() - 1);
        }
        let Some((Kind::Marked(mark, text), pieces)) = self.open.pop() else { return 1 };
        self.put(Inline::Marked(mark, pieces));
        self.at += text.len();
        text.len()
    }

    /// What was opened there is text after all.
    fn unopen(&mut self, place: usize) {
        let (kind, pieces) = self.open.remove(place);
        self.steps += pieces.len() + 1;
        let into = match place.checked_sub(1) {
            Some(around) => &mut self.open[around].1,
            None => &mut self.done,
        };
        append(into, Inline::Text(kind.text().to_owned()));
        pieces.into_iter().for_each(|piece| append(into, piece));
    }

    /// At a closing square bracket: a link, if an address in round ones follows.
    fn link(&mut self) -> bool {
        let Some(place) = self.open.iter().position(|(kind, _)| *kind == Kind::Link) else { return false };
        self.flush();
        let rest = &self.text[self.at + 1..];
        let to = rest.strip_prefix('(').map_or(Err(0), address::target);
        self.steps += to.map_or_else(|read| read, str::len);
        let (Ok(to), false) = (to, self.open.len() == place + 1 && self.open[place].1.is_empty()) else {
            self.unopen(place);
            return false;
        };
        while self.open.len() > place + 1 {
            self.unopen(self.open.len() - 1);
        }
        let Some((_, pieces)) = self.open.pop() else { return false };
        let (mut shown, mut is_hidden, mut lies) = (Vec::new(), false, false);
        unlinked(pieces, to, &mut shown, &mut is_hidden, &mut lies);
        let mut words = String::new();
        write_inlines(&shown, &mut words);
        let lies = lies || address::lies(&words, to);
        let link = Inline::Link { to: to.to_owned(), shown, lies };
        // Nothing that can be pressed stands within something that can be pressed.
        let link = if is_hidden { Inline::Marked(Mark::Spoiler, vec![link]) } else { link };
        self.piece(to.len() + 3, link)
    }
}

/// Two texts beside each other are one.
fn append(pieces: &mut Vec<Inline>, piece: Inline) {
    match (pieces.last_mut(), piece) {
        (Some(Inline::Text(text)), Inline::Text(more)) => text.push_str(&more),
        (_, piece) => pieces.push(piece),
    }
}

/// Pieces as they may stand in a link.
fn unlinked(pieces: Vec<Inline>, to: &str, shown: &mut Vec<Inline>, is_hidden: &mut bool, lies: &mut bool) {
    for piece in pieces {
        match piece {
            Inline::Link { to: other, shown: pieces, .. } => {
                *lies |= address::lies(&other, to);
                unlinked(pieces, to, shown, is_hidden, lies);
            }
            Inline::Mention { name, .. } => append(shown, Inline::Text(format!("@{name}"))),
            Inline::Break => append(shown, Inline::Text(" ".to_owned())),
            Inline::Marked(Mark::Spoiler, pieces) => {
                *is_hidden = true;
                unlinked(pieces, to, shown, is_hidden, lies);
            }
            Inline::Marked(mark, pieces) => {
                let mut inner = Vec::new();
                unlinked(pieces, to, &mut inner, is_hidden, lies);
                shown.push(Inline::Marked(mark, inner));
            }
            piece => append(shown, piece),
        }
    }
}
