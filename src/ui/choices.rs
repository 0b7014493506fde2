//! How one likes to read: language, theme, density. Plain forms; theme and density change at once where WASM runs.

use super::{
    app::expect_words,
    reader::{Density, Reader, Theme, expect_reader},
};
use crate::{api::prefer, client::wording::Lang};
use leptos::{prelude::*, task::spawn_local};
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
                aria-pressed=move || pressed(reader.get().lang == lang)
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
                aria-pressed=move || pressed(reader.get().theme == theme)
                on:click=move |event| {
                    event.prevent_default();
                    keep(reader, |reader| reader.theme = theme);
                }
            >
                {label}
            </button>
        }
    });
    view! {
        <form method="post" action="/api/prefer" class="segment segment--block" role="group" aria-label=words.theme>
            <Back/>
            {buttons.collect_view()}
        </form>
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
                aria-pressed=move || pressed(reader.get().density == density)
                on:click=move |event| {
                    event.prevent_default();
                    keep(reader, |reader| reader.density = density);
                }
            >
                {label}
            </button>
        }
    });
    view! {
        <form method="post" action="/api/prefer" class="segment segment--block" role="group" aria-label=words.density>
            <Back/>
            {buttons.collect_view()}
        </form>
    }
}

/// Changes the page now and the cookies for next time. That they could not be kept is not worth a word.
fn keep(reader: RwSignal<Reader>, change: impl FnOnce(&mut Reader)) {
    reader.update(change);
    let Reader { theme, density, .. } = reader.get_untracked();
    spawn_local(async move {
        let (theme, density) = (theme.name().to_owned(), density.name().to_owned());
        drop(prefer(None, Some(theme), Some(density), None).await);
    });
}

/// Where a plain form goes on to.
#[component]
fn Back() -> impl IntoView {
    let location = use_location();
    let back = move || {
        let (path, search) = (location.pathname.get(), location.search.get());
        if search.is_empty() { path } else { format!("{path}?{search}") }
    };
    view! { <input type="hidden" name="back" value=back/> }
}

fn pressed(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}
