//! Guessing passwords gets slower and slower, and locks nobody out (OWASP, device cookies): a browser
//! from which somebody has signed in before waits for its own mistakes alone, whatever strangers do.

use crate::protocol::{Failure, Millis, UserId};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// How many of those who were wrong are remembered; then those who were so least lately are forgotten.
const REMEMBERED: usize = 20_000;
/// How long until one mistake is forgiven.
const FORGIVEN_MS: Millis = 5 * 60 * 1000;

/// Whose mistakes are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Culprit {
    /// A browser known to the account.
    Device(UserId, [u8; 32]),
    /// Unknown browsers at one address, with one account.
    Pair(u64, IpAddr),
    /// Unknown browsers everywhere, with one account.
    Account(u64),
    /// Unknown browsers at one address, with every account.
    Address(IpAddr),
}

/// So many mistakes are free; the next wait is a second, doubled by each after it up to the longest.
#[derive(Debug, Clone, Copy)]
struct Patience {
    free: u32,
    longest_ms: Millis,
}

impl Culprit {
    fn patience(self) -> Patience {
        match self {
            Self::Device(..) | Self::Pair(..) => Patience { free: 5, longest_ms: 5 * 60 * 1000 },
            // Many may sit behind one address, and an account's owner may be at a new browser while others
            // guess: those wait never longer than a person can.
            Self::Account(_) => Patience { free: 50, longest_ms: 30 * 1000 },
            Self::Address(_) => Patience { free: 50, longest_ms: 60 * 1000 },
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Mistakes {
    count: u32,
    at: Millis,
}

impl Mistakes {
    /// How many are left at `now`.
    fn left(self, now: Millis) -> u32 {
        let forgiven = now.saturating_sub(self.at) / FORGIVEN_MS;
        self.count.saturating_sub(u32::try_from(forgiven).unwrap_or(u32::MAX))
    }

    /// How long to wait from `now` on.
    fn wait(self, patience: Patience, now: Millis) -> Millis {
        let Some(beyond) = self.left(now).checked_sub(patience.free) else { return 0 };
        let wait = 1_000_u64.saturating_mul(1 << beyond.min(30)).min(patience.longest_ms);
        self.at.saturating_add(wait).saturating_sub(now).min(wait)
    }
}

/// Remembers who was wrong.
#[derive(Debug, Default)]
pub struct Slowdown {
    is_off: bool,
    mistakes: Mutex<HashMap<Culprit, Mistakes>>,
}

/// One try, which counts as a mistake until it is known to be right.
#[derive(Debug)]
#[must_use = "a try that was right has to be said to be"]
pub struct Try {
    culprits: Vec<Culprit>,
}

/// Who tries what.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    /// Stands for the account, also for one that does not exist.
    pub account: u64,
    /// From where.
    pub from: IpAddr,
    /// The browser, when the account has known it before.
    pub device: Option<(UserId, [u8; 32])>,
}

impl Slowdown {
    /// One that slows nobody down when rates are off.
    pub fn new(rates: bool) -> Self {
        Self { is_off: !rates, mistakes: Mutex::default() }
    }

    /// May this be tried now?
    ///
    /// # Errors
    /// [`Failure::RateLimited`], which costs nothing: waiting as long as it says is enough.
    pub fn begin(&self, attempt: &Attempt, now: Millis) -> Result<Try, Failure> {
        let from = network(attempt.from);
        let culprits = match attempt.device {
            Some((user, device)) => vec![Culprit::Device(user, device)],
            None => vec![
                Culprit::Pair(attempt.account, from),
                Culprit::Account(attempt.account),
                Culprit::Address(from),
            ],
        };
        if self.is_off {
            return Ok(Try { culprits: Vec::new() });
        }
        let mut mistakes = self.mistakes();
        let wait = |culprit: &Culprit| {
            mistakes.get(culprit).map_or(0, |mistakes| mistakes.wait(culprit.patience(), now))
        };
        let retry_ms = culprits.iter().map(wait).max().unwrap_or(0);
        if retry_ms > 0 {
            tracing::info!(retry_ms, "tries at passwords are slowed down");
            return Err(Failure::RateLimited { retry_ms });
        }
        for culprit in &culprits {
            let count = mistakes.get(culprit).map_or(0, |mistakes| mistakes.left(now));
            // A clock that goes back makes nobody wait for the time before it.
            mistakes.insert(*culprit, Mistakes { count: count.saturating_add(1), at: now });
        }
        make_room(&mut mistakes, now);
        Ok(Try { culprits })
    }

    /// The try was right: what this browser or this address got wrong with the account is forgotten, and
    /// of what others did only the try itself.
    pub fn was_right(&self, right: Try) {
        let mut mistakes = self.mistakes();
        for culprit in right.culprits {
            match culprit {
                Culprit::Device(..) | Culprit::Pair(..) => drop(mistakes.remove(&culprit)),
                Culprit::Account(_) | Culprit::Address(_) => {
                    if let Some(mistakes) = mistakes.get_mut(&culprit) {
                        mistakes.count = mistakes.count.saturating_sub(1);
                    }
                }
            }
        }
    }

    fn mistakes(&self) -> MutexGuard<'_, HashMap<Culprit, Mistakes>> {
        // Counts are whole after every line, so a panic elsewhere leaves nothing half done.
        self.mistakes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn make_room(mistakes: &mut HashMap<Culprit, Mistakes>, now: Millis) {
    if mistakes.len() <= REMEMBERED {
        return;
    }
    mistakes.retain(|_, mistakes| mistakes.left(now) > 0);
    if mistakes.len() > REMEMBERED {
        let mut times: Vec<Millis> = mistakes.values().map(|mistakes| mistakes.at).collect();
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        mistakes.retain(|_, mistakes| mistakes.at > median);
    }
}

/// An address as far as one who has many cannot choose it: the first half of an IPv6 address.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Millis = 1_800_000_000_000;

    fn from(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    fn attempt(account: u64, last: u8) -> Attempt {
        Attempt { account, from: from(last), device: None }
    }

    fn wait_of(slowdown: &Slowdown, attempt: &Attempt, now: Millis) -> Millis {
        match slowdown.begin(attempt, now) {
            Ok(_) => 0,
            Err(Failure::RateLimited { retry_ms }) => retry_ms,
            Err(other) => panic!("{other:?}"),
        }
    }

    /// Tries as soon as it may, so often; answers with the waits.
    fn waits(slowdown: &Slowdown, attempt: &Attempt, times: usize) -> Vec<Millis> {
        let (mut now, mut waits) = (START, Vec::new());
        while waits.len() < times {
            let wait = wait_of(slowdown, attempt, now);
            if wait > 0 {
                now += wait;
                assert_eq!(wait_of(slowdown, attempt, now), 0, "coming back when told succeeds");
            }
            waits.push(wait);
        }
        waits
    }

    #[test]
    fn waits_grow_and_end_at_the_longest() {
        let slowdown = Slowdown::new(true);
        let waits = waits(&slowdown, &attempt(1, 1), 15);
        assert_eq!(waits[..9], [0, 0, 0, 0, 0, 1_000, 2_000, 4_000, 8_000]);
        assert!(waits.iter().all(|wait| *wait <= 5 * 60 * 1_000), "{waits:?}");
    }

    #[test]
    fn others_who_guess_do_not_slow_down_a_browser_that_is_known() {
        let slowdown = Slowdown::new(true);
        for _ in 0..5 {
            (0..200).for_each(|last| drop(slowdown.begin(&attempt(1, last), START)));
        }
        assert!(wait_of(&slowdown, &attempt(1, 250), START) > 0, "a stranger waits");
        let known = Attempt { device: Some((UserId::from_raw(1), [7; 32])), ..attempt(1, 1) };
        assert_eq!(waits(&slowdown, &known, 6)[..6], [0, 0, 0, 0, 0, 1_000], "only for its own mistakes");
    }

    #[test]
    fn a_stranger_waits_for_what_was_done_to_the_account_but_never_long() {
        let slowdown = Slowdown::new(true);
        for round in 0..100 {
            for last in 0..200 {
                let _ = slowdown.begin(&attempt(1, last), START + round * 60_000);
            }
        }
        let wait = wait_of(&slowdown, &attempt(1, 250), START + 100 * 60_000);
        assert!(wait <= 30_000, "{wait}");
        assert_eq!(wait_of(&slowdown, &attempt(2, 250), START + 100 * 60_000), 0, "others' accounts go on");
    }

    #[test]
    fn one_address_that_goes_through_the_names_is_slowed_down() {
        let slowdown = Slowdown::new(true);
        let waited = (0..60).filter(|account| wait_of(&slowdown, &attempt(*account, 1), START) > 0).count();
        assert_eq!(waited, 10, "fifty are free");
        assert_eq!(wait_of(&slowdown, &attempt(1, 2), START), 0, "other addresses go on");
        let v6 = |text: &str| Attempt { from: text.parse().expect("an address"), ..attempt(9, 0) };
        waits(&slowdown, &v6("2001:db8::1"), 5);
        assert!(wait_of(&slowdown, &v6("2001:db8::ffff"), START) > 0, "the same house");
        assert_eq!(wait_of(&slowdown, &v6("2001:db8:0:1::1"), START), 0);
    }

    #[test]
    fn a_right_one_starts_anew_and_time_forgives() {
        let slowdown = Slowdown::new(true);
        waits(&slowdown, &attempt(1, 1), 4);
        slowdown.was_right(slowdown.begin(&attempt(1, 1), START).expect("the fifth"));
        assert_eq!(waits(&slowdown, &attempt(1, 1), 6), [0, 0, 0, 0, 0, 1_000]);
        assert_eq!(wait_of(&slowdown, &attempt(1, 1), START + 60 * FORGIVEN_MS), 0);
        assert_eq!(waits(&Slowdown::new(false), &attempt(1, 1), 100), [0; 100], "rates are off");
    }

    #[test]
    fn tries_at_the_same_moment_all_count() {
        let slowdown = Slowdown::new(true);
        let began = (0..100).filter(|_| slowdown.begin(&attempt(1, 1), START).is_ok()).count();
        assert_eq!(began, 5);
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let slowdown = Slowdown::new(true);
        for n in 0..60_000_u64 {
            let from = IpAddr::from((n as u32).to_be_bytes());
            let _ = slowdown.begin(&Attempt { account: n, from, device: None }, START + n);
        }
        assert!(slowdown.mistakes().len() <= REMEMBERED);
    }
}
