//! Tells what is new where the page is not looked at: to a script of its own, which has the browser's icons,
//! notifications and sounds (`/heed.js`).

use crate::{
    client::{Alarm, Chat},
    protocol::{RoomId, Seq},
    ui::effect,
};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

/// So long whoever reads on another device has to read it first.
const GRACE_MS: u32 = 700;
/// Rooms of which something is told, at most.
const TOLD: usize = 50;

/// Follows what is new for as long as the page lives.
pub(super) fn watch(chat: Chat) {
    let told = StoredValue::new(Vec::<(RoomId, Seq)>::new());
    effect(move || {
        chat.turn_to(chat.current.get());
    });
    let mut last = None;
    effect(move || {
        let news = chat.all_news();
        if last.replace(news) != Some(news) {
            say(&["count", &news.0.to_string(), &news.1.to_string()]);
        }
        told.try_update_value(|told| {
            told.retain(|(room, seq)| {
                let is_read = chat.read_upto(*room) >= *seq;
                if is_read {
                    say(&["read", &room.to_string()]);
                }
                !is_read
            });
        });
        if chat.has_alarms() {
            spawn_local(async move {
                TimeoutFuture::new(GRACE_MS).await;
                for alarm in chat.take_alarms() {
                    tell(chat, &alarm);
                    told.try_update_value(|told| {
                        told.truncate(TOLD);
                        told.insert(0, (alarm.room, alarm.seq));
                    });
                }
            });
        }
    });
}

fn tell(chat: Chat, alarm: &Alarm) {
    let Some((room, space)) = untrack(|| {
        let room = chat.room(alarm.room)?;
        let space = chat.spaces().into_iter().find(|space| space.id == room.space)?;
        Some((room, space))
    }) else {
        return;
    };
    let is_open = chat.current.get_untracked() == Some(alarm.room);
    let words = untrack(|| chat.words()).heed;
    let kind = if alarm.why == crate::protocol::Why::Everything { "some" } else { "call" };
    // Between two people the room is called like the one who speaks.
    let title = if room.kind.is_direct() { String::new() } else { room.title() };
    let why = (words.why)(alarm.why);
    let open = if is_open { "open" } else { "" };
    let id = room.id.to_string();
    say(&["alarm", kind, &id, &alarm.name, &title, &alarm.text, why, &room.path(&space), open]);
}

/// Puts words before the script, which takes them when it is there.
fn say(words: &[&str]) {
    let said: Array = words.iter().map(|word| JsValue::from(*word)).collect();
    if let Ok(heed) = Reflect::get(&window(), &"maruHeed".into())
        && heed.is_object()
    {
        heed.unchecked_ref::<Array>().push(&said);
    }
}
