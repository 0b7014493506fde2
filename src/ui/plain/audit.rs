//! The record: what was done to keep order, by whom, and when.

use super::{
    desk::{Visit, cell, desk, pager, table},
    page::Page,
};
use crate::{
    client::wording::{iso, plain::exactly},
    protocol::{AuditEntry, Role},
    ui::{
        element::{El, el},
        icon::face_of,
        node::Node,
    },
};

/// What the record's page has to know.
#[derive(Debug, Clone)]
pub struct Record {
    /// Who looks, and where.
    pub visit: Visit,
    /// What was done, the newest first.
    pub entries: Vec<AuditEntry>,
    /// What to ask the next page after.
    pub next: Option<String>,
    /// Is this a later part?
    pub is_later: bool,
}

/// The record's page.
pub fn audit(page: &Page, record: &Record) -> String {
    let body = Node::from([
        entries(page, &record.entries),
        pager(page, "", record.is_later, record.next.clone()).into(),
    ]);
    let title = page.words().desk.audit;
    page.document(desk(page, &record.visit, title, page.words().order.audit_text, body))
}

/// What was done, in a table.
pub(super) fn entries(page: &Page, entries: &[AuditEntry]) -> Node {
    let words = &page.words().order;
    if entries.is_empty() {
        return el("p").class("quiet").with(words.no_audit).into();
    }
    let heads = [words.when, words.who, words.what].map(Node::from).into();
    let rows: Vec<El> = entries.iter().map(|entry| row(page, entry)).collect();
    table(page.words().desk.audit, heads, rows).into()
}

fn row(page: &Page, entry: &AuditEntry) -> El {
    let words = &page.words().order;
    let at = exactly(entry.at);
    let at = el("time").attr("datetime", iso(entry.at)).with(at.trim_end_matches(" UTC").to_owned());
    let who = match &entry.by {
        Some(by) => {
            el("div").class("cell-person").with(face_of(by, "avatar--sm")).with(by.shown().to_owned())
        }
        None => el("span").class("quiet").with(words.command_line),
    };
    let role_name = |role: Role| page.words().desk.role_name(role);
    let what = (words.said)(entry, &role_name);
    el("tr").with(cell(at).class("num")).with(cell(who)).with(cell(what))
}
