//! Reads that many ask for at once, as when all come back after a restart: what is asked while one read runs
//! is the next, so that their number follows the time that reading takes, and not the number of people.

use crate::server::Result;
use futures::future::BoxFuture;
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

/// The most that one read asks for.
const KEYS: usize = 500;

/// How to read the values of some keys; a key without a value is left out.
pub type Read<K, V> = Arc<dyn Fn(Vec<K>) -> BoxFuture<'static, Result<HashMap<K, V>>> + Send + Sync>;

/// Where reads of one kind come together.
pub struct Gather<K, V> {
    read: Read<K, V>,
    waiting: Mutex<Waiting<K, V>>,
}

struct Waiting<K, V> {
    is_reading: bool,
    /// Who waits for what; a request that is dropped leaves a receiver less.
    asked: HashMap<K, Vec<oneshot::Sender<Option<V>>>>,
}

impl<K, V> Gather<K, V>
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// One that reads so.
    pub fn new(read: Read<K, V>) -> Arc<Self> {
        let waiting = Mutex::new(Waiting { is_reading: false, asked: HashMap::new() });
        Arc::new(Self { read, waiting })
    }

    /// The value of one key. It is read after this was asked, never before.
    pub async fn ask(self: &Arc<Self>, key: K) -> Result<Option<V>> {
        let (reply, answer) = oneshot::channel();
        let is_first = {
            let mut waiting = self.lock();
            waiting.asked.entry(key).or_default().push(reply);
            !std::mem::replace(&mut waiting.is_reading, true)
        };
        if is_first {
            tokio::spawn(Reading(self.clone()).run());
        }
        match answer.await {
            Ok(value) => Ok(value),
            // The read of all failed: whoever asked learns why from one of their own.
            Err(_) => Ok((self.read)(vec![key]).await?.remove(&key)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting<K, V>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task that reads for all. However it ends, nobody waits for it after that.
struct Reading<K, V>(Arc<Gather<K, V>>)
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static;

impl<K, V> Reading<K, V>
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    async fn run(self) {
        loop {
            let asked = {
                let mut waiting = self.0.lock();
                if waiting.asked.is_empty() {
                    waiting.is_reading = false;
                    return;
                }
                std::mem::take(&mut waiting.asked)
            };
            let mut asked: Vec<_> = asked.into_iter().collect();
            while !asked.is_empty() {
                let some = asked.split_off(asked.len().saturating_sub(KEYS));
                let keys = some.iter().map(|(key, _)| *key).collect();
                let Ok(values) = (self.0.read)(keys).await else { continue };
                for (key, replies) in some {
                    for reply in replies {
                        let _ = reply.send(values.get(&key).cloned());
                    }
                }
            }
        }
    }
}

impl<K, V> Drop for Reading<K, V>
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut waiting = self.0.lock();
            waiting.is_reading = false;
            waiting.asked.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Error;
    use futures::{FutureExt, future::join_all};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::task::yield_now;

    #[tokio::test]
    async fn a_thousand_who_ask_at_once_cost_a_few_reads() {
        let reads = Arc::new(AtomicUsize::new(0));
        let counted = reads.clone();
        let gather = Gather::<u32, u32>::new(Arc::new(move |keys| {
            counted.fetch_add(1, Ordering::Relaxed);
            async move {
                yield_now().await;
                Ok(keys.into_iter().filter(|key| *key != 7).map(|key| (key, key * 2)).collect())
            }
            .boxed()
        }));
        let asked = join_all((0..1000).map(|number| gather.ask(number % 100))).await;
        for (number, value) in (0..1000).zip(asked) {
            let expected = (number % 100 != 7).then_some(number % 100 * 2);
            assert_eq!(value.expect("an answer"), expected);
        }
        assert!(reads.load(Ordering::Relaxed) <= 2, "{reads:?}");
        assert_eq!(gather.ask(3).await.expect("an answer"), Some(6), "and later again");
    }

    #[tokio::test]
    async fn a_read_that_fails_is_tried_by_each_for_themselves() {
        let gather = Gather::<u32, u32>::new(Arc::new(|keys| {
            async move {
                match keys[..] {
                    [key] if key != 2 => Ok(HashMap::from([(key, key)])),
                    _ => Err(Error::Broken("no".to_owned())),
                }
            }
            .boxed()
        }));
        let asked = join_all((1..=3).map(|key| gather.ask(key))).await;
        let told: Vec<Option<u32>> = asked.into_iter().map(|value| value.ok().flatten()).collect();
        assert_eq!(told, [Some(1), None, Some(3)]);
    }
}
