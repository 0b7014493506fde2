//! Where one writes. Before WASM runs it is a plain form.

mod suggest;
mod writing;

use super::{
    app::expect_words,
    each::{Key, each},
    element::{El, el, live},
    emoji_picker,
    form::{Outcome, call_form, field_error, hidden, submit},
    icon::icon,
    message_actions::{Acts, Doing},
    node::{Node, part},
    reply::{on_escape, strip},
    typing_line::typing_line,
};
use crate::{
    client::{Chat, mark},
    protocol::{Failure, Nonce, RoomAct, RoomId, TEXT_LIMIT},
};
use leptos::{
    ev::{self, Event, KeyboardEvent, SubmitEvent},
    html,
    prelude::*,
};
use suggest::Suggest;
use writing::{INCOMPLETE, UNKNOWN, Writing};

/// The id of the field.
pub(super) const COMPOSER: &str = "composer";
/// From how many characters before the limit the count is shown.
const NEAR: usize = 500;

/// What the plain form carries, and what it was refused.
#[derive(Clone)]
pub(super) struct Plain {
    /// Where it goes.
    pub(super) action: String,
    /// Its nonce.
    pub(super) nonce: Nonce,
    /// Why its text was refused, and the text.
    pub(super) refused: Option<(Failure, String)>,
}

/// What stands below the timeline: the composer, or why there is none.
pub(super) fn dock(room: RoomId, name: Memo<String>, plain: Plain) -> El {
    let chat = Chat::expect();
    // One was in the room while it was open.
    let was_in = StoredValue::new(0_u32);
    let kind = move || {
        let Some(room) = chat.room(room) else { return "composer" };
        if room.role.is_some() {
            was_in.set_value(1);
        }
        match room.role {
            Some(_) if room.archived && room.may(RoomAct::Archive) => "archived, mine",
            _ if room.archived => "archived",
            None if was_in.get_value() > 0 => "no more",
            None => "outside",
            Some(_) if room.may(RoomAct::Send) => "composer",
            Some(_) => "listening",
        }
    };
    let inside = each(
        move || vec![Key::Kind(kind())],
        move |kind| match kind {
            Key::Kind("archived, mine") => archived(room, true).into(),
            Key::Kind("archived") => archived(room, false).into(),
            Key::Kind("outside") => outside(room, expect_words().join_to_write).into(),
            Key::Kind("no more") => outside(room, expect_words().no_more_in).into(),
            Key::Kind("listening") => closed("megaphone", expect_words().few_write, None).into(),
            _ => composer(room, name, plain.clone()),
        },
    );
    el("div").class("dock").with(typing_line(room)).with(el("div").class("dock__in").with(inside))
}

/// The room is archived: why, and for its owner the way back.
fn archived(room: RoomId, is_mine: bool) -> El {
    let words = expect_words();
    let call = Outcome::of("/api/archive_room");
    let restore = is_mine.then(|| {
        call_form(call)
            .with(hidden("room", room.to_string()))
            .with(hidden("on", "false"))
            .with(submit("btn btn--sm", words.restore))
    });
    closed("box", words.archived, Some(call)).with(restore)
}

/// One is not a member: the way in.
fn outside(room: RoomId, why: &'static str) -> El {
    let words = expect_words();
    let call = Outcome::of("/api/join_room");
    let join = call_form(call)
        .with(hidden("room", room.to_string()))
        .with(submit("btn btn--primary btn--sm", words.join).attr("aria-busy", call.busy()));
    closed("door", why, Some(call)).with(join)
}

fn closed(picture: &'static str, why: &'static str, call: Option<Outcome>) -> El {
    let why = el("span").with(why).with(" ").with(call.map(|call| field_error(call.failure())));
    el("div").class("composer__closed").with(icon(picture)).with(why)
}

