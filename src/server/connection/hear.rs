//! What a client says, and the limits on it.

use super::{Connection, End, Settled};
use crate::protocol::{
    ClientFrame, CloseCode, Draft, Failure, Fetch, Millis, Nonce, Pairs, Seq, ServerFrame, UserId,
};
use crate::server::{
    Error,
    hub::{Hub, encode},
    limits::{FRAME_BYTES, retry_ms},
};
use axum::extract::ws::Message;
use serde::Deserialize;
use tokio::time::Instant;

impl Connection {
    pub(super) async fn hear(&mut self, message: Message) -> Result<(), End> {
        self.heard_at = Instant::now();
        match message {
            Message::Text(text) => self.hear_text(&text).await,
            Message::Binary(_) => Err(End::Close(CloseCode::Protocol)),
            // The library has answered it already; too many of them count like other frames.
            Message::Ping(_) => self.pace().map(drop),
            Message::Pong(_) => Ok(()),
            Message::Close(_) => Err(End::Left),
        }
    }

    async fn hear_text(&mut self, text: &str) -> Result<(), End> {
        if let Some(retry_ms) = self.pace()? {
            let Address { nonce, id } = Address::of(text);
            return self.refuse(nonce, id, Failure::RateLimited { retry_ms }).await;
        }
        let frame = match serde_json::from_str::<ClientFrame>(text) {
            Ok(frame) => frame,
            Err(error) => return self.refuse_malformed(text, describe(&error)).await,
        };
        match frame {
            ClientFrame::Hello(hello) => self.greet(hello).await,
            _ if !self.is_greeted => self.refuse_malformed(text, "hello comes first".to_owned()).await,
            ClientFrame::Send(draft) => self.begin_send(draft).await,
            ClientFrame::Fetch(fetch) => self.fetch(fetch).await,
            ClientFrame::Ping { n, away } => {
                self.look_up(away);
                self.pong(n).await
            }
            ClientFrame::Typing { room } => {
                // Nobody waits for an answer to a hint.
                drop(self.hub.type_in(&self.who, room).await);
                Ok(())
            }
            ClientFrame::People(ask) => self.people(ask).await,
            ClientFrame::Read(marker) => {
                self.hub.begin_read(self.who.id, marker);
                Ok(())
            }
            ClientFrame::Unsent(text) => match self.hub.begin_unsent(&self.who, text) {
                Ok(()) => Ok(()),
                Err(failure) => self.refuse(None, None, failure).await,
            },
            ClientFrame::Unknown => {
                let Address { nonce, id } = Address::of(text);
                self.refuse(nonce, id, Failure::Unknown).await
            }
        }
    }

    /// Counts a frame. A little too many are refused, far too many end the connection.
    fn pace(&mut self) -> Result<Option<Millis>, End> {
        let (now, rules) = (Instant::now(), self.hub.rules());
        if rules.rates_off {
            return Ok(None);
        }
        let Err(wait) = self.frames.take(rules.frames, now) else { return Ok(None) };
        match self.excess.take(rules.excess, now) {
            Ok(()) => Ok(Some(retry_ms(wait))),
            Err(_) => Err(End::Close(CloseCode::Flood)),
        }
    }

    async fn refuse_malformed(&mut self, text: &str, msg: String) -> Result<(), End> {
        tracing::info!(conn = %self.mailbox.conn, user = %self.who.id, %msg, "refused a malformed frame");
        self.malformed += 1;
        if self.malformed >= self.hub.rules().malformed {
            return Err(End::Close(CloseCode::Malformed));
        }
        let Address { nonce, id } = Address::of(text);
        self.refuse(nonce, id, Failure::BadFrame { msg }).await
    }

    async fn begin_send(&mut self, draft: Draft) -> Result<(), End> {
        let nonce = draft.nonce;
        match self.hub.begin_send(&self.who, draft) {
            Ok(pending) => {
                self.in_flight
                    .push(Box::pin(async move { Settled { nonce, answer: pending.settled().await } }));
                Ok(())
            }
            Err(failure) => self.refuse(Some(nonce), None, failure).await,
        }
    }

    async fn fetch(&mut self, fetch: Fetch) -> Result<(), End> {
        match fetched(&self.hub, self.who.id, &fetch).await {
            Ok(frame) => self.write_text(frame.into()).await,
            Err(failure) => self.refuse(None, Some(fetch.id), failure).await,
        }
    }

