//! The way back in for who forgot the password: a link that works once, made by an administrator, or sent
//! by e-mail when the server can.

use super::{come::go_on, home, sign_in::begin};
use crate::protocol::{AccountKind, Failure, Millis, SignedIn, UserId};
use crate::server::{
    Clock, Result,
    mail::{self, Mailer},
    password::check_password,
    respond::Call,
    session::{hash, is_secret, new_secret},
    settings::Settings,
    store::{Purpose, Store},
};
use tokio::sync::mpsc::{self, Receiver, Sender};

/// How long a link works that an administrator made.
pub const MADE_MS: Millis = 24 * 60 * 60 * 1000;
/// How long one works that was sent.
const SENT_MS: Millis = 60 * 60 * 1000;
/// A letter follows another one to the same person after this long at the earliest.
const BETWEEN_MS: Millis = 2 * 60 * 1000;
/// How many who ask for a letter may wait.
const QUEUE: usize = 256;

/// Makes a code for an account; the ones before it are worth nothing any more.
///
/// # Errors
/// When the store does not answer.
pub async fn new_recovery(store: &Store, user: UserId, now: Millis, lasts: Millis) -> Result<String> {
    let code = new_secret();
    store.keep_one_time(Purpose::Recover, hash(&code), Some(user), now, now + lasts).await?;
    Ok(code)
}

/// Chooses a new password with a code. Every session of the account ends, and a new one begins.
///
/// # Errors
/// [`Failure::NotFound`] for a code that is none, or none any more; what is wrong with the password, which
/// uses nothing up; [`Failure::RateLimited`].
pub async fn recover(call: Call, code: String, password: String) -> Result<SignedIn> {
    let (app, now) = (&call.app, call.app.clock.now());
    if !is_secret(&code) {
        return Err(Failure::NotFound.into());
    }
    let code = hash(&code);
    let found = app.store.find_one_time(Purpose::Recover, code, now).await?.flatten();
    let account = app.store.find_account(found.ok_or(Failure::NotFound)?).await?.ok_or(Failure::NotFound)?;
    let user = account.user;
    let password =
        check_password(&password, &[&user.name, user.shown(), account.email.as_deref().unwrap_or_default()])?;
    let password = app.vault.hash(password).await?;
    let (_, ended) = app.store.recover(code, &password, now).await?.ok_or(Failure::NotFound)?;
    ended.into_iter().for_each(|session| app.hub.sign_out(user.id, session));
    begin(&call, &user).await?;
    let home = home(app, &user).await?;
    Ok(go_on(user, None, home))
}

/// Asks for a letter with a link, for whoever has this name or address. The answer is the same whether
/// there is somebody or not, and comes as soon: what it takes is done later.
///
/// # Errors
/// [`Failure::RateLimited`].
pub async fn ask_recovery(call: Call, name: String) -> Result<()> {
    call.app.door.enter(call.address(), call.app.clock.now())?;
    call.app.recoveries.ask(name);
    Ok(())
}

/// Where letters are asked for; clones share it.
#[derive(Debug, Clone)]
pub struct Recoveries(Option<Sender<String>>);

impl Recoveries {
    /// Sends letters when the server was told how. To be called inside tokio's runtime.
    pub fn open(settings: &Settings, store: &Store, clock: &Clock) -> Self {
        let (Some(smtp), Some(site)) = (&settings.smtp, &settings.base_url) else { return Self(None) };
        let (queue, asked) = mpsc::channel(QUEUE);
        let desk = Desk {
            mailer: Mailer::new(smtp),
            site: site.clone(),
            store: store.clone(),
            clock: clock.clone(),
        };
        tokio::spawn(desk.work(asked));
        Self(Some(queue))
    }

    /// Can letters be sent?
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// When too many wait, it is as if nothing had been asked: one asks again.
    fn ask(&self, named: String) {
        if self.0.as_ref().is_some_and(|queue| queue.try_send(named).is_err()) {
            tracing::warn!("too many wait for a letter, one who asked was left out");
        }
    }
}

struct Desk {
    mailer: Mailer,
    site: String,
    store: Store,
    clock: Clock,
}

impl Desk {
    async fn work(self, mut asked: Receiver<String>) {
        while let Some(named) = asked.recv().await {
            if let Err(error) = self.answer(&named).await {
                tracing::warn!(%error, "a letter could not be made");
            }
        }
    }

    async fn answer(&self, named: &str) -> Result<()> {
        let now = self.clock.now();
        let Some((user, _)) = self.store.find_login(named).await? else { return Ok(()) };
        let Some(account) = self.store.find_account(user.id).await? else { return Ok(()) };
        let Some(email) = account.email.filter(|_| account.kind == AccountKind::Account) else {
            return Ok(());
        };
        if self.store.is_code_fresh(Purpose::Recover, user.id, now.saturating_sub(BETWEEN_MS)).await? {
            return Ok(());
        }
        let code = new_recovery(&self.store, user.id, now, SENT_MS).await?;
        let link = format!("{}/recover/{code}", self.site);
        self.mailer.send(mail::recovery(email, &account.lang, user.shown(), &link)).await;
        Ok(())
    }
}
