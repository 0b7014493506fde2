//! What is read and unread, and why one is told of a message.

use crate::protocol::Why;

/// The sentences about what is read, unread and told.
#[expect(
    missing_docs,
    reason = "each field is named after what it says; the sentences are its documentation"
)]
pub struct HeedWords {
    pub inbox: &'static str,
    pub mark_unread: &'static str,
    pub mark_read: &'static str,
    pub mark_all_read: &'static str,
    pub mute: &'static str,
    pub mute_all: &'static str,
    pub mute_mentions: &'static str,
    pub mute_nothing: &'static str,
    pub why: fn(Why) -> &'static str,
}

pub(super) static KO: HeedWords = HeedWords {
    inbox: "나를 부른 글",
    mark_unread: "여기부터 안 읽음으로",
    mark_read: "이 방 모두 읽음으로",
    mark_all_read: "모든 방 읽음으로",
    mute: "이 방의 알림",
    mute_all: "모든 글",
    mute_mentions: "나를 부를 때만",
    mute_nothing: "알리지 않기",
    why: |why| match why {
        Why::Name => "이름을 불렀어요",
        Why::Reply => "답장이에요",
        Why::All => "모두를 불렀어요",
        Why::Direct => "개인 대화예요",
        Why::Everything => "이 방의 글을 모두 알리고 있어요",
    },
};

pub(super) static EN: HeedWords = HeedWords {
    inbox: "Mentions and replies",
    mark_unread: "Mark unread from here",
    mark_read: "Mark this room read",
    mark_all_read: "Mark all rooms read",
    mute: "Notifications of this room",
    mute_all: "Every message",
    mute_mentions: "Only when I’m mentioned",
    mute_nothing: "Nothing",
    why: |why| match why {
        Why::Name => "You were mentioned",
        Why::Reply => "A reply to you",
        Why::All => "Everyone was called",
        Why::Direct => "A direct message",
        Why::Everything => "You hear everything in this room",
    },
};
