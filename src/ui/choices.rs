//! How one likes to read: language, theme, density. Plain forms; theme and density change at once where WASM runs.

use super::{
    app::expect_words,
    form::{CallForm, Outcome},
    live::live,
    reader::{Density, Theme, expect_reader},
};
use crate::client::wording::Lang;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The languages. Another one brings a new page: every sentence on it changes.
#[component]
pub(super) fn LanguageChoice() -> impl IntoView {
    let words = expect_words();
    let reader = expect_reader();
    let buttons = [Lang::Ko, Lang::En].map(|lang| {
        view! {
            <button
                type="submit"
                name="lang"
                value=lang.tag()
                lang=lang.tag()
                aria-pressed=live(move || pressed(reader.get().lang == lang))
            >
                {lang.name()}
            </button>
        }
    });
    view! {
        <form method="post" action="/api/prefer" class="segment" role="group" aria-label=words.language>
            <Back/>
            {buttons.collect_view()}
        </form>
    }
}

/// Light, dark, or as the system has it.
#[component]
pub(super) fn ThemeChoice() -> impl IntoView {
    let words = expect_words();
    let reader = expect_reader();
    let buttons = Theme::ALL.map(|theme| {
        let label = match theme {
            Theme::Auto => words.theme_auto,
            Theme::Light => words.theme_light,
            Theme::Dark => words.theme_dark,
        };
        view! {
            <button
                type="submit"
                name="theme"
                value=theme.name()
                aria-pressed=live(move || pressed(reader.get().theme == theme))
                on:click=move |_| reader.update(|reader| reader.theme = theme)
            >
                {label}
            </button>
        }
    });
    view! {
        <CallForm call=Outcome::of("/api/prefer")>
            <Back/>
            <div class="segment segment--block" role="group" aria-label=words.theme>{buttons.collect_view()}</div>
        </CallForm>
    }
}

/// How the timeline is set.
#[component]
pub(super) fn DensityChoice() -> impl IntoView {
    let words = expect_words();
    let reader = expect_reader();
    let buttons = Density::ALL.map(|density| {
        let label = match density {
            Density::Bubbles => words.bubbles,
            Density::Compact => words.compact,
        };
        view! {
            <button
                type="submit"
                name="density"
                value=density.name()
                aria-pressed=live(move || pressed(reader.get().density == density))
                on:click=move |_| reader.update(|reader| reader.density = density)
            >
                {label}
            </button>
        }
    });
    view! {
        <CallForm call=Outcome::of("/api/prefer")>
            <Back/>
            <div class="segment segment--block" role="group" aria-label=words.density>{buttons.collect_view()}</div>
        </CallForm>
    }
}

/// Where a plain form goes on to.
#[component]
fn Back() -> impl IntoView {
    let location = use_location();
    let back = live(move || {
        let (path, search) = (location.pathname.get(), location.search.get());
        if search.is_empty() { path } else { format!("{path}?{search}") }
    });
    view! { <input type="hidden" name="back" value=back/> }
}

fn pressed(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}
