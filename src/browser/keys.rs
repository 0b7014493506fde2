//! The keys that work all over the page, and where the focus goes when another room comes. What they do, buttons
//! and links do too: a key presses them. Fields hear their own keys first.

use crate::{client::Chat, protocol::RoomId, ui::effect};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Reflect};
use leptos::prelude::{Get, GetUntracked, document, window};
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// The regions of the page in their order, and where the focus goes in each.
const REGIONS: [(&str, &str); 5] = [
    (".rail", "[aria-current], a, button"),
    (".side", ".roomlist [aria-current], .roomlist a"),
    (".timeline", ""),
    (".dock", "#composer, button, a"),
    (".aside", "button"),
];
/// Where the focus goes with a room: to the composer where nothing but keys is needed to write, else to the
/// name of the room. Both say where one is.
const AT_DESK: &str = "#composer, .roomhead h1, .side h1";
const ON_PHONE: &str = ".roomhead h1, .side h1";
/// So long a room that is on its way may take to stand there, in steps.
const STEP_MS: u32 = 20;
const STEPS: u32 = 50;

/// Starts to listen, for as long as the page lives.
pub(super) fn listen(chat: Chat) {
    if let Some(html) = document().document_element()
        && window().navigator().user_agent().is_ok_and(|agent| agent.contains("Mac"))
    {
        // The sheet of keys says ⌘ there.
        let _ = html.set_attribute("data-mac", "");
    }
    let on_key = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| {
        let is_composing = event.is_composing() || event.key_code() == 229;
        if !event.default_prevented() && !is_composing && act(chat, &event).is_some() {
            event.prevent_default();
        }
    });
    if document().add_event_listener_with_callback("keydown", on_key.as_ref().unchecked_ref()).is_ok() {
        on_key.forget();
    }
    lead(chat);
}

/// Does what the key is for; nothing when it is none of ours.
fn act(chat: Chat, event: &KeyboardEvent) -> Option<()> {
    let target: Element = event.target()?.dyn_into().ok()?;
    // In a dialog there is the dialog alone.
    if find("dialog:modal").is_some() {
        return None;
    }
    // What floats over the page goes first, by the browser's own hand.
    if event.key() == "Escape" && find(":popover-open").is_some() {
        return None;
    }
    let is_command = event.ctrl_key() || event.meta_key();
    // By the place of the key, so that they work under every layout.
    match (is_command, event.alt_key(), event.shift_key(), event.code().as_str()) {
        (true, false, false, "KeyK") => press(find("#jump")?),
        (true, false, false, "KeyJ") => chat.current.get_untracked().map(|room| chat.jump_to_new(room)),
        (true, false, false, "KeyE") => press(find(".composer__tools button")?),
        (false, true, false, "ArrowUp") => go(false, ".room-link"),
        (false, true, false, "ArrowDown") => go(true, ".room-link"),
        (false, true, true, "ArrowUp") => go(false, ".room-link.is-unread"),
        (false, true, true, "ArrowDown") => go(true, ".room-link.is-unread"),
        (false, false, is_back, "F6") => cycle(&target, is_back),
        (false, false, true, "Escape") => {
            chat.mark_all_read();
            Some(())
        }
        (false, false, _, _) if event.key() == "?" && !is_field(&target) => press(find(".rail__end button")?),
        (false, false, false, code) => on_message(&target, code)
            .or_else(|| in_log(chat, &target, code))
            .or_else(|| focus(goal(event, &target)?)),
        _ => None,
    }
}

fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok()?
}

