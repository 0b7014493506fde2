//! Blocks: what the beginnings of lines say.

use super::{Block, Item, Reader};

/// So deep quotes and lists may stand in each other; what is deeper is text.
const DEPTH: usize = 4;

/// The longest name of a language.
const LANGUAGE_LIMIT: usize = 20;

/// The mark that an item of a list begins with.
struct Bullet<'a> {
    /// How far it is set in.
    indent: usize,
    is_ordered: bool,
    number: u32,
    done: Option<bool>,
    rest: &'a str,
}

impl Reader<'_> {
    pub(super) fn blocks(&mut self, lines: &[&str], depth: usize) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut at = 0;
        while at < lines.len() {
            if is_blank(lines[at]) {
                self.steps += lines[at].len() + 1;
                at += 1;
                continue;
            }
            let (block, next) = self
                .code(lines, at)
                .or_else(|| self.quote(lines, at, depth))
                .or_else(|| self.list(lines, at, depth))
                .unwrap_or_else(|| self.paragraph(lines, at, depth));
            self.steps += lines[at..next].iter().map(|line| line.len() + 1).sum::<usize>();
            blocks.push(block);
            at = next;
        }
        blocks
    }

    fn paragraph(&mut self, lines: &[&str], at: usize, depth: usize) -> (Block, usize) {
        let is_end = |line: &&str| {
            is_blank(line)
                || fence(line).is_some()
                || depth < DEPTH && (is_quote(line) || bullet(line).is_some_and(|bullet| bullet.begins()))
        };
        let length = lines[at + 1..].iter().position(is_end).map_or(lines.len() - at, |length| length + 1);
        let text = lines[at..at + length].join("\n");
        (Block::Paragraph(self.inlines(&text)), at + length)
    }

    /// Up to where the fence stands again; without that, up to the end.
    fn code(&mut self, lines: &[&str], at: usize) -> Option<(Block, usize)> {
        let (ticks, info) = fence(lines[at])?;
        let closes = |line: &&str| {
            let line = line.trim();
            line.len() >= ticks && line.bytes().all(|byte| byte == b'`')
        };
        let body = &lines[at + 1..];
        let length = body.iter().position(closes).unwrap_or(body.len());
        self.steps += body[..length].iter().map(|line| line.len() + 1).sum::<usize>();
        let is_language = info.len() <= LANGUAGE_LIMIT
            && info.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '-' | '.' | '_'));
        let mut text = body[..length].join("\n");
        if !is_language {
            text = if text.is_empty() { info.to_owned() } else { [info, text.as_str()].join("\n") };
        }
        // A fence around nothing would be nothing on screen.
        if is_blank(&text) {
            return None;
        }
        let language = if is_language { info.to_ascii_lowercase() } else { String::new() };
        Some((Block::Code { language, text }, (at + length + 2).min(lines.len())))
    }

    fn quote(&mut self, lines: &[&str], at: usize, depth: usize) -> Option<(Block, usize)> {
        if depth >= DEPTH || !is_quote(lines[at]) {
            return None;
        }
        let quoted: Vec<&str> = lines[at..].iter().map_while(|line| unquoted(line)).collect();
        let next = at + quoted.len();
        Some((Block::Quote(self.blocks(&quoted, depth + 1)), next))
    }

    fn list(&mut self, lines: &[&str], at: usize, depth: usize) -> Option<(Block, usize)> {
        let first = bullet(lines[at]).filter(|first| depth < DEPTH && first.begins())?;
        let (indent, is_ordered) = (first.indent, first.is_ordered);
        // A sibling begins where the list began; what is set in further belongs to the item above.
        let sibling = |line: &'_ str| {
            let found = bullet(line)?;
            (found.is_ordered == is_ordered && found.indent <= indent + 1).then_some(())
        };
        let mut items = Vec::new();
        let mut next = at;
        while let Some(bullet) = lines.get(next).and_then(|line| bullet(line)) {
            let mut own = vec![bullet.rest];
            next += 1;
            let mut blank = 0;
            while let Some(line) = lines.get(next + blank) {
                if is_blank(line) {
                    blank += 1;
                } else if indent_of(line) > indent + 1 {
                    own.extend(&lines[next..next + blank]);
                    let inner = if is_ordered { indent + 3 } else { indent + 2 };
                    own.push(without_indent(line, inner));
                    next += blank + 1;
                    blank = 0;
                } else {
                    break;
                }
            }
            let Bullet { number, done, .. } = bullet;
            items.push(Item { number, done, blocks: self.blocks(&own, depth + 1) });
            self.steps += blank;
            match lines.get(next + blank).copied().and_then(sibling) {
                Some(()) => next += blank,
                None => break,
            }
        }
        Some((Block::List { is_ordered, items }, next))
    }
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// How many backticks a line begins with, three at least, and what stands after them.
fn fence(line: &str) -> Option<(usize, &str)> {
    let line = line.trim_start();
    let info = line.trim_start_matches('`');
    let ticks = line.len() - info.len();
    (ticks >= 3 && !info.contains('`')).then(|| (ticks, info.trim()))
}

/// Does a quote begin here? A blank has to follow, since `>_<` is a face; and then something.
fn is_quote(line: &str) -> bool {
    let line = line.trim_start();
    let rest = line.trim_start_matches('>');
    rest.len() < line.len() && rest.starts_with(' ') && !is_blank(rest)
}

/// A line of a quote without its mark.
fn unquoted<'a>(line: &&'a str) -> Option<&'a str> {
    let rest = line.trim_start().strip_prefix('>')?;
    if let Some(rest) = rest.strip_prefix(' ') {
        return Some(rest);
    }
    (rest.is_empty() || rest.starts_with('>')).then_some(rest)
}

fn indent_of(line: &str) -> usize {
    line.bytes()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .map(|byte| if byte == b'\t' { 4 } else { 1 })
        .sum()
}

fn without_indent(line: &str, limit: usize) -> &str {
    let mut left = limit;
    let own = |c: char| {
        let is_own = matches!(c, ' ' | '\t') && left > 0;
        left = left.saturating_sub(if c == '\t' { 4 } else { 1 });
        is_own
    };
    line.trim_start_matches(own)
}

/// The mark that a line begins with, if it is an item's.
fn bullet(line: &str) -> Option<Bullet<'_>> {
    let text = line.trim_start_matches([' ', '\t']);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (is_ordered, number, rest) = if (1..=4).contains(&digits) {
        let rest = text[digits..].strip_prefix(['.', ')'])?;
        (true, text[..digits].parse().unwrap_or_default(), rest)
    } else {
        (false, 0, text.strip_prefix(['-', '*', '•'])?)
    };
    let mut rest = rest.strip_prefix(' ').filter(|rest| !is_blank(rest))?;
    let mut done = None;
    for (mark, is_done) in [("[ ] ", false), ("[x] ", true), ("[X] ", true)] {
        if let Some(task) = rest.strip_prefix(mark).filter(|task| !is_ordered && !is_blank(task)) {
            (done, rest) = (Some(is_done), task);
        }
    }
    Some(Bullet { indent: indent_of(line), is_ordered, number, done, rest })
}

impl Bullet<'_> {
    /// May a list begin with it? A number alone may be a date: `2026. 11. 21`.
    fn begins(&self) -> bool {
        !self.is_ordered || self.number <= 1
    }
}
