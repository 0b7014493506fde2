//! Where things are said: spaces and rooms.

use super::{
    Batch, Failure, Field, Nonce, RoomAct, RoomId, Seq, Space, SpaceId, User,
    account::is_zero,
    line::{check_line, is_blank, is_unshowable},
    permit::may,
    space::encode_segment,
};
use serde::{Deserialize, Serialize};

/// The longest name of a room, in characters.
pub const ROOM_NAME_LIMIT: usize = 40;
/// The longest topic of a room, in characters.
pub const TOPIC_LIMIT: usize = 200;
/// How many events the server renders into a room's page.
pub const HISTORY_PAGE: u32 = 50;

/// What of a room one wants to be told loudly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", from = "String")]
pub enum Mute {
    /// Everything.
    #[default]
    All,
    /// When one is called by name.
    Mentions,
    /// Nothing.
    Nothing,
}

impl Mute {
    /// Its word on the wire, in the store and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Mentions => "mentions",
            Self::Nothing => "nothing",
        }
    }

    fn is_all(&self) -> bool {
        *self == Self::All
    }
}

impl From<String> for Mute {
    fn from(word: String) -> Self {
        match word.as_str() {
            "mentions" => Self::Mentions,
            "nothing" => Self::Nothing,
            _ => Self::All,
        }
    }
}

/// Who may find and enter a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", from = "String")]
pub enum RoomKind {
    /// Everybody in the space may find and join it.
    Public,
    /// Its members alone know of it, and bring others in.
    Private,
    /// Everybody in the space may find and join it; few write.
    Announcement,
    /// Two people.
    Direct,
    /// A few people: one room for each set of them.
    Group,
    /// A kind that this client does not know yet.
    Other,
}

impl From<String> for RoomKind {
    fn from(word: String) -> Self {
        Self::of(&word)
    }
}

impl RoomKind {
    /// Its word on the wire, in the store and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Announcement => "announcement",
            Self::Direct => "direct",
            Self::Group => "group",
            Self::Other => "other",
        }
    }

    /// The one of this word.
    pub fn of(word: &str) -> Self {
        match word {
            "public" => Self::Public,
            "private" => Self::Private,
            "announcement" => Self::Announcement,
            "direct" => Self::Direct,
            "group" => Self::Group,
            _ => Self::Other,
        }
    }

    /// Is it called after the people in it?
    pub fn is_direct(self) -> bool {
        matches!(self, Self::Direct | Self::Group)
    }
}

/// What a member may do; the greater may do what the lesser may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", try_from = "String")]
pub enum Role {
    /// Came in without an account.
    Guest,
    /// Belongs here.
    Member,
    /// Keeps order.
    Moderator,
    /// Made it, or was given it.
    Owner,
}

impl Role {
    /// Its word on the wire, in forms and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Member => "member",
            Self::Moderator => "moderator",
            Self::Owner => "owner",
        }
    }
}

impl TryFrom<String> for Role {
    type Error = &'static str;

    fn try_from(word: String) -> Result<Self, &'static str> {
        match word.as_str() {
            "guest" => Ok(Self::Guest),
            "member" => Ok(Self::Member),
            "moderator" => Ok(Self::Moderator),
            "owner" => Ok(Self::Owner),
            _ => Err("not a role"),
        }
    }
}

/// A room as one person sees it: state, not an event. Sent whole whenever any of it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomState {
    /// Stays the same for ever.
    pub id: RoomId,
    /// The space it is in.
    pub space: SpaceId,
    /// Unique in its space after normalising and case folding.
    pub name: String,
    /// What it is about; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub topic: String,
    /// Who may find and enter it.
    pub kind: RoomKind,
    /// What one may do in it; `None` when one is not a member and could join.
    #[serde(default)]
    pub role: Option<Role>,
    /// Its newest seq.
    pub head: Seq,
    /// Events up to this seq are not for one's eyes.
    #[serde(default)]
    pub min: Seq,
    /// How far one has read.
    #[serde(default)]
    pub read: Seq,
    /// How many messages are after that.
    #[serde(default)]
    pub unread: u32,
    /// How many of them call one: by name, as an answer, or with everybody.
    #[serde(default)]
    pub mentions: u32,
    /// How often one set the marker back.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub backs: u32,
    /// It can be read, nothing can be added.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// Who is in it beside oneself, when that is what it is called by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<User>,
    /// Seconds between two messages of one member; 0 for none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub slow_s: u32,
    /// What of it one wants to be told loudly.
    #[serde(default, skip_serializing_if = "Mute::is_all")]
    pub mute: Mute,
    /// How many of its members are here now.
    #[serde(default)]
    pub here: u32,
    /// The room's log is not the one that the cursor came from: drop what is held of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reset: bool,
}

