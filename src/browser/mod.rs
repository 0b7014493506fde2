//! The page's hands: they wake it, hold the connection, write down drafts, notice the person and the keys, keep
//! the place.

mod address;
mod attention;
mod clock;
mod colours;
mod connection;
mod courier;
mod errands;
mod heed;
mod idle;
mod keeper;
mod keys;
mod locks;
mod press;
mod prose;
mod requests;
mod scroll;
mod sight;
mod socket;
mod storage;
mod viewport;

use crate::{
    client::{Chat, Hands},
    ui::{
        Address, Asker, Caller, Courier, Errands, Headline, LOBBY_DATA, Prefetched, ROOM_DATA, Reader, app,
        effect,
    },
};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;

/// Takes over the page that the server rendered. Called once, by the script in that page.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(|| {
        let chat = Chat::new(Default::default());
        provide_context(chat);
        let address = Address::new(address::here(), address::go);
        provide_context(address);
        provide_context(Headline(Arc::new(|text| {
            effect(move || document().set_title(&text.get()));
        })));
        let reader = document().document_element().and_then(|html| html.get_attribute("data-reader"));
        provide_context(reader.and_then(|reader| reader.parse::<Reader>().ok()).unwrap_or_default());
        provide_context(Prefetched::read(courier::told(LOBBY_DATA), courier::told(ROOM_DATA)));
        provide_context(Courier(courier::carry));
        provide_context(Caller(courier::call));
        provide_context(Asker(courier::ask));
        provide_context(Errands { bring: errands::bring, copy: errands::copy });
        spawn_local(run(chat, address));
        app()
    });
}

/// Everything that a page does by itself.
async fn run(chat: Chat, address: Address) {
    // What the server rendered must be found again as it was: nothing changes before all of it is taken over.
    TimeoutFuture::new(0).await;
    let woken = chat.set_hands(Hands {
        now: clock::now,
        random: clock::random,
        recall: storage::recall,
        remember: storage::remember,
        origin: prose::origin,
        colours: colours::colours,
        waker: None,
    });
    chat.zone.try_set(clock::zone());
    chat.awake.try_set(true);
    address::follow(address);
    attention::watch(chat);
    idle::watch(chat);
    heed::watch(chat);
    scroll::keep_place(chat);
    keys::listen(chat);
    viewport::follow();
    prose::listen();
    press::watch();
    if let Some(html) = document().document_element() {
        // For whoever drives the page from outside: from here on it answers.
        let _ = html.set_attribute("data-hydrated", "1");
    }
    let keeper = keeper::Keeper::new(chat).await;
    connection::run(connection::Page { chat, woken, keeper }).await;
}
