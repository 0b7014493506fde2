//! The field that one writes in: what is typed, sent, commanded, and brought from other devices.

use super::fit;
use crate::{
    client::{Chat, Command, Line, from_units, muted, read_line, to_units},
    protocol::{Failure, RoomId, TEXT_LIMIT},
    ui::{each::effect, form::Caller},
};
use leptos::{html, prelude::*};

type Field = <html::Textarea as html::ElementType>::Output;

/// Nothing is to be said of what was sent.
pub(super) const FINE: u32 = 0;
/// There is no such command.
pub(super) const UNKNOWN: u32 = 1;
/// The command needs more.
pub(super) const INCOMPLETE: u32 = 2;

/// The field, and what is known of the text in it. Copy it freely.
#[derive(Clone, Copy)]
pub(super) struct Writing {
    pub(super) chat: Chat,
    pub(super) room: RoomId,
    pub(super) field: NodeRef<html::Textarea>,
    /// Why the text was refused.
    pub(super) refusal: RwSignal<Option<Failure>>,
    /// Its characters.
    pub(super) length: RwSignal<usize>,
    /// What is wrong with it as a command.
    pub(super) fault: RwSignal<u32>,
    /// There is a newer text of another device.
    pub(super) offers: RwSignal<bool>,
    pub(super) caller: Option<Caller>,
}

impl Writing {
    /// A field that was refused this, perhaps.
    pub(super) fn new(chat: Chat, room: RoomId, refused: Option<Failure>) -> Self {
        Self {
            chat,
            room,
            field: NodeRef::new(),
            refusal: RwSignal::new(refused),
            length: RwSignal::new(0),
            fault: RwSignal::new(FINE),
            offers: RwSignal::new(false),
            caller: use_context(),
        }
    }

    /// The field, while it is there.
    pub(super) fn field(self) -> Option<Field> {
        self.field.try_get_untracked().flatten()
    }

    /// What is selected, in bytes; the caret where nothing is.
    pub(super) fn selection(self) -> (usize, usize) {
        let Some(field) = self.field() else { return (0, 0) };
        let text = field.value();
        let place = |units: Result<Option<u32>, _>| {
            units.ok().flatten().map_or(text.len(), |units| from_units(&text, units))
        };
        (place(field.selection_start()), place(field.selection_end()))
    }

    /// Puts a text into the field, and selects a part of it.
    pub(super) fn put(self, text: &str, (start, end): (usize, usize)) {
        let Some(field) = self.field() else { return };
        field.set_value(text);
        // It fails for a field that is gone already.
        drop(field.set_selection_range(to_units(text, start), to_units(text, end)));
        self.typed();
    }

    /// Puts another text in place of a part.
    pub(super) fn replace(self, (start, end): (usize, usize), with: &str) {
        let Some(field) = self.field() else { return };
        let mut text = field.value();
        if text.get(start..end).is_some() {
            text.replace_range(start..end, with);
            let caret = start + with.len();
            self.put(&text, (caret, caret));
        }
    }

    /// The text is another than before.
    pub(super) fn typed(self) {
        let Some(field) = self.field() else { return };
        fit(&field);
        let text = field.value();
        self.chat.keep_text(self.room, &text);
        if !text.is_empty() {
            self.chat.type_in(self.room);
        }
        let typed = text.chars().count();
        self.length.set(typed);
        if typed <= TEXT_LIMIT && self.refusal.with_untracked(Option::is_some) {
            self.refusal.set(None);
        }
        if self.fault.get_untracked() != FINE {
            self.fault.set(FINE);
        }
    }

    /// Sends what stands in the field, or does what it commands.
    pub(super) fn send(self) {
        let Some(field) = self.field() else { return };
        let text = field.value();
        if text.trim().is_empty() {
            return;
        }
        match read_line(&text) {
            Line::Say(text) => self.say(&text),
            Line::Do(command, rest) => self.command(command, &rest),
            Line::Unknown => self.fault.set(UNKNOWN),
        }
        // A tap on the button must not put the keyboard away. A field that is gone needs no focus.
        drop(field.focus());
    }

