//! Where an account begins: the first one of a server, one's own, by invitation; and the way back in.

use super::{
    doorway::with_next,
    form::{Line, line, password},
    frame::{door, door_under, head},
    page::Page,
};
use crate::{
    client::wording::plain::AccountWords,
    protocol::Field,
    ui::{element::el, node::Node},
};

/// The button of a page of the doorway.
pub(super) const LARGE: &str = "btn btn--primary btn--lg btn--block";

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

/// The way in for who has an account.
pub(super) fn have_account(words: &'static AccountWords, next: &str) -> Node {
    let link = el("a").class("link").attr("href", with_next("/enter?way=account", next)).with(words.sign_in);
    el("p").class("quiet door__note").with(words.have_account).with(" ").with(link).into()
}

/// Where an invitation is.
pub(super) fn invite_path(code: &str) -> String {
    format!("/invite/{code}")
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
