//! Answering: the quote above an answer, and the strip over the composer while one is written.

use super::{
    app::expect_words,
    each::effect,
    element::{El, el, focus},
    form::icon_button,
    icon::{avatar, icon, picture},
    message_actions::Acts,
    node::{Node, part},
};
use crate::{
    client::{Chat, Quote, Quoted},
    protocol::{RoomId, Seq, markup},
};
use leptos::{
    ev::{self, KeyboardEvent, MouseEvent},
    prelude::*,
};

/// So many characters of a quoted message are shown; where the line ends is the style sheet's business.
const EXCERPT: usize = 160;

/// What an answer answers, as a link to it.
pub(super) fn quote(chat: Chat, acts: Acts, quote: &Quote) -> El {
    let words = expect_words().acts;
    let seq = quote.seq;
    let mut link = el("a")
        .class("replyto")
        .attr("href", untrack(|| address(chat, acts.room, seq)))
        .on(ev::click, move |event| go(&event, chat, acts.room, seq))
        .with(el("span").class("sr-only").with(words.in_reply_to));
    if !quote.name.is_empty() {
        let face = avatar(&quote.name, "avatar--xs").with(picture(quote.by, quote.face));
        link = link.with(face).with(el("b").with(quote.name.clone()));
    }
    link.with(el("span").class("replyto__said").attr("dir", "auto").with(excerpt(quote)))
}

fn excerpt(quote: &Quote) -> String {
    match &quote.said {
        Quoted::Text(text) => markup::plain(text, EXCERPT),
        Quoted::Gone => expect_words().gone.to_owned(),
        Quoted::Away => expect_words().acts.old_message.to_owned(),
    }
}

/// The address that opens a message in its context.
pub(super) fn address(chat: Chat, room: RoomId, seq: Seq) -> String {
    let path = chat.room(room).zip(chat.space()).map(|(room, space)| room.path(&space));
    format!("{}/{seq}", path.unwrap_or_default())
}

/// Goes to a message, wherever it is in the log.
fn go(event: &MouseEvent, chat: Chat, room: RoomId, seq: Seq) {
    if !(event.ctrl_key() || event.meta_key()) {
        event.prevent_default();
        chat.go_to(room, seq);
    }
}

/// What is answered by what is being written, with the way out of it.
pub(super) fn strip(chat: Chat, room: RoomId) -> Node {
    let words = expect_words().acts;
    // Once the page is awake: what was chosen before it went.
    effect(move || {
        if chat.awake.get() {
            chat.recall_answer(room);
        }
    });
    part(move || {
        let quote = chat.answering(room)?;
        let whom = el("span")
            .with(words.replying_before)
            .with(el("b").with(quote.name.clone()))
            .with(words.replying_after)
            .with(" · ")
            .with(excerpt(&quote));
        let stop = icon_button("iconbtn iconbtn--sm", words.stop_reply, "x").on(ev::click, move |_| {
            chat.answer(room, None);
            focus("composer");
        });
        Some(el("div").class("composer__context").with(icon("reply")).with(whom).with(stop))
    })
}

/// Escape in the composer ends the answer, when there is one.
pub(super) fn on_escape(chat: Chat, room: RoomId, event: &KeyboardEvent) {
    let is_composing = event.is_composing() || event.key_code() == 229;
    if event.key() == "Escape" && !is_composing && untrack(|| chat.answering(room)).is_some() {
        event.prevent_default();
        chat.answer(room, None);
    }
}

/// From now on the composer answers this message.
pub(super) fn answer(chat: Chat, room: RoomId, seq: Seq) {
    chat.answer(room, Some(seq));
    focus("composer");
}
