//! Picking an emoji: one picker for a room, opened by whoever wants one. Its list is a file that is fetched when it
//! is first opened, and of that only what is looked at is in the document.

use super::{
    app::expect_words,
    choices::pressed,
    element::{El, el, focus, live},
    errands::Errands,
    form::{Answer, icon_button},
    icon::icon,
    node::{Node, part},
};
use crate::client::{Chat, EMOJI_FILE, EMOJI_GROUPS, all_emoji, find_emoji};
use leptos::{
    ev::{self, Event, KeyboardEvent, MouseEvent},
    html,
    prelude::*,
    tachys::renderer::types,
};
use std::sync::Arc;

const ID: &str = "pop-emoji";
/// How many stand in a row; the style sheet says so too.
const ROW: usize = 8;
/// So many are shown of what was found.
const FOUND: usize = 96;
/// The tabs' faces: what was used last, then the groups of the list.
const FACES: [&str; 1 + EMOJI_GROUPS as usize] = ["🕘", "😀", "👋", "🌱", "🍚", "🚲", "⚽", "💡", "💛", "🏁"];
/// Where there is less room than this, a field that takes the focus brings a keyboard over half of the screen.
const NARROW: f64 = 760.0;

/// What is done with the emoji that was picked.
type Then = Arc<dyn Fn(&str) + Send + Sync>;

/// The picker of the room on screen.
#[derive(Clone, Copy)]
pub(super) struct Picker {
    /// It is open, or about to.
    pub(super) is_open: RwSignal<bool>,
    list: RwSignal<Option<Answer>>,
    group: RwSignal<u32>,
    /// Counts what was typed: a signal of texts would be one more type of signal.
    typed: RwSignal<u32>,
    query: StoredValue<String>,
    then: StoredValue<Option<Then>>,
    popover: NodeRef<html::Div>,
}

impl Picker {
    /// For all below the room.
    pub(super) fn provide() {
        provide_context(Self {
            is_open: RwSignal::new(false),
            list: RwSignal::new(None),
            group: RwSignal::new(1),
            typed: RwSignal::new(0),
            query: StoredValue::new(String::new()),
            then: StoredValue::new(None),
            popover: NodeRef::new(),
        });
    }

    /// Opens it in a place of its own, for who has no button that stays.
    pub(super) fn open(self, then: impl Fn(&str) + Send + Sync + 'static) {
        self.then.set_value(Some(Arc::new(then)));
        self.is_open.set(true);
        if let Some(popover) = self.popover.get_untracked() {
            // It fails for one that is open already.
            drop(popover.show_popover());
        }
    }

    fn pick(self, chat: Chat, sign: &str) {
        if let Some(popover) = self.popover.get_untracked() {
            // First, so that whoever takes the emoji has the last word about the focus.
            drop(popover.hide_popover());
        }
        chat.note_emoji(sign);
        if let Some(then) = self.then.get_value() {
            then(sign);
        }
    }

