//! Lists whose rows keep their elements while others come and go.

use super::{
    follower::Met,
    node::{Node, part},
};
use crate::{
    IS_PAGE,
    client::{PageId, RowKey},
    protocol::{RoomId, SpaceId, UserId},
};
use leptos::{prelude::*, tachys::reactive_graph::OwnedView};
use std::sync::Arc;

/// What a row is known by. One type for all lists, so that there is one list.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// A room.
    Room(RoomId),
    /// A space.
    Space(SpaceId),
    /// A page of a timeline.
    Page(PageId),
    /// A row of a timeline.
    Row(RowKey),
    /// A person.
    User(UserId),
    /// The how manieth time something is opened.
    Run(u32),
    /// One of several things that may stand in a place.
    Kind(&'static str),
}

/// Shows a row for every key.
pub(super) fn each(
    keys: impl Fn() -> Vec<Key> + Send + 'static,
    row: impl Fn(Key) -> Node + Send + Sync + 'static,
) -> Node {
    list(Box::new(keys), Arc::new(row))
}

fn list(keys: Box<dyn Fn() -> Vec<Key> + Send>, row: Arc<dyn Fn(Key) -> Node + Send + Sync>) -> Node {
    if IS_PAGE {
        let met = Met::default();
        let who = met.clone();
        let keys = move || {
            who.meet();
            keys()
        };
        let view = view! { <For each=keys key=Clone::clone children=move |key| row(key)/> };
        Node::View(view.into_any(), met)
    } else {
        written(keys, row)
    }
}

/// The same as the server writes it, who keeps nothing for later: every row, and the mark behind the last.
fn written(keys: Box<dyn Fn() -> Vec<Key> + Send>, row: Arc<dyn Fn(Key) -> Node + Send + Sync>) -> Node {
    let home = Owner::current().unwrap_or_default();
    part(move || {
        let rows = keys().into_iter().map(|key| match key {
            // What opens here may lend things to all within, and to nobody beside.
            Key::Run(_) | Key::Kind(_) => {
                let own = home.with(Owner::new);
                let opened = own.with(|| row(key));
                Node::View(OwnedView::new_with_owner(opened, own).into_any(), Met::default())
            }
            _ => row(key),
        });
        rows.chain([Node::Nothing]).collect::<Vec<_>>()
    })
}

/// Shows something while `is` says so, and leaves it alone meanwhile.
pub(super) fn when(
    is: impl Fn() -> bool + Send + 'static,
    view: impl Fn() -> Node + Send + Sync + 'static,
) -> Node {
    each(move || if is() { vec![Key::Run(0)] } else { Vec::new() }, move |_| view())
}

/// Runs once the page is awake, and again whenever a signal that it read has changed; on the server never. Not
/// generic within: the page would carry a copy for every place that calls it.
pub fn effect(run: impl FnMut() + 'static) {
    Effect::new(Box::new(run) as Box<dyn FnMut()>);
}
