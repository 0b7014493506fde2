//! The rows of a timeline: something said, a day line, a notice.

use super::{
    app::expect_words,
    day_dialog::asks_for_day,
    each::when,
    element::{El, el, focus, live, stays},
    emoji_picker::Picker,
    history_dialog::edited,
    icon::{avatar, icon, icon_with, picture},
    message_actions::{Acts, Doing, actions, may, reactions},
    message_editor::{editor, refused_change},
    message_menu::menu,
    node::{Node, part},
    profile_card::{opens_profile, role_tag},
    prose::prose,
    reply::quote,
};
use crate::{
    client::{
        Chat, Notice, Row, RowKey, Said, SaidState,
        wording::{Words, iso},
    },
    protocol::Nonce,
};
use leptos::{ev, prelude::*};

/// Something that was said. The element stays while its content changes.
pub(super) fn message_row(row: Memo<Row>, key: RowKey) -> El {
    let words = expect_words();
    let chat = Chat::expect();
    let acts = expect_context::<Acts>();
    let (is_pointed, has_focus) = (RwSignal::new(false), RwSignal::new(false));
    let id = dom_id(key);
    let (author_id, time_id) = (format!("{id}-a"), format!("{id}-t"));
    let labels = format!("{author_id} {time_id}");
    let is_edited = move || acts.doing.get() == Some(Doing::Edit(key));
    let head = part(move || said(row, |said| head(said, &author_id, acts)));
    let bubble = el("div").class("bubble").attr("dir", "auto").with(part(move || {
        said(row, |said| match said.state {
            SaidState::Gone => el("span").class("tombstone").with(icon("trash")).with(words.gone).into(),
            SaidState::Leaving(nonce) => leaving(chat, words, key, nonce).into(),
            _ => text(chat, acts, said),
        })
    }));
    let meta = el("div").class("msg__meta").with(part(move || {
        said(row, |said| {
            let time = el("time").attr("id", time_id.clone()).attr("datetime", iso(said.at));
            [
                edited(chat, words, said, acts).into(),
                time.with(words.time_of(said.at, chat.zone.get())).into(),
            ]
        })
        .map(Node::from)
    }));
    // What one does with a row, one does with few of hundreds: the others carry nothing of it. The bar is there for the
    // row that is pointed at or has the focus, and for no other; and it stays for as long as something is open that was
    // opened by it, so that the focus can come back.
    let picker = expect_context::<Picker>();
    let is_in_use = move || match acts.doing.get() {
        Some(Doing::Delete(at, _) | Doing::Menu(at)) => at == key,
        Some(Doing::Pick(at)) => at == key && picker.is_open.get(),
        _ => false,
    };
    let is_open = move || is_pointed.get() || has_focus.get() || is_in_use() || is_edited();
    let open = when(is_open, move || {
        let field = when(is_edited, move || editor(row, key, acts).into());
        let bar = when(move || !is_edited(), move || actions(row, key, acts));
        let all = when(move || acts.doing.get() == Some(Doing::Menu(key)), move || menu(row, key, acts));
        [field, bar, all].into()
    });
    let on_hold = move |_| {
        if untrack(|| said(row, |said| may(chat, acts, said))) == Some(true) {
            acts.doing.set(Some(Doing::Menu(key)));
        }
    };
    el("article")
        .class(live(move || said(row, |said| class(said, is_edited()))))
        .attr("id", id)
        .attr("tabindex", "-1")
        .attr("aria-live", row.with_untracked(|row| is_mine(row).then_some("off")))
        .attr("aria-labelledby", labels)
        .on(ev::mouseenter, move |_| is_pointed.set(true))
        .on(ev::mouseleave, move |_| is_pointed.set(false))
        .on(ev::focusin, move |_| has_focus.set(true))
        .on(ev::focusout, move |event| has_focus.set(stays(&event)))
        .on(ev::Custom::<ev::Event>::new(HOLD), on_hold)
        .with(head)
        .with(el("div").class("msg__row").with(bubble).with(meta).with(open))
        .with(part(move || said(row, |said| below(chat, words, said, key, acts))))
}

