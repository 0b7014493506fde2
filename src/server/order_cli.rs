//! `maru space` and `maru invite`: looking after spaces beside a running server, which sees it within seconds,
//! for the day when nobody can sign in.

use super::{
    Clock, Error, Result,
    beside::{self, day},
    clock::random,
    invites::{hash, link_from, new_code},
    settings::{EntryWord, Flags, InviteCommand, RoleWord, SpaceCommand},
    store::{LeavingSpace, NewInvite, NewSpace, SpaceEdit, Store},
};
use crate::protocol::{
    Entry, Failure, InviteId, InviteState, Millis, Role, Space, SpaceId, User, UserId, check_note,
    check_slug, check_space_name,
};
use std::process::ExitCode;

const DAY_MS: Millis = 24 * 60 * 60 * 1000;

/// Carries out a command about spaces.
pub fn space(command: SpaceCommand) -> ExitCode {
    run(async |desk: &Desk| desk.space(&command).await, command.place())
}

/// Carries out a command about invitations.
pub fn invite(command: InviteCommand) -> ExitCode {
    run(async |desk: &Desk| desk.invite(&command).await, command.place())
}

fn run(obey: impl AsyncFnOnce(&Desk) -> Result<String>, place: Flags) -> ExitCode {
    beside::carry_out(async {
        let desk = Desk::open(place).await?;
        obey(&desk).await
    })
}

/// What the commands work at.
struct Desk {
    store: Store,
    clock: Clock,
    base_url: Option<String>,
}

impl Desk {
    async fn open(flags: Flags) -> Result<Self> {
        let (settings, store, clock) = beside::open(flags).await?;
        Ok(Self { store, clock, base_url: settings.base_url })
    }

    async fn space(&self, command: &SpaceCommand) -> Result<String> {
        match command {
            SpaceCommand::List { .. } => self.list().await,
            SpaceCommand::Create { slug, name, owner, .. } => self.create(slug, name, owner.as_deref()).await,
            SpaceCommand::Rename { slug, name, .. } => {
                let (space, edit) = self.edit_of(slug).await?;
                let name = check_space_name(name)?;
                self.edit(&space, SpaceEdit { name, ..edit }).await
            }
            SpaceCommand::Entry { slug, entry, door, guests, .. } => {
                let (space, edit) = self.edit_of(slug).await?;
                let door = door.as_ref().map_or(edit.door, |door| door.role());
                let guests = guests.as_ref().map_or(edit.guests, |word| word == "on");
                self.edit(&space, SpaceEdit { entry: entry_of(*entry), door, guests, ..edit }).await
            }
            SpaceCommand::Role { slug, user, role, .. } => self.give_role(slug, user, *role).await,
            SpaceCommand::Ban { slug, user, reason, .. } => self.ban(slug, user, reason).await,
            SpaceCommand::Unban { slug, user, .. } => self.unban(slug, user).await,
        }
    }

    async fn list(&self) -> Result<String> {
        let mut lines = String::from("slug              entry   people  rooms  name\n");
        for line in self.store.all_spaces().await? {
            lines.push_str(&format!(
                "{:<16}  {:<6}  {:>6}  {:>5}  {}\n",
                line.space.slug,
                line.entry.word(),
                line.people,
                line.rooms,
                line.space.name
            ));
        }
        Ok(lines)
    }

    async fn create(&self, slug: &str, name: &str, owner: Option<&str>) -> Result<String> {
        let (slug, name) = (check_slug(slug)?, check_space_name(name)?);
        let owner = match owner {
            Some(owner) => Some(self.person(owner).await?.id),
            None => None,
        };
        let id = SpaceId::from_random(u64::from_be_bytes(random()));
        let space = Space { id, slug: slug.clone(), name, glyph: String::new(), role: None };
        let new = NewSpace { space, entry: Entry::Invite, door: None, owner, at: self.clock.now() };
        self.store.make_space(&new, None).await?;
        self.store.stir().await?;
        Ok(format!("made {slug}\n"))
    }

    async fn edit_of(&self, slug: &str) -> Result<(Space, SpaceEdit)> {
        let space = self.find(slug).await?;
        let access = self.store.access(space.id).await?.ok_or(Failure::NotFound)?;
        let (name, glyph) = (space.name.clone(), space.glyph.clone());
        Ok((space, SpaceEdit { name, glyph, entry: access.entry, door: access.door, guests: access.guests }))
    }

    async fn edit(&self, space: &Space, edit: SpaceEdit) -> Result<String> {
        self.store.edit_space(space.id, None, &edit, self.clock.now()).await?;
        self.store.stir().await?;
        let door = edit.door.map_or("none", Role::word);
        let guests = if edit.guests { "on" } else { "off" };
        Ok(format!(
            "{}: {}, entry {}, door {door}, guests {guests}\n",
            space.slug,
            edit.name,
            edit.entry.word()
        ))
    }

    async fn give_role(&self, slug: &str, user: &str, role: RoleWord) -> Result<String> {
        let (space, user, at) = (self.find(slug).await?, self.person(user).await?, self.clock.now());
        let role = role.into();
        if self.store.find_member(space.id, &user.id.to_string()).await?.is_some() {
            self.store.set_space_role(space.id, None, user.id, role, at).await?;
        } else if !self.store.add_member(space.id, user.id, role, at).await? {
            return Err(Error::Broken(format!("{} may not come into {slug}; unban first", user.name)));
        }
        self.store.stir().await?;
        Ok(format!("{} is {} of {slug}\n", user.name, role.word()))
    }

