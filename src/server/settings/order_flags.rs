//! The command line of spaces and invitations.

use super::{Flags, Place};
use crate::protocol::Role;
use clap::{Subcommand, ValueEnum};

/// Who may come into a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EntryWord {
    /// Everybody who has an account, or makes one.
    Open,
    /// Who was invited.
    Invite,
    /// Nobody more.
    Closed,
}

/// What somebody may do in a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleWord {
    /// Sees and says what is public.
    Guest,
    /// Belongs to it.
    Member,
    /// Keeps order.
    Moderator,
    /// Decides.
    Owner,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Guest => Self::Guest,
            RoleWord::Member => Self::Member,
            RoleWord::Moderator => Self::Moderator,
            RoleWord::Owner => Self::Owner,
        }
    }
}

/// What somebody is who comes in by a name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DoorWord {
    /// Nobody may.
    None,
    /// A guest.
    Guest,
    /// A member.
    Member,
}

impl DoorWord {
    /// The role; `None` when nobody may come in so.
    pub fn role(self) -> Option<Role> {
        match self {
            Self::None => None,
            Self::Guest => Some(Role::Guest),
            Self::Member => Some(Role::Member),
        }
    }
}

/// What can be done about spaces.
#[derive(Debug, Subcommand)]
pub enum SpaceCommand {
    /// Lists the spaces there are.
    List {
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
    /// Makes a space, which people come into by invitation.
    Create {
        /// Its name in URLs: small letters, digits and hyphens.
        slug: String,
        /// What it is called.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// Who owns it: somebody there is.
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
    /// Calls a space otherwise; its URLs stay as they are.
    Rename {
        /// Its name in URLs.
        slug: String,
        /// What it is called from now on.
        name: String,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
    /// Says who may come into a space.
    Entry {
        /// Its name in URLs.
        slug: String,
        /// Everybody who has an account, who was invited, or nobody more.
        entry: EntryWord,
        /// What somebody is who comes in by a name alone.
        #[arg(long)]
        door: Option<DoorWord>,
        /// Whether invitations may let guests in.
        #[arg(long, value_parser = ["on", "off"])]
        guests: Option<String>,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
    /// Gives somebody a role in a space, and a place in it if they had none.
    Role {
        /// Its name in URLs.
        slug: String,
        /// Who.
        user: String,
        /// Which role.
        role: RoleWord,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
    /// Sends somebody out of a space for good.
    Ban {
        /// Its name in URLs.
        slug: String,
        /// Who.
        user: String,
        /// Why, as those read who look after the space.
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
    /// Lets somebody come into a space again, once invited.
    Unban {
        /// Its name in URLs.
        slug: String,
        /// Who.
        user: String,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
}

impl SpaceCommand {
    /// Where the store is.
    pub fn place(&self) -> Flags {
        let (Self::List { place }
        | Self::Create { place, .. }
        | Self::Rename { place, .. }
        | Self::Entry { place, .. }
        | Self::Role { place, .. }
        | Self::Ban { place, .. }
        | Self::Unban { place, .. }) = self;
        place.clone().into()
    }
}

/// What can be done about invitations.
#[derive(Debug, Subcommand)]
pub enum InviteCommand {
    /// Makes a link that brings people in, and prints it, once.
    Create {
        /// The name in URLs of the space it leads to.
        slug: String,
        /// The one room it leads to; who follows it sees that room alone.
        #[arg(long, value_name = "NAME")]
        room: Option<String>,
        /// Let people in with a name alone.
        #[arg(long)]
        guests: bool,
        /// For how many days it can be used; for ever when left out.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=365))]
        days: Option<u32>,
        /// How often it can be used; any number of times when left out.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        uses: Option<u32>,
        /// What it is for.
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
        /// In whose name it is made; the first owner's when left out.
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
    /// Lists the invitations of a space: their ids, never the links themselves.
    List {
        /// The space's name in URLs.
        slug: String,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
    /// Takes an invitation back.
    Revoke {
        /// The invitation's id, as `list` shows it.
        id: String,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
}

impl InviteCommand {
    /// Where the store is.
    pub fn place(&self) -> Flags {
        let (Self::Create { place, .. } | Self::List { place, .. } | Self::Revoke { place, .. }) = self;
        place.clone().into()
    }
}
