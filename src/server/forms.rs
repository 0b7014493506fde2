//! Plain forms, for pages without WASM: what was typed is never lost, and a reload never does it twice.

use super::{App, Error, Result, error::status_of, places, respond::Call, session::Visitor};
use crate::protocol::{Draft, Failure, Nonce, Op, check_text, decode_segment, encode_segment};
use axum::{
    Form, Router,
    body::{Body, Bytes, to_bytes},
    extract::{FromRequest, Query, Request},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use futures::StreamExt;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode, Uri,
    header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HOST, LOCATION, REFERER, SET_COOKIE},
    request::Parts,
};
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;
use serde::Deserialize;
use std::time::Duration;
use tokio::time::timeout;
use tower::ServiceExt;

/// The most bytes of a form or a call: the longest text in Hangul takes 72,000 percent-encoded.
const BODY_LIMIT: usize = 128 * 1024;
/// The most bytes that are read of a body that is too large.
const DROPPED_LIMIT: usize = 8 * 1024 * 1024;
/// How long a form or a call may take to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(30);
/// The most bytes of an answer of our own that is looked into.
const ANSWER_LIMIT: usize = 1024 * 1024;
/// The most characters of a field that go back to the page in its address.
const FIELD_LIMIT: usize = 1_000;

/// Fields that hold secrets: they go back to no page, and into no address.
const SECRETS: [&str; 5] = ["password", "current", "new", "token", "code"];

/// In the extensions of a request for a page: what a plain form refused, and the text that was typed.
#[derive(Debug, Clone)]
pub struct Refusal(pub Failure, pub String);

/// In the extensions of a call that a plain form made: the answer is for a person, not for the page's program.
#[derive(Debug, Clone, Copy)]
struct PlainForm;

/// Sends a person who used a plain form on to a path; a page with WASM decides for itself.
pub fn go_on_to(call: &Call, path: &str) {
    let location = HeaderValue::from_str(path).ok();
    if let Some(location) = location.filter(|_| call.parts.extensions.get::<PlainForm>().is_some()) {
        call.answer.insert_header(LOCATION, location);
    }
}

/// Stood the form on a plain page?
pub fn is_of_plain_page(call: &Call) -> bool {
    Page::of(&call.parts.headers).is_plain()
}

/// The answer to a form with a file, whose body [`receive`] does not take: a page for who asks for one.
pub fn answer_upload(headers: &HeaderMap, function: &str, done: Result<()>) -> Response {
    if !accepts_page(headers) {
        return done.map(|()| axum::Json(())).into_response();
    }
    let page = Page::of(headers);
    let address = match done {
        Ok(()) => page.after(function),
        Err(error) => page.with(function, error.into_failure(), Vec::new()),
    };
    Redirect::to(&address).into_response()
}

/// Takes a POST's body whole, within its limit, and turns the answer to a plain form into a page.
pub async fn receive(request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return mend(next.run(request).await).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(body) = timeout(BODY_WITHIN, take(body)).await else {
        return StatusCode::REQUEST_TIMEOUT.into_response();
    };
    let Some(body) = body else {
        return Error::from(Failure::TooLarge { limit: BODY_LIMIT as u64 }).into_response();
    };
    if !is_plain(&parts) {
        return mend(next.run(Request::from_parts(parts, Body::from(body))).await).await;
    }
    let came_from = Page::of(&parts.headers);
    let function = parts.uri.path().to_owned();
    let fields = fields(&parts, &body).await;
    parts.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    parts.extensions.insert(PlainForm);
    let answer = mend(next.run(Request::from_parts(parts, Body::from(body))).await).await;
    see_other(answer, &came_from, &function, fields).await
}

/// The whole body, or nothing when it is too large. What is too much is read on and dropped, for a while:
/// who is still sending when the connection closes may never see why.
async fn take(body: Body) -> Option<Bytes> {
    let mut chunks = body.into_data_stream();
    let (mut taken, mut size) = (Vec::new(), 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.ok()?;
        size += chunk.len();
        if size > DROPPED_LIMIT {
            return None;
        }
        if size <= BODY_LIMIT {
            taken.extend_from_slice(&chunk);
        } else {
            taken = Vec::new();
        }
    }
    (size <= BODY_LIMIT).then(|| taken.into())
}

fn is_plain(parts: &Parts) -> bool {
    parts.uri.path().starts_with("/api/") && accepts_page(&parts.headers)
}

fn accepts_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    accept.contains("text/html")
}

