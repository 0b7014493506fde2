//! The site's files that the program carries: a release is one file.

use super::assets::{ASK_AGAIN, FOR_EVER};
use crate::ui::Built;
use axum::{
    body::{Body, Bytes},
    response::Response,
};
use http::{
    HeaderMap, HeaderValue, Method, Request, StatusCode,
    header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY},
};
use std::hash::{DefaultHasher, Hash, Hasher};

/// What `build.rs` found: paths below the site's folder, and their bytes.
static OWN: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/site.rs"));

/// How a file may come smaller, the smallest first: what clients call it, and how its name ends.
const SMALLER: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// A site in memory.
#[derive(Debug, Clone, Copy)]
pub struct Carried(&'static [(&'static str, &'static [u8])]);

impl Carried {
    /// What this program carries; nothing when it was built without.
    pub fn own() -> Option<Self> {
        (!OWN.is_empty()).then_some(Self(OWN))
    }

    /// Where the files are that every page asks for: those in the folder `pkg` with their contents' hashes in their
    /// names.
    pub fn built(self, pkg: &str, name: &str) -> Built {
        let file = |kind: &str| {
            let is_it = |path: &&str| path.starts_with(&format!("{pkg}/{name}.")) && path.ends_with(kind);
            let found = self.0.iter().map(|(path, _)| *path).find(is_it);
            found.map(|path| format!("/{path}")).unwrap_or_default()
        };
        Built { style: file(".css"), script: file(".js"), program: file(".wasm") }
    }

    /// Answers whoever asks for one of the files.
    pub fn answer<B>(self, request: &Request<B>, is_kept: impl Fn(&str) -> bool) -> Option<Response> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return None;
        }
        let path = request.uri().path().strip_prefix('/')?;
        let kind = kind_of(path)?;
        let plain = self.find(path)?;
        let smaller = SMALLER.into_iter().filter(|(coding, _)| accepts(request.headers(), coding));
        let smaller = smaller.filter_map(|(coding, end)| Some((coding, self.find(&format!("{path}{end}"))?)));
        let (coding, bytes) =
            smaller.map(|(coding, bytes)| (Some(coding), bytes)).next().unwrap_or((None, plain));
        let tag = tag(bytes);
        let is_held = request.headers().get(IF_NONE_MATCH).is_some_and(|held| *held == tag);
        let body = if is_held { Bytes::new() } else { Bytes::from_static(bytes) };
        let mut answer = Response::new(Body::from(body));
        let headers = answer.headers_mut();
        headers.insert(CACHE_CONTROL, if is_kept(path) { FOR_EVER } else { ASK_AGAIN });
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(ETAG, tag);
        if is_held {
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
            return Some(answer);
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Some(coding) = coding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        Some(answer)
    }

    fn find(self, path: &str) -> Option<&'static [u8]> {
        let place = self.0.binary_search_by_key(&path, |(path, _)| path).ok()?;
        Some(self.0[place].1)
    }
}

/// What a file is, by the end of its name; only such files are handed out.
fn kind_of(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        _ => return None,
    })
}

/// A name for these bytes (RFC 9110, section 8.8.3).
fn tag(bytes: &[u8]) -> HeaderValue {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    HeaderValue::from_str(&format!("\"{:016x}\"", hasher.finish())).expect("digits in quotation marks")
}

/// Does a client take this coding? What it names with a weight of zero it does not (RFC 9110, section 12.5.3).
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|each| {
        let (name, weight) = each.split_once(';').unwrap_or((each, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.trim().parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case(coding) && weight != Some(0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: Carried = Carried(&[
        ("favicon.svg", b"<svg/>"),
        ("pkg/maru.a1.css", b"plain style"),
        ("pkg/maru.a1.css.br", b"br"),
        ("pkg/maru.a1.css.gz", b"gzip"),
        ("pkg/maru.b2.js", b"script"),
        ("pkg/maru.c3.wasm", b"program"),
    ]);

    fn ask(path: &str, headers: &[(http::HeaderName, &str)]) -> Option<(StatusCode, HeaderMap, Bytes)> {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let answer = SITE.answer(&request.body(()).expect("a request"), |path| path.starts_with("pkg/"))?;
        let (parts, body) = answer.into_parts();
        let body = futures::executor::block_on(axum::body::to_bytes(body, 1000)).expect("in memory");
        Some((parts.status, parts.headers, body))
    }

    #[test]
    fn a_file_comes_as_small_as_the_client_takes_it() {
        for (takes, body, coding) in [
            ("gzip, deflate, br", "br", Some("br")),
            ("gzip, br;q=0", "gzip", Some("gzip")),
            ("identity", "plain style", None),
        ] {
            let (status, headers, bytes) =
                ask("/pkg/maru.a1.css", &[(ACCEPT_ENCODING, takes)]).expect("a file");
            assert_eq!((status, &bytes[..]), (StatusCode::OK, body.as_bytes()), "{takes}");
            assert_eq!(headers.get(CONTENT_ENCODING).map(|it| it.to_str().expect("text")), coding);
            assert_eq!(headers[CONTENT_TYPE], "text/css; charset=utf-8");
            assert_eq!(headers[CACHE_CONTROL], "public, max-age=31536000, immutable");
        }
    }

    #[test]
    fn a_file_that_is_held_is_not_sent_again() {
        let (_, headers, _) = ask("/favicon.svg", &[]).expect("a file");
        assert_eq!(headers[CACHE_CONTROL], "no-cache");
        let tag = headers[ETAG].to_str().expect("text").to_owned();
        let (status, _, body) = ask("/favicon.svg", &[(IF_NONE_MATCH, &tag)]).expect("a file");
        assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
        let (status, ..) = ask("/favicon.svg", &[(IF_NONE_MATCH, "\"another\"")]).expect("a file");
        assert_eq!(status, StatusCode::OK);
    }

    #[test]
    fn what_is_no_file_is_answered_by_others() {
        for path in
            ["/", "/pkg", "/pkg/", "/favicon", "/pkg/maru.a1.css.br", "/../favicon.svg", "//favicon.svg"]
        {
            assert!(ask(path, &[]).is_none(), "{path}");
        }
        let post = Request::post("/favicon.svg").body(()).expect("a request");
        assert!(SITE.answer(&post, |_| false).is_none());
    }

    #[test]
    fn a_page_finds_what_the_build_made() {
        let built = SITE.built("pkg", "maru");
        let paths = [built.style, built.script, built.program];
        assert_eq!(paths, ["/pkg/maru.a1.css", "/pkg/maru.b2.js", "/pkg/maru.c3.wasm"]);
    }
}