impl RoomState {
    /// The path of the room's page: readable, the name percent-encoded where a URL needs it. Rooms that are
    /// called after people go by their ids.
    pub fn path(&self, space: &Space) -> String {
        if self.kind.is_direct() {
            return format!("{}/{}", space.path(), self.id);
        }
        format!("{}/{}", space.path(), encode_segment(&self.name))
    }

    /// What it is called: its name, or those of the people in it.
    pub fn title(&self) -> String {
        if self.people.is_empty() {
            return self.name.clone();
        }
        let names: Vec<&str> = self.people.iter().map(User::shown).collect();
        names.join(", ")
    }

    /// Is it there for its members alone?
    pub fn is_closed(&self) -> bool {
        !matches!(self.kind, RoomKind::Public | RoomKind::Announcement)
    }

    /// May one do this here?
    pub fn may(&self, act: RoomAct) -> bool {
        self.role.is_some_and(|role| may(act, self.kind, role))
    }
}

/// The list that a page opens with: who one is, where one is, and what rooms there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lobby {
    /// Who one is.
    pub me: User,
    /// Where one is.
    pub space: Space,
    /// Every space that one belongs to, by name.
    pub spaces: Vec<Space>,
    /// The rooms of all of them that one is in or could join, by name.
    pub rooms: Vec<RoomState>,
    /// One has an account, and comes back from anywhere.
    #[serde(default)]
    pub has_account: bool,
    /// One runs the server.
    #[serde(default)]
    pub is_admin: bool,
}

/// What a room's page opens with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomPage {
    /// The room.
    pub room: RoomState,
    /// Events around the place where it opens, at most [`HISTORY_PAGE`].
    pub history: Batch,
    /// Where it opens: at this message, or at the first that was not read. `None`: at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Seq>,
    /// The nonce of the plain form, so that sending it twice is harmless.
    pub form_nonce: Nonce,
    /// What the plain form refused, with the text that was typed.
    #[serde(default)]
    pub refused: Option<(Failure, String)>,
}

/// Names a list of rooms: equal lists have equal names, whatever their order. By it a client that returns is
/// spared the list that it holds. The heads of one's own rooms are part of it, as what is unread follows from
/// them, and what calls one does not; those of others move without one's being told. FNV-1a over each room, 53 bits.
pub fn list_rev(rooms: &[RoomState]) -> u64 {
    let rev = |room: &RoomState| {
        let RoomState {
            id,
            space,
            name,
            topic,
            kind,
            role,
            head,
            min,
            read,
            mentions,
            backs,
            archived,
            slow_s,
            mute,
            ..
        } = room;
        let head = role.map_or(0, |_| *head);
        let role = role.map_or(0, |role| role as u64 + 1);
        let numbers = [id.raw() as u64, space.raw() as u64, head, *min, *read];
        let kinds = [*kind as u64, role, u64::from(*archived), name.len() as u64];
        let counts = [u64::from(*slow_s), *mute as u64, u64::from(*mentions), u64::from(*backs)];
        let flags = kinds.into_iter().chain(counts);
        let bytes = numbers.into_iter().chain(flags).flat_map(u64::to_le_bytes).chain(name.bytes());
        let people = room.people.iter().flat_map(|user| user.shown().bytes());
        bytes.chain(topic.bytes()).chain(people).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    rooms.iter().map(rev).fold(0, u64::wrapping_add) & ((1 << 53) - 1)
}

/// A room name that may be asked for, trimmed. Whether it is free is the store's to say.
///
/// # Errors
/// [`Failure::Invalid`] for a blank, over-long or unshowable name.
pub fn check_room_name(name: &str) -> Result<String, Failure> {
    check_line(Field::RoomName, name, ROOM_NAME_LIMIT)
}

/// A topic that may be set, trimmed; blank means none.
///
/// # Errors
/// [`Failure::Invalid`] for an over-long or unshowable topic.
pub fn check_topic(topic: &str) -> Result<String, Failure> {
    if topic.chars().all(is_blank) && !topic.chars().any(is_unshowable) {
        return Ok(String::new());
    }
    check_line(Field::Topic, topic, TOPIC_LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_topic_means_none_and_a_hidden_one_is_refused() {
        assert_eq!(check_topic("  "), Ok(String::new()));
        assert_eq!(check_topic(" 준비와 질문 "), Ok("준비와 질문".to_owned()));
        assert!(check_topic("\u{0}").is_err());
        assert!(check_topic(&"가".repeat(TOPIC_LIMIT + 1)).is_err());
    }
}
