//! The command line; the text of `maru --help` is here.

use super::{InviteCommand, SpaceCommand, people::UserCommand, source::Knob};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// A self-hosted real-time chat: spaces, rooms, history and people in one binary.
///
/// Each setting is taken from the command line, else from its MARU_ variable, else from the
/// configuration file, else from what is built in.
#[derive(Debug, Parser)]
#[command(name = "maru", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do; without a command, serve.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to serve.
    #[command(flatten)]
    pub flags: Flags,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the server (also without a command).
    Serve(Box<Flags>),
    /// Tokens, with which programs speak in a person's name. Works beside a running server.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Accounts, for the day when nobody can sign in. Works beside a running server.
    #[command(subcommand)]
    User(UserCommand),
    /// Prints another link with which a new server is set up; the one before it is worth nothing then.
    SetupLink(Place),
    /// Spaces: made, named, opened and closed, and who has which role. Works beside a running server, which
    /// sees it within five seconds.
    #[command(subcommand)]
    Space(SpaceCommand),
    /// Invitations: links that bring people into a space. Works beside a running server.
    #[command(subcommand)]
    Invite(InviteCommand),
    /// Looks the store over, beside a running server too, and changes nothing. Says room by room what is
    /// wrong; the exit code is 0 when all is well, and 1 when something was found.
    Verify(Place),
}

