//! What the pages of a space have in common: their list of places, and the small parts they are made of.

use super::{
    form::Form,
    frame::{Place, sheet},
    page::{Page, Sheet},
};
use crate::{
    client::wording::{
        iso,
        plain::{DeskWords, exactly},
    },
    protocol::{Millis, Role, Space, SpaceAct, User, may_in_space},
    ui::{
        door::encode,
        element::{El, el},
        icon::face_of,
        node::Node,
    },
};

/// Who looks at a page of a space, of which, and when.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Who looks.
    pub me: User,
    /// The space, with one's role in it.
    pub space: Space,
    /// Now.
    pub now: Millis,
}

impl Visit {
    /// May one do this in the space?
    pub fn may(&self, act: SpaceAct) -> bool {
        self.space.role.is_some_and(|role| may_in_space(act, role))
    }

    /// Where the conversation of the space is.
    pub fn home(&self) -> String {
        format!("/s/{}", segment(&self.space.slug))
    }

    /// A page of the space.
    pub fn to(&self, tail: &str) -> String {
        format!("{}/-/{tail}", self.home())
    }

    /// How a form names the space.
    pub(super) fn named(&self) -> String {
        self.space.id.to_string()
    }
}

/// One part of a path.
pub(super) fn segment(text: &str) -> String {
    encode(text, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~'))
}

/// A sheet of a space beside the list of its pages; of those the ones that one may see.
pub(super) fn desk(
    page: &Page,
    visit: &Visit,
    title: &str,
    text: impl Into<Node>,
    body: impl Into<Node>,
) -> Sheet {
    let words = &page.words().desk;
    let place = |tail: &str, label, icon| Place { href: visit.to(tail), label, icon };
    let places = [
        Some(place("rooms", words.rooms, "compass")),
        Some(place("inbox", page.words().inbox.title, "at")),
        visit.may(SpaceAct::StartDirect).then(|| place("direct", words.direct, "pencil")),
        visit.may(SpaceAct::ListPeople).then(|| place("people", words.people, "users")),
        visit.may(SpaceAct::Invite).then(|| place("invites", words.invites, "link")),
        visit.may(SpaceAct::HandleReports).then(|| place("reports", words.reports, "flag")),
        visit.may(SpaceAct::ReadAudit).then(|| place("audit", words.audit, "clock")),
        Some(place("settings", words.settings, "sliders")),
    ];
    let text = [el("b").with(visit.space.name.clone()).into(), el("br").into(), text.into()];
    let places = places.into_iter().flatten().collect();
    sheet(page, title, Node::from(text), (&visit.home(), places), body)
}

/// Somebody in a list: face, name, and the name to call them by.
pub(super) fn person(page: &Page, visit: &Visit, user: &User) -> El {
    let name = el("a").class("link").attr("href", visit.to(&format!("person/{}", user.id)));
    let name = name.with(user.shown().to_owned());
    let own = (user.id == visit.me.id).then(|| el("span").class("tag").with(page.words().desk.you));
    let text = el("div").with(name).with(" ").with(own);
    let text = text.with(el("small").with(format!("@{}", user.name)));
    el("div").class("cell-person").with(face_of(user, "avatar--sm")).with(text)
}

/// How long ago something was; for who points at it, when exactly.
pub(super) fn when(page: &Page, now: Millis, at: Millis) -> El {
    let words = &page.words().desk;
    el("time").attr("datetime", iso(at)).attr("title", exactly(at)).with((words.ago)(now.saturating_sub(at)))
}

/// A role, coloured by its weight.
pub(super) fn role_tag(words: &DeskWords, role: Role) -> El {
    let class = match role {
        Role::Owner => "tag tag--keeper",
        Role::Moderator => "tag tag--accent",
        Role::Member => "tag",
        Role::Guest => "tag tag--warn",
    };
    el("span").class(class).with(words.role_name(role))
}

/// A choice of roles and the button that gives the one chosen, for a line of a list.
pub(super) fn role_form<'a>(
    form: Form<'a>,
    words: &DeskWords,
    label: String,
    (held, least): (Role, Role),
    give: &'static str,
) -> Form<'a> {
    let roles = [Role::Guest, Role::Member, Role::Moderator, Role::Owner];
    let option = |role: Role| {
        el("option")
            .attr("value", word(role))
            .attr("selected", role == held)
            .with(words.role_name(role))
            .into()
    };
    let options: Vec<Node> =
        roles.into_iter().filter(|role| *role >= least || *role == held).map(option).collect();
    let select = el("select").class("input input--sm").attr("name", "role").attr("aria-label", label);
    form.class("line-form").with(select.with(options)).submit("btn btn--sm", give)
}

