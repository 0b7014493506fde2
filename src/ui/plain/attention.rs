//! What one is told of beside the room on screen: chosen for each browser, by the script that does it.

use super::{frame::section, page::Page};
use crate::ui::{
    element::{El, el},
    node::Node,
};

/// The part of the settings about being told. Without its script there is nothing to choose.
pub(super) fn attention(page: &Page) -> El {
    let words = &page.words().inbox;
    let switch = |name: &'static str, label: &'static str, text: &'static str| {
        let input =
            el("input").class("switch").attr("type", "checkbox").attr("role", "switch").attr("name", name);
        let text = el("span").class("setting__text").with(el("b").with(label)).with(el("small").with(text));
        el("label").class("check setting").with(text).with(input)
    };
    let attempt = el("button")
        .class("btn")
        .attr("type", "button")
        .attr("data-try", "")
        .attr("data-title", words.try_title)
        .attr("data-text", words.try_text)
        .with(words.try_it);
    let panel = el("div")
        .class("panel")
        .attr("data-heed", "")
        .attr("hidden", true)
        .with(switch("on", words.tell, words.tell_text))
        .with(
            el("p")
                .class("setting field__error")
                .attr("data-denied", "")
                .attr("hidden", true)
                .with(words.denied),
        )
        .with(switch("all", words.everything, words.everything_text))
        .with(switch("sound", words.sound, words.sound_text))
        .with(el("div").class("setting").with(attempt));
    let needs = el("p").class("quiet").with(words.attention_needs);
    section("attention", words.attention, words.attention_text, Node::from([panel.into(), needs.into()]))
}
