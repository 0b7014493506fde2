//! Settings: how one appears, what one comes in by, where one is signed in, and how one likes to read.

use super::{
    account::email_line,
    agent::{browser_of, is_phone},
    attention::attention,
    desk::switch,
    form::{file, line, password},
    frame::{Place, contrast_choice, density_choice, language_choice, section, sheet, theme_choice},
    page::Page,
    zones::ZONES,
};
use crate::{
    client::wording::Lang,
    protocol::{Account, AccountKind, Field, Millis, OpenSession},
    ui::{
        element::{El, el},
        icon::{face_of, icon},
        node::Node,
    },
};

const DAY_MS: Millis = 24 * 60 * 60 * 1000;

/// What somebody's settings page has to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who.
    pub account: Account,
    /// What the person hides: that they write, when they were last here, how far they have read.
    pub hides: [bool; 3],
    /// Where the person is signed in.
    pub sessions: Vec<OpenSession>,
    /// The time.
    pub now: Millis,
    /// Where the conversation is.
    pub back: String,
}

impl Settings {
    /// Has the person nothing but a name?
    fn is_guest(&self) -> bool {
        self.account.kind == AccountKind::Guest
    }
}

/// The settings page.
pub fn settings(page: &Page, settings: &Settings) -> String {
    let words = &page.words().settings;
    let place = |href: &str, label, icon| Place { href: href.to_owned(), label, icon };
    let mut places = vec![
        place("#profile", words.profile, "user"),
        place("#account", words.account, "lock"),
        place("#sharing", page.words().sharing.title, "users"),
        place("#sessions", words.sessions, "laptop"),
        place("#attention", page.words().inbox.attention, "bell"),
        place("#reading", words.reading, "sun"),
    ];
    if settings.account.is_admin {
        places.push(place("/server", words.server, "sliders"));
    }
    let body: Node = [
        profile(page, settings).into(),
        account(page, settings).into(),
        sharing(page, settings.hides).into(),
        sessions(page, settings).into(),
        attention(page).into(),
        reading(page).into(),
        way_out(page, settings),
    ]
    .into();
    page.document(sheet(
        page,
        words.page,
        settings.account.user.shown().to_owned(),
        (&settings.back, places),
        body,
    ))
}

fn profile(page: &Page, settings: &Settings) -> El {
    let words = &page.words().settings;
    let panel = el("div").class("panel").with(photo(page, settings)).with(profile_form(page, settings));
    section("profile", words.profile, words.profile_text, panel)
}

fn photo(page: &Page, settings: &Settings) -> El {
    let words = &page.words().settings;
    let text = el("div")
        .class("setting__text")
        .with(el("b").with(words.photo))
        .with(el("small").attr("id", "photo-text").with(words.photo_text));
    let lead =
        el("div").class("setting__lead").with(face_of(&settings.account.user, "avatar--xl")).with(text);
    let file = file("face", words.choose_photo)
        .about(Field::Face)
        .attr("accept", "image/png,image/jpeg,image/webp,image/gif");
    let upload = page.form("/api/face").class("stack").file(file).submit("btn", words.upload);
    let remove = (settings.account.user.face > 0).then(|| {
        let form = page.form("/api/remove_face");
        Node::from(form.submit("btn btn--quiet", words.remove_photo))
    });
    el("div").class("setting setting--stack").with(lead).with(upload).with(remove)
}

fn profile_form(page: &Page, settings: &Settings) -> El {
    let words = &page.words().settings;
    let display = line("display", words.display)
        .about(Field::Display)
        .optional()
        .hint((words.display_hint)(&settings.account.user.name))
        .value(settings.account.user.display.clone())
        .attr("autocomplete", "name");
    let status = line("status", words.status)
        .about(Field::Status)
        .optional()
        .value(settings.account.status.clone())
        .attr("placeholder", words.status_placeholder)
        .attr("autocomplete", "off");
    let lang = line("lang", words.lang).value(match settings.account.lang.as_str() {
        "" => page.reader.lang.tag(),
        lang => lang,
    });
    let languages = [Lang::Ko, Lang::En].map(|lang| (lang.tag().to_owned(), lang.name().to_owned()));
    let zone = line("zone", words.zone).hint(words.zone_hint).value(settings.account.zone.clone());
    let mut form = page.form("/api/edit_profile").tells(words.saved).class("setting setting--stack");
    form = form.field(display).field(status);
    if !settings.is_guest() {
        form = form.field(
            email_line(&page.words().account).value(settings.account.email.clone().unwrap_or_default()),
        );
    }
    form.select(lang, languages.into())
        .select(zone, zones(words.zone_auto, &settings.account.zone))
        .submit("btn btn--primary", words.save)
        .end()
}

/// The zones to choose from, the one chosen among them.
fn zones(auto: &str, chosen: &str) -> Vec<(String, String)> {
    let odd = (!chosen.is_empty() && !ZONES.contains(&chosen)).then_some(chosen);
    let named = odd.into_iter().chain(ZONES).map(|zone| (zone.to_owned(), zone.replace('_', " ")));
    [(String::new(), auto.to_owned())].into_iter().chain(named).collect()
}

