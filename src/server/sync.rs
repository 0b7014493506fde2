//! The ways around the socket: a stream of events or a long poll (`/v1/sync`), and frames in requests of
//! their own (`/v1/send`). The same frames, the same meaning (docs/protocol.md, transports).

use super::{
    App, Error, Result, connection,
    error::status_of,
    limits::FRAME_BYTES,
    serve::Cut,
    session::{Address, Visitor},
};
use crate::protocol::{
    ClientFrame, ConnId, Cursor, Failure, Hello, Millis, Refused, RoomId, Seq, ServerFrame, User,
};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{ACCEPT, CONTENT_TYPE},
};
use std::convert::Infallible;

/// What ties a frame to the stream on which the rest is heard.
const X_CONN: &str = "x-conn";
const LAST_EVENT_ID: &str = "last-event-id";
/// Asks a proxy to hand each event on as it comes.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");
/// When to come back to a server that stops.
const RETRY_MS: Millis = 5_000;

/// Answers a hello: with a stream of events when that is asked for, else with an array of frames.
pub async fn sync(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Extension(Address(from)): Extension<Address>,
    Extension(Cut(cut)): Extension<Cut>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response> {
    let session = visitor.session()?;
    let hello = match read_hello(&app, &session.user, &headers, &body) {
        Ok(hello) => hello,
        Err(refusal) => return Ok(refusal.into_response()),
    };
    if app.shutdown.is_cancelled() {
        return Err(Failure::Unavailable { retry_ms: RETRY_MS }.into());
    }
    let (hub, shutdown) = (app.hub.clone(), app.shutdown.clone());
    if !wants_events(&headers) {
        let _place = app.door.poll(from)?;
        let frames = connection::poll(hub, session, hello, shutdown).await;
        return Ok(([(CONTENT_TYPE, JSON)], frames).into_response());
    }
    let place = app.door.connect(from, app.clock.now())?;
    let (mut written, served) = connection::stream(hub, session, hello, shutdown, cut);
    app.connections.spawn(async move {
        served.await;
        drop(place);
    });
    let chunks = futures::stream::poll_fn(move |context| {
        written.poll_recv(context).map(|chunk| chunk.map(Ok::<Bytes, Infallible>))
    });
    let headers = [(CONTENT_TYPE, EVENTS), (X_ACCEL_BUFFERING, HeaderValue::from_static("no"))];
    Ok((headers, Body::from_stream(chunks)).into_response())
}

/// Takes one frame, and answers with what answers it.
pub async fn send(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response> {
    let user = visitor.user()?;
    let answer = async {
        let (text, frame) = read_frame(&app, &user, &headers, &body)?;
        obey(&app, &user, &headers, text, frame).await
    };
    Ok(match answer.await {
        Ok(frame) => ([(CONTENT_TYPE, JSON)], frame).into_response(),
        Err(refusal) => refusal.into_response(),
    })
}

async fn obey(
    app: &App,
    user: &User,
    headers: &HeaderMap,
    text: &str,
    frame: ClientFrame,
) -> Result<String, Refusal> {
    let hub = &app.hub;
    let conn = headers.get(X_CONN).and_then(|conn| conn.to_str().ok()?.parse::<ConnId>().ok());
    let answer = match frame {
        ClientFrame::Send(draft) => {
            let nonce = draft.nonce;
            let sent = hub.send(user, draft).await;
            ServerFrame::Ack(sent.map_err(|failure| Refusal { nonce: Some(nonce), ..failure.into() })?)
        }
        ClientFrame::Fetch(fetch) => {
            let page = connection::fetched(hub, user.id, &fetch).await;
            return page.map_err(|failure| Refusal { fetch: Some(fetch.id), ..failure.into() });
        }
        ClientFrame::Read(marker) => ServerFrame::Read(hub.read(user.id, marker).await?),
        ClientFrame::Unsent(text) => ServerFrame::Unsent(hub.keep_unsent(user, text).await?),
        ClientFrame::Typing { room } => hub.type_in(user, room).await?,
        ClientFrame::People(ask) => {
            let room = ask.room;
            let state = hub.people_in(user, ask).await?;
            if let Some(conn) = conn {
                hub.live().people.look(user.id, conn, room);
            }
            ServerFrame::People(state)
        }
        ClientFrame::Ping { n, away } => {
            if let Some(conn) = conn {
                hub.live().people.tell_pong(user.id, conn, n, away);
            }
            ServerFrame::Pong { n, now: app.clock.now(), heads: Default::default() }
        }
        ClientFrame::Hello(_) => {
            return Err(Failure::BadFrame { msg: "hello goes to /v1/sync".to_owned() }.into());
        }
        ClientFrame::Unknown => return Err(Refusal::of(text, Failure::Unknown)),
    };
    Ok(answer.encode())
}

fn read_hello(app: &App, user: &User, headers: &HeaderMap, body: &Bytes) -> Result<Hello, Refusal> {
    let (text, frame) = read_frame(app, user, headers, body)?;
    let ClientFrame::Hello(mut hello) = frame else {
        return Err(Refusal::of(text, Failure::BadFrame { msg: "hello comes first".to_owned() }));
    };
    let limit = app.hub.rules().hello_rooms;
    if hello.rooms.len() > limit {
        return Err(Failure::TooLarge { limit: limit as u64 }.into());
    }
    let last = headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()).and_then(read_event_id);
    if let Some((room, cursor)) = last.filter(|(room, _)| hello.rooms.get(room).is_none()) {
        hello.rooms.insert(room, cursor);
    }
    Ok(hello)
}

/// `room:seq:at`, as events of a stream are called.
fn read_event_id(id: &str) -> Option<(RoomId, Cursor)> {
    let mut parts = id.split(':');
    let room = parts.next()?.parse().ok()?;
    let (seq, at): (Seq, Millis) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some((room, Cursor { seq, at }))
}

/// The body as a frame. What cannot be read costs as much of the person's rate as what can.
fn read_frame<'b>(
    app: &App,
    user: &User,
    headers: &HeaderMap,
    body: &'b Bytes,
) -> Result<(&'b str, ClientFrame), Refusal> {
    let text = std::str::from_utf8(body);
    app.hub.count_post(user.id).map_err(|failure| Refusal::of(text.unwrap_or_default(), failure))?;
    let bad = |msg: String| {
        tracing::info!(user = %user.id, %msg, "refused a malformed frame");
        Failure::BadFrame { msg }
    };
    if !is_json(headers) {
        let refusal = Refusal::from(bad("the body must be application/json".to_owned()));
        return Err(Refusal { status: StatusCode::UNSUPPORTED_MEDIA_TYPE, ..refusal });
    }
    if body.len() > FRAME_BYTES {
        tracing::info!(user = %user.id, "refused a frame that is too large");
        return Err(Failure::TooLarge { limit: FRAME_BYTES as u64 }.into());
    }
    let text = text.map_err(|_| bad("not UTF-8".to_owned()))?;
    let frame = serde_json::from_str(text);
    let frame = frame.map_err(|error| Refusal::of(text, bad(connection::describe(&error))))?;
    Ok((text, frame))
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

fn wants_events(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
    accepted.flat_map(|line| line.split(',')).any(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("text/event-stream")
    })
}

