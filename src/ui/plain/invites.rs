//! Links that bring people in: making one, showing it once, and the list of them.

use super::{
    desk::{Visit, cell, desk, panel, switch, table, unseen, when},
    form::{Form, line},
    frame::section,
    page::Page,
};
use crate::{
    client::wording::plain::exactly,
    protocol::{Field, Invite, InviteState, RoomId, SpaceAct},
    ui::{
        element::{El, el},
        icon::icon,
        node::Node,
    },
};

/// The days that a link can be made to last.
const DAYS: [u32; 4] = [1, 7, 30, 365];
/// The uses that a link can be limited to.
const USES: [u32; 5] = [1, 5, 10, 50, 100];

/// A link that was just made, which is shown this once.
#[derive(Debug, Clone)]
pub struct Made {
    /// The whole link.
    pub link: String,
    /// Its QR code as an SVG.
    pub qr: Option<String>,
}

/// What the page of invitations has to know.
#[derive(Debug, Clone)]
pub struct Invites {
    /// Who looks, and where.
    pub visit: Visit,
    /// The links, the newest first.
    pub links: Vec<Invite>,
    /// May links let guests in?
    pub guests: bool,
    /// The link that was just made.
    pub made: Option<Made>,
}

/// The page of invitations.
pub fn invites(page: &Page, invites: &Invites) -> String {
    let words = &page.words().order;
    let visit = &invites.visit;
    let make = visit
        .may(SpaceAct::Invite)
        .then(|| section("make", words.make, (), panel(invite_form(page, visit, None, invites.guests))));
    let body = Node::from([
        page.done_by(&["/api/revoke_invite"], page.words().done).into(),
        invites.made.as_ref().map(|made| made_panel(page, made)).into(),
        make.into(),
        list(page, invites).into(),
    ]);
    let title = page.words().desk.invites;
    page.document(desk(page, visit, title, words.invites_text, body))
}

/// The form that makes a link to a space, or to one of its rooms.
pub(super) fn invite_form<'a>(page: &'a Page, visit: &Visit, room: Option<RoomId>, guests: bool) -> Form<'a> {
    let words = &page.words().order;
    let none = |text: &str| (String::new(), text.to_owned());
    let days = DAYS.map(|days| (days.to_string(), (words.day_count)(days)));
    let days = days.into_iter().chain([none(words.for_ever)]).collect();
    let uses = USES.map(|uses| (uses.to_string(), (words.use_count)(uses)));
    let uses = uses.into_iter().chain([none(words.any_number)]).collect();
    let form = page.form("/api/create_invite").class("stack").hidden("space", visit.named());
    let form = match room {
        Some(room) => form.hidden("room", room.to_string()),
        None => form,
    };
    let form = form
        .select(line("days", words.days).value("7"), days)
        .select(line("uses", words.uses).value("10"), uses)
        .field(line("note", words.note).about(Field::Note).optional().hint(words.note_hint));
    let form = match guests {
        true => switch(form, "guests", (words.guests, words.guests_text), room.is_some()),
        false => form,
    };
    form.submit("btn btn--primary", if room.is_some() { words.make_room } else { words.make })
}

/// The link that was just made, with its picture and a button that copies it.
pub(super) fn made_panel(page: &Page, made: &Made) -> El {
    let words = &page.words().order;
    let qr = made.qr.clone().map(|svg| {
        let code = el("div").class("qr__code").attr("role", "img").attr("aria-label", words.qr);
        el("div").class("qr").with(code.html(svg))
    });
    let body = Node::from([qr.into(), copyable(page, words.link, &made.link).into()]);
    let title = section("made", words.made, words.made_text, panel(body));
    title.attr("role", "status")
}

/// A text to copy, in a field that can be selected without script.
pub(super) fn copyable(page: &Page, label: &'static str, text: &str) -> El {
    let words = &page.words().order;
    let field = el("input").class("input").attr("type", "text").attr("readonly", true);
    let field = field.attr("value", text.to_owned()).attr("aria-label", label);
    let copy = el("button")
        .class("btn btn--primary")
        .attr("type", "button")
        .attr("hidden", true)
        .attr("data-copy", text.to_owned())
        .attr("data-done", words.copied)
        .with(words.copy);
    el("div").class("copyable").with(field).with(copy)
}

fn list(page: &Page, invites: &Invites) -> El {
    let words = &page.words().order;
    let rows: Vec<El> = invites.links.iter().map(|link| row(page, invites, link)).collect();
    let body: Node = match rows.is_empty() {
        true => el("p").class("quiet").with(words.no_links).into(),
        false => {
            let heads = [words.leads_to, words.made_by, words.used, words.until].map(Node::from);
            let heads = heads.into_iter().chain([unseen(page.words().desk.acts)]).collect();
            table(words.links, heads, rows).into()
        }
    };
    section("links", words.links, (), body)
}

fn row(page: &Page, invites: &Invites, link: &Invite) -> El {
    let (words, now) = (&page.words().order, invites.visit.now);
    let to = match link.room.as_deref() {
        None => words.whole_space.to_owned(),
        Some("") => words.one_room.to_owned(),
        Some(room) => format!("#{room}"),
    };
    let note = (!link.note.is_empty()).then(|| el("small").class("quiet").with(link.note.clone()));
    let guests = link.guests.then(|| el("span").class("tag").with(words.with_guests));
    let lead =
        el("div").class("stack stack--tight").with(el("span").with(to).with(" ").with(guests)).with(note);
    let used = match link.uses_limit {
        Some(limit) => format!("{} / {limit}", link.uses),
        None => link.uses.to_string(),
    };
    let until: Node = match link.expires_at {
        Some(at) if link.state == InviteState::Open => {
            let left = (page.words().desk.left)(at.saturating_sub(now));
            el("span").attr("title", exactly(at)).with(left).into()
        }
        Some(_) => Node::Nothing,
        None if link.state == InviteState::Open => words.for_ever.into(),
        None => Node::Nothing,
    };
    let (class, state) = match link.state {
        InviteState::Open => ("tag tag--ok", words.open),
        InviteState::Expired => ("tag", words.expired),
        InviteState::UsedUp => ("tag", words.used_up),
        InviteState::Revoked => ("tag", words.revoked),
    };
    let state = el("span").class(class).with(state);
    let revoke = (link.state == InviteState::Open).then(|| {
        let form = page.form_for("/api/revoke_invite", "invite", &link.id.to_string());
        let label = Node::from([icon("trash").into(), words.revoke.into()]);
        Node::from(form.submit("btn btn--sm btn--danger", label))
    });
    let made = Node::from([
        el("span").with(link.by.shown().to_owned()).into(),
        el("br").into(),
        el("small").class("quiet").with(when(page, now, link.at)).into(),
    ]);
    el("tr")
        .with(cell(lead))
        .with(cell(made))
        .with(cell(used).class("num"))
        .with(cell(Node::from([state.into(), " ".into(), until])).class("num"))
        .with(cell(revoke))
}
