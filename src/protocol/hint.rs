//! What is told of the moment: latest values, never queued; the next one says it again.

use super::{Millis, Pairs, Role, RoomId, Seq, User, UserId};
use serde::{Deserialize, Serialize};

/// Who is here now in one room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HereState {
    /// Which room.
    pub room: RoomId,
    /// How many of its members are here.
    pub count: u32,
    /// The names of the first few, sorted.
    pub names: Vec<String>,
}

/// A text that somebody is still writing in a room. The same on all of that person's devices: the newest counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    /// Which room.
    pub room: RoomId,
    /// The text so far; empty when it was said, or given up.
    pub text: String,
    /// When it was written, by the server's clock as the client knows it.
    pub at: Millis,
}

/// How somebody can be reached now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "&'static str")]
pub enum Presence {
    /// On one device at least, looking.
    On,
    /// Connected, and not looking on any device.
    Away,
    /// Here or not, and not to be disturbed.
    Dnd,
    /// Not connected; what is not known is as good.
    #[default]
    Off,
}

impl From<String> for Presence {
    fn from(word: String) -> Self {
        [Self::On, Self::Away, Self::Dnd]
            .into_iter()
            .find(|presence| <&str>::from(*presence) == word)
            .unwrap_or_default()
    }
}

impl From<Presence> for &'static str {
    fn from(presence: Presence) -> Self {
        match presence {
            Presence::On => "on",
            Presence::Away => "away",
            Presence::Dnd => "dnd",
            Presence::Off => "off",
        }
    }
}

/// How some people are now: oneself, who is in one's direct rooms, and who is in the room one asked about last.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PresenceState {
    /// How they can be reached.
    pub users: Pairs<UserId, Presence>,
    /// What those are up to who say something else than before; empty for nothing.
    #[serde(default, skip_serializing_if = "Pairs::is_empty")]
    pub status: Pairs<UserId, String>,
}

/// Somebody is writing in a room. It holds for six seconds, or until that person's message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypingState {
    /// Which room.
    pub room: RoomId,
    /// Who.
    pub user: UserId,
    /// What people see of them.
    pub name: String,
}

/// How far others have read a small room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenState {
    /// Which room.
    pub room: RoomId,
    /// Everything up to the seq has been seen by them.
    pub users: Pairs<UserId, Seq>,
}

/// Asks who is in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleAsk {
    /// Which room.
    pub room: RoomId,
    /// From behind this name on: the `next` of the page before.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub after: String,
    /// Only this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
}

/// Who is in a room: a page, by name, or one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleState {
    /// Which room.
    pub room: RoomId,
    /// Behind which name the page begins; empty for the first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub after: String,
    /// Whom alone it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// Them. With a first page that is not all come some of those who are here.
    pub people: Vec<Person>,
    /// Where the next page begins, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many are in the room.
    pub total: u32,
}

/// Somebody in a room, as the others in it see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub user: User,
    /// What they may do in the room.
    pub role: Role,
    /// How they can be reached.
    #[serde(default)]
    pub presence: Presence,
    /// What they are up to; empty for nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub status: String,
    /// When they were last here, to the minute; 0 when that is not told.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub seen_at: Millis,
    /// How far they have read; 0 when that is not told.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub read: Seq,
    /// The time zone that they chose, as `Asia/Seoul`; empty when that is not told, and on a page of many.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub zone: String,
    /// How many rooms one is in together with them, those of a few people aside; 0 on a page of many.
    #[serde(default, skip_serializing_if = "super::account::is_zero")]
    pub rooms: u32,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::super::{ClientFrame, ServerFrame};
    use super::*;

    #[test]
    fn a_hint_survives_the_wire() {
        for text in [
            r#"{"type":"typing","room":"r_0000000000000001","user":"u_0000000000000004","name":"앤"}"#,
            r#"{"type":"presence","users":{"u_0000000000000004":"dnd","u_0000000000000005":"off"}}"#,
            r#"{"type":"presence","users":{},"status":{"u_0000000000000004":"차"}}"#,
            r#"{"type":"seen","room":"r_0000000000000001","users":{"u_0000000000000004":7}}"#,
            r#"{"type":"people","room":"r_0000000000000001","people":[],"next":"b","total":9}"#,
            r#"{"type":"people","room":"r_0000000000000001","user":"u_0000000000000004","people":[{"user":{"id":"u_0000000000000004","name":"ann"},"role":"owner","presence":"away","status":"차","seen_at":60000,"read":7,"zone":"Asia/Seoul","rooms":6}],"total":1}"#,
        ] {
            let frame = ServerFrame::decode(text).unwrap_or_else(|error| panic!("{error}: {text}"));
            assert_ne!(frame, ServerFrame::Unknown, "{text}");
            assert_eq!(frame.encode(), text);
        }
        for text in [
            r#"{"type":"typing","room":"r_0000000000000001"}"#,
            r#"{"type":"people","room":"r_0000000000000001"}"#,
            r#"{"type":"people","room":"r_0000000000000001","after":"b","user":"u_0000000000000004"}"#,
        ] {
            let frame: ClientFrame = serde_json::from_str(text).expect("a frame");
            assert_eq!(serde_json::to_string(&frame).expect("serialises"), text);
        }
    }

    #[test]
    fn a_presence_of_tomorrow_is_as_good_as_none() {
        assert_eq!(Presence::from("dancing".to_owned()), Presence::Off);
        assert_eq!(Presence::from("away".to_owned()), Presence::Away);
    }
}
