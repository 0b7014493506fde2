//! What can be done with a message: react, edit, delete; and what stands under it.

use super::{
    app::expect_words,
    dialog,
    element::{El, el, focus},
    form::{icon_button, submit},
    icon::icon,
    message_row::{dom_id, said},
    node::{Node, part},
};
use crate::{
    client::{Chat, Reacted, Row, RowKey, Said, SaidState, wording::Words},
    protocol::{RoomAct, RoomId, Seq, SpaceAct},
};
use leptos::{
    ev::{self, MouseEvent},
    html,
    prelude::*,
};

/// What is one touch away.
const QUICK: [&str; 4] = ["👍", "❤️", "😂", "🎉"];

/// What is being done with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    /// Its text is being changed.
    Edit(RowKey),
    /// One is asked whether to delete it.
    Delete(RowKey, Seq),
}

/// What is being done with messages of the room on screen.
#[derive(Clone, Copy)]
pub(super) struct Acts {
    /// Which room.
    pub(super) room: RoomId,
    /// What is being done, one thing at a time.
    pub(super) doing: RwSignal<Option<Doing>>,
    /// Below which address the people are told of; empty where one may not ask.
    pub(super) people: Memo<String>,
    question: NodeRef<html::Dialog>,
}

impl Acts {
    /// For all below the room.
    pub(super) fn provide(room: RoomId) -> Self {
        let chat = Chat::expect();
        let people = Memo::new(move |_| {
            let space = chat.space().filter(|_| chat.may_in_space(SpaceAct::ListPeople));
            space.map(|space| space.page("person")).unwrap_or_default()
        });
        let acts = Self { room, doing: RwSignal::new(None), people, question: NodeRef::new() };
        provide_context(acts);
        acts
    }
}

/// May one react to a message at all?
fn may(chat: Chat, acts: Acts, said: &Said) -> bool {
    matches!(said.state, SaidState::Sent | SaidState::Changing) && chat.may(acts.room, RoomAct::Amend)
}

/// The bar of the row that is pointed at or has the focus.
pub(super) fn actions(row: Memo<Row>, key: RowKey, acts: Acts) -> Node {
    let chat = Chat::expect();
    let words = expect_words();
    part(move || {
        let (seq, is_mine, mine) = said(row, |said| {
            let seq = said.seq.filter(|_| may(chat, acts, said))?;
            Some((seq, said.mine, QUICK.map(|emoji| has_mine(said, emoji))))
        })??;
        let mut bar = el("div")
            .class("msg__actions")
            .attr("role", "toolbar")
            .attr("aria-label", words.message_actions)
            .attr("aria-live", "off");
        for (emoji, mine) in QUICK.into_iter().zip(mine) {
            let button = el("button")
                .class("iconbtn")
                .attr("type", "button")
                .attr("aria-label", (words.react_with)(emoji))
                .attr("aria-pressed", if mine { "true" } else { "false" })
                .on(ev::click, move |_| react(chat, acts.room, seq, emoji, !mine));
            bar = bar.with(button.with(el("span").attr("aria-hidden", "true").with(emoji)));
        }
        if is_mine {
            let edit = move |_| acts.doing.set(Some(Doing::Edit(key)));
            bar = bar.with(icon_button("iconbtn", words.edit, "pencil").on(ev::click, edit));
        }
        if is_mine || chat.may(acts.room, RoomAct::DeleteOthers) {
            let ask = move |event: MouseEvent| {
                acts.doing.set(Some(Doing::Delete(key, seq)));
                dialog::open(&event, acts.question);
            };
            let button = icon_button("iconbtn", words.delete, "trash").attr("aria-haspopup", "dialog");
            bar = bar.with(button.on(ev::click, ask));
        }
        if let Some(space) = chat.space().filter(|_| !is_mine) {
            let report = el("a")
                .class("iconbtn")
                .attr("href", space.page(&format!("report/{}/{seq}", acts.room)))
                .attr("rel", "external")
                .attr("aria-label", words.report);
            bar = bar.with(report.with(icon("flag")));
        }
        Some(bar)
    })
}

