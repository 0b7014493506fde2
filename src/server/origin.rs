//! Who may change anything: pages of our own, not those of another site (protocol.md, S1).

use super::{App, Error, session};
use crate::protocol::Failure;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, Method, Uri,
    header::{HOST, ORIGIN, UPGRADE},
};

/// Refuses what another site made a browser ask for, before anything is done.
pub async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let upgrades = request.headers().contains_key(UPGRADE) || request.uri().path() == "/v1/ws";
    if session::has_bearer(request.headers()) {
        // No page of any site may speak with a program's token.
        return match request.headers().contains_key(ORIGIN) {
            true => refuse(&request),
            false => next.run(request).await,
        };
    }
    let has_cookie = session::has_cookie(request.headers(), app.settings.cookie_name());
    let allowed = Allowed { named: app.settings.allowed_origins(), host: app.settings.base_url.is_none() };
    if (changes || upgrades) && !is_own(request.headers(), request.uri(), &allowed, has_cookie) {
        return refuse(&request);
    }
    next.run(request).await
}

fn refuse(request: &Request) -> Response {
    tracing::info!(origin = ?request.headers().get(ORIGIN), "refused a foreign origin");
    Error::from(Failure::ForeignOrigin).into_response()
}

/// Which pages are ours.
struct Allowed {
    /// Those of these origins, exactly.
    named: Vec<String>,
    /// Those of the host that the request was sent to.
    host: bool,
}

/// Does the request come from a page of ours, or from no page at all?
///
/// Browsers send `Origin` with every POST and every upgrade. So a request that has our cookie and no
/// origin is none of a page of ours; one that has neither can do no harm in anybody's name.
fn is_own(headers: &HeaderMap, uri: &Uri, allowed: &Allowed, has_cookie: bool) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let (origin, more) = (origins.next(), origins.next());
    let Some(origin) = origin else {
        return !has_cookie;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    if more.is_some() {
        return false;
    }
    if allowed.named.iter().any(|own| own == origin) {
        return true;
    }
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    let asked = headers.get(HOST).and_then(|host| host.to_str().ok());
    let asked = asked.or_else(|| uri.authority().map(|authority| authority.as_str()));
    allowed.host
        && authority.zip(asked).is_some_and(|(from, to)| !from.is_empty() && from.eq_ignore_ascii_case(to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn is_taken(origin: Option<&'static str>, allowed: &[&str], has_cookie: bool) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("chat.example:3000"));
        headers.extend(origin.map(|origin| (ORIGIN, HeaderValue::from_static(origin))));
        let named: Vec<String> = allowed.iter().map(|own| (*own).to_owned()).collect();
        let allowed = Allowed { host: named.is_empty(), named };
        is_own(&headers, &Uri::from_static("/"), &allowed, has_cookie)
    }

    #[test]
    fn a_page_of_ours_may() {
        assert!(is_taken(Some("http://chat.example:3000"), &[], true));
        assert!(is_taken(Some("https://chat.example:3000"), &[], true));
        assert!(is_taken(Some("https://chat.example"), &["https://chat.example"], true));
    }

    #[test]
    fn look_alikes_may_not() {
        for foreign in [
            "null",
            "",
            "http://",
            "http://chat.example",
            "http://chat.example:3001",
            "http://chat.example:3000.evil.example",
            "http://evil.example/chat.example:3000",
            "http://evil-chat.example:3000",
            "ftp://chat.example:3000",
            "http://chat.example:3000/",
            "chat.example:3000",
        ] {
            assert!(!is_taken(Some(foreign), &[], false), "{foreign}");
        }
        for foreign in ["http://chat.example", "https://chat.example:444", "http://chat.example:3000"] {
            assert!(!is_taken(Some(foreign), &["https://chat.example"], true), "{foreign}");
        }
    }

    #[test]
    fn a_cookie_without_an_origin_is_refused_and_a_program_without_both_is_not() {
        assert!(!is_taken(None, &[], true));
        assert!(is_taken(None, &[], false));
    }

    #[test]
    fn two_origins_are_none() {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("a"));
        headers.append(ORIGIN, HeaderValue::from_static("http://a"));
        headers.append(ORIGIN, HeaderValue::from_static("http://evil"));
        assert!(!is_own(&headers, &Uri::from_static("/"), &Allowed { named: Vec::new(), host: true }, true));
    }
}
