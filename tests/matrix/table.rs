//! One line for everything that the server answers to: what it takes, and a call of it.

use super::ground::Who;
use maru::protocol::{
    Failure, Field, Reason, Role, RoomAct, RoomKind, ServerAct, SpaceAct, effective, may, may_in_space,
};

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
    pub but: &'static [But],
}

/// Who, in which kinds of rooms, is told something of its own; none named means all.
pub type But = (&'static [Who], &'static [RoomKind], Answer);

impl Line {
    const fn new(name: &'static str, takes: Takes, with: &'static str) -> Self {
        Self { name, takes, with, but: &[] }
    }

    const fn but(mut self, but: &'static [But]) -> Self {
        self.but = but;
        self
    }

    /// The function, frame or route that it is about.
    pub fn about(&self) -> &'static str {
        self.name.split(' ').next().expect("split gives one")
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
        (RoomAct::Read | RoomAct::Join | RoomAct::Report, None) => has_right(space),
        // Nothing is to be done: it is so.
        (RoomAct::Join, Some(_)) | (RoomAct::Leave, None) => Answer::Done,
        // It can be seen, but one has no part in it.
        (_, None) => Answer::NotFound,
        (_, Some(room)) => has_right(effective(kind, room, space)),
    }
}

use RoomAct::{Amend, Archive, Join, Leave, Read, Remove, Rename, Report, Send, SlowDown};
use RoomKind::Private;
use ServerAct::{CreateSpace, ManageAccounts};
use SpaceAct::{
    Ban, CreateAnnouncement, CreateRoom, GiveRoles, HandleReports, ListPeople, ReadAudit, See, StartDirect,
};
use Takes::{Nothing, Room, Server, Session, Space};

