//! How letters are sent.

use super::{
    Wrong,
    flags::Flags,
    source::{Knob, Sources},
};
use crate::server::mail::{is_sender, is_server};

const SMTP: Knob = Knob::new("mail", "smtp", "MARU_SMTP");
const SMTP_FROM: Knob = Knob::new("mail", "from", "MARU_SMTP_FROM");

/// A mail server, and whom letters come from.
#[derive(Clone, PartialEq, Eq)]
pub struct Smtp {
    /// Its address, with the name and password for it.
    pub url: String,
    /// Whom letters come from.
    pub from: String,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address holds a password.
        f.debug_struct("Smtp").field("from", &self.from).finish_non_exhaustive()
    }
}

/// Reads both. Letters hold links, and a link from whatever host was asked for might lead to somebody else's.
pub(super) fn read(from: &mut Sources, flags: &Flags, has_base_url: bool) -> Result<Option<Smtp>, Wrong> {
    let expected = "smtps://NAME:PASSWORD@HOST, or smtp://NAME:PASSWORD@HOST:587?tls=required";
    let url = from.take_secret(&SMTP, |text| match is_server(text) {
        true => Ok(text.to_owned()),
        false => Err(expected),
    })?;
    let sender = from.take(&SMTP_FROM, flags.smtp_from.as_deref(), |text| match is_sender(text) {
        true => Ok(text.to_owned()),
        false => Err("an e-mail address, with a name before it or not"),
    })?;
    match (url, sender) {
        (None, None) => Ok(None),
        (Some(url), Some(from)) if has_base_url => Ok(Some(Smtp { url, from })),
        (Some(_), Some(_)) => {
            Err(Wrong("MARU_SMTP: expected MARU_BASE_URL beside it, for the links in letters".to_owned()))
        }
        (Some(_), None) => Err(Wrong("MARU_SMTP: expected MARU_SMTP_FROM beside it".to_owned())),
        (None, Some(_)) => Err(Wrong("MARU_SMTP_FROM: expected MARU_SMTP beside it".to_owned())),
    }
}
