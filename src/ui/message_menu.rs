//! Everything that can be done with a message, in one list: beside it on a wide screen, a sheet on a phone.

use super::{
    app::expect_words,
    dialog::{close, dialog, open},
    each::effect,
    element::{El, el, focus},
    emoji_picker,
    icon::icon,
    message_actions::{Acts, Doing, QUICK, delete, has_mine, may, names, react},
    message_row::{dom_id, said},
    node::{Node, part},
    reply::{address, answer},
};
use crate::{
    client::{Chat, Row, RowKey, Said},
    protocol::{RoomAct, Seq},
};
use leptos::{
    ev::{self, KeyboardEvent, MouseEvent},
    html,
    prelude::*,
};

/// The class of a line.
const ITEM: &str = "menu__item";
/// And of one that deletes.
const DANGER: &str = "menu__item menu__item--danger";

/// What the menu is about, and how it goes away.
#[derive(Clone, Copy)]
struct Menu {
    chat: Chat,
    acts: Acts,
    key: RowKey,
    seq: Seq,
    dialog: NodeRef<html::Dialog>,
}

/// The menu of a row, open as soon as it is there.
pub(super) fn menu(row: Memo<Row>, key: RowKey, acts: Acts) -> Node {
    let chat = Chat::expect();
    let words = expect_words();
    let node_ref = NodeRef::<html::Dialog>::new();
    effect(move || {
        if let Some(dialog) = node_ref.get().filter(|dialog| !dialog.open()) {
            // It fails for a dialog that is not in the document: then nobody is looking.
            drop(dialog.show_modal());
        }
    });
    let on_close = move |_| {
        if acts.doing.get_untracked() == Some(Doing::Menu(key)) {
            acts.doing.set(None);
        }
    };
    let body = part(move || {
        said(row, |said| {
            let menu = Menu { chat, acts, key, seq: said.seq?, dialog: node_ref };
            Some(el("div").class("menu").with(menu.quick(said)).with(menu.items(said)))
        })
        .flatten()
    });
    dialog("dlg-message", words.acts.menu, None, node_ref)
        .attr("aria-live", "off")
        .on(ev::close, on_close)
        // A tap beside it: the dialog itself is hit only there.
        .on(ev::click, move |event: MouseEvent| {
            if event.target() == event.current_target() {
                close(node_ref);
            }
        })
        // The keys of the row that it stands in are not its own.
        .on(ev::keydown, |event: KeyboardEvent| event.stop_propagation())
        .with(body)
        .into()
}

impl Menu {
    /// What is one touch away, and who chose what.
    fn quick(self, said: &Said) -> Node {
        if !may(self.chat, self.acts, said) {
            return Node::Nothing;
        }
        let Self { chat, acts, key, seq, dialog } = self;
        let words = expect_words();
        let mut row = el("div").class("menu__quick");
        for emoji in QUICK {
            let mine = has_mine(said, emoji);
            let button = el("button")
                .class("iconbtn")
                .attr("type", "button")
                .attr("aria-label", (words.react_with)(emoji))
                .attr("aria-pressed", if mine { "true" } else { "false" })
                .on(ev::click, move |_| {
                    react(chat, acts.room, seq, emoji, !mine);
                    close(dialog);
                });
            row = row.with(button.with(emoji));
        }
        let pick = move |sign: &str| {
            react(chat, acts.room, seq, sign, true);
            focus(&dom_id(key));
        };
        // The menu goes first: beside a dialog that is open nothing can be picked.
        let more =
            emoji_picker::button("iconbtn", words.acts.react, pick).on(ev::click, move |_| close(dialog));
        let who = said.reactions.iter().map(|reacted| {
            el("p").class("menu__who").with(reacted.emoji.clone()).with(" ").with(names(words, reacted))
        });
        [row.with(more).into(), who.collect::<Vec<_>>().into()].into()
    }

    fn items(self, said: &Said) -> Vec<El> {
        let Self { chat, acts, key, seq, .. } = self;
        let words = expect_words();
        let is_here = may(chat, acts, said);
        let mut items = Vec::new();
        if is_here && chat.may(acts.room, RoomAct::Send) {
            items.push(
                self.item(ITEM, "reply", words.acts.reply, Some("R"), move || answer(chat, acts.room, seq)),
            );
        }
        if is_here && said.mine {
            items.push(
                self.item(ITEM, "pencil", words.edit, None, move || acts.doing.set(Some(Doing::Edit(key)))),
            );
        }
        let text = said.text.clone();
        if !text.is_empty() {
            items.push(self.item(ITEM, "copy", words.acts.copy_text, None, move || copy(acts, &text)));
        }
        items.push(
            self.item(ITEM, "link", words.acts.copy_link, Some("L"), move || copy_link(chat, acts, seq)),
        );
        if is_here {
            let mark = move || chat.mark_unread(acts.room, seq);
            items.push(self.item(ITEM, "bell", words.heed.mark_unread, None, mark));
        }
        if let Some(space) = chat.space().filter(|_| is_here && !said.mine) {
            let report = el("a")
                .class("menu__item")
                .attr("href", space.page(&format!("report/{}/{seq}", acts.room)))
                .attr("rel", "external");
            items.push(report.with(icon("flag")).with(words.report));
        }
        if is_here && said.mine {
            let take_back = move || {
                delete(chat, acts.room, seq);
                focus(&dom_id(key));
            };
            items.push(self.item(DANGER, "trash", words.delete, None, take_back));
        } else if is_here && chat.may(acts.room, RoomAct::DeleteOthers) {
            items.push(self.ask());
        }
        items
    }

    /// Somebody else's message is deleted after a question.
    fn ask(self) -> El {
        let Self { acts, key, seq, dialog, .. } = self;
        el("button")
            .class(DANGER)
            .attr("type", "button")
            .attr("aria-haspopup", "dialog")
            .on(ev::click, move |event: MouseEvent| {
                acts.doing.set(Some(Doing::Delete(key, seq)));
                close(dialog);
                open(&event, acts.question);
            })
            .with(icon("trash"))
            .with(expect_words().delete)
    }

    fn item(
        self,
        class: &'static str,
        picture: &'static str,
        label: &'static str,
        key: Option<&'static str>,
        does: impl Fn() + 'static,
    ) -> El {
        let dialog = self.dialog;
        el("button")
            .class(class)
            .attr("type", "button")
            .on(ev::click, move |_| {
                close(dialog);
                does();
            })
            .with(icon(picture))
            .with(el("span").with(label))
            .with(key.map(|key| el("kbd").attr("aria-hidden", "true").with(key)))
    }
}

/// Puts a text into the clipboard, and says so.
fn copy(acts: Acts, text: &str) {
    if let Some(errands) = acts.errands {
        (errands.copy)(text);
        acts.copied.update(|times| *times += 1);
    }
}

/// Puts the address of a message into the clipboard.
pub(super) fn copy_link(chat: Chat, acts: Acts, seq: Seq) {
    let origin = window().location().origin().unwrap_or_default();
    copy(acts, &(origin + &untrack(|| address(chat, acts.room, seq))));
}

/// Says that something was copied, for as long as the style sheet lets it stand.
pub(super) fn toasts(acts: Acts) -> El {
    let words = expect_words().acts;
    let toast = part(move || {
        (acts.copied.get() > 0).then(|| el("div").class("toast").with(icon("check")).with(words.copied))
    });
    el("div").class("toasts").attr("role", "status").with(toast)
}
