//! The live rooms of this process: order and fan-out.
//!
//! Everything that is written goes through one task (`writer`): it is on disk before it is acknowledged,
//! and acknowledged before it is handed out. Handing out is only a wake-up: each connection pulls at its
//! own speed from the end of the log that a live room holds (`tail`), or from the store.

mod called;
pub(super) mod encode;
pub(super) mod live;
pub(super) mod mailbox;
pub(super) mod manners;
mod people;
pub(super) mod presence;
mod profiles;
pub(super) mod room;
mod seen;
pub(super) mod tail;
#[cfg(test)]
mod tail_laws;
#[cfg(test)]
pub(in crate::server) mod tests;
mod typing;
mod unsent;
mod writer;

use super::{
    Error, Result,
    clock::Clock,
    limits::{Buckets, Rules, retry_ms},
    store::{Arrival, Change, LeavingSpace, Manner, Mark, NewRoom, Store},
};
use crate::protocol::{
    Ack, CloseCode, Draft, Event, Failure, Marker, Millis, Op, ReadState, Role, RoomId, RoomState, SpaceId,
    User, UserId, check_emoji, check_room_name, check_text, check_topic,
};
use live::Live;
use mailbox::Note;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::{
    sync::{
        mpsc::{self, error::TrySendError},
        oneshot,
    },
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use writer::{Job, Sending};

/// When to try again what could not be done now.
const RETRY_MS: Millis = 1000;

/// A handle on the live side of this process; clones share it.
#[derive(Clone)]
pub struct Hub(Arc<Parts>);

struct Parts {
    live: Arc<Live>,
    queue: mpsc::Sender<Job>,
    sends: Buckets<UserId>,
    posts: Buckets<UserId>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// A draft on its way to the disk.
#[derive(Debug)]
pub struct Pending(oneshot::Receiver<Result<Ack, Failure>>);

impl Pending {
    /// Waits for its place.
    ///
    /// # Errors
    /// Why it has none. One that could not be written may be sent again under the same nonce.
    pub async fn settled(self) -> Result<Ack, Failure> {
        self.0.await.unwrap_or(Err(Failure::Unavailable { retry_ms: RETRY_MS }))
    }
}

impl Hub {
    /// Starts the writer. To be called inside tokio's runtime.
    pub fn new(store: Store, clock: Clock, rules: Rules) -> Self {
        let (queue, jobs) = mpsc::channel(rules.queue);
        let (sends, posts) = (Buckets::new(rules.sends), Buckets::new(rules.frames));
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let live = Live::new(store, clock, rules);
        tasks.spawn(writer::run(live.clone(), jobs, stop.clone()));
        tasks.spawn(seen::run(live.clone(), stop.clone()));
        tasks.close();
        Self(Arc::new(Parts { live, queue, sends, posts, stop, tasks }))
    }

    /// Says something in a room, and waits until it is on disk.
    ///
    /// # Errors
    /// Why it was not taken; with a `retry_ms`, the same draft may be sent again.
    pub async fn send(&self, by: &User, draft: Draft) -> Result<Ack, Failure> {
        self.begin_send(by, draft)?.settled().await
    }

    /// Puts a draft into the writer's queue without waiting for its place. Drafts of one caller get
    /// their places in the order in which they were begun.
    ///
    /// The rate is checked before the store can say that it has the draft already: a draft that is
    /// refused for its rate comes back under the same nonce, and is then acknowledged as it was.
    ///
    /// # Errors
    /// Why it was not taken; with a `retry_ms`, the same draft may be sent again.
    pub fn begin_send(&self, by: &User, draft: Draft) -> Result<Pending, Failure> {
        let Draft { nonce, room, op } = draft;
        let op = match op {
            Op::Message { text, reply_to } => Op::Message { text: check_text(&text)?, reply_to },
            Op::Edit { of, text } => Op::Edit { of, text: check_text(&text)? },
            Op::React { of, emoji, on } => Op::React { of, emoji: check_emoji(&emoji)?, on },
            Op::Delete { .. } => op,
            _ => return Err(Failure::Unknown),
        };
        let draft = Draft { nonce, room, op };
        if !self.rules().rates_off {
            let taken = self.0.sends.take(by.id, Instant::now());
            taken.map_err(|wait| Failure::RateLimited { retry_ms: retry_ms(wait) })?;
        }
        let (reply, answer) = oneshot::channel();
        self.queue(Job::Send(Sending { by: by.clone(), draft, reply }))?;
        Ok(Pending(answer))
    }

    /// Counts a frame that came in a request of its own.
    ///
    /// # Errors
    /// [`Failure::RateLimited`].
    pub fn count_post(&self, by: UserId) -> Result<(), Failure> {
        if self.rules().rates_off {
            return Ok(());
        }
        let taken = self.0.posts.take(by, Instant::now());
        taken.map_err(|wait| Failure::RateLimited { retry_ms: retry_ms(wait) })
    }

    /// Moves somebody's marker in a room; all of that person's connections are told how it stands then. One
    /// that cannot be moved now is not: the client says it again until it was heard.
    pub fn begin_read(&self, user: UserId, marker: Marker) {
        let _ = self.queue(Job::Read { mark: Mark { user, marker }, reply: None });
    }

    /// As [`begin_read`](Self::begin_read), and waits for how the marker stands.
    ///
    /// # Errors
    /// [`Failure::NotFound`] for a room that one is not in, or when it could not be written.
    pub async fn read(&self, user: UserId, marker: Marker) -> Result<ReadState, Failure> {
        let (reply, answer) = oneshot::channel();
        self.queue(Job::Read { mark: Mark { user, marker }, reply: Some(reply) })?;
        answer.await.unwrap_or(Err(Failure::Unavailable { retry_ms: RETRY_MS }))
    }

    /// Carries out `Join`, `Leave`, `Rename`, `Topic` or `Archive`. `None` when there was nothing to change.
    ///
    /// # Errors
    /// When it was refused, or could not be written.
    pub async fn change(&self, by: &User, room: RoomId, op: Op) -> Result<Option<Event>> {
        let op = match op {
            Op::Rename { name } => Op::Rename { name: check_room_name(&name)? },
            Op::Topic { topic } => Op::Topic { topic: check_topic(&topic)? },
            Op::Join | Op::Leave | Op::Archive { .. } => op,
            _ => return Err(Failure::Unknown.into()),
        };
        self.carry_out(by, room, None, op).await
    }

    /// Brings somebody of the space into a room. `None` when they are in it already.
    ///
    /// # Errors
    /// When it was refused, or could not be written.
    pub async fn add(&self, by: &User, room: RoomId, whom: UserId) -> Result<Option<Event>> {
        self.carry_out(by, room, Some(whom), Op::Added { by: by.shown().to_owned() }).await
    }

    /// Sends somebody out of a room. `None` when they are not in it.
    ///
    /// # Errors
    /// When it was refused, or could not be written.
    pub async fn remove(&self, by: &User, room: RoomId, whom: UserId) -> Result<Option<Event>> {
        self.carry_out(by, room, Some(whom), Op::Removed { by: by.shown().to_owned() }).await
    }

    /// Gives a member another role in a room. `None` when it is so already.
    ///
    /// # Errors
    /// When it was refused, or could not be written.
    pub async fn give_role(
        &self,
        by: &User,
        room: RoomId,
        whom: UserId,
        role: Role,
    ) -> Result<Option<Event>> {
        self.carry_out(by, room, Some(whom), Op::Role { role, by: by.shown().to_owned() }).await
    }

    async fn carry_out(
        &self,
        by: &User,
        room: RoomId,
        whom: Option<UserId>,
        op: Op,
    ) -> Result<Option<Event>> {
        let (reply, answer) = oneshot::channel();
        let change = Change { room, by: by.clone(), at: self.0.live.clock.now(), whom, op };
        self.queue(Job::Change { change: Box::new(change), reply })?;
        answer.await.unwrap_or_else(|_| Err(unavailable()))
    }

    /// Takes somebody out of a space and of all its rooms; what they have open of it closes.
    ///
    /// # Errors
    /// When it was refused, or could not be written.
    pub async fn leave_space(&self, leaving: LeavingSpace) -> Result<()> {
        let (reply, answer) = oneshot::channel();
        self.queue(Job::LeaveSpace { leaving: Box::new(leaving), reply })?;
        answer.await.unwrap_or_else(|_| Err(unavailable()))
    }

    /// Tells somebody's connections that their place in a space changed: they came in, or have another role.
    pub fn tell_member(&self, user: UserId, space: SpaceId) {
        self.0.live.people.note_member(user, space);
    }

    /// Tells everybody in a space that it is called otherwise.
    pub fn tell_members(&self, space: SpaceId) {
        self.0.live.people.note_members(space);
    }

    /// Tells all who may see a room how it is now.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn tell_room(&self, room: RoomId) -> Result<()> {
        self.0.live.tell_changed(room).await
    }

    /// Tells somebody's connections how a room is for them now.
    pub fn tell_person(&self, user: UserId, room: RoomId) {
        self.0.live.people.note_user(user, room, &Note::default());
    }

    /// Tells everybody in a space to look at a room again: some may see it no more.
    pub fn tell_everybody(&self, space: SpaceId, room: RoomId) {
        self.0.live.people.note_space(space, room, &Note::default());
    }

    /// Hands out events that were committed beside the writer. Whatever the writer was faster with, the room
    /// asks the store for the rest.
    pub fn hand_out(&self, room: RoomId, events: &[Event]) {
        self.0.live.publish(room, events);
    }

    /// Somebody wants to be seen otherwise: those who see them are told.
    pub fn change_manner(&self, user: UserId, change: impl FnOnce(&mut Manner)) {
        self.0.live.manners.change(user, change);
        self.0.live.people.tell_manner(user);
    }

    /// Lets all that somebody has open begin anew, since the person is known by something else now.
    pub fn begin_anew(&self, user: UserId) {
        self.0.live.people.close_user(user, CloseCode::Restart);
    }

    /// Makes a room, with its maker in it; everybody in the space hears of it.
    ///
    /// # Errors
    /// When it was refused, or could not be written.
    pub async fn create_room(&self, new: NewRoom) -> Result<RoomState> {
        let (name, topic) = (check_room_name(&new.name)?, check_topic(&new.topic)?);
        let (reply, answer) = oneshot::channel();
        self.queue(Job::Create { room: Box::new(NewRoom { name, topic, ..new }), reply })?;
        answer.await.unwrap_or_else(|_| Err(unavailable()))
    }

    /// Closes what a session has open, since it ended. Other sessions of the person go on.
    pub fn sign_out(&self, user: UserId, session: [u8; 32]) {
        self.0.live.people.close_session(user, session, CloseCode::SignedOut);
    }

    /// How many members of a room are here.
    pub fn here(&self, room: RoomId) -> u32 {
        self.0.live.here(room)
    }

    /// The spaces of somebody, and every room of them, as that person sees them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn arrival(&self, user: UserId) -> Result<Arrival> {
        let mut arrival = Arc::unwrap_or_clone(self.0.live.store.arrival(user).await?);
        for room in &mut arrival.rooms {
            room.here = self.here(room.id);
        }
        Ok(arrival)
    }

    /// Every room of a space as one person sees it, by name.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn rooms(&self, space: SpaceId, user: UserId) -> Result<Vec<RoomState>> {
        let rooms = self.0.live.store.rooms(space, user).await?;
        Ok(rooms.into_iter().map(|room| RoomState { here: self.here(room.id), ..room }).collect())
    }

    /// One room as one person sees it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn room_state(&self, room: RoomId, user: UserId) -> Result<Option<RoomState>> {
        self.0.live.room_state(room, user).await
    }

    /// Takes nothing more, writes what waits, answers it, and returns. Close the connections first.
    pub async fn close(&self) {
        self.0.stop.cancel();
        self.0.tasks.wait().await;
    }

    /// What may be asked for.
    pub fn rules(&self) -> &Rules {
        &self.0.live.rules
    }

    /// What the connections share.
    pub(super) fn live(&self) -> &Arc<Live> {
        &self.0.live
    }

    fn queue(&self, job: Job) -> Result<(), Failure> {
        self.0.queue.try_send(job).map_err(|error| {
            if matches!(error, TrySendError::Full(_)) {
                tracing::warn!("the writer's queue is full");
            }
            Failure::Unavailable { retry_ms: RETRY_MS }
        })
    }
}

fn unavailable() -> Error {
    Failure::Unavailable { retry_ms: RETRY_MS }.into()
}

/// Locks a mutex whose holders never leave it half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