/// Every server function: its name, and after a blank what is tried of it.
pub const FUNCTIONS: &[Line] = &[
    // Coming in, going out, and oneself.
    Line::new("enter", Nothing, "name={word}&next=").but(NO_DOOR),
    Line::new("set_up", Nothing, "token={code}&name={word}&password={password}&space=x").but(NO_SETUP),
    Line::new("sign_up", Nothing, "name={word}&password={password}&invite={code}"),
    Line::new("sign_in", Nothing, "name={user_name}&password={password}").but(WRONG_PASSWORD),
    Line::new("sign_out", Nothing, ""),
    Line::new("ask_recovery", Nothing, "name={user_name}"),
    Line::new("recover", Nothing, "code={code}&password={password}").but(NO_RECOVERY),
    Line::new("me", Session, ""),
    Line::new("profile", Session, ""),
    Line::new("prefer", Nothing, "theme=dark"),
    Line::new("become_account", Session, "password={password}").but(IS_ACCOUNT),
    Line::new("change_password", Session, "current=wrong%20one&new={password}").but(WRONG_CURRENT),
    Line::new("edit_profile", Session, "status={word}"),
    Line::new("remove_face", Session, ""),
    Line::new("colour", Session, "language=rust&text={word}"),
    Line::new("set_status", Session, "status={word}&lasts=30"),
    Line::new("set_dnd", Session, "lasts=30"),
    Line::new("share_presence", Session, "typing=true&reading=true"),
    Line::new("sessions", Session, ""),
    Line::new("end_session", Session, "id=0123456789ab").but(NO_SESSION),
    Line::new("end_other_sessions", Session, ""),
    // Running the server.
    Line::new("accounts", Server(ManageAccounts), ""),
    Line::new("deactivate", Server(ManageAccounts), "user={user}"),
    Line::new("reactivate", Server(ManageAccounts), "user={user}"),
    Line::new("make_recovery_link", Server(ManageAccounts), "user={user}"),
    Line::new("set_admin", Server(ManageAccounts), "user={user}&on=true"),
    Line::new("create_space", Server(CreateSpace), "name={word}&slug={word}"),
    // Spaces.
    Line::new("lobby", Space(See), "space={space}"),
    Line::new("create_room of one's own", Space(CreateRoom), "space={space}&name={word}&kind=private"),
    Line::new(
        "create_room for all",
        Space(CreateAnnouncement),
        "space={space}&name={word}&kind=announcement",
    ),
    Line::new("edit_space", Space(SpaceAct::Configure), "space={space}&name={word}&entry=invite&guests=true"),
    Line::new("set_space_role", Space(GiveRoles), "space={space}&user={user}&role=moderator"),
    Line::new("leave_space", Space(See), "space={space}").but(&[(&[Who::Owner], &[], LAST_OWNER)]),
    Line::new("people", Space(ListPeople), "space={space}"),
    Line::new("direct", Space(StartDirect), "space={space}&people={user}"),
    Line::new("ban", Space(Ban), "space={space}&user={user}"),
    Line::new("unban", Space(Ban), "space={space}&user={banned}"),
    Line::new("bans", Space(Ban), "space={space}"),
    Line::new("reports", Space(HandleReports), "space={space}"),
    Line::new("settle_report", Space(HandleReports), "report={report}").but(NO_OFFICE),
    Line::new("audit", Space(ReadAudit), "space={space}"),
    Line::new("create_invite to the space", Space(SpaceAct::Invite), "space={space}&guests=true"),
    Line::new("revoke_invite", Space(SpaceAct::Invite), "invite={invite}").but(NO_OFFICE),
    // Members may make links to rooms, so everybody sees those of their own.
    Line::new("invites", Space(See), "space={space}"),
    Line::new("look_at_invite", Nothing, "code={code}").but(BANNED),
    Line::new("accept_invite", Session, "code={code}").but(BANNED),
    Line::new("enter_by_invite", Nothing, "code={code}&name={word}").but(BANNED),
    // Rooms.
    Line::new("room_page", Room(Read), "space={space}&room={room}"),
    Line::new("history", Room(Read), "room={room}&before=9&limit=3"),
    Line::new("find_day", Room(Read), "room={room}&day=2020-01-01"),
    Line::new("message_history", Room(Read), "room={room}&seq={message}"),
    Line::new("room_people", Room(Read), "room={room}"),
    Line::new("suggest_people", Room(Read), "room={room}&start=a"),
    Line::new("join_room", Room(Join), "room={room}"),
    Line::new("leave_room", Room(Leave), "room={room}").but(&[(&[Who::Owner], &[Private], LAST_OWNER)]),
    Line::new("rename_room", Room(Rename), "room={room}&name={word}"),
    Line::new("set_topic", Room(Rename), "room={room}&topic={word}"),
    Line::new("archive_room", Room(Archive), "room={room}&on=true"),
    Line::new("add_to_room", Room(RoomAct::Invite), "room={room}&user={newcomer}"),
    Line::new("remove_from_room", Room(Remove), "room={room}&user={user}"),
    Line::new("set_room_role", Room(RoomAct::Configure), "room={room}&user={user}&role=moderator"),
    Line::new("set_slow", Room(SlowDown), "room={room}&seconds=5"),
    Line::new("configure_room", Room(RoomAct::Configure), "room={room}&history=joined"),
    Line::new("create_invite to a room", Room(RoomAct::Invite), "space={space}&room={room}").but(&[(
        &[Who::Beside],
        &[RoomKind::Public, RoomKind::Announcement],
        Answer::Forbidden,
    )]),
    Line::new("report", Room(Report), "room={room}&seq={message}&reason=x"),
    // Nothing that others are touched by: it takes being there.
    Line::new("set_mute", Room(Amend), "room={room}&mute=mentions"),
    Line::new("mark_read", Room(Amend), "room={room}&seq=3"),
    Line::new("mark_all_read", Space(See), "space={space}"),
];

