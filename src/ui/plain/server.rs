//! The server as those see it who run it: accounts, spaces, and what was done to it.

use super::{
    audit::entries,
    desk::{ask, cell, pager, panel, search, segment, table, unseen, when},
    form::line,
    frame::{Place, section, sheet},
    invites::copyable,
    page::Page,
};
use crate::{
    protocol::{Account, AccountKind, AuditEntry, Field, Millis, Space, User},
    ui::{
        element::{El, el},
        icon::face_of,
        node::Node,
        nothing::empty,
        scene::cushions,
    },
};

/// What the page of a server has to know.
#[derive(Debug, Clone)]
pub struct ServerDesk {
    /// Who looks.
    pub me: User,
    /// Now.
    pub now: Millis,
    /// What is looked for; empty for every account.
    pub q: String,
    /// The accounts that were found, by name.
    pub accounts: Vec<Account>,
    /// What to ask the next page after.
    pub next: Option<String>,
    /// Is this a later part of the list?
    pub is_later: bool,
    /// Every space.
    pub spaces: Vec<SpaceRow>,
    /// The link that was just made with which somebody chooses a new password.
    pub recovery: Option<String>,
    /// What was done last.
    pub entries: Vec<AuditEntry>,
}

/// A space in a list.
#[derive(Debug, Clone)]
pub struct SpaceRow {
    /// The space; with a role for who belongs to it.
    pub space: Space,
    /// How many belong to it.
    pub members: u32,
    /// How many rooms it has that are not called after people.
    pub rooms: u32,
}

/// The page of a server.
pub fn server(page: &Page, desk: &ServerDesk) -> String {
    let words = &page.words().space;
    let place = |href: &str, label, icon| Place { href: href.to_owned(), label, icon };
    let places = vec![
        place("#accounts", words.accounts, "users"),
        place("#spaces", words.spaces, "hash"),
        place("#record", page.words().desk.audit, "clock"),
        place("/settings", page.words().settings.page, "sliders"),
    ];
    let of_rows = ["/api/deactivate", "/api/reactivate", "/api/set_admin"];
    let made = desk.recovery.as_ref().map(|link| {
        let body = copyable(page, words.recovery_made, link);
        section("made", words.recovery_made, words.recovery_text, panel(body)).attr("role", "status")
    });
    let record = section("record", page.words().desk.audit, words.audit_text, entries(page, &desk.entries));
    let body = Node::from([
        page.done_by(&of_rows, page.words().done).into(),
        made.into(),
        accounts(page, desk).into(),
        spaces(page, desk).into(),
        record.into(),
    ]);
    let title = page.words().desk.server;
    page.document(sheet(page, title, words.accounts_text, ("/", places), body))
}

fn accounts(page: &Page, desk: &ServerDesk) -> El {
    let words = &page.words().space;
    let rows: Vec<El> = desk.accounts.iter().map(|account| row(page, desk, account)).collect();
    let list: Node = match rows.is_empty() {
        true => empty(cushions(), "h3", words.none, words.none_text).into(),
        false => {
            let heads = [page.words().desk.name, page.words().people.since].map(Node::from);
            let heads = heads.into_iter().chain([unseen(page.words().desk.acts)]).collect();
            table(words.accounts, heads, rows).into()
        }
    };
    let body = Node::from([
        search(page, words.find, words.find_placeholder, &desk.q).into(),
        list,
        pager(page, &desk.q, desk.is_later, desk.next.clone()).into(),
    ]);
    section("accounts", words.accounts, (), body)
}

fn row(page: &Page, desk: &ServerDesk, account: &Account) -> El {
    let words = &page.words().space;
    let tag = |class, text| el("span").class(class).with(text);
    let way = match account.kind {
        AccountKind::Guest => Some(tag("tag tag--warn", words.guest)),
        AccountKind::Bot => Some(tag("tag", words.bot)),
        AccountKind::Account => None,
    };
    let admin = account.is_admin.then(|| tag("tag tag--keeper", words.admin));
    let out = account.deactivated_at.is_some().then(|| tag("tag tag--danger", words.deactivated));
    let name = el("div")
        .with(account.user.shown().to_owned())
        .with(el("small").with(format!("@{}", account.user.name)));
    let who = el("div").class("cell-person").with(face_of(&account.user, "avatar--sm")).with(name);
    let who = who.with(el("span").class("acts").with(admin).with(way).with(out));
    let acts = (account.user.id != desk.me.id).then(|| acts(page, account));
    let since = cell(when(page, desk.now, account.at)).class("num");
    el("tr").with(cell(who)).with(since).with(cell(acts))
}

fn acts(page: &Page, account: &Account) -> El {
    let (words, id, sure) = (&page.words().space, account.user.id.to_string(), page.words().desk.sure);
    let form = |to| page.form_for(to, "user", &id);
    let danger = "btn btn--sm btn--danger";
    let inside: Node = if account.deactivated_at.is_some() {
        form("/api/reactivate").submit("btn btn--sm", words.reactivate).into()
    } else {
        let recovery = (account.kind == AccountKind::Account)
            .then(|| Node::from(form("/server/recovery").submit("btn btn--sm", words.recovery)));
        let admin: Node = match (account.is_admin, account.kind) {
            (true, _) => form("/api/set_admin").hidden("on", "false").submit(danger, words.take_admin).into(),
            (false, AccountKind::Account) => {
                let form = form("/api/set_admin").hidden("on", "true");
                let form = form.with(el("p").with(words.give_admin_warning));
                ask(words.give_admin, "btn btn--sm", form.submit("btn btn--sm", sure)).into()
            }
            _ => Node::Nothing,
        };
        let out = form("/api/deactivate").with(el("p").with(words.deactivate_warning));
        let out = ask(words.deactivate, danger, out.submit(danger, sure));
        Node::from([recovery.into(), admin, out.into()])
    };
    let label = el("summary").class("btn btn--sm").with((words.manage)(account.user.shown()));
    el("details").class("ask").with(label).with(el("div").class("stack ask__form").with(inside))
}

fn spaces(page: &Page, desk: &ServerDesk) -> El {
    let (words, count) = (&page.words().space, page.words().desk.count);
    let line = |row: &SpaceRow| {
        let name: Node = match row.space.role {
            Some(_) => {
                let link = el("a").class("link").attr("href", format!("/s/{}", segment(&row.space.slug)));
                link.with(row.space.name.clone()).into()
            }
            None => row.space.name.clone().into(),
        };
        let small = format!("/s/{} · {} · {}", row.space.slug, count(row.members), (words.rooms)(row.rooms));
        let text = el("div").class("setting__text").with(el("b").with(name)).with(el("small").with(small));
        el("div").class("setting setting--keep").with(text)
    };
    let lines: Vec<El> = desk.spaces.iter().map(line).collect();
    let name = line_of("name", words.name, Field::SpaceName);
    let slug = line_of("slug", words.slug, Field::Slug).hint(words.slug_hint).attr("autocapitalize", "none");
    let form = page.form("/api/create_space").class("stack").field(name).field(slug);
    let form = form.submit("btn btn--primary", words.make);
    let list = (!lines.is_empty()).then(|| el("div").class("panel").with(lines));
    section("spaces", words.spaces, words.spaces_text, Node::from([list.into(), panel(form).into()]))
}

fn line_of(name: &'static str, label: &'static str, field: Field) -> super::form::Line {
    line(name, label).about(field).attr("autocomplete", "off")
}
