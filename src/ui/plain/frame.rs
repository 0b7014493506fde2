//! What stands around the pages: the doorway with its view, the sheet with its list of places, and the
//! pages that say that there is nothing.

use super::page::{Page, Sheet};
use crate::{
    client::wording::Lang,
    protocol::Failure,
    ui::{
        Theme,
        element::{El, el},
        icon::icon,
        node::Node,
        nothing::empty,
        reader::{Contrast, Density},
        scene::{house, scene},
    },
};

/// A page of the doorway: the view from the hall on one side, what there is to do on the other.
pub(super) fn door(page: &Page, title: &str, head: El, body: impl Into<Node>) -> Sheet {
    let words = &page.words().doorway;
    door_under(page, title, (words.caption, words.about), head, body)
}

/// The same with other words under the view.
pub(super) fn door_under(
    page: &Page,
    title: &str,
    (caption, about): (&'static str, &'static str),
    head: El,
    body: impl Into<Node>,
) -> Sheet {
    let caption = el("p").class("door__caption").with(caption).with(el("small").with(about));
    let form = el("div").class("door__form").with(head.class("door__title")).with(body);
    let side = el("main")
        .class("door__side")
        .attr("id", "main")
        .with(el("div").class("door__top").with(brand()).with(language_choice(page)))
        .with(form)
        .with(el("footer").class("door__foot").with(el("span").with("Maru")));
    let view = el("aside").class("door__view").with(scene()).with(caption);
    Sheet::new(title, el("div").class("door").with(view).with(side))
}

/// What a page of the doorway begins with.
pub(super) fn head(title: impl Into<Node>, text: impl Into<Node>) -> El {
    el("div").with(el("h1").with(title)).with(el("p").with(text))
}

fn brand() -> El {
    let mark = el("svg").class("brand__mark").attr("aria-hidden", "true");
    let name = el("span").with("Maru ").with(el("small").attr("lang", "ko").with("마루"));
    el("span").class("brand").with(mark.with(el("use").attr("href", "#i-mark"))).with(name)
}

/// One line of the list beside a sheet.
pub(super) struct Place {
    /// Where it leads.
    pub(super) href: String,
    /// What it is called.
    pub(super) label: &'static str,
    /// The symbol before it.
    pub(super) icon: &'static str,
}

/// A sheet of paper beside a list of places: settings and administration. `back` is where the
/// conversation is.
pub(super) fn sheet(
    page: &Page,
    title: &str,
    text: impl Into<Node>,
    (back, places): (&str, Vec<Place>),
    body: impl Into<Node>,
) -> Sheet {
    let is_here = |place: &Place| page.path() == place.href;
    let link = |place: Place| {
        let label = el("span").class("room-link__name").with(place.label);
        let link = el("a").class("room-link").attr("aria-current", is_here(&place).then_some("page"));
        el("li").with(link.attr("href", place.href).with(icon(place.icon)).with(label))
    };
    let list = el("ul").class("roomlist").with(places.into_iter().map(link).collect::<Vec<_>>());
    let out =
        el("a").class("back").attr("href", back.to_owned()).with(icon("back")).with(page.words().to_the_hall);
    let nav = el("nav").class("prefs__nav").attr("aria-label", page.words().places).with(out).with(list);
    let head = el("header").with(el("h1").with(title.to_owned())).with(el("p").with(text));
    let body = el("div").class("prefs__body").with(head).with(body);
    let main = el("main").class("prefs__sheet").attr("id", "main").with(body);
    Sheet::new(title, el("div").class("prefs").with(nav).with(main))
}

/// A part of a sheet, under a heading that links can name.
pub(super) fn section(
    id: &'static str,
    title: &'static str,
    text: impl Into<Node>,
    body: impl Into<Node>,
) -> El {
    let heading = format!("{id}-h");
    let head = el("header").with(el("h2").attr("id", heading.clone()).with(title)).with(el("p").with(text));
    el("section").class("section").attr("id", id).attr("aria-labelledby", heading).with(head).with(body)
}

/// The languages.
pub(super) fn language_choice(page: &Page) -> El {
    let choices = [Lang::Ko, Lang::En].map(|lang| {
        choice("lang", lang.tag(), lang.name(), page.reader.lang == lang).attr("lang", lang.tag())
    });
    prefer(page, page.common().language, choices.into())
}

/// Light, dark, or as the system has it.
pub(super) fn theme_choice(page: &Page) -> El {
    let words = page.common();
    let choices = Theme::ALL.map(|theme| {
        let label = match theme {
            Theme::Auto => words.theme_auto,
            Theme::Light => words.theme_light,
            Theme::Dark => words.theme_dark,
        };
        choice("theme", theme.name(), label, page.reader.theme == theme)
    });
    prefer(page, words.theme, choices.into())
}

/// How much the words and the lines stand out.
pub(super) fn contrast_choice(page: &Page) -> El {
    let words = &page.words().settings;
    let choices = Contrast::ALL.map(|contrast| {
        let label = match contrast {
            Contrast::Auto => page.common().theme_auto,
            Contrast::More => words.contrast_more,
            Contrast::Standard => words.contrast_standard,
        };
        choice("contrast", contrast.name(), label, page.reader.contrast == contrast)
    });
    prefer(page, words.contrast, choices.into())
}

/// How the timeline is set.
pub(super) fn density_choice(page: &Page) -> El {
    let words = page.common();
    let choices = Density::ALL.map(|density| {
        let label = match density {
            Density::Bubbles => words.bubbles,
            Density::Compact => words.compact,
        };
        choice("density", density.name(), label, page.reader.density == density)
    });
    prefer(page, words.density, choices.into())
}

fn prefer(page: &Page, label: &'static str, choices: Vec<El>) -> El {
    let back = el("input").attr("type", "hidden").attr("name", "back").attr("value", page.here.clone());
    el("form")
        .class("segment")
        .attr("method", "post")
        .attr("action", "/api/prefer")
        .attr("role", "group")
        .attr("aria-label", label)
        .with(back)
        .with(choices)
}

fn choice(name: &'static str, value: &'static str, label: &'static str, is_chosen: bool) -> El {
    el("button")
        .attr("type", "submit")
        .attr("name", name)
        .attr("value", value)
        .attr("aria-pressed", if is_chosen { "true" } else { "false" })
        .with(label)
}

/// There is nothing at this address, or nothing that one may see.
pub fn not_found(page: &Page) -> String {
    let words = page.words();
    page.document(nothing(page, words.not_found, words.not_found_text))
}

/// The page could not be had, and why.
pub fn broken(page: &Page, failure: &Failure) -> String {
    page.document(nothing(page, page.common().broken, (page.common().failure)(failure)))
}

fn nothing(page: &Page, title: &'static str, text: impl Into<Node>) -> Sheet {
    let link = el("a").class("btn btn--primary").attr("href", "/").with(page.words().to_the_hall);
    let empty = empty(house(), "h1", title, text).with(el("div").class("empty__acts").with(link));
    Sheet::new(title, el("main").class("plain").attr("id", "main").with(empty))
}
