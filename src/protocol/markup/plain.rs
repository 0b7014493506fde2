//! A message as one line of plain text.

use super::{Block, Inline, Mark, read};

/// What stands for what is hidden: of its length, nothing is told.
const HIDDEN: &str = "▒▒▒";

/// A message as one line of plain text, as quotes and notifications show it: at most `limit` characters,
/// of which the last is `…` where something was left out. Without marks, and without what a spoiler hides.
pub fn plain(text: &str, limit: usize) -> String {
    let mut words = String::new();
    for block in read(text, &|_| None).blocks {
        write(&block, &mut words);
    }
    shorten(&words, limit)
}

fn write(block: &Block, words: &mut String) {
    match block {
        Block::Paragraph(pieces) => write_inlines(pieces, words),
        Block::Code { text, .. } => words.push_str(text),
        Block::Quote(blocks) => blocks.iter().for_each(|block| write(block, words)),
        Block::List { items, .. } => {
            items.iter().flat_map(|item| &item.blocks).for_each(|block| write(block, words));
        }
    }
    words.push(' ');
}

pub(super) fn write_inlines(pieces: &[Inline], words: &mut String) {
    for piece in pieces {
        match piece {
            Inline::Text(text) | Inline::Code(text) => words.push_str(text),
            Inline::Break => words.push(' '),
            Inline::Marked(Mark::Spoiler, _) => words.push_str(HIDDEN),
            Inline::Marked(_, pieces) | Inline::Link { shown: pieces, .. } => write_inlines(pieces, words),
            Inline::Mention { name, .. } => {
                words.push('@');
                words.push_str(name);
            }
        }
    }
}

/// A text as one line of at most `limit` characters, of which the last is `…` where something was left out.
pub fn shorten(text: &str, limit: usize) -> String {
    let mut line = String::new();
    let mut left = limit;
    for word in text.split_whitespace() {
        let gap = usize::from(!line.is_empty());
        let length = word.chars().count();
        if gap + length > left {
            line.extend((gap > 0).then_some(' '));
            line.extend(word.chars().take(left.saturating_sub(gap + 1)));
            while line.ends_with(' ') || line.chars().count() >= limit {
                line.pop();
            }
            line.push('…');
            return line;
        }
        line.extend((gap > 0).then_some(' '));
        line.push_str(word);
        left -= gap + length;
    }
    line
}
