//! The pillar: the spaces one belongs to.

use super::{
    app::expect_words,
    element::{El, el, live},
    node::part,
};
use crate::client::Chat;

/// The spaces; one so far.
pub(super) fn space_rail() -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let space = move || chat.space();
    let glyph = part(move || space().and_then(|space| space.name.chars().next()).map(String::from));
    let link = el("a")
        .class("space")
        .attr("href", live(move || space().map(|space| format!("/s/{}", space.slug))))
        .attr("aria-current", "true")
        .with(el("span").attr("aria-hidden", "true").with(glyph))
        .with(el("span").class("sr-only").with(part(move || space().map(|space| space.name))));
    let list = el("ul").class("rail__list").with(el("li").with(link));
    el("nav").class("rail").attr("aria-label", words.spaces).with(list)
}
