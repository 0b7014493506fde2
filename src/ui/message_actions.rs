//! What can be done with a message: answer, react, edit, delete; and what stands under it.

use super::{
    app::expect_words,
    dialog,
    each::effect,
    element::{El, el, focus},
    emoji_picker::{self, Picker},
    errands::Errands,
    form::{Outcome, icon_button, submit},
    message_menu::copy_link,
    message_row::{dom_id, said},
    node::{Node, part},
    reply::answer,
};
use crate::{
    client::{Chat, Reacted, Row, RowKey, Said, SaidState, wording::Words},
    protocol::{RoomAct, RoomId, Seq, SpaceAct},
};
use leptos::{ev, html, prelude::*};

/// What is one touch away.
pub(super) const QUICK: [&str; 4] = ["👍", "❤️", "😂", "🎉"];

/// What is being done with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    /// Its text is being changed.
    Edit(RowKey),
    /// One is asked whether to delete it.
    Delete(RowKey, Seq),
    /// Everything that can be done with it is shown.
    Menu(RowKey),
    /// An emoji is picked for it.
    Pick(RowKey),
}

/// What is being done with messages of the room on screen.
#[derive(Clone, Copy)]
pub(super) struct Acts {
    /// Which room.
    pub(super) room: RoomId,
    /// What is being done, one thing at a time.
    pub(super) doing: RwSignal<Option<Doing>>,
    /// Below which address the people are told of; empty where one may not ask.
    pub(super) people: RwSignal<String>,
    /// The question whether to delete.
    pub(super) question: NodeRef<html::Dialog>,
    /// The texts that a message has had, as they were last asked for.
    pub(super) texts: Outcome,
    /// How often something was copied.
    pub(super) copied: RwSignal<u32>,
    /// The day that one is asked about, as machines write it.
    pub(super) day: RwSignal<String>,
    /// What a browser does for the menu.
    pub(super) errands: Option<Errands>,
}

impl Acts {
    /// For all below the room.
    pub(super) fn provide(room: RoomId) -> Self {
        let chat = Chat::expect();
        let told = move || {
            let space = chat.space().filter(|_| chat.may_in_space(SpaceAct::ListPeople));
            space.map(|space| space.page("person")).unwrap_or_default()
        };
        // Every row reads it, and is only woken when it is another.
        let people = RwSignal::new(untrack(told));
        effect(move || {
            let now = told();
            if people.with_untracked(|people| *people != now) {
                people.set(now);
            }
        });
        let acts = Self {
            room,
            doing: RwSignal::new(None),
            people,
            question: NodeRef::new(),
            texts: Outcome::of("/api/message_history"),
            copied: RwSignal::new(0),
            day: RwSignal::new(String::new()),
            errands: use_context(),
        };
        provide_context(acts);
        Picker::provide();
        acts
    }
}

/// May one react to a message at all?
pub(super) fn may(chat: Chat, acts: Acts, said: &Said) -> bool {
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
        let pick = move |sign: &str| react(chat, acts.room, seq, sign, true);
        let pick = emoji_picker::button("iconbtn", words.acts.react, pick)
            .attr("data-key", "KeyE")
            .on(ev::click, move |_| acts.doing.set(Some(Doing::Pick(key))));
        bar = bar.with(pick);
        if chat.may(acts.room, RoomAct::Send) {
            let reply = icon_button("iconbtn", words.acts.reply, "reply").attr("data-key", "KeyR");
            bar = bar.with(reply.on(ev::click, move |_| answer(chat, acts.room, seq)));
        }
        if is_mine {
            let edit = move |_| acts.doing.set(Some(Doing::Edit(key)));
            bar = bar.with(icon_button("iconbtn msg__wide", words.edit, "pencil").on(ev::click, edit));
        }
        let link = icon_button("iconbtn msg__wide", words.acts.copy_link, "link").attr("data-key", "KeyL");
        let more = icon_button("iconbtn msg__more", words.acts.more, "more")
            .attr("data-key", "KeyM")
            .attr("aria-haspopup", "dialog")
            .on(ev::click, move |_| acts.doing.set(Some(Doing::Menu(key))));
        Some(bar.with(link.on(ev::click, move |_| copy_link(chat, acts, seq))).with(more))
    })
}

/// Did the reader choose this emoji?
pub(super) fn has_mine(said: &Said, emoji: &str) -> bool {
    said.reactions.iter().any(|held| held.mine && held.emoji == emoji)
}

/// Deletes a message of one's own, in a while. With too much waiting already it cannot be; then the person sees that
/// nothing changed.
pub(super) fn delete(chat: Chat, room: RoomId, seq: Seq) {
    drop(chat.delete_soon(room, seq));
}

/// Nothing typed is lost when it cannot be: there is too much waiting, and the person sees that nothing changed.
pub(super) fn react(chat: Chat, room: RoomId, seq: Seq, emoji: &str, on: bool) {
    drop(chat.react(room, seq, emoji, on));
}

/// What was put under a message. Before the page is awake, and where one may not, it only tells.
pub(super) fn reactions(chat: Chat, words: &'static Words, said: &Said, acts: Acts) -> Option<El> {
    // Most have none: those need not know what one may do, which is asked anew whenever anything is said.
    let seq = said.seq.filter(|_| !said.reactions.is_empty())?;
    let may = chat.awake.get() && may(chat, acts, said);
    let group = el("div").class("reactions").attr("role", "group").attr("aria-label", words.reactions);
    let all = said.reactions.iter().cloned();
    let chips: Vec<El> = all.map(|reacted| chip(chat, words, acts.room, seq, reacted, may)).collect();
    // Beside the chips, not among them: it keeps its element, and so the focus, when one more is there.
    let add = may.then(|| {
        let pick = move |sign: &str| react(chat, acts.room, seq, sign, true);
        emoji_picker::button("reaction reaction--add", words.acts.add_reaction, pick)
    });
    Some(group.with(chips).with(add))
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
pub(super) fn names(words: &Words, reacted: &Reacted) -> String {
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

/// Asks whether to delete what somebody else said.
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
