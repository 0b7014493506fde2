//! What follows signals in the document, and leaves nothing behind when it goes.

use leptos::{
    prelude::*,
    reactive::graph::{AnySubscriber, Observer, Subscriber, ToAnySubscriber},
};
use std::sync::{Arc, Mutex, PoisonError};

/// An effect that is forgotten by all that it read when it is dropped. By itself it would stay in the list of every
/// signal that lives longer: of each row that ever was on screen something would stay for good.
pub(super) struct Follower<T: 'static>(pub(super) RenderEffect<T>);

impl<T> Drop for Follower<T> {
    fn drop(&mut self) {
        leave(&self.0.to_any_subscriber());
    }
}

/// The same for an effect of the framework's, which is met as it runs.
#[derive(Clone, Default)]
pub(super) struct Met(Arc<Mutex<Option<AnySubscriber>>>);

impl Met {
    /// Notes who is running.
    pub(super) fn meet(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Observer::get();
    }

    /// It goes now.
    pub(super) fn leave(&self) {
        let met = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        met.iter().for_each(leave);
    }
}

fn leave(subscriber: &AnySubscriber) {
    subscriber.clear_sources(subscriber);
}
