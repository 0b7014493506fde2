//! `maru token`: tokens for programs, made, listed and ended beside a running server or before the first.

use super::{
    Clock, Error, Result,
    beside::{self, day},
    clock::random,
    session::{hex, new_token},
    settings::{Flags, TokenCommand},
    store::{NewAccount, NewSession, SessionKind, Store},
};
use crate::protocol::{AccountKind, Failure, Millis, Role, User, UserId, check_name};
use std::process::ExitCode;

/// Hexadecimal digits of a token's hash that name it.
const ID_LEN: usize = 12;

/// Carries out a command about tokens.
pub fn run(command: TokenCommand) -> ExitCode {
    beside::carry_out(obey(command))
}

async fn obey(command: TokenCommand) -> Result<String> {
    match command {
        TokenCommand::Create { user, create, label, place } => {
            let desk = Desk::open(place.into()).await?;
            let user = if create { desk.find_or_make(&user).await? } else { desk.find(&user).await? };
            desk.create(&user, label).await
        }
        TokenCommand::List { user, place } => Desk::open(place.into()).await?.list(user).await,
        TokenCommand::Revoke { id, place } => Desk::open(place.into()).await?.revoke(&id).await,
    }
}

/// What the commands work at.
struct Desk {
    store: Store,
    clock: Clock,
}

impl Desk {
    async fn open(flags: Flags) -> Result<Self> {
        let (_, store, clock) = beside::open(flags).await?;
        Ok(Self { store, clock })
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