/// A role's word in forms.
pub(super) fn word(role: Role) -> &'static str {
    match role {
        Role::Guest => "guest",
        Role::Member => "member",
        Role::Moderator => "moderator",
        Role::Owner => "owner",
    }
}

/// Asks before something is done: a button that opens the form which does it. What was refused stays open.
pub(super) fn ask(label: &'static str, class: &'static str, form: Form<'_>) -> El {
    el("details")
        .class("ask")
        .attr("open", form.is_refused())
        .with(el("summary").class(class).with(label))
        .with(form.class("ask__form").end())
}

/// A switch of a form.
pub(super) fn switch<'a>(
    form: Form<'a>,
    name: &'static str,
    (label, text): (&'static str, &'static str),
    is_on: bool,
) -> Form<'a> {
    let is_on = if form.is_refused() { form.value(name, "") == "true" } else { is_on };
    let input = el("input").class("switch").attr("type", "checkbox").attr("role", "switch");
    let input = input.attr("name", name).attr("value", "true").attr("checked", is_on);
    let words = el("span").class("setting__text").with(el("b").with(label)).with(el("small").with(text));
    form.with(el("label").class("check").with(words).with(input))
}

/// One of a few, each said in full: value, name and meaning.
pub(super) fn choices<'a>(
    form: Form<'a>,
    name: &'static str,
    legend: &'static str,
    options: Vec<(&'static str, (&'static str, &'static str))>,
    chosen: &str,
) -> Form<'a> {
    let chosen = form.value(name, chosen);
    let choice = |(value, (label, text)): (&'static str, (&'static str, &'static str))| {
        let input = el("input").attr("type", "radio").attr("name", name).attr("value", value);
        let words = el("span").with(el("b").with(label)).with(el("small").with(text));
        el("label").class("choice").with(input.attr("checked", value == chosen)).with(words)
    };
    let choices: Vec<El> = options.into_iter().map(choice).collect();
    form.with(
        el("fieldset").class("stack").with(el("legend").class("field__label").with(legend)).with(choices),
    )
}

/// A field to search by, which asks for the page anew.
pub(super) fn search(page: &Page, label: &'static str, placeholder: &'static str, q: &str) -> El {
    let words = &page.words().desk;
    let input =
        el("input").class("input").attr("type", "search").attr("name", "q").attr("value", q.to_owned());
    let input = input.attr("placeholder", placeholder).attr("aria-label", label);
    let all = (!q.is_empty())
        .then(|| el("a").class("btn btn--quiet").attr("href", page.path().to_owned()).with(words.all));
    el("form")
        .class("toolbar")
        .attr("role", "search")
        .attr("method", "get")
        .attr("action", page.path().to_owned())
        .with(el("div").class("searchbox").with(input))
        .with(el("button").class("btn").attr("type", "submit").with(words.search))
        .with(all)
}

/// The way to the next part of a list, and back to its start.
pub(super) fn pager(page: &Page, q: &str, is_later: bool, next: Option<String>) -> Option<El> {
    let words = &page.words().desk;
    let q = if q.is_empty() { String::new() } else { format!("&q={}", segment(q)) };
    let first = is_later.then(|| {
        let first = format!("{}?{}", page.path(), q.trim_start_matches('&'));
        el("a").class("btn btn--quiet").attr("href", first).with(words.first)
    });
    let next = next.map(|next| {
        let next = format!("{}?after={}{q}", page.path(), segment(&next));
        el("a").class("btn").attr("href", next).with(words.more)
    });
    (first.is_some() || next.is_some())
        .then(|| el("nav").class("acts").attr("aria-label", words.more).with(first).with(next))
}

/// A table under its headings, the last of which may be there for those alone who cannot see the table.
pub(super) fn table(caption: &'static str, heads: Vec<Node>, rows: Vec<El>) -> El {
    let head = |head: Node| el("th").attr("scope", "col").with(head);
    let heads: Vec<El> = heads.into_iter().map(head).collect();
    let table = el("table")
        .class("table")
        .with(el("caption").class("sr-only").with(caption))
        .with(el("thead").with(el("tr").with(heads)))
        .with(el("tbody").with(rows));
    let wrap = el("div").class("table-wrap").attr("tabindex", "0").attr("role", "region");
    el("div").class("panel").with(wrap.attr("aria-label", caption).with(table))
}

/// A heading that is heard and not seen.
pub(super) fn unseen(text: &'static str) -> Node {
    el("span").class("sr-only").with(text).into()
}

/// A cell of a table.
pub(super) fn cell(node: impl Into<Node>) -> El {
    el("td").with(node)
}

/// A panel that holds one form or a few lines.
pub(super) fn panel(body: impl Into<Node>) -> El {
    el("div").class("panel").with(el("div").class("setting setting--stack").with(body))
}
