//! Where one writes. Before WASM runs it is a plain form.

use super::{
    app::expect_words,
    form::{CallForm, Outcome},
    icon::Icon,
    live::{live, part},
    sign_in::FieldError,
};
use crate::{
    client::Chat,
    protocol::{Failure, Nonce, Role, RoomId, TEXT_LIMIT},
};
use leptos::{
    either::{Either, EitherOf3},
    ev::{Event, KeyboardEvent, SubmitEvent},
    html,
    prelude::*,
};

/// From how many characters before the limit the count is shown.
const NEAR: usize = 500;

/// What stands below the timeline: the composer, or why there is none.
#[component]
pub(super) fn Dock(
    /// Which room.
    room: RoomId,
    /// What it is called.
    name: Memo<String>,
    /// Where the plain form goes.
    action: String,
    /// The nonce of the plain form.
    form_nonce: Nonce,
    /// What the plain form refused.
    refused: Option<(Failure, String)>,
) -> impl IntoView {
    let chat = Chat::expect();
    let standing = Memo::new(move |_| chat.room(room).map(|room| (room.role, room.archived)));
    let parts = StoredValue::new((action, refused));
    view! {
        <div class="dock">
            <div class="dock__in">
                {part(move || match standing.get() {
                    Some((role, true)) => EitherOf3::A(view! { <Archived room role/> }),
                    Some((None, false)) => EitherOf3::B(view! { <Outside room/> }),
                    Some((Some(_), false)) | None => {
                        let (action, refused) = parts.get_value();
                        EitherOf3::C(view! { <Composer room name action form_nonce refused/> })
                    }
                })}
            </div>
        </div>
    }
}

/// The room is archived: why, and for its owner the way back.
#[component]
fn Archived(room: RoomId, role: Option<Role>) -> impl IntoView {
    let words = expect_words();
    let call = Outcome::of("/api/archive_room");
    let restore = (role == Some(Role::Owner)).then(|| {
        view! {
            <CallForm call>
                <input type="hidden" name="room" value=room.to_string()/>
                <input type="hidden" name="on" value="false"/>
                <button type="submit" class="btn btn--sm">{words.restore}</button>
            </CallForm>
        }
    });
    view! {
        <div class="composer__closed">
            <Icon name="box"/>
            <span>{words.archived} <FieldError failure=call.failure()/></span>
            {restore}
        </div>
    }
}

/// One is not a member: the way in.
#[component]
fn Outside(room: RoomId) -> impl IntoView {
    let words = expect_words();
    let call = Outcome::of("/api/join_room");
    view! {
        <div class="composer__closed">
            <Icon name="door"/>
            <span>{words.join_to_write} <FieldError failure=call.failure()/></span>
            <CallForm call>
                <input type="hidden" name="room" value=room.to_string()/>
                <button
                    type="submit"
                    class="btn btn--primary btn--sm"
                    aria-busy=call.busy()
                >
                    {words.join}
                </button>
            </CallForm>
        </div>
    }
}

#[component]
fn Composer(
    room: RoomId,
    name: Memo<String>,
    action: String,
    form_nonce: Nonce,
    refused: Option<(Failure, String)>,
) -> impl IntoView {
    let chat = Chat::expect();
    let words = expect_words();
    let (failure, text) = refused.unzip();
    let refusal = RwSignal::new(failure);
    let length = RwSignal::new(0_usize);
    let field = NodeRef::<html::Textarea>::new();
    let send = move || {
        let Some(field) = field.get_untracked() else { return };
        let text = field.value();
        if text.trim().is_empty() {
            return;
        }
        match chat.send(room, &text) {
            Ok(()) => {
                field.set_value("");
                refusal.set(None);
                length.set(0);
                fit(&field);
            }
            Err(failure) => refusal.set(Some(failure)),
        }
        // A tap on the button must not put the keyboard away. A field that is gone needs no focus.
        drop(field.focus());
    };
    let on_key = move |event: KeyboardEvent| {
        let is_composing = event.is_composing() || event.key_code() == 229;
        if event.key() == "Enter" && !event.shift_key() && !is_composing {
            event.prevent_default();
            send();
        }
    };
    let on_input = move |_: Event| {
        let Some(field) = field.get_untracked() else { return };
        fit(&field);
        let typed = field.value().chars().count();
        length.set(typed);
        if typed <= TEXT_LIMIT && refusal.with_untracked(Option::is_some) {
            refusal.set(None);
        }
    };
    let label = live(move || (words.compose_in)(&name.get()));
    view! {
        <form
            class="composer"
            method="post"
            action=action
            aria-label=words.compose
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                send();
            }
        >
            <input type="hidden" name="nonce" value=form_nonce.to_string()/>
            <div class="composer__row">
                <textarea
                    class="composer__input"
                    id="composer"
                    name="text"
                    rows="1"
                    {..html::inner_html(text.as_deref().map(textarea_html).unwrap_or_default())}
                    dir="auto"
                    enterkeyhint="send"
                    autocomplete="off"
                    placeholder=label.clone()
                    aria-label=label
                    aria-describedby="composer-more"
                    node_ref=field
                    on:keydown=on_key
                    on:input=on_input
                ></textarea>
                <button type="submit" class="iconbtn composer__send" aria-label=words.send>
                    <Icon name="send"/>
                </button>
            </div>
        </form>
        <div class="composer__more" id="composer-more">
            <FieldError failure=refusal.into()/>
            {part(move || count(length.get()))}
        </div>
        <p class="composer__hint" aria-hidden="true">
            <span><kbd>"Enter"</kbd>" "{words.key_send}</span>
            <span><kbd>"Shift Enter"</kbd>" "{words.key_newline}</span>
        </p>
    }
}

/// How much room is left, once that matters.
fn count(length: usize) -> Option<impl IntoView> {
    let words = expect_words();
    (length + NEAR > TEXT_LIMIT).then(|| if length > TEXT_LIMIT {
        Either::Left(view! {
            <span class="composer__count composer__count--over">{(words.too_much)(length - TEXT_LIMIT)}</span>
        })
    } else {
        Either::Right(view! {
            <span class="composer__count">{(words.room_left)(TEXT_LIMIT - length)}</span>
        })
    })
}

/// Grows the field where `field-sizing` is not known; where it is, there is nothing to scroll and
/// nothing happens.
fn fit(field: &<html::Textarea as html::ElementType>::Output) {
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