/// What can be done about tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Makes a token and prints it, once; it does not end until it is revoked.
    Create {
        /// Who speaks with it.
        #[arg(long, value_name = "NAME")]
        user: String,
        /// Make the person, when there is nobody of this name.
        #[arg(long)]
        create: bool,
        /// What it is for, in your own words.
        #[arg(long, value_name = "TEXT", default_value = "")]
        label: String,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
    /// Lists the tokens there are: their ids, never the tokens themselves.
    List {
        /// Only those of this person.
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
    /// Ends a token; what speaks with it is cut off within five seconds.
    Revoke {
        /// The token's id, as `list` shows it.
        id: String,
        /// Where the store is.
        #[command(flatten)]
        place: Place,
    },
}

/// Where a store is, as it is typed.
#[derive(Debug, Clone, Default, Args)]
pub struct Place {
    /// The configuration file. Without it, Leptos.toml in the working folder is read when it is there.
    /// [env: MARU_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The folder of everything that is kept; made when it is not there.
    /// [env: MARU_DATA] [file: server.data] [default: data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<String>,
}

impl From<Place> for Flags {
    fn from(place: Place) -> Self {
        Self { config: place.config, data: place.data, ..Self::default() }
    }
}

pub(super) const LISTEN: Knob = Knob::server("listen", "MARU_LISTEN").or_env("LEPTOS_SITE_ADDR");
pub(super) const BASE_URL: Knob = Knob::server("base-url", "MARU_BASE_URL");
pub(super) const ORIGINS: Knob = Knob::server("origins", "MARU_ORIGINS");
pub(super) const PROXIES: Knob = Knob::server("proxies", "MARU_PROXIES");
pub(super) const DATA: Knob = Knob::server("data", "MARU_DATA");
pub(super) const SITE: Knob = Knob::server("site", "MARU_SITE").or_env("LEPTOS_SITE_ROOT");
pub(super) const LOG: Knob = Knob::server("log", "MARU_LOG");
pub(super) const OPEN: Knob = Knob::new("space", "open", "MARU_OPEN");
pub(super) const SPACE_NAME: Knob = Knob::new("space", "name", "MARU_SPACE_NAME");
pub(super) const FIRST_ROOM: Knob = Knob::new("space", "first-room", "MARU_FIRST_ROOM");

/// The settings, as they are typed.
#[derive(Debug, Default, Args)]
pub struct Flags {
    /// The configuration file. Without it, Leptos.toml in the working folder is read when it is there.
    /// [env: MARU_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where to listen; port 0 takes any that is free. The address is printed once the server answers.
    /// [env: MARU_LISTEN] [file: server.listen] [default: 127.0.0.1:3000]
    #[arg(long, value_name = "HOST:PORT")]
    pub listen: Option<String>,
    /// The address by which people reach the server, when a proxy stands before it. With https, cookies
    /// are for https alone; only pages of this origin may change anything.
    /// [env: MARU_BASE_URL] [file: server.base-url] [default: whatever host is asked for]
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Further origins whose pages may speak to the server, separated by commas.
    /// [env: MARU_ORIGINS] [file: server.origins] [default: none]
    #[arg(long, value_name = "ORIGINS")]
    pub origins: Option<String>,
    /// The addresses of proxies whose X-Forwarded-For is believed, separated by commas.
    /// [env: MARU_PROXIES] [file: server.proxies] [default: none]
    #[arg(long, value_name = "ADDRESSES")]
    pub proxies: Option<String>,
    /// The folder of everything that is kept; made when it is not there.
    /// [env: MARU_DATA] [file: server.data] [default: data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<String>,
    /// A folder of the site, as `cargo leptos build` makes it, to take instead of the one that is built in.
    /// [env: MARU_SITE] [file: server.site] [default: what is built in, else target/site]
    #[arg(long, value_name = "DIR")]
    pub site: Option<String>,
    /// Which log lines to write to standard error: error, warn, info, debug, trace, or a filter such as
    /// "info,maru::server=debug".
    /// [env: MARU_LOG] [file: server.log] [default: info]
    #[arg(long, value_name = "FILTER")]
    pub log: Option<String>,
    /// Whether everybody may come in under a name, without an account: on makes such a space at the first
    /// start. For a try-out, or where everybody who reaches the server is trusted.
    /// [env: MARU_OPEN] [file: space.open] [default: off]
    #[arg(long, value_name = "on|off", num_args = 0..=1, default_missing_value = "on")]
    pub open: Option<String>,
    /// What that space is called.
    /// [env: MARU_SPACE_NAME] [file: space.name] [default: 마루]
    #[arg(long, value_name = "NAME")]
    pub space_name: Option<String>,
    /// What the first room of that space is called.
    /// [env: MARU_FIRST_ROOM] [file: space.first-room] [default: 마루]
    #[arg(long, value_name = "NAME")]
    pub first_room: Option<String>,
    /// Whom letters come from. They are sent by the mail server that MARU_SMTP names (in the file: mail.smtp), which
    /// is no flag since it holds a password: smtps://NAME:PASSWORD@HOST, or
    /// smtp://NAME:PASSWORD@HOST:587?tls=required. It needs a base URL, for the links in letters.
    /// [env: MARU_SMTP_FROM] [file: mail.from] [default: none]
    #[arg(long, value_name = "ADDRESS")]
    pub smtp_from: Option<String>,
    /// Whether the rates below hold: on, or off for measuring and testing.
    /// [env: MARU_LIMITS] [file: limits.rates] [default: on]
    #[arg(long, value_name = "on|off", help_heading = "Limits")]
    pub limits: Option<String>,
    /// Frames a second of one connection, in the long run.
    /// [env: MARU_LIMIT_FRAMES] [file: limits.frames] [default: 20]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub limit_frames: Option<String>,
    /// Frames of one connection at once.
    /// [env: MARU_LIMIT_FRAMES_BURST] [file: limits.frames-burst] [default: 60]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub limit_frames_burst: Option<String>,
    /// Messages a second of one person, over all connections, in the long run.
    /// [env: MARU_LIMIT_SENDS] [file: limits.sends] [default: 10]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub limit_sends: Option<String>,
    /// Messages of one person at once.
    /// [env: MARU_LIMIT_SENDS_BURST] [file: limits.sends-burst] [default: 30]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub limit_sends_burst: Option<String>,
    /// Connections of one person; one more, and the oldest is closed.
    /// [env: MARU_LIMIT_CONNECTIONS] [file: limits.connections] [default: 20]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub limit_connections: Option<String>,
    /// Connections from one address.
    /// [env: MARU_LIMIT_ADDRESS_CONNECTIONS] [file: limits.address-connections] [default: 200]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub limit_address_connections: Option<String>,
    /// New connections a second, over all; more are told to come back.
    /// [env: MARU_LIMIT_HANDSHAKES] [file: limits.handshakes] [default: 50]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub limit_handshakes: Option<String>,
    /// New names a minute from one address, in the long run.
    /// [env: MARU_LIMIT_ENTRIES] [file: limits.entries] [default: 10]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub limit_entries: Option<String>,
    /// New names from one address at once.
    /// [env: MARU_LIMIT_ENTRIES_BURST] [file: limits.entries-burst] [default: 20]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub limit_entries_burst: Option<String>,
    /// Rooms in one hello.
    /// [env: MARU_LIMIT_HELLO_ROOMS] [file: limits.hello-rooms] [default: 2000]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub limit_hello_rooms: Option<String>,
    /// Events in one piece of history.
    /// [env: MARU_LIMIT_FETCH] [file: limits.fetch] [default: 100]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub limit_fetch: Option<String>,
    /// Frames of one connection that cannot be read, before it is closed.
    /// [env: MARU_LIMIT_MALFORMED] [file: limits.malformed] [default: 5]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub limit_malformed: Option<String>,
    /// Seconds that a long poll waits for something to tell.
    /// [env: MARU_LIMIT_POLL] [file: limits.poll] [default: 25]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub limit_poll: Option<String>,
}
