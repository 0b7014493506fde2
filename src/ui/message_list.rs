//! A room's timeline on screen: pages of rows, so that older history moves nothing that is there.

use super::{
    app::expect_words,
    live::{live, part},
    message_row::{DayRow, MessageRow, NoticeRow},
    reader::expect_reader,
    scene::Cushions,
};
use crate::{
    client::{Chat, PageId, Row, RowKey},
    protocol::RoomId,
};
use leptos::{either::Either, prelude::*};
use std::sync::Arc;

/// The log of a room.
#[component]
pub(super) fn MessageList(
    /// Which room.
    room: RoomId,
    /// What it is called.
    name: Memo<String>,
) -> impl IntoView {
    let chat = Chat::expect();
    let words = expect_words();
    let reader = expect_reader();
    let year = Memo::new(move |_| newest_year(chat, room));
    view! {
        <div
            class="timeline"
            role="log"
            tabindex="0"
            aria-live=live(move || if chat.is_fetching(room) { "off" } else { "polite" })
            aria-relevant="additions"
            aria-label=live(move || (words.conversation)(&name.get()))
            data-room=room.to_string()
            data-density=live(move || reader.get().density.name())
        >
            <Beginning room name/>
            <For each=move || chat.pages(room) key=|page| *page let:page>
                <Page room page year/>
            </For>
            <div class="timeline__end" aria-hidden="true"></div>
        </div>
    }
}

/// What stands above the first row: a way to older history, or where the room began.
#[component]
fn Beginning(room: RoomId, name: Memo<String>) -> impl IntoView {
    let chat = Chat::expect();
    let words = expect_words();
    let has_older = Memo::new(move |_| chat.has_older(room));
    let is_fetching = Memo::new(move |_| chat.is_fetching(room));
    let is_silent = Memo::new(move |_| {
        let pages = chat.pages(room);
        !pages.into_iter().any(|page| chat.rows(room, page).iter().any(|row| matches!(row, Row::Said(_))))
    });
    let label = live(move || if is_fetching.get() { words.fetching_older } else { words.older });
    view! {
        {part(move || if has_older.get() {
            Either::Left(view! {
                <div class="timeline__older">
                    <button
                        type="button"
                        class="btn btn--quiet btn--sm"
                        aria-busy=live(move || is_fetching.get().then_some("true"))
                        on:click=move |_| chat.want_older(room)
                    >
                        {label.clone()}
                    </button>
                </div>
            })
        } else if is_silent.get() {
            Either::Right(Either::Left(view! { <Silence/> }))
        } else {
            Either::Right(Either::Right(view! {
                <p class="timeline__start">{live(move || (words.beginning)(&name.get()))}</p>
            }))
        })}
    }
}

/// A room in which nothing was said yet.
#[component]
fn Silence() -> impl IntoView {
    let words = expect_words();
    view! {
        <div class="empty">
            <Cushions/>
            <h2>{words.empty_title}</h2>
            <p>{words.empty_text}</p>
        </div>
    }
}

#[component]
fn Page(room: RoomId, page: PageId, year: Memo<Option<i32>>) -> impl IntoView {
    let chat = Chat::expect();
    let rows = Memo::new(move |_| chat.rows(room, page));
    let keys = move || rows.with(|rows| rows.iter().map(Row::key).collect::<Vec<_>>());
    view! {
        <section class="timeline__page">
            <For each=keys key=|key| *key let:key>
                {row(rows, key, year)}
            </For>
        </section>
    }
}

/// One row, found by its key whenever its page changes. The kind of a row never changes.
fn row(rows: Memo<Arc<Vec<Row>>>, key: RowKey, year: Memo<Option<i32>>) -> AnyView {
    let Some(first) = rows.with_untracked(|rows| find(rows, key)) else { return ().into_any() };
    match first {
        Row::Said(first) => {
            let said = Memo::new(move |last: Option<&_>| match rows.with(|rows| find(rows, key)) {
                Some(Row::Said(said)) => said,
                _ => last.unwrap_or(&first).clone(),
            });
            view! { <MessageRow said/> }.into_any()
        }
        Row::Notice(first) => {
            let notice = Memo::new(move |last: Option<&_>| match rows.with(|rows| find(rows, key)) {
                Some(Row::Notice(notice)) => notice,
                _ => last.unwrap_or(&first).clone(),
            });
            view! { <NoticeRow notice/> }.into_any()
        }
        Row::Day { day: first, .. } => {
            let day = Memo::new(move |last: Option<&_>| match rows.with(|rows| find(rows, key)) {
                Some(Row::Day { day, .. }) => day,
                _ => *last.unwrap_or(&first),
            });
            view! { <DayRow day year/> }.into_any()
        }
    }
}

fn find(rows: &[Row], key: RowKey) -> Option<Row> {
    rows.iter().find(|row| row.key() == key).cloned()
}

/// The year of the newest day line.
fn newest_year(chat: Chat, room: RoomId) -> Option<i32> {
    chat.pages(room).into_iter().rev().find_map(|page| {
        chat.rows(room, page).iter().rev().find_map(|row| match row {
            Row::Day { day, .. } => Some(day.year),
            _ => None,
        })
    })
}
