//! What may be meant by the word before the caret, above the field. The focus stays in the field.

use super::writing::Writing;
use crate::{
    client::{
        Choice, EMOJI_FILE, Sought, closed_emoji, commands, emoji, from_units, matches, people, typed,
        wording::Words,
    },
    protocol::{RoomAct, User, json::read},
    ui::{
        app::expect_words,
        element::{El, el},
        errands::Errands,
        form::Caller,
        icon::face_of,
        node::{Node, part},
    },
};
use leptos::{
    ev::{self, KeyboardEvent, MouseEvent},
    prelude::*,
};

/// So many people are remembered, so that they are there before the server answers.
const KNOWN: usize = 200;

/// What is suggested now.
#[derive(Default)]
struct Held {
    choices: Vec<Choice>,
    /// The one that is chosen by Enter.
    at: usize,
    sought: Option<Sought>,
    /// The word that it would stand for, in bytes.
    word: (usize, usize),
    /// Where nothing is to be suggested: it was sent away.
    shut: Option<usize>,
    people: Vec<User>,
    /// What the server was asked for last.
    asked: Option<String>,
    /// The list of emoji, once it is there; and whether somebody went for it.
    emoji: String,
    is_fetched: bool,
}

/// The suggestions of one field. Copy it freely.
#[derive(Clone, Copy)]
pub(super) struct Suggest {
    writing: Writing,
    words: &'static Words,
    /// Goes up with every change.
    turn: RwSignal<u32>,
    held: StoredValue<Held>,
    errands: Option<Errands>,
}

impl Suggest {
    /// None yet.
    pub(super) fn new(writing: Writing) -> Self {
        let held = StoredValue::new(Held::default());
        Self { writing, words: expect_words(), turn: RwSignal::new(0), held, errands: use_context() }
    }

    /// Looks at the word before the caret.
    pub(super) fn look(self) {
        let Some(field) = self.writing.field() else { return };
        let text = field.value();
        let caret = field.selection_start().ok().flatten().map_or(0, |units| from_units(&text, units));
        let closed = self.ask(|held| {
            let (start, sign) = closed_emoji(&held.emoji, &text, caret)?;
            Some((start, sign.to_owned()))
        });
        if let Some((start, sign)) = closed {
            self.writing.replace((start, caret), &sign);
            return self.show(None, Vec::new());
        }
        let word = typed(&text, caret);
        if word.is_none() {
            self.change(|held| held.shut = None);
        }
        let Some(word) = word.filter(|word| self.is_open_at(word.start)) else {
            return self.show(None, Vec::new());
        };
        self.change(|held| held.word = (word.start, caret));
        let choices = match word.sought {
            Sought::Person => self.people(word.query),
            Sought::Emoji => self.emoji(word.query),
            Sought::Command => {
                let may = |act| untrack(|| self.writing.chat.may(self.writing.room, act));
                commands(word.query, self.words, may)
            }
        };
        self.show(Some(word.sought), choices);
    }

    /// Nothing is suggested any more.
    pub(super) fn shut(self) {
        self.show(None, Vec::new());
    }

    /// Takes a key, if it is about the suggestions.
    pub(super) fn press(self, event: &KeyboardEvent) -> bool {
        let (count, at, word) = self.ask(|held| (held.choices.len(), held.at, held.word));
        let has_more = event.shift_key() || event.ctrl_key() || event.alt_key() || event.meta_key();
        if count == 0 || has_more {
            return false;
        }
        match event.key().as_str() {
            "ArrowDown" => self.point((at + 1) % count),
            "ArrowUp" => self.point((at + count - 1) % count),
            "Tab" => self.choose(at),
            // What is there already needs no choosing.
            "Enter" if self.is_whole(at) => {
                self.shut();
                return false;
            }
            "Enter" => self.choose(at),
            "Escape" => {
                self.change(|held| held.shut = Some(word.0));
                self.shut();
            }
            _ => return false,
        }
        event.prevent_default();
        event.stop_propagation();
        true
    }

    /// Is something suggested? Reactive.
    pub(super) fn is_open(self) -> bool {
        self.turn.track();
        self.ask(|held| !held.choices.is_empty())
    }

    /// Which suggestion Enter chooses, by the id of its element. Reactive.
    pub(super) fn pointed(self) -> Option<String> {
        self.is_open().then(|| id_of(self.ask(|held| held.at)))
    }

    /// The list.
    pub(super) fn list(self) -> Node {
        let words = self.words.compose_more;
        let list = part(move || {
            self.turn.track();
            let (sought, choices, at) = self.ask(|held| (held.sought, held.choices.clone(), held.at));
            let label = match sought.filter(|_| !choices.is_empty())? {
                Sought::Person => words.people,
                Sought::Emoji => words.emoji,
                Sought::Command => words.commands,
            };
            let list = el("div").class("pop suggest").attr("id", "suggest").attr("role", "listbox");
            let options: Vec<El> = choices
                .into_iter()
                .enumerate()
                .map(|(place, choice)| self.option(place, choice, at))
                .collect();
            Some(list.attr("aria-label", label).with(options))
        });
        let count = part(move || {
            self.turn.track();
            let count = self.ask(|held| held.choices.len());
            (count > 0).then(|| (words.suggested)(count))
        });
        [list, el("span").class("sr-only").attr("role", "status").with(count).into()].into()
    }

