//! How the page is connected, when there is something to say about it.

use super::{
    app::expect_words,
    icon::Icon,
    live::{live, part},
};
use crate::client::{Chat, Link};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The line under the room's header. The region is always there, so that a screen reader hears it change.
#[component]
pub(super) fn ConnectionStrip() -> impl IntoView {
    let chat = Chat::expect();
    let words = expect_words();
    let path = use_location().pathname;
    let link = Memo::new(move |_| chat.link());
    let line = part(move || {
        let link = link.get();
        words.link(link).map(|sentence| {
            let (class, icon) = look(link);
            view! {
                <div class=class>
                    {icon}
                    <span class="conn__text">{sentence}</span>
                    {match link {
                        Link::Reconnecting { .. } | Link::Offline { .. } => view! {
                            <button type="button" class="btn btn--sm" on:click=move |_| chat.reconnect_now()>
                                {words.try_now}
                            </button>
                        }.into_any(),
                        Link::SignedOut => view! {
                            <a class="btn btn--sm" rel="external" href=live(move || super::sign_in::door(&path.get()))>
                                {words.enter_again}
                            </a>
                        }.into_any(),
                        Link::Quiet | Link::Live | Link::Back { .. } => ().into_any(),
                    }}
                </div>
            }
        })
    });
    view! { <div class="conn-region" role="status" aria-live="polite">{line}</div> }
}

fn look(link: Link) -> (&'static str, AnyView) {
    match link {
        Link::Quiet | Link::Live => ("conn", ().into_any()),
        Link::Reconnecting { .. } => {
            ("conn conn--waiting", view! { <i class="breath" aria-hidden="true"></i> }.into_any())
        }
        Link::Offline { .. } => ("conn conn--offline", view! { <Icon name="cloudoff"/> }.into_any()),
        Link::Back { .. } => ("conn conn--back", view! { <Icon name="check"/> }.into_any()),
        Link::SignedOut => ("conn conn--offline", view! { <Icon name="door"/> }.into_any()),
    }
}
