//! Commands that work beside a running server: what they work at, and how they answer.

use super::{
    Clock, Error, Result,
    run::{fail, open_store},
    settings::{Flags, Settings},
    store::Store,
};
use crate::protocol::{Failure, Millis, Reason};
use cookie::time::OffsetDateTime;
use std::{io::Write, process::ExitCode};

/// Opens what a command works at. Without the lock of the data folder: a server may hold it.
///
/// # Errors
/// When the settings are wrong or the store cannot be opened.
pub async fn open(flags: Flags) -> Result<(Settings, Store, Clock)> {
    let settings = Settings::read(&flags, &|name| std::env::var(name).ok());
    let settings = settings.map_err(|wrong| Error::Broken(wrong.to_string()))?;
    let store = open_store(&settings).await?;
    Ok((settings, store, Clock::system()))
}

/// Carries a command out, and says how it went.
pub fn carry_out(command: impl Future<Output = Result<String>>) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.map_err(Error::from).and_then(|runtime| runtime.block_on(command)) {
        Ok(answer) => {
            // Whoever asked may have gone.
            let _ = std::io::stdout().write_all(answer.as_bytes());
            ExitCode::SUCCESS
        }
        Err(Error::Refused(failure)) => fail(&explain(&failure), 1),
        Err(error) => fail(&error, 1),
    }
}

/// The day of an instant.
pub fn day(at: Millis) -> String {
    let instant = OffsetDateTime::from_unix_timestamp((at / 1000) as i64);
    instant.map_or_else(|_| "?".to_owned(), |instant| instant.date().to_string())
}

/// A refusal, as whoever types commands reads it.
fn explain(failure: &Failure) -> String {
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