fn account(page: &Page, settings: &Settings) -> El {
    let words = &page.words().settings;
    let (text, form) = if settings.is_guest() {
        let form = page
            .form("/api/become_account")
            .field(password("password", words.password, "new-password").hint(words.change_text))
            .field(email_line(&page.words().account))
            .submit("btn btn--primary", words.become_account);
        (words.guest_text, form)
    } else {
        let form = page
            .form("/api/change_password")
            .tells(words.changed)
            .field(password("current", words.current, "current-password").about(Field::Current))
            .field(password("new", words.new_password, "new-password").hint(words.change_text))
            .submit("btn", words.change);
        (words.account_text, form)
    };
    let panel = el("div").class("panel").with(form.class("setting setting--stack"));
    let became = page.done_by(&["/api/become_account"], words.became);
    section("account", words.account, text, Node::from([became.into(), panel.into()]))
}

/// What others are told of the person.
fn sharing(page: &Page, [typing, seen_at, reading]: [bool; 3]) -> El {
    let words = &page.words().sharing;
    let form = page.form("/api/share_presence").tells(page.words().settings.saved);
    let form = switch(form, "typing", (words.typing, words.typing_text), !typing);
    let form = switch(form, "seen_at", (words.seen_at, words.seen_at_text), !seen_at);
    let form = switch(form, "reading", (words.reading, words.reading_text), !reading);
    let form = form.class("setting setting--stack").submit("btn btn--primary", page.words().settings.save);
    section("sharing", words.title, words.text, el("div").class("panel").with(form))
}

fn sessions(page: &Page, settings: &Settings) -> El {
    let words = &page.words().settings;
    let rows: Vec<El> = settings.sessions.iter().map(|session| row(page, session, settings.now)).collect();
    let panel = el("div").class("panel").with(rows);
    let done = page.done_by(&["/api/end_session", "/api/end_other_sessions"], words.ended);
    let others = settings.sessions.iter().any(|session| !session.is_current).then(|| {
        let form = page.form_for("/api/end_other_sessions", "all", "1").class("acts acts--end");
        Node::from(form.submit("btn btn--danger", words.end_others))
    });
    section(
        "sessions",
        words.sessions,
        words.sessions_text,
        Node::from([done.into(), panel.into(), others.into()]),
    )
}

fn row(page: &Page, session: &OpenSession, now: Millis) -> El {
    let days = now.saturating_sub(session.seen_at) / DAY_MS;
    let words = &page.words().settings;
    let browser = match browser_of(&session.agent) {
        Some((browser, system)) => (words.browser_on)(browser, system),
        None => words.unknown_browser.to_owned(),
    };
    let tag = session.is_current.then(|| el("span").class("tag tag--ok").with(words.this_one));
    let text = el("div")
        .class("setting__text")
        .with(el("b").with(browser.clone()).with(" ").with(tag))
        .with(el("small").with((words.seen)(days)));
    let picture = if is_phone(&session.agent) { "phone" } else { "laptop" };
    let lead = el("div").class("setting__lead").with(icon(picture)).with(text);
    let end = (!session.is_current).then(|| {
        let text = el("span").attr("aria-hidden", "true").with(words.end);
        let whole = el("span").class("sr-only").with((words.end_of)(&browser));
        let form = page.form_for("/api/end_session", "id", &session.id);
        Node::from(form.submit("btn btn--sm btn--danger", Node::from([text.into(), whole.into()])))
    });
    el("div").class("setting setting--keep").with(lead).with(end)
}

fn reading(page: &Page) -> El {
    let words = &page.words().settings;
    let common = page.common();
    let row_about = |name: &'static str, about: Option<&'static str>, choice: El| {
        let about = about.map(|about| el("small").with(about));
        let text = el("div").class("setting__text").with(el("b").with(name)).with(about);
        el("div").class("setting").with(text).with(choice)
    };
    let row = |name, choice| row_about(name, None, choice);
    let panel = el("div")
        .class("panel")
        .with(row(common.language, language_choice(page)))
        .with(row(common.theme, theme_choice(page)))
        .with(row_about(words.contrast, Some(words.contrast_text), contrast_choice(page)))
        .with(row(common.density, density_choice(page)));
    section("reading", words.reading, words.reading_text, panel)
}

fn way_out(page: &Page, settings: &Settings) -> Node {
    let words = &page.words().settings;
    let text = if settings.is_guest() { page.common().sign_out_warning } else { words.sign_out_text };
    let button = Node::from([icon("door").into(), words.sign_out.into()]);
    let form = page.form("/api/sign_out").submit("btn btn--danger", button);
    let text =
        el("div").class("setting__text").with(el("b").with(words.sign_out)).with(el("small").with(text));
    el("div").class("panel").with(el("div").class("setting").with(text).with(form)).into()
}
