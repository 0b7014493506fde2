//! Native dialogs: make a room; change its name and topic.
//!
//! Buttons open them by `command`, which needs no script; where that is not known, the click does.

use super::{
    app::expect_words,
    form::{CallForm, Outcome},
    icon::Icon,
    live::live,
    sign_in::FieldError,
};
use crate::{client::Chat, protocol::RoomState};
use leptos::{
    attr::{Attribute, custom::custom_attribute},
    ev::MouseEvent,
    html,
    prelude::*,
};
use leptos_router::hooks::{use_navigate, use_query_map};

/// What makes a button open a dialog without script.
pub(super) fn opens(dialog: &'static str) -> impl Attribute {
    (custom_attribute("command", "show-modal"), custom_attribute("commandfor", dialog))
}

/// Opens a dialog in the browser's stead.
pub(super) fn open(event: &MouseEvent, dialog: NodeRef<html::Dialog>) {
    event.prevent_default();
    if let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) {
        // It fails for a dialog that is not in the document: then nobody is looking.
        drop(dialog.show_modal());
    }
}

fn close(dialog: NodeRef<html::Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        dialog.close();
    }
}

#[component]
fn Head(id: &'static str, title: &'static str, #[prop(optional)] text: &'static str) -> impl IntoView {
    let words = expect_words();
    view! {
        <div class="dialog__head">
            <div>
                <h2 id=format!("{id}-h")>{title}</h2>
                {(!text.is_empty()).then(|| view! { <p>{text}</p> })}
            </div>
            <form method="dialog">
                <button type="submit" class="iconbtn" aria-label=words.close><Icon name="x"/></button>
            </form>
        </div>
    }
}

/// Makes a room and goes there.
#[component]
pub(super) fn CreateRoomDialog(
    /// The element, for whoever opens it.
    node_ref: NodeRef<html::Dialog>,
) -> impl IntoView {
    let words = expect_words();
    let chat = Chat::expect();
    let call = Outcome::of("/api/create_room");
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let slug = live(move || chat.space().map(|space| space.slug));
    call.on_done(move |json| {
        close(node_ref);
        if let Some(form) = form.get_untracked() {
            form.reset();
        }
        if let (Ok(room), Some(space)) = (serde_json::from_str::<RoomState>(json), chat.space()) {
            navigate(&room.path(&space), Default::default());
        }
    });
    // What a plain form refused is said where it was typed.
    let was_refused = call.failure().get_untracked().is_some();
    let query = use_query_map();
    let typed =
        move |field: &str| query.read_untracked().get(field).filter(|_| was_refused).unwrap_or_default();
    view! {
        <dialog class="dialog" id="dlg-create" aria-labelledby="dlg-create-h" node_ref=node_ref open=was_refused>
            <Head id="dlg-create" title=words.create_room text=words.create_room_text/>
            <div class="dialog__body">
                <CallForm call node_ref=form id="create-room" class="stack">
                    <input type="hidden" name="space" value=slug/>
                    <label class="field">
                        <span class="field__label">{words.room_name}</span>
                        <input class="input" name="name" autocomplete="off" value=typed("name") autofocus/>
                    </label>
                    <label class="field">
                        <span class="field__label">{words.topic}" "<span class="quiet">{words.optional}</span></span>
                        <input
                            class="input"
                            name="topic"
                            autocomplete="off"
                            value=typed("topic")
                            placeholder=words.topic_placeholder
                        />
                    </label>
                    <FieldError failure=call.failure()/>
                </CallForm>
            </div>
            <div class="dialog__foot">
                <form method="dialog"><button type="submit" class="btn btn--quiet">{words.cancel}</button></form>
                <button
                    type="submit"
                    form="create-room"
                    class="btn btn--primary"
                    aria-busy=call.busy()
                >
                    {words.create_room}
                </button>
            </div>
        </dialog>
    }
}

/// Changes a room's name, and its topic.
#[component]
pub(super) fn EditRoomDialog(
    /// Which room.
    room: Memo<Option<RoomState>>,
    /// The element, for whoever opens it.
    node_ref: NodeRef<html::Dialog>,
) -> impl IntoView {
    let words = expect_words();
    let rename = Outcome::of("/api/rename_room");
    let topic = Outcome::of("/api/set_topic");
    for call in [rename, topic] {
        call.on_done(move |_| close(node_ref));
    }
    let id = Memo::new(move |_| room.get().map(|room| room.id.to_string()));
    let name = live(move || room.get().map(|room| room.name));
    let subject = live(move || room.get().map(|room| room.topic));
    view! {
        <dialog class="dialog" id="dlg-edit" aria-labelledby="dlg-edit-h" node_ref=node_ref>
            <Head id="dlg-edit" title=words.edit_room/>
            <div class="dialog__body">
                <CallForm call=rename class="stack">
                    <input type="hidden" name="room" value=id/>
                    <label class="field">
                        <span class="field__label">{words.room_name}</span>
                        <input class="input" name="name" autocomplete="off" value=name/>
                    </label>
                    <FieldError failure=rename.failure()/>
                    <button type="submit" class="btn" aria-busy=rename.busy()>
                        {words.rename}
                    </button>
                </CallForm>
                <CallForm call=topic class="stack">
                    <input type="hidden" name="room" value=id/>
                    <label class="field">
                        <span class="field__label">{words.topic}" "<span class="quiet">{words.optional}</span></span>
                        <input
                            class="input"
                            name="topic"
                            autocomplete="off"
                            placeholder=words.topic_placeholder
                            value=subject
                        />
                    </label>
                    <FieldError failure=topic.failure()/>
                    <button type="submit" class="btn" aria-busy=topic.busy()>
                        {words.set_topic}
                    </button>
                </CallForm>
            </div>
        </dialog>
    }
}
