//! Everything that can be said on the socket, one JSON object a frame (docs/protocol.md).

use super::{
    ByeCode, Draft, Event, Failure, Hello, HereState, Marker, Millis, Nonce, Pairs, PeopleAsk, PeopleState,
    PresenceState, ReadState, RoomId, RoomState, SeenState, Seq, Space, SpaceId, TypingState, Unsent,
    Welcome,
    failure::FlatRefusal,
    json::{self, Unreadable},
    loose::Lacking,
};
use serde::{Deserialize, Serialize};

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// The first frame: who speaks, and how far each room is known.
    Hello(Hello),
    /// Do something in a room. Answered by `ack` or `refused`.
    Send(Draft),
    /// Bring a piece of history. Answered by `events` with the same `fetch`.
    Fetch(Fetch),
    /// Everything in a room up to a seq has been seen, or what comes after it is to be unread again. Answered, on
    /// all connections of the person, by `read`.
    Read(Marker),
    /// A text that is still being written. Answered, on all connections of the person, by `unsent`.
    Unsent(Unsent),
    /// Are you there? Answered by `pong` with the same number.
    Ping {
        /// Comes back in the pong.
        n: u32,
        /// The person is not looking.
        #[serde(default)]
        away: bool,
    },
    /// Hint: one is writing in a room. Without an answer on a connection.
    Typing {
        /// Which room.
        room: RoomId,
    },
    /// Who is in a room? Answered by `people`; how they are is told on the connection from then on.
    People(PeopleAsk),
    /// A frame that this server does not know.
    #[serde(other)]
    Unknown,
}

/// What the server says. Read with [`ServerFrame::decode`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The answer to `hello`: who one is, and every room's state.
    Welcome(Box<Welcome>),
    /// A run of events of one room: live, caught up or fetched.
    Events(Batch),
    /// It is on disk, and this is its place.
    Ack(Ack),
    /// It was not taken, and this is why.
    Refused(Refused),
    /// A room's state changed, or there is a new room.
    Room {
        /// All of it.
        room: RoomState,
    },
    /// A space's state changed, or one came into it.
    Space {
        /// All of it.
        space: Space,
    },
    /// One does not belong to the space any more: drop what is held of it.
    SpaceGone {
        /// Which.
        space: SpaceId,
    },
    /// The room is out of reach: drop what is held of it.
    Gone {
        /// Which.
        room: RoomId,
    },
    /// Hint: who is here now. May be lost; the next one says it again.
    Here(HereState),
    /// Hint: how some people are now.
    Presence(PresenceState),
    /// Hint: somebody is writing.
    Typing(TypingState),
    /// Hint: how far others have read.
    Seen(SeenState),
    /// Who is in a room.
    People(PeopleState),
    /// How far one has read a room, and what is after that.
    Read(ReadState),
    /// What one was writing in a room, on whichever device.
    Unsent(Unsent),
    /// The answer to `ping`.
    Pong {
        /// The ping's number.
        n: u32,
        /// The server's clock.
        now: Millis,
        /// Heads of one's rooms that moved since the last pong.
        #[serde(skip_serializing_if = "Pairs::is_empty")]
        heads: Pairs<RoomId, Seq>,
    },
    /// The connection is about to close.
    Bye {
        /// Why.
        code: ByeCode,
        /// When to come back.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_ms: Option<Millis>,
    },
    /// A frame that this client does not know; ignored.
    Unknown,
}

/// What every frame has. Reading a frame's text twice, for its type and then as that type, takes far less
/// code than keeping its fields until the type is known.
#[derive(Deserialize)]
struct Typed {
    r#type: String,
}

/// A frame about one room.
#[derive(Deserialize)]
struct About<T> {
    room: T,
}

/// A frame about one space.
#[derive(Deserialize)]
struct AboutSpace<T> {
    space: T,
}

#[derive(Deserialize)]
struct Pong {
    n: u32,
    now: Millis,
    #[serde(default)]
    heads: Pairs<RoomId, Seq>,
}

#[derive(Deserialize)]
struct Bye {
    code: ByeCode,
    #[serde(default)]
    retry_ms: Option<Millis>,
}

impl ServerFrame {
    /// Writes one frame.
    pub fn encode(&self) -> String {
        serde_json::to_string(self).expect("a frame has nothing that JSON lacks")
    }

