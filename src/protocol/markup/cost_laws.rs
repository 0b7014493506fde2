//! What any text costs, and that nothing of it is lost.

use super::{Block, Inline, Item, Named, Reader, plain::write_inlines, tests::tree};
use proptest::prelude::*;

/// What is shown, and what marks may have taken of it: every letter that is no mark is there, in order.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn shown(blocks: &[Block], words: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(pieces) => shown_inlines(pieces, words),
            Block::Code { language, text } => words.extend([language.as_str(), text]),
            Block::Quote(blocks) => shown(blocks, words),
            Block::List { is_ordered, items } => {
                for Item { number, done, blocks } in items {
                    words.extend(is_ordered.then(|| number.to_string()));
                    words.extend(done.filter(|done| *done).map(|_| "x".to_owned()));
                    shown(blocks, words);
                }
            }
        }
    }
}

fn shown_inlines(pieces: &[Inline], words: &mut String) {
    for piece in pieces {
        match piece {
            Inline::Marked(_, pieces) => shown_inlines(pieces, words),
            Inline::Link { to, shown, .. } => {
                shown_inlines(shown, words);
                let mut own = String::new();
                write_inlines(shown, &mut own);
                words.extend((own != *to).then_some(to.as_str()));
            }
            piece => write_inlines(std::slice::from_ref(piece), words),
        }
    }
}

fn depth(blocks: &[Block]) -> usize {
    let of = |block: &Block| match block {
        Block::Quote(blocks) => depth(blocks),
        Block::List { items, .. } => items.iter().map(|item| depth(&item.blocks)).max().unwrap_or_default(),
        Block::Code { .. } => 0,
        Block::Paragraph(pieces) => depth_of(pieces),
    };
    1 + blocks.iter().map(of).max().unwrap_or_default()
}

fn depth_of(pieces: &[Inline]) -> usize {
    let of = |piece: &Inline| match piece {
        Inline::Marked(_, pieces) | Inline::Link { shown: pieces, .. } => depth_of(pieces),
        _ => 0,
    };
    1 + pieces.iter().map(of).max().unwrap_or_default()
}

/// Nobody is known by name.
const NOBODY: Named = &|_| None;

#[track_caller]
fn costs(text: &str) -> usize {
    let mut reader = Reader::new(NOBODY);
    let prose = reader.prose(text);
    assert!(depth(&prose.blocks) <= 12, "{:?}", text.chars().take(20).collect::<String>());
    reader.steps
}

#[test]
fn a_hostile_text_costs_as_much_as_it_is_long() {
    let pieces = [
        "*",
        "**",
        "***",
        "_",
        "~~",
        "||",
        "`",
        "``",
        "` `` ",
        "[",
        "]",
        "](",
        "[a](",
        "[a](https://a",
        "](https://a.b)",
        "(",
        ")",
        "[(",
        "\\",
        ">",
        "> ",
        ">\n",
        "- ",
        "- \n",
        "1. ",
        "1. a\n",
        "- a\n\n",
        "```\n",
        "````\n```\n",
        "@",
        "@a ",
        "https://",
        "https://a",
        "https://a/).",
        "h",
        "m",
        "mailto:a",
        "**a ",
        "*a **b ",
        "||a *b ~~c _d [e ",
        "\n",
        " \n",
        "  - a\n",
        "* a*",
        "_*",
        "*_",
        "a_",
        "🎉",
        "\u{202e}",
        "\u{200b}",
        "가",
        "[*",
        "*]",
        "[||",
        "*a* ",
        "**a** ",
        "`a` ",
        "- [ ] ",
        ">> a\n",
        "\t- a\n",
        "x\n> ",
    ];
    for piece in pieces {
        let text: String = piece.chars().cycle().take(8000).collect();
        let half: String = text.chars().take(4000).collect();
        let (cost, half_cost) = (costs(&text), costs(&half));
        assert!(cost <= 16 * text.len() + 2000, "{piece:?}: {cost} steps for {} bytes", text.len());
        assert!(cost <= 3 * half_cost + 2000, "{piece:?}: {half_cost} steps, and {cost} for twice of it");
    }
    let opening: String = (1..120).map(|length| "`".repeat(length) + " ").collect();
    assert!(costs(&opening) <= 16 * opening.len());
    let growing: String = (0..120).map(|depth| " ".repeat(depth) + "- a\n").collect();
    assert!(costs(&growing) <= 16 * growing.len());
    assert!(costs(&("> ".repeat(10_000) + "a")) <= 16 * 20_001);
}

fn markdown() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "*",
        "**",
        "_",
        "~~",
        "||",
        "`",
        "``",
        "```",
        "[",
        "](https://a.b)",
        "]",
        "(",
        ")",
        "\\",
        "> ",
        ">",
        "- ",
        "1. ",
        "- [x] ",
        "\n",
        "\n\n",
        " ",
        "  ",
        "a",
        "가",
        "b1",
        "@하은",
        "@",
        "https://a.b/c",
        "mailto:a@b.c",
        "😀",
        "rust",
        "/me ",
    ]);
    prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn nothing_of_a_text_is_lost(text in markdown()) {
        let mut words = String::new();
        shown(&tree(&text).blocks, &mut words);
        let text = text.strip_prefix("/me ").filter(|does| !does.trim().is_empty()).unwrap_or(&text);
        prop_assert_eq!(letters(&words), letters(text));
    }

    #[test]
    fn any_text_is_read(text in "(?s).{0,300}") {
        costs(&text);
        prop_assert!(super::plain(&text, 20).chars().count() <= 20);
    }
}
