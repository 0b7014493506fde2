//! What holds for every plain page, in both languages.

use super::*;
use crate::{
    client::wording::Lang,
    protocol::{Failure, Field, Reason},
    ui::Reader,
};
use leptos::config::LeptosOptions;

fn page(lang: Lang) -> Page {
    Page {
        reader: Reader { lang, ..Reader::default() },
        options: LeptosOptions::builder().output_name("maru").build(),
        here: "/enter?next=%2Fs%2Fa".to_owned(),
        refused: None,
        done: None,
    }
}

fn doorway(way: Way) -> Doorway {
    Doorway { is_set_up: true, by_name: true, can_join: true, way, next: "/s/a".to_owned() }
}

/// Every plain page there is, by what it is.
fn all(page: &Page) -> Vec<(&'static str, String)> {
    vec![
        ("by name", enter(page, &doorway(Way::Name))),
        ("by account", enter(page, &doorway(Way::Account))),
        ("not set up", enter(page, &Doorway { is_set_up: false, by_name: false, ..doorway(Way::Account) })),
        ("not found", not_found(page)),
        ("broken", broken(page, &Failure::Forbidden)),
    ]
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
            assert!(html.contains(" · Maru</title>") && !html.contains("<title> · "), "{what}: {html}");
            let scripts = html.matches("<script").count();
            assert_eq!(scripts, html.matches("<script src=\"/page.js\" defer").count(), "{what}: {html}");
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