fn all(root: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = root.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

fn is_field(element: &Element) -> bool {
    element.matches("input, textarea, select").unwrap_or(false)
}

fn is_shown(element: &Element) -> bool {
    element.get_bounding_client_rect().width() > 0.0
}

fn focus(element: Element) -> Option<()> {
    // It fails for an element that is gone already.
    element.unchecked_into::<HtmlElement>().focus().ok()
}

fn press(element: Element) -> Option<()> {
    element.unchecked_into::<HtmlElement>().click();
    Some(())
}

/// Goes to the next or the last room of those in the list that are meant, and around at its end.
fn go(is_onward: bool, meant: &str) -> Option<()> {
    let mut links = all(&find(".side")?, ".room-link[href]:not([rel])");
    if !is_onward {
        links.reverse();
    }
    let is_open = |link: &Element| link.has_attribute("aria-current");
    let is_meant = |link: &Element| {
        let is_folded = link.closest("details:not([open])").ok().flatten().is_some();
        link.matches(meant).unwrap_or(false) && (!is_folded || meant.len() > ".room-link".len())
    };
    let start = links.iter().position(is_open).map_or(0, |open| open + 1);
    links.rotate_left(start);
    press(links.into_iter().find(|link| is_meant(link) && !is_open(link))?)
}

/// From region to region.
fn cycle(target: &Element, is_back: bool) -> Option<()> {
    let mut regions: Vec<(Element, Element)> = Vec::new();
    for (region, inside) in REGIONS {
        let Some(region) = find(region).filter(is_shown) else { continue };
        let goal = if inside.is_empty() { Some(region.clone()) } else { first(&region, inside) };
        regions.extend(goal.map(|goal| (region, goal)));
    }
    if is_back {
        regions.reverse();
    }
    let at = regions.iter().position(|(region, _)| region.contains(Some(target)));
    let next = at.map_or(0, |at| at + 1) % regions.len().max(1);
    focus(regions.into_iter().nth(next)?.1)
}

/// The first that is shown, by the order of the selectors.
fn first(root: &Element, selectors: &str) -> Option<Element> {
    selectors.split(", ").find_map(|selector| all(root, selector).into_iter().find(is_shown))
}

/// Single letters press what the focused message has for them.
fn on_message(target: &Element, code: &str) -> Option<()> {
    if !target.matches("article").unwrap_or(false) {
        return None;
    }
    press(target.query_selector(&format!("[data-key='{code}']")).ok()??)
}

/// The ends of what one reads.
fn in_log(chat: Chat, target: &Element, code: &str) -> Option<()> {
    let room = chat.current.get_untracked()?;
    let is_log = target.matches(".timeline").unwrap_or(false);
    let is_in_log = is_log || target.matches(".timeline article").unwrap_or(false);
    match code {
        "End" if is_in_log => chat.jump_to_newest(room),
        "KeyD" if is_in_log => press(find("#to-day")?)?,
        "Escape" if is_log => {
            chat.mark_read(room);
            focus(find("#composer")?)?;
        }
        _ => return None,
    }
    Some(())
}

/// Where the focus goes by an arrow, or out of the messages.
fn goal(event: &KeyboardEvent, target: &Element) -> Option<Element> {
    let timeline = target.closest(".timeline").ok()??;
    let row = target.closest("article").ok()?;
    let (key, rows) = (event.key(), all(&timeline, "article"));
    if *target == timeline {
        // From the log one goes in where one reads.
        let end = timeline.get_bounding_client_rect().bottom();
        let place = rows.iter().rposition(|row| row.get_bounding_client_rect().top() < end)?;
        return matches!(key.as_str(), "ArrowUp" | "Tab").then(|| rows[place].clone());
    }
    let place = rows.iter().position(|row| row == target);
    match (key.as_str(), place) {
        ("ArrowUp", Some(place)) => rows.get(place.wrapping_sub(1)).cloned(),
        ("ArrowDown", Some(place)) => rows.get(place + 1).cloned(),
        ("Escape", Some(_)) => find("#composer").or(Some(timeline)),
        ("Escape", None) => row,
        _ => None,
    }
}

/// Leads the focus along when another room comes, and remembers which rooms one was in.
fn lead(chat: Chat) {
    let last = Rc::new(Cell::new(None::<Option<RoomId>>));
    effect(move || {
        let now = chat.current.get();
        now.into_iter().for_each(|room| chat.visit(room));
        // The room that the page came with is no other.
        let is_coming = now.is_none() && find(".app[data-view='room']").is_some();
        if is_coming && last.get().is_none() {
            return;
        }
        if last.replace(Some(now)).is_some_and(|last| last != now) {
            spawn_local(follow());
        }
    });
}

async fn follow() {
    let goals = if has_mouse() { AT_DESK } else { ON_PHONE };
    for _ in 0..STEPS {
        TimeoutFuture::new(STEP_MS).await;
        // Whoever has gone on meanwhile, or was led to a message, stays there.
        let Some(active) = document().active_element() else { return };
        if active.closest(".sheet, dialog").ok().flatten().is_some() {
            return;
        }
        let body = document().document_element();
        if let Some(goal) = body.and_then(|body| first(&body, goals)) {
            focus(goal);
            return;
        }
    }
}

/// Is there a pointer that needs no finger? Where there is none, a field in focus brings a keyboard up.
fn has_mouse() -> bool {
    let asked = Reflect::get(&window(), &"matchMedia".into()).and_then(|media| {
        let media: Function = media.dyn_into()?;
        Reflect::get(&media.call1(&window(), &"(pointer: fine)".into())?, &"matches".into())
    });
    asked.is_ok_and(|matches| matches.is_truthy())
}
