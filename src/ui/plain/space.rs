//! What a space is like, who may come in, and the way out.

use super::{
    desk::{Visit, ask, desk, panel, switch},
    form::line,
    frame::section,
    page::Page,
};
use crate::{
    protocol::{Entry, Field, Role, SpaceAct},
    ui::{element::El, element::el, node::Node},
};

/// What the settings of a space have to know.
#[derive(Debug, Clone)]
pub struct SpaceDesk {
    /// Who looks, and which space.
    pub visit: Visit,
    /// Who may come in.
    pub entry: Entry,
    /// The role of who comes in by a name alone; none when nobody may.
    pub door: Option<Role>,
    /// May invitations let guests in?
    pub guests: bool,
}

/// The settings of a space.
pub fn space(page: &Page, space: &SpaceDesk) -> String {
    let (words, visit) = (&page.words().space, &space.visit);
    let edit = visit.may(SpaceAct::Configure).then(|| edit(page, space));
    let role = visit.space.role.map(|role| page.words().desk.role_name(role)).unwrap_or_default();
    let body = Node::from([edit.into(), leave(page, visit).into()]);
    page.document(desk(page, visit, page.words().desk.settings, (words.about)(role), body))
}

fn edit(page: &Page, space: &SpaceDesk) -> El {
    let (words, visit) = (&page.words().space, &space.visit);
    let name = line("name", words.name).about(Field::SpaceName).value(visit.space.name.clone());
    let glyph = line("glyph", words.glyph)
        .about(Field::Glyph)
        .optional()
        .hint(words.glyph_hint)
        .value(visit.space.glyph.clone())
        .attr("autocomplete", "off");
    let entries = [(Entry::Open, words.open), (Entry::Invite, words.invite), (Entry::Closed, words.closed)];
    let entries = entries.map(|(entry, text)| (entry.word().to_owned(), text.to_owned()));
    let desk = &page.words().desk;
    let doors = [("", words.nobody), ("guest", desk.guest), ("member", desk.member)];
    let doors = doors.map(|(value, text)| (value.to_owned(), text.to_owned()));
    let door = match space.door {
        None => "",
        Some(Role::Guest) => "guest",
        Some(_) => "member",
    };
    let form = page
        .form("/api/edit_space")
        .class("stack")
        .hidden("space", visit.named())
        .field(name.attr("autocomplete", "off"))
        .field(glyph)
        .select(line("entry", words.entry).value(space.entry.word()), entries.into())
        .select(line("door", words.door).hint(words.door_hint).value(door), doors.into());
    let form = switch(form, "guests", (words.guests, words.guests_text), space.guests);
    section("edit", words.identity, words.access_text, panel(form.submit("btn btn--primary", desk.save)))
}

fn leave(page: &Page, visit: &Visit) -> El {
    let words = &page.words().space;
    let form = page.form("/api/leave_space").hidden("space", visit.named());
    let form = form.with(el("p").with(words.leave_warning));
    let form = form.submit("btn btn--danger", page.words().desk.sure);
    section("leave", words.leave, words.leave_text, panel(ask(words.leave, "btn btn--danger", form)))
}
