//! The headers that tell browsers what not to do (protocol.md, S12, S15, S25).

use super::App;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{
    HeaderName, HeaderValue,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
        X_CONTENT_TYPE_OPTIONS,
    },
};

const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// What everything carries.
pub async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Not no-referrer: with it, browsers send `Origin: null` with forms.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin"));
    let nothing = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(nothing);
    if app.settings.is_https() {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

/// What depends on who asks is for nobody's shelf, unless the answer says otherwise.
pub async fn keep_private(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let nothing = HeaderValue::from_static("private, no-store");
    response.headers_mut().entry(CACHE_CONTROL).or_insert(nothing);
    response
}

/// What a page may load: our own files, scripts that carry this answer's nonce, the socket of this host.
pub fn policy(app: &App, nonce: &str, host: Option<&str>) -> HeaderValue {
    let own = app.settings.base_url.as_deref().and_then(|url| url.split_once("://"));
    let host = own.map(|(_, host)| host).or(host).filter(|host| is_plain_host(host));
    let sockets = host.map(|host| format!(" ws://{host} wss://{host}")).unwrap_or_default();
    // `cargo leptos watch` tells the page to reload over a socket of its own.
    let reload = std::env::var_os("LEPTOS_WATCH").and(host).map(|host| {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        format!(" ws://{name}:{}", app.leptos.reload_port)
    });
    let reload = reload.unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; \
         font-src 'self'; media-src 'self'; connect-src 'self'{sockets}{reload}; manifest-src 'self'; \
         worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).expect("a nonce is base64 and the host is plain")
}

/// What a plain page may load: our own files, and of scripts nothing that writes markup.
pub fn plain_policy() -> HeaderValue {
    HeaderValue::from_static(
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; \
         img-src 'self' data:; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    )
}

/// A host that can stand in a policy without changing it.
fn is_plain_host(host: &str) -> bool {
    host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_cannot_write_into_the_policy() {
        assert!(is_plain_host("chat.example:3000") && is_plain_host("[::1]:3000"));
        for host in ["a; script-src *", "a b", "a'", "a,b"] {
            assert!(!is_plain_host(host), "{host}");
        }
    }
}