fn composer(room: RoomId, name: Memo<String>, plain: Plain) -> Node {
    let Plain { action, nonce, refused } = plain;
    let chat = Chat::expect();
    let words = expect_words();
    let (failure, text) = refused.unzip();
    let writing = Writing::new(chat, room, failure);
    let suggest = Suggest::new(writing);
    writing.follow_devices();
    let button =
        el("button").class("iconbtn composer__send").attr("type", "submit").attr("aria-label", words.send);
    let send = move || {
        writing.send();
        suggest.look();
    };
    let row = el("div")
        .class("composer__row")
        .with(field(writing, suggest, name, text.as_deref(), send))
        .with(el("div").class("composer__tools").with(emoji_button(writing)))
        .with(button.with(icon("send")));
    let form = el("form")
        .class("composer")
        .attr("method", "post")
        .attr("action", action)
        .attr("aria-label", words.compose)
        .on(ev::submit, move |event: SubmitEvent| {
            event.prevent_default();
            send();
        })
        .with(hidden("nonce", nonce.to_string()))
        .with(suggest.list())
        .with(strip(chat, room))
        .with(offer(writing))
        .with(row);
    let more = el("div")
        .class("composer__more")
        .attr("id", "composer-more")
        .with(field_error(writing.refusal.into()))
        .with(fault(writing))
        .with(part(move || slow(chat, room)))
        .with(part(move || count(writing.length.get())));
    let key =
        |key: &'static str, does: &'static str| el("span").with(el("kbd").with(key)).with(" ").with(does);
    let hint = el("p")
        .class("composer__hint")
        .attr("aria-hidden", "true")
        .with(key("Enter", words.key_send))
        .with(key("Shift Enter", words.key_newline));
    [form.into(), more.into(), hint.into()].into()
}

fn field(
    writing: Writing,
    suggest: Suggest,
    name: Memo<String>,
    text: Option<&str>,
    send: impl Fn() + 'static,
) -> El {
    let Writing { chat, room, .. } = writing;
    let words = expect_words();
    let acts = expect_context::<Acts>();
    let on_key = move |event: KeyboardEvent| {
        let is_composing = event.is_composing() || event.key_code() == 229;
        if is_composing || suggest.press(&event) {
            return;
        }
        on_escape(chat, room, &event);
        if event.key() == "Enter" && !event.shift_key() {
            event.prevent_default();
            send();
        }
        // With Alt it goes to another room.
        let is_alone = !(event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key());
        if event.key() == "ArrowUp"
            && is_alone
            && writing.field().is_some_and(|field| field.value().is_empty())
        {
            event.prevent_default();
            acts.doing.set(chat.newest_of_mine(room).map(Doing::Edit));
        }
        if let Some(sign) = sign_of(&event, writing)
            && let Some(field) = writing.field()
        {
            event.prevent_default();
            let (text, part) = mark(&field.value(), writing.selection(), sign);
            writing.put(&text, part);
        }
    };
    let label = move || {
        live(move || {
            let is_direct = chat.room(room).is_some_and(|room| room.kind.is_direct());
            (if is_direct { words.compose_to } else { words.compose_in })(&name.get())
        })
    };
    el("textarea")
        .class("composer__input")
        .attr("id", COMPOSER)
        .attr("name", "text")
        .attr("rows", "1")
        .attr("dir", "auto")
        .attr("enterkeyhint", "send")
        .attr("autocomplete", "off")
        .attr("placeholder", label())
        .attr("aria-label", label())
        .attr("aria-describedby", "composer-more")
        .attr("aria-autocomplete", "list")
        .attr("aria-controls", live(move || suggest.is_open().then_some("suggest")))
        .attr("aria-activedescendant", live(move || suggest.pointed()))
        .html(text.map(textarea_html).unwrap_or_default())
        .node_ref(writing.field)
        .on(ev::keydown, on_key)
        .on(ev::blur, move |_| suggest.shut())
        .on(ev::click, move |_| suggest.look())
        .on(ev::input, move |_: Event| {
            writing.typed();
            suggest.look();
        })
}

/// Opens the emoji, of which the chosen one is put where the caret is.
fn emoji_button(writing: Writing) -> El {
    let label = expect_words().compose_more.emoji;
    emoji_picker::button("iconbtn", label, move |sign| {
        writing.replace(writing.selection(), sign);
        if let Some(field) = writing.field() {
            // It fails for a field that is gone already.
            drop(field.focus());
        }
    })
}