/// No space lets anybody in by a name alone; and who sees no room has nowhere to go.
const NO_DOOR: &[But] = &[(&[Who::Stranger, Who::OnlyRooms], &[], Answer::NotFound)];
/// There are accounts, so nothing is to be set up, by whomever.
const NO_SETUP: &[But] = &[(&[], &[], Answer::NotFound)];
/// Nobody has been given such a code.
const NO_RECOVERY: &[But] = &[(&[], &[], Answer::NotFound)];
const fn wrong(field: Field) -> Answer {
    Answer::Refused(422, Failure::Invalid { field, reason: Reason::Wrong })
}
/// It is nobody's password.
const WRONG_PASSWORD: &[But] = &[(&[], &[], wrong(Field::SignIn))];
/// Nor is it the old one; and who has a name or a token alone has none to change.
const WRONG_CURRENT: &[But] =
    &[(&[Who::OnlyRooms, Who::Guest, Who::Bot], &[], Answer::Forbidden), (&ALL, &[], wrong(Field::Current))];
/// Only guests have none yet.
const IS_ACCOUNT: &[But] = &[(&NOT_GUESTS, &[], Answer::Forbidden)];
/// Nobody has such a session.
const NO_SESSION: &[But] = &[(&ALL, &[], Answer::NotFound)];
const LAST_OWNER: Answer = Answer::Refused(409, Failure::LastOwner);
/// Who has no say in it is not told that it is there.
const NO_OFFICE: &[But] =
    &[(&[Who::Beside, Who::OnlyRooms, Who::Guest, Who::Bot, Who::Member], &[], Answer::NotFound)];
/// An invitation leads nowhere for who was banned.
const BANNED: &[But] = &[(&[Who::Former], &[], Answer::NotFound)];

