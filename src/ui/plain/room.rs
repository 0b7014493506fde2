//! One room: what it is like, who is in it, and what one may do with it.

use super::{
    desk::{Visit, ask, cell, desk, pager, panel, person, role_form, role_tag, table, unseen},
    form::{Form, line},
    frame::section,
    invites::{Made, invite_form, made_panel},
    page::Page,
};
use crate::{
    protocol::{Field, Member, Members, Mute, Role, RoomAct, RoomKind, RoomState, SpaceAct, may, outranks},
    ui::{
        element::{El, el},
        node::Node,
    },
};

/// The seconds of slow mode that can be chosen.
const SLOW: [u32; 8] = [0, 5, 10, 30, 60, 300, 900, 3_600];

/// What the page of a room has to know.
#[derive(Debug, Clone)]
pub struct RoomDesk {
    /// Who looks, and where.
    pub visit: Visit,
    /// The room as one sees it.
    pub room: RoomState,
    /// Do newcomers see only what is said from their joining on?
    pub from_joining: bool,
    /// Who is in it.
    pub members: Members,
    /// Is this a later part of the list of who is in it?
    pub is_later: bool,
    /// May a link to it let guests in?
    pub guests: bool,
    /// The link that was just made.
    pub made: Option<Made>,
}

impl RoomDesk {
    /// May one do this here, now?
    fn may(&self, act: RoomAct) -> bool {
        self.room.may(act) && !self.room.archived
    }
}

/// The page of a room.
pub fn room(page: &Page, desk_of: &RoomDesk) -> String {
    let room = &desk_of.room;
    let made = desk_of.made.as_ref().map(|made| made_panel(page, made));
    let of_rows = ["/api/remove_from_room", "/api/set_room_role"];
    let body = Node::from([
        page.done_by(&of_rows, page.words().done).into(),
        made.into(),
        about(page, desk_of).into(),
        own(page, desk_of).into(),
        edit(page, desk_of).into(),
        configure(page, desk_of).into(),
        slow(page, desk_of).into(),
        members(page, desk_of).into(),
        links(page, desk_of).into(),
        end(page, desk_of).into(),
    ]);
    let title = match room.kind.is_direct() {
        true => room.title(),
        false => format!("#{}", room.name),
    };
    let (kind, text) = page.words().desk.kind_name(room.kind);
    let text = if text.is_empty() { kind.to_owned() } else { format!("{kind}: {text}") };
    page.document(desk(page, &desk_of.visit, &title, text, body))
}

/// A form about this room.
fn form<'a>(page: &'a Page, to: &'static str, room: &RoomState) -> Form<'a> {
    page.form(to).hidden("room", room.id.to_string())
}

fn about(page: &Page, desk_of: &RoomDesk) -> El {
    let (words, room) = (&page.words().rooms, &desk_of.room);
    let topic = if room.topic.is_empty() { words.no_topic.to_owned() } else { room.topic.clone() };
    let archived = room.archived.then(|| el("span").class("tag").with(page.words().desk.archived));
    let role = room.role.map(|role| role_tag(&page.words().desk, role));
    let link = el("a").class("btn").attr("href", room.path(&desk_of.visit.space)).with(words.to_room);
    let can_join = room.role.is_none() && !room.archived && may(RoomAct::Join, room.kind, Role::Guest);
    let join = can_join
        .then(|| Node::from(form(page, "/api/join_room", room).submit("btn btn--primary", words.join)));
    let tags = el("p").class("acts").with(role).with(archived);
    let acts = el("div").class("acts").with(link).with(join);
    panel(Node::from([el("p").with(topic).into(), tags.into(), acts.into()]))
}

fn own(page: &Page, desk_of: &RoomDesk) -> Option<El> {
    let (words, room) = (&page.words().rooms, &desk_of.room);
    room.role?;
    let levels = [
        (Mute::All, words.mute_all),
        (Mute::Mentions, words.mute_mentions),
        (Mute::Nothing, words.mute_nothing),
    ];
    let levels = levels.map(|(mute, text)| (mute.word().to_owned(), text.to_owned()));
    let form = form(page, "/api/set_mute", room).class("stack");
    let form = form.select(line("mute", words.mute).value(room.mute.word()), levels.into());
    let form = form.submit("btn", page.words().desk.save);
    Some(section("mute", words.mute, words.mute_text, panel(form)))
}

fn edit(page: &Page, desk_of: &RoomDesk) -> Option<El> {
    let (words, room) = (&page.words().rooms, &desk_of.room);
    let name = line("name", words.room_name).about(Field::RoomName).value(room.name.clone());
    let topic = line("topic", words.topic).about(Field::Topic).optional().value(room.topic.clone());
    let rename = form(page, "/api/rename_room", room).class("stack").field(name.attr("autocomplete", "off"));
    let rename = rename.submit("btn", words.rename);
    let retopic = form(page, "/api/set_topic", room).class("stack").field(topic.attr("autocomplete", "off"));
    let retopic = retopic.submit("btn", words.set_topic);
    desk_of.may(RoomAct::Rename).then(|| {
        let cols = el("div").class("cols").with(rename).with(retopic);
        section("edit", words.about, (), panel(cols))
    })
}