/// What stands under it; under most, nothing does.
fn below(chat: Chat, words: &'static Words, said: &Said, key: RowKey, acts: Acts) -> Node {
    let status = status(chat, words, key, &said.state);
    let refused = refused_change(chat, words, said, key, acts);
    let reactions = reactions(chat, words, said, acts);
    if status.is_none() && refused.is_none() && reactions.is_none() {
        return Node::Nothing;
    }
    [status.into(), refused.into(), reactions.into()].into()
}

/// What a browser calls it when a finger stays on a row.
pub const HOLD: &str = "hold";

/// What is said, under what it answers.
fn text(chat: Chat, acts: Acts, said: &Said) -> Node {
    let quoted = said.quote.as_deref().map(|held| quote(chat, acts, held));
    [quoted.into(), prose(&said.text, &said.name, acts).into()].into()
}

/// It is deleted in a moment, unless that is taken back. Whoever is about to do so has as long as it takes.
fn leaving(chat: Chat, words: &'static Words, key: RowKey, nonce: Nonce) -> El {
    let undo = el("button")
        .class("btn btn--quiet btn--sm")
        .attr("type", "button")
        .on(ev::click, move |_| {
            chat.undo(nonce);
            focus(&dom_id(key));
        })
        .with(words.acts.undo);
    el("span")
        .class("tombstone")
        .attr("role", "status")
        .on(ev::mouseenter, move |_| chat.dwell(nonce, true))
        .on(ev::mouseleave, move |_| chat.dwell(nonce, false))
        .on(ev::focusin, move |_| chat.dwell(nonce, true))
        .on(ev::focusout, move |_| chat.dwell(nonce, false))
        .with(icon("trash"))
        .with(el("span").with(words.acts.deleted))
        .with(undo)
}

/// What one says oneself is not read out.
fn is_mine(row: &Row) -> bool {
    matches!(row, Row::Said(said) if said.mine)
}

/// Looks at what was said; every row of this kind stays one.
pub(super) fn said<T>(row: Memo<Row>, look: impl Fn(&Said) -> T) -> Option<T> {
    let mut seen = None;
    see(row, &mut |said| seen = Some(look(said)));
    seen
}

/// Not generic: a signal's value is reached through much code.
fn see(row: Memo<Row>, look: &mut dyn FnMut(&Said)) {
    row.with(|row| {
        if let Row::Said(said) = row {
            look(said);
        }
    });
}

fn head(said: &Said, author_id: &str, acts: Acts) -> Node {
    let (name, id) = (said.name.clone(), author_id.to_owned());
    if said.head {
        let face = avatar(&name, "msg__avatar").with(picture(said.by, said.face));
        let people = acts.people.get();
        // One's own name does not show beside what one said.
        let author =
            if said.mine || people.is_empty() { el("b") } else { opens_profile(el("button"), said.by) };
        let author = author.class("msg__author").attr("id", id).with(name);
        let (chat, by) = (Chat::expect(), said.by);
        let role = (!said.mine).then(|| part(move || role_tag(chat.role_of(by))));
        [face.into(), el("header").class("msg__head").with(author).with(role).into()].into()
    } else {
        el("span").class("sr-only").attr("id", id).with(name).into()
    }
}

fn class(said: &Said, is_edited: bool) -> String {
    let is_pending = matches!(said.state, SaidState::Pending | SaidState::Changing | SaidState::Going);
    let marks = [
        (said.mine, " mine"),
        (said.head, " is-head"),
        (said.tail, " is-tail"),
        (is_pending, " is-pending"),
        (said.state == SaidState::Going, " is-going"),
        (is_edited, " is-editing"),
        (matches!(said.state, SaidState::Failed(_)), " is-failed"),
        (matches!(said.state, SaidState::Gone | SaidState::Leaving(_)), " is-gone"),
    ];
    marks.into_iter().filter(|(is, _)| *is).fold("msg".to_owned(), |class, (_, mark)| class + mark)
}

