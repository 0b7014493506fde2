//! The doorway: who one is to be here.

use super::{
    app::{expect_words, title},
    choices::language_choice,
    element::{El, el, live},
    form::{Outcome, call_form, field, hidden, input, label, submit},
    icon::icon,
    node::{Node, part},
    scene::scene,
};
use crate::{
    client::Chat,
    protocol::{Arrival, Failure, Field, NAME_LIMIT, json::read},
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

/// The doorway's address for somebody who wanted to go to `path`.
pub(super) fn door(path: &str) -> String {
    format!("/enter?next={}", encode(path, |byte| byte.is_ascii_alphanumeric()))
}

/// Percent-encodes every byte that may not stay.
fn encode(text: &str, may_stay: impl Fn(u8) -> bool) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |out, byte| {
        if may_stay(byte) {
            out + char::from(byte).encode_utf8(&mut [0])
        } else {
            out + &format!("%{byte:02X}")
        }
    })
}

/// The path to go on to, fit for a header: the query map has decoded it.
fn next_path(query: Option<String>) -> String {
    encode(&query.unwrap_or_default(), |byte| byte.is_ascii_graphic())
}

/// The doorway. It works as a plain form, too.
pub(super) fn sign_in() -> Node {
    let words = expect_words();
    let caption =
        el("p").class("door__caption").with(words.door_caption).with(el("small").with(words.door_about));
    let mark = el("svg").class("brand__mark").attr("aria-hidden", "true");
    let name = el("span").with("Maru ").with(el("small").attr("lang", "ko").with("마루"));
    let brand = el("span").class("brand").with(mark.with(el("use").attr("href", "#i-mark"))).with(name);
    let head = el("div")
        .class("door__title")
        .with(el("h1").with(words.door_title))
        .with(el("p").with(words.door_text));
    let side = el("main")
        .class("door__side")
        .attr("id", "main")
        .with(el("div").class("door__top").with(brand).with(language_choice()))
        .with(el("div").class("door__form").with(head).with(name_form()))
        .with(el("footer").class("door__foot").with(el("span").with("Maru")));
    let view = el("aside").class("door__view").with(scene()).with(caption);
    [title(words.door_page), el("div").class("door").with(view).with(side).into()].into()
}

fn name_form() -> El {
    let words = expect_words();
    let chat = Chat::expect();
    let query = use_query_map();
    let call = Outcome::of("/api/enter");
    let failure = call.failure();
    let is_about_name = move || failure.get().is_some_and(|failure| names_field(&failure));
    let navigate = use_navigate();
    call.on_done(move |json| {
        if let Ok(arrival) = read::<Arrival>(json) {
            let next = next_path(query.read_untracked().get("next"));
            let path = if next.starts_with('/') && !next.starts_with("//") { next } else { arrival.path };
            chat.reconnect_now();
            navigate(&path, NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
    let name = input("name")
        .attr("type", "text")
        .attr("autocomplete", "nickname")
        .attr("placeholder", words.name_placeholder)
        .attr("value", query.read_untracked().get("name").unwrap_or_default())
        .attr("aria-describedby", "name-hint")
        .attr("aria-invalid", live(move || is_about_name().then_some("true")))
        .attr("autofocus", true);
    let hint = el("span").class("field__hint").attr("id", "name-hint").with(words.name_hint);
    call_form(call)
        .with(hidden("next", live(move || next_path(query.read().get("next")))))
        .with(field(label(words.your_name), name).with(hint).with(field_error(failure)))
        .with(submit("btn btn--primary btn--lg btn--block", words.enter).attr("aria-busy", call.busy()))
}

/// A refusal next to the field that it speaks of. The region is always there, so that it is heard.
pub(super) fn field_error(failure: Signal<Option<Failure>>) -> El {
    let words = expect_words();
    el("span").attr("role", "alert").with(part(move || {
        failure.get().map(|failure| {
            el("span").class("field__error").with(icon("alert")).with((words.failure)(&failure))
        })
    }))
}

fn names_field(failure: &Failure) -> bool {
    matches!(failure, Failure::Invalid { field: Field::Name, .. } | Failure::Taken { field: Field::Name })
}

const _: () = assert!(NAME_LIMIT == 32, "the doorway's hint says 32");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_survives_the_doorway() {
        assert_eq!(door("/s/maru/%EB%A7%88"), "/enter?next=%2Fs%2Fmaru%2F%25EB%25A7%2588");
        assert_eq!(next_path(Some("/s/maru/마루".to_owned())), "/s/maru/%EB%A7%88%EB%A3%A8");
        assert_eq!(next_path(Some("/s/maru/%EB".to_owned())), "/s/maru/%EB");
        assert_eq!(next_path(None), "");
    }
}
