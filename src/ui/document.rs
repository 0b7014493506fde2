//! The HTML document around every page. The server alone renders it; the page's program finds it as it is.

use super::{
    app::page,
    element::{El, el},
    emoji_picker::emoji_picker,
    keys::key_sheet,
    node::Node,
    reader::Reader,
};
use leptos::{prelude::*, tachys::html::doctype};

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

/// The document of the conversation, with the page in it. `nonce` is what its one script is let in by.
pub fn shell(built: &Built, reader: Reader, nonce: Option<&str>) -> AnyView {
    provide_context(reader);
    let Built { script, program, .. } = built;
    let preload = |rel: &'static str, href: &str| {
        el("link").attr("rel", rel).attr("href", href.to_owned()).attr("crossorigin", "")
    };
    // Started as soon as it is there, compiled while it comes.
    let start = format!(
        "import({script:?}).then(page=>page.default({{module_or_path:{program:?}}}).then(()=>page.hydrate()))"
    );
    let start = el("script").attr("type", "module").attr("nonce", nonce.map(str::to_owned)).html(start);
    // The browser's part of telling what is new; it has to be there before the page's program speaks to it.
    let heed = el("script").attr("src", "/heed.js").attr("defer", true);
    let head = head(built)
        .with(heed)
        .with(preload("modulepreload", script))
        .with(preload("preload", program).attr("as", "fetch").attr("type", "application/wasm"))
        .with(start);
    let picker = el("script").attr("type", "module").attr("src", "/emoji.js");
    let beside = [sprite(), key_sheet(reader.lang), emoji_picker(reader.lang), picker];
    let body = el("body").with(page()).with(beside.map(Node::from));
    let kind: AnyView = doctype("html").into_any();
    Node::from([kind.into(), html(reader).with(head).with(body).into()]).into_any()
}

/// The root of a document, in the reader's language and colours.
pub(super) fn html(reader: Reader) -> El {
    el("html").attr("lang", reader.lang.tag()).attr("data-theme", reader.theme.attribute())
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
