//! What must hold of signals: however much comes at once, each is set once, and none of what did not change.

use super::{
    chat::Chat,
    mind_laws::{TEA, batch, event, lobby, page, room, run},
    rows::Row,
    timeline::PageId,
    wording::Lang,
};
use crate::protocol::{Event, Seq, ServerFrame};
use leptos::{
    prelude::*,
    reactive::graph::{AnySource, AnySubscriber, ReactiveNode, Subscriber, WithObserver},
};
use std::sync::{
    Arc, Weak,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

/// Counts how often it is told that something changed.
#[derive(Default)]
struct Told(AtomicUsize);

impl ReactiveNode for Told {
    fn mark_dirty(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    fn mark_check(&self) {}

    fn mark_subscribers_check(&self) {}

    fn update_if_necessary(&self) -> bool {
        false
    }
}

impl Subscriber for Told {
    fn add_source(&self, _: AnySource) {}

    fn clear_sources(&self, _: &AnySubscriber) {}
}

/// Somebody who looks at something.
fn looks<T>(at: impl FnOnce() -> T) -> Arc<Told> {
    let told = Arc::<Told>::default();
    let weak: Weak<Told> = Arc::downgrade(&told);
    AnySubscriber(Arc::as_ptr(&told) as usize, weak).with_observer(at);
    told
}

fn counts(told: &[Arc<Told>]) -> Vec<usize> {
    told.iter().map(|told| told.0.load(Relaxed)).collect()
}

/// A page that shows a room of 20 messages.
fn shown() -> (Chat, PageId) {
    let chat = Chat::new(Lang::default());
    chat.seed_lobby(&lobby(&[room(TEA, 20)]));
    chat.seed_room(&page(room(TEA, 20), run(1..=20)));
    (chat, untrack(|| chat.pages(TEA))[0])
}

fn events(seqs: impl Iterator<Item = Seq>) -> ServerFrame {
    ServerFrame::Events(batch(TEA, seqs.map(event).collect::<Vec<Event>>()))
}

/// All that a batch of messages is told to: the list of pages, the last of them, the rooms, and how one is connected.
fn watched(chat: Chat, last: PageId) -> Vec<Arc<Told>> {
    let link = looks(|| chat.link());
    vec![looks(|| chat.pages(TEA)), looks(|| chat.rows(TEA, last)), looks(|| chat.rooms()), link]
}

#[test]
fn a_batch_of_two_hundred_is_one_update() {
    Owner::new().with(|| {
        let (chat, last) = shown();
        let told = watched(chat, last);
        chat.receive(vec![events(21..=220)], 1);
        assert_eq!(counts(&told), [1, 0, 1, 0], "the page that was there is let go");
        let said =
            |page: &PageId| chat.rows(TEA, *page).iter().filter(|row| matches!(row, Row::Said(_))).count();
        let held = untrack(|| chat.pages(TEA).iter().map(said).sum::<usize>());
        assert!((75..=125).contains(&held), "{held} are shown");
    });
}

#[test]
fn frames_that_wait_are_one_update() {
    Owner::new().with(|| {
        let (chat, last) = shown();
        let told = watched(chat, last);
        chat.receive((21..=80).map(|seq| events(seq..=seq)).collect(), 1);
        assert_eq!(counts(&told), [1, 1, 1, 0]);
    });
}

#[test]
fn a_page_that_nothing_is_put_into_is_told_nothing() {
    Owner::new().with(|| {
        let (chat, first) = shown();
        chat.receive(vec![events(21..=80)], 1);
        let told = [looks(|| chat.pages(TEA)), looks(|| chat.rows(TEA, first))];
        chat.receive(vec![events(81..=82)], 2);
        assert_eq!(counts(&told), [0, 0], "it stands in the last page");
    });
}
