//! Calls over HTTP. Signatures are for both sides; bodies are one line into the server.

#[expect(missing_docs, reason = "arguments become fields, whose meaning the function tells")]
mod accounts;
mod codec;
#[expect(missing_docs, reason = "arguments become fields, whose meaning the function tells")]
mod heed;
#[expect(missing_docs, reason = "arguments become fields, whose meaning the function tells")]
mod invites;
#[expect(missing_docs, reason = "arguments become fields, whose meaning the function tells")]
mod moderation;
#[expect(missing_docs, reason = "arguments become fields, whose meaning the function tells")]
mod places;
#[expect(missing_docs, reason = "arguments become fields, whose meaning the function tells")]
mod presence;
#[expect(missing_docs, reason = "arguments become fields, whose meaning the function tells")]
mod prose;
#[expect(missing_docs, reason = "arguments become fields, whose meaning the function tells")]
mod spaces;

pub use accounts::{
    Accounts, AskRecovery, BecomeAccount, ChangePassword, Deactivate, EditProfile, EndOtherSessions,
    EndSession, Enter, MakeRecoveryLink, Me, Prefer, Profile, Reactivate, Recover, RemoveFace, Sessions,
    SetAdmin, SetUp, SignIn, SignOut, SignUp, accounts, ask_recovery, become_account, change_password,
    deactivate, edit_profile, end_other_sessions, end_session, enter, make_recovery_link, me, prefer,
    profile, reactivate, recover, remove_face, sessions, set_admin, set_up, sign_in, sign_out, sign_up,
};
pub use codec::Given;
pub use heed::{MarkAllRead, MarkRead, mark_all_read, mark_read};
pub use invites::{
    AcceptInvite, CreateInvite, EnterByInvite, Invites, LookAtInvite, RevokeInvite, accept_invite,
    create_invite, enter_by_invite, invites, look_at_invite, revoke_invite,
};
pub use moderation::{
    AddToRoom, Audit, Ban, Bans, RemoveFromRoom, Report, Reports, SetRoomRole, SetSlow, SettleReport, Unban,
    add_to_room, audit, ban, bans, remove_from_room, report, reports, set_room_role, set_slow, settle_report,
    unban,
};
pub use places::{
    ArchiveRoom, CreateRoom, History, JoinRoom, LeaveRoom, LobbyOf, MessageHistory, RenameRoom, RoomPageOf,
    SetTopic, archive_room, create_room, history, join_room, leave_room, lobby, message_history, rename_room,
    room_page, set_topic,
};
pub use presence::{SetDnd, SetStatus, SharePresence, set_dnd, set_status, share_presence};
pub use prose::{Colour, colour};
pub use spaces::{
    ConfigureRoom, CreateSpace, Direct, EditSpace, LeaveSpace, People, RoomPeople, SetMute, SetSpaceRole,
    SuggestPeople, configure_room, create_space, direct, edit_space, leave_space, people, room_people,
    set_mute, set_space_role, suggest_people,
};

use crate::protocol::Failure;
use codec::TextJson;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};

impl FromServerFnError for Failure {
    type Encoder = TextJson;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Unreachable,
            ServerFnErrorErr::Args(msg)
            | ServerFnErrorErr::MissingArg(msg)
            | ServerFnErrorErr::Deserialization(msg) => Self::BadFrame { msg },
            ServerFnErrorErr::UnsupportedRequestMethod(_) => Self::Unknown,
            ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::Serialization(_) => Self::Other,
        }
    }
}
