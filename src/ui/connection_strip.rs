//! How the page is connected, when there is something to say about it.

use super::{
    address::Address,
    app::expect_words,
    element::{El, el, live},
    icon::icon,
    node::{Node, part},
};
use crate::client::{Chat, Link};
use leptos::ev;

/// The line under the room's header. The region is always there, so that a screen reader hears it change.
pub(super) fn connection_strip() -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let address = Address::expect();
    let line = part(move || {
        let link = chat.link();
        words.link(link).map(|sentence| {
            let (class, picture) = look(link);
            let way_on = match link {
                Link::Reconnecting { .. } | Link::Offline { .. } => Some(
                    el("button")
                        .class("btn btn--sm")
                        .attr("type", "button")
                        .on(ev::click, move |_| chat.reconnect_now())
                        .with(words.try_now),
                ),
                Link::SignedOut => Some(
                    el("a")
                        .class("btn btn--sm")
                        .attr("rel", "external")
                        .attr("href", live(move || super::door::door(&address.path())))
                        .with(words.enter_again),
                ),
                // Beside what is being written, not in its place.
                Link::Plain => Some(
                    el("a")
                        .class("btn btn--sm")
                        .attr("href", "/help/connection")
                        .attr("target", "_blank")
                        .with(words.why_plain),
                ),
                Link::Quiet | Link::Live | Link::Back { .. } => None,
            };
            let text = el("span").class("conn__text").with(sentence);
            el("div").class(class).with(picture).with(text).with(way_on)
        })
    });
    el("div").class("conn-region").attr("role", "status").attr("aria-live", "polite").with(line)
}

fn look(link: Link) -> (&'static str, Node) {
    match link {
        Link::Quiet | Link::Live => ("conn", Node::Nothing),
        Link::Plain => ("conn", icon("cloud").into()),
        Link::Reconnecting { .. } => {
            ("conn conn--waiting", el("i").class("breath").attr("aria-hidden", "true").into())
        }
        Link::Offline { .. } => ("conn conn--offline", icon("cloudoff").into()),
        Link::Back { .. } => ("conn conn--back", icon("check").into()),
        Link::SignedOut => ("conn conn--offline", icon("door").into()),
    }
}