fn has_mine(said: &Said, emoji: &str) -> bool {
    said.reactions.iter().any(|held| held.mine && held.emoji == emoji)
}

/// Nothing typed is lost when it cannot be: there is too much waiting, and the person sees that nothing changed.
fn react(chat: Chat, room: RoomId, seq: Seq, emoji: &str, on: bool) {
    drop(chat.react(room, seq, emoji, on));
}

/// What was put under a message. Before the page is awake, and where one may not, it only tells.
pub(super) fn reactions(row: Memo<Row>, acts: Acts) -> Node {
    let chat = Chat::expect();
    let words = expect_words();
    part(move || {
        let (seq, all, may) = said(row, |said| {
            let may = chat.awake.get() && may(chat, acts, said);
            Some((said.seq?, said.reactions.clone(), may))
        })??;
        if all.is_empty() {
            return None;
        }
        let group = el("div").class("reactions").attr("role", "group").attr("aria-label", words.reactions);
        let chips: Vec<El> =
            all.into_iter().map(|reacted| chip(chat, words, acts.room, seq, reacted, may)).collect();
        Some(group.with(chips))
    })
}

fn chip(chat: Chat, words: &'static Words, room: RoomId, seq: Seq, reacted: Reacted, may: bool) -> El {
    let names = names(words, &reacted);
    let Reacted { emoji, count, mine, .. } = reacted;
    let shown = el("span").attr("aria-hidden", "true").with(emoji.clone());
    let label = format!("{emoji} {count}: {names}");
    if !may {
        let count = el("span").attr("aria-hidden", "true").with(count.to_string());
        let told = el("span").class("sr-only").with(label);
        return el("span").class("reaction").attr("title", names).with(shown).with(count).with(told);
    }
    el("button")
        .class("reaction")
        .attr("type", "button")
        .attr("aria-label", label)
        .attr("aria-pressed", if mine { "true" } else { "false" })
        .attr("title", names)
        .on(ev::click, move |_| react(chat, room, seq, &emoji, !mine))
        .with(shown)
        .with(count.to_string())
}

/// Who chose it: oneself first, then the others as far as they are told by name.
fn names(words: &Words, reacted: &Reacted) -> String {
    let mut all = if reacted.mine { words.you.to_owned() } else { String::new() };
    for name in &reacted.names {
        if !all.is_empty() {
            all.push_str(", ");
        }
        all.push_str(name);
    }
    let named = reacted.names.len() as u32 + u32::from(reacted.mine);
    if reacted.count > named {
        all.push(' ');
        all.push_str(&(words.others)(reacted.count - named));
    }
    all
}

/// Asks once whether to delete.
pub(super) fn delete_dialog(acts: Acts) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let confirm = move |_| {
        dialog::close(acts.question);
        let Some(Doing::Delete(key, seq)) = acts.doing.get_untracked() else { return };
        // With too much waiting already it cannot be; then the person sees that nothing changed.
        drop(chat.delete(acts.room, seq));
        // The bar goes with what was deleted: the focus stays in the row.
        focus(&dom_id(key));
    };
    let cancel = el("form").attr("method", "dialog").with(submit("btn btn--quiet", words.cancel));
    let delete = el("button")
        .class("btn btn--danger")
        .attr("type", "button")
        .on(ev::click, confirm)
        .with(words.delete);
    dialog::dialog("dlg-delete", words.delete_title, Some(words.delete_text), acts.question)
        .on(ev::close, move |_| acts.doing.set(None))
        .with(el("div").class("dialog__foot").with(cancel).with(delete))
}

/// Says that a text is not the one that was first said.
pub(super) fn edited(row: Memo<Row>) -> Node {
    let chat = Chat::expect();
    let words = expect_words();
    part(move || {
        let at = said(row, |said| said.edited).flatten()?;
        let when = (words.edited_at)(&words.time_of(at, chat.zone.get()));
        let told = el("span").class("sr-only").with(when.clone());
        let mark = el("span").attr("aria-hidden", "true").with(words.edited);
        Some(el("span").class("edited").attr("title", when).with(mark).with(told))
    })
}
