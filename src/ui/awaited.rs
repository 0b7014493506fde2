//! What stands on a page once the server has answered.

use super::node::Node;
use futures::future::{BoxFuture, FutureExt};
use leptos::prelude::*;
use std::sync::Arc;

/// Waits for what `wait` brings; what was there stays until then.
pub(super) fn awaited<F>(wait: impl Fn() -> F + Send + Sync + 'static) -> Node
where
    F: Future<Output = Node> + Send + 'static,
{
    boxed(Arc::new(move || wait().boxed()))
}

fn boxed(wait: Arc<dyn Fn() -> BoxFuture<'static, Node> + Send + Sync>) -> Node {
    view! {
        <Transition>
            {
                let wait = wait.clone();
                move || Suspend::new(wait())
            }
        </Transition>
    }
    .into_any()
    .into()
}
