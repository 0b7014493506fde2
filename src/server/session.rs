//! Who asks: cookie or token to session, and the cookies that Maru sets.

use super::{
    App, Result,
    clock::random,
    store::{NewSession, SessionKind},
};
use crate::protocol::{Failure, Millis, User};
use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use cookie::{Cookie, SameSite, time::Duration};
use http::{
    HeaderMap, HeaderValue,
    header::{AUTHORIZATION, COOKIE, USER_AGENT},
};
use sha2::{Digest, Sha256};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// How long a session lasts, at most.
const SESSION_DAYS: i64 = 180;
/// How long a choice of the reader, and that a browser is known, are kept.
const CHOICE_DAYS: i64 = 365;
/// The longest name of a browser that is worth keeping, in characters.
const AGENT_LIMIT: usize = 200;

/// Who asks; in the extensions of every request that is not for a file.
#[derive(Debug, Clone, Default)]
pub struct Visitor(pub Option<Session>);

/// A sign-in that has not ended.
#[derive(Debug, Clone)]
pub struct Session {
    /// Whose.
    pub user: User,
    /// Under which hash it is kept.
    pub token_hash: [u8; 32],
}

impl Visitor {
    /// The sign-in.
    ///
    /// # Errors
    /// [`Failure::SignedOut`] when nobody has signed in.
    pub fn session(self) -> Result<Session> {
        self.0.ok_or(Failure::SignedOut.into())
    }

    /// The person.
    ///
    /// # Errors
    /// [`Failure::SignedOut`] when nobody has signed in.
    pub fn user(&self) -> Result<User> {
        self.0.as_ref().map(|session| session.user.clone()).ok_or(Failure::SignedOut.into())
    }
}

/// The address at the other end, in the extensions as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address(pub IpAddr);

impl Address {
    /// The connection's other end; when that is a proxy we trust, whom the proxy speaks for.
    fn of<B>(request: &http::Request<B>, proxies: &[IpAddr]) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip().to_canonical());
        let lines = request.headers().get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
        let told: Vec<IpAddr> =
            lines.flat_map(|line| line.split(',')).map_while(|ip| ip.trim().parse().ok()).collect();
        // The last proxy wrote the last address; what stands before the first stranger anybody may have written.
        let mut chain = std::iter::once(peer).chain(told.into_iter().rev());
        let first = chain.find(|address| !proxies.contains(address));
        Self(first.unwrap_or(peer))
    }
}

