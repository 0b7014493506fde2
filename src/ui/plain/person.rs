//! One person: who that is, and what one may do with them.

use super::{
    desk::{Visit, ask, desk, panel, role_form, role_tag, switch, when},
    form::line,
    frame::section,
    page::Page,
    people::{notes, unban},
};
use crate::{
    protocol::{Ban, Field, Member, Role, SpaceAct, User, outranks},
    ui::{
        element::{El, el},
        icon::face_of,
        node::Node,
    },
};

/// What the page of a person has to know.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who looks, and where.
    pub visit: Visit,
    /// Who is looked at.
    pub user: User,
    /// What that person is up to.
    pub status: String,
    /// What the person is in the space.
    pub standing: Standing,
}

/// What somebody is in a space.
#[derive(Debug, Clone)]
pub enum Standing {
    /// Belongs to it.
    In(Member),
    /// May not come back.
    Banned(Ban),
}

/// The page of a person.
pub fn person(page: &Page, person: &Person) -> String {
    let words = &page.words().people;
    let of_rows = ["/api/set_space_role", "/api/ban", "/api/unban"];
    let done = page.done_by(&of_rows, page.words().done);
    let body = match &person.standing {
        Standing::In(member) => Node::from([
            done.into(),
            card(page, person, member).into(),
            role(page, person, member).into(),
            ban(page, person, member).into(),
        ]),
        Standing::Banned(ban) => Node::from([done.into(), banned(page, person, ban).into()]),
    };
    let all = el("a").class("link").attr("href", person.visit.to("people")).with(words.all_people);
    let body = Node::from([body, all.into()]);
    page.document(desk(page, &person.visit, person.user.shown(), format!("@{}", person.user.name), body))
}

fn card(page: &Page, person: &Person, member: &Member) -> El {
    let (words, visit) = (&page.words().people, &person.visit);
    let is_me = person.user.id == visit.me.id;
    let status = match person.status.as_str() {
        "" => el("p").class("quiet").with(words.no_status),
        status => el("p").with(status.to_owned()),
    };
    let tags =
        el("p").class("acts").with(role_tag(&page.words().desk, member.role)).with(notes(page, member));
    let since = el("small").with(words.since).with(" ").with(when(page, visit.now, member.joined_at));
    let text = el("div").class("stack").with(tags).with(status).with(since.class("quiet"));
    let lead = el("div").class("setting__lead").with(face_of(&person.user, "avatar--xl")).with(text);
    let act: Node = if is_me {
        el("a").class("btn").attr("href", "/settings").with(words.to_settings).into()
    } else if visit.may(SpaceAct::StartDirect) {
        let form = page.form("/api/direct").hidden("space", visit.named());
        form.hidden("people", person.user.id.to_string()).submit("btn btn--primary", words.write).into()
    } else {
        Node::Nothing
    };
    el("div").class("panel").with(el("div").class("setting").with(lead).with(act))
}

fn role(page: &Page, person: &Person, member: &Member) -> Option<El> {
    let (words, visit) = (&page.words().people, &person.visit);
    visit.may(SpaceAct::GiveRoles).then(|| {
        let form = page.form_for("/api/set_space_role", "user", &person.user.id.to_string());
        let form = form.hidden("space", visit.named());
        let label = (words.role_of)(person.user.shown());
        let form = role_form(form, &page.words().desk, label, (member.role, Role::Guest), words.give);
        section("role", page.words().desk.role, words.role_text, panel(form))
    })
}

fn ban(page: &Page, person: &Person, member: &Member) -> Option<El> {
    let (words, visit) = (&page.words().people, &person.visit);
    let own = visit.space.role.unwrap_or(Role::Guest);
    let may = visit.may(SpaceAct::Ban) && outranks(own, member.role) && person.user.id != visit.me.id;
    may.then(|| {
        let form = page.form("/api/ban").hidden("space", visit.named());
        let form = form.hidden("user", person.user.id.to_string());
        let form = form.with(el("p").with((words.ban_warning)(person.user.shown())));
        let form = form.field(line("reason", words.reason).about(Field::Note).optional());
        let form = switch(form, "delete_messages", (words.delete, words.delete_text), false);
        let form = form.submit("btn btn--danger", words.ban);
        section("ban", words.ban, (), panel(ask(words.ban, "btn btn--danger", form)))
    })
}

fn banned(page: &Page, person: &Person, ban: &Ban) -> El {
    let (words, visit) = (&page.words().people, &person.visit);
    let by = ban.by.as_ref().map(|by| format!("{} · ", (words.banned_by)(by.shown())));
    let text = el("div")
        .class("setting__text")
        .with(el("b").with(words.is_banned))
        .with((!ban.reason.is_empty()).then(|| el("span").with(ban.reason.clone())))
        .with(el("small").with(by).with(when(page, visit.now, ban.at)));
    let lead = el("div").class("setting__lead").with(face_of(&person.user, "avatar--xl")).with(text);
    let line = el("div").class("setting").with(lead).with(unban(page, visit, ban));
    el("div").class("panel").with(line)
}
