//! Passwords: which are taken, and how they are kept (ASVS 5, 6.2; OWASP on password storage).

use super::{Error, Result, clock::random};
use crate::protocol::{Failure, Field, Reason};
use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::SaltString,
};
use std::{
    collections::HashSet,
    sync::{Arc, LazyLock},
};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

/// The fewest characters of a password.
pub const PASSWORD_MIN: usize = 8;
/// The most characters of a password.
pub const PASSWORD_LIMIT: usize = 256;
/// Kibibytes that one hash takes.
const MEMORY_KIB: u32 = 19 * 1024;
/// How often it goes over them.
const PASSES: u32 = 2;
/// Hashes that are made at once; each fills a core and its memory.
const AT_ONCE: usize = 2;
/// Those that wait for their turn beside them; more are told to come back.
const WAITING: usize = 64;
/// When those may come back.
const RETRY_MS: u64 = 2_000;

/// The passwords that are guessed first, one a line and in lower case: after the frequency list of zxcvbn
/// (MIT licence), runs and shapes of keys, and Korean words as they are typed on Latin keys.
const COMMON: &str = include_str!("common_passwords.txt");

static COMMON_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON.lines().collect());

/// What is compared with where there is nobody, so that it takes as long as where there is: the same cost,
/// and a hash that no password has.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password that may be somebody's, in its composed form. It is not shortened, and nothing is asked of
/// it but that it is none of the first guesses; `about` are texts known of the person, such as the name.
///
/// # Errors
/// [`Failure::Invalid`] of [`Field::Password`].
pub fn check_password(password: &str, about: &[&str]) -> Result<String, Failure> {
    let invalid = |reason| Err(Failure::Invalid { field: Field::Password, reason });
    let password = composed(password)?;
    if password.chars().count() < PASSWORD_MIN {
        return invalid(Reason::TooShort(PASSWORD_MIN as u32));
    }
    let folded = password.to_lowercase();
    let local = |text: &&str| text.split('@').next().unwrap_or_default().trim().to_lowercase();
    let is_about = about.iter().any(|text| folded == text.trim().to_lowercase() || folded == local(text));
    if is_about || COMMON_WORDS.contains(folded.as_str()) {
        return invalid(Reason::Common);
    }
    Ok(password)
}

/// A password as it is hashed: the same for every way to type its letters.
///
/// # Errors
/// [`Failure::Invalid`] for one that nobody can have, since it is too long.
pub fn composed(password: &str) -> Result<String, Failure> {
    // No letter is composed of more than this; so the work is bounded before anything is composed.
    let is_long = password.len() > PASSWORD_LIMIT * 16;
    let password: String = if is_long { String::new() } else { password.nfc().collect() };
    if is_long || password.chars().count() > PASSWORD_LIMIT {
        let reason = Reason::TooLong(PASSWORD_LIMIT as u32);
        return Err(Failure::Invalid { field: Field::Password, reason });
    }
    Ok(password)
}

/// Makes and compares hashes, a few at a time; clones share it.
#[derive(Debug, Clone)]
pub struct Vault {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Default for Vault {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), places: Arc::new(Semaphore::new(AT_ONCE + WAITING)) }
    }
}

impl Vault {
    /// The hash under which a checked password is kept, with its salt and its cost.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when too many wait.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.take_turn(move || hash(&password)).await?
    }

    /// Is this the password of that hash? Without a hash it is not, after as long a time.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when too many wait.
    pub async fn is_right(&self, kept: Option<String>, password: String) -> Result<bool> {
        // One line and one comparison, whether there is somebody or not: the tests count them.
        tracing::debug!("compares a password");
        self.take_turn(move || matches(kept.as_deref().unwrap_or(NOBODY), &password)).await?
    }

    async fn take_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let Ok(_place) = self.places.clone().try_acquire_owned() else {
            tracing::warn!("too many wait for a password to be hashed");
            return Err(Failure::Unavailable { retry_ms: RETRY_MS }.into());
        };
        let turn = self.turns.clone().acquire_owned().await.map_err(broken)?;
        // The turn goes along: who asked may be gone before the hash is made, and it is made all the same.
        let done = tokio::task::spawn_blocking(move || (work(), turn).0);
        done.await.map_err(broken)
    }
}

