//! Forms that call a server function. Without WASM they are what they look like; with it, the courier
//! carries them and the page stays.

use crate::protocol::Failure;
use leptos::{ev::SubmitEvent, html, prelude::*, server_fn::error::ServerFnUrlError};
use leptos_router::hooks::use_query_map;

/// What comes back: the answer as JSON, or why not.
pub type Answer = Result<String, Failure>;

/// Sends a form to where it points and brings the answer. Lent by whoever has a browser.
#[derive(Clone, Copy)]
pub struct Courier(pub fn(SubmitEvent, Box<dyn FnOnce(Answer)>));

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
        let query = use_query_map();
        let refused = query.with_untracked(|query| {
            let is_ours = query.get_str("__path") == Some(to);
            query
                .get_str("__err")
                .filter(|_| is_ours)
                .map(|error| Err(ServerFnUrlError::<Failure>::decode_err(error)))
        });
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
    pub(super) fn busy(self) -> Signal<Option<&'static str>> {
        let is_pending = self.is_pending;
        Signal::derive(move || is_pending.get().then_some("true"))
    }

    /// Does something with every answer that is no refusal.
    pub(super) fn on_done(self, done: impl Fn(&str) + 'static) {
        let answer = self.answer;
        Effect::new(move || {
            answer.with(|answer| {
                if let Some(Ok(json)) = answer {
                    untrack(|| done(json));
                }
            });
        });
    }
}

/// A form that calls a server function.
#[component]
pub(super) fn CallForm(
    /// What it calls, and how that ended.
    call: Outcome,
    /// The element's id.
    #[prop(optional)]
    id: Option<&'static str>,
    /// The element's class.
    #[prop(optional)]
    class: Option<&'static str>,
    /// The element.
    #[prop(optional)]
    node_ref: NodeRef<html::Form>,
    /// The fields.
    children: Children,
) -> impl IntoView {
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
    view! {
        <form method="post" action=call.to id=id class=class node_ref=node_ref on:submit=carry>
            {children()}
        </form>
    }
}
