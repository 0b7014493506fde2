//! What one is up to, and whether one may be disturbed.

use super::{
    app::expect_words,
    element::{El, el, live},
    form::{Outcome, call_form, field_error, hidden, input, submit},
    node::part,
};
use crate::{client::Chat, protocol::STATUS_LIMIT};

/// What may stand before a status, for those whose keyboard has no such signs.
const SIGNS: [&str; 8] = ["–", "☕️", "🗓️", "🍚", "🏠", "🎧", "🤒", "🌴"];
/// How long something lasts: until it is changed, minutes, the day.
const TIMES: [&str; 4] = ["", "30", "60", "today"];

/// Says what one is up to.
pub(super) fn status_form() -> El {
    let chat = Chat::expect();
    let words = expect_words().presence;
    let call = Outcome::of("/api/set_status");
    let option = |value: &'static str, text: &'static str| el("option").attr("value", value).with(text);
    let select = |name: &'static str, label: &'static str, options: Vec<El>| {
        el("select").class("input").attr("name", name).attr("aria-label", label).with(options)
    };
    let sign = |sign| option(if sign == SIGNS[0] { "" } else { sign }, sign);
    let signs = select("emoji", words.emoji, SIGNS.into_iter().map(sign).collect());
    let times = TIMES.into_iter().zip(words.times).map(|(value, text)| option(value, text));
    let times = select("lasts", words.lasts, times.collect());
    let line = input("status")
        .attr("maxlength", STATUS_LIMIT.to_string())
        .attr("autocomplete", "off")
        .attr("placeholder", words.status_placeholder)
        .attr("aria-label", words.status)
        .attr("value", live(move || chat.status()));
    call_form(call)
        .class("status")
        .with(offset())
        .with(el("div").class("status__line").with(signs).with(line))
        .with(el("div").class("status__line").with(times).with(submit("btn", words.keep)))
        .with(field_error(call.failure()))
}

/// Asks not to be disturbed.
pub(super) fn dnd_form() -> El {
    let chat = Chat::expect();
    let words = expect_words().presence;
    let button =
        |value: &'static str, text: &'static str| submit("", text).attr("name", "lasts").attr("value", value);
    let group = el("div").class("segment segment--block").attr("role", "group").attr("aria-label", words.dnd);
    let times = part(move || {
        let times = || TIMES.into_iter().zip(words.times).map(|(value, text)| button(value, text));
        if chat.is_dnd() { vec![button("off", words.dnd_off)] } else { times().collect() }
    });
    call_form(Outcome::of("/api/set_dnd")).with(offset()).with(group.with(times))
}

/// Which day it is, is for the person's own clock to say.
fn offset() -> El {
    let chat = Chat::expect();
    hidden("offset", live(move || chat.zone_offset().to_string()))
}
