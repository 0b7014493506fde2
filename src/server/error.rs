//! What went wrong, from the server's side, and the one place where it becomes a status and a refusal.

use crate::protocol::Failure;

/// The server's own account of why a request did not succeed.
#[derive(Debug)]
pub enum Error {
    /// The request was refused, in words that the client knows.
    Refused(Failure),
    /// The store did not answer as it should.
    Database(sqlx::Error),
    /// Reading or writing a file.
    Io(std::io::Error),
    /// Something that should not happen; the text is for the log.
    Broken(String),
}

/// Shorthand for the server's results.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Is it not known any more what is on disk? (SQLite: `IOERR`, `CORRUPT`, `NOTADB`; not `FULL`, not `BUSY`.)
    pub fn is_disk_fault(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        let Some(error) = error.try_downcast_ref::<sqlx::sqlite::SqliteError>() else { return false };
        let code = sqlx::error::DatabaseError::code(error).and_then(|code| code.parse::<u32>().ok());
        code.is_some_and(|code| matches!(code & 0xff, 10 | 11 | 26))
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}
impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}
