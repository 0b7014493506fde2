//! `maru user` and `maru setup-link`: accounts, beside a running server or before the first start.

use super::{
    Clock, Error, Result,
    accounts::new_setup,
    beside::{self, day},
    clock::random,
    names::check_looks,
    password::{check_password, hash},
    settings::{Flags, PasswordFrom, Place, Settings, UserCommand},
    store::{NewAccount, Office, Store},
};
use crate::protocol::{
    Account, AccountKind, Failure, Field, Role, Space, User, UserId, check_display, check_name,
};
use std::{
    io::{BufRead, Read},
    process::ExitCode,
};

/// Accounts that are read at once.
const PAGE: u32 = 500;
/// Letters of a password that is made: no two of them look alike.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// The most bytes that are read for a password.
const LINE_LIMIT: u64 = 8 * 1024;

/// Carries out a command about accounts.
pub fn run(command: UserCommand) -> ExitCode {
    beside::carry_out(obey(command))
}

/// Prints another link to set a new server up with.
pub fn setup_link(place: Place) -> ExitCode {
    beside::carry_out(async {
        let desk = Desk::open(place.into()).await?;
        match new_setup(&desk.store, desk.clock.now()).await? {
            Some(code) => Ok(format!("{}/setup?token={code}\n", site(&desk.settings))),
            None => {
                Err(Error::Broken("the server is set up already; `maru user password` lets in".to_owned()))
            }
        }
    })
}

/// Where people reach the server, as far as the settings say.
fn site(settings: &Settings) -> String {
    settings.base_url.clone().unwrap_or_else(|| format!("http://{}", settings.listen))
}

async fn obey(command: UserCommand) -> Result<String> {
    match command {
        UserCommand::List { place } => Desk::open(place.into()).await?.list().await,
        UserCommand::Create { name, display, email, admin, space, role, password, place } => {
            let asked = Asked { name, display, email, admin, space, role };
            Desk::open(place.into()).await?.create(asked, password).await
        }
        UserCommand::Role { name, space, role, place } => {
            Desk::open(place.into()).await?.give_role(&name, &space, &role).await
        }
        UserCommand::Password { name, password, place } => {
            Desk::open(place.into()).await?.set_password(&name, password).await
        }
        UserCommand::Deactivate { name, place } => {
            Desk::open(place.into()).await?.hold(&name, Office::Deactivate).await
        }
        UserCommand::Reactivate { name, place } => {
            Desk::open(place.into()).await?.hold(&name, Office::Reactivate).await
        }
        UserCommand::Admin { name, is, place } => {
            let is = match is.as_str() {
                "on" => true,
                "off" => false,
                other => return Err(Error::Broken(format!("expected on or off, found {other:?}"))),
            };
            Desk::open(place.into()).await?.hold(&name, Office::Admin(is)).await
        }
    }
}

/// An account as it is typed.
struct Asked {
    name: String,
    display: String,
    email: String,
    admin: bool,
    space: Option<String>,
    role: String,
}

/// What the commands work at.
struct Desk {
    settings: Settings,
    store: Store,
    clock: Clock,
}

impl Desk {
    async fn open(flags: Flags) -> Result<Self> {
        let (settings, store, clock) = beside::open(flags).await?;
        Ok(Self { settings, store, clock })
    }

    async fn list(&self) -> Result<String> {
        let mut lines = String::from("name  kind  made  more\n");
        let mut after = String::new();
        loop {
            let page = self.store.accounts_after(&after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(lines) };
            after.clone_from(&last.user.name);
            page.iter().for_each(|account| lines.push_str(&line(account)));
        }
    }

    async fn find(&self, name: &str) -> Result<User> {
        let nobody =
            || Error::Broken(format!("there is nobody called {name:?}; `maru user list` shows them"));
        self.store.find_user(name).await?.ok_or_else(nobody)
    }

    async fn find_space(&self, slug: &str) -> Result<Space> {
        let none = || Error::Broken(format!("there is no space {slug:?}"));
        self.store.find_space(slug).await?.ok_or_else(none)
    }

