//! Sessions that end while something is connected by them: the connections end too, whoever ended them.

use super::{Clock, Result, hub::Hub, store::Store};
use crate::protocol::{AuditAct, CloseCode, Millis};
use std::{collections::BTreeSet, time::Duration};
use tokio::time::{MissedTickBehavior, interval};

/// How often the store is asked whether sessions ended.
const LOOK: Duration = Duration::from_secs(2);
/// After so many looks the sessions are checked anyway: some end by their age, of which nobody tells.
const AT_LEAST: u32 = 30;
/// Looks that check after one that saw a change: who was let in just before it may connect just after.
const AFTERWARDS: u32 = 2;
/// Looks between two sweeps of what has ended by its age: an hour.
const SWEEP: u32 = 1_800;
/// How long a browser is known that nobody signs in from.
const DEVICE_MS: Millis = 400 * 24 * 60 * 60 * 1000;

/// How far before the last look a change may be dated that is seen now: the clocks of two processes differ,
/// and a commit takes a while.
const MARGIN_MS: Millis = 10_000;

/// Closes the connections of ended sessions within a few seconds, for as long as it runs. A session that
/// is ended by this process closes its connections at once; this is for those that others end.
pub async fn watch(hub: Hub, store: Store, clock: Clock) {
    let mut watch = Watch { hub, store, clock, count: None, checks: 0, idle: 0, until_sweep: 0, stirs: None };
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        if let Err(error) = watch.look().await {
            tracing::warn!(%error, "could not see whether sessions ended");
        }
        if let Err(error) = watch.look_beside().await {
            tracing::warn!(%error, "could not see what was changed beside the server");
        }
    }
}

struct Watch {
    hub: Hub,
    store: Store,
    clock: Clock,
    /// The store's count of ended sessions when it was last seen.
    count: Option<u64>,
    /// Looks that still have to check.
    checks: u32,
    /// Looks since the last check.
    idle: u32,
    /// Looks until the next sweep.
    until_sweep: u32,
    /// The store's count of changes beside the server when it was last seen, and when that was.
    stirs: Option<(u64, Millis)>,
}

impl Watch {
    /// What the command line changed is told to those whom it concerns; the log of a room may have grown.
    async fn look_beside(&mut self) -> Result<()> {
        let (count, now) = (self.store.count_stirs().await?, self.clock.now());
        let Some((seen, at)) = self.stirs.replace((count, now)) else { return Ok(()) };
        if seen == count {
            return Ok(());
        }
        let changed = match self.store.stirred(at.saturating_sub(MARGIN_MS)).await {
            Ok(changed) => changed,
            Err(error) => {
                self.stirs = Some((seen, at));
                return Err(error);
            }
        };
        for (space, user, act) in changed {
            match (user, act) {
                // Their connections begin anew, and find things as they are.
                (Some(user), AuditAct::Banned) => self.hub.live().people.close_user(user, CloseCode::Restart),
                (Some(user), _) => self.hub.tell_member(user, space),
                (None, _) => self.hub.tell_members(space),
            }
        }
        self.hub.live().settle_all();
        Ok(())
    }

    async fn look(&mut self) -> Result<()> {
        self.sweep().await?;
        let people = &self.hub.live().people;
        if people.is_empty() {
            return Ok(());
        }
        let count = self.store.count_ended_sessions().await?;
        if self.count != Some(count) {
            (self.count, self.checks) = (Some(count), 1 + AFTERWARDS);
        }
        self.idle += 1;
        if self.checks == 0 && self.idle < AT_LEAST {
            return Ok(());
        }
        let asked = people.sessions();
        let hashes: Vec<[u8; 32]> = asked.iter().copied().collect();
        let living = self.store.living_sessions(&hashes, self.clock.now()).await?;
        let living = BTreeSet::from_iter(living);
        people.close_sessions(&asked.difference(&living).copied().collect(), CloseCode::SignedOut);
        (self.checks, self.idle) = (self.checks.saturating_sub(1), 0);
        Ok(())
    }

    /// Notes who is connected, whose session is in use whatever else it asks for; and forgets what ended.
    async fn sweep(&mut self) -> Result<()> {
        if self.until_sweep > 0 {
            self.until_sweep -= 1;
            return Ok(());
        }
        let now = self.clock.now();
        let connected: Vec<[u8; 32]> = self.hub.live().people.sessions().into_iter().collect();
        if !connected.is_empty() {
            self.store.see_sessions(&connected, now).await?;
        }
        self.store.sweep_sessions(now).await?;
        self.store.sweep_secrets(now, now.saturating_sub(DEVICE_MS)).await?;
        self.until_sweep = SWEEP;
        Ok(())
    }
}
