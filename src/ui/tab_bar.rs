//! What stands at the foot of the list on a phone: the few places one goes to again and again.

use super::{
    app::expect_words,
    element::{El, el, live},
    icon::icon,
    node::part,
    room_list::{badge, page},
    switcher::Switcher,
};
use crate::{client::Chat, protocol::SpaceAct};

/// The bar. Wider pages have the same elsewhere.
pub(super) fn tab_bar(switcher: Switcher) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let tab = |tab: El, picture: &'static str, text: &'static str| {
        tab.class("tabbar__tab").with(icon(picture)).with(el("span").with(text))
    };
    let here = el("a").attr("href", live(move || chat.space().map(|space| space.path())));
    let calls = move || chat.all_news().1;
    let inbox = el("a").attr("href", page("inbox")).attr("rel", "external");
    let people = el("a")
        .attr("href", page("people"))
        .attr("rel", "external")
        .attr("hidden", live(move || !chat.may_in_space(SpaceAct::ListPeople)));
    let me =
        el("button").attr("type", "button").attr("aria-haspopup", "dialog").attr("popovertarget", "pop-me");
    el("nav")
        .class("tabbar")
        .attr("aria-label", words.way.tabs)
        .with(tab(here.attr("aria-current", "page"), "hash", words.rooms))
        .with(tab(switcher.opens(el("a")), "search", words.way.tab_find))
        .with(tab(inbox, "at", words.way.tab_inbox).with(part(move || badge(words, (calls(), calls())))))
        .with(tab(people, "users", words.space_people))
        .with(tab(me, "user", words.way.me))
}
