//! What was said, as nodes: the tree of `protocol::markup` and nothing else becomes elements.
//!
//! A spoiler's button and a copy button carry no code here: `browser/prose.rs` hears them all in one place.

use super::{
    app::expect_words,
    element::{El, el, live},
    icon::icon,
    message_actions::Acts,
    node::{Node, part},
};
use crate::{
    client::Chat,
    protocol::{
        UserId,
        markup::{self, Block, Inline, Item, Mark},
    },
};
use leptos::prelude::*;

/// What the author of this name said.
pub(super) fn prose(text: &str, author: &str, acts: Acts) -> El {
    let chat = Chat::expect();
    let shown = markup::read(text, &|run| chat.named(run));
    let class = match (shown.is_action, shown.is_large) {
        (true, _) => "prose prose--action",
        (_, true) => "prose prose--large",
        _ => "prose",
    };
    let prose = el("div").class(class);
    let prose = if shown.is_action { prose.with(el("b").with(author.to_owned())).with(" ") } else { prose };
    blocks(prose, shown.blocks, acts.people)
}

fn blocks(mut into: El, blocks: Vec<Block>, people: RwSignal<String>) -> El {
    for block in blocks {
        into = into.with(match block {
            Block::Paragraph(pieces) => inlines(el("p").attr("dir", "auto"), pieces, people),
            Block::Code { language, text } => code(language, text),
            Block::Quote(quoted) => self::blocks(el("blockquote"), quoted, people),
            Block::List { is_ordered, items } => list(is_ordered, items, people),
        });
    }
    into
}

fn list(is_ordered: bool, items: Vec<Item>, people: RwSignal<String>) -> El {
    let words = expect_words().prose;
    let has_tasks = items.iter().any(|item| item.done.is_some());
    let mut list = el(if is_ordered { "ol" } else { "ul" }).class(has_tasks.then_some("tasks"));
    for item in items {
        let mut li = el("li");
        if is_ordered {
            li = li.attr("value", item.number.to_string());
        }
        list = list.with(match item.done {
            Some(is_done) => {
                let told = if is_done { words.done } else { words.not_done };
                let mark = icon(if is_done { "check" } else { "square" });
                let told = el("span").class("sr-only").with(told).with(" ");
                li = li.class(is_done.then_some("done")).with(mark).with(told);
                li.with(blocks(el("div"), item.blocks, people))
            }
            None => blocks(li, item.blocks, people),
        });
    }
    list
}

fn inlines(mut into: El, pieces: Vec<Inline>, people: RwSignal<String>) -> El {
    for piece in pieces {
        into = match piece {
            Inline::Text(text) => into.with(text),
            Inline::Break => into.with(el("br")),
            Inline::Code(text) => into.with(el("code").with(text)),
            Inline::Marked(Mark::Spoiler, pieces) => into.with(spoiler(pieces, people)),
            Inline::Marked(mark, pieces) => {
                let tag = match mark {
                    Mark::Bold => "strong",
                    Mark::Italic => "em",
                    Mark::Strike | Mark::Spoiler => "s",
                };
                into.with(inlines(el(tag), pieces, people))
            }
            Inline::Link { to, shown, lies } => into.with(link(to, shown, lies, people)),
            Inline::Mention { name, who } => into.with(mention(name, who, people)),
        };
    }
    into
}

/// Hidden until its button is pressed. Nothing in it can be reached before.
fn spoiler(pieces: Vec<Inline>, people: RwSignal<String>) -> El {
    let button = el("button")
        .class("spoiler__cover")
        .attr("type", "button")
        .attr("aria-expanded", "false")
        .attr("aria-label", expect_words().prose.spoiler);
    el("span").class("spoiler").with(button).with(inlines(el("span").attr("inert", true), pieces, people))
}

fn mention(name: String, who: Option<UserId>, people: RwSignal<String>) -> El {
    let is_me = who.is_some() && untrack(|| Chat::expect().me()).map(|me| me.id) == who;
    let class = if is_me { "mention mention--me" } else { "mention" };
    let page = who.map(|who| (people.get_untracked(), who)).filter(|(people, _)| !people.is_empty());
    let mention = match page {
        Some((people, who)) => el("a").attr("href", format!("{people}/{who}")).attr("rel", "external"),
        None => el("span"),
    };
    mention.class(class).with(format!("@{name}"))
}