fn configure(page: &Page, desk_of: &RoomDesk) -> Option<El> {
    let (words, room) = (&page.words().rooms, &desk_of.room);
    if !desk_of.may(RoomAct::Configure) {
        return None;
    }
    let form = form(page, "/api/configure_room", room).class("stack");
    let form = match room.kind {
        RoomKind::Private => {
            let held = if desk_of.from_joining { "joined" } else { "all" };
            let history = [("all", words.history_all), ("joined", words.history_joined)];
            let history = history.map(|(value, text)| (value.to_owned(), text.to_owned()));
            form.select(line("history", words.history).value(held), history.into())
        }
        _ => {
            let kinds = [RoomKind::Public, RoomKind::Announcement, RoomKind::Private];
            let name = |kind: RoomKind| page.words().desk.kind_name(kind).0.to_owned();
            let kinds = kinds.map(|kind| (kind.word().to_owned(), name(kind)));
            let kind = line("kind", words.kind).hint(words.configure_text).value(room.kind.word());
            form.select(kind, kinds.into())
        }
    };
    let form = form.submit("btn", page.words().desk.save);
    Some(section("configure", words.configure, (), panel(form)))
}

fn slow(page: &Page, desk_of: &RoomDesk) -> Option<El> {
    let (words, room) = (&page.words().rooms, &desk_of.room);
    let name = |seconds| if seconds == 0 { words.slow_off.to_owned() } else { (words.seconds)(seconds) };
    let odd = (!SLOW.contains(&room.slow_s)).then_some(room.slow_s);
    let steps = SLOW.into_iter().chain(odd).map(|seconds| (seconds.to_string(), name(seconds)));
    let line = line("seconds", words.slow).about(Field::Number).value(room.slow_s.to_string());
    let form = form(page, "/api/set_slow", room).class("stack").select(line, steps.collect());
    let form = form.submit("btn", page.words().desk.save);
    desk_of.may(RoomAct::SlowDown).then(|| section("slow", words.slow, words.slow_text, panel(form)))
}

fn members(page: &Page, desk_of: &RoomDesk) -> El {
    let (words, desk) = (&page.words().rooms, &page.words().desk);
    let rows: Vec<El> = desk_of.members.members.iter().map(|member| row(page, desk_of, member)).collect();
    let heads = vec![desk.name.into(), desk.role.into(), unseen(desk.acts)];
    let table = table(words.members, heads, rows);
    let add = desk_of.may(RoomAct::Invite).then(|| {
        let who = line("user", words.add_who).about(Field::People).hint(words.add_hint);
        let form = page.form("/api/add_to_room").hidden("room", desk_of.room.id.to_string());
        let form = form.class("stack").field(who.attr("autocomplete", "off").attr("autocapitalize", "none"));
        panel(form.submit("btn", words.add))
    });
    let pager = pager(page, "", desk_of.is_later, desk_of.members.next.clone());
    let body = Node::from([add.into(), table.into(), pager.into()]);
    section("members", words.members, (desk.count)(desk_of.members.total), body)
}

fn row(page: &Page, desk_of: &RoomDesk, member: &Member) -> El {
    let (words, desk) = (&page.words().rooms, &page.words().desk);
    let (room, user) = (&desk_of.room, &member.user);
    let id = user.id.to_string();
    let form = |to| page.form_for(to, "user", &id).hidden("room", room.id.to_string());
    let role: Node = match desk_of.may(RoomAct::Configure) {
        true => {
            let label = (words.role_of)(user.shown());
            role_form(form("/api/set_room_role"), desk, label, (member.role, Role::Member), words.give).into()
        }
        false => role_tag(desk, member.role).into(),
    };
    let is_me = user.id == desk_of.visit.me.id;
    let outranks = room.role.is_some_and(|own| outranks(own, member.role));
    let remove = (!is_me && outranks && desk_of.may(RoomAct::Remove)).then(|| {
        let form = form("/api/remove_from_room").with(el("p").with((words.remove_warning)(user.shown())));
        ask(words.remove, "btn btn--sm btn--danger", form.submit("btn btn--sm btn--danger", desk.sure))
    });
    el("tr").with(cell(person(page, &desk_of.visit, user))).with(cell(role)).with(cell(remove))
}

fn links(page: &Page, desk_of: &RoomDesk) -> Option<El> {
    let words = &page.words().rooms;
    let room = &desk_of.room;
    desk_of.may(RoomAct::Invite).then(|| {
        let form = invite_form(page, &desk_of.visit, Some(room.id), desk_of.guests);
        let all = desk_of.visit.may(SpaceAct::ListPeople).then(|| {
            el("a").class("link").attr("href", desk_of.visit.to("invites")).with(page.words().order.links)
        });
        section("invite", words.invite, words.invite_text, Node::from([panel(form).into(), all.into()]))
    })
}

fn end(page: &Page, desk_of: &RoomDesk) -> Option<El> {
    let (words, room, sure) = (&page.words().rooms, &desk_of.room, page.words().desk.sure);
    let warning = match room.kind {
        RoomKind::Public | RoomKind::Announcement => words.leave_warning,
        _ => words.leave_private_warning,
    };
    let leave = room.may(RoomAct::Leave).then(|| {
        let form = form(page, "/api/leave_room", room).with(el("p").with(warning));
        ask(words.leave, "btn btn--danger", form.submit("btn btn--danger", sure))
    });
    let archive = room.may(RoomAct::Archive).then(|| {
        let form = form(page, "/api/archive_room", room).hidden("on", (!room.archived).to_string());
        if room.archived {
            let form = form.with(el("p").with(words.restore_text));
            return Node::from(form.class("stack").submit("btn", words.restore));
        }
        let form = form.with(el("p").with(words.archive_warning));
        ask(words.archive, "btn btn--danger", form.submit("btn btn--danger", sure)).into()
    });
    let any = leave.is_some() || archive.is_some();
    any.then(|| {
        let acts = el("div").class("stack").with(archive).with(leave);
        section("end", words.end, (), panel(acts))
    })
}
