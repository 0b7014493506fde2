//! What went wrong, from the server's side, and the one place where it becomes a status and a refusal.

use super::clock::random;
use crate::protocol::Failure;
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};

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

/// When to come back after a fault that passes by itself.
const PASSING_MS: u64 = 1_000;

impl Error {
    /// Is it not known any more what is on disk? (SQLite: `IOERR`, `CORRUPT`, `NOTADB`; not `FULL`, not `BUSY`.)
    pub fn is_disk_fault(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        let Some(error) = error.try_downcast_ref::<sqlx::sqlite::SqliteError>() else { return false };
        let code = sqlx::error::DatabaseError::code(error).and_then(|code| code.parse::<u32>().ok());
        code.is_some_and(|code| matches!(code & 0xff, 10 | 11 | 26))
    }

    /// The HTTP status that says it.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Refused(failure) => status_of(failure),
            Self::Database(error) if is_passing(error) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Database(_) | Self::Io(_) | Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The refusal that says it. What is the server's own affair is logged here, once, and does not leave.
    pub fn into_failure(self) -> Failure {
        match self {
            Self::Refused(failure) => failure,
            Self::Database(error) if is_passing(&error) => {
                tracing::warn!(%error, "the store cannot answer now");
                Failure::Unavailable { retry_ms: PASSING_MS }
            }
            Self::Database(error) => internal(&error),
            Self::Io(error) => internal(&error),
            Self::Broken(what) => internal(&what),
        }
    }
}

/// The HTTP status of a refusal.
pub fn status_of(failure: &Failure) -> StatusCode {
    match failure {
        Failure::SignedOut => StatusCode::UNAUTHORIZED,
        Failure::ForeignOrigin | Failure::Forbidden => StatusCode::FORBIDDEN,
        Failure::NotFound => StatusCode::NOT_FOUND,
        Failure::Invalid { .. } | Failure::BadFrame { .. } | Failure::Unknown => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Failure::Taken { .. } | Failure::Conflict | Failure::Archived | Failure::LastOwner => {
            StatusCode::CONFLICT
        }
        Failure::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Failure::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        Failure::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Failure::Internal { .. } | Failure::Unreachable | Failure::Other => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// When to come back, in whole seconds, as the header says it (RFC 9110, 10.2.3).
pub fn retry_after(failure: &Failure) -> Option<HeaderValue> {
    failure.retry_ms().map(|retry_ms| HeaderValue::from(retry_ms.div_ceil(1_000).max(1)))
}

/// Logs what broke under a name that the person may tell, and nothing else.
fn internal(what: &dyn std::fmt::Display) -> Failure {
    let request = format!("{:016x}", u64::from_be_bytes(random()));
    tracing::error!(%request, error = %what, "a request broke");
    Failure::Internal { request }
}

/// Will the same request succeed once the store is itself again?
fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| is_passing_code(&code)),
        _ => false,
    }
}

/// SQLite's busy, locked, input/output and full (in the low byte of its extended codes, at most four
/// digits); PostgreSQL's classes (five characters) of lost connections, lacking resources, conflicts
/// between transactions and intervention by its operator.
fn is_passing_code(code: &str) -> bool {
    if code.len() == 5 {
        return ["08", "40", "53", "57"].iter().any(|class| code.starts_with(class));
    }
    code.parse::<u32>().is_ok_and(|number| matches!(number & 0xff, 5 | 6 | 10 | 13))
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(failure) => write!(f, "refused: {failure:?}"),
            Self::Database(error) => write!(f, "the store: {error}"),
            Self::Io(error) => error.fmt(f),
            Self::Broken(what) => f.write_str(what),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        let failure = self.into_failure();
        let seconds = retry_after(&failure);
        let mut response = (status, Json(failure)).into_response();
        if let Some(seconds) = seconds {
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        response
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Field, Reason};

    #[test]
    fn every_refusal_has_its_status() {
        let table = [
            (Failure::SignedOut, 401),
            (Failure::ForeignOrigin, 403),
            (Failure::Forbidden, 403),
            (Failure::NotFound, 404),
            (Failure::Invalid { field: Field::Name, reason: Reason::Empty }, 422),
            (Failure::BadFrame { msg: String::new() }, 422),
            (Failure::Unknown, 422),
            (Failure::Taken { field: Field::Name }, 409),
            (Failure::Conflict, 409),
            (Failure::Archived, 409),
            (Failure::TooLarge { limit: 1 }, 413),
            (Failure::RateLimited { retry_ms: 1 }, 429),
            (Failure::Unavailable { retry_ms: 1 }, 503),
            (Failure::Internal { request: String::new() }, 500),
        ];
        for (failure, status) in table {
            let error = Error::from(failure.clone());
            assert_eq!(error.status().as_u16(), status, "{failure:?}");
            assert_eq!(error.into_failure(), failure);
        }
    }

    #[test]
    fn what_broke_inside_stays_inside() {
        let failure = Error::Broken("secret path".to_owned()).into_failure();
        let text = serde_json::to_string(&failure).expect("serialises");
        assert!(matches!(failure, Failure::Internal { .. }) && !text.contains("secret"), "{text}");
    }

    #[test]
    fn a_store_that_is_busy_asks_to_come_back() {
        for error in [sqlx::Error::PoolTimedOut, sqlx::Error::PoolClosed] {
            let error = Error::from(error);
            assert_eq!(error.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert!(error.into_failure().retry_ms().is_some());
        }
        for passing in ["5", "517", "13", "778", "57P01", "40001", "08006"] {
            assert!(is_passing_code(passing), "{passing}");
        }
        for lasting in ["1", "2067", "11", "23505", "42P01"] {
            assert!(!is_passing_code(lasting), "{lasting}");
        }
    }

    #[test]
    fn a_refusal_that_passes_says_when_in_whole_seconds() {
        let response = Error::from(Failure::RateLimited { retry_ms: 1_200 }).into_response();
        assert_eq!(response.headers().get(RETRY_AFTER), Some(&HeaderValue::from_static("2")));
    }
}
