//! Texts that are still being written: kept in the browser at once, and after a pause by the server, for one's other
//! devices. The newest counts. What stands in a field that is being written in is never replaced, only offered.

use super::{chat::Chat, mind::Mind};
use crate::protocol::{ClientFrame, Millis, RoomId, TEXT_LIMIT, Unsent};

/// How long a text rests before the server is told.
const PAUSE: Millis = 1000;
/// Who never rests is told after this.
const PATIENCE: Millis = 5000;
/// A text that was not confirmed is told again after this.
const AGAIN: Millis = 5000;
/// So often; what the server does not take stays in the browser.
const TRIES: u32 = 3;

/// Marks a text in the browser that the server has, too.
const TOLD: &str = "1";

/// What is being written in one room.
#[derive(Debug, Default)]
pub(super) struct Text {
    text: String,
    /// When it was written, by the server's clock.
    at: Millis,
    /// The newest instant of which the server has told.
    told: Millis,
    /// The server is to be asked how it stands, by telling it.
    asks: bool,
    /// When to tell it next, by the page's clock; when it became another than what was told.
    due: Millis,
    since: Millis,
    tries: u32,
    /// A newer text of another device, which this page has not taken yet.
    pub(super) theirs: Option<(String, Millis)>,
}

impl Text {
    fn is_waiting(&self) -> bool {
        (self.is_changed() || self.asks) && self.tries < TRIES && self.theirs.is_none()
    }

    /// Has no other device ever seen it?
    fn is_changed(&self) -> bool {
        self.at > self.told
    }

    fn is_something(&self) -> bool {
        let is_theirs = self.theirs.as_ref().is_some_and(|(text, _)| !text.is_empty());
        is_theirs || !self.text.trim().is_empty()
    }
}

impl Mind {
    fn server_time(&self, now: Millis) -> Millis {
        now.saturating_add_signed(self.ahead)
    }

    /// The server's clock, as a welcome tells it. What was written by a clock that is ahead must not win for ever.
    pub(super) fn date_texts(&mut self, now: Millis, server: Millis) {
        self.ahead = server as i64 - now as i64;
        for text in self.texts.values_mut() {
            text.at = text.at.min(server);
        }
    }

    /// Somebody writes. `true` when the server is to be told of it sooner than of anything before.
    pub(super) fn write_text(&mut self, room: RoomId, typed: &str, now: Millis) -> bool {
        let at = self.server_time(now);
        let text = self.texts.hold(room);
        if text.text == typed {
            return false;
        }
        let (was_waiting, was_something, was_due) = (text.is_waiting(), text.is_something(), text.due);
        typed.clone_into(&mut text.text);
        text.at = at.max(text.at + 1);
        text.tries = 0;
        if !was_waiting {
            text.since = now;
        }
        // What was said must not turn up on another device as unsaid.
        text.due = if typed.is_empty() { now } else { (now + PAUSE).min(text.since + PATIENCE) };
        self.touched.texts |= text.theirs.is_some() || was_something != text.is_something();
        text.is_waiting() && (!was_waiting || text.due < was_due)
    }

    /// Takes what the browser remembers of a room.
    fn recall_text(&mut self, room: RoomId, typed: &str, at: Millis, is_told: bool) {
        let text = self.texts.hold(room);
        if at > text.at {
            typed.clone_into(&mut text.text);
            (text.at, text.due, text.tries, text.asks) = (at, 0, 0, true);
            if is_told {
                text.told = at;
            }
            self.touched.texts = true;
        }
    }

    /// Takes what the server has: one's own text again, or one of another device.
    pub(super) fn on_unsent(&mut self, unsent: Unsent) {
        let Unsent { room, text: told, at } = unsent;
        let text = self.texts.hold(room);
        if at < text.at {
            return;
        }
        self.touched.texts = true;
        text.asks = false;
        if told == text.text {
            (text.at, text.told, text.theirs) = (at, at, None);
        } else if told.is_empty() && text.is_changed() && !text.text.is_empty() {
            // Said elsewhere, while one goes on here: that is another text.
            text.at = at + 1;
        } else {
            text.theirs = Some((told, at));
        }
    }

    /// Takes the text of the other device in place of what was written here.
    fn take_theirs(&mut self, room: RoomId) -> Option<String> {
        let text = self.texts.get_mut(&room)?;
        let (theirs, at) = text.theirs.take()?;
        (text.at, text.told) = (at, at);
        text.text.clone_from(&theirs);
        self.touched.texts = true;
        Some(theirs)
    }

