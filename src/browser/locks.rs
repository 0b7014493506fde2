//! Web Locks: what one tab holds, no other has; what a tab that is gone held is free. Pages on plain http have none.

use futures::channel::oneshot;
use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};

/// What ends the holding of a lock; dropping it does not.
pub(super) type Release = Function;

/// Is there such a thing here?
pub(super) fn are_there() -> bool {
    manager().is_some()
}

fn manager() -> Option<JsValue> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    locks.is_object().then_some(locks)
}

/// Takes a lock if nobody holds it.
pub(super) async fn take(name: &str) -> Option<Release> {
    let manager = manager()?;
    let request: Function = Reflect::get(&manager, &"request".into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE).ok()?;
    let (sender, granted) = oneshot::channel();
    let callback = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        if lock.is_null() {
            return JsValue::UNDEFINED;
        }
        // The lock is held for as long as this promise is not kept.
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        let _ = release.map(|release| sender.send(release));
        held.into()
    });
    let asked = Reflect::apply(&request, &manager, &Array::of3(&name.into(), &options, &callback)).ok()?;
    drop(asked);
    granted.await.ok()
}
