//! The doorway: who one is to be here.

use super::{
    form::{Line, line, password},
    frame::{door, head},
    page::Page,
};
use crate::{
    protocol::Field,
    ui::{
        element::{El, el},
        node::Node,
    },
};

/// How somebody wants to come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Under a name alone.
    Name,
    /// By an account of one's own.
    Account,
}

/// What the doorway has to know.
#[derive(Debug, Clone)]
pub struct Doorway {
    /// Is there somebody who runs the server?
    pub is_set_up: bool,
    /// May one come in under a name alone?
    pub by_name: bool,
    /// May one make an account, uninvited?
    pub can_join: bool,
    /// How one wants to come in, as far as that is possible.
    pub way: Way,
    /// The path to go on to; empty for none.
    pub next: String,
}

/// The page where one comes in.
pub fn enter(page: &Page, doorway: &Doorway) -> String {
    let words = &page.words().doorway;
    let sheet = if !doorway.is_set_up && !doorway.by_name {
        door(page, words.unready, head(words.unready, words.unready_text), ())
    } else if doorway.by_name && doorway.way == Way::Name {
        let body = [ways(page, doorway).into(), name_form(page, doorway), others(page, doorway)];
        door(page, words.page, head(words.title, words.text), Node::from(body))
    } else {
        let body = [ways(page, doorway).into(), account_form(page, doorway), others(page, doorway)];
        door(page, words.page, head(words.back_title, words.back_text), Node::from(body))
    };
    page.document(sheet)
}

/// The two ways in, where there are two.
fn ways(page: &Page, doorway: &Doorway) -> Option<El> {
    let words = &page.words().doorway;
    let way = |way, label, path: &str| {
        el("a")
            .attr("href", with_next(path, &doorway.next))
            .attr("aria-current", (doorway.way == way).then_some("page"))
            .with(label)
    };
    doorway.by_name.then(|| {
        el("nav")
            .class("segment segment--block")
            .attr("aria-label", words.ways)
            .with(way(Way::Name, words.by_name, "/enter"))
            .with(way(Way::Account, words.by_account, "/enter?way=account"))
    })
}

/// The field of who comes in by a name alone.
pub(super) fn nickname(page: &Page) -> Line {
    let words = &page.words().doorway;
    line("name", words.your_name)
        .about(Field::Name)
        .hint(words.name_hint)
        .attr("autocomplete", "nickname")
        .attr("placeholder", words.name_placeholder)
        .first()
}

fn name_form(page: &Page, doorway: &Doorway) -> Node {
    let words = &page.words().doorway;
    page.form("/api/enter")
        .hidden("next", doorway.next.clone())
        .field(nickname(page))
        .submit("btn btn--primary btn--lg btn--block", words.enter)
        .into()
}

fn account_form(page: &Page, doorway: &Doorway) -> Node {
    let words = &page.words().doorway;
    let name = line("name", words.name_or_email)
        .about(Field::Name)
        .attr("autocomplete", "username")
        .attr("autocapitalize", "none")
        .attr("spellcheck", "false")
        .first();
    let forgot = el("a").class("link").attr("href", "/forgot").with(words.forgot);
    page.form("/api/sign_in")
        .hidden("next", doorway.next.clone())
        .field(name)
        .field(password("password", words.password, "current-password").beside(forgot))
        .submit("btn btn--primary btn--lg btn--block", words.sign_in)
        .into()
}

/// What else there is to do for who is new.
fn others(page: &Page, doorway: &Doorway) -> Node {
    let words = &page.words().doorway;
    let new = el("div").class("divider").with(el("span").with(words.new_here));
    if doorway.can_join {
        let link = el("a").class("btn btn--block").attr("href", with_next("/join", &doorway.next));
        return [new.into(), link.with(words.to_join).into()].into();
    }
    if doorway.by_name {
        return Node::Nothing;
    }
    [new.into(), el("p").class("quiet door__note").with(words.by_invitation).into()].into()
}

/// An address of the doorway that leads on to `next`.
pub(super) fn with_next(path: &str, next: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    match next {
        "" => path.to_owned(),
        next => {
            format!("{path}{mark}next={}", crate::ui::door::encode(next, |byte| byte.is_ascii_alphanumeric()))
        }
    }
}
