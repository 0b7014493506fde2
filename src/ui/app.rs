//! The root of the page: what stands where the address leads, and what every view may ask for.

use super::{
    Reader,
    address::{Address, Place},
    each::{Key, each},
    element::el,
    node::Node,
    nothing::not_found_page,
    space_page::space_page,
};
use crate::client::{
    Chat,
    wording::{Words, words as words_in},
};
use leptos::{prelude::*, text_prop::TextProp};
use std::sync::Arc;

/// Says what the page is called, and says it again whenever that changes. Lent by whoever has a document.
#[derive(Clone)]
pub struct Headline(pub Arc<dyn Fn(TextProp) + Send + Sync>);

/// The whole page. The root gives it an [`Address`], a [`Headline`], a [`Reader`] and what was [`Prefetched`].
pub fn app() -> impl IntoView {
    page()
}

/// The same, for the document around it.
pub(super) fn page() -> Node {
    let reader = use_context::<Reader>().unwrap_or_default();
    let chat = use_context::<Chat>().unwrap_or_else(|| Chat::new(reader.lang));
    chat.lang.set(reader.lang);
    provide_context(chat);
    provide_context(RwSignal::new(reader));
    let address = Address::expect();
    let kind = move || if address.place() == Place::Elsewhere { "elsewhere" } else { "space" };
    let page = each(
        move || vec![Key::Kind(kind())],
        |key| if key == Key::Kind("space") { space_page() } else { not_found_page() },
    );
    let skip = el("a").class("skip").attr("href", "#main").with(expect_words().skip);
    [skip.into(), page].into()
}

/// What the page is called.
pub(super) fn title(text: impl Into<TextProp>) -> Node {
    let text: TextProp = text.into();
    let whole = move || match text.get() {
        name if name.is_empty() => "Maru".to_owned(),
        name => format!("{name} · Maru"),
    };
    if let Some(Headline(say)) = use_context() {
        say(whole.into());
    }
    Node::Nothing
}

/// Every sentence in the reader's language. A change of language brings a new page, so this is read once.
pub(super) fn expect_words() -> &'static Words {
    words_in(Chat::expect().lang.get_untracked())
}
