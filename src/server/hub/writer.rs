//! The one task that writes: what waits is written together, then answered, then handed out.

use super::{
    RETRY_MS,
    called::{calling, here, tell_called},
    live::Live,
    mailbox::Note,
    unsent::{Asker, Texts},
};
use crate::protocol::{
    Ack, Draft, Event, Failure, Marker, Op, ReadState, RoomId, RoomState, Unsent, User, UserId,
};
use crate::server::{
    Error, Result, faults,
    store::{Append, Appended, Change, LeavingSpace, Mark, NewRoom},
};
use futures::FutureExt;
use std::{
    collections::{BTreeMap, HashMap},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

/// The most that is written together. The more rooms share a commit, the fewer pages are written for each.
const BATCH: usize = 2048;
/// And the most of one room. Not more than a listener who is up to date may be behind at once (`tail`): else
/// a busy moment would leave every one of them with a hole to fetch.
const ROOM_BATCH: usize = 128;

/// Something to be written.
pub enum Job {
    /// A message; its text has been checked.
    Send(Sending),
    /// A change of a room or of who is in it; its texts have been checked.
    Change {
        /// What.
        change: Box<Change>,
        /// Where the answer goes.
        reply: oneshot::Sender<Result<Option<Event>>>,
    },
    /// Somebody goes out of a space.
    LeaveSpace {
        /// Who, and why.
        leaving: Box<LeavingSpace>,
        /// Where the answer goes.
        reply: oneshot::Sender<Result<()>>,
    },
    /// A room to be made.
    Create {
        /// Which.
        room: Box<NewRoom>,
        /// Where the answer goes.
        reply: oneshot::Sender<Result<RoomState>>,
    },
    /// Somebody has read a room.
    Read {
        /// Who, which room, how far.
        mark: Mark,
        /// Where the answer goes, when somebody waits for it.
        reply: Option<Reader>,
    },
    /// Somebody is writing something.
    Unsent {
        /// Who.
        user: UserId,
        /// What, and where; it has been checked.
        text: Unsent,
        /// Where the answer goes, when somebody waits for it.
        asker: Option<Asker>,
    },
}

type Reader = oneshot::Sender<Result<ReadState, Failure>>;

/// A draft that waits for its place.
pub struct Sending {
    /// Who says it.
    pub by: User,
    /// What.
    pub draft: Draft,
    /// Where the answer goes.
    pub reply: oneshot::Sender<Result<Ack, Failure>>,
}

/// How long a marker may wait for messages to be written first.
const MARKERS_WAIT: Duration = Duration::from_millis(100);

/// Markers that wait to be moved together: the furthest of each person in each room; and texts to be kept.
#[derive(Default)]
struct Markers {
    marks: BTreeMap<(RoomId, UserId), (Marker, Vec<Reader>)>,
    texts: Texts,
    since: Option<Instant>,
}

impl Markers {
    /// Must those that wait be moved before this one? What sets a marker back is the furthest of nothing.
    fn clash(&self, mark: &Mark) -> bool {
        let held = self.marks.get(&(mark.marker.room, mark.user)).map(|(held, _)| held);
        held.is_some_and(|held| held.back || mark.marker.back || held.backs != mark.marker.backs)
    }

    fn take(&mut self, mark: Mark, reply: Option<Reader>) {
        let entry = self.marks.entry((mark.marker.room, mark.user));
        let (held, replies) = entry.or_insert((mark.marker, Vec::new()));
        held.seq = mark.marker.seq.max(held.seq);
        replies.extend(reply);
        self.since.get_or_insert_with(Instant::now);
    }

    fn take_text(&mut self, user: UserId, text: Unsent, asker: Option<Asker>) {
        self.texts.take(user, text, asker);
        self.since.get_or_insert_with(Instant::now);
    }
}

/// Writes until nobody can ask any more: the last handle went, or `stop` and the queue is done.
pub async fn run(live: Arc<Live>, queue: mpsc::Receiver<Job>, stop: CancellationToken) {
    if AssertUnwindSafe(write_all(live, queue, stop)).catch_unwind().await.is_err() {
        give_up("the writer stopped");
    }
}

async fn write_all(live: Arc<Live>, mut queue: mpsc::Receiver<Job>, stop: CancellationToken) {
    let mut jobs = Vec::new();
    let mut markers = Markers::default();
    loop {
        if jobs.is_empty() {
            tokio::select! {
                biased;
                count = queue.recv_many(&mut jobs, BATCH) => if count == 0 {
                    return move_markers(&live, markers).await;
                },
                () = stop.cancelled(), if !queue.is_closed() => {
                    queue.close();
                    continue;
                }
            }
        }
        while jobs.len() < BATCH
            && let Ok(job) = queue.try_recv()
        {
            jobs.push(job);
        }
        let count = first_batch(&jobs);
        write(&live, jobs.drain(..count), &mut markers).await;
        let is_idle = jobs.is_empty() && queue.is_empty();
        if is_idle || markers.since.is_some_and(|since| since.elapsed() > MARKERS_WAIT) {
            move_markers(&live, std::mem::take(&mut markers)).await;
        }
    }
}

/// How many, from the first on, can be written together: until one room has its fill. Nothing overtakes.
fn first_batch(jobs: &[Job]) -> usize {
    let mut counts: HashMap<RoomId, usize> = HashMap::new();
    let is_too_much = |job: &Job| {
        let Job::Send(sending) = job else { return false };
        let count = counts.entry(sending.draft.room).or_default();
        *count += 1;
        *count > ROOM_BATCH
    };
    jobs.iter().position(is_too_much).unwrap_or(jobs.len())
}

/// Messages that follow one another are one transaction; a change stands where it was asked for.
async fn write(live: &Arc<Live>, jobs: impl Iterator<Item = Job>, markers: &mut Markers) {
    let mut run = Vec::new();
    for job in jobs {
        match job {
            Job::Send(sending) => run.push(sending),
            Job::Change { change: asked, reply } => {
                append(live, std::mem::take(&mut run)).await;
                change(live, &asked, reply).await;
            }
            Job::LeaveSpace { leaving, reply } => {
                append(live, std::mem::take(&mut run)).await;
                leave_space(live, &leaving, reply).await;
            }
            Job::Create { room, reply } => {
                append(live, std::mem::take(&mut run)).await;
                create(live, *room, reply).await;
            }
            Job::Read { mark, reply } => {
                if markers.clash(&mark) {
                    move_markers(live, std::mem::take(markers)).await;
                }
                markers.take(mark, reply);
            }
            Job::Unsent { user, text, asker } => markers.take_text(user, text, asker),
        }
    }
    append(live, run).await;
}

async fn append(live: &Arc<Live>, run: Vec<Sending>) {
    if run.is_empty() {
        return;
    }
    let at = live.clock.now();
    let (batch, replies): (Vec<_>, Vec<_>) = run
        .into_iter()
        .map(|Sending { by, draft, reply }| {
            let asked = (draft.room, draft.nonce, reply);
            (Append { by, draft, at }, asked)
        })
        .unzip();
    let settled = match live.store.append_among(&batch, &here(live, &batch)).await {
        Ok(settled) => settled,
        Err(error) => {
            fail(live, error, batch.iter().map(|append| append.draft.room));
            for (_, _, reply) in replies {
                let _ = reply.send(Err(Failure::Unavailable { retry_ms: RETRY_MS }));
            }
            return;
        }
    };
    faults::publish_early(live, &batch, &settled).await;
    faults::pass("die_before_ack").await;
    let mut fresh: BTreeMap<RoomId, Fresh> = BTreeMap::new();
    for ((room, nonce, reply), outcome) in replies.into_iter().zip(settled) {
        let (events, answers) = fresh.entry(room).or_default();
        let answer = match outcome {
            Ok(Appended::Fresh(event)) => {
                let ack = Ack { nonce, room, seq: event.seq, at: event.at, dup: false };
                events.push(Event { nonce: Some(nonce), ..event });
                Ok(ack)
            }
            Ok(Appended::Again { seq, at }) => {
                catch_up(live, room, seq);
                Ok(Ack { nonce, room, seq, at, dup: true })
            }
            Err(error) => Err(error.into_failure()),
        };
        answers.push((reply, answer));
    }
    let events = fresh.iter().flat_map(|(room, (events, _))| events.iter().map(|event| (*room, event)));
    let called = calling(events);
    // Room by room, so that who hears both an ack and the event finds them together, and writes once.
    for (room, (events, answers)) in fresh {
        for (reply, answer) in answers {
            // Whoever asked may be gone; what was written stays written.
            let _ = reply.send(answer);
        }
        if events.is_empty() {
            continue;
        }
        faults::pass("die_before_publish").await;
        live.publish(room, &events);
    }
    tell_called(live, &called).await;
}

/// What is new in a room: the events, and what to answer, in the order in which it was asked.
type Fresh = (Vec<Event>, Vec<(oneshot::Sender<Result<Ack, Failure>>, Result<Ack, Failure>)>);

async fn change(live: &Arc<Live>, change: &Change, reply: oneshot::Sender<Result<Option<Event>>>) {
    let room = change.room;
    let outcome = live.store.change(change).await;
    if let Err(error) = &outcome {
        check(live, error, [room]);
    }
    if let Ok(Some(event)) = &outcome {
        live.publish(room, std::slice::from_ref(event));
        match event.op {
            Op::Join | Op::Leave | Op::Added { .. } | Op::Removed { .. } => {}
            Op::Role { .. } => live.people.note_user(event.by, room, &Note::default()),
            _ => {
                if let Err(error) = live.tell_changed(room).await {
                    tracing::warn!(%room, ?error, "a changed room could not be told");
                }
            }
        }
    }
    let _ = reply.send(outcome);
}

async fn leave_space(live: &Arc<Live>, leaving: &LeavingSpace, reply: oneshot::Sender<Result<()>>) {
    let outcome = live.store.leave_space(leaving).await;
    if let Err(error) = &outcome {
        check(live, error, []);
    }
    for (room, event) in outcome.iter().flatten() {
        live.publish(*room, std::slice::from_ref(event));
    }
    if outcome.is_ok() {
        live.people.note_member(leaving.user.id, leaving.space);
    }
    let _ = reply.send(outcome.map(drop));
}

async fn create(live: &Arc<Live>, room: NewRoom, reply: oneshot::Sender<Result<RoomState>>) {
    let outcome = live.store.create_room(&room).await;
    let events = match outcome {
        Ok(events) => events,
        Err(error) => {
            check(live, &error, []);
            let _ = reply.send(Err(error));
            return;
        }
    };
    // Nobody can listen to it yet; its maker follows it from its first event on.
    if let Some(first) = events.first() {
        live.tell_joined(room.by.id, room.id, first.seq);
    }
    let seen = live.room_state(room.id, room.by.id).await;
    if let Ok(Some(seen)) = &seen
        && let Err(error) = live.tell(seen).await
    {
        tracing::warn!(room = %room.id, ?error, "a new room could not be told");
    }
    let gone = || Error::Broken(format!("{} is not there after it was made", room.id));
    let _ = reply.send(seen.and_then(|seen| seen.ok_or_else(gone)));
}

async fn move_markers(live: &Arc<Live>, mut markers: Markers) {
    std::mem::take(&mut markers.texts).write(live).await;
    if markers.marks.is_empty() {
        return;
    }
    let mark =
        |((_, user), (marker, _)): (&(RoomId, UserId), &(Marker, _))| Mark { user: *user, marker: *marker };
    let marks: Vec<Mark> = markers.marks.iter().map(mark).collect();
    let states = live.store.mark_read(&marks).await;
    let failure = match &states {
        Ok(_) => Failure::NotFound,
        Err(error) => {
            tracing::warn!(?error, "markers were not moved");
            check(live, error, []);
            Failure::Unavailable { retry_ms: RETRY_MS }
        }
    };
    for (user, state) in states.unwrap_or_default() {
        live.people.tell_read(user, state);
        live.note_seen(user, state.room, state.seq);
        for reply in markers.marks.remove(&(state.room, user)).into_iter().flat_map(|(_, replies)| replies) {
            let _ = reply.send(Ok(state));
        }
    }
    for reply in markers.marks.into_values().flat_map(|(_, replies)| replies) {
        let _ = reply.send(Err(failure.clone()));
    }
}

/// A draft that the store had, but the room did not: an answer of the store was lost.
fn catch_up(live: &Arc<Live>, room: RoomId, seq: u64) {
    if let Some(room) = live.find(room).filter(|room| room.head() < seq) {
        live.settle(room);
    }
}

/// Nothing was written, or it is not known: the rooms ask the store where they are.
fn fail(live: &Arc<Live>, error: Error, rooms: impl IntoIterator<Item = RoomId>) {
    tracing::error!(?error, "a batch was not written");
    check(live, &error, rooms);
}

/// What follows from an error of the store.
pub fn check(live: &Arc<Live>, error: &Error, rooms: impl IntoIterator<Item = RoomId>) {
    if matches!(error, Error::Refused(_)) {
        return;
    }
    if error.is_disk_fault() {
        tracing::error!(?error, "the disk cannot be trusted");
        give_up("what is on disk is not known any more");
    }
    let rooms: std::collections::BTreeSet<_> = rooms.into_iter().collect();
    rooms.into_iter().filter_map(|room| live.find(room)).for_each(|room| live.settle(room));
}

/// Ends the process: a start reads the truth from the disk again, nothing else does.
fn give_up(why: &str) -> ! {
    tracing::error!("{why}; ending");
    std::process::abort()
}
