//! What is done with a message: answering, reacting, looking back, taking it back.

/// The sentences about what is done with a message.
#[expect(
    missing_docs,
    reason = "each field is named after what it says; the sentences are its documentation"
)]
pub struct ActsWords {
    // Answers
    pub reply: &'static str,
    pub in_reply_to: &'static str,
    pub replying_before: &'static str,
    pub replying_after: &'static str,
    pub stop_reply: &'static str,
    pub old_message: &'static str,
    // The menu
    pub more: &'static str,
    pub menu: &'static str,
    pub copy_text: &'static str,
    pub copy_link: &'static str,
    pub copied: &'static str,
    // Taking it back
    pub deleted: &'static str,
    pub undo: &'static str,
    // Earlier texts
    pub texts: &'static str,
    pub texts_of: fn(&str) -> String,
    pub text_first: &'static str,
    pub text_now: &'static str,
    // The picker
    pub react: &'static str,
    pub add_reaction: &'static str,
}

pub(super) static KO: ActsWords = ActsWords {
    reply: "답글",
    in_reply_to: "답글 대상",
    replying_before: "",
    replying_after: " 님에게 답글",
    stop_reply: "답글 그만두기",
    old_message: "예전 글",
    more: "더 보기",
    menu: "글 메뉴",
    copy_text: "글 복사",
    copy_link: "링크 복사",
    copied: "복사했어요",
    deleted: "지웠어요",
    undo: "되돌리기",
    texts: "고치기 전의 글",
    texts_of: |when| format!("{when}. 고치기 전의 글 보기"),
    text_first: "처음 글",
    text_now: "지금 글",
    react: "반응 달기",
    add_reaction: "반응 더하기",
};

pub(super) static EN: ActsWords = ActsWords {
    reply: "Reply",
    in_reply_to: "In reply to",
    replying_before: "Replying to ",
    replying_after: "",
    stop_reply: "Cancel reply",
    old_message: "An older message",
    more: "More",
    menu: "Message menu",
    copy_text: "Copy text",
    copy_link: "Copy link",
    copied: "Copied",
    deleted: "Deleted",
    undo: "Undo",
    texts: "Earlier versions",
    texts_of: |when| format!("{when}. Show earlier versions"),
    text_first: "First version",
    text_now: "Now",
    react: "React",
    add_reaction: "Add reaction",
};
