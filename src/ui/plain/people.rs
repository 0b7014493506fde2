//! Who belongs to a space, and who may not come back.

use super::{
    desk::{Visit, cell, desk, pager, panel, person, role_form, role_tag, search, table, unseen, when},
    form::line,
    frame::section,
    page::Page,
};
use crate::{
    protocol::{Ban, Field, Member, Members, Role, SpaceAct},
    ui::{
        element::{El, el},
        node::Node,
        nothing::empty,
        scene::cushions,
    },
};

/// What the page of people has to know.
#[derive(Debug, Clone)]
pub struct People {
    /// Who looks, and where.
    pub visit: Visit,
    /// What is looked for; empty for everybody.
    pub q: String,
    /// Who was found.
    pub members: Members,
    /// Is this a later part of the list?
    pub is_later: bool,
    /// Who may not come back, for those who may know.
    pub bans: Vec<Ban>,
}

/// The page of people.
pub fn people(page: &Page, people: &People) -> String {
    let (words, desk_words) = (&page.words().people, &page.words().desk);
    let done = page.done_by(&["/api/set_space_role", "/api/ban", "/api/unban"], page.words().done);
    let rows: Vec<El> = people.members.members.iter().map(|member| row(page, people, member)).collect();
    let list: Node = match rows.is_empty() {
        true => empty(cushions(), "h2", words.none, words.none_text).into(),
        false => {
            let heads = vec![desk_words.name.into(), desk_words.role.into(), words.since.into()];
            let heads = heads.into_iter().chain([unseen(desk_words.acts)]).collect();
            table(desk_words.people, heads, rows).into()
        }
    };
    let roles = people.visit.may(SpaceAct::GiveRoles).then(|| el("p").class("quiet").with(words.role_text));
    let body = Node::from([
        done.into(),
        search(page, words.find, words.find_placeholder, &people.q).into(),
        roles.into(),
        list,
        pager(page, &people.q, people.is_later, people.members.next.clone()).into(),
        bans(page, people).into(),
    ]);
    let count = (desk_words.count)(people.members.total);
    page.document(desk(page, &people.visit, desk_words.people, count, body))
}

fn row(page: &Page, people: &People, member: &Member) -> El {
    let (words, desk_words) = (&page.words().people, &page.words().desk);
    let (visit, user) = (&people.visit, &member.user);
    let role: Node = match visit.may(SpaceAct::GiveRoles) {
        true => {
            let form = page.form_for("/api/set_space_role", "user", &user.id.to_string());
            let form = form.hidden("space", visit.named());
            let label = (words.role_of)(user.shown());
            role_form(form, desk_words, label, (member.role, Role::Guest), words.give).into()
        }
        false => role_tag(desk_words, member.role).into(),
    };
    let write = (visit.may(SpaceAct::StartDirect) && user.id != visit.me.id).then(|| {
        let form = page.form_for("/api/direct", "people", &user.id.to_string());
        let whole = el("span").class("sr-only").with(format!(" {}", user.shown()));
        let label = Node::from([words.write.into(), whole.into()]);
        Node::from(form.hidden("space", visit.named()).submit("btn btn--sm", label))
    });
    let since = when(page, visit.now, member.joined_at);
    let name = person(page, visit, user).with(notes(page, member));
    el("tr").with(cell(name)).with(cell(role)).with(cell(since).class("num")).with(cell(write))
}

/// What is particular about a member.
pub(super) fn notes(page: &Page, member: &Member) -> Node {
    let words = &page.words().people;
    let tag = |text| el("span").class("tag tag--warn").with(text);
    let by_name = member.is_guest.then(|| tag(words.by_name));
    let one_room = member.only_rooms.then(|| tag(words.one_room));
    [by_name.into(), one_room.into()].into()
}