/// The marks that a key puts around what is selected.
fn sign_of(event: &KeyboardEvent, writing: Writing) -> Option<&'static str> {
    if !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
        return None;
    }
    match (event.code().as_str(), event.shift_key()) {
        ("KeyB", false) => Some("**"),
        ("KeyI", false) => Some("*"),
        ("KeyX", true) => Some("~~"),
        // Without a selection this key opens the emoji.
        ("KeyE", false) => {
            let (start, end) = writing.selection();
            (start < end).then_some("`")
        }
        _ => None,
    }
}

/// A newer text of another device, where it must not take the place of this one by itself.
fn offer(writing: Writing) -> El {
    let words = expect_words().compose_more;
    let offer = move || {
        let bring = el("button")
            .class("btn btn--sm")
            .attr("type", "button")
            .on(ev::click, move |_| writing.bring())
            .with(words.bring);
        let offer = el("div").class("composer__offer").with(icon("laptop"));
        writing.offers.get().then(|| offer.with(el("span").with(words.elsewhere)).with(bring))
    };
    el("div").attr("role", "status").with(part(offer))
}

/// What is wrong with a command.
fn fault(writing: Writing) -> El {
    let words = expect_words().compose_more;
    let fault = move || {
        let error = el("span").class("field__error").with(icon("alert"));
        let anyway = el("button")
            .class("btn btn--sm")
            .attr("type", "button")
            .on(ev::click, move |_| writing.say_anyway())
            .with(words.say_anyway);
        match writing.fault.get() {
            UNKNOWN => Some(error.with(words.unknown).with(" ").with(anyway)),
            INCOMPLETE => Some(error.with(words.incomplete)),
            _ => None,
        }
    };
    el("span").attr("role", "alert").with(part(fault))
}

/// A small pencil beside a room in which something is being written.
pub(super) fn unsent_mark(room: RoomId) -> Node {
    let chat = Chat::expect();
    let words = expect_words().compose_more;
    part(move || {
        let is_elsewhere = chat.current.get() != Some(room);
        let told = el("span").class("sr-only").with(words.unsent);
        let mark = || el("span").class("room-link__unsent").with(icon("pencil")).with(told);
        (chat.has_unsent(room) && is_elsewhere).then(mark)
    })
}

/// How long one waits between two messages, where one does.
fn slow(chat: Chat, room: RoomId) -> Option<El> {
    let seconds = chat.room(room).filter(|room| !room.may(RoomAct::SlowDown))?.slow_s;
    (seconds > 0).then(|| el("span").class("composer__slow").with((expect_words().slow)(seconds)))
}

/// How much room is left, once that matters.
fn count(length: usize) -> Option<El> {
    let words = expect_words();
    (length + NEAR > TEXT_LIMIT).then(|| {
        if length > TEXT_LIMIT {
            el("span")
                .class("composer__count composer__count--over")
                .with((words.too_much)(length - TEXT_LIMIT))
        } else {
            el("span").class("composer__count").with((words.room_left)(TEXT_LIMIT - length))
        }
    })
}

/// Grows the field where `field-sizing` is not known; where it is, there is nothing to scroll and
/// nothing happens.
pub(super) fn fit(field: &<html::Textarea as html::ElementType>::Output) {
    // Both fail for attribute names that cannot be; this one can.
    drop(field.remove_attribute("style"));
    if field.scroll_height() > field.client_height() {
        drop(field.set_attribute("style", &format!("block-size: {}px", field.scroll_height())));
    }
}

/// A text as the content of a `<textarea>`: the renderer does not escape there. A parser drops the
/// first line break, so one is put before.
fn textarea_html(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_text_cannot_leave_its_field() {
        assert_eq!(
            textarea_html("</textarea><script>x</script>&amp;"),
            "\n&lt;/textarea&gt;&lt;script&gt;x&lt;/script&gt;&amp;amp;"
        );
    }
}
