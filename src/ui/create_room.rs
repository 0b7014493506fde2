//! The dialog that makes a room.

use super::{
    address::Address,
    app::expect_words,
    dialog::{close, dialog, topic_field},
    element::{El, el, live},
    form::{Outcome, call_form, field, field_error, hidden, input, label, submit},
};
use crate::{
    client::Chat,
    protocol::{RoomKind, RoomState, SpaceAct, json::read},
};
use leptos::{html, prelude::*};

/// Makes a room and goes there; opened through `node_ref`.
pub(super) fn create_room_dialog(node_ref: NodeRef<html::Dialog>) -> El {
    let words = expect_words();
    let chat = Chat::expect();
    let call = Outcome::of("/api/create_room");
    let form = NodeRef::<html::Form>::new();
    let address = Address::expect();
    let slug = live(move || chat.space().map(|space| space.slug));
    call.on_done(move |json| {
        close(node_ref);
        if let Some(form) = form.get_untracked() {
            form.reset();
        }
        if let (Ok(room), Some(space)) = (read::<RoomState>(json), chat.space()) {
            address.go(&room.path(&space));
        }
    });
    // What a plain form refused is said where it was typed.
    let was_refused = call.failure().get_untracked().is_some();
    let typed = move |field: &str| address.query(field).filter(|_| was_refused).unwrap_or_default();
    let name = input("name").attr("autocomplete", "off").attr("value", typed("name")).attr("autofocus", true);
    let (topic_label, topic) = topic_field();
    let fields = call_form(call)
        .class("stack")
        .attr("id", "create-room")
        .node_ref(form)
        .with(hidden("space", slug))
        .with(field(label(words.room_name), name))
        .with(field(topic_label, topic.attr("value", typed("topic"))))
        .with(field(label(words.room_kind), kinds(&typed("kind"))))
        .with(field_error(call.failure()));
    let cancel = el("form").attr("method", "dialog").with(submit("btn btn--quiet", words.cancel));
    let create = submit("btn btn--primary", words.create_room)
        .attr("form", "create-room")
        .attr("aria-busy", call.busy());
    dialog("dlg-create", words.create_room, Some(words.create_room_text), node_ref)
        .attr("open", was_refused)
        .with(el("div").class("dialog__body").with(fields))
        .with(el("div").class("dialog__foot").with(cancel).with(create))
}

/// Who comes into the room, and who writes.
fn kinds(chosen: &str) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let option = |kind: RoomKind, text: &'static str| {
        el("option").attr("value", kind.word()).attr("selected", kind.word() == chosen).with(text)
    };
    let may_announce = move || chat.may_in_space(SpaceAct::CreateAnnouncement);
    let announcement = option(RoomKind::Announcement, words.kind_announcement)
        .attr("hidden", live(move || !may_announce()))
        .attr("disabled", live(move || !may_announce()));
    el("select")
        .class("input")
        .attr("name", "kind")
        .with(option(RoomKind::Public, words.kind_public))
        .with(option(RoomKind::Private, words.kind_private))
        .with(announcement)
}
