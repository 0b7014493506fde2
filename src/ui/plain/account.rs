//! Where an account begins: the first one of a server, one's own, by invitation; and the way back in.

use super::{
    doorway::with_next,
    form::{Line, line, password},
    frame::{door, door_under, head},
    page::Page,
};
use crate::{
    client::wording::plain::AccountWords,
    protocol::{Field, InviteView},
    ui::{
        element::{El, el},
        node::Node,
    },
};

const LARGE: &str = "btn btn--primary btn--lg btn--block";

/// The page that sets a server up; `token` is what its link carries.
pub fn set_up(page: &Page, token: &str) -> String {
    let words = &page.words().account;
    let legend = |text: &'static str| el("h2").class("door__part").with(text);
    let space = line("space", words.space)
        .about(Field::SpaceName)
        .attr("placeholder", words.space_placeholder)
        .attr("autocomplete", "off");
    let room = line("room", words.room)
        .about(Field::RoomName)
        .optional()
        .hint(words.room_hint)
        .attr("placeholder", words.room_placeholder)
        .attr("autocomplete", "off");
    let form = page
        .form("/api/set_up")
        .hidden("token", token.to_owned())
        .with(legend(words.first_keeper))
        .field(name_line(words).first())
        .field(display_line(words))
        .field(email_line(words))
        .field(password("password", words.password, "new-password").hint(words.password_hint))
        .with(legend(words.first_space))
        .field(space)
        .field(room)
        .submit(LARGE, words.set_up);
    let head = head(words.setup_title, words.setup_text);
    let caption = (words.setup_caption, words.setup_about);
    page.document(door_under(page, words.setup_page, caption, head, form))
}

/// The page on which one makes an account; `invite` is the code of an invitation, if any, and `next` the
/// path to go on to.
pub fn join(page: &Page, invite: &str, next: &str) -> String {
    let words = &page.words().account;
    let form = page
        .form("/api/sign_up")
        .hidden("invite", invite.to_owned())
        .hidden("next", next.to_owned())
        .field(name_line(words).first())
        .field(display_line(words))
        .field(email_line(words))
        .field(password("password", words.password, "new-password").hint(words.password_hint))
        .submit(LARGE, words.join);
    let next = if invite.is_empty() { next.to_owned() } else { invite_path(invite) };
    let body: Node = [form.into(), have_account(words, &next)].into();
    page.document(door(page, words.join_page, head(words.join_title, words.join_text), body))
}

fn name_line(words: &'static AccountWords) -> Line {
    line("name", words.name)
        .about(Field::Name)
        .hint(words.name_hint)
        .attr("autocomplete", "username")
        .attr("autocapitalize", "none")
        .attr("spellcheck", "false")
}

fn display_line(words: &'static AccountWords) -> Line {
    let line = line("display", words.display).about(Field::Display).optional();
    line.hint(words.display_hint).attr("autocomplete", "name")
}

/// A line for one's e-mail address.
pub(super) fn email_line(words: &'static AccountWords) -> Line {
    line("email", words.email)
        .about(Field::Email)
        .optional()
        .hint(words.email_hint)
        .attr("autocomplete", "email")
        .attr("inputmode", "email")
}

fn have_account(words: &'static AccountWords, next: &str) -> Node {
    let link = el("a").class("link").attr("href", with_next("/enter?way=account", next)).with(words.sign_in);
    el("p").class("quiet door__note").with(words.have_account).with(" ").with(link).into()
}

fn invite_path(code: &str) -> String {
    format!("/invite/{code}")
}

/// An invitation, as whoever opens its link sees it.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// What the link ends with.
    pub code: String,
    /// Where it leads.
    pub view: InviteView,
    /// Who is signed in here.
    pub me: Option<String>,
    /// The link as a picture, in SVG.
    pub qr: Option<String>,
}

/// The page of an invitation that can be used.
pub fn invite(page: &Page, invitation: &Invitation) -> String {
    let words = &page.words().account;
    let view = &invitation.view;
    let title = match &view.room {
        Some(room) => (words.to_room)(room),
        None => (words.to_space)(&view.space.name),
    };
    let (text, way): (String, Node) = match &invitation.me {
        Some(_) if view.is_in => {
            (words.member_text.to_owned(), accept_form(page, invitation, words.go_there))
        }
        Some(me) => ((words.you_text)(me), accept_form(page, invitation, words.accept)),
        None if view.guests => (words.guest_text.to_owned(), guest_form(page, invitation)),
        None => (words.account_text.to_owned(), join_link(page, invitation, LARGE)),
    };
    let others = invitation.me.is_none().then(|| {
        let join = view.guests.then(|| join_link(page, invitation, "btn btn--block"));
        Node::from([join.into(), have_account(words, &invite_path(&invitation.code))])
    });
    let head = el("div").with(host(words, view)).with(el("h1").with(title)).with(el("p").with(text));
    let body: Node = [way, others.into(), phone(words, invitation).into()].into();
    page.document(door(page, words.invite_page, head, body))
}

