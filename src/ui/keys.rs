//! The sheet of keys. The server writes it beside the page; the page's program only opens it.

use super::{
    element::{El, el},
    icon::icon,
    node::Node,
};
use crate::client::wording::{
    Lang,
    plain::{KeyLine, plain_words},
    words,
};

/// The id of the sheet.
pub(super) const SHEET: &str = "dlg-keys";

/// The sheet of keys.
pub(super) fn key_sheet(lang: Lang) -> El {
    let sheet = &plain_words(lang).keys;
    let (before, after) = sheet.again;
    let again = el("p").with(before).with(el("kbd").with("?")).with(after);
    let title = el("h2").attr("id", "dlg-keys-h").with(sheet.title);
    let close = el("button").class("iconbtn").attr("type", "submit").attr("aria-label", words(lang).close);
    let head = el("div")
        .class("dialog__head")
        .with(el("div").with(title).with(again))
        .with(el("form").attr("method", "dialog").with(close.with(icon("x"))));
    let groups = sheet.groups.iter().map(|(name, lines)| {
        let lines = lines.iter().fold(el("dl"), |list, line| list.with(key_line(line)));
        el("section").with(el("h3").with(*name)).with(lines)
    });
    let keys = el("div").class("keys").with(groups.collect::<Vec<El>>());
    // On a small screen the list scrolls: by keys, too.
    let body = el("div")
        .class("dialog__body")
        .attr("tabindex", "0")
        .attr("role", "region")
        .attr("aria-labelledby", "dlg-keys-h")
        .with(keys);
    el("dialog")
        .class("dialog dialog--wide")
        .attr("id", SHEET)
        .attr("aria-labelledby", "dlg-keys-h")
        .attr("closedby", "any")
        .with(head)
        .with(body)
}

fn key_line((does, keys): &KeyLine) -> Node {
    let keys = keys.split(' ').fold(el("dd"), |line, key| line.with(kbd(key)));
    [el("dt").with(*does).into(), keys.into()].into()
}

/// A key as it stands on keyboards; the page knows where Ctrl is ⌘.
pub(super) fn kbd(key: &'static str) -> El {
    match key {
        "Ctrl" => el("kbd").class("ctrl").with(el("span").with(key)),
        _ => el("kbd").with(key),
    }
}