/// As [`Vault::hash`], without a turn: for a program that does nothing else.
///
/// # Errors
/// When the machine has no memory for it.
pub fn hash(password: &str) -> Result<String> {
    let salt = SaltString::encode_b64(&random::<16>()).map_err(broken)?;
    Ok(argon2()?.hash_password(password.as_bytes(), &salt).map_err(broken)?.to_string())
}

fn matches(kept: &str, password: &str) -> Result<bool> {
    let kept = PasswordHash::new(kept).map_err(broken)?;
    match argon2()?.verify_password(password.as_bytes(), &kept) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::Password) => Ok(false),
        Err(error) => Err(broken(error)),
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Broken(format!("a password could not be hashed: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str) -> Option<Reason> {
        match check_password(password, &["Haneul", "wind@example.org"]) {
            Err(Failure::Invalid { field: Field::Password, reason }) => Some(reason),
            Err(other) => panic!("{other:?}"),
            Ok(_) => None,
        }
    }

    #[test]
    fn length_counts_in_characters_and_nothing_is_asked_of_their_kind() {
        for taken in [
            "tnrrjsdm",
            "마루에앉은고양이",
            "        a",
            "no capitals, no digits",
            &"x1y2".repeat(64),
            "가나다라마바사아자차",
        ] {
            assert_eq!(refused(taken), None, "{taken}");
        }
        for short in ["", "1234567", "가나다라마바사", "e\u{301}e\u{301}e\u{301}e\u{301}"] {
            assert_eq!(refused(short), Some(Reason::TooShort(8)), "{short}");
        }
        assert_eq!(refused(&"가".repeat(257)), Some(Reason::TooLong(256)));
        assert_eq!(refused(&"a".repeat(1_000_000)), Some(Reason::TooLong(256)));
    }

    #[test]
    fn what_anybody_would_guess_is_refused() {
        for common in [
            "password",
            "PassWord1",
            "12345678",
            "qwer1234",
            "1q2w3e4r",
            "dkssudgktpdy",
            "비밀번호1234",
            "iloveyou",
            "aaaaaaaa",
            "wind@example.org",
            "WIND@example.org",
        ] {
            assert_eq!(refused(common), Some(Reason::Common), "{common}");
        }
        let own = check_password("Blackbird-1962", &["blackbird-1962"]);
        assert_eq!(own, Err(Failure::Invalid { field: Field::Password, reason: Reason::Common }));
    }

    #[test]
    fn the_list_has_three_thousand_that_are_long_enough_to_be_tried() {
        let tried = COMMON.lines().filter(|word| word.chars().count() >= PASSWORD_MIN);
        assert!(tried.count() >= 3_000);
        for word in COMMON.lines() {
            assert_eq!(word, word.to_lowercase().nfc().collect::<String>(), "it would never be met");
        }
    }

    #[tokio::test]
    async fn a_hash_knows_its_password_whole_and_in_every_writing() {
        let vault = Vault::default();
        let long = "파".repeat(200) + "1";
        let kept = vault.hash(composed(&long).expect("taken")).await.expect("hashed");
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        let decomposed: String = long.nfd().collect();
        let typed = composed(&decomposed).expect("the same");
        assert!(vault.is_right(Some(kept.clone()), typed).await.expect("compared"));
        let cut = "파".repeat(200);
        assert!(!vault.is_right(Some(kept.clone()), cut).await.expect("compared"), "no truncation");
        assert_ne!(vault.hash(long.clone()).await.expect("hashed"), kept, "each has a salt of its own");
        assert!(!vault.is_right(None, long).await.expect("compared"), "nobody has a password");
    }

    #[tokio::test]
    async fn too_many_at_once_are_told_to_come_back() {
        let vault = Vault::default();
        let _all = vault.places.clone().acquire_many_owned((AT_ONCE + WAITING) as u32).await.expect("open");
        let refused = vault.hash("a long enough one".to_owned()).await.expect_err("no place");
        assert!(matches!(refused, Error::Refused(Failure::Unavailable { .. })), "{refused}");
    }
}
