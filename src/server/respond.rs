//! The one wrapper of every server function: who calls and what it can reach go in, a status and a
//! refusal come out.

use super::{
    App, Error, Result,
    error::retry_after,
    session::{Address, Visitor},
};
use crate::protocol::{Failure, User};
use http::{
    HeaderValue,
    header::{RETRY_AFTER, SET_COOKIE},
    request::Parts,
};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use std::net::{IpAddr, Ipv4Addr};

/// One call: what it can reach and what came with it.
pub struct Call {
    /// What it can reach.
    pub app: App,
    /// The request, without its body.
    pub parts: Parts,
    /// What the answer will carry besides the result.
    pub answer: ResponseOptions,
}

impl Call {
    /// Who calls, or nobody.
    pub fn visitor(&self) -> Visitor {
        self.parts.extensions.get::<Visitor>().cloned().unwrap_or_default()
    }

    /// Who calls.
    ///
    /// # Errors
    /// [`Failure::SignedOut`] when nobody has signed in.
    pub fn user(&self) -> Result<User> {
        self.visitor().user()
    }

    /// The address at the other end of the connection.
    pub fn address(&self) -> IpAddr {
        let address = self.parts.extensions.get::<Address>();
        address.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.0)
    }

    /// Adds a cookie to the answer.
    pub fn set_cookie(&self, cookie: HeaderValue) {
        self.answer.append_header(SET_COOKIE, cookie);
    }
}

/// Runs the body of a server function.
///
/// # Errors
/// What the body refuses, with the answer's status set to say the same.
pub async fn respond<T, F>(body: impl FnOnce(Call) -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T>>,
{
    let context = (use_context::<App>(), use_context::<Parts>(), use_context::<ResponseOptions>());
    let (Some(app), Some(parts), Some(answer)) = context else {
        return Err(Error::Broken("a server function ran outside of a request".to_owned()).into_failure());
    };
    let done = body(Call { app, parts, answer: answer.clone() }).await;
    done.map_err(|error| {
        answer.set_status(error.status());
        let failure = error.into_failure();
        if let Some(seconds) = retry_after(&failure) {
            answer.insert_header(RETRY_AFTER, seconds);
        }
        failure
    })
}
