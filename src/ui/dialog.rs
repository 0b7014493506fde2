//! Native dialogs; one of them changes a room's name and topic.
//!
//! Buttons open them by `command`, which needs no script; where that is not known, the click does.

use super::{
    app::expect_words,
    element::{El, el, live},
    form::{Outcome, call_form, field, field_error, hidden, input, label, submit},
    icon::icon,
};
use crate::protocol::RoomState;
use leptos::{
    ev::{self, MouseEvent},
    html,
    prelude::*,
    tachys::renderer::CastFrom,
};

/// Makes a button open a dialog, without script where that is known.
pub(super) fn opens(button: El, id: &'static str, dialog: NodeRef<html::Dialog>) -> El {
    button
        .attr("command", "show-modal")
        .attr("commandfor", id)
        .on(ev::click, move |event| open(&event, dialog))
}

/// Makes a button open a dialog that stands beside the page's program.
pub(super) fn opens_by_id(button: El, id: &'static str) -> El {
    type Dialog = <html::Dialog as html::ElementType>::Output;
    button.attr("command", "show-modal").attr("commandfor", id).on(ev::click, move |event| {
        event.prevent_default();
        let dialog = document().get_element_by_id(id).and_then(Dialog::cast_from);
        if let Some(dialog) = dialog.filter(|dialog| !dialog.open()) {
            // It fails for a dialog that is not in the document: it was found there.
            drop(dialog.show_modal());
        }
    })
}

/// Opens a dialog in the browser's stead.
pub(super) fn open(event: &MouseEvent, dialog: NodeRef<html::Dialog>) {
    event.prevent_default();
    if let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) {
        // It fails for a dialog that is not in the document: then nobody is looking.
        drop(dialog.show_modal());
    }
}

/// Closes a dialog, wherever it was opened.
pub(super) fn close(dialog: NodeRef<html::Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        dialog.close();
    }
}

/// A dialog with its title and a way out.
pub(super) fn dialog(
    id: &'static str,
    title: &'static str,
    text: Option<&'static str>,
    node_ref: NodeRef<html::Dialog>,
) -> El {
    let said = el("div")
        .with(el("h2").attr("id", format!("{id}-h")).with(title))
        .with(text.map(|text| el("p").with(text)));
    let close = el("button")
        .class("iconbtn")
        .attr("type", "submit")
        .attr("aria-label", expect_words().close)
        .with(icon("x"));
    let head =
        el("div").class("dialog__head").with(said).with(el("form").attr("method", "dialog").with(close));
    el("dialog")
        .class("dialog")
        .attr("id", id)
        .attr("aria-labelledby", format!("{id}-h"))
        .node_ref(node_ref)
        .with(head)
}

/// The field for a topic, and what it is called.
pub(super) fn topic_field() -> (El, El) {
    let words = expect_words();
    let label = label(words.topic).with(" ").with(el("span").class("quiet").with(words.optional));
    (label, input("topic").attr("autocomplete", "off").attr("placeholder", words.topic_placeholder))
}

/// Changes a room's name, and its topic; opened through `node_ref`.
pub(super) fn edit_room_dialog(room: Memo<Option<RoomState>>, node_ref: NodeRef<html::Dialog>) -> El {
    let words = expect_words();
    let rename = Outcome::of("/api/rename_room");
    let topic = Outcome::of("/api/set_topic");
    for call in [rename, topic] {
        call.on_done(move |_| close(node_ref));
    }
    let form = move |call: Outcome, label: El, input: El, does: &'static str| {
        call_form(call)
            .class("stack")
            .with(hidden("room", live(move || room.get().map(|room| room.id.to_string()))))
            .with(field(label, input))
            .with(field_error(call.failure()))
            .with(submit("btn", does).attr("aria-busy", call.busy()))
    };
    let name = input("name")
        .attr("autocomplete", "off")
        .attr("value", live(move || room.get().map(|room| room.name)));
    let (topic_label, subject) = topic_field();
    let subject = subject.attr("value", live(move || room.get().map(|room| room.topic)));
    let body = el("div")
        .class("dialog__body")
        .with(form(rename, label(words.room_name), name, words.rename))
        .with(form(topic, topic_label, subject, words.set_topic));
    dialog("dlg-edit", words.edit_room, None, node_ref).with(body)
}
