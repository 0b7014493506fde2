//! The words both sides speak: ids, people, places, messages, events, hints and frames.
//!
//! Depends on serde alone. The wire contract is told in `docs/protocol.md`; where that page and
//! these types disagree, one of them has a bug.

mod account;
mod close;
mod date;
mod event;
mod failure;
mod field;
mod frame;
pub mod hangul;
mod hello;
mod hint;
mod ids;
mod inbox;
pub mod json;
#[cfg(test)]
mod json_laws;
mod line;
mod log;
mod loose;
mod marker;
pub mod markup;
pub mod mention;
mod message;
mod order;
mod pairs;
mod permit;
mod place;
mod space;

pub use account::{
    Account, AccountKind, Arrival, NAME_LIMIT, OpenSession, STATUS_LIMIT, SignedIn, User, check_display,
    check_name, check_status,
};
pub use close::{ByeCode, CloseCode};
pub use date::read_date;
pub use event::{Amended, Event, Op, Reaction};
pub use failure::Failure;
pub use field::{Field, Reason};
pub use frame::{Ack, Batch, BatchOf, ClientFrame, Fetch, Refused, ServerFrame};
pub use hello::{Hello, Limits, Welcome};
pub use hint::{
    HereState, PeopleAsk, PeopleState, Person, Presence, PresenceState, SeenState, TypingState, Unsent,
};
pub use ids::{AuditId, ConnId, InviteId, Millis, Nonce, ReportId, RoomId, Seq, SpaceId, UserId};
pub use inbox::{Called, Why};
pub use log::{Applied, Cursor, Hole, Log};
pub use marker::{Marker, ReadState};
pub use message::{Draft, TEXT_LIMIT, check_emoji, check_text, check_unsent};
pub use order::{
    AuditAct, AuditEntry, Ban, INVITE_DAYS, Invite, InviteState, InviteView, LIST_PAGE, MadeInvite, Member,
    Members, NOTE_LIMIT, Report, SLOW_LIMIT, check_note,
};
pub use pairs::Pairs;
pub use permit::{
    KINDS, ROOM_ACTS, RoomAct, SERVER_ACTS, SPACE_ACTS, ServerAct, SpaceAct, effective, may, may_in_space,
    outranks,
};
pub use place::{
    HISTORY_PAGE, Lobby, Mute, ROOM_NAME_LIMIT, Role, RoomKind, RoomPage, RoomState, TOPIC_LIMIT,
    check_room_name, check_topic, list_rev,
};
pub use space::{
    Entry, GLYPH_LIMIT, SLUG_LIMIT, SPACE_NAME_LIMIT, Space, check_glyph, check_slug, check_space_name,
    decode_segment, encode_segment,
};
