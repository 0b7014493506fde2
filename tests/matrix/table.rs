//! One line for everything that the server answers to: what it takes, and a call of it.

use super::ground::Who;
use maru::protocol::{Failure, Role, RoomAct, RoomKind, ServerAct, SpaceAct, effective, may, may_in_space};

/// What something takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing: it is for everybody, with a session and without.
    Nothing,
    /// A session: it is about oneself.
    Session,
    /// A right in the room.
    Room(RoomAct),
    /// A right in the space.
    Space(SpaceAct),
    /// To run the server.
    Server(ServerAct),
}

/// One line.
pub struct Line {
    /// Which function, frame or route.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// With what it is tried.
    pub with: &'static str,
    /// Who is told something else all the same, for a reason that is no permission.
    pub but: &'static [(&'static [Who], &'static [RoomKind], Answer)],
}

impl Line {
    const fn new(name: &'static str, takes: Takes, with: &'static str) -> Self {
        Self { name, takes, with, but: &[] }
    }

    const fn but(mut self, but: &'static [(&'static [Who], &'static [RoomKind], Answer)]) -> Self {
        self.but = but;
        self
    }

    /// Does it differ from room to room?
    pub fn is_of_rooms(&self) -> bool {
        matches!(self.takes, Takes::Room(_))
    }
}

/// What somebody is told, as far as permissions go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// To come in first.
    SignedOut,
    /// That it is not there.
    NotFound,
    /// That one may not.
    Forbidden,
    /// It was done.
    Done,
    /// One may, and something else is wrong.
    Refused(u16, Failure),
}

/// May this person read a room of this kind?
pub fn can_read(kind: RoomKind, who: Who) -> bool {
    let is_common = matches!(kind, RoomKind::Public | RoomKind::Announcement);
    who.room_role().is_some() || (is_common && who.space_role().is_some() && who != Who::OnlyRooms)
}

/// What the table of permissions says to this.
pub fn expected(line: &Line, kind: RoomKind, who: Who) -> Answer {
    let exception = line.but.iter().find(|(people, kinds, _)| {
        (people.is_empty() || people.contains(&who)) && (kinds.is_empty() || kinds.contains(&kind))
    });
    if let Some((_, _, answer)) = exception {
        return answer.clone();
    }
    if who == Who::Stranger && line.takes != Takes::Nothing {
        return Answer::SignedOut;
    }
    let allowed = |is_allowed: bool| if is_allowed { Answer::Done } else { Answer::Forbidden };
    match (line.takes, who.space_role()) {
        (Takes::Nothing | Takes::Session, _) => Answer::Done,
        (Takes::Server(_), _) => allowed(who == Who::Admin),
        (Takes::Space(_) | Takes::Room(_), None) => Answer::NotFound,
        (Takes::Space(act), Some(role)) => allowed(may_in_space(act, role)),
        (Takes::Room(act), Some(space)) => in_room(act, kind, who, space),
    }
}

fn in_room(act: RoomAct, kind: RoomKind, who: Who, space: Role) -> Answer {
    let is_readable = can_read(kind, who);
    let has_right = |role| if may(act, kind, role) { Answer::Done } else { Answer::Forbidden };
    match (act, who.room_role()) {
        (_, None) if !is_readable => Answer::NotFound,
        (RoomAct::Read | RoomAct::Join, None) => has_right(space),
        // Nothing is to be done: it is so.
        (RoomAct::Join, Some(_)) | (RoomAct::Leave, None) => Answer::Done,
        // It can be seen, but one has no part in it.
        (_, None) => Answer::NotFound,
        (_, Some(room)) => has_right(effective(kind, room, space)),
    }
}

use RoomKind::Private;
use Takes::{Nothing, Room, Session, Space};

/// Every server function.
pub const FUNCTIONS: &[Line] = &[
    Line::new("archive_room", Room(RoomAct::Archive), "room={room}&on=true"),
    Line::new("create_room", Space(SpaceAct::CreateRoom), "space={space}&name={word}&topic=&kind=private"),
    Line::new("enter", Nothing, "name={word}&next=").but(NO_DOOR),
    Line::new("history", Room(RoomAct::Read), "room={room}&before=9&limit=3"),
    Line::new("join_room", Room(RoomAct::Join), "room={room}"),
    Line::new("leave_room", Room(RoomAct::Leave), "room={room}").but(&[(
        &[Who::Owner],
        &[Private],
        Answer::Refused(409, Failure::LastOwner),
    )]),
    Line::new("lobby", Space(SpaceAct::See), "space={space}"),
    Line::new("me", Session, ""),
    Line::new("prefer", Nothing, "theme=dark"),
    Line::new("rename_room", Room(RoomAct::Rename), "room={room}&name={word}"),
    Line::new("room_page", Room(RoomAct::Read), "space={space}&room={room}"),
    Line::new("set_topic", Room(RoomAct::Rename), "room={room}&topic={word}"),
    Line::new("sign_out", Nothing, ""),
];

