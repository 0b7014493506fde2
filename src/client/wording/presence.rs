//! Presence: who is here, who writes, and what one says of oneself.

/// The sentences about how people are.
#[expect(
    missing_docs,
    reason = "each field is named after what it says; the sentences are its documentation"
)]
pub struct PresenceWords {
    /// Here, away, not to be disturbed, and not here.
    pub are: [&'static str; 4],
    /// What the parts of a list are called: here, away, not here.
    pub parts: [&'static str; 3],
    /// Those who write: one, two, or more.
    pub typing: fn(&[String]) -> String,
    /// Minutes since somebody was last here.
    pub last_seen: fn(u64) -> String,
    pub more: &'static str,
    pub profile: &'static str,
    pub profile_page: &'static str,
    pub write: &'static str,
    pub local_time: &'static str,
    /// How far the clock of somebody is ahead of the reader's, or behind it; the hours stand for `{}`.
    pub clocks: [&'static str; 2],
    pub rooms: &'static str,
    /// How many rooms one is in together with somebody.
    pub rooms_count: fn(u32) -> String,
    pub not_in: &'static str,
    /// How many have seen the newest message.
    pub seen: fn(usize) -> String,
    pub status: &'static str,
    pub status_placeholder: &'static str,
    pub emoji: &'static str,
    pub lasts: &'static str,
    /// Until it is changed, half an hour, an hour, today.
    pub times: [&'static str; 4],
    pub keep: &'static str,
    pub dnd: &'static str,
    pub dnd_off: &'static str,
}

pub(super) static KO: PresenceWords = PresenceWords {
    are: ["접속 중", "자리 비움", "방해 금지", "접속하지 않음"],
    parts: ["지금 있는 사람", "자리 비운 사람", "없는 사람"],
    typing: |names| match names {
        [one] => format!("{one} 님이 쓰고 있어요"),
        [one, other] => format!("{one} 님과 {other} 님이 쓰고 있어요"),
        _ => "여러 명이 쓰고 있어요".to_owned(),
    },
    last_seen: |minutes| match minutes {
        0..2 => "방금 전 접속".to_owned(),
        2..60 => format!("{minutes}분 전 접속"),
        60..2880 => format!("{}시간 전 접속", minutes / 60),
        _ => format!("{}일 전 접속", minutes / 1440),
    },
    more: "더 보기",
    profile: "프로필",
    profile_page: "프로필 보기",
    write: "대화하기",
    local_time: "지역 시간",
    clocks: ["{} 빨라요", "{} 늦어요"],
    rooms: "함께 있는 방",
    rooms_count: |n| format!("{n}곳"),
    not_in: "지금은 이 방에 없어요.",
    seen: |n| format!("{n}명 읽음"),
    status: "지금 상태",
    status_placeholder: "글 다듬는 중",
    emoji: "이모지",
    lasts: "언제까지",
    times: ["바꿀 때까지", "30분", "1시간", "오늘"],
    keep: "상태 바꾸기",
    dnd: "방해 금지",
    dnd_off: "끄기",
};

pub(super) static EN: PresenceWords = PresenceWords {
    are: ["Here now", "Away", "Do not disturb", "Offline"],
    parts: ["Here", "Away", "Offline"],
    typing: |names| match names {
        [one] => format!("{one} is typing"),
        [one, other] => format!("{one} and {other} are typing"),
        _ => "Several people are typing".to_owned(),
    },
    last_seen: |minutes| match minutes {
        0..2 => "Last seen just now".to_owned(),
        2..60 => format!("Last seen {minutes} min ago"),
        60..2880 => format!("Last seen {} h ago", minutes / 60),
        _ => format!("Last seen {} days ago", minutes / 1440),
    },
    more: "Show more",
    profile: "Profile",
    profile_page: "See profile",
    write: "Message",
    local_time: "Local time",
    clocks: ["{} ahead", "{} behind"],
    rooms: "Rooms in common",
    rooms_count: |n| n.to_string(),
    not_in: "Not in this room right now.",
    seen: |n| format!("Seen {n}"),
    status: "Status",
    status_placeholder: "Polishing copy",
    emoji: "Emoji",
    lasts: "For how long",
    times: ["Until I change it", "30 min", "1 hour", "Today"],
    keep: "Set status",
    dnd: "Do not disturb",
    dnd_off: "Turn off",
};