    /// Leaves what was written here as it is, for this page alone.
    fn pass_theirs(&mut self, room: RoomId) {
        if let Some(text) = self.texts.get_mut(&room)
            && let Some((_, at)) = text.theirs.take()
        {
            (text.at, text.told) = (at, at);
        }
    }

    /// The connection is gone, and with it every answer: what became of the texts meanwhile is asked by telling them.
    pub(super) fn recall_texts(&mut self) {
        for text in self.texts.values_mut() {
            (text.tries, text.due) = (0, 0);
            text.asks = !text.text.is_empty();
        }
    }

    /// When there is a text to be told.
    pub(super) fn text_deadline(&self) -> Option<Millis> {
        self.texts.values().filter(|text| text.is_waiting()).map(|text| text.due).min()
    }

    /// The texts to be told now.
    pub(super) fn take_texts(&mut self, now: Millis) -> Vec<ClientFrame> {
        let mut frames = Vec::new();
        let rooms: Vec<RoomId> = self.texts.keys().collect();
        for room in rooms {
            let text = self.texts.hold(room);
            if !text.is_waiting() || text.due > now {
                continue;
            }
            text.tries += 1;
            (text.due, text.since) = (now + AGAIN, now);
            if text.text.chars().count() > TEXT_LIMIT {
                text.tries = TRIES;
                continue;
            }
            frames.push(ClientFrame::Unsent(Unsent { room, text: text.text.clone(), at: text.at }));
        }
        frames
    }
}

impl Chat {
    /// The text that was being written in a room when its page went, or when one went to another room.
    pub fn unsent_text(self, room: RoomId) -> Option<String> {
        if let Some(kept) = self.text_key(room).and_then(|key| (self.hands().recall)(&key)) {
            let (head, text) = kept.split_once('\n')?;
            let (at, is_told) = head.split_once(' ')?;
            let at = at.parse().ok()?;
            self.change(&mut |mind| mind.recall_text(room, text, at, is_told == TOLD));
            self.wake();
        }
        let mut held = None;
        self.ask(&mut |mind| held = mind.texts.get(&room).map(|text| text.text.clone()));
        held.filter(|text| !text.is_empty())
    }

    /// Remembers the text that is being written in a room.
    pub fn keep_text(self, room: RoomId, text: &str) {
        let (now, mut is_news) = (self.now(), false);
        self.change(&mut |mind| is_news = mind.write_text(room, text, now));
        self.remember_text(room);
        if is_news {
            self.wake();
        }
    }

    /// A newer text of another device, and whether what was written here is known to this page alone. Reactive.
    pub fn text_elsewhere(self, room: RoomId) -> Option<(String, bool)> {
        self.watch_texts();
        let mut found = None;
        self.ask(&mut |mind| {
            found = mind.texts.get(&room).and_then(|text| {
                let (theirs, _) = text.theirs.as_ref()?;
                Some((theirs.clone(), text.is_changed()))
            });
        });
        found
    }

    /// Takes the text of the other device in place of what was written here, and gives it.
    pub fn take_text(self, room: RoomId) -> Option<String> {
        let mut theirs = None;
        self.change(&mut |mind| theirs = mind.take_theirs(room));
        self.remember_text(room);
        theirs
    }

    /// Leaves what was written here as it is, though it was said or given up on another device.
    pub fn pass_text(self, room: RoomId) {
        self.change(&mut |mind| mind.pass_theirs(room));
    }

    /// Is something being written in a room, here or on another device? Reactive.
    pub fn has_unsent(self, room: RoomId) -> bool {
        self.watch_texts();
        self.is(&|mind| mind.texts.get(&room).is_some_and(Text::is_something))
    }

    /// Writes down in the browser how the text of a room stands.
    pub fn remember_text(self, room: RoomId) {
        let mut kept = String::new();
        self.ask(&mut |mind| {
            if let Some(text) = mind.texts.get(&room).filter(|text| !text.text.is_empty()) {
                let told = if text.is_changed() { "" } else { TOLD };
                kept = format!("{} {told}\n{}", text.at, text.text);
            }
        });
        if let Some(key) = self.text_key(room) {
            (self.hands().remember)(&key, &kept);
        }
    }

    fn text_key(self, room: RoomId) -> Option<String> {
        Some(format!("maru.text.{}.{room}", self.owner()?))
    }
}
