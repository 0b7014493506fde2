//! Who may do what: the one table that decides, for calls, frames, pages and the command line alike.
//!
//! docs/permissions.md is printed from it.

use super::{Role, RoomKind};

/// What can be done in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoomAct {
    /// See that it is there, and read it.
    Read,
    /// Come in without being asked.
    Join,
    /// Go out for good.
    Leave,
    /// Say something.
    Send,
    /// Put an emoji under a message, edit or delete a message of one's own.
    Amend,
    /// Call all who are in it, or all who are here, at once.
    CallAll,
    /// Delete a message of somebody else.
    DeleteOthers,
    /// Tell the moderators of a message.
    Report,
    /// Change its name or topic.
    Rename,
    /// Bring in people, and make links that do.
    Invite,
    /// Send somebody of a lesser role out.
    Remove,
    /// Say how fast one may talk.
    SlowDown,
    /// Give its members roles, change its kind and what newcomers see.
    Configure,
    /// Archive it, and restore it.
    Archive,
}

/// What can be done in a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpaceAct {
    /// See that it is there, and its public rooms.
    See,
    /// See who belongs to it.
    ListPeople,
    /// Write to somebody alone, or to a few.
    StartDirect,
    /// Make a public or private room.
    CreateRoom,
    /// Make a room in which few write.
    CreateAnnouncement,
    /// Bring in people, and make links that do.
    Invite,
    /// See what was reported, and settle it.
    HandleReports,
    /// Send somebody of a lesser role out for good, and let them in again.
    Ban,
    /// Read what was done to keep order.
    ReadAudit,
    /// Change its name, its sign, and who may come in.
    Configure,
    /// Give its members roles.
    GiveRoles,
}

/// What can be done with the whole server, by those who run it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerAct {
    /// Make a space.
    CreateSpace,
    /// See every account, help who is locked out, take accounts out of use.
    ManageAccounts,
}

/// The kinds of rooms, in the order of the table's columns.
pub const KINDS: [RoomKind; 5] =
    [RoomKind::Public, RoomKind::Private, RoomKind::Announcement, RoomKind::Direct, RoomKind::Group];

const G: Option<Role> = Some(Role::Guest);
const M: Option<Role> = Some(Role::Member);
const MOD: Option<Role> = Some(Role::Moderator);
const OWN: Option<Role> = Some(Role::Owner);
const NO: Option<Role> = None;

/// The least role in the room that each act takes, by kind; `None` where nobody may. In `Read` and `Join`
/// of public and announcement rooms it is the role in the space: whoever is in the space may.
pub const ROOM_ACTS: [(RoomAct, [Option<Role>; 5]); 14] = [
    //                       public private announcement direct group
    (RoomAct::Read, [G, G, G, G, G]),
    (RoomAct::Join, [G, NO, G, NO, NO]),
    (RoomAct::Leave, [G, G, G, NO, G]),
    (RoomAct::Send, [G, G, MOD, G, G]),
    (RoomAct::Amend, [G, G, G, G, G]),
    (RoomAct::CallAll, [MOD, M, MOD, M, M]),
    (RoomAct::DeleteOthers, [MOD, MOD, MOD, NO, NO]),
    (RoomAct::Report, [G, G, G, G, G]),
    (RoomAct::Rename, [M, M, MOD, NO, NO]),
    (RoomAct::Invite, [M, M, MOD, NO, NO]),
    (RoomAct::Remove, [MOD, MOD, MOD, NO, NO]),
    (RoomAct::SlowDown, [MOD, MOD, MOD, NO, NO]),
    (RoomAct::Configure, [OWN, OWN, OWN, NO, NO]),
    (RoomAct::Archive, [OWN, OWN, OWN, NO, NO]),
];

/// The least role in the space that each act takes.
pub const SPACE_ACTS: [(SpaceAct, Role); 11] = [
    (SpaceAct::See, Role::Guest),
    (SpaceAct::ListPeople, Role::Member),
    (SpaceAct::StartDirect, Role::Member),
    (SpaceAct::CreateRoom, Role::Member),
    (SpaceAct::CreateAnnouncement, Role::Moderator),
    (SpaceAct::Invite, Role::Moderator),
    (SpaceAct::HandleReports, Role::Moderator),
    (SpaceAct::Ban, Role::Moderator),
    (SpaceAct::ReadAudit, Role::Owner),
    (SpaceAct::Configure, Role::Owner),
    (SpaceAct::GiveRoles, Role::Owner),
];

/// What takes somebody who runs the server.
pub const SERVER_ACTS: [ServerAct; 2] = [ServerAct::CreateSpace, ServerAct::ManageAccounts];

/// May somebody with this role do this in a room of this kind?
pub fn may(act: RoomAct, kind: RoomKind, role: Role) -> bool {
    let column = KINDS.iter().position(|known| *known == kind);
    let row = ROOM_ACTS.iter().find(|(known, _)| *known == act);
    row.zip(column).is_some_and(|((_, least), column)| least[column].is_some_and(|least| role >= least))
}

/// May somebody with this role do this in a space?
pub fn may_in_space(act: SpaceAct, role: Role) -> bool {
    SPACE_ACTS.iter().any(|(known, least)| *known == act && role >= *least)
}

/// May somebody of one role send out, ban, or change the role of somebody of another? Owners may of owners.
pub fn outranks(role: Role, other: Role) -> bool {
    role > other || role == Role::Owner
}

/// What one may do in a room, from one's roles in it and in its space: who keeps order in the space keeps
/// it in every room that all may find, and in no other.
pub fn effective(kind: RoomKind, room: Role, space: Role) -> Role {
    let is_common = matches!(kind, RoomKind::Public | RoomKind::Announcement);
    if is_common && space >= Role::Moderator { room.max(space) } else { room }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_its_line_once() {
        for (at, (act, _)) in ROOM_ACTS.iter().enumerate() {
            assert_eq!(ROOM_ACTS.iter().position(|(other, _)| other == act), Some(at));
            assert_eq!(*act as usize, at, "in the order in which they are declared");
        }
        for (at, (act, _)) in SPACE_ACTS.iter().enumerate() {
            assert_eq!(*act as usize, at);
        }
    }

    #[test]
    fn who_keeps_order_in_a_space_has_no_say_in_private() {
        let moderator = |kind| effective(kind, Role::Member, Role::Moderator);
        assert!(may(RoomAct::DeleteOthers, RoomKind::Public, moderator(RoomKind::Public)));
        assert!(may(RoomAct::Send, RoomKind::Announcement, moderator(RoomKind::Announcement)));
        assert!(!may(RoomAct::DeleteOthers, RoomKind::Private, moderator(RoomKind::Private)));
        assert!(!may(RoomAct::Remove, RoomKind::Group, Role::Owner));
        assert!(!may(RoomAct::Send, RoomKind::Other, Role::Owner), "what is not known is not allowed");
    }

    #[test]
    fn nobody_sends_out_an_equal_but_owners() {
        assert!(outranks(Role::Moderator, Role::Member) && outranks(Role::Owner, Role::Owner));
        assert!(!outranks(Role::Moderator, Role::Moderator) && !outranks(Role::Member, Role::Owner));
    }
}
