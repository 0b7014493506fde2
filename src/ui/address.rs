//! Where the page is, and how it goes elsewhere while it stays awake.

use crate::protocol::{Seq, decode_segment};
use leptos::prelude::*;

/// What there is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A space, with none of its rooms open.
    Space(String),
    /// A room of the space of this slug, by name or id.
    Room(String, String),
    /// A message of the room: the same, and its seq.
    Message(String, String, Seq),
    /// Nothing that the page's program shows: a page of the server's, or none at all.
    Elsewhere,
}

impl Place {
    /// What there is at the path of an address.
    pub fn of(url: &str) -> Self {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let mut segments = path.trim_end_matches('/').split('/').skip(1).map(decode_segment);
        let mut next = || segments.next().filter(|segment| !segment.is_empty());
        match (next().as_deref(), next(), next(), next(), next()) {
            (Some("s"), Some(space), None, ..) => Self::Space(space),
            (Some("s"), Some(_), Some(room), ..) if room == "-" => Self::Elsewhere,
            (Some("s"), Some(space), Some(room), None, _) => Self::Room(space, room),
            (Some("s"), Some(space), Some(room), Some(seq), None) => match seq.parse() {
                Ok(seq) => Self::Message(space, room, seq),
                Err(_) => Self::Elsewhere,
            },
            _ => Self::Elsewhere,
        }
    }

    /// The slug of the space; empty elsewhere.
    fn space(self) -> String {
        match self {
            Self::Space(space) | Self::Room(space, _) | Self::Message(space, ..) => space,
            Self::Elsewhere => String::new(),
        }
    }

    /// The name or id of the room; empty where none is open.
    fn room(self) -> String {
        match self {
            Self::Room(_, room) | Self::Message(_, room, _) => room,
            Self::Space(_) | Self::Elsewhere => String::new(),
        }
    }
}

/// Changes the address that the browser shows; `true` puts it in place of the present one. Lent by whoever
/// has a browser. Where the page's program has nothing to show, it leaves the page.
pub type Go = fn(&str, bool);

/// Where the page is. Copy it freely.
#[derive(Clone, Copy)]
pub struct Address {
    /// Path and query, as they stand in the address.
    url: RwSignal<String>,
    go: Go,
}

impl Address {
    /// At this path and query.
    pub fn new(url: String, go: Go) -> Self {
        Self { url: RwSignal::new(url), go }
    }

    /// The one that the root was given.
    pub(super) fn expect() -> Self {
        expect_context()
    }

    /// The browser went there by itself.
    pub fn arrive(self, url: String) {
        if self.url.try_with_untracked(|held| *held != url).unwrap_or_default() {
            self.url.try_set(url);
        }
    }

    /// Goes there, and comes back by the browser's way back.
    pub fn go(self, url: &str) {
        (self.go)(url, false);
        self.arrive(url.to_owned());
    }

    /// The same place has this address from now on.
    pub(super) fn rename(self, url: &str) {
        (self.go)(url, true);
        self.arrive(url.to_owned());
    }

    /// Path and query, as they stand in the address. Reactive, like all that follows.
    pub(super) fn url(self) -> String {
        self.url.get()
    }

    /// The path alone.
    pub(super) fn path(self) -> String {
        self.url.with(|url| url.split('?').next().unwrap_or_default().to_owned())
    }

    /// What there is here.
    pub(super) fn place(self) -> Place {
        self.url.with(|url| Place::of(url))
    }

    /// The slug of the space; empty where there is none.
    pub(super) fn space(self) -> String {
        self.place().space()
    }

    /// The name or id of the room; empty where none is open.
    pub(super) fn room(self) -> String {
        self.place().room()
    }

    /// The message of the room that it names.
    pub(super) fn message(self) -> Option<Seq> {
        match self.place() {
            Place::Message(.., seq) => Some(seq),
            _ => None,
        }
    }

    /// What the query says under a key. Read once: it is of the page that the server rendered.
    pub(super) fn query(self, key: &str) -> Option<String> {
        self.url.with_untracked(|url| {
            let (_, query) = url.split_once('?')?;
            let pair =
                query.split('&').find_map(|pair| pair.split_once('=').filter(|(held, _)| *held == key))?;
            Some(decode_segment(&pair.1.replace('+', "%20")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(space: &str, room: &str) -> Place {
        Place::Room(space.to_owned(), room.to_owned())
    }

    #[test]
    fn a_path_says_what_is_there() {
        assert_eq!(Place::of("/s/maru"), Place::Space("maru".to_owned()));
        assert_eq!(Place::of("/s/maru/?a=b"), Place::Space("maru".to_owned()));
        assert_eq!(Place::of("/s/maru/%EB%A7%88%EB%A3%A8"), room("maru", "마루"));
        assert_eq!(Place::of("/s/maru/a%2Fb/?x=/1"), room("maru", "a/b"));
        let message = Place::Message("maru".to_owned(), "hall".to_owned(), 17);
        assert_eq!(Place::of("/s/maru/hall/17#x"), message);
        for path in [
            "",
            "/",
            "/s",
            "/s/",
            "/s/maru/-",
            "/s/maru/-/people",
            "/enter",
            "/s/a/b/c",
            "/s/a/b/1/2",
            "/s//a",
        ] {
            assert_eq!(Place::of(path), Place::Elsewhere, "{path}");
        }
    }

    #[test]
    fn a_query_is_read_as_a_form_writes_it() {
        Owner::new().with(|| {
            let address = Address::new("/s/maru?name=a+b%26c&__err=%7B%7D&x".to_owned(), |_, _| {});
            assert_eq!(address.query("name").as_deref(), Some("a b&c"));
            assert_eq!(address.query("__err").as_deref(), Some("{}"));
            assert_eq!((address.query("x"), address.query("y")), (None, None));
            assert_eq!((address.path(), address.space()), ("/s/maru".to_owned(), "maru".to_owned()));
        });
    }
}
