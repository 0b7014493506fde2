//! Picking an emoji.

/// The sentences of the picker.
#[expect(
    missing_docs,
    reason = "each field is named after what it says; the sentences are its documentation"
)]
pub struct EmojiWords {
    pub pick: &'static str,
    pub find: &'static str,
    pub find_placeholder: &'static str,
    pub tabs: &'static str,
    pub groups: [&'static str; 10],
    pub fetching: &'static str,
    pub broken: &'static str,
    pub none: &'static str,
    pub no_recent: &'static str,
}

pub(super) const KO: EmojiWords = EmojiWords {
    pick: "이모지 고르기",
    find: "이모지 찾기",
    find_placeholder: "웃음, 하트, 밥…",
    tabs: "이모지 갈래",
    groups: ["최근", "표정", "사람", "자연", "음식", "이동", "놀이", "물건", "기호", "깃발"],
    fetching: "이모지를 불러오고 있어요",
    broken: "이모지를 불러오지 못했어요. 닫았다가 다시 열어 보세요.",
    none: "찾는 이모지가 없어요",
    no_recent: "쓴 이모지가 여기 모여요",
};

pub(super) const EN: EmojiWords = EmojiWords {
    pick: "Pick an emoji",
    find: "Search emoji",
    find_placeholder: "smile, heart, rice…",
    tabs: "Emoji categories",
    groups: [
        "Recent", "Smileys", "People", "Nature", "Food", "Travel", "Activity", "Objects", "Symbols", "Flags",
    ],
    fetching: "Loading emoji",
    broken: "Emoji couldn’t be loaded. Close this and open it again.",
    none: "No emoji found",
    no_recent: "Emoji you use gather here",
};