    pub(super) async fn pong(&mut self, n: u32) -> Result<(), End> {
        let mut heads = Pairs::default();
        for (id, follow) in &mut self.follows {
            let head = follow.room.head();
            if head > follow.told {
                follow.told = head;
                heads.insert(*id, head);
            }
        }
        self.tell(&ServerFrame::Pong { n, now: self.hub.live().clock.now(), heads }).await
    }
}

/// A piece of history, as the frame that brings it.
///
/// # Errors
/// [`Failure::NotFound`], or when the store does not answer.
pub async fn fetched(hub: &Hub, who: UserId, fetch: &Fetch) -> Result<String, Failure> {
    let limit = fetch.limit.clamp(1, hub.rules().fetch);
    // Beyond what a seq can be there is nothing, and the store's numbers are signed.
    let before = fetch.before.min(1 << 53);
    let batch = hub.live().store.events_before(fetch.room, who, before, limit).await;
    let batch = batch.map_err(Error::into_failure)?;
    let texts: Vec<String> = batch.events.iter().map(encode::event_text).collect();
    // The newest that fit: the client asks again for what is before them.
    let count = encode::fit(texts.iter().rev().map(String::len), FRAME_BYTES);
    let start = texts.len() - count;
    let after = if start == 0 { batch.after } else { seq_before(&batch.events[start]) };
    Ok(encode::join(fetch.room, after, Some(fetch.id), texts[start..].iter().map(String::as_str)))
}

fn seq_before(event: &crate::protocol::Event) -> Seq {
    event.seq.saturating_sub(1)
}

/// Whom to tell that a frame was not taken, as far as that can be made out.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Address {
    /// The draft.
    #[serde(default)]
    pub nonce: Option<Nonce>,
    /// The fetch.
    #[serde(default)]
    pub id: Option<u32>,
}

impl Address {
    /// As far as the text of a frame says it.
    pub fn of(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }
}

/// What is wrong with a frame, without any of what it says.
pub fn describe(error: &serde_json::Error) -> String {
    match error.classify() {
        serde_json::error::Category::Data => "not a frame of this protocol".to_owned(),
        _ => format!("not JSON, at line {} column {}", error.line(), error.column()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: &str = "0197f3a2-6c1e-7b5e-9d43-0b1c2d3e4f50";

    #[test]
    fn a_refusal_finds_its_draft_or_fetch_even_in_a_frame_that_makes_no_sense() {
        let address = Address::of(&format!(r#"{{"type":"send","nonce":"{NONCE}","room":5}}"#));
        assert_eq!(address.nonce.map(|nonce| nonce.to_string()).as_deref(), Some(NONCE));
        assert_eq!(Address::of(r#"{"type":"fetch","id":7,"room":null}"#).id, Some(7));
        for text in ["", "[]", "{", r#"{"id":-1}"#, r#"{"nonce":"x"}"#] {
            assert_eq!(Address::of(text), Address::default(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_what_was_said() {
        let secret = "hunter2";
        for text in [
            format!(r#"{{"type":"send","nonce":"{secret}"}}"#),
            format!(r#"{{"type":"ping","n":"{secret}"}}"#),
            format!(r#"{{"{secret}"#),
            format!(r#""{secret}""#),
            format!(r#"{{"type":"send","room":"{secret}","nonce":"{NONCE}","op":{{"kind":"message"}}}}"#),
        ] {
            let error = serde_json::from_str::<ClientFrame>(&text).expect_err("malformed");
            assert!(!describe(&error).contains(secret), "{text}");
        }
    }

    #[test]
    fn what_is_no_frame_is_an_error_and_not_a_crash() {
        let deep = format!(r#"{{"type":"ping","n":1,"x":{}}}"#, "[".repeat(30_000));
        for text in [
            deep.as_str(),
            r#"{"type":"ping","n":1.5}"#,
            r#"{"type":"ping","n":-1}"#,
            r#"{"type":"ping","n":18446744073709551616}"#,
            r#"{"type":"ping","n":1,"n":2}"#,
            r#"{"type":"ping","type":"ping","n":1}"#,
            r#"{"type":"send","nonce":"\ud800"}"#,
            r#"{"type":"hello","rooms":{"r_0000000000000001":[1.0,2]}}"#,
            r#"{"type":"hello","rooms":{"r_0000000000000001":[1]}}"#,
            "null",
        ] {
            assert!(serde_json::from_str::<ClientFrame>(text).is_err(), "{}", &text[..text.len().min(60)]);
        }
    }
}
