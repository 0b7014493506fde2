//! What a request can reach.

use super::{
    Result, accounts::Recoveries, carried::Carried, clock::Clock, door::Door, face::Darkroom, hub::Hub,
    limits::Buckets, password::Vault, settings::Settings, slowdown::Slowdown, store::Store,
};
use crate::{
    protocol::{Failure, Space, SpaceId, User, UserId},
    ui::Built,
};
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
    /// The site's files, where the program carries them and was told of no folder.
    pub carried: Option<Carried>,
    /// Leptos' options for the site folder as it is.
    pub leptos: LeptosOptions,
    /// Where the files of the site are that every page asks for.
    pub built: Arc<Built>,
    /// The time.
    pub clock: Clock,
    /// Who may come in, and how fast.
    pub door: Arc<Door>,
    /// Who guesses passwords, and how slowly.
    pub slowdown: Arc<Slowdown>,
    /// Where passwords are hashed.
    pub vault: Vault,
    /// Where pictures are made small.
    pub darkroom: Darkroom,
    /// Where letters are asked for that lead back in.
    pub recoveries: Recoveries,
    /// How often somebody may give another e-mail address.
    pub addresses: Arc<Buckets<UserId>>,
    /// How often somebody may ask for the colours of code.
    pub colours: Arc<Buckets<UserId>>,
    /// Cancelled when the server stops.
    pub shutdown: CancellationToken,
    /// The open connections, which are waited for when the server stops.
    pub connections: TaskTracker,
}

impl App {
    /// The space of this slug or id, as somebody in it sees it.
    ///
    /// # Errors
    /// [`Failure::NotFound`] when there is none, or one does not belong to it.
    pub async fn space(&self, named: &str, user: &User) -> Result<Space> {
        let id = match named.parse::<SpaceId>() {
            Ok(id) => Some(id),
            Err(_) => self.store.find_space(named).await?.map(|space| space.id),
        };
        let id = id.ok_or(Failure::NotFound)?;
        self.store.find_space_of(id, user.id).await?.ok_or(Failure::NotFound.into())
    }
}

impl FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.leptos.clone()
    }
}
