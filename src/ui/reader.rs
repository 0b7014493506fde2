//! What the reader chose for their own eyes; plain cookies that the server reads at render.

use crate::client::wording::{Lang, choose};
use leptos::prelude::*;
use std::{fmt, str::FromStr};

/// The reader's choices. The server provides them as context; the page finds them in its HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reader {
    /// The language of every sentence.
    pub lang: Lang,
    /// Light, dark, or as the system has it.
    pub theme: Theme,
    /// How much the words and the lines stand out.
    pub contrast: Contrast,
    /// How the timeline is set.
    pub density: Density,
    /// Where a room opens.
    pub open: Open,
}

/// Where a room opens that has something new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Open {
    /// Where the reader stopped.
    #[default]
    New,
    /// At its end.
    End,
}

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    /// Ink on paper.
    Light,
    /// Paper at night.
    Dark,
}

/// How much the words and the lines stand out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Contrast {
    /// As the system has it.
    #[default]
    Auto,
    /// Much.
    More,
    /// As they were drawn, whatever the system says.
    Standard,
}

/// How the timeline is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Density {
    /// Others at the start side, oneself at the end side.
    #[default]
    Bubbles,
    /// One column, every line close to the next.
    Compact,
}

impl Reader {
    /// From the cookies `maru_lang`, `maru_theme`, `maru_contrast`, `maru_density`, `maru_open` and the header
    /// `Accept-Language`.
    pub fn from_request(cookie: impl Fn(&str) -> Option<String>, accept_language: Option<&str>) -> Self {
        Self {
            lang: choose(cookie("maru_lang").as_deref(), accept_language),
            theme: cookie("maru_theme").and_then(|text| Theme::parse(&text)).unwrap_or_default(),
            contrast: cookie("maru_contrast").and_then(|text| Contrast::parse(&text)).unwrap_or_default(),
            density: cookie("maru_density").and_then(|text| Density::parse(&text)).unwrap_or_default(),
            open: cookie("maru_open").and_then(|text| Open::parse(&text)).unwrap_or_default(),
        }
    }
}

impl fmt::Display for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [lang, theme, contrast] = [self.lang.tag(), self.theme.name(), self.contrast.name()];
        write!(f, "{lang} {theme} {contrast} {} {}", self.density.name(), self.open.name())
    }
}

/// As it was written. What this page does not know is as good as not chosen.
impl FromStr for Reader {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut words = text.split(' ');
        let mut next = || words.next().unwrap_or_default();
        let lang = Lang::parse(next()).unwrap_or_default();
        let theme = Theme::parse(next()).unwrap_or_default();
        let contrast = Contrast::parse(next()).unwrap_or_default();
        let density = Density::parse(next()).unwrap_or_default();
        let open = Open::parse(next()).unwrap_or_default();
        Ok(Self { lang, theme, contrast, density, open })
    }
}

impl Theme {
    /// Every one, in the order shown.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// Its name in a cookie or a form.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Contrast {
    /// Every one, in the order shown.
    pub const ALL: [Self; 3] = [Self::Auto, Self::More, Self::Standard];

    /// Its name in a cookie or a form.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::More => "more",
            Self::Standard => "standard",
        }
    }
}

impl Open {
    /// Every one, in the order shown.
    pub const ALL: [Self; 2] = [Self::New, Self::End];

    /// Its name in a cookie or a form.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::End => "end",
        }
    }
}

impl Density {
    /// Every one, in the order shown.
    pub const ALL: [Self; 2] = [Self::Bubbles, Self::Compact];

    /// Its name in a cookie, in a form, and as the value of `data-density`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bubbles => "bubbles",
            Self::Compact => "compact",
        }
    }
}

/// What each choice can do that has a list of all there is, and a name for each.
macro_rules! by_name {
    ($($choice:ty),+) => {$(
        impl $choice {
            /// From its name in a cookie or a form.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|choice| choice.name() == text)
            }
        }
    )+};
}

by_name!(Theme, Contrast, Open, Density);

/// The same of choices that may be left to the system.
macro_rules! by_attribute {
    ($($choice:ty),+) => {$(
        impl $choice {
            /// The value of its attribute of the document; none follows the system.
            pub fn attribute(self) -> Option<&'static str> {
                (self != Self::Auto).then_some(self.name())
            }
        }
    )+};
}

by_attribute!(Theme, Contrast);

/// The reader's choices as they are now; theme and density change without a new page.
pub(super) fn expect_reader() -> RwSignal<Reader> {
    expect_context()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_survive_the_way_to_the_page() {
        for (lang, theme) in [(Lang::Ko, Theme::Auto), (Lang::En, Theme::Dark), (Lang::Ko, Theme::Light)] {
            for (density, open) in Density::ALL.into_iter().zip(Open::ALL) {
                for contrast in Contrast::ALL {
                    let reader = Reader { lang, theme, contrast, density, open };
                    assert_eq!(reader.to_string().parse(), Ok(reader));
                }
            }
        }
    }

    #[test]
    fn who_chose_nothing_has_colours_as_the_system_has_them() {
        let jar = |chosen: &'static str| {
            move |name: &str| ["maru_theme", "maru_contrast"].contains(&name).then(|| chosen.to_owned())
        };
        for (chosen, theme, contrast) in [
            ("", None, None),
            ("auto", None, None),
            ("dark", Some("dark"), None),
            ("more", None, Some("more")),
            ("standard", None, Some("standard")),
        ] {
            let reader = Reader::from_request(jar(chosen), None);
            assert_eq!(
                (reader.theme.attribute(), reader.contrast.attribute()),
                (theme, contrast),
                "{chosen}"
            );
        }
    }

    #[test]
    fn an_unknown_cookie_is_as_good_as_none() {
        let jar = |name: &str| match name {
            "maru_lang" => Some("tlh".to_owned()),
            "maru_theme" => Some("dark".to_owned()),
            _ => Some("\u{0}".to_owned()),
        };
        let reader = Reader::from_request(jar, Some("ko"));
        assert_eq!(reader, Reader { lang: Lang::Ko, theme: Theme::Dark, ..Reader::default() });
    }
}