    fn seek(self, query: String) {
        self.query.set_value(query);
        self.typed.update(|typed| *typed = typed.wrapping_add(1));
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

/// The picker itself; one for the room.
pub(super) fn emoji_picker() -> El {
    let chat = Chat::expect();
    let words = expect_words().acts;
    let picker = expect_context::<Picker>();
    let errands = use_context::<Errands>();
    let search = el("input")
        .class("input")
        .attr("id", "emoji-query")
        .attr("type", "search")
        .attr("autocomplete", "off")
        .attr("placeholder", words.find_placeholder)
        .on(ev::input, move |event: Event| picker.seek(event_target_value(&event)));
    let search = el("label")
        .class("searchbox")
        .with(icon("search"))
        .with(el("span").class("sr-only").with(words.find_emoji))
        .with(search);
    let on_toggle = move |event: Event| {
        let is_open = event_target::<types::Element>(&event).matches(":popover-open").unwrap_or(false);
        picker.is_open.set(is_open);
        if is_open {
            opened(picker, errands);
        }
    };
    el("div")
        .class("pop pop--emoji emoji")
        .attr("id", ID)
        .attr("popover", "auto")
        .attr("role", "dialog")
        .attr("aria-label", words.pick)
        .node_ref(picker.popover)
        .on(ev::toggle, on_toggle)
        .on(ev::keydown, move |event| on_key(&event, picker, chat))
        .on(ev::click, move |event| on_click(&event, picker, chat))
        .with(el("div").class("emoji__head").with(search))
        .with(tabs(picker))
        .with(
            el("div")
                .class("emoji__grid")
                .attr("role", "tabpanel")
                .attr("aria-labelledby", "et-panel")
                .with(part(move || picker.is_open.get().then(|| grid(chat, picker)))),
        )
}

fn opened(picker: Picker, errands: Option<Errands>) {
    let is_there = picker.list.with_untracked(|list| matches!(list, Some(Ok(_))));
    if let Some(errands) = errands.filter(|_| !is_there) {
        (errands.bring)(EMOJI_FILE, Box::new(move |answer| drop(picker.list.try_set(Some(answer)))));
    }
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    if width.is_some_and(|width| width > NARROW) {
        focus("emoji-query");
    }
}

fn tabs(picker: Picker) -> El {
    let words = expect_words().acts;
    let tabs = FACES.into_iter().zip(words.group_names).enumerate().map(|(at, (face, name))| {
        let group = at as u32;
        let is_chosen = move || picker.group.get() == group;
        el("button")
            .attr("type", "button")
            .attr("id", format!("et-{at}"))
            .attr("role", "tab")
            .attr("aria-label", name)
            .attr("aria-selected", pressed(is_chosen))
            .attr("tabindex", live(move || if is_chosen() { "0" } else { "-1" }))
            .on(ev::focus, move |_| picker.group.set(group))
            .on(ev::click, move |_| picker.group.set(group))
            .with(face)
    });
    let tabs: Vec<El> = tabs.collect();
    el("div").class("emoji__tabs").attr("role", "tablist").attr("aria-label", words.groups).with(tabs)
}

/// What is looked at: what answers to the query, or a group.
fn grid(chat: Chat, picker: Picker) -> Node {
    let words = expect_words();
    picker.typed.track();
    let (query, group) = (picker.query.get_value(), picker.group.get());
    let name = words.acts.group_names.get(group as usize).copied().unwrap_or_default();
    let title =
        el("h3").attr("id", "et-panel").with(if query.is_empty() { name } else { words.acts.find_emoji });
    let list = picker.list.with(|list| {
        let Some(Ok(list)) = list else {
            let why =
                list.as_ref().and_then(|list| list.as_ref().err()).map(|failure| (words.failure)(failure));
            return Err(why.unwrap_or_else(|| words.acts.fetching.to_owned()));
        };
        let lang = chat.lang.get_untracked();
        let called = |emoji: crate::client::Emoji| (emoji.sign.to_owned(), emoji.name(lang));
        let shown: Vec<(String, String)> = if !query.is_empty() {
            find_emoji(list, &query, FOUND).into_iter().map(called).collect()
        } else if group == 0 {
            let recent = chat.recent_emoji().into_iter();
            let find = |sign: String| all_emoji(list).find(|emoji| emoji.sign == sign).map(called);
            recent.filter_map(find).collect()
        } else {
            all_emoji(list).filter(|emoji| emoji.group + 1 == group).map(called).collect()
        };
        let none = if query.is_empty() { words.acts.no_recent } else { words.acts.no_emoji };
        if shown.is_empty() { Err(none.to_owned()) } else { Ok(shown) }
    });
    let below = match list {
        Ok(shown) => rows(&shown),
        Err(sentence) => el("p").class("emoji__none").attr("role", "status").with(sentence),
    };
    [title.into(), below.into()].into()
}

fn rows(shown: &[(String, String)]) -> El {
    let rows = shown.chunks(ROW).enumerate().map(|(row, chunk)| {
        let cells = chunk.iter().enumerate().map(|(column, (sign, name))| {
            let at = row * ROW + column;
            el("button")
                .attr("type", "button")
                .attr("id", format!("e-{at}"))
                .attr("role", "gridcell")
                .attr("aria-label", name.clone())
                .attr("title", name.clone())
                .attr("tabindex", if at == 0 { "0" } else { "-1" })
                .with(sign.clone())
        });
        el("div").attr("role", "row").with(cells.collect::<Vec<_>>())
    });
    el("div").attr("role", "grid").attr("aria-labelledby", "et-panel").with(rows.collect::<Vec<_>>())
}

/// One listener for all cells: their text is what they stand for.
fn on_click(event: &MouseEvent, picker: Picker, chat: Chat) {
    let target = event_target::<types::Element>(event);
    if target.id().starts_with("e-") {
        picker.pick(chat, &target.text_content().unwrap_or_default());
    }
}

fn on_key(event: &KeyboardEvent, picker: Picker, chat: Chat) {
    let (id, key) = (event_target::<types::Element>(event).id(), event.key());
    let is_composing = event.is_composing() || event.key_code() == 229;
    let to = match id.split_once('-') {
        _ if is_composing => None,
        Some(("e", at)) => step(at, &key, ROW).map(|at| format!("e-{at}")),
        Some(("et", at)) => step(at, &key, 1).map(|at| format!("et-{at}")),
        Some(("emoji", _)) if key == "ArrowDown" => Some("e-0".to_owned()),
        Some(("emoji", _)) if key == "Enter" => {
            event.prevent_default();
            let first = document().get_element_by_id("e-0");
            let sign = first.and_then(|first| first.text_content());
            sign.into_iter().for_each(|sign| picker.pick(chat, &sign));
            None
        }
        _ => None,
    };
    if let Some(to) = to {
        event.prevent_default();
        focus(&to);
    }
}

/// Where an arrow leads from a place.
fn step(at: &str, key: &str, row: usize) -> Option<usize> {
    let at: usize = at.parse().ok()?;
    match key {
        "ArrowRight" => Some(at + 1),
        "ArrowLeft" => at.checked_sub(1),
        "ArrowDown" if row > 1 => Some(at + row),
        "ArrowUp" if row > 1 => at.checked_sub(row),
        "Home" => Some(0),
        _ => None,
    }
}
