//! Where a link of invitation leads.

use super::{
    account::{LARGE, have_account, invite_path},
    doorway::nickname,
    frame::{door, head},
    page::Page,
};
use crate::{
    client::wording::plain::AccountWords,
    protocol::InviteView,
    ui::{
        element::{El, el},
        node::Node,
    },
};

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
    page.form("/api/enter_by_invite")
        .hidden("code", invitation.code.clone())
        .field(nickname(page))
        .submit(LARGE, page.words().account.enter_as_guest)
        .into()
}

fn join_link(page: &Page, invitation: &Invitation, class: &'static str) -> Node {
    let href = format!("/join?invite={}", invitation.code);
    el("a").class(class).attr("href", href).with(page.words().account.join_page).into()
}

/// The same invitation on another screen.
fn phone(words: &'static AccountWords, invitation: &Invitation) -> Option<El> {
    let qr = invitation.qr.as_deref()?;
    // What a file of its own begins with is nothing to a page.
    let picture = qr.get(qr.find("<svg")?..)?.to_owned();
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
