//! A message's text as a tree that both sides render as nodes, never as HTML: a small part of Markdown.
//!
//! One pass over the text, in time proportional to its length and of bounded depth. What opens and is never
//! closed is text; nothing of what was written is lost. What is escaped with `\` means itself.

mod address;
mod blocks;
#[cfg(test)]
mod cost_laws;
mod inlines;
mod plain;
#[cfg(test)]
mod tests;

use super::UserId;

pub use plain::{plain, shorten};

/// So many emoji, standing alone, are shown large.
const LARGE: usize = 6;

/// A message as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prose {
    /// It says what its author does: `/me waves`.
    pub is_action: bool,
    /// It is a few emoji and nothing else.
    pub is_large: bool,
    /// In order.
    pub blocks: Vec<Block>,
}

/// What stands under another of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Lines with nothing blank between them.
    Paragraph(Vec<Inline>),
    /// Code, letter by letter.
    Code {
        /// What was named as its language; may be empty.
        language: String,
        /// All of it, without the last line break.
        text: String,
    },
    /// What somebody else said.
    Quote(Vec<Block>),
    /// A list.
    List {
        /// Its items have numbers.
        is_ordered: bool,
        /// In order.
        items: Vec<Item>,
    },
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its number as it was written; 0 where there is none.
    pub number: u32,
    /// Something to do, and whether it is done.
    pub done: Option<bool>,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A piece of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Just text.
    Text(String),
    /// A line ends.
    Break,
    /// Code within a sentence.
    Code(String),
    /// Pieces that were marked.
    Marked(Mark, Vec<Inline>),
    /// What can be followed.
    Link {
        /// Where to: `http`, `https` or `mailto`.
        to: String,
        /// What is shown.
        shown: Vec<Inline>,
        /// What is shown reads like another address: the true one is to be shown too.
        lies: bool,
    },
    /// Somebody is called by name.
    Mention {
        /// The name as it was written, without the `@`.
        name: String,
        /// Whose it is, where that is known.
        who: Option<UserId>,
    },
}

/// How pieces are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// `**` around it.
    Bold,
    /// `*` or `_` around it.
    Italic,
    /// `~~` around it.
    Strike,
    /// `||` around it: not shown before one asks for it.
    Spoiler,
}

/// How many bytes of a run of text are a name that one knows, and whose it is.
pub type Named<'a> = &'a dyn Fn(&str) -> Option<(usize, Option<UserId>)>;

/// Reads a message. `named` says whether somebody is called by what follows an `@`.
pub fn read(text: &str, named: Named) -> Prose {
    Reader::new(named).prose(text)
}

/// Reads, and counts the steps that it takes.
struct Reader<'a> {
    named: Named<'a>,
    /// How many calls were looked up: only so many are.
    calls: usize,
    steps: usize,
}

impl<'a> Reader<'a> {
    fn new(named: Named<'a>) -> Self {
        Self { named, calls: 0, steps: 0 }
    }

    fn prose(&mut self, text: &str) -> Prose {
        let action = text.strip_prefix("/me ").filter(|does| !does.trim().is_empty());
        let lines: Vec<&str> = action.unwrap_or(text).lines().collect();
        let blocks = self.blocks(&lines, 0);
        Prose { is_action: action.is_some(), is_large: is_large(text), blocks }
    }
}

/// Is it a few emoji and nothing else?
fn is_large(text: &str) -> bool {
    let (mut count, mut joins, mut flag) = (0, false, false);
    for c in text.trim().chars() {
        match c {
            '\u{200d}' => joins = true,
            // What makes another emoji of the one before.
            '\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}' if count > 0 => {}
            '\u{1f1e6}'..='\u{1f1ff}' => {
                flag = !flag;
                count += usize::from(flag);
            }
            '\u{1f000}'..='\u{1faff}'
            | '\u{2600}'..='\u{27bf}'
            | '\u{2b00}'..='\u{2bff}'
            | '\u{231a}'..='\u{23ff}' => {
                count += usize::from(!joins);
                joins = false;
            }
            ' ' => {}
            _ => return false,
        }
        if count > LARGE {
            return false;
        }
    }
    count > 0
}
