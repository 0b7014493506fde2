//! Forms that call a server function. Without WASM they are what they look like; with it, the courier
//! carries them and the page stays.

use super::{
    address::Address,
    app::expect_words,
    each::effect,
    element::{El, Value, el, live},
    errands::Done,
    icon::icon,
    node::part,
};
use crate::protocol::{Failure, json::read};
use leptos::{
    ev::{self, SubmitEvent},
    prelude::*,
};

/// What comes back: the answer as JSON, or why not.
pub type Answer = Result<String, Failure>;

/// Sends a form to where it points and brings the answer. Lent by whoever has a browser.
#[derive(Clone, Copy)]
pub struct Courier(pub fn(SubmitEvent, Box<dyn FnOnce(Answer)>));

/// Asks for what stands at an address and brings the answer. Lent by whoever has a browser.
#[derive(Clone, Copy)]
pub struct Asker(pub fn(&str, Done));

/// Calls a server function with these arguments and brings the answer. Lent by whoever has a browser.
#[derive(Clone, Copy)]
pub struct Caller(pub fn(&'static str, &[(&str, &str)], Done));

/// How a form's last call ended, and whether one is under way.
#[derive(Clone, Copy)]
pub(super) struct Outcome {
    to: &'static str,
    is_pending: RwSignal<bool>,
    answer: RwSignal<Option<Answer>>,
}

impl Outcome {
    /// Of the form that calls `to`. What a plain form was refused stands in the page's address.
    pub(super) fn of(to: &'static str) -> Self {
        let address = Address::expect();
        let is_ours = address.query("__path").as_deref() == Some(to);
        let failure = address.query("__err").filter(|_| is_ours);
        let refused = failure.map(|failure| Err(read(&failure).unwrap_or(Failure::Other)));
        Self { to, is_pending: RwSignal::new(false), answer: RwSignal::new(refused) }
    }

    /// Why the last call was refused.
    pub(super) fn failure(self) -> Signal<Option<Failure>> {
        let answer = self.answer;
        Signal::derive(move || {
            answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().err().cloned()))
        })
    }

    /// For `aria-busy`.
    pub(super) fn busy(self) -> Value {
        let is_pending = self.is_pending;
        live(move || is_pending.get().then_some("true"))
    }

    /// What was last answered. Reactive.
    pub(super) fn answer(self) -> Option<Answer> {
        self.answer.get()
    }

    /// Does something with every answer.
    pub(super) fn on_answer(self, done: impl Fn(&Answer) + 'static) {
        let answer = self.answer;
        effect(move || {
            answer.with(|answer| {
                if let Some(answer) = answer {
                    untrack(|| done(answer));
                }
            });
        });
    }

    /// Does something with every answer that is no refusal.
    pub(super) fn on_done(self, done: impl Fn(&str) + 'static) {
        self.on_answer(move |answer| {
            if let Ok(json) = answer {
                done(json);
            }
        });
    }
}

/// A form that calls a server function.
pub(super) fn call_form(call: Outcome) -> El {
    let courier = use_context::<Courier>();
    let carry = move |event: SubmitEvent| {
        let Some(Courier(carry)) = courier else { return };
        event.prevent_default();
        if call.is_pending.get_untracked() {
            return;
        }
        call.is_pending.set(true);
        carry(
            event,
            Box::new(move |answer| {
                call.is_pending.try_set(false);
                call.answer.try_set(Some(answer));
            }),
        );
    };
    el("form").attr("method", "post").attr("action", call.to).on(ev::submit, carry)
}

/// What a form carries besides what is typed.
pub(super) fn hidden(name: &'static str, value: impl Into<Value>) -> El {
    el("input").attr("type", "hidden").attr("name", name).attr("value", value)
}

/// A field and what it is called.
pub(super) fn field(label: El, input: El) -> El {
    el("label").class("field").with(label).with(input)
}

/// What a field is called.
pub(super) fn label(text: &'static str) -> El {
    el("span").class("field__label").with(text)
}

/// A line to type in.
pub(super) fn input(name: &'static str) -> El {
    el("input").class("input").attr("name", name)
}

/// A button that sends its form.
pub(super) fn submit(class: &'static str, text: &'static str) -> El {
    el("button").class(class).attr("type", "submit").with(text)
}

/// A button that shows no words.
pub(super) fn icon_button(class: &'static str, label: &'static str, icon: &'static str) -> El {
    el("button").class(class).attr("type", "button").attr("aria-label", label).with(super::icon::icon(icon))
}

/// A refusal next to the field that it speaks of. The region is always there, so that it is heard.
pub(super) fn field_error(failure: Signal<Option<Failure>>) -> El {
    let words = expect_words();
    el("span").attr("role", "alert").with(part(move || {
        failure.get().map(|failure| {
            el("span").class("field__error").with(icon("alert")).with((words.failure)(&failure))
        })
    }))
}
