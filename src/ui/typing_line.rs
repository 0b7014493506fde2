//! Who is writing, and who has seen what oneself wrote last; a line whose height is kept for it.

use super::{
    app::expect_words,
    element::{El, el},
    node::part,
};
use crate::{client::Chat, protocol::RoomId};

/// The line between what was said and what one says.
pub(super) fn typing_line(room: RoomId) -> El {
    let chat = Chat::expect();
    let words = expect_words().presence;
    let sentence = move |is_told| {
        let names = chat.typing_in(room, is_told);
        (!names.is_empty()).then(|| (words.typing)(&names))
    };
    let dots = || el("span").class("typing-dots").with([el("i"), el("i"), el("i")].map(Into::into));
    let shown = part(move || {
        let line = |text: String| el("span").class("typing__in").with(dots()).with(el("span").with(text));
        sentence(false).map(|text| line(text).attr("aria-hidden", "true"))
    });
    // Read out now and then only; what is shown changes more often.
    let told = el("span").class("sr-only").with(part(move || sentence(true)));
    let seen = part(move || {
        let names = chat.seen_by(room);
        (!names.is_empty()).then(|| {
            el("details")
                .class("seen")
                .with(el("summary").with((words.seen)(names.len())))
                .with(el("span").class("seen__names").with(names.join(", ")))
        })
    });
    let typing = el("div").class("typing").attr("aria-live", "polite").with(shown).with(told);
    el("div").class("hints").with(typing).with(seen)
}
