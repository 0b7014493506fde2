//! What holds for every plain page, in both languages.

use super::*;
use crate::{
    client::wording::Lang,
    protocol::{
        Account, AccountKind, Failure, Field, InviteView, OpenSession, Reason, Space, SpaceId, User, UserId,
    },
    ui::{Built, Reader},
};
use std::sync::Arc;

pub(super) fn page(lang: Lang) -> Page {
    Page {
        reader: Reader { lang, ..Reader::default() },
        built: Arc::new(Built { style: "/a.css".into(), script: "/a.js".into(), program: "/a.wasm".into() }),
        here: "/enter?next=%2Fs%2Fa".to_owned(),
        refused: None,
        done: None,
    }
}

fn doorway(way: Way) -> Doorway {
    Doorway { is_set_up: true, by_name: true, can_join: true, way, next: "/s/a".to_owned() }
}

fn invitation() -> Invitation {
    let space = Space {
        id: SpaceId::from_random(1),
        slug: "maru".to_owned(),
        name: "<i>한마루".to_owned(),
        glyph: String::new(),
        role: None,
    };
    let by = User::new(UserId::from_random(8), "지민".to_owned());
    let view = InviteView { space, room: Some("여름".to_owned()), by, guests: true, is_in: false };
    Invitation { code: "code".to_owned(), view, me: None, qr: Some("<svg></svg>".to_owned()) }
}

fn for_accounts() -> Invitation {
    Invitation { view: InviteView { guests: false, room: None, ..invitation().view }, ..invitation() }
}

fn seen_by_ann(is_in: bool) -> Invitation {
    let view = InviteView { is_in, ..invitation().view };
    Invitation { me: Some("ann".to_owned()), view, ..invitation() }
}

fn of_ann(kind: AccountKind) -> Settings {
    let session = |id: &str, agent: &str, is_current| OpenSession {
        id: id.to_owned(),
        agent: agent.to_owned(),
        at: 0,
        seen_at: 0,
        is_current,
    };
    Settings {
        hides: [false; 3],
        account: Account {
            user: User::new(UserId::from_random(7), "<b>ann".to_owned()),
            kind,
            email: Some("ann@example.com".to_owned()),
            status: String::new(),
            lang: String::new(),
            zone: "Antarctica/Troll".to_owned(),
            is_admin: true,
            at: 0,
            deactivated_at: None,
        },
        sessions: vec![
            session("1", "Firefox/1 Linux", true),
            session("2", "<u>", false),
            session("3", "", false),
        ],
        now: 86_400_000,
        back: "/s/a/b".to_owned(),
    }
}

/// Every plain page there is, by what it is.
fn all(page: &Page) -> Vec<(&'static str, String)> {
    let own = vec![
        ("by name", enter(page, &doorway(Way::Name))),
        ("by account", enter(page, &doorway(Way::Account))),
        ("not set up", enter(page, &Doorway { is_set_up: false, by_name: false, ..doorway(Way::Account) })),
        ("set up", set_up(page, "token")),
        ("join", join(page, "", "/s/a")),
        ("join by invitation", join(page, "code", "")),
        ("invited as a guest", invite(page, &invitation())),
        ("invited with an account", invite(page, &for_accounts())),
        ("invited, being somebody", invite(page, &seen_by_ann(false))),
        ("invited, being in", invite(page, &seen_by_ann(true))),
        ("an invitation that is none", dead_invite(page)),
        ("recover", recover(page, "code")),
        ("a link that is none", dead_link(page)),
        ("forgot", forgot(page, true)),
        ("forgot without mail", forgot(page, false)),
        ("settings", settings(page, &of_ann(AccountKind::Account))),
        ("settings of a guest", settings(page, &of_ann(AccountKind::Guest))),
        ("why it is slow", slow(page)),
        ("not found", not_found(page)),
        ("broken", broken(page, &Failure::Forbidden)),
    ];
    own.into_iter().chain(super::desk_pages::all(page)).collect()
}