    fn option(self, place: usize, choice: Choice, at: usize) -> El {
        let Choice { name, more, user, .. } = choice;
        el("div")
            .class("person")
            .attr("id", id_of(place))
            .attr("role", "option")
            .attr("aria-selected", if place == at { "true" } else { "false" })
            .on(ev::mousedown, |event: MouseEvent| event.prevent_default())
            .on(ev::click, move |_| self.choose(place))
            .with(user.map(|user| face_of(&user, "avatar--sm")))
            .with(el("span").class("person__text").with(el("b").with(name)))
            .with(el("small").class("quiet").with(more))
    }

    fn people(self, query: &str) -> Vec<Choice> {
        let Writing { chat, room, caller, .. } = self.writing;
        let mut known = untrack(|| chat.room(room)).map(|room| room.people).unwrap_or_default();
        self.ask(|held| {
            for user in &held.people {
                if !known.iter().any(|other| other.id == user.id) {
                    known.push(user.clone());
                }
            }
        });
        let is_new = self.ask(|held| held.asked.as_deref() != Some(query));
        if let (Some(Caller(call)), true) = (caller, is_new) {
            self.change(|held| held.asked = Some(query.to_owned()));
            let room = room.to_string();
            let fields = [("room", room.as_str()), ("start", query)];
            call(
                "/api/suggest_people",
                &fields,
                Box::new(move |answer| self.hear(&answer.unwrap_or_default())),
            );
        }
        let mut choices = people(&known, query);
        if untrack(|| chat.may(room, RoomAct::CallAll)) {
            let words = self.words.compose_more;
            for (name, korean, all) in [("here", "여기", words.here), ("everyone", "모두", words.everyone)]
            {
                if matches(query, name).or(matches(query, korean)).is_some() {
                    let text = format!("@{name}");
                    choices.push(Choice { name: text.clone(), text, more: all.to_owned(), user: None });
                }
            }
        }
        choices
    }

    fn hear(self, answer: &str) {
        let Ok(found) = read::<Vec<User>>(answer) else { return };
        self.change(|held| {
            for user in found {
                held.people.retain(|other| other.id != user.id);
                held.people.insert(0, user);
            }
            held.people.truncate(KNOWN);
        });
        self.look_again();
    }

    fn emoji(self, query: &str) -> Vec<Choice> {
        if let (Some(Errands { bring, .. }), false) = (self.errands, self.ask(|held| held.is_fetched)) {
            self.change(|held| held.is_fetched = true);
            let hear = move |list: Result<String, _>| {
                self.change(|held| {
                    // Who did not get through tries again with the next word.
                    held.is_fetched = list.is_ok();
                    held.emoji = list.unwrap_or_default();
                });
                self.look_again();
            };
            bring(EMOJI_FILE, Box::new(hear));
        }
        let lang = self.writing.chat.lang.get_untracked();
        self.ask(|held| emoji(&held.emoji, query, lang))
    }

    /// Something came that was asked for. The reader may have gone on meanwhile.
    fn look_again(self) {
        if self.writing.field().is_some_and(|field| super::writing::is_written_in(&field)) {
            self.look();
        }
    }

    fn is_open_at(self, start: usize) -> bool {
        let is_shut = self.ask(|held| held.shut == Some(start));
        if !is_shut {
            self.change(|held| held.shut = None);
        }
        !is_shut
    }

    fn is_whole(self, at: usize) -> bool {
        let text = self.writing.field().map(|field| field.value()).unwrap_or_default();
        self.ask(|held| {
            let choice = held.choices.get(at).map(|choice| choice.text.as_str()).unwrap_or_default();
            text.get(held.word.0..held.word.1).is_some_and(|word| word.eq_ignore_ascii_case(choice))
        })
    }

    fn point(self, at: usize) {
        self.change(|held| held.at = at);
        self.turn.update(|turn| *turn += 1);
    }

    fn choose(self, at: usize) {
        let chosen = self.ask(|held| Some((held.choices.get(at)?.text.clone(), held.sought, held.word)));
        let Some((mut text, sought, word)) = chosen else { return };
        if sought != Some(Sought::Emoji) {
            text.push(' ');
        }
        self.shut();
        self.writing.replace(word, &text);
    }

    fn show(self, sought: Option<Sought>, choices: Vec<Choice>) {
        let is_new = self.ask(|held| held.choices != choices);
        self.change(|held| {
            (held.sought, held.choices) = (sought, choices);
            if is_new {
                held.at = 0;
            }
        });
        if is_new {
            self.turn.update(|turn| *turn += 1);
        }
    }

    fn ask<T: Default>(self, f: impl FnOnce(&Held) -> T) -> T {
        self.held.try_with_value(f).unwrap_or_default()
    }

    fn change(self, f: impl FnOnce(&mut Held)) {
        self.held.try_update_value(f);
    }
}

fn id_of(place: usize) -> String {
    format!("suggest-{place}")
}
