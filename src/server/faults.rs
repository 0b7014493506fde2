//! What the fault checker (`tests/faults`) asks of a server: to die at a chosen place, to be told
//! another time, or to break one of its own rules, so that the checker is seen to notice.
//!
//! Inert unless built with the cargo feature `faults`, which no release has. Then `MARU_FAULTS` names
//! what is asked for, `name` or `name=value`, separated by commas:
//!
//! | name | does |
//! |---|---|
//! | `die_before_ack=N` | every Nth batch is committed, and the process ends before anybody is told |
//! | `die_before_publish=N` | every Nth batch is acknowledged, and the process ends before it is handed out |
//! | `clock=FILE` | the file's number of milliseconds is added to the time; after `=` it is the time |
//! | `stall=SECONDS` | how long a write may make no progress |
//! | `ack_before_commit` | breaks: a batch is acknowledged and handed out, then committed |
//! | `publish_before_commit` | breaks: a batch is handed out, committed, then acknowledged |
//! | `dedupe_cache=MS` | breaks: nonces are remembered for a while instead of for ever |
//! | `member_once` | breaks: who is in a room is asked only when following it begins |
//! | `synchronous_off` | breaks: a commit does not wait for the disk |

use super::{
    clock::Clock,
    hub::live::Live,
    limits::Rules,
    store::{Append, Appended},
};
use crate::protocol::{Event, Millis, Nonce, RoomId, Seq, UserId};
use std::{
    collections::{BTreeMap, HashMap},
    future::Future,
    sync::{
        Arc, LazyLock, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};

/// How long a commit that was acknowledged too early is held back.
const HELD_BACK: Duration = Duration::from_millis(100);
/// Long enough for an ack to have left before the process ends.
const ON_ITS_WAY: Duration = Duration::from_millis(30);

static ASKED: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let asked = std::env::var("MARU_FAULTS").unwrap_or_default();
    let pairs = asked.split(',').filter(|word| !word.is_empty());
    pairs
        .map(|word| word.split_once('=').unwrap_or((word, "")))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
});

fn value(name: &str) -> Option<&'static str> {
    if crate::FAULTS { ASKED.get(name).map(String::as_str) } else { None }
}

fn number(name: &str) -> Option<u64> {
    value(name)?.parse().ok()
}

/// Is this rule to be broken?
pub fn breaks(rule: &str) -> bool {
    value(rule).is_some()
}

/// A place between commit, ack and publish at which the process may be asked to end.
pub async fn pass(place: &str) {
    static PASSED: AtomicU64 = AtomicU64::new(0);
    let Some(every) = number(place) else { return };
    if PASSED.fetch_add(1, Ordering::Relaxed) % every.max(1) + 1 == every {
        if place == "die_before_publish" {
            sleep(ON_ITS_WAY).await;
        }
        std::process::abort();
    }
}

/// The machine's clock, as far as it is left alone.
pub fn clock(machine: Clock) -> Clock {
    let Some(file) = value("clock") else { return machine };
    Clock::from_fn(move || {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        match text.trim().strip_prefix('=') {
            Some(fixed) => fixed.parse().unwrap_or_default(),
            None => machine.now().saturating_add_signed(text.trim().parse().unwrap_or_default()),
        }
    })
}

/// The limits, with those that tests cannot wait for.
pub fn rules(rules: Rules) -> Rules {
    match number("stall") {
        Some(seconds) => Rules { stall: Duration::from_secs(seconds), ..rules },
        None => rules,
    }
}

/// Is a commit to be left for later? It is then to be given to [`commit_later`].
pub fn delays_commit() -> bool {
    breaks("ack_before_commit") || breaks("publish_before_commit")
}

static LATE: Mutex<Option<JoinHandle<()>>> = Mutex::new(None);

/// Commits behind the back of whoever waits for it.
pub fn commit_later<T>(commit: impl Future<Output = T> + Send + 'static) {
    let late = tokio::spawn(async move {
        sleep(HELD_BACK).await;
        drop(commit.await);
    });
    *lock(&LATE) = Some(late);
}

/// Hands a batch out before it is committed, where that is asked for, and waits for the commit.
pub async fn publish_early(live: &Arc<Live>, batch: &[Append], settled: &[super::Result<Appended>]) {
    if !breaks("publish_before_commit") {
        return;
    }
    let mut fresh: BTreeMap<RoomId, Vec<Event>> = BTreeMap::new();
    for (append, outcome) in batch.iter().zip(settled) {
        if let Ok(Appended::Fresh(event)) = outcome {
            let event = Event { nonce: Some(append.draft.nonce), ..event.clone() };
            fresh.entry(append.draft.room).or_default().push(event);
        }
    }
    for (room, events) in fresh {
        live.publish(room, &events);
    }
    let late = lock(&LATE).take();
    if let Some(late) = late {
        drop(late.await);
    }
}

/// Who sent what, where it went, and when that was.
type Remembered = HashMap<(UserId, Nonce), (Seq, Millis, Instant)>;
static REMEMBERED: LazyLock<Mutex<Remembered>> = LazyLock::new(Mutex::default);

/// Remembers a nonce for a while, where nonces are not kept for ever.
pub fn remember(by: UserId, nonce: Nonce, seq: Seq, at: Millis) {
    if breaks("dedupe_cache") {
        lock(&REMEMBERED).insert((by, nonce), (seq, at, Instant::now()));
    }
}

/// Where a nonce went that is still remembered.
pub fn recall(by: UserId, nonce: Nonce) -> Option<(Seq, Millis)> {
    let kept = Duration::from_millis(number("dedupe_cache")?);
    let found = lock(&REMEMBERED).get(&(by, nonce)).copied();
    found.filter(|(.., since)| since.elapsed() < kept).map(|(seq, at, _)| (seq, at))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
