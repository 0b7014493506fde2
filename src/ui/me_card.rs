//! Oneself: name, how one likes to read, and the way out.

use super::{
    app::expect_words,
    choices::{density_choice, language_choice, open_choice, theme_choice},
    element::{El, el, live},
    icon::{face_of, icon, icon_with},
    node::{Node, part},
    presence::mark,
    status_form::{dnd_form, status_form},
};
use crate::{client::Chat, protocol::Presence};

/// The card at the foot of the room list, and what it opens.
pub(super) fn me_card() -> Node {
    let chat = Chat::expect();
    let words = expect_words();
    // What one is up to, else what one is in the space.
    let about = move || {
        let role = || chat.space().and_then(|space| space.role).map(words.role).unwrap_or_default();
        Some(chat.status()).filter(|status| !status.is_empty()).unwrap_or_else(|| role().to_owned())
    };
    let text = el("span")
        .class("me__text")
        .with(el("b").with(part(move || chat.me().map(|me| me.shown().to_owned()))))
        .with(el("small").with(part(about)));
    let here = move || mark(if chat.is_dnd() { Presence::Dnd } else { Presence::On });
    let card = el("button")
        .class("me__card")
        .attr("type", "button")
        .attr("aria-haspopup", "dialog")
        .attr("popovertarget", "pop-me")
        .with(part(move || chat.me().map(|me| face_of(&me, "").with(here()))))
        .with(text)
        .with(el("span").class("sr-only").with(words.me))
        .with(icon("sliders"));
    let (status, dnd) = (status_form(), dnd_form());
    let set = |legend: &'static str, choice: El| el("fieldset").with(el("legend").with(legend)).with(choice);
    let settings = el("a")
        .class("btn btn--block")
        .attr("href", "/settings")
        .attr("rel", "external")
        .with(icon_with("user", "icon--sm"))
        .with(words.settings);
    let leave = el("button")
        .class("btn btn--danger btn--block")
        .attr("type", "submit")
        .with(icon_with("door", "icon--sm"))
        .with(words.sign_out);
    // Who has an account comes back to it.
    let warning = el("p").attr("hidden", live(move || chat.powers().0)).with(words.sign_out_warning);
    let menu = el("div")
        .class("pop pop--me menu me__menu")
        .attr("id", "pop-me")
        .attr("popover", "auto")
        .attr("role", "dialog")
        .attr("aria-label", words.me)
        .with(set(words.presence.status, status))
        .with(set(words.presence.dnd, dnd))
        .with(set(words.language, language_choice()))
        .with(set(words.theme, theme_choice()))
        .with(set(words.density, density_choice()))
        .with(set(words.jumps.opens, open_choice()))
        .with(settings)
        .with(el("hr"))
        .with(el("form").attr("method", "post").attr("action", "/api/sign_out").with(warning).with(leave));
    [el("div").class("me").with(card).into(), menu.into()].into()
}
