//! The document around every page, the routes, and what every view may ask for.

use super::{
    Reader,
    node::Node,
    nothing::{choose_room, not_found_page},
    room_page::room_page,
    space_page::space_page,
};
use crate::client::{
    Chat,
    wording::{Words, words as words_in},
};
use leptos::{prelude::*, text_prop::TextProp};
use leptos_meta::{HashedStylesheet, Html, MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

/// Every icon. It stands in the page itself: without a connection, a file could not be fetched for the
/// icon of the line that says so. The server alone has it; the page's program finds it where it is.
pub(super) const SPRITE: &str = include_str!("icons.svg");

/// The HTML document that the server renders. `reader` is what the cookies say.
pub fn shell(options: LeptosOptions, reader: Reader) -> impl IntoView {
    provide_context(reader);
    view! {
        <!DOCTYPE html>
        <html>
            <head>
                <meta charset="utf-8"/>
                <meta
                    name="viewport"
                    content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
                />
                <meta name="color-scheme" content="light dark"/>
                <HashedStylesheet id="maru" options=options.clone()/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <script src="/heed.js" defer></script>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
                <div hidden inner_html=SPRITE></div>
            </body>
        </html>
    }
}

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let reader = SharedValue::new_str(|| use_context::<Reader>().unwrap_or_default()).into_inner();
    let chat = use_context::<Chat>().unwrap_or_else(|| Chat::new(reader.lang));
    chat.lang.set(reader.lang);
    provide_context(chat);
    let reader = RwSignal::new(reader);
    provide_context(reader);
    let words = expect_words();
    // One type of route for all of them.
    let [space_page, choose_room, room_page]: [fn() -> Node; 3] = [space_page, choose_room, room_page];
    view! {
        <Html {..} lang=move || reader.get().lang.tag() data-theme=move || reader.get().theme.attribute()/>
        <Title formatter=|title: String| if title.is_empty() { "Maru".to_owned() } else { format!("{title} · Maru") }/>
        <a class="skip" href="#main">{words.skip}</a>
        <Router>
            <Routes fallback=not_found_page>
                <ParentRoute path=path!("/s/:space") view=space_page ssr=SsrMode::Async>
                    <Route path=path!("") view=choose_room ssr=SsrMode::Async/>
                    <Route path=path!(":room") view=room_page ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// What the page is called.
pub(super) fn title(text: impl Into<TextProp>) -> Node {
    let text = text.into();
    view! { <Title text/> }.into_any().into()
}

/// Every sentence in the reader's language. A change of language brings a new page, so this is read once.
pub(super) fn expect_words() -> &'static Words {
    words_in(Chat::expect().lang.get_untracked())
}
