//! The commands about accounts, as they are typed.

use super::Place;
use clap::{Args, Subcommand};

/// What can be done about accounts.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Lists the accounts there are.
    List {
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
    /// Makes an account and prints its password, once; or takes the password from standard input.
    Create {
        /// Its name.
        name: String,
        /// What it is shown as.
        #[arg(long, value_name = "NAME", default_value = "")]
        display: String,
        /// Its e-mail address.
        #[arg(long, value_name = "ADDRESS", default_value = "")]
        email: String,
        /// Let it run the server.
        #[arg(long)]
        admin: bool,
        /// The space it belongs to, by its name in URLs; the oldest when there is one.
        #[arg(long, value_name = "SPACE")]
        space: Option<String>,
        /// What it is there: guest, member, moderator or owner.
        #[arg(long, value_name = "ROLE", default_value = "member")]
        role: String,
        /// Where the password comes from.
        #[command(flatten)]
        password: PasswordFrom,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
    /// Gives an account another role in a space.
    Role {
        /// Whose.
        name: String,
        /// The space, by its name in URLs.
        space: String,
        /// guest, member, moderator or owner.
        role: String,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
    /// Gives an account another password and prints it, once; its browsers are signed out within five seconds.
    Password {
        /// Whose.
        name: String,
        /// Where the password comes from.
        #[command(flatten)]
        password: PasswordFrom,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
    /// Takes an account out of use; what it has open closes within five seconds.
    Deactivate {
        /// Whose.
        name: String,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
    /// Lets an account be used again.
    Reactivate {
        /// Whose.
        name: String,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
    /// Lets an account run the server: on, or no longer: off.
    Admin {
        /// Whose.
        name: String,
        /// on or off.
        #[arg(default_value = "on")]
        is: String,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
}

/// Where a password comes from. It is no argument: those can be seen by everybody on the machine.
#[derive(Debug, Clone, Copy, Args)]
pub struct PasswordFrom {
    /// Take the first line of standard input as the password, instead of making one.
    #[arg(long)]
    pub password_stdin: bool,
}