async fn fields(parts: &Parts, body: &Bytes) -> Vec<(String, String)> {
    let request = Request::from_parts(parts.clone(), Body::from(body.clone()));
    Form::from_request(request, &()).await.map(|Form(fields)| fields).unwrap_or_default()
}

/// Arguments that do not decode never reach the body of a server function, which then says 500.
async fn mend(answer: Response) -> Response {
    let is_refusal = answer.headers().contains_key(SERVER_FN_ERROR_HEADER);
    if !is_refusal || answer.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let body = to_bytes(body, ANSWER_LIMIT).await.unwrap_or_default();
    if let Ok(failure) = serde_json::from_slice::<Failure>(&body) {
        parts.status = status_of(&failure);
    }
    Response::from_parts(parts, Body::from(body))
}

/// To the page that comes next; or back to the form with the refusal and what was typed.
async fn see_other(
    answer: Response,
    came_from: &Page,
    function: &str,
    fields: Vec<(String, String)>,
) -> Response {
    let (mut parts, body) = answer.into_parts();
    let location = if parts.status.is_client_error() || parts.status.is_server_error() {
        let body = to_bytes(body, ANSWER_LIMIT).await.unwrap_or_default();
        let failure = serde_json::from_slice(&body).unwrap_or(Failure::Other);
        came_from.with(function, failure, fields)
    } else {
        let told = parts.headers.remove(LOCATION).and_then(|path| path.to_str().map(str::to_owned).ok());
        told.unwrap_or_else(|| came_from.after(function))
    };
    let mut next = Redirect::to(&location).into_response();
    for cookie in parts.headers.get_all(SET_COOKIE) {
        next.headers_mut().append(SET_COOKIE, cookie.clone());
    }
    next
}

/// The page that a form stood on.
struct Page {
    path: String,
    query: Vec<(String, String)>,
}

impl Page {
    /// The referring page when it is of this host, else the front page; without an earlier refusal.
    fn of(headers: &HeaderMap) -> Self {
        let uri = headers.get(REFERER).and_then(|referer| referer.to_str().ok()?.parse::<Uri>().ok());
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let is_ours = |uri: &Uri| uri.authority().map(|authority| authority.as_str()) == host;
        let uri = uri.filter(is_ours).unwrap_or_default();
        let query = Query::<Vec<(String, String)>>::try_from_uri(&uri).map(|Query(query)| query);
        let mut query = query.unwrap_or_default();
        // What a form was told before, and what had been typed into it, is of no more use.
        query.truncate(query.iter().position(|(key, _)| key.starts_with("__")).unwrap_or(query.len()));
        // A refused message is answered at the address of its form, which is no page to go back to.
        let path = uri.path();
        Self { path: path.strip_suffix("/say").unwrap_or(path).to_owned(), query }
    }

    fn address(&self) -> String {
        let pairs = self
            .query
            .iter()
            .map(|(key, value)| format!("{}={}", encode_segment(key), encode_segment(value)));
        let query = pairs.collect::<Vec<_>>().join("&");
        if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) }
    }

    /// Is it rendered by the server alone?
    fn is_plain(&self) -> bool {
        !self.path.starts_with("/s/") || self.path.contains("/-/")
    }

    /// The same page once a form of it is done; a plain page is told of it in its address.
    fn after(&self, function: &str) -> String {
        let done = self.is_plain().then(|| ("__done".to_owned(), function.to_owned()));
        let query = self.query.iter().cloned().chain(done).collect();
        Self { path: self.path.clone(), query }.address()
    }

    /// The same page, told of a refusal in its address, and the fields as they were typed.
    fn with(&self, function: &str, failure: Failure, mut fields: Vec<(String, String)>) -> String {
        fields.retain(|(key, _)| !SECRETS.contains(&key.as_str()));
        let is_typed = |key: &str| fields.iter().any(|(field, _)| field == key);
        let kept = self.query.iter().filter(|(key, _)| !is_typed(key)).cloned();
        let failure = serde_json::to_string(&failure).expect("a failure has nothing that JSON lacks");
        let error = [("__path".to_owned(), function.to_owned()), ("__err".to_owned(), failure)];
        let short =
            |(key, value): &(String, String)| (key.clone(), value.chars().take(FIELD_LIMIT).collect());
        let query = kept.chain(error).chain(fields.iter().map(short)).collect();
        Self { path: self.path.clone(), query }.address()
    }
}

/// What the plain form of a room's page sends.
#[derive(Debug, Deserialize)]
struct Said {
    text: String,
    nonce: String,
}