/// Whose house it is.
fn host(words: &'static AccountWords, view: &InviteView) -> El {
    let space = &view.space;
    let first = || space.name.chars().next().map(String::from).unwrap_or_default();
    let glyph = if space.glyph.is_empty() { first() } else { space.glyph.clone() };
    let text = el("div")
        .with(el("b").with(space.name.clone()))
        .with(el("p").class("quiet small").with((words.invited_by)(view.by.shown())));
    let seal = el("span").class("host__seal").attr("aria-hidden", "true").with(glyph);
    el("div").class("host").with(seal).with(text)
}

fn accept_form(page: &Page, invitation: &Invitation, text: &'static str) -> Node {
    let form = page.form("/api/accept_invite").hidden("code", invitation.code.clone());
    form.submit(LARGE, text).into()
}

fn guest_form(page: &Page, invitation: &Invitation) -> Node {
    let words = &page.words().doorway;
    let name = line("name", words.your_name)
        .about(Field::Name)
        .hint(words.name_hint)
        .attr("autocomplete", "nickname")
        .attr("placeholder", words.name_placeholder)
        .first();
    page.form("/api/enter_by_invite")
        .hidden("code", invitation.code.clone())
        .field(name)
        .submit(LARGE, page.words().account.enter_as_guest)
        .into()
}

fn join_link(page: &Page, invitation: &Invitation, class: &'static str) -> Node {
    let href = format!("/join?invite={}", invitation.code);
    el("a").class(class).attr("href", href).with(page.words().account.join_page).into()
}

/// The same invitation on another screen.
fn phone(words: &'static AccountWords, invitation: &Invitation) -> Option<El> {
    let picture = invitation.qr.clone()?;
    let picture = el("div").class("qr__code").attr("role", "img").attr("aria-label", words.qr).html(picture);
    let text = el("div")
        .class("setting__text")
        .with(el("b").with(words.on_phone))
        .with(el("small").with(words.on_phone_text));
    let row = el("div").class("setting setting--lead").with(picture).with(text);
    Some(el("div").class("panel only-wide").with(row))
}

/// The page of an invitation that leads nowhere, whatever the cause.
pub fn dead_invite(page: &Page) -> String {
    let words = &page.words().account;
    let link = el("a").class("btn btn--block").attr("href", "/").with(words.back_to_sign_in);
    page.document(door(page, words.invite_page, head(words.dead, words.dead_text), link))
}

/// The page on which one chooses a new password.
pub fn recover(page: &Page, code: &str) -> String {
    let words = &page.words().account;
    let new = password("password", words.new_password, "new-password").hint(words.password_hint);
    let form = page
        .form("/api/recover")
        .hidden("code", code.to_owned())
        .field(new.first())
        .submit(LARGE, words.recover);
    page.document(door(page, words.recover_page, head(words.recover_title, words.recover_text), form))
}

/// The page of a one-time link that leads nowhere, whatever the cause.
pub fn dead_link(page: &Page) -> String {
    let words = &page.words().account;
    let link = el("a").class("btn btn--block").attr("href", "/").with(words.back_to_sign_in);
    page.document(door(page, words.used, head(words.used, words.used_text), link))
}

/// The page for who forgot the password; `by_mail` where this server sends mail.
pub fn forgot(page: &Page, by_mail: bool) -> String {
    let words = &page.words().account;
    let text = if by_mail { words.forgot_text } else { words.forgot_by_admin };
    let form = by_mail.then(|| {
        let name = line("name", page.words().doorway.name_or_email)
            .about(Field::Name)
            .attr("autocomplete", "username")
            .first();
        Node::from(page.form("/api/ask_recovery").tells(words.asked).field(name).submit(LARGE, words.ask))
    });
    let back =
        el("a").class("link door__note").attr("href", "/enter?way=account").with(words.back_to_sign_in);
    let body: Node = [form.into(), back.into()].into();
    page.document(door(page, words.forgot_page, head(words.forgot_title, text), body))
}
