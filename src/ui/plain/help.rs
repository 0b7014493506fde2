//! Why something is as it is, for who asks.

use super::{
    frame::{section, sheet},
    page::Page,
};
use crate::ui::node::Node;

/// Why the connection is slower than usual, what that changes, and when it ends.
pub fn slow(page: &Page) -> String {
    let words = &page.words().help;
    let parts = [
        ("cause", words.slow_cause, words.slow_cause_text),
        ("change", words.slow_change, words.slow_change_text),
        ("end", words.slow_end, words.slow_end_text),
        ("do", words.slow_do, words.slow_do_text),
    ];
    let parts: Vec<Node> =
        parts.into_iter().map(|(id, title, text)| section(id, title, text, ()).into()).collect();
    page.document(sheet(page, words.slow, words.slow_text, ("/", Vec::new()), parts))
}
