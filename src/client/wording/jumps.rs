//! What stands around a timeline: ways to what is new and to the end.

/// The sentences around a timeline.
pub struct JumpWords {
    pub new_line: &'static str,
    pub to_new: fn(u32, Option<&str>) -> String,
    pub mark_read: &'static str,
    pub to_end: fn(u32) -> String,
    pub note_gone: &'static str,
    pub note_nowhere: &'static str,
    pub opens: &'static str,
    pub opens_new: &'static str,
    pub opens_end: &'static str,
    pub hello: &'static str,
    pub invite_people: &'static str,
    pub to_day: &'static str,
    pub to_day_text: &'static str,
    pub day: &'static str,
    pub go: &'static str,
}

pub(super) static KO: JumpWords = JumpWords {
    new_line: "여기부터 새 글이에요",
    to_new: |news, since| match since {
        Some(since) => format!("새 글 {news}개 · {since}부터"),
        None => format!("새 글 {news}개"),
    },
    mark_read: "읽음으로 하기",
    to_end: |news| if news == 0 { "맨 아래로".to_owned() } else { format!("새 글 {news}개") },
    note_gone: "지운 글이에요",
    note_nowhere: "그 글은 여기 없어요",
    opens: "방을 열 때",
    opens_new: "읽던 곳부터",
    opens_end: "맨 아래부터",
    hello: "👋 인사하기",
    invite_people: "사람들 초대하기",
    to_day: "날짜로 가기",
    to_day_text: "그날의 첫 글로 가요. 그날 글이 없으면 그다음 글로 가요.",
    day: "날짜",
    go: "가기",
};

pub(super) static EN: JumpWords = JumpWords {
    new_line: "New since you left",
    to_new: |news, since| match since {
        Some(since) => format!("{news} new since {since}"),
        None => format!("{news} new"),
    },
    mark_read: "Mark as read",
    to_end: |news| match news {
        0 => "Newest".to_owned(),
        1 => "1 new message".to_owned(),
        _ => format!("{news} new messages"),
    },
    note_gone: "Message deleted",
    note_nowhere: "That message isn’t here",
    opens: "Rooms open",
    opens_new: "Where I stopped",
    opens_end: "At the end",
    hello: "👋 Say hello",
    invite_people: "Invite people",
    to_day: "Jump to a date",
    to_day_text: "Goes to the first message of that day, or to the next one after it.",
    day: "Date",
    go: "Go",
};
