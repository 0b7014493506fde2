//! What keeps order: invitations, reports, bans, and the record of what was done.

use super::{
    AuditId, Failure, Field, InviteId, Millis, ReportId, Role, RoomId, Seq, Space, User, line::check_line,
};
use serde::{Deserialize, Serialize};

/// The longest note of an invitation and the longest reason of a report or a ban, in characters.
pub const NOTE_LIMIT: usize = 200;
/// The longest time that an invitation lasts that ends at all, in days.
pub const INVITE_DAYS: u32 = 365;
/// The most seconds between two messages of one member that slow mode can ask for: an hour.
pub const SLOW_LIMIT: u32 = 3_600;
/// How many people or entries one page of a list holds.
pub const LIST_PAGE: u32 = 100;

/// Can an invitation still be used?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InviteState {
    /// It can.
    Open,
    /// Its time is over.
    Expired,
    /// It was used as often as it may be.
    UsedUp,
    /// Somebody took it back.
    Revoked,
}

/// A link that brings people in, as those see it who keep it. The code itself is kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// By which it is revoked.
    pub id: InviteId,
    /// The one room it leads to: its name, empty when that is not for one's eyes. `None`: the space.
    pub room: Option<String>,
    /// Who made it.
    pub by: User,
    /// May who follows it come in with a name alone?
    pub guests: bool,
    /// When it was made.
    pub at: Millis,
    /// When it ends; `None` for never.
    pub expires_at: Option<Millis>,
    /// How often it was used.
    pub uses: u32,
    /// How often it may be used; `None` for any number.
    pub uses_limit: Option<u32>,
    /// Can it still be used?
    pub state: InviteState,
    /// What it is for, in its maker's words.
    pub note: String,
}

/// An invitation that was just made. What leads in is told this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeInvite {
    /// By which it is revoked.
    pub id: InviteId,
    /// The secret in the link.
    pub code: String,
    /// The whole link.
    pub link: String,
}

/// What somebody sees who follows an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteView {
    /// Where it leads; with the role that one has there already.
    pub space: Space,
    /// The one room it leads to.
    pub room: Option<String>,
    /// Who made it.
    pub by: User,
    /// May one come in with a name alone?
    pub guests: bool,
    /// Is one in already where it leads?
    pub is_in: bool,
}

/// A message that somebody told the moderators of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// By which it is settled.
    pub id: ReportId,
    /// In which room.
    pub room: RoomId,
    /// What that room is called; empty when that is not for one's eyes.
    pub room_name: String,
    /// Which message.
    pub seq: Seq,
    /// Who said it.
    pub author: User,
    /// What was said; empty once it is deleted.
    pub text: String,
    /// Who told of it.
    pub by: User,
    /// Why, in that person's words.
    pub reason: String,
    /// When.
    pub at: Millis,
    /// Who settled it, and when.
    pub settled: Option<(User, Millis)>,
}

/// Somebody in a space or a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub user: User,
    /// What that person may do there.
    pub role: Role,
    /// Came in with a name alone, and could not sign in anew?
    pub is_guest: bool,
    /// Sees single rooms of the space only.
    #[serde(default)]
    pub only_rooms: bool,
    /// Since when.
    pub joined_at: Millis,
}

/// A page of a list of people, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members {
    /// Who is on it.
    pub members: Vec<Member>,
    /// What to ask the next page after; `None` when there is none.
    pub next: Option<String>,
    /// How many there are in all.
    pub total: u32,
}

/// Somebody who may not come in any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ban {
    /// Who.
    pub user: User,
    /// Who decided so; `None` for the command line.
    pub by: Option<User>,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Millis,
}

/// Something that was done to keep order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// After which the next page begins.
    pub id: AuditId,
    /// When.
    pub at: Millis,
    /// Who did it; `None` for the command line.
    pub by: Option<User>,
    /// What.
    pub act: AuditAct,
    /// To whom.
    pub user: Option<User>,
    /// In which room; its name is empty when that is not for one's eyes.
    pub room: Option<String>,
    /// What more there is to say: a role, a reason, a number of seconds.
    pub detail: String,
}

macro_rules! audit_acts {
    ($($(#[$doc:meta])* $act:ident = $word:literal,)+) => {
        /// What can be done to keep order.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(from = "String", into = "&'static str")]
        pub enum AuditAct {
            $($(#[$doc])* $act,)+
            /// Something that a newer version did.
            Other,
        }

        impl AuditAct {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$act,)+];

            /// Its word in the store.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$act => $word,)+
                    Self::Other => "other",
                }
            }
        }
    };
}

audit_acts! {
    /// A space was made.
    SpaceMade = "space_made",
    /// A space has another name or sign, or lets others in.
    SpaceEdited = "space_edited",
    /// An invitation was made.
    InviteMade = "invite_made",
    /// An invitation was taken back.
    InviteRevoked = "invite_revoked",
    /// Somebody came in by an invitation.
    InviteUsed = "invite_used",
    /// Somebody has another role in the space.
    RoleGiven = "role_given",
    /// Somebody may not come in any more.
    Banned = "banned",
    /// Somebody may come in again.
    Unbanned = "unbanned",
    /// Somebody was brought into a room.
    Added = "added",
    /// Somebody was sent out of a room.
    Removed = "removed",
    /// Somebody has another role in a room.
    RoomRoleGiven = "room_role_given",
    /// A room has another kind, or shows newcomers something else.
    RoomConfigured = "room_configured",
    /// A room was slowed down, or not any more.
    Slowed = "slowed",
    /// A room was archived.
    Archived = "archived",
    /// A room was restored.
    Restored = "restored",
    /// Somebody's message was deleted.
    MessageDeleted = "message_deleted",
    /// A report was settled.
    ReportSettled = "report_settled",
    /// An account was taken out of use.
    Deactivated = "deactivated",
    /// An account is in use again.
    Reactivated = "reactivated",
    /// A link was made with which somebody can choose a new password.
    RecoveryMade = "recovery_made",
    /// Somebody runs the server from now on.
    AdminGiven = "admin_given",
    /// Somebody does not run the server any more.
    AdminTaken = "admin_taken",
}

impl From<String> for AuditAct {
    fn from(word: String) -> Self {
        Self::ALL.iter().copied().find(|act| act.word() == word).unwrap_or(Self::Other)
    }
}

impl From<AuditAct> for &'static str {
    fn from(act: AuditAct) -> Self {
        act.word()
    }
}

/// A note or a reason that may be kept, trimmed; blank means none.
///
/// # Errors
/// [`Failure::Invalid`] for an over-long or unshowable one.
pub fn check_note(note: &str) -> Result<String, Failure> {
    if note.trim().is_empty() {
        return Ok(String::new());
    }
    check_line(Field::Note, note, NOTE_LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_a_word_of_its_own() {
        for act in AuditAct::ALL {
            assert_eq!(AuditAct::from(act.word().to_owned()), *act);
            let text = serde_json::to_string(act).expect("serialises");
            assert_eq!(serde_json::from_str::<AuditAct>(&text).expect("its own word"), *act);
        }
        assert_eq!(AuditAct::from("painted_blue".to_owned()), AuditAct::Other);
    }

    #[test]
    fn a_blank_note_means_none() {
        assert_eq!(check_note(" \n "), Ok(String::new()));
        assert_eq!(check_note(" 여름 학교 "), Ok("여름 학교".to_owned()));
        assert!(check_note(&"가".repeat(NOTE_LIMIT + 1)).is_err());
    }
}
