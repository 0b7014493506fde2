//! The record in sentences.

use crate::{
    client::wording::Particle,
    protocol::{AuditAct, AuditEntry, Role, User},
};

type RoleName<'a> = &'a dyn Fn(Role) -> &'static str;

/// Who it was done to; an account that is no more has no name.
fn whom(entry: &AuditEntry) -> &str {
    entry.user.as_ref().map_or("?", User::shown)
}

/// `detail` as the role that it is, else as it stands.
fn role<'a>(detail: &'a str, name: RoleName<'_>) -> &'a str {
    Role::try_from(detail.to_owned()).map_or(detail, |role| name(role))
}

/// What was done, in Korean, without who did it.
pub(super) fn said_ko(entry: &AuditEntry, role_name: RoleName<'_>) -> String {
    let (whom, detail) = (whom(entry), entry.detail.as_str());
    let room = match entry.room.as_deref() {
        None | Some("") => "어느 방".to_owned(),
        Some(room) => format!("#{room}"),
    };
    let toward = |word: &str| format!("{word}{}", Particle::Toward.after(word));
    let object = |word: &str| format!("{word}{}", Particle::Object.after(word));
    let because = if detail.is_empty() { String::new() } else { format!(" ({detail})") };
    let to_room = entry.room.as_ref().map(|_| format!("{room} ")).unwrap_or_default();
    match entry.act {
        AuditAct::SpaceMade => format!("공간을 만들었어요{because}"),
        AuditAct::SpaceEdited => format!("공간 설정을 바꿨어요{because}"),
        AuditAct::InviteMade => format!("{to_room}초대 링크를 만들었어요{because}"),
        AuditAct::InviteRevoked => format!("{to_room}초대 링크를 거뒀어요{because}"),
        AuditAct::InviteUsed => format!("{to_room}초대 링크로 들어왔어요{because}"),
        AuditAct::RoleGiven => format!("{whom} 님을 {} 바꿨어요", toward(role(detail, role_name))),
        AuditAct::Banned => format!("{whom} 님을 공간에서 내보냈어요{because}"),
        AuditAct::Unbanned => format!("{whom} 님을 다시 들이기로 했어요"),
        AuditAct::Added => format!("{whom} 님을 {room}에 데려왔어요"),
        AuditAct::Removed => format!("{whom} 님을 {room}에서 내보냈어요"),
        AuditAct::RoomRoleGiven => {
            format!("{room}에서 {whom} 님을 {} 바꿨어요", toward(role(detail, role_name)))
        }
        AuditAct::RoomConfigured => format!("{room}의 성격을 바꿨어요{because}"),
        AuditAct::Slowed if detail == "0" => format!("{room}에서 기다리지 않고 말하게 했어요"),
        AuditAct::Slowed => format!("{room}에서 {detail}초마다 말하게 했어요"),
        AuditAct::Archived => format!("{} 보관했어요", object(&room)),
        AuditAct::Restored => format!("{} 되돌렸어요", object(&room)),
        AuditAct::MessageDeleted => format!("{room}에서 {whom} 님의 글을 지웠어요"),
        AuditAct::ReportSettled => format!("{room}에서 온 신고를 처리했어요"),
        AuditAct::Deactivated => format!("{whom} 님의 계정을 멈췄어요"),
        AuditAct::Reactivated => format!("{whom} 님의 계정을 다시 쓰게 했어요"),
        AuditAct::RecoveryMade => format!("{whom} 님이 비밀번호를 새로 정할 링크를 만들었어요"),
        AuditAct::AdminGiven => format!("{whom} 님을 서버 관리자로 정했어요"),
        AuditAct::AdminTaken => format!("{whom} 님을 서버 관리자에서 뺐어요"),
        AuditAct::Other => "이 버전이 모르는 일을 했어요".to_owned(),
    }
}

/// What was done, in English, without who did it.
pub(super) fn said_en(entry: &AuditEntry, role_name: RoleName<'_>) -> String {
    let (whom, detail) = (whom(entry), entry.detail.as_str());
    let room = match entry.room.as_deref() {
        None | Some("") => "a room".to_owned(),
        Some(room) => format!("#{room}"),
    };
    let because = if detail.is_empty() { String::new() } else { format!(" ({detail})") };
    let to_room = entry.room.as_ref().map(|_| format!(" to {room}")).unwrap_or_default();
    match entry.act {
        AuditAct::SpaceMade => format!("Made the space{because}"),
        AuditAct::SpaceEdited => format!("Changed the space’s settings{because}"),
        AuditAct::InviteMade => format!("Made an invitation link{to_room}{because}"),
        AuditAct::InviteRevoked => format!("Revoked an invitation link{to_room}{because}"),
        AuditAct::InviteUsed => format!("Came in by an invitation link{to_room}{because}"),
        AuditAct::RoleGiven => format!("Gave {whom} the role {}", role(detail, role_name)),
        AuditAct::Banned => format!("Banned {whom}{because}"),
        AuditAct::Unbanned => format!("Let {whom} come in again"),
        AuditAct::Added => format!("Brought {whom} into {room}"),
        AuditAct::Removed => format!("Removed {whom} from {room}"),
        AuditAct::RoomRoleGiven => format!("Gave {whom} the role {} in {room}", role(detail, role_name)),
        AuditAct::RoomConfigured => format!("Changed what kind of room {room} is{because}"),
        AuditAct::Slowed if detail == "0" => format!("Ended slow mode in {room}"),
        AuditAct::Slowed => format!("Slowed {room} down to a message every {detail} s"),
        AuditAct::Archived => format!("Archived {room}"),
        AuditAct::Restored => format!("Restored {room}"),
        AuditAct::MessageDeleted => format!("Deleted a message of {whom} in {room}"),
        AuditAct::ReportSettled => format!("Settled a report from {room}"),
        AuditAct::Deactivated => format!("Put the account of {whom} out of use"),
        AuditAct::Reactivated => format!("Put the account of {whom} back into use"),
        AuditAct::RecoveryMade => format!("Made a link for {whom} to choose a new password"),
        AuditAct::AdminGiven => format!("Made {whom} an administrator of the server"),
        AuditAct::AdminTaken => format!("Took the office of administrator from {whom}"),
        AuditAct::Other => "Did something that this version doesn’t know".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{AuditId, UserId};

    fn entry(act: AuditAct) -> AuditEntry {
        AuditEntry {
            id: AuditId::from_raw(1),
            at: 0,
            by: None,
            act,
            user: Some(User::new(UserId::from_raw(1), "지민".to_owned())),
            room: Some("여름".to_owned()),
            detail: "moderator".to_owned(),
        }
    }

    #[test]
    fn every_act_is_a_sentence_of_its_own_in_both_languages() {
        for said in [said_ko, said_en] {
            let name = |_: Role| "도우미";
            let mut all: Vec<String> = AuditAct::ALL.iter().map(|act| said(&entry(*act), &name)).collect();
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), count, "{all:?}");
        }
    }

    #[test]
    fn particles_follow_names_and_a_room_out_of_sight_has_none() {
        let name = |_: Role| "지기";
        assert_eq!(said_ko(&entry(AuditAct::RoleGiven), &name), "지민 님을 지기로 바꿨어요");
        assert_eq!(said_ko(&entry(AuditAct::Archived), &name), "#여름을 보관했어요");
        let unseen = AuditEntry { room: Some(String::new()), ..entry(AuditAct::Removed) };
        assert_eq!(said_ko(&unseen, &name), "지민 님을 어느 방에서 내보냈어요");
        assert_eq!(said_en(&unseen, &name), "Removed 지민 from a room");
    }
}