/// `POST /s/{space}/{room}/say`: says it and shows the room; or shows the room with the refusal and the
/// text in its field. `pages` renders.
pub async fn say(app: App, pages: Router, mut request: Request) -> Response {
    let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
    let page = request.uri().path().trim_end_matches("/say").to_owned();
    if visitor.0.is_none() {
        return Redirect::to(&format!("/enter?next={}", encode_segment(&page))).into_response();
    }
    let (parts, body) = request.into_parts();
    request = Request::from_parts(parts.clone(), body);
    let Ok(Form(said)) = Form::<Said>::from_request(request, &()).await else {
        return Error::from(Failure::BadFrame { msg: "expected text and nonce".to_owned() }).into_response();
    };
    match send(&app, &visitor, &page, &said).await {
        Ok(()) => Redirect::to(&page).into_response(),
        Err(error) => {
            let (status, failure) = (error.status(), error.into_failure());
            show_refusal(parts, pages, &page, status, Refusal(failure, said.text)).await
        }
    }
}

async fn send(app: &App, visitor: &Visitor, page: &str, said: &Said) -> Result<()> {
    let by = visitor.user()?;
    let mut segments = page.split('/').skip(2).map(decode_segment);
    let (space, room) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
    let room = places::find(app, &app.space(&space, &by).await?, &room, &by).await?.id;
    let nonce: Nonce =
        said.nonce.parse().map_err(|_| Failure::BadFrame { msg: "expected a UUID as nonce".to_owned() })?;
    let op = Op::said(check_text(&said.text)?);
    app.hub.send(&by, Draft { nonce, room, op }).await?;
    Ok(())
}

async fn show_refusal(
    mut parts: Parts,
    pages: Router,
    page: &str,
    status: StatusCode,
    refusal: Refusal,
) -> Response {
    parts.method = Method::GET;
    parts.uri = page.parse().unwrap_or_default();
    for header in [CONTENT_TYPE, CONTENT_LENGTH] {
        parts.headers.remove(header);
    }
    parts.extensions.insert(refusal);
    let Ok(mut shown) = pages.oneshot(Request::from_parts(parts, Body::empty())).await;
    *shown.status_mut() = status;
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(referer: &'static str) -> Page {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("maru.example"));
        headers.insert(REFERER, HeaderValue::from_static(referer));
        Page::of(&headers)
    }

    #[test]
    fn a_form_on_the_answer_to_a_refused_message_goes_back_to_the_room() {
        assert_eq!(page("http://maru.example/s/maru/a/say").address(), "/s/maru/a");
    }

    #[test]
    fn a_refused_form_goes_back_with_what_was_typed() {
        let page = page("http://maru.example/enter?next=%2Fs%2Fa&name=old&__err=x&__path=y");
        let fields = vec![("name".to_owned(), "마루 &".to_owned())];
        let address = page.with("/api/enter", Failure::SignedOut, fields);
        let start = "/enter?next=%2Fs%2Fa&__path=%2Fapi%2Fenter&__err=";
        assert!(
            address.starts_with(start) && address.ends_with("&name=%EB%A7%88%EB%A3%A8%20%26"),
            "{address}"
        );
        assert_eq!(page.address(), "/enter?next=%2Fs%2Fa&name=old");
    }

    #[test]
    fn secrets_that_were_typed_stand_in_no_address() {
        let page = page("http://maru.example/setup?token=from-the-link");
        let secrets = SECRETS.iter().map(|key| ((*key).to_owned(), "hunter2".to_owned()));
        let fields = secrets.chain([("name".to_owned(), "ann".to_owned())]).collect();
        let address = page.with("/api/set_up", Failure::NotFound, fields);
        assert!(!address.contains("hunter2") && address.contains("name=ann"), "{address}");
        assert!(address.contains("token=from-the-link"), "the link itself still works: {address}");
    }

    #[test]
    fn a_plain_page_is_told_what_was_done() {
        let done = page("http://maru.example/settings?a=b&__err=x&email=typed").after("/api/edit_profile");
        assert_eq!(done, "/settings?a=b&__done=%2Fapi%2Fedit_profile");
        assert_eq!(page("http://maru.example/s/maru/a").after("/api/join_room"), "/s/maru/a");
    }

    #[test]
    fn a_form_of_another_host_leads_to_the_front_page() {
        assert_eq!(page("http://evil.example/s/a").address(), "/");
        assert_eq!(page("not a page").address(), "/");
    }
}