/// Every frame of a client, with the frame itself.
pub const FRAMES: &[(Line, &str)] = &[
    (Line::new("hello", Session, ""), r#"{"type":"hello","client":"t"}"#),
    (
        Line::new("fetch", Room(RoomAct::Read), ""),
        r#"{"type":"fetch","id":1,"room":"{room}","before":9,"limit":3}"#,
    ),
    (Line::new("read", Room(RoomAct::Amend), ""), r#"{"type":"read","room":"{room}","seq":3}"#),
    (
        Line::new("read and set back", Room(RoomAct::Amend), ""),
        r#"{"type":"read","room":"{room}","seq":2,"back":true,"backs":0}"#,
    ),
    (Line::new("unsent", Room(RoomAct::Send), ""), r#"{"type":"unsent","room":"{room}","text":"hi","at":1}"#),
    (Line::new("people", Room(RoomAct::Read), ""), r#"{"type":"people","room":"{room}"}"#),
    (Line::new("typing", Room(RoomAct::Send), ""), r#"{"type":"typing","room":"{room}"}"#),
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
/// Those of them who do not run the server.
const NOT_ADMIN: [Who; 9] = [
    Who::Elsewhere,
    Who::Former,
    Who::Beside,
    Who::OnlyRooms,
    Who::Guest,
    Who::Bot,
    Who::Member,
    Who::Moderator,
    Who::Owner,
];
/// Those of them who have more than a name.
const NOT_GUESTS: [Who; 8] =
    [Who::Elsewhere, Who::Former, Who::Admin, Who::Beside, Who::Bot, Who::Member, Who::Moderator, Who::Owner];
/// Everybody in the rooms.
const IN_ROOM: [Who; 5] = [Who::Guest, Who::Bot, Who::Member, Who::Moderator, Who::Owner];
/// What no client may send is not understood, whoever sends it.
const UNKNOWN: &[But] = &[(&ALL, &[], Answer::Refused(422, Failure::Unknown))];
/// Every route and every page: how it is asked, where, and what it takes.
pub const ROUTES: &[(&str, &str, Line)] = &[
    // For everybody.
    ("GET", "/healthz", Line::new("/healthz", Nothing, "")),
    ("GET", "/enter", Line::new("/enter", Nothing, "")),
    ("GET", "/stories", Line::new("/stories", Nothing, "")),
    ("GET", "/forgot", Line::new("/forgot", Nothing, "")),
    ("GET", "/help/connection", Line::new("/help/connection", Nothing, "")),
    ("GET", "/join?invite={code}", Line::new("/join", Nothing, "")),
    ("GET", "/setup?token={code}", Line::new("/setup", Nothing, "").but(NO_SETUP)),
    ("GET", "/recover/{code}", Line::new("/recover/{code}", Nothing, "").but(NO_RECOVERY)),
    ("GET", "/invite/{code}", Line::new("/invite/{code}", Nothing, "").but(BANNED)),
    ("GET", "/invite/{code}/qr.svg", Line::new("/invite/{code}/qr.svg", Nothing, "")),
    // For who is signed in.
    ("GET", "/settings", Line::new("/settings", Session, "")),
    ("POST", "/api/face", Line::new("/api/face", Session, "").but(NO_PICTURE)),
    ("GET", "/face/{user}", Line::new("/face/{user}", Space(See), "")),
    ("UPGRADE", "/v1/ws", Line::new("/v1/ws", Session, "")),
    ("POST", "/v1/sync", Line::new("/v1/sync", Session, "").but(NO_FORM)),
    ("POST", "/v1/send", Line::new("/v1/send", Session, "").but(NO_FORM)),
    // For who runs the server.
    ("GET", "/server", Line::new("/server", Server(ManageAccounts), "")),
    (
        "POST",
        "/server/recovery",
        Line::new("/server/recovery", Server(ManageAccounts), "user={user}").but(NO_ADMIN),
    ),
    // Places.
    ("GET", "/s/{space}/-/rooms", Line::new("/s/{space}/-/rooms", Space(See), "")),
    ("GET", "/s/{space}/-/inbox", Line::new("/s/{space}/-/inbox", Space(See), "")),
    ("GET", "/s/{space}/-/settings", Line::new("/s/{space}/-/settings", Space(See), "")),
    ("GET", "/s/{space}/-/people", Line::new("/s/{space}/-/people", Space(ListPeople), "")),
    (
        "GET",
        "/s/{space}/-/person/{user_name}",
        Line::new("/s/{space}/-/person/{name}", Space(ListPeople), "").but(NOBODY_SEEN),
    ),
    ("GET", "/s/{space}/-/direct", Line::new("/s/{space}/-/direct", Space(StartDirect), "")),
    ("GET", "/s/{space}/-/invites", Line::new("/s/{space}/-/invites", Space(ListPeople), "")),
    ("GET", "/s/{space}/-/reports", Line::new("/s/{space}/-/reports", Space(HandleReports), "")),
    ("GET", "/s/{space}/-/audit", Line::new("/s/{space}/-/audit", Space(ReadAudit), "")),
    ("GET", "/s/{space}/-/room/{room}", Line::new("/s/{space}/-/room/{room}", Room(Read), "")),
    (
        "GET",
        "/s/{space}/-/report/{room}/{message}",
        Line::new("/s/{space}/-/report/{room}/{seq}", Room(Report), ""),
    ),
    ("GET", "/s/{space}", Line::new("/s/{space}", Space(See), "")),
    ("GET", "/s/{space}/", Line::new("/s/{space}/", Space(See), "")),
    ("GET", "/s/{space}/{room}", Line::new("/s/{space}/{room}", Room(Read), "")),
    ("GET", "/s/{space}/{room}/", Line::new("/s/{space}/{room}/", Room(Read), "")),
    ("GET", "/s/{space}/{room}/{message}", Line::new("/s/{space}/{room}/{seq}", Room(Read), "")),
    (
        "POST",
        "/s/{space}/{room}/say",
        Line::new("/s/{space}/{room}/say", Room(Send), "text=hi&nonce={nonce}"),
    ),
];

/// For others there is no such page.
const NO_ADMIN: &[But] = &[(&NOT_ADMIN, &[], Answer::NotFound)];
/// Who may not see who belongs to the space is not told that somebody does.
const NOBODY_SEEN: &[But] = &[(&[Who::OnlyRooms, Who::Guest], &[], Answer::NotFound)];
/// Nor is there a picture in it.
const NO_PICTURE: &[But] = &[(&ALL, &[], Answer::Refused(422, Failure::Other))];
/// They were let in so far; what they brought is not in the form that this takes.
const NO_FORM: &[But] = &[(&ALL, &[], Answer::Refused(415, Failure::Other))];
