//! What stands around the words of a message: code, what is hidden, what is to be done, where links lead.

/// The sentences of prose.
#[expect(
    missing_docs,
    reason = "each field is named after what it says; the sentences are its documentation"
)]
pub struct ProseWords {
    pub code: &'static str,
    /// Code in the language of this name.
    pub code_in: fn(&str) -> String,
    pub copy: &'static str,
    pub copied: &'static str,
    pub spoiler: &'static str,
    pub done: &'static str,
    pub not_done: &'static str,
    /// A message in the room of this name.
    pub message_in: fn(&str) -> String,
}

pub(super) static KO: ProseWords = ProseWords {
    code: "코드",
    code_in: |language| format!("{language} 코드"),
    copy: "복사",
    copied: "복사했어요",
    spoiler: "가려 둔 글 보기",
    done: "다 한 일:",
    not_done: "할 일:",
    message_in: |room| format!("#{room}의 글"),
};

pub(super) static EN: ProseWords = ProseWords {
    code: "code",
    code_in: |language| format!("{language} code"),
    copy: "Copy",
    copied: "Copied",
    spoiler: "Show hidden text",
    done: "Done:",
    not_done: "To do:",
    message_in: |room| format!("Message in #{room}"),
};
