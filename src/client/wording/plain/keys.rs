//! The sheet of keys. It stands in every chat page as the server wrote it.

/// A line of the sheet: what it does, and the keys: a blank parts those that are pressed together.
pub type KeyLine = (&'static str, &'static str);

/// The sentences of the sheet of keys.
#[expect(
    missing_docs,
    reason = "each field is named after what it says; the sentences are its documentation"
)]
pub struct KeysWords {
    pub title: &'static str,
    /// Before and after the key that shows the sheet.
    pub again: (&'static str, &'static str),
    pub groups: [(&'static str, &'static [KeyLine]); 4],
}

pub(super) const KO: KeysWords = KeysWords {
    title: "단축키",
    again: ("언제든 ", " 를 누르면 다시 볼 수 있어요."),
    groups: [
        (
            "옮겨 다니기",
            &[
                ("빠른 이동", "Ctrl K"),
                ("앞뒤 방", "Alt ↑ ↓"),
                ("안 읽은 방", "Alt Shift ↓"),
                ("구역 돌기", "F6"),
                ("맨 위 층 닫기", "Esc"),
            ],
        ),
        (
            "글 읽기",
            &[
                ("글 오르내리기", "↑ ↓"),
                ("처음 안 읽은 글", "Ctrl J"),
                ("맨 아래로", "End"),
                ("날짜로 가기", "D"),
                ("읽음으로", "Esc"),
                ("모두 읽음으로", "Shift Esc"),
            ],
        ),
        (
            "글 쓰기",
            &[
                ("보내기", "Enter"),
                ("줄바꿈", "Shift Enter"),
                ("내 마지막 글 고치기", "↑"),
                ("굵게", "Ctrl B"),
                ("기울임", "Ctrl I"),
                ("이모지, 고른 글은 코드로", "Ctrl E"),
            ],
        ),
        ("글 위에서", &[("반응", "E"), ("답글", "R"), ("링크 복사", "L"), ("더 보기", "M")]),
    ],
};

pub(super) const EN: KeysWords = KeysWords {
    title: "Keyboard shortcuts",
    again: ("Press ", " any time to see this again."),
    groups: [
        (
            "Getting around",
            &[
                ("Quick switcher", "Ctrl K"),
                ("Previous, next room", "Alt ↑ ↓"),
                ("Next unread room", "Alt Shift ↓"),
                ("Cycle regions", "F6"),
                ("Close the topmost layer", "Esc"),
            ],
        ),
        (
            "Reading",
            &[
                ("Move between messages", "↑ ↓"),
                ("First unread", "Ctrl J"),
                ("Newest", "End"),
                ("Jump to a date", "D"),
                ("Mark as read", "Esc"),
                ("Mark all as read", "Shift Esc"),
            ],
        ),
        (
            "Writing",
            &[
                ("Send", "Enter"),
                ("New line", "Shift Enter"),
                ("Edit last message", "↑"),
                ("Bold", "Ctrl B"),
                ("Italic", "Ctrl I"),
                ("Emoji, or code of what is selected", "Ctrl E"),
            ],
        ),
        ("On a message", &[("React", "E"), ("Reply", "R"), ("Copy link", "L"), ("More", "M")]),
    ],
};
