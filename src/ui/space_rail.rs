//! The spaces one belongs to: in the pillar, and in the menu under the name of the one that is open.

use super::{
    app::expect_words,
    dialog::opens_by_id,
    each::{Key, each, when},
    element::{El, el, live},
    form::icon_button,
    heed::mark_all_item,
    icon::icon,
    keys::SHEET,
    node::{Node, part},
};
use crate::{
    client::{Chat, wording::Words},
    protocol::{Space, SpaceAct, SpaceId},
};

/// The pillar.
pub(super) fn space_rail() -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let add = when(
        move || chat.powers().1,
        move || {
            let link = el("a").class("space space--add").attr("href", "/server").attr("rel", "external");
            el("li").with(link.attr("aria-label", words.add_space).with(icon("plus"))).into()
        },
    );
    let list = el("ul").class("rail__list").with(spaces("space")).with(add);
    let keys = opens_by_id(icon_button("iconbtn", words.way.keys, "keyboard"), SHEET);
    el("nav")
        .class("rail")
        .attr("aria-label", words.spaces)
        .with(list)
        .with(el("div").class("rail__end").with(keys.attr("aria-haspopup", "dialog")))
}

/// The name of the open space, and the menu below it: the other spaces where there is no pillar, and all
/// that belongs to this one.
pub(super) fn space_menu() -> Node {
    let chat = Chat::expect();
    let words = expect_words();
    let button = el("button")
        .class("space-menu")
        .attr("type", "button")
        .attr("aria-haspopup", "dialog")
        .attr("popovertarget", "pop-space")
        .with(el("span").with(part(move || chat.space().map(|space| space.name))))
        .with(icon("down"));
    let page = |act: Option<SpaceAct>, name: &'static str, picture: &'static str, text: &'static str| {
        el("a")
            .class("menu__item")
            .attr("href", live(move || chat.space().map(|space| space.page(name))))
            .attr("rel", "external")
            .attr("hidden", live(move || act.is_some_and(|act| !chat.may_in_space(act))))
            .with(icon(picture))
            .with(el("span").with(text))
    };
    let server = el("a")
        .class("menu__item narrow")
        .attr("href", "/server")
        .attr("rel", "external")
        .attr("hidden", live(move || !chat.powers().1))
        .with(icon("plus"))
        .with(el("span").with(words.add_space));
    let menu = el("div")
        .class("pop pop--space menu")
        .attr("id", "pop-space")
        .attr("popover", "auto")
        .attr("role", "dialog")
        .attr("aria-label", words.space_menu)
        .with(el("ul").class("narrow").attr("aria-label", words.spaces).with(spaces("menu__item")))
        .with(server)
        .with(el("hr").class("narrow"))
        .with(mark_all_item())
        .with(page(Some(SpaceAct::ListPeople), "people", "users", words.space_people))
        .with(page(Some(SpaceAct::Invite), "invites", "link", words.invites))
        .with(page(Some(SpaceAct::HandleReports), "reports", "flag", words.reports))
        .with(page(Some(SpaceAct::ReadAudit), "audit", "clock", words.audit))
        .with(page(None, "settings", "sliders", words.space_settings));
    [button.into(), menu.into()].into()
}

fn spaces(class: &'static str) -> Node {
    let chat = Chat::expect();
    each(
        move || chat.spaces().into_iter().map(|space| Key::Space(space.id)).collect(),
        move |key| match key {
            Key::Space(id) => el("li").with(space_link(id, class)).into(),
            _ => Node::Nothing,
        },
    )
}

fn space_link(id: SpaceId, class: &'static str) -> El {
    let chat = Chat::expect();
    let words = expect_words();
    let find = move |look: fn(&Space) -> String| chat.spaces().iter().find(|space| space.id == id).map(look);
    let is_here = move || chat.space().is_some_and(|space| space.id == id);
    let name = part(move || find(|space| space.name.clone()));
    el("a")
        .class(class)
        .attr("href", live(move || find(Space::path)))
        .attr("aria-current", live(move || is_here().then_some("true")))
        .with(
            el("span")
                .class("sign")
                .attr("aria-hidden", "true")
                .with(part(move || find(|space| space.sign().to_owned()))),
        )
        .with(el("span").class(if class == "space" { "sr-only" } else { "room-link__name" }).with(name))
        .with(part(move || mark(words, chat.news_in(id))))
}

/// Says that there is something new in a space; how often one is called there comes first.
fn mark(words: &Words, (unread, mentions): (u32, u32)) -> Node {
    let (sign, told) = match (unread, mentions) {
        (0, 0) => return Node::Nothing,
        (unread, 0) => (el("i").class("space__dot"), (words.unread)(unread)),
        (_, mentions) => (el("span").class("badge").with(mentions.to_string()), (words.mentions)(mentions)),
    };
    [sign.attr("aria-hidden", "true").into(), el("span").class("sr-only").with(format!(", {told}")).into()]
        .into()
}