fn bans(page: &Page, people: &People) -> Option<El> {
    let words = &page.words().people;
    let line = |ban: &Ban| {
        let by = ban.by.as_ref().map(|by| format!("{} · ", (words.banned_by)(by.shown())));
        let small = el("small").with(by).with(when(page, people.visit.now, ban.at));
        let text = el("div").class("setting__text").with(el("b").with(ban.user.shown().to_owned()));
        let text =
            text.with((!ban.reason.is_empty()).then(|| el("span").with(ban.reason.clone()))).with(small);
        let lead = el("div").class("setting__lead").with(crate::ui::icon::face_of(&ban.user, "")).with(text);
        el("div").class("setting setting--keep").with(lead).with(unban(page, &people.visit, ban))
    };
    (!people.bans.is_empty()).then(|| {
        let lines: Vec<El> = people.bans.iter().map(line).collect();
        section("banned", words.banned, words.banned_text, el("div").class("panel").with(lines))
    })
}

/// The form that lets somebody come in again.
pub(super) fn unban(page: &Page, visit: &Visit, ban: &Ban) -> Node {
    let words = &page.words().people;
    let form = page.form_for("/api/unban", "user", &ban.user.id.to_string()).hidden("space", visit.named());
    let whole = el("span").class("sr-only").with(format!(" {}", ban.user.shown()));
    form.submit("btn btn--sm", Node::from([words.unban.into(), whole.into()])).into()
}

/// What the page has to know on which one chooses whom to write to.
#[derive(Debug, Clone)]
pub struct Direct {
    /// Who looks, and where.
    pub visit: Visit,
    /// The names of those who were chosen so far, with commas between them.
    pub chosen: String,
    /// What is looked for; empty for everybody.
    pub q: String,
    /// Whom one could choose.
    pub members: Members,
}

/// The page on which one chooses whom to write to.
pub fn direct(page: &Page, direct: &Direct) -> String {
    let (words, visit) = (&page.words().people, &direct.visit);
    let who = line("people", words.direct_who)
        .about(Field::People)
        .hint(words.direct_hint)
        .value(direct.chosen.clone())
        .attr("autocomplete", "off")
        .attr("autocapitalize", "none");
    let form = page.form("/api/direct").hidden("space", visit.named()).class("stack");
    let form = form.field(who).submit("btn btn--primary", words.direct_open);
    let others = direct.members.members.iter().filter(|member| member.user.id != visit.me.id);
    let lines: Vec<El> = others.map(|member| pick(page, direct, member)).collect();
    let pick = (!lines.is_empty()).then(|| {
        let chosen = el("input").attr("type", "hidden").attr("name", "chosen");
        let picked = el("form")
            .class("stack")
            .attr("method", "get")
            .attr("action", page.path().to_owned())
            .with(chosen.attr("value", direct.chosen.clone()))
            .with(el("div").class("panel picks").with(lines))
            .with(el("button").class("btn").attr("type", "submit").with(words.direct_choose));
        section("pick", words.direct_pick, (), picked)
    });
    let body = Node::from([
        panel(form).into(),
        search(page, words.find, words.find_placeholder, &direct.q).into(),
        pick.into(),
    ]);
    page.document(desk(page, visit, page.words().desk.direct, words.direct_text, body))
}

fn pick(page: &Page, direct: &Direct, member: &Member) -> El {
    let user = &member.user;
    let is_chosen = direct.chosen.split(',').any(|name| name.trim() == user.name);
    let input = el("input").attr("type", "checkbox").attr("name", "with").attr("value", user.name.clone());
    let name = el("b").with(user.shown().to_owned());
    let text = el("span").class("setting__text").with(name).with(el("small").with(format!("@{}", user.name)));
    let lead =
        el("span").class("setting__lead").with(crate::ui::icon::face_of(user, "avatar--sm")).with(text);
    let role = role_tag(&page.words().desk, member.role);
    let input = input.attr("checked", is_chosen);
    el("label").class("setting setting--keep pick").with(lead).with(role).with(input)
}