/// A `refused` frame, with the status that says the same.
struct Refusal {
    status: StatusCode,
    nonce: Option<crate::protocol::Nonce>,
    fetch: Option<u32>,
    failure: Failure,
}

impl Refusal {
    /// Of a frame of this text.
    fn of(text: &str, failure: Failure) -> Self {
        let connection::Address { nonce, id } = connection::Address::of(text);
        Self { nonce, fetch: id, ..failure.into() }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self { status: status_of(&failure), nonce: None, fetch: None, failure }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self { status, nonce, fetch, failure } = self;
        let mut answer = Error::from(failure.clone()).into_response();
        let frame = ServerFrame::Refused(Refused { nonce, fetch, failure });
        *answer.status_mut() = status;
        *answer.body_mut() = Body::from(frame.encode());
        answer.headers_mut().remove(http::header::CONTENT_LENGTH);
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_events_id_is_a_cursor() {
        let room = RoomId::from_raw(7);
        assert_eq!(read_event_id("r_0000000000000007:3:9"), Some((room, Cursor { seq: 3, at: 9 })));
        for other in
            ["", "r_0000000000000007:3", "r_0000000000000007:3:9:1", "r_7:3:9", "r_0000000000000007:-3:9"]
        {
            assert_eq!(read_event_id(other), None, "{other}");
        }
    }

    #[test]
    fn a_stream_is_given_to_who_asks_for_it() {
        let asks = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            wants_events(&headers)
        };
        assert!(asks("text/event-stream") && asks("application/json, Text/Event-Stream;q=0.9"));
        assert!(!asks("application/json") && !asks("*/*") && !asks(""));
    }
}
