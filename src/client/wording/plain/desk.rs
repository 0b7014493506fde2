//! What the pages of a space share: where they lead, and how roles, kinds and instants are called.

use crate::{
    client::{Zone, wording::iso},
    protocol::{Millis, Role, RoomKind},
};

const MINUTE: Millis = 60_000;
const HOUR: Millis = 60 * MINUTE;
const DAY: Millis = 24 * HOUR;

/// The sentences that the pages of a space share.
#[expect(
    missing_docs,
    reason = "each field is named after what it says; the sentences are its documentation"
)]
pub struct DeskWords {
    pub rooms: &'static str,
    pub people: &'static str,
    pub invites: &'static str,
    pub reports: &'static str,
    pub audit: &'static str,
    pub settings: &'static str,
    pub direct: &'static str,
    pub server: &'static str,
    pub guest: &'static str,
    pub member: &'static str,
    pub moderator: &'static str,
    pub owner: &'static str,
    pub public: &'static str,
    pub public_text: &'static str,
    pub private: &'static str,
    pub private_text: &'static str,
    pub announcement: &'static str,
    pub announcement_text: &'static str,
    pub talk: &'static str,
    pub archived: &'static str,
    pub role: &'static str,
    pub name: &'static str,
    pub acts: &'static str,
    pub find: &'static str,
    pub search: &'static str,
    pub all: &'static str,
    pub more: &'static str,
    pub first: &'static str,
    pub you: &'static str,
    pub save: &'static str,
    pub sure: &'static str,
    /// How many people there are.
    pub count: fn(u32) -> String,
    /// How long ago something was.
    pub ago: fn(Millis) -> String,
    /// How long something still lasts.
    pub left: fn(Millis) -> String,
}

impl DeskWords {
    /// What a role is called.
    pub fn role_name(&self, role: Role) -> &'static str {
        match role {
            Role::Guest => self.guest,
            Role::Member => self.member,
            Role::Moderator => self.moderator,
            Role::Owner => self.owner,
        }
    }

    /// What a kind of room is called, and what it means.
    pub fn kind_name(&self, kind: RoomKind) -> (&'static str, &'static str) {
        match kind {
            RoomKind::Public => (self.public, self.public_text),
            RoomKind::Private => (self.private, self.private_text),
            RoomKind::Announcement => (self.announcement, self.announcement_text),
            RoomKind::Direct | RoomKind::Group | RoomKind::Other => (self.talk, ""),
        }
    }
}

/// An instant for who wants it exactly: nobody has told the server where the reader's clock stands.
pub fn exactly(at: Millis) -> String {
    let (hour, minute) = Zone::UTC.time(at);
    let day = iso(at);
    format!("{} {hour:02}:{minute:02} UTC", day.split('T').next().unwrap_or_default())
}

fn ago_ko(ms: Millis) -> String {
    match ms {
        0..MINUTE => "방금".to_owned(),
        MINUTE..HOUR => format!("{}분 전", ms / MINUTE),
        HOUR..DAY => format!("{}시간 전", ms / HOUR),
        _ => format!("{}일 전", ms / DAY),
    }
}

fn ago_en(ms: Millis) -> String {
    match ms {
        0..MINUTE => "just now".to_owned(),
        MINUTE..HOUR => format!("{} min ago", ms / MINUTE),
        HOUR..DAY => format!("{} h ago", ms / HOUR),
        _ => format!("{} d ago", ms / DAY),
    }
}

fn left_ko(ms: Millis) -> String {
    match ms {
        0..HOUR => "곧 끝나요".to_owned(),
        HOUR..DAY => format!("{}시간 남음", ms.div_ceil(HOUR)),
        _ => format!("{}일 남음", ms.div_ceil(DAY)),
    }
}

fn left_en(ms: Millis) -> String {
    match ms {
        0..HOUR => "ends soon".to_owned(),
        HOUR..DAY => format!("{} h left", ms.div_ceil(HOUR)),
        _ => format!("{} d left", ms.div_ceil(DAY)),
    }
}

pub(super) const KO: DeskWords = DeskWords {
    rooms: "방 둘러보기",
    people: "사람들",
    invites: "초대",
    reports: "신고",
    audit: "기록",
    settings: "공간 설정",
    direct: "대화 시작하기",
    server: "서버 관리",
    guest: "손님",
    member: "구성원",
    moderator: "도우미",
    owner: "지기",
    public: "열린 방",
    public_text: "이 공간 사람이면 누구나 찾아 들어와요.",
    private: "초대한 사람만",
    private_text: "목록에 보이지 않고, 초대받은 사람만 들어와요.",
    announcement: "알리는 방",
    announcement_text: "누구나 읽고, 도우미와 지기만 써요.",
    talk: "개인 대화",
    archived: "보관됨",
    role: "역할",
    name: "이름",
    acts: "할 수 있는 일",
    find: "찾을 말",
    search: "찾기",
    all: "모두 보기",
    more: "더 보기",
    first: "처음으로",
    you: "나",
    save: "저장",
    sure: "네, 그렇게 할게요",
    count: |count| format!("{count}명"),
    ago: ago_ko,
    left: left_ko,
};

pub(super) const EN: DeskWords = DeskWords {
    rooms: "Browse rooms",
    people: "People",
    invites: "Invitations",
    reports: "Reports",
    audit: "Record",
    settings: "Space settings",
    direct: "Start a conversation",
    server: "This server",
    guest: "Guest",
    member: "Member",
    moderator: "Helper",
    owner: "Keeper",
    public: "Open",
    public_text: "Anyone in this space can find and join it.",
    private: "By invitation",
    private_text: "Not listed. Only people who were invited can come in.",
    announcement: "Announcements",
    announcement_text: "Everyone reads, helpers and keepers write.",
    talk: "Conversation",
    archived: "Archived",
    role: "Role",
    name: "Name",
    acts: "What you can do",
    find: "What to look for",
    search: "Search",
    all: "Show all",
    more: "More",
    first: "Back to the start",
    you: "you",
    save: "Save",
    sure: "Yes, do it",
    count: |count| match count {
        1 => "1 person".to_owned(),
        count => format!("{count} people"),
    },
    ago: ago_en,
    left: left_en,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_told_as_people_say_it() {
        assert_eq!((KO.ago)(59_999), "방금");
        assert_eq!((KO.ago)(2 * HOUR + 5), "2시간 전");
        assert_eq!((EN.ago)(3 * DAY), "3 d ago");
        assert_eq!((EN.left)(HOUR - 1), "ends soon");
        assert_eq!((KO.left)(7 * DAY - 1), "7일 남음");
        assert_eq!(exactly(951_782_400_000), "2000-02-29 00:00 UTC");
    }
}