/// Every frame of a client, with the frame itself.
pub const FRAMES: &[(Line, &str)] = &[
    (Line::new("hello", Session, ""), r#"{"type":"hello","client":"t"}"#),
    (
        Line::new("fetch", Room(RoomAct::Read), ""),
        r#"{"type":"fetch","id":1,"room":"{room}","before":9,"limit":3}"#,
    ),
    (Line::new("read", Room(RoomAct::Amend), ""), r#"{"type":"read","room":"{room}","seq":3}"#),
    (Line::new("ping", Session, ""), r#"{"type":"ping","n":1}"#),
    (Line::new("unknown", Session, "").but(UNKNOWN), r#"{"type":"dance"}"#),
    (
        Line::new("send message", Room(RoomAct::Send), ""),
        r#"{"type":"send","nonce":"{nonce}","room":"{room}","op":{"kind":"message","text":"hi"}}"#,
    ),
    (
        Line::new("send edit of one's own", Room(RoomAct::Amend), ""),
        r#"{"type":"send","nonce":"{nonce}","room":"{room}","op":{"kind":"edit","of":{own},"text":"hi"}}"#,
    ),
    (
        Line::new("send edit of another's", Room(RoomAct::Amend), "").but(&[(
            &IN_ROOM,
            &[],
            Answer::Forbidden,
        )]),
        r#"{"type":"send","nonce":"{nonce}","room":"{room}","op":{"kind":"edit","of":{message},"text":"hi"}}"#,
    ),
    (
        Line::new("send delete of one's own", Room(RoomAct::Amend), ""),
        r#"{"type":"send","nonce":"{nonce}","room":"{room}","op":{"kind":"delete","of":{own}}}"#,
    ),
    (
        Line::new("send delete of another's", Room(RoomAct::DeleteOthers), ""),
        r#"{"type":"send","nonce":"{nonce}","room":"{room}","op":{"kind":"delete","of":{message}}}"#,
    ),
    (
        Line::new("send react", Room(RoomAct::Amend), ""),
        r#"{"type":"send","nonce":"{nonce}","room":"{room}","op":{"kind":"react","of":{message},"emoji":"👍","on":true}}"#,
    ),
    (
        Line::new("send create", Session, "").but(UNKNOWN),
        r#"{"type":"send","nonce":"{nonce}","room":"{room}","op":{"kind":"create","name":"x"}}"#,
    ),
    (
        Line::new("send join", Session, "").but(UNKNOWN),
        r#"{"type":"send","nonce":"{nonce}","room":"{room}","op":{"kind":"join"}}"#,
    ),
    (
        Line::new("send added", Session, "").but(UNKNOWN),
        r#"{"type":"send","nonce":"{nonce}","room":"{room}","op":{"kind":"added","by":"x"}}"#,
    ),
    (
        Line::new("send leave", Session, "").but(UNKNOWN),
        r#"{"type":"send","nonce":"{nonce}","room":"{room}","op":{"kind":"leave"}}"#,
    ),
    (
        Line::new("send removed", Session, "").but(UNKNOWN),
        r#"{"type":"send","nonce":"{nonce}","room":"{room}","op":{"kind":"removed","by":"x"}}"#,
    ),
    (
        Line::new("send role", Session, "").but(UNKNOWN),
        r#"{"type":"send","nonce":"{nonce}","room":"{room}","op":{"kind":"role","role":"owner","by":"x"}}"#,
    ),
    (
        Line::new("send rename", Session, "").but(UNKNOWN),
        r#"{"type":"send","nonce":"{nonce}","room":"{room}","op":{"kind":"rename","name":"x"}}"#,
    ),
    (
        Line::new("send topic", Session, "").but(UNKNOWN),
        r#"{"type":"send","nonce":"{nonce}","room":"{room}","op":{"kind":"topic","topic":"x"}}"#,
    ),
    (
        Line::new("send archive", Session, "").but(UNKNOWN),
        r#"{"type":"send","nonce":"{nonce}","room":"{room}","op":{"kind":"archive","on":true}}"#,
    ),
    (
        Line::new("send gone", Session, "").but(UNKNOWN),
        r#"{"type":"send","nonce":"{nonce}","room":"{room}","op":{"kind":"gone"}}"#,
    ),
    (
        Line::new("send unknown", Session, "").but(UNKNOWN),
        r#"{"type":"send","nonce":"{nonce}","room":"{room}","op":{"kind":"poll"}}"#,
    ),
];

/// Everybody with a session.
const ALL: [Who; 10] = [
    Who::Elsewhere,
    Who::Former,
    Who::Admin,
    Who::Beside,
    Who::OnlyRooms,
    Who::Guest,
    Who::Bot,
    Who::Member,
    Who::Moderator,
    Who::Owner,
];
/// Everybody in the rooms.
const IN_ROOM: [Who; 5] = [Who::Guest, Who::Bot, Who::Member, Who::Moderator, Who::Owner];
/// What no client may send is not understood, whoever sends it.
const UNKNOWN: &[(&[Who], &[RoomKind], Answer)] = &[(&ALL, &[], Answer::Refused(422, Failure::Unknown))];
/// No space lets anybody in by a name alone; and who sees no room has nowhere to go.
const NO_DOOR: &[(&[Who], &[RoomKind], Answer)] =
    &[(&[Who::Stranger, Who::OnlyRooms], &[], Answer::NotFound)];

/// Every route and every page: how it is asked, where, and what it takes.
pub const ROUTES: &[(&str, &str, Line)] = &[
    ("GET", "/enter", Line::new("/enter", Nothing, "")),
    ("GET", "/healthz", Line::new("/healthz", Nothing, "")),
    ("GET", "/s/{space}", Line::new("/s/:space", Space(SpaceAct::See), "")),
    ("GET", "/s/{space}/{room}", Line::new("/s/:space/:room", Room(RoomAct::Read), "")),
    (
        "POST",
        "/s/{space}/{room}/say",
        Line::new("/s/{space}/{room}/say", Room(RoomAct::Send), "text=hi&nonce={nonce}"),
    ),
    (
        "POST",
        "/v1/send",
        Line::new("/v1/send", Session, "").but(&[(&ALL, &[], Answer::Refused(415, Failure::Other))]),
    ),
    (
        "POST",
        "/v1/sync",
        Line::new("/v1/sync", Session, "").but(&[(&ALL, &[], Answer::Refused(415, Failure::Other))]),
    ),
    ("UPGRADE", "/v1/ws", Line::new("/v1/ws", Session, "")),
];
