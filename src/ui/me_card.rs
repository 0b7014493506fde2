//! Oneself: name, how one likes to read, and the way out.

use super::{
    app::expect_words,
    choices::{DensityChoice, LanguageChoice, ThemeChoice},
    icon::{Avatar, Icon},
    live::part,
};
use crate::client::Chat;
use leptos::prelude::*;

/// The card at the foot of the room list, and what it opens.
#[component]
pub(super) fn MeCard() -> impl IntoView {
    let chat = Chat::expect();
    let words = expect_words();
    let name = Memo::new(move |_| chat.me().map(|me| me.name).unwrap_or_default());
    view! {
        <div class="me">
            <button type="button" class="me__card" aria-haspopup="dialog" popovertarget="pop-me">
                {part(move || view! { <Avatar name=name.get() here=true/> })}
                <span class="me__text"><b>{name}</b><small>{words.guest}</small></span>
                <span class="sr-only">{words.me}</span>
                <Icon name="sliders"/>
            </button>
        </div>
        <div class="pop pop--me menu me__menu" id="pop-me" popover="auto" role="dialog" aria-label=words.me>
            <fieldset><legend>{words.language}</legend><LanguageChoice/></fieldset>
            <fieldset><legend>{words.theme}</legend><ThemeChoice/></fieldset>
            <fieldset><legend>{words.density}</legend><DensityChoice/></fieldset>
            <hr/>
            <form method="post" action="/api/sign_out">
                <p>{words.sign_out_warning}</p>
                <button type="submit" class="btn btn--danger btn--block">
                    <Icon name="door" class="icon--sm"/>
                    {words.sign_out}
                </button>
            </form>
        </div>
    }
}
