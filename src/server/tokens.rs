//! `maru token`: tokens for programs, made, listed and ended beside a running server or before the first.

use super::{
    Clock, Error, Result,
    clock::random,
    run::{fail, open_store},
    session::{hex, new_token},
    settings::{Flags, Settings, TokenCommand},
    store::{NewAccount, NewSession, SessionKind, Store},
};
use crate::protocol::{AccountKind, Failure, Millis, Reason, Role, User, UserId, check_name};
use cookie::time::OffsetDateTime;
use std::{io::Write, process::ExitCode};

/// Hexadecimal digits of a token's hash that name it.
const ID_LEN: usize = 12;

/// Carries out a command about tokens.
pub fn run(command: TokenCommand) -> ExitCode {
    match obey(command) {
        Ok(answer) => {
            // Whoever asked may have gone.
            let _ = std::io::stdout().write_all(answer.as_bytes());
            ExitCode::SUCCESS
        }
        Err(Error::Refused(failure)) => fail(&explain(&failure), 1),
        Err(error) => fail(&error, 1),
    }
}

fn obey(command: TokenCommand) -> Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            TokenCommand::Create { user, create, label, place } => {
                let desk = Desk::open(place.into()).await?;
                let user = if create { desk.find_or_make(&user).await? } else { desk.find(&user).await? };
                desk.create(&user, label).await
            }
            TokenCommand::List { user, place } => Desk::open(place.into()).await?.list(user).await,
            TokenCommand::Revoke { id, place } => Desk::open(place.into()).await?.revoke(&id).await,
        }
    })
}

/// What the commands work at.
struct Desk {
    store: Store,
    clock: Clock,
}

impl Desk {
    /// Without the lock of the data folder: a server may hold it. Nothing here writes to a room's log.
    async fn open(flags: Flags) -> Result<Self> {
        let settings = Settings::read(&flags, &|name| std::env::var(name).ok());
        let settings = settings.map_err(|wrong| Error::Broken(wrong.to_string()))?;
        let store = open_store(&settings).await?;
        Ok(Self { store, clock: Clock::system() })
    }

    async fn find(&self, name: &str) -> Result<User> {
        let nobody = || Error::Broken(format!("there is nobody called {name:?}; --create makes the person"));
        self.store.find_user(name).await?.ok_or_else(nobody)
    }

    async fn find_or_make(&self, name: &str) -> Result<User> {
        if let Some(user) = self.store.find_user(name).await? {
            return Ok(user);
        }
        let name = check_name(name)?;
        // Who is made before there is a space comes in by its door.
        let space = self.store.oldest_space().await?.map(|space| (space.id, Role::Member));
        let account = NewAccount {
            id: UserId::from_random(u64::from_be_bytes(random())),
            name,
            display: String::new(),
            kind: AccountKind::Bot,
            password: None,
            email: None,
            is_admin: false,
            at: self.clock.now(),
        };
        let user = account.user();
        match self.store.create_account(&account, space).await {
            // Somebody was faster with the same name.
            Err(Error::Refused(Failure::Taken { .. })) => self.find(&user.name).await,
            made => made.map(|()| user),
        }
    }

    async fn create(&self, user: &User, label: String) -> Result<String> {
        let (token, token_hash) = new_token();
        let session = NewSession {
            token_hash,
            user: user.id,
            at: self.clock.now(),
            expires_at: Millis::MAX,
            agent: String::new(),
            kind: SessionKind::Token { label },
        };
        self.store.create_session(&session).await?;
        Ok(format!("{token}\n"))
    }

    async fn list(&self, user: Option<String>) -> Result<String> {
        let user = match user {
            Some(name) => Some(self.find(&name).await?.id),
            None => None,
        };
        let mut lines = String::from("id            created     last used   user  label\n");
        for entry in self.store.tokens(user).await? {
            let (id, used) = (id_of(&entry.token_hash), entry.seen_at.map_or("never".to_owned(), day));
            let line = format!("{id}  {}  {used:<10}  {}  {}", day(entry.at), entry.user.name, entry.label);
            lines.push_str(line.trim_end());
            lines.push('\n');
        }
        Ok(lines)
    }

    async fn revoke(&self, id: &str) -> Result<String> {
        let tokens = self.store.tokens(None).await?;
        let mut named = tokens.iter().filter(|entry| {
            let hash = hex(&entry.token_hash);
            hash == id || hash[..ID_LEN] == *id
        });
        match (named.next(), named.next()) {
            (Some(entry), None) => {
                self.store.delete_session(entry.token_hash).await?;
                Ok(format!("revoked {} of {}\n", id_of(&entry.token_hash), entry.user.name))
            }
            (None, _) => {
                Err(Error::Broken(format!("no token has the id {id:?}; `maru token list` shows them")))
            }
            (Some(_), Some(_)) => Err(Error::Broken(format!("more than one token has the id {id:?}"))),
        }
    }
}

fn id_of(token_hash: &[u8; 32]) -> String {
    let mut id = hex(token_hash);
    id.truncate(ID_LEN);
    id
}

/// The day of an instant.
pub fn day(at: Millis) -> String {
    let instant = OffsetDateTime::from_unix_timestamp((at / 1000) as i64);
    instant.map_or_else(|_| "?".to_owned(), |instant| instant.date().to_string())
}

/// A refusal, as whoever types commands reads it.
pub fn explain(failure: &Failure) -> String {
    match failure {
        Failure::Invalid { field, reason } => {
            let field = format!("{field:?}").to_lowercase();
            match reason {
                Reason::Empty => format!("the {field} is empty"),
                Reason::TooLong(limit) => format!("a {field} has at most {limit} characters"),
                Reason::TooShort(limit) => format!("a {field} has at least {limit} characters"),
                Reason::Unshowable => format!("the {field} holds characters that cannot be shown"),
                Reason::Common => format!("the {field} is one that anybody would guess"),
                Reason::MixedScript => format!("the {field} mixes scripts that do not go together"),
                Reason::Reserved => format!("the {field} is reserved"),
                Reason::Malformed => format!("the {field} does not read as one"),
                Reason::Last => format!("there has to be at least one {field}"),
                other => format!("the {field} is refused: {other:?}"),
            }
        }
        Failure::Taken { field } => format!("somebody has that {field:?} already").to_lowercase(),
        Failure::LastOwner => "a space has to have an owner: give it to another before".to_owned(),
        Failure::NotFound => "there is no such account".to_owned(),
        other => format!("refused: {other:?}"),
    }
}
