//! What others are told of oneself.

/// The sentences of the settings about it.
#[expect(
    missing_docs,
    reason = "each field is named after what it says; the sentences are its documentation"
)]
pub struct SharingWords {
    pub title: &'static str,
    pub text: &'static str,
    pub typing: &'static str,
    pub typing_text: &'static str,
    pub seen_at: &'static str,
    pub seen_at_text: &'static str,
    pub reading: &'static str,
    pub reading_text: &'static str,
}

pub(super) const KO: SharingWords = SharingWords {
    title: "나를 알리기",
    text: "같은 방에 있는 사람들에게 무엇을 보일지 골라요.",
    typing: "쓰는 중인 것",
    typing_text: "끄면 글을 쓰는 동안 아무에게도 보이지 않아요.",
    seen_at: "마지막으로 접속한 때",
    seen_at_text: "끄면 언제 다녀갔는지도, 지역 시간도 보이지 않아요.",
    reading: "어디까지 읽었는지",
    reading_text: "작은 방에서만 보여요. 끄면 다른 사람이 읽었는지도 볼 수 없어요.",
};

pub(super) const EN: SharingWords = SharingWords {
    title: "What others see",
    text: "Choose what people in your rooms are told.",
    typing: "That you’re typing",
    typing_text: "When off, nobody sees that you’re writing.",
    seen_at: "When you were last here",
    seen_at_text: "When off, nobody sees when you came by, nor your local time.",
    reading: "How far you’ve read",
    reading_text: "In small rooms only. When off, you don’t see how far others have read either.",
};
