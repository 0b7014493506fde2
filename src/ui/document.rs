//! The HTML document around every page. The server alone renders it; the page's program finds it as it is.

use super::{
    address::Address,
    app::{Headline, page},
    element::{El, el},
    emoji_picker::emoji_picker,
    keys::key_sheet,
    node::Node,
    reader::Reader,
    told::{Prefetched, Told},
};
use crate::protocol::{Failure, Lobby, RoomPage};
use leptos::prelude::*;
use serde::Serialize;
use std::sync::Arc;

/// Every icon. It stands in the page itself: without a connection, a file could not be fetched for the
/// icon of the line that says so.
const SPRITE: &str = include_str!("icons.svg");

/// Where the files are that the build made: paths below the site's root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The style sheet.
    pub style: String,
    /// The script that starts the page's program.
    pub script: String,
    /// The program.
    pub program: String,
}

/// What a page of the conversation is rendered with.
pub struct Opening {
    /// How the person likes to read.
    pub reader: Reader,
    /// Path and query, as they were asked for.
    pub url: String,
    /// What its scripts are let in by.
    pub nonce: String,
    /// What there is of the space, and of the room if one is open.
    pub lobby: Option<Result<Lobby, Failure>>,
    /// The room.
    pub room: Option<Result<RoomPage, Failure>>,
}

/// The document of the conversation. All of it is known beforehand, so that it is rendered in one go.
pub fn document(built: &Built, opening: Opening) -> String {
    let Opening { reader, url, nonce, lobby, room } = opening;
    Owner::new().with(|| {
        let beside = [
            sprite().into(),
            key_sheet(reader.lang).into(),
            emoji_picker(reader.lang).into(),
            el("script").attr("type", "module").attr("src", "/emoji.js").into(),
            el("script").attr("type", "module").attr("src", "/clock.js").into(),
            data(LOBBY_DATA, &nonce, lobby.as_ref()),
            data(ROOM_DATA, &nonce, room.as_ref()),
        ];
        let lobby = lobby.map(|lobby| lobby.map(|lobby| Told::Lobby(Box::new(lobby))));
        let room = room.map(|room| room.map(|room| Told::Room(Box::new(room))));
        let called = StoredValue::new(String::new());
        provide_context(reader);
        provide_context(Address::new(url, |_, _| {}));
        provide_context(Prefetched::new(lobby, room));
        provide_context(Headline(Arc::new(move |text| called.set_value(text.get().into_owned()))));
        let body = Node::from(el("body").with(page()).with(beside)).to_html();
        let head = Node::from(wakes(head(built), built, nonce).with(el("title").with(called.get_value())));
        let html = html(reader).attr("data-reader", reader.to_string()).html(head.to_html() + &body);
        format!("<!DOCTYPE html>{}", Node::from(html).to_html())
    })
}

/// The id of what was told of the space: JSON, an answer or, with `data-refused`, why there is none.
pub const LOBBY_DATA: &str = "told-lobby";
/// The same of the room.
pub const ROOM_DATA: &str = "told-room";

fn data<T: Serialize>(id: &'static str, nonce: &str, told: Option<&Result<T, Failure>>) -> Node {
    let json = told.map(|told| match told {
        Ok(answer) => (None, serde_json::to_string(answer)),
        Err(failure) => (Some(""), serde_json::to_string(failure)),
    });
    // In JSON this sign stands in strings alone; written so, it ends no element.
    let Some((refused, Ok(json))) = json else { return Node::Nothing };
    el("script")
        .attr("type", "application/json")
        .attr("nonce", nonce.to_owned())
        .attr("id", id)
        .attr("data-refused", refused)
        .html(json.replace('<', "\\u003c"))
        .into()
}

/// The head of a page that has a program.
fn wakes(head: El, built: &Built, nonce: String) -> El {
    let Built { script, program, .. } = built;
    let preload = |rel: &'static str, href: &str| {
        el("link").attr("rel", rel).attr("href", href.to_owned()).attr("crossorigin", "")
    };
    // Started as soon as it is there, compiled while it comes.
    let start = format!(
        "import({script:?}).then(page=>page.default({{module_or_path:{program:?}}}).then(()=>page.hydrate()))"
    );
    let start = el("script").attr("type", "module").attr("nonce", nonce).html(start);
    // The browser's part of telling what is new; it has to be there before the page's program speaks to it.
    let heed = el("script").attr("src", "/heed.js").attr("defer", true);
    head.with(heed)
        .with(preload("modulepreload", script))
        .with(preload("preload", program).attr("as", "fetch").attr("type", "application/wasm"))
        .with(start)
}

/// The root of a document, in the reader's language and colours.
pub(super) fn html(reader: Reader) -> El {
    el("html")
        .attr("lang", reader.lang.tag())
        .attr("data-theme", reader.theme.attribute())
        .attr("data-contrast", reader.contrast.attribute())
}

/// What the head of every document has.
pub(super) fn head(built: &Built) -> El {
    let view = "width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content";
    let meta = |name, content: &'static str| el("meta").attr("name", name).attr("content", content);
    let link = |rel, href: &str| el("link").attr("rel", rel).attr("href", href.to_owned());
    el("head")
        .with(el("meta").attr("charset", "utf-8"))
        .with(meta("viewport", view))
        .with(meta("color-scheme", "light dark"))
        .with(link("stylesheet", &built.style).attr("id", "maru"))
        .with(link("icon", "/favicon.svg").attr("type", "image/svg+xml"))
        .with(link("manifest", "/manifest.webmanifest"))
}

/// The icons that all pages use.
pub(super) fn sprite() -> El {
    el("div").attr("hidden", true).html(SPRITE)
}
