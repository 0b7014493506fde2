//! Going to a day: the dialog that asks which, and what opens it.

use super::{
    address::Address,
    app::expect_words,
    dialog::{close, dialog, opens_by_id},
    each::effect,
    element::{El, el, live},
    form::{Outcome, call_form, field, field_error, hidden, input, label, submit},
    message_actions::Acts,
};
use crate::client::{Chat, Day, Row};
use leptos::{ev, html, prelude::*};

/// The id of the dialog.
const DIALOG: &str = "dlg-day";

/// Makes a button ask for a day; the one that is shown there stands in the field then.
pub(super) fn asks_for_day(button: El, acts: Acts, shown: impl Fn() -> Option<String> + 'static) -> El {
    let ready = move |_| {
        // Said even when it is the same: which day today is may have changed.
        acts.day.update(|day| {
            if let Some(shown) = shown() {
                *day = shown;
            }
        });
    };
    opens_by_id(button.attr("aria-haspopup", "dialog").on(ev::click, ready), DIALOG)
}

/// Asks for a day and goes to its first message.
pub(super) fn day_dialog(acts: Acts) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let call = Outcome::of("/api/find_day");
    let (node_ref, date) = (NodeRef::new(), NodeRef::<html::Input>::new());
    // What a plain form refused is said where it was typed.
    let was_refused = call.failure().get_untracked().is_some();
    if let Some(typed) = Address::expect().query("day").filter(|_| was_refused) {
        acts.day.set(typed);
    }
    call.on_done(move |json| {
        close(node_ref);
        if let Ok(seq) = json.parse() {
            chat.go_to(acts.room, seq);
        }
    });
    effect(move || {
        let day = acts.day.get();
        // What is typed halfway reads as nothing, and stays.
        let other = date.get_untracked().filter(|date| !day.is_empty() && date.value() != day);
        if let Some(date) = other {
            date.set_value(&day);
        }
    });
    // Days are the reader's, so they are known once the page is awake.
    let limit = move |day: fn(Chat, Acts) -> Option<Day>| {
        live(move || {
            acts.day.track();
            chat.awake.get().then(|| untrack(|| day(chat, acts))).flatten().map(Day::iso)
        })
    };
    let line = input("day")
        .attr("type", "date")
        .attr("required", true)
        .attr("autofocus", true)
        .attr("value", acts.day.get_untracked())
        .attr("min", limit(first_day))
        .attr("max", limit(|chat, _| Some(chat.today())))
        .node_ref(date)
        .on(ev::input, move |_| {
            acts.day.set(date.get_untracked().map(|date| date.value()).unwrap_or_default())
        });
    let from = move || acts.day.with(|day| chat.zone.get().start(day)).map(|from| from.to_string());
    let form = call_form(call)
        .class("stack")
        .attr("id", "find-day")
        .with(hidden("room", acts.room.to_string()))
        .with(hidden("from", live(from)))
        .with(field(label(words.jumps.day), line))
        .with(field_error(call.failure()));
    let cancel = el("form").attr("method", "dialog").with(submit("btn btn--quiet", words.cancel));
    let go =
        submit("btn btn--primary", words.jumps.go).attr("form", "find-day").attr("aria-busy", call.busy());
    dialog(DIALOG, words.jumps.to_day, Some(words.jumps.to_day_text), node_ref)
        .attr("open", was_refused)
        .with(el("div").class("dialog__body").with(form))
        .with(el("div").class("dialog__foot").with(cancel).with(go))
}

/// The day on which the room begins for the reader, when that is held.
fn first_day(chat: Chat, acts: Acts) -> Option<Day> {
    let page = chat.pages(acts.room).into_iter().next().filter(|_| !chat.has_older(acts.room))?;
    chat.rows(acts.room, page).iter().find_map(|row| match row {
        Row::Day { day, .. } => Some(*day),
        _ => None,
    })
}
