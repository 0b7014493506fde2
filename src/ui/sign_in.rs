//! The doorway: who one is to be here.

use super::{
    app::expect_words,
    choices::LanguageChoice,
    form::{CallForm, Outcome},
    icon::Icon,
    live::{live, part},
    scene::Scene,
};
use crate::{
    client::Chat,
    protocol::{Arrival, Failure, Field, NAME_LIMIT},
};
use leptos::prelude::*;
use leptos_meta::Title;
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
#[component]
pub(super) fn SignIn() -> impl IntoView {
    let words = expect_words();
    view! {
        <Title text=words.door_page/>
        <div class="door">
            <aside class="door__view">
                <Scene/>
                <p class="door__caption">{words.door_caption}<small>{words.door_about}</small></p>
            </aside>
            <main class="door__side" id="main">
                <div class="door__top">
                    <span class="brand">
                        <svg class="brand__mark" aria-hidden="true"><use href="#i-mark"></use></svg>
                        <span>"Maru " <small lang="ko">"마루"</small></span>
                    </span>
                    <LanguageChoice/>
                </div>
                <div class="door__form">
                    <div class="door__title">
                        <h1>{words.door_title}</h1>
                        <p>{words.door_text}</p>
                    </div>
                    <NameForm/>
                </div>
                <footer class="door__foot"><span>"Maru"</span></footer>
            </main>
        </div>
    }
}

#[component]
fn NameForm() -> impl IntoView {
    let words = expect_words();
    let chat = Chat::expect();
    let query = use_query_map();
    let call = Outcome::of("/api/enter");
    let failure = call.failure();
    let is_about_name = move || failure.get().is_some_and(|failure| names_field(&failure));
    let navigate = use_navigate();
    call.on_done(move |json| {
        if let Ok(arrival) = serde_json::from_str::<Arrival>(json) {
            let next = next_path(query.read_untracked().get("next"));
            let path = if next.starts_with('/') && !next.starts_with("//") { next } else { arrival.path };
            chat.reconnect_now();
            navigate(&path, NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
    view! {
        <CallForm call>
            <input type="hidden" name="next" value=live(move || next_path(query.read().get("next")))/>
            <label class="field">
                <span class="field__label">{words.your_name}</span>
                <input
                    class="input"
                    type="text"
                    name="name"
                    autocomplete="nickname"
                    placeholder=words.name_placeholder
                    value=query.read_untracked().get("name").unwrap_or_default()
                    aria-describedby="name-hint"
                    aria-invalid=live(move || is_about_name().then_some("true"))
                    autofocus
                />
                <span class="field__hint" id="name-hint">{words.name_hint}</span>
                <FieldError failure/>
            </label>
            <button
                type="submit"
                class="btn btn--primary btn--lg btn--block"
                aria-busy=call.busy()
            >
                {words.enter}
            </button>
        </CallForm>
    }
}

/// A refusal next to the field that it speaks of. The region is always there, so that it is heard.
#[component]
pub(super) fn FieldError(
    /// What was refused.
    failure: Signal<Option<Failure>>,
) -> impl IntoView {
    let words = expect_words();
    view! {
        <span role="alert">
            {part(move || failure.get().map(|failure| view! {
                <span class="field__error"><Icon name="alert"/>{(words.failure)(&failure)}</span>
            }))}
        </span>
    }
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
