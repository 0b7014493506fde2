//! The texts that a message has had before.

use super::{
    app::expect_words,
    dialog::dialog,
    element::{El, el},
    form::{call_form, hidden},
    message_actions::Acts,
    node::part,
    prose::prose,
};
use crate::{
    client::{
        Chat, Said,
        wording::{Words, iso},
    },
    protocol::{Batch, Op, json},
};
use leptos::prelude::*;

/// Says that a text is not the one that was first said, and leads to those before.
pub(super) fn edited(chat: Chat, words: &Words, said: &Said, acts: Acts) -> Option<El> {
    let (at, seq) = said.edited.zip(said.seq)?;
    let when = (words.edited_at)(&words.time_of(at, chat.zone.get()));
    let mark = |tag| el(tag).class("edited").attr("title", when.clone());
    if !chat.awake.get() {
        let text = el("span").attr("aria-hidden", "true").with(words.edited);
        return Some(mark("span").with(text).with(el("span").class("sr-only").with(when.clone())));
    }
    let told = el("span").class("sr-only").with((words.acts.texts_of)(&when));
    let button = mark("button").attr("type", "submit").attr("aria-haspopup", "dialog");
    let form = call_form(acts.texts)
        .with(hidden("room", acts.room.to_string()))
        .with(hidden("seq", seq.to_string()));
    Some(form.with(button.with(words.edited).with(" ").with(told)))
}

/// The texts, the newest last; it opens when they are here.
pub(super) fn history_dialog(acts: Acts) -> El {
    let words = expect_words();
    let node_ref = NodeRef::new();
    acts.texts.on_answer(move |_| {
        if let Some(dialog) = node_ref.get_untracked() {
            let dialog: <leptos::html::Dialog as leptos::html::ElementType>::Output = dialog;
            // It fails for one that is open already.
            drop(dialog.show_modal());
        }
    });
    let body = part(move || {
        acts.texts.answer().map(|answer| match answer {
            Ok(json) => texts(json::read(&json).ok(), acts),
            Err(failure) => el("p").attr("role", "alert").with((words.failure)(&failure)),
        })
    });
    dialog("dlg-texts", words.acts.texts, None, node_ref).with(el("div").class("dialog__body").with(body))
}

fn texts(batch: Option<Batch>, acts: Acts) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let events = batch.map(|batch| batch.events).unwrap_or_default();
    let last = events.len().saturating_sub(1);
    let items = events.into_iter().enumerate().filter_map(|(at, event)| {
        let (Op::Message { text, .. } | Op::Edit { text, .. }) = event.op else { return None };
        let mark = match at {
            0 => Some(words.acts.text_first),
            _ if at == last => Some(words.acts.text_now),
            _ => None,
        };
        let time = el("time").attr("datetime", iso(event.at)).with(words.time_of(event.at, chat.zone.get()));
        let head = el("p").class("texts__when").with(mark).with(" ").with(time);
        Some(el("li").with(head).with(el("div").attr("dir", "auto").with(prose(&text, &event.name, acts))))
    });
    el("ol").class("texts").with(items.collect::<Vec<_>>())
}
