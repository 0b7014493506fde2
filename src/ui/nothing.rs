//! Pages on which there is nothing, and why.

use super::{
    app::expect_words,
    scene::{Cushions, House},
    sign_in::door,
};
use crate::protocol::Failure;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Redirect, hooks::use_location};

/// What stands where a page could not be had. Somebody without a session goes to the doorway.
#[component]
pub(super) fn Refused(
    /// Why.
    failure: Failure,
) -> impl IntoView {
    let words = expect_words();
    let path = use_location().pathname.get_untracked();
    match failure {
        Failure::SignedOut => view! { <Redirect path=door(&path)/> }.into_any(),
        Failure::NotFound => view! { <NotFound/> }.into_any(),
        failure => view! {
            <Title text=words.broken/>
            <div class="empty">
                <House/>
                <h1>{words.broken}</h1>
                <p>{(words.failure)(&failure)}</p>
                <div class="empty__acts">
                    <a class="btn btn--primary" href=path rel="external">{words.try_again}</a>
                </div>
            </div>
        }
        .into_any(),
    }
}

/// There is nothing at this address.
#[component]
pub(super) fn NotFound() -> impl IntoView {
    let words = expect_words();
    view! {
        <Title text=words.not_found/>
        <div class="empty">
            <House/>
            <h1>{words.not_found}</h1>
            <p>{words.not_found_text}</p>
            <div class="empty__acts">
                <a class="btn btn--primary" href="/" rel="external">{words.to_the_hall}</a>
            </div>
        </div>
    }
}

/// The whole page for an address that no route knows.
#[component]
pub(super) fn NotFoundPage() -> impl IntoView {
    view! { <main id="main"><NotFound/></main> }
}

/// A space is open, but no room of it.
#[component]
pub(super) fn ChooseRoom() -> impl IntoView {
    let words = expect_words();
    view! {
        <Title text=words.rooms/>
        <div class="empty">
            <Cushions/>
            <h1>{words.choose_room}</h1>
            <p>{words.choose_room_text}</p>
        </div>
    }
}
