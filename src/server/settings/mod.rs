//! Every knob of the server: flags, then `MARU_*`, then `Leptos.toml`, then what is built in.

mod flags;
mod leptos;
mod limit;
mod mail;
mod order_flags;
mod people;
mod source;
mod value;

pub use flags::{Cli, Command, Flags, Place, TokenCommand};
pub use leptos::built;
pub use limit::Limits;
pub use mail::Smtp;
pub use order_flags::{DoorWord, EntryWord, InviteCommand, RoleWord, SpaceCommand};
pub use people::{PasswordFrom, UserCommand};

use ::leptos::config::LeptosOptions;
use source::Sources;
use std::{net::IpAddr, path::PathBuf};
use value::{BaseUrl, Listen};

/// What the server runs with, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it listens, as `HOST:PORT`; port 0 takes any that is free.
    pub listen: String,
    /// The address by which people reach it, without a path.
    pub base_url: Option<String>,
    /// Other origins whose pages may speak to it.
    pub origins: Vec<String>,
    /// Proxies whose word on the address at the other end is believed.
    pub proxies: Vec<IpAddr>,
    /// The folder of everything that is kept.
    pub data: PathBuf,
    /// Which log lines are written.
    pub log: String,
    /// Whether a space is made at the first start that everybody may enter under a name.
    pub open: bool,
    /// What that space is called.
    pub space_name: String,
    /// What its first room is called.
    pub first_room: String,
    /// How letters are sent; none are without.
    pub smtp: Option<Smtp>,
    /// How much anybody may ask.
    pub limits: Limits,
    /// The site's folder was named: it counts before the files that the program carries.
    pub names_site: bool,
    /// Leptos' own options: the folder of the site and how its files are named.
    pub leptos: LeptosOptions,
}

/// A wrong value or an unknown key: where it is and what was expected.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong(pub String);

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Settings {
    /// What is built in, changed by nothing.
    pub fn built_in() -> Self {
        Self {
            listen: "127.0.0.1:3000".to_owned(),
            base_url: None,
            origins: Vec::new(),
            proxies: Vec::new(),
            data: PathBuf::from("data"),
            log: "info".to_owned(),
            open: false,
            space_name: "마루".to_owned(),
            first_room: "마루".to_owned(),
            smtp: None,
            limits: Limits::default(),
            names_site: false,
            leptos: leptos::built_in(),
        }
    }

    /// Reads the flags, the environment and the file, in this order of weight.
    ///
    /// # Errors
    /// [`Wrong`], naming the place of the first value that cannot be taken.
    pub fn read(flags: &Flags, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, Wrong> {
        let mut sources = Sources::open(flags.config.as_deref(), env)?;
        let built_in = Self::built_in();
        let mut leptos = match sources.leptos_text() {
            Some((name, text)) => leptos::read(&name, &text)?,
            None => built_in.leptos,
        };
        let from = &mut sources;
        let listen = from.take(&flags::LISTEN, flags.listen.as_deref(), Listen::read)?;
        let base_url = from.take(&flags::BASE_URL, flags.base_url.as_deref(), BaseUrl::read)?;
        let origins = from.take(&flags::ORIGINS, flags.origins.as_deref(), value::origins)?;
        let proxies = from.take(&flags::PROXIES, flags.proxies.as_deref(), value::addresses)?;
        let data = from.take(&flags::DATA, flags.data.as_deref(), value::folder)?;
        let site = from.take(&flags::SITE, flags.site.as_deref(), value::text)?;
        let log = from.take(&flags::LOG, flags.log.as_deref(), value::log)?;
        let open = from.take(&flags::OPEN, flags.open.as_deref(), value::switch)?;
        let space_name = from.take(&flags::SPACE_NAME, flags.space_name.as_deref(), value::name)?;
        let first_room = from.take(&flags::FIRST_ROOM, flags.first_room.as_deref(), value::room_name)?;
        let smtp = mail::read(from, flags, base_url.is_some())?;
        let limits = limit::read(from, flags)?;
        sources.refuse_the_rest()?;

        let names_site = site.is_some();
        leptos.site_root = site.map_or(leptos.site_root, Into::into);
        Ok(Self {
            listen: listen.map_or(built_in.listen, |listen| listen.0),
            base_url: base_url.map(|url| url.0),
            origins: origins.unwrap_or_default(),
            proxies: proxies.unwrap_or_default(),
            data: data.unwrap_or(built_in.data),
            log: log.unwrap_or(built_in.log),
            open: open.unwrap_or(built_in.open),
            space_name: space_name.unwrap_or(built_in.space_name),
            first_room: first_room.unwrap_or(built_in.first_room),
            smtp,
            limits,
            names_site,
            leptos,
        })
    }

    /// Leptos' options for the site folder as it is: names with hashes only when the folder has such files.
    pub fn site_options(&self) -> LeptosOptions {
        leptos::with_hashes(self.leptos.clone())
    }

    /// Is the site reached over https? Then cookies are for https alone.
    pub fn is_https(&self) -> bool {
        self.base_url.as_ref().is_some_and(|url| url.starts_with("https://"))
    }

    /// The name of the session's cookie. Over https it is one that no other host can set.
    pub fn cookie_name(&self) -> &'static str {
        if self.is_https() { "__Host-maru" } else { "maru" }
    }

    /// The origins that may speak to the server by name. Without a base URL the server's own pages may
    /// too, which are told by the host that the request was sent to.
    pub fn allowed_origins(&self) -> Vec<String> {
        self.base_url.iter().chain(&self.origins).cloned().collect()
    }
}

#[cfg(test)]
mod tests;
