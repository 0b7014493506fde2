//! Messages that somebody told the moderators of: telling, and settling.

use super::{
    desk::{Visit, ask, choices, desk, panel, when},
    form::line,
    page::Page,
};
use crate::{
    protocol::{Field, Report, RoomState, Seq},
    ui::{
        element::{El, el},
        icon::{face_of, icon},
        node::Node,
        nothing::empty,
        scene::cushions,
    },
};

/// What the page of reports has to know.
#[derive(Debug, Clone)]
pub struct Reports {
    /// Who looks, and where.
    pub visit: Visit,
    /// Are those shown too that are settled?
    pub all: bool,
    /// The reports, the newest first.
    pub reports: Vec<Report>,
}

/// The page of reports.
pub fn reports(page: &Page, reports: &Reports) -> String {
    let words = &page.words().order;
    let list: Node = match reports.reports.is_empty() {
        true => empty(cushions(), "h2", words.no_reports, words.no_reports_text).into(),
        false => {
            let cards = reports.reports.iter().map(|report| card(page, &reports.visit, report));
            el("ul").class("stack").with(cards.collect::<Vec<_>>()).into()
        }
    };
    let link = |query: &str, text, is_here: bool| {
        let href = format!("{}{query}", page.path());
        el("a").attr("href", href).attr("aria-current", is_here.then_some("page")).with(text)
    };
    let which = el("nav")
        .class("segment")
        .attr("aria-label", page.words().desk.reports)
        .with(link("", words.waiting, !reports.all))
        .with(link("?all=1", words.settled, reports.all));
    let body = Node::from([
        page.done_by(&["/api/settle_report"], page.words().done).into(),
        el("div").class("toolbar").with(which).into(),
        list,
    ]);
    page.document(desk(page, &reports.visit, page.words().desk.reports, words.reports_text, body))
}

fn card(page: &Page, visit: &Visit, report: &Report) -> El {
    let words = &page.words().order;
    let room = match report.room_name.as_str() {
        "" => words.in_private.to_owned(),
        name => format!("#{name}"),
    };
    let author = el("a").class("link").attr("href", visit.to(&format!("person/{}", report.author.id)));
    let author = el("b").with(author.with(report.author.shown().to_owned()));
    let head = el("div")
        .class("cell-person")
        .with(face_of(&report.author, ""))
        .with(el("div").with(author).with(el("small").with(room)));
    let text = match report.text.as_str() {
        "" => el("p").class("quiet").with(words.gone),
        text => el("blockquote").class("quote").with(text.to_owned()),
    };
    let reason = (!report.reason.is_empty()).then(|| el("p").with(report.reason.clone()));
    let by = el("p")
        .class("quiet small")
        .with((words.reported_by)(report.by.shown()))
        .with(" · ")
        .with(when(page, visit.now, report.at));
    let body = el("div").class("setting setting--stack").with(head).with(text).with(reason).with(by);
    let body = match &report.settled {
        Some((by, at)) => body.with(
            el("p")
                .class("acts")
                .with(el("span").class("tag tag--ok").with(icon("check")))
                .with((words.settled_by)(by.shown()))
                .with(" · ")
                .with(when(page, visit.now, *at)),
        ),
        None => body.with(settle(page, visit, report)),
    };
    el("li").class("panel").with(body)
}

fn settle(page: &Page, visit: &Visit, report: &Report) -> El {
    let (words, id) = (&page.words().order, report.id.to_string());
    let dismiss = page.form_for("/api/settle_report", "report", &id).hidden("delete", "false");
    let look = (!report.room_name.is_empty()).then(|| {
        let path = format!("{}/{}#m{}", visit.home(), report.room, report.seq);
        el("a").class("btn btn--quiet").attr("href", path).with(words.look)
    });
    let delete = (!report.text.is_empty()).then(|| {
        let form = page.form_for("/api/settle_report", "report", &id).hidden("delete", "true");
        ask(words.delete, "btn btn--danger", form.submit("btn btn--danger", page.words().desk.sure))
    });
    el("div").class("acts").with(dismiss.submit("btn", words.dismiss)).with(delete).with(look)
}

/// What the form has to know by which somebody tells of a message.
#[derive(Debug, Clone)]
pub struct Telling {
    /// Who tells, and where.
    pub visit: Visit,
    /// The room.
    pub room: RoomState,
    /// The message.
    pub seq: Seq,
    /// Who said it.
    pub author: String,
    /// What was said.
    pub text: String,
}

/// The page on which somebody tells the moderators of a message.
pub fn tell(page: &Page, telling: &Telling) -> String {
    let words = &page.words().order;
    let back = el("a").class("btn").attr("href", telling.room.path(&telling.visit.space)).with(words.back);
    let body: Node = if page.done.as_deref() == Some("/api/report") {
        empty(cushions(), "h2", words.sent, words.sent_text).with(back).attr("role", "status").into()
    } else {
        let message = el("blockquote")
            .class("quote")
            .with(el("b").with(telling.author.clone()))
            .with(el("p").with(telling.text.clone()));
        let reasons = words.reasons.map(|reason| (reason, (reason, "")));
        let form = page.form("/api/report").class("stack").hidden("room", telling.room.id.to_string());
        let form = form.hidden("seq", telling.seq.to_string());
        let form = choices(form, "reason", words.why, reasons.into(), words.reasons[0]);
        let form = form.field(line("more", words.more).about(Field::Note).optional());
        let form = form.submit("btn btn--primary", words.send);
        [panel(Node::from([message.into(), form.into()])).into(), back.into()].into()
    };
    page.document(desk(page, &telling.visit, words.report, words.report_text, body))
}
