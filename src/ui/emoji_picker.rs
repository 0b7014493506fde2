//! Picking an emoji. The picker stands in the document beside the page, as the server wrote it; `public/emoji.js` fills
//! and works it, so that it costs the page's program no more than a button and what is done with an emoji.

use super::{
    element::{El, el},
    form::icon_button,
    icon::icon,
};
use crate::client::{
    EMOJI_FILE, EMOJI_GROUPS,
    wording::{Lang, plain::plain_words},
};
use leptos::{
    ev::{self, Event},
    prelude::*,
    tachys::renderer::types,
};
use std::sync::Arc;

const ID: &str = "pop-emoji";
/// Where the script tells what was picked.
const PICKED: &str = "picked";
/// The tabs' faces: what was used last, then the groups of the list.
const FACES: [&str; 1 + EMOJI_GROUPS as usize] = ["🕘", "😀", "👋", "🌱", "🍚", "🚲", "⚽", "💡", "💛", "🏁"];

/// What is done with the emoji that was picked.
type Then = Arc<dyn Fn(&str) + Send + Sync>;

/// The picker, as whoever opens it sees it.
#[derive(Clone, Copy)]
pub(super) struct Picker {
    /// It is open, or about to.
    pub(super) is_open: RwSignal<bool>,
    then: StoredValue<Option<Then>>,
}

impl Picker {
    /// For all below the room.
    pub(super) fn provide() {
        provide_context(Self { is_open: RwSignal::new(false), then: StoredValue::new(None) });
    }
}

/// A button that opens the picker beside it.
pub(super) fn button(
    class: &'static str,
    label: &'static str,
    then: impl Fn(&str) + Send + Sync + 'static,
) -> El {
    let picker = expect_context::<Picker>();
    let then: Then = Arc::new(then);
    icon_button(class, label, "smile").attr("popovertarget", ID).attr("aria-haspopup", "dialog").on(
        ev::click,
        move |_| {
            picker.then.set_value(Some(then.clone()));
            picker.is_open.set(true);
        },
    )
}

/// Hears what was picked: an emoji, or none when the picker was closed.
pub(super) fn picked() -> El {
    let picker = expect_context::<Picker>();
    let hear = move |event: Event| {
        let sign = event_target::<types::Element>(&event).get_attribute("data-sign").unwrap_or_default();
        if sign.is_empty() {
            picker.is_open.set(false);
        } else if let Some(then) = picker.then.get_value() {
            then(&sign);
        }
    };
    el("div").attr("id", PICKED).attr("hidden", true).on(ev::Custom::<Event>::new("pick"), hear)
}

/// The picker itself, and its script. For the document: the server alone writes it.
pub(super) fn emoji_picker(lang: Lang) -> El {
    let words = &plain_words(lang).emoji;
    let search = el("input")
        .class("input")
        .attr("type", "search")
        .attr("autocomplete", "off")
        .attr("placeholder", words.find_placeholder);
    let search = el("label")
        .class("searchbox")
        .with(icon("search"))
        .with(el("span").class("sr-only").with(words.find))
        .with(search);
    let tabs = FACES.into_iter().zip(words.groups).enumerate().map(|(at, (face, name))| {
        let is_first = at == 1;
        el("button")
            .attr("type", "button")
            .attr("id", format!("et-{at}"))
            .attr("role", "tab")
            .attr("aria-label", name)
            .attr("aria-controls", "emoji-grid")
            .attr("aria-selected", if is_first { "true" } else { "false" })
            .attr("tabindex", if is_first { "0" } else { "-1" })
            .with(face)
    });
    let tabs = el("div")
        .class("emoji__tabs")
        .attr("role", "tablist")
        .attr("aria-label", words.tabs)
        .with(tabs.collect::<Vec<_>>());
    let grid = el("div")
        .class("emoji__grid")
        .attr("id", "emoji-grid")
        .attr("role", "tabpanel")
        .attr("aria-labelledby", "et-1")
        .attr("data-fetching", words.fetching)
        .attr("data-broken", words.broken)
        .attr("data-none", words.none)
        .attr("data-no-recent", words.no_recent);
    el("div")
        .class("pop pop--emoji emoji")
        .attr("id", ID)
        .attr("popover", "auto")
        .attr("role", "dialog")
        .attr("aria-label", words.pick)
        .attr("data-list", EMOJI_FILE)
        .attr("data-to", PICKED)
        .with(el("div").class("emoji__head").with(search))
        .with(tabs)
        .with(grid)
}
