//! What every plain page is rendered with, and the document around it.

use crate::{
    client::wording::{Words, plain::PlainWords, plain::plain_words, words},
    protocol::Failure,
    ui::{
        Built, Reader,
        document::{head, html, sprite},
        element::{El, el},
        node::Node,
    },
};
use leptos::prelude::*;
use std::sync::Arc;

/// What every plain page is rendered with.
#[derive(Debug, Clone)]
pub struct Page {
    /// How the person likes to read.
    pub reader: Reader,
    /// Where the style sheet is.
    pub built: Arc<Built>,
    /// The page's own path and query.
    pub here: String,
    /// What a form on it was refused.
    pub refused: Option<Refused>,
    /// The path of the server function that has just done what a form on it asked for.
    pub done: Option<String>,
}

/// A form's refusal, as it comes back to the page.
#[derive(Debug, Clone)]
pub struct Refused {
    /// The path of the server function that refused it.
    pub by: String,
    /// Why.
    pub failure: Failure,
    /// The fields as they were typed, without secrets.
    pub typed: Vec<(String, String)>,
}

/// One plain page: what it is called and what is on it.
pub(super) struct Sheet {
    title: String,
    body: Node,
}

impl Sheet {
    /// A page that is called so.
    pub(super) fn new(title: impl Into<String>, body: impl Into<Node>) -> Self {
        Self { title: title.into(), body: body.into() }
    }
}

impl Page {
    /// The sentences of plain pages.
    pub(super) fn words(&self) -> &'static PlainWords {
        plain_words(self.reader.lang)
    }

    /// The sentences that the conversation has too.
    pub(super) fn common(&self) -> &'static Words {
        words(self.reader.lang)
    }

    /// The path without the query.
    pub(super) fn path(&self) -> &str {
        self.here.split('?').next().unwrap_or_default()
    }

    /// The whole document. A button that is `hidden`, with the text to copy in `data-copy` and what it then
    /// says in `data-done`, brings the script that shows it.
    pub(super) fn document(&self, sheet: Sheet) -> String {
        Owner::new().with(|| {
            let body = Node::from(self.body(sheet.body)).to_html();
            let scripts =
                [(" data-copy=", "/page.js"), (" data-heed", "/heed.js"), ("<local-time ", "/clock.js")];
            let scripts = scripts.into_iter().filter(|(sign, _)| body.contains(sign)).map(|(_, path)| path);
            let head = Node::from(self.head(&sheet.title, scripts.collect())).to_html();
            let html = html(self.reader).html(head + &body);
            format!("<!DOCTYPE html>{}", Node::from(html).to_html())
        })
    }

    fn head(&self, title: &str, scripts: Vec<&'static str>) -> El {
        let refused = self.refused.as_ref().map(|_| self.words().refused_title);
        let script = |path| el("script").attr("src", path).attr("defer", true);
        let scripts: Vec<El> = scripts.into_iter().map(script).collect();
        let title = format!("{}{title} · Maru", refused.unwrap_or_default());
        head(&self.built).with(el("title").with(title)).with(scripts)
    }

    fn body(&self, body: Node) -> El {
        let skip = el("a").class("skip").attr("href", "#main").with(self.common().skip);
        el("body").with(skip).with(body).with(sprite())
    }
}
