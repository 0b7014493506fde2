//! Changing what one has said, where it stands; and what is said when a change was refused.

use super::{
    app::expect_words,
    composer::fit,
    each::effect,
    element::{El, el, focus},
    form::{field_error, submit},
    icon::icon,
    message_actions::{Acts, Doing},
    message_row::{dom_id, said},
};
use crate::{
    client::{Chat, Refusal, Row, RowKey, Said, wording::Words},
    protocol::Op,
};
use leptos::{
    ev::{self, KeyboardEvent, SubmitEvent},
    html,
    prelude::*,
};

/// A field with the text of a message in place of that text. Given back is the focus, to the row.
pub(super) fn editor(row: Memo<Row>, key: RowKey, acts: Acts) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let field = NodeRef::<html::Textarea>::new();
    let refusal = RwSignal::new(None);
    let text = untrack(|| said(row, |said| kept(said.refused.as_deref()).unwrap_or(&said.text).to_owned()));
    effect(move || {
        let Some(field) = field.get() else { return };
        let end = field.value().encode_utf16().count() as u32;
        // Both fail for a field that is gone already.
        drop(field.focus());
        drop(field.set_selection_range(end, end));
        fit(&field);
    });
    let close = move || {
        acts.doing.set(None);
        focus(&dom_id(key));
    };
    let save = move || {
        let Some(field) = field.get_untracked() else { return };
        let typed = field.value();
        let now = untrack(|| said(row, |said| (said.seq, said.text == typed)));
        match now {
            Some((Some(seq), false)) => match chat.edit(acts.room, seq, &typed) {
                Ok(()) => close(),
                Err(failure) => refusal.set(Some(failure)),
            },
            _ => close(),
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let is_composing = event.is_composing() || event.key_code() == 229;
        match event.key().as_str() {
            _ if is_composing => {}
            "Enter" if !event.shift_key() => {
                event.prevent_default();
                save();
            }
            "Escape" => {
                event.prevent_default();
                close();
            }
            _ => {}
        }
    };
    let on_input = move |_| {
        refusal.set(None);
        if let Some(field) = field.get_untracked() {
            fit(&field);
        }
    };
    let input = el("textarea")
        .class("composer__input")
        .attr("rows", "1")
        .attr("dir", "auto")
        .attr("autocomplete", "off")
        .attr("aria-label", words.edit_message)
        .node_ref(field)
        .on(ev::keydown, on_key)
        .on(ev::input, on_input)
        .with(text);
    let cancel = el("button")
        .class("btn btn--quiet btn--sm")
        .attr("type", "button")
        .on(ev::click, move |_| close())
        .with(words.cancel);
    el("form")
        .class("msg__editor")
        .attr("aria-label", words.edit_message)
        .attr("aria-live", "off")
        .on(ev::submit, move |event: SubmitEvent| {
            event.prevent_default();
            save();
        })
        .with(el("div").class("composer").with(input))
        .with(field_error(refusal.into()))
        .with(
            el("div")
                .class("msg__editorfoot")
                .with(cancel)
                .with(submit("btn btn--primary btn--sm", words.save)),
        )
}

/// The text of a refused edit.
fn kept(refused: Option<&Refusal>) -> Option<&str> {
    match &refused?.op {
        Op::Edit { text, .. } => Some(text),
        _ => None,
    }
}

/// Why a change was refused, and what to do now.
pub(super) fn refused_change(chat: Chat, words: &Words, said: &Said, key: RowKey, acts: Acts) -> Option<El> {
    let Refusal { nonce, op, failure } = said.refused.as_deref()?;
    let (nonce, is_edit) = (*nonce, matches!(op, Op::Edit { .. }));
    let what = match op {
        Op::Edit { .. } => words.not_edited,
        Op::Delete { .. } => words.not_deleted,
        _ => words.not_reacted,
    };
    let again = move || if is_edit { acts.doing.set(Some(Doing::Edit(key))) } else { chat.retry(nonce) };
    let retry = button("btn", again).with(icon("retry")).with(el("span").with(retry_words(words, is_edit)));
    let close = button("btn btn--quiet", move || drop(chat.discard(nonce))).with(words.close);
    let why = el("span").with(what).with(" ").with((words.failure)(failure));
    let status = el("div").class("msg__status msg__status--failed").attr("role", "status");
    Some(status.with(icon("alert")).with(why).with(retry).with(close))
}

fn retry_words(words: &Words, is_edit: bool) -> &'static str {
    if is_edit { words.edit_again } else { words.try_again }
}

fn button(class: &'static str, press: impl Fn() + 'static) -> El {
    el("button").class(class).attr("type", "button").on(ev::click, move |_| press())
}