    /// Reads one frame. What a newer server may say beyond this is [`ServerFrame::Unknown`].
    ///
    /// # Errors
    /// For a text that is no frame at all, or lacks something that its type cannot do without.
    pub fn decode(text: &str) -> Result<Self, Unreadable> {
        let typed: Typed = json::read(text)?;
        Ok(match typed.r#type.as_str() {
            "welcome" => Self::Welcome(Box::new(json::read(text)?)),
            "events" => Self::Events(json::read(text)?),
            "ack" => Self::Ack(json::read(text)?),
            "refused" => Self::Refused(json::read(text)?),
            "room" => Self::Room { room: json::read::<About<RoomState>>(text)?.room },
            "space" => Self::Space { space: json::read::<AboutSpace<Space>>(text)?.space },
            "space_gone" => Self::SpaceGone { space: json::read::<AboutSpace<SpaceId>>(text)?.space },
            "gone" => Self::Gone { room: json::read::<About<RoomId>>(text)?.room },
            "here" => Self::Here(json::read(text)?),
            "presence" => Self::Presence(json::read(text)?),
            "typing" => Self::Typing(json::read(text)?),
            "seen" => Self::Seen(json::read(text)?),
            "people" => Self::People(json::read(text)?),
            "read" => Self::Read(json::read(text)?),
            "unsent" => Self::Unsent(json::read(text)?),
            "pong" => {
                let Pong { n, now, heads } = json::read(text)?;
                Self::Pong { n, now, heads }
            }
            "bye" => {
                let Bye { code, retry_ms } = json::read(text)?;
                Self::Bye { code, retry_ms }
            }
            _ => Self::Unknown,
        })
    }
}

/// A run of events of one room, in order, that starts right after `after`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchOf<E> {
    /// Which room.
    pub room: RoomId,
    /// Everything between this seq and the first event does not exist.
    pub after: Seq,
    /// The number of the `fetch` that this answers; such a batch never moves the cursor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fetch: Option<u32>,
    /// The events.
    pub events: Vec<E>,
}

/// A run of events as both sides read it.
pub type Batch = BatchOf<Event>;

/// Asks for the newest events before a seq.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetch {
    /// Comes back in the answer.
    pub id: u32,
    /// Which room.
    pub room: RoomId,
    /// Only events before this seq.
    pub before: Seq,
    /// At most this many; the server takes at most 100.
    pub limit: u32,
}

/// A draft is on disk and has its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// Which draft.
    pub nonce: Nonce,
    /// The room it went to.
    pub room: RoomId,
    /// Its place.
    pub seq: Seq,
    /// When the server took it.
    pub at: Millis,
    /// It had been taken before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dup: bool,
}

/// A frame was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "FlatRefusal")]
pub struct Refused {
    /// Which draft, when it was a `send`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Nonce>,
    /// Which fetch, when it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetch: Option<u32>,
    /// Why.
    #[serde(flatten)]
    pub failure: Failure,
}

impl TryFrom<FlatRefusal> for Refused {
    type Error = Lacking;