fn status(chat: Chat, words: &'static Words, key: RowKey, state: &SaidState) -> Option<El> {
    match state {
        SaidState::Sent | SaidState::Gone | SaidState::Leaving(_) => None,
        SaidState::Pending | SaidState::Changing | SaidState::Going => Some(
            el("div")
                .class("msg__status msg__status--pending")
                .with(icon("clock"))
                .with(el("span").with(words.pending)),
        ),
        SaidState::Failed(failure) => {
            let why = el("span").with(words.failed).with(" ").with((words.failure)(failure));
            let retry = el("button")
                .class("btn")
                .attr("type", "button")
                .on(ev::click, move |_| {
                    if let Some(nonce) = nonce(key) {
                        chat.retry(nonce);
                    }
                })
                .with(icon("retry"))
                .with(el("span").with(words.retry));
            let discard = el("button")
                .class("btn btn--quiet")
                .attr("type", "button")
                .on(ev::click, move |_| {
                    nonce(key).map(|nonce| chat.discard(nonce));
                })
                .with(words.discard);
            let status = el("div").class("msg__status msg__status--failed").attr("role", "status");
            Some(status.with(icon("alert")).with(why).with(retry).with(discard))
        }
    }
}

fn nonce(key: RowKey) -> Option<Nonce> {
    match key {
        RowKey::Mine(nonce) => Some(nonce),
        RowKey::Event(_) | RowKey::Day(_) | RowKey::New(_) => None,
    }
}

/// The id of a row's element.
pub fn dom_id(key: RowKey) -> String {
    match key {
        RowKey::Mine(nonce) => format!("m-{nonce}"),
        RowKey::Event(seq) => format!("m-{seq}"),
        RowKey::Day(seq) => format!("d-{seq}"),
        RowKey::New(seq) => format!("n-{seq}"),
    }
}

/// The line above a day's first row. A day of another year than the newest row's says its own.
pub(super) fn day_row(row: Memo<Row>, year: Memo<String>) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let acts = expect_context::<Acts>();
    // Nothing in it follows signals by itself: what stands in a part may be told of a change after the row has gone.
    let shown = part(move || {
        let day = row.with(|row| if let Row::Day { day, .. } = row { Some(*day) } else { None })?;
        let label = (words.day)(day, year.get() != day.year.to_string());
        let time = el("time").attr("datetime", day.iso()).with(label);
        if !chat.awake.get() {
            return Some(el("span").class("day__label").with(time));
        }
        // From one day one goes to another, once the page is awake.
        let button =
            el("button").class("day__label").attr("type", "button").attr("title", words.jumps.to_day);
        Some(asks_for_day(button.with(time), acts, move || Some(day.iso())))
    });
    // A separator has nothing in it that could be pressed, so it stands before the day. That a line becomes a button is
    // not read out.
    let line = el("div").attr("role", "separator");
    el("div").class("day").attr("aria-live", "off").with(line).with(shown)
}

/// Comings, goings and changes: one in plain text, several folded.
pub(super) fn notice_row(row: Memo<Row>) -> El {
    let words = expect_words();
    let chat = Chat::expect();
    el("div").class("notice").with(part(move || {
        row.with(|row| if let Row::Notice(notice) = row { Some(told(chat, words, notice)) } else { None })
    }))
}

fn told(chat: Chat, words: &'static Words, notice: &Notice) -> El {
    let (name, tail) = words.notice(notice);
    let sentence = el("span").with(el("b").with(name)).with(tail);
    if notice.lines.len() < 2 {
        return sentence;
    }
    let zone = chat.zone.get();
    let lines = notice.lines.iter().map(|line| {
        let time = el("time").attr("datetime", iso(line.at)).with(words.time_of(line.at, zone));
        let name = el("b").with(line.name.clone());
        el("li").with(name).with((words.did)(&line.op)).with(" ").with(time)
    });
    let summary = el("summary").with(icon("door")).with(sentence).with(icon_with("down", "chev"));
    el("details").with(summary).with(el("ul").with(lines.collect::<Vec<_>>()))
}
