//! Pages on which there is nothing, and why.

use super::{
    address::Address,
    app::{expect_words, title},
    door::door,
    each::effect,
    element::{El, el},
    node::{Node, part},
    scene::{cushions, house},
};
use crate::{client::Chat, protocol::Failure};
use leptos::prelude::*;

/// What stands where a page could not be had. Somebody without a session goes to the doorway.
pub(super) fn refused(failure: &Failure) -> Node {
    let words = expect_words();
    let path = untrack(|| Address::expect().path());
    match failure {
        Failure::SignedOut => {
            // The doorway is no page of this program's: it is loaded anew.
            effect(move || drop(window().location().set_href(&door(&path))));
            Node::Nothing
        }
        Failure::NotFound => not_found(),
        failure => {
            let retry = way_on(path, words.try_again);
            let why = empty(house(), "h1", words.broken, (words.failure)(failure));
            [title(words.broken), why.with(retry).into()].into()
        }
    }
}

/// Nothing is here, and why.
pub(super) fn empty(picture: Node, heading: &'static str, head: &'static str, text: impl Into<Node>) -> El {
    el("div").class("empty").with(picture).with(el(heading).with(head)).with(el("p").with(text))
}

fn way_on(path: String, text: &'static str) -> El {
    let link = el("a").class("btn btn--primary").attr("href", path).attr("rel", "external").with(text);
    el("div").class("empty__acts").with(link)
}

/// What was open here went out of reach while it was looked at: why, and where to go.
pub(super) fn shut() -> Node {
    let chat = Chat::expect();
    let words = expect_words();
    let here = move || chat.space().filter(|_| chat.is_in_space());
    let heading = move || if here().is_some() { words.shut_room } else { words.shut_space };
    let view = part(move || {
        let (text, to, path) = match here().or_else(|| chat.spaces().into_iter().next()) {
            Some(space) if chat.is_in_space() => (words.shut_room_text, words.other_rooms, space.path()),
            Some(space) => (words.shut_space_text, words.other_space, space.path()),
            None => (words.shut_space_text, words.to_the_hall, "/".to_owned()),
        };
        let rel = (!chat.is_in_space()).then_some("external");
        let link = el("a").class("btn btn--primary").attr("href", path).attr("rel", rel).with(to);
        empty(house(), "h1", heading(), text).with(el("div").class("empty__acts").with(link))
    });
    [title(heading), el("div").attr("role", "alert").with(view).into()].into()
}

/// There is nothing at this address.
fn not_found() -> Node {
    let words = expect_words();
    let chat = Chat::expect();
    // Where the space is known, its rooms are the nearer way.
    let space = untrack(|| chat.space().filter(|_| chat.is_in_space()));
    let browse = space.map(|space| {
        el("a").class("btn").attr("href", space.page("rooms")).attr("rel", "external").with(words.browse)
    });
    let empty = empty(house(), "h1", words.not_found, words.not_found_text);
    let ways = way_on("/".to_owned(), words.to_the_hall).with(browse);
    [title(words.not_found), empty.with(ways).into()].into()
}

/// The whole page for an address that no route knows.
pub(super) fn not_found_page() -> Node {
    el("main").attr("id", "main").with(not_found()).into()
}

/// A space is open, but no room of it.
pub(super) fn choose_room() -> Node {
    let chat = Chat::expect();
    let words = expect_words();
    part(move || {
        if !chat.is_in_space() {
            return shut();
        }
        [title(words.rooms), empty(cushions(), "h1", words.choose_room, words.choose_room_text).into()].into()
    })
}