    fn try_from(flat: FlatRefusal) -> Result<Self, Lacking> {
        Ok(Self { nonce: flat.nonce, fetch: flat.fetch, failure: flat.try_into()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Cursor, Op, Reason};

    #[test]
    fn frames_read_as_the_protocol_says() {
        let hello =
            r#"{"type":"hello","client":"web/1.4.0","rooms":{"r_0000000000000001":[1042,1766750000123]}}"#;
        let ClientFrame::Hello(hello) = serde_json::from_str(hello).expect("a hello") else {
            panic!("a hello")
        };
        assert_eq!(hello.rooms.values().next(), Some(&Cursor { seq: 1042, at: 1766750000123 }));

        let send = r#"{"type":"send","nonce":"0197f3a2-6c1e-7b5e-9d43-0b1c2d3e4f50","room":"r_0000000000000001","op":{"kind":"message","text":"deploy at 5"}}"#;
        let ClientFrame::Send(draft) = serde_json::from_str(send).expect("a send") else { panic!("a send") };
        assert_eq!(draft.op, Op::said("deploy at 5"));
        assert_eq!(serde_json::to_string(&ClientFrame::Send(draft)).expect("serialises"), send);
    }

    #[test]
    fn a_refusal_names_its_draft_and_its_code_side_by_side() {
        let refused = ServerFrame::Refused(Refused {
            nonce: None,
            fetch: Some(7),
            failure: Failure::Invalid { field: crate::protocol::Field::Text, reason: Reason::Empty },
        });
        let text = serde_json::to_string(&refused).expect("serialises");
        assert_eq!(text, r#"{"type":"refused","fetch":7,"code":"invalid","field":"text","reason":"empty"}"#);
        assert_eq!(ServerFrame::decode(&text).expect("its own text"), refused);
    }

    #[test]
    fn a_frame_of_the_server_survives_the_wire() {
        let room = r#"{"id":"r_0000000000000001","space":"s_0000000000000002","name":"차","kind":"public","role":"owner","head":3,"min":0,"read":0,"unread":0,"mentions":0,"here":1}"#;
        for text in [
            format!(
                r#"{{"type":"welcome","conn":"c_0000000000000003","user":"u_0000000000000004","now":5,"build":"1","heartbeat_s":25,"feat":[],"limits":{{"frame":1,"text":2,"rate":3,"burst":4}},"rev":9,"spaces":[],"rooms":[{room}]}}"#
            ),
            r#"{"type":"events","room":"r_0000000000000001","after":1,"fetch":7,"events":[{"seq":2,"at":9,"by":"u_0000000000000004","name":"ann","op":{"kind":"message","text":"a"}},{"seq":3,"at":9,"by":"u_0000000000000004","name":"ann","op":{"kind":"message","text":"b"},"amended":{"seq":8,"edited_at":9,"reactions":[{"emoji":"👍","by":{"u_0000000000000004":"ann"}}]}}]}"#.to_owned(),
            r#"{"type":"ack","nonce":"0197f3a2-6c1e-7b5e-9d43-0b1c2d3e4f50","room":"r_0000000000000001","seq":2,"at":9,"dup":true}"#.to_owned(),
            r#"{"type":"refused","nonce":"0197f3a2-6c1e-7b5e-9d43-0b1c2d3e4f50","code":"rate_limited","retry_ms":5}"#.to_owned(),
            format!(r#"{{"type":"room","room":{room}}}"#),
            r#"{"type":"gone","room":"r_0000000000000001"}"#.to_owned(),
            r#"{"type":"space","space":{"id":"s_0000000000000002","slug":"maru","name":"마루","role":"guest"}}"#.to_owned(),
            r#"{"type":"space_gone","space":"s_0000000000000002"}"#.to_owned(),
            r#"{"type":"here","room":"r_0000000000000001","count":1,"names":["ann"]}"#.to_owned(),
            r#"{"type":"pong","n":1,"now":2,"heads":{"r_0000000000000001":3,"r_0000000000000002":4}}"#.to_owned(),
            r#"{"type":"read","room":"r_0000000000000001","seq":7,"head":9,"unread":1,"mentions":0}"#.to_owned(),
            r#"{"type":"read","room":"r_0000000000000001","seq":7,"head":9,"unread":1,"mentions":0,"backs":2}"#.to_owned(),
            r#"{"type":"unsent","room":"r_0000000000000001","text":"a\nb","at":7}"#.to_owned(),
            r#"{"type":"pong","n":1,"now":2}"#.to_owned(),
            r#"{"type":"bye","code":"restart","retry_ms":800}"#.to_owned(),
            r#"{"type":"bye","code":"other"}"#.to_owned(),
        ] {
            let frame = ServerFrame::decode(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
            assert_ne!(frame, ServerFrame::Unknown, "{text}");
            assert_eq!(serde_json::to_string(&frame).expect("serialises"), text);
        }
    }

    #[test]
    fn what_is_not_known_yet_is_unknown_not_an_error() {
        assert_eq!(
            serde_json::from_str::<ClientFrame>(r#"{"type":"dance"}"#).expect("unknown"),
            ClientFrame::Unknown
        );
        assert_eq!(
            ServerFrame::decode(r#"{"type":"dance","a":[1]}"#).expect("unknown"),
            ServerFrame::Unknown
        );
        assert_eq!(serde_json::from_str::<Op>(r#"{"kind":"poll","q":"?"}"#).expect("unknown"), Op::Unknown);
    }
}