/// Finds out who asks and from where, once a request.
pub async fn recognise(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let address = Address::of(&request, &app.settings.proxies);
    request.extensions_mut().insert(address);
    match find(&app, request.headers()).await {
        Ok(session) => {
            request.extensions_mut().insert(Visitor(session));
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

async fn find(app: &App, headers: &HeaderMap) -> Result<Option<Session>> {
    let bearer = Bearer::of(headers);
    let token_hash = match bearer {
        Bearer::None => token_hash(headers, app.settings.cookie_name()),
        Bearer::Wrong => None,
        Bearer::Token(hash) => Some(hash),
    };
    let user = match token_hash {
        Some(hash) => app.store.find_session(hash, app.clock.now()).await?,
        None => None,
    };
    // Who shows a token means to be somebody; who has an old cookie may not know that it is there.
    if user.is_none() && bearer != Bearer::None {
        tracing::info!("refused a token that is none");
        return Err(Failure::SignedOut.into());
    }
    Ok(user.zip(token_hash).map(|(user, token_hash)| Session { user, token_hash }))
}

/// The token that a program shows in place of a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bearer {
    /// It shows none; other ways to authorise are the affair of a proxy before us.
    None,
    /// What it shows cannot be one.
    Wrong,
    /// The hash of what it shows.
    Token([u8; 32]),
}

impl Bearer {
    fn of(headers: &HeaderMap) -> Self {
        let mut shown = headers.get_all(AUTHORIZATION).iter().filter_map(|line| {
            let (scheme, token) = line.as_bytes().split_at_checked("bearer".len())?;
            let is_ours =
                scheme.eq_ignore_ascii_case(b"bearer") && matches!(token.first(), None | Some(b' '));
            is_ours.then(|| token.trim_ascii())
        });
        match (shown.next(), shown.next()) {
            (None, _) => Self::None,
            (Some(token), None) => match std::str::from_utf8(token).ok().and_then(hash_of_token) {
                Some(hash) => Self::Token(hash),
                None => Self::Wrong,
            },
            (Some(_), Some(_)) => Self::Wrong,
        }
    }
}

/// Does the request show a token, whatever it is worth? Then no cookie of it counts.
pub fn has_bearer(headers: &HeaderMap) -> bool {
    Bearer::of(headers) != Bearer::None
}

const TOKEN_START: &str = "maru_";

/// A new token for a program, and the hash under which it is kept.
pub fn new_token() -> (String, [u8; 32]) {
    let token = format!("{TOKEN_START}{}", hex(&random::<32>()));
    let hash = hash(&token);
    (token, hash)
}

/// The hash of a text that could be a token of ours.
fn hash_of_token(text: &str) -> Option<[u8; 32]> {
    text.strip_prefix(TOKEN_START).filter(|secret| is_secret(secret)).map(|_| hash(text))
}

/// Begins a session and answers with the cookie that carries it.
///
/// # Errors
/// When the store does not answer.
pub async fn begin(app: &App, user: &User, headers: &HeaderMap) -> Result<HeaderValue> {
    let token = new_secret();
    let at = app.clock.now();
    let lasts = Duration::days(SESSION_DAYS);
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let session = NewSession {
        token_hash: hash(&token),
        user: user.id,
        at,
        expires_at: at + lasts.whole_milliseconds() as Millis,
        agent: agent.chars().take(AGENT_LIMIT).collect(),
        kind: SessionKind::Cookie,
    };
    app.store.create_session(&session).await?;
    Ok(session_cookie(app, &token, lasts))
}

/// Ends a session and answers with the cookie that removes it from the browser.
///
/// # Errors
/// When the store does not answer.
pub async fn end(app: &App, visitor: &Visitor) -> Result<HeaderValue> {
    if let Some(session) = &visitor.0 {
        app.store.delete_session(session.token_hash).await?;
    }
    Ok(session_cookie(app, "", Duration::ZERO))
}

fn session_cookie(app: &App, token: &str, lasts: Duration) -> HeaderValue {
    let cookie = Cookie::build((app.settings.cookie_name(), token.to_owned())).http_only(true);
    to_header(cookie.secure(app.settings.is_https()).max_age(lasts))
}

/// The browser's own secret, by which it is known again when somebody signs in; told to nobody else.
pub fn device_cookie(app: &App, secret: &str) -> HeaderValue {
    let cookie = Cookie::build((device_name(app), secret.to_owned())).http_only(true);
    to_header(cookie.secure(app.settings.is_https()).max_age(Duration::days(CHOICE_DAYS)))
}

/// The secret of the browser that asks, as it could be one of ours.
pub fn device_secret(app: &App, headers: &HeaderMap) -> Option<String> {
    let name = device_name(app);
    let mut own = cookies(headers).filter(|cookie| cookie.name() == name && is_secret(cookie.value()));
    own.next().map(|cookie| cookie.value().to_owned())
}

fn device_name(app: &App) -> &'static str {
    if app.settings.is_https() { "__Host-maru_device" } else { "maru_device" }
}

/// A secret of 256 bits, in digits that a link and a cookie can carry.
pub fn new_secret() -> String {
    hex(&random::<32>())
}

/// A choice of the reader, which the page may read too: one of a few words, so it needs no secrecy.
pub fn choice_cookie(app: &App, name: &'static str, value: &str) -> HeaderValue {
    let cookie = Cookie::build((name, value.to_owned()));
    to_header(cookie.secure(app.settings.is_https()).max_age(Duration::days(CHOICE_DAYS)))
}

fn to_header(cookie: cookie::CookieBuilder<'_>) -> HeaderValue {
    let cookie = cookie.path("/").same_site(SameSite::Lax).build();
    HeaderValue::from_str(&cookie.to_string()).expect("names and values of our cookies are plain letters")
}

/// Does the request carry our session cookie at all, whatever it is worth?
pub fn has_cookie(headers: &HeaderMap, name: &str) -> bool {
    cookies(headers).any(|cookie| cookie.name() == name)
}

/// The hash of the first cookie of this name that could be a token of ours.
fn token_hash(headers: &HeaderMap, name: &str) -> Option<[u8; 32]> {
    cookies(headers)
        .find(|cookie| cookie.name() == name && is_secret(cookie.value()))
        .map(|cookie| hash(cookie.value()))
}

/// 256 bits, as we write them.
pub fn is_secret(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Every cookie of a request, unreadable ones left out.
pub fn cookies(headers: &HeaderMap) -> impl Iterator<Item = Cookie<'_>> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(Cookie::split_parse).filter_map(std::result::Result::ok)
}

/// Under which hash a secret is kept.
pub fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Bytes in hexadecimal digits of lower case.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_str(cookie).expect("a header"));
        headers
    }

    #[test]
    fn a_token_is_found_among_other_cookies() {
        let token = "0f".repeat(32);
        let found = token_hash(&headers(&format!("maru_lang=ko; maru={token}; x")), "maru");
        assert_eq!(found, Some(hash(&token)));
        assert_ne!(hash(&token).as_slice(), token.as_bytes());
    }

    #[test]
    fn what_cannot_be_a_token_is_not_even_looked_up() {
        let upper = format!("maru={}", "0F".repeat(32));
        for cookie in ["maru=", "maru=abc", "maru=../../etc", "other=1", upper.as_str()] {
            assert_eq!(token_hash(&headers(cookie), "maru"), None, "{cookie}");
        }
        assert!(has_cookie(&headers("maru=abc"), "maru"));
        assert!(!has_cookie(&headers("maru_lang=ko"), "maru"));
    }

    #[test]
    fn a_proxy_is_believed_only_when_it_is_trusted() {
        let proxy: IpAddr = [10, 0, 0, 1].into();
        let mut request = http::Request::new(());
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(proxy, 1)));
        request.headers_mut().insert("x-forwarded-for", HeaderValue::from_static("6.6.6.6, 1.2.3.4"));
        assert_eq!(Address::of(&request, &[]), Address(proxy));
        assert_eq!(Address::of(&request, &[proxy]), Address([1, 2, 3, 4].into()));
    }

    #[test]
    fn a_token_is_one_only_as_it_was_made() {
        let (token, hash) = new_token();
        let bearer = |lines: &[String]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(AUTHORIZATION, HeaderValue::from_str(line).expect("a header"));
            }
            Bearer::of(&headers)
        };
        assert_eq!(bearer(&[format!("Bearer {token}")]), Bearer::Token(hash));
        assert_eq!(bearer(&[format!("bearer  {token}")]), Bearer::Token(hash));
        for none in [vec![], vec!["Basic abc".to_owned()], vec!["Bear".to_owned()]] {
            assert_eq!(bearer(&none), Bearer::None, "{none:?}");
        }
        let secret = &token[TOKEN_START.len()..];
        for wrong in [
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
            format!("Bearer {secret}"),
            format!("Bearer {}", token.to_uppercase()),
        ] {
            assert_eq!(bearer(std::slice::from_ref(&wrong)), Bearer::Wrong, "{wrong}");
        }
        let twice = [format!("Bearer {token}"), format!("Bearer {token}")];
        assert_eq!(bearer(&twice), Bearer::Wrong);
        assert_eq!(token_hash(&headers(&format!("maru={token}")), "maru"), None, "a token is no cookie");
    }

    #[test]
    fn a_forged_cookie_does_not_hide_the_real_one() {
        let token = "ab".repeat(32);
        assert_eq!(token_hash(&headers(&format!("maru=forged; maru={token}")), "maru"), Some(hash(&token)));
    }
}
