//! The rows of a timeline: something said, a day line, a notice.

use super::{
    app::expect_words,
    icon::{Avatar, Icon},
    live::{live, part},
};
use crate::{
    client::{
        Chat, Day, Notice, RowKey, Said, SaidState,
        wording::{Words, iso},
    },
    protocol::{
        Nonce,
        markup::{self, Inline},
    },
};
use leptos::{either::Either, prelude::*};

/// Something that was said. The element stays while its content changes.
#[component]
pub(super) fn MessageRow(
    /// What is shown.
    said: Memo<Said>,
) -> impl IntoView {
    let words = expect_words();
    let chat = Chat::expect();
    let id = said.with_untracked(|said| dom_id(said.key));
    let (author_id, time_id) = (format!("{id}-a"), format!("{id}-t"));
    let labels = format!("{author_id} {time_id}");
    let head = Memo::new(move |_| said.with(|said| (said.head, said.name.clone())));
    let text =
        Memo::new(move |_| said.with(|said| (said.state != SaidState::Gone).then(|| said.text.clone())));
    let state = Memo::new(move |_| said.with(|said| said.state.clone()));
    let at = Memo::new(move |_| said.with(|said| said.at));
    view! {
        <article class=live(move || said.with(class)) id=id tabindex="-1" aria-labelledby=labels>
            {part(move || {
                let (is_head, name) = head.get();
                let author_id = author_id.clone();
                if is_head {
                    Either::Left(view! {
                        <Avatar name=name.clone() class="msg__avatar"/>
                        <header class="msg__head">
                            <b class="msg__author" id=author_id>{name}</b>
                        </header>
                    })
                } else {
                    Either::Right(view! { <span class="sr-only" id=author_id>{name}</span> })
                }
            })}
            <div class="msg__row">
                <div class="bubble" dir="auto">
                    {part(move || match text.get() {
                        Some(text) => Either::Left(prose(&text)),
                        None => Either::Right(view! {
                            <span class="tombstone"><Icon name="trash"/>{words.gone}</span>
                        }),
                    })}
                </div>
                <div class="msg__meta">
                    <time id=time_id datetime=live(move || iso(at.get()))>
                        {live(move || words.time_of(at.get(), chat.zone.get()))}
                    </time>
                </div>
            </div>
            {part(move || status(chat, words, said.with_untracked(|said| said.key), state.get()))}
        </article>
    }
}

fn class(said: &Said) -> String {
    let marks = [
        (said.mine, " mine"),
        (said.head, " is-head"),
        (said.tail, " is-tail"),
        (said.state == SaidState::Pending, " is-pending"),
        (matches!(said.state, SaidState::Failed(_)), " is-failed"),
        (said.state == SaidState::Gone, " is-gone"),
    ];
    marks.into_iter().filter(|(is, _)| *is).fold("msg".to_owned(), |class, (_, mark)| class + mark)
}

/// The text as nodes; links open elsewhere and do not say where they come from.
fn prose(text: &str) -> impl IntoView + use<> {
    let paragraphs = markup::parse(text).into_iter().map(|lines| {
        let lines = lines.into_iter().enumerate().map(|(at, line)| {
            let pieces = line.into_iter().map(|piece| match piece {
                Inline::Text(text) => Either::Left(text),
                Inline::Link(address) => Either::Right(link(address)),
            });
            ((at > 0).then(|| view! { <br/> }), pieces.collect_view())
        });
        view! { <p>{lines.collect_view()}</p> }
    });
    view! { <div class="prose">{paragraphs.collect_view()}</div> }
}

fn link(address: String) -> impl IntoView {
    let shown = address.clone();
    view! { <a href=address target="_blank" rel="noopener noreferrer nofollow">{shown}</a> }
}

fn status(chat: Chat, words: &'static Words, key: RowKey, state: SaidState) -> Option<impl IntoView> {
    match state {
        SaidState::Sent | SaidState::Gone => None,
        SaidState::Pending => Some(Either::Left(view! {
            <div class="msg__status msg__status--pending">
                <Icon name="clock"/>
                <span>{words.pending}</span>
            </div>
        })),
        SaidState::Failed(failure) => Some(Either::Right(view! {
            <div class="msg__status msg__status--failed" role="status">
                <Icon name="alert"/>
                <span>{words.failed}" "{(words.failure)(&failure)}</span>
                <button type="button" class="btn" on:click=move |_| { if let Some(nonce) = nonce(key) { chat.retry(nonce) } }>
                    <Icon name="retry"/>
                    <span>{words.retry}</span>
                </button>
                <button
                    type="button"
                    class="btn btn--quiet"
                    on:click=move |_| { nonce(key).map(|nonce| chat.discard(nonce)); }
                >
                    {words.discard}
                </button>
            </div>
        })),
    }
}

fn nonce(key: RowKey) -> Option<Nonce> {
    match key {
        RowKey::Mine(nonce) => Some(nonce),
        RowKey::Event(_) | RowKey::Day(_) => None,
    }
}

fn dom_id(key: RowKey) -> String {
    match key {
        RowKey::Mine(nonce) => format!("m-{nonce}"),
        RowKey::Event(seq) => format!("m-{seq}"),
        RowKey::Day(seq) => format!("d-{seq}"),
    }
}

/// The line above a day's first row.
#[component]
pub(super) fn DayRow(
    /// The day.
    day: Memo<Day>,
    /// The year of the newest row: a day of another year says its own.
    year: Memo<Option<i32>>,
) -> impl IntoView {
    let words = expect_words();
    let label = Memo::new(move |_| {
        let day = day.get();
        (words.day)(day, year.get().is_some_and(|newest| newest != day.year))
    });
    let date = live(move || {
        let day = day.get();
        format!("{:04}-{:02}-{:02}", day.year, day.month, day.day)
    });
    view! {
        <div class="day" role="separator" aria-label=label>
            <time class="day__label" datetime=date>{label}</time>
        </div>
    }
}

/// Comings, goings and changes: one in plain text, several folded.
#[component]
pub(super) fn NoticeRow(
    /// What happened, in order.
    notice: Memo<Notice>,
) -> impl IntoView {
    let words = expect_words();
    let chat = Chat::expect();
    let sentence = part(move || {
        let (name, tail) = notice.with(|notice| words.notice(notice));
        view! { <span><b>{name}</b>{tail}</span> }
    });
    let lines = part(move || {
        let zone = chat.zone.get();
        notice
            .with(|notice| notice.lines.clone())
            .into_iter()
            .map(move |line| {
                let tail = (words.did)(&line.op);
                view! {
                    <li>
                        <b>{line.name}</b>{tail}" "
                        <time datetime=iso(line.at)>{words.time_of(line.at, zone)}</time>
                    </li>
                }
            })
            .collect_view()
    });
    let folded = Memo::new(move |_| notice.with(|notice| notice.lines.len() > 1));
    view! {
        <div class="notice">
            {part(move || if folded.get() {
                Either::Left(view! {
                    <details>
                        <summary>
                            <Icon name="door"/>
                            {sentence.clone()}
                            <Icon name="down" class="chev"/>
                        </summary>
                        <ul>{lines.clone()}</ul>
                    </details>
                })
            } else {
                Either::Right(sentence.clone())
            })}
        </div>
    }
}