#[test]
fn every_plain_page_has_one_heading_a_main_a_title_and_no_script_of_its_own() {
    for lang in [Lang::Ko, Lang::En] {
        for (what, html) in all(&page(lang)) {
            assert!(html.starts_with("<!DOCTYPE html><html"), "{what}: {html}");
            assert!(html.contains(&format!("<html lang=\"{}\"", lang.tag())), "{what}: {html}");
            for (tag, count) in [("<h1", 1), ("<main", 1), ("<title>", 1), ("id=\"main\"", 1)] {
                assert_eq!(html.matches(tag).count(), count, "{what}: {tag}: {html}");
            }
            for markup in ["<b>ann", "<i>한마루", "<u>"] {
                assert!(!html.contains(markup), "{what}: {html}");
            }
            assert!(html.contains(" · Maru</title>") && !html.contains("<title> · "), "{what}: {html}");
            let scripts = html.matches("<script").count();
            let own = ["/page.js", "/heed.js", "/clock.js"]
                .map(|path| html.matches(&format!("<script src=\"{path}\" defer")).count());
            assert_eq!(scripts, own.into_iter().sum::<usize>(), "{what}: {html}");
        }
    }
}

#[test]
fn no_tag_says_the_same_attribute_twice() {
    let stories = ("stories", stories(&page(Lang::Ko)));
    for (what, html) in all(&page(Lang::Ko)).into_iter().chain([stories]) {
        for tag in html.split('<').filter_map(|rest| rest.split('>').next()) {
            let mut names: Vec<&str> = tag.split("=\"").filter_map(|part| part.rsplit(' ').next()).collect();
            names.pop();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{what}: <{tag}>");
        }
    }
}

#[test]
fn no_two_things_on_a_page_have_one_id() {
    for (what, html) in all(&page(Lang::En)) {
        let body = html.split("<body").nth(1).expect("a body");
        let mut ids: Vec<&str> =
            body.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{what}: {ids:?}");
    }
}

#[test]
fn a_refusal_stands_beside_its_field_and_what_was_typed_stays_but_no_secret() {
    let failure = Failure::Invalid { field: Field::Name, reason: Reason::TooLong(32) };
    let typed = [("name", "<가>&\""), ("password", "hunter2"), ("next", "/s/b")];
    let typed = typed.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
    let refused = Some(Refused { by: "/api/enter".to_owned(), failure, typed });
    let html = enter(&Page { refused: refused.clone(), ..page(Lang::En) }, &doorway(Way::Name));
    assert!(html.contains("value=\"&lt;가&gt;&amp;&quot;\""), "{html}");
    assert!(html.contains("aria-invalid=\"true\""), "{html}");
    assert!(html.contains("aria-describedby=\"enter-name-hint enter-name-why\""), "{html}");
    assert!(html.contains("id=\"enter-name-why\" role=\"alert\""), "{html}");
    assert!(html.contains("up to 32 characters"), "{html}");
    // Another form of the page has nothing to do with it.
    let html = enter(&Page { refused, ..page(Lang::En) }, &doorway(Way::Account));
    assert!(!html.contains("aria-invalid") && !html.contains("hunter2") && !html.contains("가"), "{html}");
}

#[test]
fn a_refusal_of_no_field_stands_above_the_button() {
    let refused = Refused { by: "/api/sign_in".to_owned(), failure: Failure::NotFound, typed: Vec::new() };
    let html = enter(&Page { refused: Some(refused), ..page(Lang::En) }, &doorway(Way::Account));
    assert_eq!(html.matches("role=\"alert\"").count(), 1, "{html}");
    let button = html.find("btn--primary").expect("a button");
    assert!(html.find("role=\"alert\"").expect("said") < button, "{html}");
}

#[test]
fn of_several_forms_of_one_kind_only_the_refused_one_says_why() {
    let typed = vec![("id".to_owned(), "2".to_owned())];
    let refused = Refused { by: "/api/end_session".to_owned(), failure: Failure::NotFound, typed };
    let html = settings(&Page { refused: Some(refused), ..page(Lang::En) }, &of_ann(AccountKind::Account));
    assert_eq!(html.matches("role=\"alert\"").count(), 1, "{html}");
    let (second, third) =
        (html.find("value=\"2\"").expect("a form"), html.find("value=\"3\"").expect("a form"));
    let alert = html.find("role=\"alert\"").expect("said");
    assert!(second < alert && alert < third, "{html}");
}

#[test]
fn what_is_done_is_told_by_the_form_that_did_it() {
    let done = Some("/api/edit_profile".to_owned());
    let html = settings(&Page { done, ..page(Lang::En) }, &of_ann(AccountKind::Account));
    assert_eq!(html.matches("role=\"status\"").count(), 1, "{html}");
    assert!(html.contains("Saved."), "{html}");
}

#[test]
fn a_time_zone_that_nobody_listed_stays_chosen() {
    let html = settings(&page(Lang::Ko), &of_ann(AccountKind::Account));
    assert!(html.contains("<option selected=\"\" value=\"Antarctica/Troll\""), "{html}");
}