    /// Says what stands in the field as it is.
    pub(super) fn say_anyway(self) {
        if let Some(field) = self.field() {
            self.say(&field.value());
            drop(field.focus());
        }
    }

    fn say(self, text: &str) {
        match self.chat.send(self.room, text) {
            Ok(()) => self.clear(),
            Err(failure) => self.refusal.set(Some(failure)),
        }
    }

    fn clear(self) {
        if let Some(field) = self.field() {
            field.set_value("");
            self.refusal.set(None);
            self.typed();
        }
    }

    fn command(self, command: Command, rest: &str) {
        let room = self.room.to_string();
        let room = ("room", room.as_str());
        let whom = rest.trim_start_matches('@');
        match command {
            Command::Leave => self.call("/api/leave_room", &[room]),
            Command::Topic if !rest.is_empty() => self.call("/api/set_topic", &[room, ("topic", rest)]),
            Command::Invite if !whom.is_empty() => self.call("/api/add_to_room", &[room, ("user", whom)]),
            Command::Mute => {
                let now = untrack(|| self.chat.room(self.room)).map(|room| room.mute).unwrap_or_default();
                match muted(rest, now) {
                    Some(mute) => self.call("/api/set_mute", &[room, ("mute", mute)]),
                    None => self.fault.set(INCOMPLETE),
                }
            }
            Command::Help => self.put("/", (1, 1)),
            _ => self.fault.set(INCOMPLETE),
        }
    }

    fn call(self, to: &'static str, fields: &[(&str, &str)]) {
        let Some(Caller(call)) = self.caller else { return };
        call(
            to,
            fields,
            Box::new(move |answer| match answer {
                Ok(_) => self.clear(),
                // One may be in another room by now.
                Err(failure) => drop(self.refusal.try_set(Some(failure))),
            }),
        );
    }

    /// Follows what is being written on other devices. What stands in the field by then was typed, or refused,
    /// since: it goes first.
    pub(super) fn follow_devices(self) {
        let Self { chat, room, field, .. } = self;
        let mut is_recalled = false;
        effect(move || {
            let (true, Some(field)) = (chat.awake.get(), field.get()) else { return };
            if !std::mem::replace(&mut is_recalled, true)
                && let Some(text) = untrack(|| chat.unsent_text(room))
                && field.value().is_empty()
            {
                self.fill(&field, &text);
            }
            self.take_or_offer(&field, chat.text_elsewhere(room));
        });
    }

    fn fill(self, field: &Field, text: &str) {
        field.set_value(text);
        self.length.set(text.chars().count());
        fit(field);
    }

    fn take_or_offer(self, field: &Field, theirs: Option<(String, bool)>) {
        let Self { chat, room, .. } = self;
        chat.remember_text(room);
        let mut offers = false;
        if let Some((theirs, is_mine_alone)) = theirs {
            let is_empty = field.value().is_empty();
            if is_empty || !(is_mine_alone || is_written_in(field)) {
                chat.take_text(room);
                self.fill(field, &theirs);
            } else if theirs.is_empty() {
                chat.pass_text(room);
            } else {
                offers = true;
            }
        }
        if self.offers.get_untracked() != offers {
            self.offers.set(offers);
        }
    }

    /// Brings the text of the other device here. What was written here is not lost.
    pub(super) fn bring(self) {
        let Some(field) = self.field() else { return };
        let own = field.value();
        if let Some(theirs) = self.chat.take_text(self.room) {
            let text = match (own.starts_with(&theirs), theirs.starts_with(&own)) {
                (true, _) => own,
                (_, true) => theirs,
                _ => format!("{theirs}\n{own}"),
            };
            self.put(&text, (text.len(), text.len()));
        }
        drop(field.focus());
    }
}

/// Has it the focus of somebody who is there?
pub(super) fn is_written_in(field: &Field) -> bool {
    let focused = document().active_element();
    let is_focused = focused.is_some_and(|focused| field.is_same_node(Some(&focused)));
    is_focused && document().has_focus().unwrap_or_default()
}
