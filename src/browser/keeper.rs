//! Keeps drafts in the browser's storage, and takes over those of tabs that are gone.

use super::{
    clock::{now, random},
    locks,
    storage::Storage,
};
use crate::{
    client::{Change, Chat, Kept},
    protocol::{Millis, UserId},
};

/// How often to look for drafts of tabs that went meanwhile.
const LOOK_MS: Millis = 20_000;

/// A draft as it lies in storage: whose it is, the tab that looks after it, and the draft.
struct Record {
    tab: String,
    kept: Kept,
}

fn write(user: UserId, tab: &str, kept: &Kept) -> String {
    format!("{user}\n{tab}\n{}", kept.write())
}

/// The draft, if it is this person's.
fn read(row: &str, user: UserId) -> Option<Record> {
    let (author, rest) = row.split_once('\n')?;
    let (tab, kept) = rest.split_once('\n')?;
    if author.parse() != Ok(user) {
        return None;
    }
    Some(Record { tab: tab.to_owned(), kept: Kept::read(kept)? })
}

/// Writes down what the chat wants kept. One for each page.
pub(super) struct Keeper {
    chat: Chat,
    storage: Storage,
    tab: String,
    owner: Option<UserId>,
    next_look: Millis,
}

impl Keeper {
    /// With the tab's own lock, which is free again when the tab is gone.
    pub(super) async fn new(chat: Chat) -> Self {
        let tab: String = random().iter().map(|byte| format!("{byte:02x}")).collect();
        let _ = locks::take(&lock_of(&tab)).await;
        Self { chat, storage: Storage::default(), tab, owner: None, next_look: 0 }
    }

    /// Brings storage and chat together. When this returns, everything that may be sent is written down.
    pub(super) async fn tend(&mut self) {
        self.write_down().await;
        let owner = self.chat.owner();
        if let Some(user) = owner.filter(|_| owner != self.owner || now() >= self.next_look) {
            let is_new = owner != self.owner;
            self.owner = owner;
            self.next_look = now() + LOOK_MS;
            self.look_around(user, is_new).await;
        }
        self.write_down().await;
    }

    async fn write_down(&mut self) {
        loop {
            let changes = self.chat.take_changes();
            if changes.is_empty() {
                return;
            }
            let rows = changes.into_iter().map(|change| self.row(change)).collect();
            self.storage.write(rows).await;
        }
    }

    fn row(&self, Change { user, nonce, kept }: Change) -> (String, Option<String>) {
        (nonce.to_string(), kept.map(|kept| write(user, &self.tab, &kept)))
    }

    async fn records(&mut self, user: UserId) -> Vec<Record> {
        let rows = self.storage.read_all().await;
        rows.iter().filter_map(|row| read(row, user)).collect()
    }

    /// Takes back what this person wrote here, unless another tab looks after it.
    async fn look_around(&mut self, user: UserId, is_new: bool) {
        let mut own = Vec::new();
        let mut others: Vec<String> = Vec::new();
        for record in self.records(user).await {
            if record.tab == self.tab || !locks::are_there() {
                own.push(record);
            } else if !others.contains(&record.tab) {
                others.push(record.tab);
            }
        }
        if is_new {
            // Without locks nobody knows which tabs are gone. Should two send one draft, the server takes it once.
            self.take_over(user, own).await;
        }
        for tab in others {
            if let Some(release) = locks::take(&lock_of(&tab)).await {
                // Another tab may have been here in between: what counts is what is there now.
                let mut records = self.records(user).await;
                records.retain(|record| record.tab == tab);
                self.take_over(user, records).await;
                let _ = release.call0(&wasm_bindgen::JsValue::NULL);
            }
        }
    }

    async fn take_over(&mut self, user: UserId, records: Vec<Record>) {
        let foreign = records.iter().filter(|record| record.tab != self.tab);
        let rows: Vec<_> = foreign
            .map(|record| Change { user, nonce: record.kept.draft.nonce, kept: Some(record.kept.clone()) })
            .map(|change| self.row(change))
            .collect();
        if !rows.is_empty() {
            self.storage.write(rows).await;
        }
        self.chat.restore(user, records.into_iter().map(|record| record.kept).collect());
    }
}

fn lock_of(tab: &str) -> String {
    format!("maru.tab.{tab}")
}
