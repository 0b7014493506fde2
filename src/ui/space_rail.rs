//! The pillar: the spaces one belongs to.

use super::{app::expect_words, live::live};
use crate::client::Chat;
use leptos::prelude::*;

/// The spaces; one so far.
#[component]
pub(super) fn SpaceRail() -> impl IntoView {
    let chat = Chat::expect();
    let words = expect_words();
    let space = move || chat.space();
    let glyph = live(move || space().and_then(|space| space.name.chars().next()).map(String::from));
    view! {
        <nav class="rail" aria-label=words.spaces>
            <ul class="rail__list">
                <li>
                    <a class="space" href=live(move || space().map(|space| format!("/s/{}", space.slug))) aria-current="true">
                        <span aria-hidden="true">{glyph}</span>
                        <span class="sr-only">{live(move || space().map(|space| space.name))}</span>
                    </a>
                </li>
            </ul>
        </nav>
    }
}
