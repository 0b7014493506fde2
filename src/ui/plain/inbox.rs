//! What called one: who, where, when, why; and the way there.

use super::{
    desk::{Visit, desk, pager, when},
    frame::section,
    page::Page,
};
use crate::{
    protocol::{Called, Why},
    ui::{
        element::{El, el},
        icon::{face_of, icon},
        node::Node,
        nothing::empty,
        scene::cushions,
    },
};

/// So many characters of a message are shown.
const EXCERPT: usize = 240;

/// What the page of what called one has to know.
#[derive(Debug, Clone)]
pub struct Inbox {
    /// Who looks, and from where.
    pub visit: Visit,
    /// What called, what is unread first.
    pub calls: Vec<Called>,
    /// After what the next part begins.
    pub next: Option<String>,
    /// Is this not the first part?
    pub is_later: bool,
}

/// The page of what called one.
pub fn inbox(page: &Page, inbox: &Inbox) -> String {
    let words = &page.words().inbox;
    page.document(desk(page, &inbox.visit, words.title, words.text, calls(page, inbox)))
}

/// What called one, and what can be done about it.
pub(super) fn calls(page: &Page, inbox: &Inbox) -> Node {
    let words = &page.words().inbox;
    let (unread, read): (Vec<&Called>, Vec<&Called>) =
        inbox.calls.iter().partition(|called| called.is_unread);
    let list = |calls: Vec<&Called>| {
        let items: Vec<El> = calls.into_iter().map(|called| item(page, &inbox.visit, called)).collect();
        el("ul").class("panel").with(items)
    };
    let all = (!unread.is_empty())
        .then(|| page.form_for("/api/mark_all_read", "space", "").submit("btn", words.mark_all).end());
    let new = (!unread.is_empty()).then(|| section("unread", words.unread, (), list(unread)));
    let earlier = (!read.is_empty()).then(|| section("read", words.read, (), list(read)));
    let nothing = inbox.calls.is_empty().then(|| empty(cushions(), "h2", words.none, words.none_text));
    Node::from([
        page.done_by(&["/api/mark_read", "/api/mark_all_read"], words.marked).into(),
        all.map(|form| el("div").class("toolbar").with(form)).into(),
        new.into(),
        earlier.into(),
        nothing.into(),
        pager(page, "", inbox.is_later, inbox.next.clone()).into(),
    ])
}

fn item(page: &Page, visit: &Visit, called: &Called) -> El {
    let words = &page.words().inbox;
    let mut place = match called.room_name.as_str() {
        "" => words.direct.to_owned(),
        name => format!("#{name}"),
    };
    if called.space.id != visit.space.id {
        place = format!("{place} · {}", called.space.name);
    }
    let who = el("div")
        .with(el("b").with(called.by.shown().to_owned()))
        .with(" ")
        .with(el("span").class("quiet small").with(place));
    let link = el("a").class("why__text").attr("href", called.path()).with(excerpt(&called.text));
    let (picture, reason) = match called.why {
        Why::Reply => ("back", words.replied),
        Why::All => ("users", words.called_all),
        _ => ("at", words.called),
    };
    let why = el("span").class("tag tag--accent").with(icon(picture)).with(reason);
    let mark = called.is_unread.then(|| {
        let form = page.form_for("/api/mark_read", "seq", &called.seq.to_string());
        let name = el("span").class("sr-only").with(format!(": {}", called.by.shown()));
        let form = form.hidden("room", called.room.to_string());
        Node::from(form.submit("btn btn--sm btn--quiet", Node::from([words.mark.into(), name.into()])))
    });
    el("li")
        .class(if called.is_unread { "why__item is-unread" } else { "why__item" })
        .with(face_of(&called.by, ""))
        .with(who)
        .with(when(page, visit.now, called.at))
        .with(link)
        .with(el("div").class("why__because").with(why).with(mark))
}

/// The beginning of a text, on one line.
fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
