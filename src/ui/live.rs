//! Parts of a page that follow signals, each boxed into one type: the compiler writes all that
//! renders, hydrates and updates a closure anew for every closure, which was a third of the page's weight.

use leptos::prelude::*;
use std::sync::{Arc, Mutex};

/// Something that follows signals and is shown, or set as an attribute.
pub(super) type Live<T> = Arc<Mutex<dyn FnMut() -> T + Send>>;

/// An attribute or a text that follows signals.
pub(super) fn live<T: 'static>(follow: impl FnMut() -> T + Send + 'static) -> Live<T> {
    Arc::new(Mutex::new(follow))
}

/// A view that follows signals.
pub(super) fn part<V: IntoView + 'static>(mut follow: impl FnMut() -> V + Send + 'static) -> Live<AnyView> {
    live(move || follow().into_any())
}
