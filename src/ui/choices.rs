//! How one likes to read: language, theme, density, where a room opens. Plain forms; theme and density change at once where WASM runs.

use super::{
    address::Address,
    app::expect_words,
    element::{El, Value, el, live},
    form::{Outcome, call_form},
    node::Node,
    reader::{Density, Open, Reader, Theme, expect_reader},
};
use crate::client::wording::Lang;
use leptos::{ev, prelude::*};

/// The languages. Another one brings a new page: every sentence on it changes.
pub(super) fn language_choice() -> El {
    let buttons = [Lang::Ko, Lang::En].map(|lang| {
        button("lang", lang.tag(), lang.name(), move |reader| reader.lang == lang)
            .attr("lang", lang.tag())
            .into()
    });
    el("form")
        .class("segment")
        .attr("method", "post")
        .attr("action", "/api/prefer")
        .attr("role", "group")
        .attr("aria-label", expect_words().language)
        .with(back())
        .with(Node::from(buttons))
}

/// Light, dark, or as the system has it.
pub(super) fn theme_choice() -> El {
    let words = expect_words();
    let reader = expect_reader();
    let buttons = Theme::ALL.map(|theme| {
        let label = match theme {
            Theme::Auto => words.theme_auto,
            Theme::Light => words.theme_light,
            Theme::Dark => words.theme_dark,
        };
        button("theme", theme.name(), label, move |reader| reader.theme == theme)
            .on(ev::click, move |_| {
                reader.update(|reader| reader.theme = theme);
                paint(theme);
            })
            .into()
    });
    segment(words.theme, buttons.into())
}

/// How the timeline is set.
pub(super) fn density_choice() -> El {
    let words = expect_words();
    let reader = expect_reader();
    let buttons = Density::ALL.map(|density| {
        let label = match density {
            Density::Bubbles => words.bubbles,
            Density::Compact => words.compact,
        };
        button("density", density.name(), label, move |reader| reader.density == density)
            .on(ev::click, move |_| reader.update(|reader| reader.density = density))
            .into()
    });
    segment(words.density, buttons.into())
}

/// Where a room opens that has something new.
pub(super) fn open_choice() -> El {
    let words = expect_words().jumps;
    let reader = expect_reader();
    let buttons = Open::ALL.map(|open| {
        let label = if open == Open::New { words.opens_new } else { words.opens_end };
        button("open", open.name(), label, move |reader| reader.open == open)
            .on(ev::click, move |_| reader.update(|reader| reader.open = open))
            .into()
    });
    segment(words.opens, buttons.into())
}

fn segment(label: &'static str, buttons: Node) -> El {
    let group = el("div").class("segment segment--block").attr("role", "group").attr("aria-label", label);
    call_form(Outcome::of("/api/prefer")).with(back()).with(group.with(buttons))
}

fn button(
    name: &'static str,
    value: &'static str,
    label: &'static str,
    is_chosen: impl Fn(Reader) -> bool + Send + 'static,
) -> El {
    let reader = expect_reader();
    el("button")
        .attr("type", "submit")
        .attr("name", name)
        .attr("value", value)
        .attr("aria-pressed", pressed(move || is_chosen(reader.get())))
        .with(label)
}

/// Puts the whole page into these colours.
fn paint(theme: Theme) {
    if let Some(root) = document().document_element() {
        // Both fail for names that cannot be; this one can.
        drop(match theme.attribute() {
            Some(name) => root.set_attribute("data-theme", name),
            None => root.remove_attribute("data-theme"),
        });
    }
}

/// Where a plain form goes on to.
fn back() -> El {
    let address = Address::expect();
    super::form::hidden("back", live(move || address.url()))
}

/// For `aria-pressed`.
pub(super) fn pressed(is: impl Fn() -> bool + Send + 'static) -> Value {
    live(move || if is() { "true" } else { "false" })
}
