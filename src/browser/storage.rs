//! The browser's storage: rows in IndexedDB, short texts beside them. Either may refuse (a private window, a full
//! disk): then nothing is kept beyond the page, and nothing else changes.

use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{EventTarget, IdbDatabase, IdbObjectStore, IdbRequest, IdbTransaction, IdbTransactionMode};

const DATABASE: &str = "maru";
const TABLE: &str = "outbox";
/// Storage that takes longer counts as broken: drafts must not wait for it.
const PATIENCE_MS: u32 = 2_000;
/// So often it may be broken before it is not asked again.
const FAILURES: u32 = 3;

/// Rows of text by their key.
#[derive(Default)]
pub(super) struct Storage {
    database: Option<IdbDatabase>,
    failures: u32,
}

impl Storage {
    /// Writes rows, and strikes out those without a text; all of them or none.
    pub(super) async fn write(&mut self, rows: Vec<(String, Option<String>)>) {
        let written = match self.begin(IdbTransactionMode::Readwrite).await {
            Ok((transaction, table)) => put_all(&transaction, &table, rows).await,
            Err(error) => Err(error),
        };
        self.note(written.is_ok());
    }

    /// Every row's text, in no order that means anything.
    pub(super) async fn read_all(&mut self) -> Vec<String> {
        let read = match self.begin(IdbTransactionMode::Readonly).await {
            Ok((_, table)) => all(&table).await,
            Err(error) => Err(error),
        };
        self.note(read.is_ok());
        read.unwrap_or_default()
    }

    fn note(&mut self, is_well: bool) {
        if is_well {
            self.failures = 0;
        } else {
            self.failures += 1;
            self.database = None;
        }
    }

    async fn begin(&mut self, mode: IdbTransactionMode) -> Result<(IdbTransaction, IdbObjectStore), JsValue> {
        if self.failures >= FAILURES {
            return Err(JsValue::NULL);
        }
        let database = match &self.database {
            Some(database) => database.clone(),
            None => self.database.insert(open().await?).clone(),
        };
        let transaction = database.transaction_with_str_and_mode(TABLE, mode)?;
        let table = transaction.object_store(TABLE)?;
        Ok((transaction, table))
    }
}

async fn open() -> Result<IdbDatabase, JsValue> {
    let request = window().indexed_db()?.ok_or(JsValue::NULL)?.open_with_u32(DATABASE, 1)?;
    let asked: IdbRequest = request.clone().unchecked_into();
    let create = Closure::once_into_js(move |_: JsValue| {
        let database = asked.result().map(JsValue::unchecked_into::<IdbDatabase>);
        let _ = database.and_then(|database| database.create_object_store(TABLE));
        JsValue::UNDEFINED
    });
    request.set_onupgradeneeded(Some(create.unchecked_ref()));
    settled(&request, "success").await?;
    Ok(request.result()?.unchecked_into())
}

async fn put_all(
    transaction: &IdbTransaction,
    table: &IdbObjectStore,
    rows: Vec<(String, Option<String>)>,
) -> Result<(), JsValue> {
    for (key, text) in rows {
        match text {
            Some(text) => table.put_with_key(&JsValue::from(text), &JsValue::from(key))?,
            None => table.delete(&JsValue::from(key))?,
        };
    }
    // Where there is such a thing: from here on it is written even if the page goes now.
    if let Ok(commit) = Reflect::get(transaction, &"commit".into())?.dyn_into::<Function>() {
        commit.call0(transaction)?;
    }
    settled(transaction, "complete").await
}

async fn all(table: &IdbObjectStore) -> Result<Vec<String>, JsValue> {
    let request = table.get_all()?;
    settled(&request, "success").await?;
    Ok(request.result()?.unchecked_into::<Array>().iter().filter_map(|row| row.as_string()).collect())
}

/// Until something in the database has come to its end.
async fn settled(target: &EventTarget, event: &str) -> Result<(), JsValue> {
    let promise = Promise::new(&mut |resolve, reject| {
        let _ = target.add_event_listener_with_callback(event, &resolve);
        for end in ["error", "abort", "blocked"] {
            let _ = target.add_event_listener_with_callback(end, &reject);
        }
    });
    match select(JsFuture::from(promise), TimeoutFuture::new(PATIENCE_MS)).await {
        Either::Left((settled, _)) => settled.map(drop),
        Either::Right(_) => Err(JsValue::NULL),
    }
}

/// The text that was remembered under a key.
pub(super) fn recall(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Remembers a text under a key; forgets it when it is empty.
pub(super) fn remember(key: &str, text: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = if text.is_empty() { storage.remove_item(key) } else { storage.set_item(key, text) };
    }
}