/// A link opens elsewhere and does not say where it comes from, unless it leads to a room here.
fn link(to: String, shown: Vec<Inline>, lies: bool, people: RwSignal<String>) -> El {
    let chat = Chat::expect();
    let is_bare = matches!(shown.as_slice(), [Inline::Text(text)] if *text == to);
    let may_be_here = path(&to).is_some_and(|path| path.starts_with("/s/"));
    let own = to.clone();
    let target = match may_be_here {
        true => live(move || (!is_here(chat, &own)).then_some("_blank")),
        false => "_blank".into(),
    };
    let a =
        el("a").attr("href", to.clone()).attr("target", target).attr("rel", "noopener noreferrer nofollow");
    if is_bare && may_be_here {
        return a.with(part(move || label(chat, &to).unwrap_or_else(|| to.clone())));
    }
    let a = inlines(a, shown, people);
    if lies { a.with(el("small").with(format!(" ({to})"))) } else { a }
}

fn path(address: &str) -> Option<&str> {
    let host = address.split_once("://")?.1;
    host.find('/').map(|at| &host[at..])
}

/// Is it an address of this server? Nothing is before the page is awake, so that both sides render the same.
fn is_here(chat: Chat, address: &str) -> bool {
    let origin = chat.origin();
    !origin.is_empty() && address.strip_prefix(&origin).is_some_and(|path| path.starts_with('/'))
}

/// What a person reads in place of the address of a room here, or of a message in it.
fn label(chat: Chat, address: &str) -> Option<String> {
    let path = path(address).filter(|_| is_here(chat, address))?;
    let (room, is_message) = chat.place(path)?;
    Some(if is_message { (chat.words().prose.message_in)(&room) } else { format!("#{room}") })
}

fn code(language: String, text: String) -> El {
    let words = expect_words().prose;
    let label = if language.is_empty() { words.code.to_owned() } else { (words.code_in)(&language) };
    let shown = if language.is_empty() { words.code.to_owned() } else { language.clone() };
    let copy = el("button")
        .class("btn btn--quiet")
        .attr("type", "button")
        .attr("data-copy", "")
        .attr("data-done", words.copied)
        .attr("aria-live", "polite")
        .with(words.copy);
    let bar = el("div").class("code__bar").with(el("span").with(shown)).with(copy);
    let pre = el("pre").attr("tabindex", "0").attr("role", "group").attr("aria-label", label);
    let code = el("code").attr("dir", "ltr").with(painted(language, text));
    el("div").class("code").with(bar).with(pre.with(code))
}

/// Plain first, as the server renders it; in colours once the page is awake and was told them.
fn painted(language: String, text: String) -> Node {
    if language.is_empty() {
        return text.into();
    }
    let chat = Chat::expect();
    let is_told = RwSignal::new(false);
    part(move || {
        is_told.track();
        let colours = if chat.awake.get() { chat.colours(&language, &text, is_told) } else { None };
        match colours.and_then(|colours| paint(&text, &colours)) {
            Some(pieces) => pieces.into(),
            None => Node::from(text.clone()),
        }
    })
}

/// Cuts a text into coloured pieces: `3k1-` says how many bytes are what. Nothing if they do not fit.
fn paint(text: &str, colours: &str) -> Option<Vec<Node>> {
    let (mut pieces, mut at, mut length) = (Vec::new(), 0_usize, 0_usize);
    for c in colours.chars() {
        if let Some(digit) = c.to_digit(10) {
            length = length.saturating_mul(10).saturating_add(digit as usize);
            continue;
        }
        let piece = text.get(at..at.saturating_add(length))?.to_owned();
        (at, length) = (at + length, 0);
        let class = match c {
            'k' => "k",
            'f' => "f",
            't' => "t",
            's' => "s",
            'n' => "n",
            'c' => "c",
            _ => "",
        };
        pieces.push(if class.is_empty() { piece.into() } else { el("span").class(class).with(piece).into() });
    }
    (at == text.len() && at > 0).then_some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_that_do_not_fit_are_none() {
        assert_eq!(paint("let a", "3k2-").map(|pieces| pieces.len()), Some(2));
        for colours in ["", "3k", "9k", "3k3-", "99999999999999999999999k", "가"] {
            assert!(paint("let a", colours).is_none(), "{colours}");
        }
        assert!(paint("가", "1k2-").is_none());
    }

    #[test]
    fn an_address_has_a_path_after_its_host() {
        assert_eq!(path("https://a.b/s/maru/1"), Some("/s/maru/1"));
        assert_eq!(path("https://a.b"), None);
        assert_eq!(path("mailto:a@b.c"), None);
    }
}
