//! What a request can reach.

use super::{Result, clock::Clock, door::Door, hub::Hub, settings::Settings, store::Store};
use crate::protocol::{Failure, Space, SpaceId};
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use std::sync::Arc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// What a request can reach; clones share it.
#[derive(Clone)]
pub struct App {
    /// What is kept.
    pub store: Store,
    /// The live rooms.
    pub hub: Hub,
    /// What the server was told.
    pub settings: Arc<Settings>,
    /// Leptos' options for the site folder as it is.
    pub leptos: LeptosOptions,
    /// The time.
    pub clock: Clock,
    /// Who may come in, and how fast.
    pub door: Arc<Door>,
    /// The space that people enter.
    pub space: Space,
    /// Cancelled when the server stops.
    pub shutdown: CancellationToken,
    /// The open connections, which are waited for when the server stops.
    pub connections: TaskTracker,
}

impl App {
    /// The space of this slug or id.
    ///
    /// # Errors
    /// [`Failure::NotFound`] when there is none.
    pub async fn space(&self, named: &str) -> Result<Space> {
        if named == self.space.slug || named.parse::<SpaceId>() == Ok(self.space.id) {
            return Ok(self.space.clone());
        }
        self.store.find_space(named).await?.ok_or(Failure::NotFound.into())
    }
}

impl FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.leptos.clone()
    }
}