    /// Here names that are the server's own may be given: who types this runs it.
    async fn create(&self, asked: Asked, from: PasswordFrom) -> Result<String> {
        let (name, display) = (check_name(&asked.name)?, check_display(&asked.display)?);
        if let Err(mixed @ Failure::Invalid { reason: crate::protocol::Reason::MixedScript, .. }) =
            check_looks(Field::Name, &name)
        {
            return Err(mixed.into());
        }
        let email = super::accounts::check_email(&asked.email)?;
        let role = role_of(&asked.role)?;
        let space = match &asked.space {
            Some(slug) => Some(self.find_space(slug).await?),
            None => self.store.oldest_space().await?,
        };
        let about = [name.as_str(), &display, email.as_deref().unwrap_or_default()];
        let (password, told) = password(from, &about)?;
        let account = NewAccount {
            id: UserId::from_random(u64::from_be_bytes(random())),
            name,
            display,
            kind: AccountKind::Account,
            password: Some(hash(&password)?),
            email,
            is_admin: asked.admin,
            at: self.clock.now(),
        };
        self.store.create_account(&account, space.map(|space| (space.id, role))).await?;
        Ok(told)
    }

    async fn give_role(&self, name: &str, space: &str, role: &str) -> Result<String> {
        let (user, space, role) = (self.find(name).await?, self.find_space(space).await?, role_of(role)?);
        let at = self.clock.now();
        if self.store.find_member(space.id, &user.id.to_string()).await?.is_some() {
            self.store.set_space_role(space.id, None, user.id, role, at).await?;
        } else if !self.store.add_member(space.id, user.id, role, at).await? {
            return Err(Error::Broken(format!("{name} may not come into {}; unban first", space.slug)));
        }
        self.store.stir().await?;
        Ok(String::new())
    }

    async fn set_password(&self, name: &str, from: PasswordFrom) -> Result<String> {
        let user = self.find(name).await?;
        let (password, told) = password(from, &[&user.name, user.shown()])?;
        self.store.set_password(user.id, &hash(&password)?, None).await?;
        Ok(told)
    }

    async fn hold(&self, name: &str, office: Office) -> Result<String> {
        let user = self.find(name).await?;
        self.store.hold_office(user.id, office, None, self.clock.now()).await?;
        Ok(String::new())
    }
}

fn line(account: &Account) -> String {
    let kind = match account.kind {
        AccountKind::Guest => "guest",
        AccountKind::Account => "account",
        AccountKind::Bot => "bot",
    };
    let admin = if account.is_admin { "  admin" } else { "" };
    let gone = account.deactivated_at.map(|at| format!("  deactivated {}", day(at))).unwrap_or_default();
    format!("{}  {kind}  {}{admin}{gone}\n", account.user.name, day(account.at))
}

fn role_of(word: &str) -> Result<Role> {
    let expected = || Error::Broken(format!("expected guest, member, moderator or owner, found {word:?}"));
    Role::try_from(word.to_owned()).map_err(|_| expected())
}

/// The password to be kept, and what is printed of it: one that was given is not repeated.
fn password(from: PasswordFrom, about: &[&str]) -> Result<(String, String)> {
    if !from.password_stdin {
        let made = made();
        return Ok((made.clone(), format!("{made}\n")));
    }
    let mut line = String::new();
    std::io::stdin().lock().take(LINE_LIMIT).read_line(&mut line)?;
    let line = line.trim_end_matches(['\r', '\n']);
    Ok((check_password(line, about)?, String::new()))
}

/// A new password of 100 bits, in groups that can be read out.
fn made() -> String {
    let letters: Vec<u8> = random::<20>().into_iter().map(|byte| LETTERS[usize::from(byte & 31)]).collect();
    let groups = letters.chunks(5).map(|group| String::from_utf8_lossy(group).into_owned());
    groups.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_is_made_is_taken_and_never_the_same() {
        let (one, other) = (made(), made());
        assert_eq!(one.len(), 23);
        assert_ne!(one, other);
        assert!(check_password(&one, &[]).is_ok());
    }
}