    async fn ban(&self, slug: &str, user: &str, reason: &str) -> Result<String> {
        let (space, user) = (self.find(slug).await?, self.person(user).await?);
        let (reason, name) = (check_note(reason)?, user.name.clone());
        let leaving =
            LeavingSpace { space: space.id, user, by: None, ban: Some(reason), at: self.clock.now() };
        self.store.leave_space(&leaving).await?;
        self.store.stir().await?;
        Ok(format!("{name} may not come into {slug} any more\n"))
    }

    async fn unban(&self, slug: &str, user: &str) -> Result<String> {
        let space = self.find(slug).await?;
        let nobody = || Error::Broken(format!("nobody called {user:?} is banned from {slug}"));
        let banned = self.store.find_banned(space.id, user).await?.ok_or_else(nobody)?;
        self.store.unban(space.id, None, banned.id, self.clock.now()).await?;
        Ok(format!("{} may come into {slug} again\n", banned.name))
    }

    async fn invite(&self, command: &InviteCommand) -> Result<String> {
        match command {
            InviteCommand::Create { .. } => self.make_invite(command).await,
            InviteCommand::List { slug, .. } => self.invites(slug).await,
            InviteCommand::Revoke { id, .. } => {
                let none = || Error::Broken(format!("no invitation has the id {id:?}; `list` shows them"));
                let invite = id.parse::<InviteId>().map_err(|_| none())?;
                match self.store.revoke_invite(invite, None, self.clock.now()).await {
                    Err(Error::Refused(Failure::NotFound)) => Err(none()),
                    revoked => revoked.map(|_| format!("revoked {id}\n")),
                }
            }
        }
    }

    async fn make_invite(&self, command: &InviteCommand) -> Result<String> {
        let InviteCommand::Create { slug, room, guests, days, uses, note, by, .. } = command else {
            return Err(Error::Broken("not a command that makes an invitation".to_owned()));
        };
        let (space, at, note) = (self.find(slug).await?, self.clock.now(), check_note(note)?);
        let room = match room {
            Some(name) => {
                let none = || Error::Broken(format!("{slug} has no room called {name:?}"));
                Some(self.store.find_room(space.id, name).await?.ok_or_else(none)?)
            }
            None => None,
        };
        let by = self.voucher(&space, by.as_deref()).await?;
        let code = new_code();
        let new = NewInvite {
            id: InviteId::from_random(u64::from_be_bytes(random())),
            code_hash: hash(&code),
            space: space.id,
            room,
            by,
            guests: *guests,
            at,
            expires_at: days.map(|days| at + Millis::from(days) * DAY_MS),
            uses_limit: *uses,
            note,
        };
        self.store.create_invite_beside(&new).await?;
        Ok(format!("{}\n", link_from(self.base_url.as_deref(), None, &code)))
    }

    /// In whose name an invitation is made.
    async fn voucher(&self, space: &Space, by: Option<&str>) -> Result<UserId> {
        match by {
            Some(name) => {
                let member = self.store.find_member(space.id, name).await?;
                let nobody = || Error::Broken(format!("nobody in {} is called {name:?}", space.slug));
                Ok(member.ok_or_else(nobody)?.user.id)
            }
            None => {
                let empty =
                    || Error::Broken(format!("{} has no people yet; `maru space role` adds one", space.slug));
                self.store.first_of_space(space.id).await?.ok_or_else(empty)
            }
        }
    }

    async fn invites(&self, slug: &str) -> Result<String> {
        let space = self.find(slug).await?;
        let mut lines =
            String::from("id                  made        until       uses   state    by  note\n");
        for invite in self.store.all_invites(space.id, self.clock.now()).await? {
            let uses = invite.uses_limit.map_or("-".to_owned(), |limit| limit.to_string());
            let state = match invite.state {
                InviteState::Open => "open",
                InviteState::Expired => "expired",
                InviteState::UsedUp => "used up",
                InviteState::Revoked => "revoked",
            };
            let until = invite.expires_at.map_or("never".to_owned(), day);
            let (id, made, by) = (invite.id, day(invite.at), invite.by.name);
            let line = format!(
                "{id}  {made}  {until:<10}  {}/{uses}  {state:<7}  {by}  {}",
                invite.uses, invite.note
            );
            lines.push_str(line.trim_end());
            lines.push('\n');
        }
        Ok(lines)
    }

    async fn find(&self, slug: &str) -> Result<Space> {
        let none = || Error::Broken(format!("there is no space {slug:?}; `maru space list` shows them"));
        self.store.find_space(slug).await?.ok_or_else(none)
    }

    async fn person(&self, name: &str) -> Result<User> {
        let nobody = || Error::Broken(format!("there is nobody called {name:?}"));
        self.store.find_user(name).await?.ok_or_else(nobody)
    }
}

fn entry_of(word: EntryWord) -> Entry {
    match word {
        EntryWord::Open => Entry::Open,
        EntryWord::Invite => Entry::Invite,
        EntryWord::Closed => Entry::Closed,
    }
}
