//! Every sentence that a person reads, in every language Maru speaks.

mod acts;
mod compose;
mod en;
mod heed;
mod jumps;
mod ko;
mod particle;
pub mod plain;
pub mod presence;
mod prose;
mod time;
mod way;

use super::{Day, Link, Notice};
use crate::protocol::{Failure, Op, Role};
use serde::{Deserialize, Serialize};

pub use acts::ActsWords;
pub use heed::HeedWords;
pub use particle::Particle;
pub use prose::ProseWords;
pub use time::iso;

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", from = "String")]
pub enum Lang {
    /// 한국어
    Ko,
    /// English
    #[default]
    En,
}

impl Lang {
    /// From a language tag: `ko`, `ko-KR`, `EN_us`.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        [Self::Ko, Self::En].into_iter().find(|lang| primary.eq_ignore_ascii_case(lang.tag()))
    }

    /// The language tag for HTML and cookies.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// What the language calls itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ko => "한국어",
            Self::En => "English",
        }
    }
}

impl From<String> for Lang {
    fn from(tag: String) -> Self {
        Self::parse(&tag).unwrap_or_default()
    }
}

/// The reader's language: what was chosen, else what the browser prefers, else English.
pub fn choose(cookie: Option<&str>, accept: Option<&str>) -> Lang {
    cookie.and_then(Lang::parse).or_else(|| accept.and_then(preferred)).unwrap_or_default()
}

/// The best language of an `Accept-Language` header (RFC 9110, 12.5.4).
fn preferred(accept: &str) -> Option<Lang> {
    let mut best: Option<(Lang, f32)> = None;
    for range in accept.split(',') {
        let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
        let quality = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).unwrap_or(0.0);
        let Some(lang) = Lang::parse(tag) else { continue };
        if quality > best.map_or(0.0, |(_, known)| known) {
            best = Some((lang, quality));
        }
    }
    best.map(|(lang, _)| lang)
}

/// Every sentence in one language.
pub fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Ko => &ko::WORDS,
        Lang::En => &en::WORDS,
    }
}

/// Every sentence, in one language: a field each, so that none can be missing.
#[expect(
    missing_docs,
    reason = "each field is named after what it says; the sentences are its documentation"
)]
pub struct Words {
    /// What is done with a message.
    pub acts: &'static ActsWords,
    pub presence: &'static presence::PresenceWords,
    // The page
    pub skip: &'static str,
    pub close: &'static str,
    pub cancel: &'static str,
    pub save: &'static str,
    pub failure: fn(&Failure) -> String,
    pub heed: &'static HeedWords,

    // Spaces and rooms
    pub spaces: &'static str,
    pub room_list: &'static str,
    pub rooms: &'static str,
    pub joinable: &'static str,
    pub archived_rooms: &'static str,
    pub add_space: &'static str,
    pub space_menu: &'static str,
    pub space_people: &'static str,
    pub invites: &'static str,
    pub reports: &'static str,
    pub audit: &'static str,
    pub space_settings: &'static str,
    pub browse: &'static str,
    pub direct_rooms: &'static str,
    pub start_direct: &'static str,
    pub muted: &'static str,
    pub here: fn(u32) -> String,
    pub unread: fn(u32) -> String,
    pub mentions: fn(u32) -> String,
    pub create_room: &'static str,
    pub create_room_text: &'static str,
    pub room_name: &'static str,
    pub topic: &'static str,
    pub optional: &'static str,
    pub topic_placeholder: &'static str,
    pub room_kind: &'static str,
    pub kind_public: &'static str,
    pub kind_private: &'static str,
    pub kind_announcement: &'static str,
    pub choose_room: &'static str,
    pub choose_room_text: &'static str,

    // Room header
    pub back_to_rooms: &'static str,
    pub room_menu: &'static str,
    pub edit_room: &'static str,
    pub room_settings: &'static str,
    pub invite: &'static str,
    pub rename: &'static str,
    pub set_topic: &'static str,
    pub archive: &'static str,
    pub restore: &'static str,
    pub leave: &'static str,
    pub people: &'static str,
    pub show_people: &'static str,
    pub people_list: &'static str,
    pub nobody_here: &'static str,
    pub is_here: &'static str,
    pub you: &'static str,
    pub others: fn(u32) -> String,

    // Connection
    pub reconnecting: fn(usize) -> String,
    pub offline: &'static str,
    pub back: fn(usize) -> String,
    pub plain: &'static str,
    pub why_plain: &'static str,
    pub signed_out: &'static str,
    pub try_now: &'static str,
    pub enter_again: &'static str,

    // Timeline
    pub conversation: fn(&str) -> String,
    pub older: &'static str,
    pub fetching_older: &'static str,
    pub beginning: fn(&str) -> String,
    pub empty_title: &'static str,
    pub empty_text: &'static str,
    pub pending: &'static str,
    pub failed: &'static str,
    pub retry: &'static str,
    pub discard: &'static str,
    pub gone: &'static str,
    pub message_actions: &'static str,
    /// What a button says that puts this emoji under a message.
    pub react_with: fn(&str) -> String,
    pub reactions: &'static str,
    pub edit: &'static str,
    pub edit_message: &'static str,
    pub edit_again: &'static str,
    pub edited: &'static str,
    /// At which time of day the text was changed.
    pub edited_at: fn(&str) -> String,
    pub delete: &'static str,
    pub delete_title: &'static str,
    pub delete_text: &'static str,
    pub report: &'static str,
    pub not_edited: &'static str,
    pub not_deleted: &'static str,
    pub not_reacted: &'static str,
    pub newest: &'static str,
    /// Hour and minute as a person reads them.
    pub time: fn(u8, u8) -> String,
    /// A day; with its year or without.
    pub day: fn(Day, bool) -> String,
    pub jumps: &'static jumps::JumpWords,
    /// What follows the name of the one who did it.
    pub did: fn(&Op) -> String,
    /// What follows the first name of several who came in.
    pub joined: fn(usize) -> String,
    /// What follows the first name of several who went out.
    pub left: fn(usize) -> String,
    /// What follows the first name of several who did this and that.
    pub moved: fn(usize) -> String,
    /// What follows the first name of several who changed the room; and how many changes there were.
    pub changed: fn(usize, usize) -> String,

    // Composer
    pub compose_more: &'static compose::ComposeWords,
    pub compose: &'static str,
    pub compose_in: fn(&str) -> String,
    /// The same where the room is called after these people.
    pub compose_to: fn(&str) -> String,
    /// How many seconds one waits between two messages.
    pub slow: fn(u32) -> String,
    pub send: &'static str,
    pub key_send: &'static str,
    pub key_newline: &'static str,
    pub room_left: fn(usize) -> String,
    pub too_much: fn(usize) -> String,
    pub join_to_write: &'static str,
    pub join: &'static str,
    pub no_more_in: &'static str,
    pub few_write: &'static str,
    pub archived: &'static str,

    // Oneself
    pub language: &'static str,
    pub settings: &'static str,
    pub me: &'static str,
    pub role: fn(Role) -> &'static str,
    pub theme: &'static str,
    pub theme_auto: &'static str,
    pub theme_light: &'static str,
    pub theme_dark: &'static str,
    pub density: &'static str,
    pub bubbles: &'static str,
    pub compact: &'static str,
    pub sign_out: &'static str,
    pub sign_out_warning: &'static str,

    // Nothing here
    pub not_found: &'static str,
    pub not_found_text: &'static str,
    pub to_the_hall: &'static str,
    pub shut_room: &'static str,
    pub shut_room_text: &'static str,
    pub other_rooms: &'static str,
    pub shut_space: &'static str,
    pub shut_space_text: &'static str,
    pub other_space: &'static str,
    pub broken: &'static str,
    pub try_again: &'static str,
    pub way: &'static way::WayWords,

    /// Around the words of a message.
    pub prose: &'static prose::ProseWords,
}

impl Words {
    /// The sentence of the connection line; `None` when there is nothing to say.
    pub fn link(&self, link: Link) -> Option<String> {
        match link {
            Link::Quiet | Link::Live => None,
            Link::Reconnecting { waiting } => Some((self.reconnecting)(waiting)),
            Link::Offline { .. } => Some(self.offline.to_owned()),
            Link::Back { missed } => Some((self.back)(missed)),
            Link::Plain => Some(self.plain.to_owned()),
            Link::SignedOut => Some(self.signed_out.to_owned()),
        }
    }

    /// A folded notice in one sentence: the first name, and what follows it.
    pub fn notice(&self, notice: &Notice) -> (String, String) {
        let Some(first) = notice.lines.first() else { return Default::default() };
        let name = first.name.clone();
        if notice.lines.len() == 1 {
            return (name, (self.did)(&first.op));
        }
        let mut names: Vec<&str> = notice.lines.iter().map(|line| line.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let others = names.len() - 1;
        // Whoever makes a room is the first in it: that is no news of its own.
        let is_in = |op: &Op| matches!(op, Op::Join | Op::Create { .. });
        let all = |is: &dyn Fn(&Op) -> bool| notice.lines.iter().all(|line| is(&line.op));
        let tail = if all(&is_in) && others == 0 {
            (self.did)(&first.op)
        } else if all(&is_in) {
            (self.joined)(others)
        } else if all(&|op| *op == Op::Leave) {
            (self.left)(others)
        } else if all(&|op| is_in(op) || *op == Op::Leave) {
            (self.moved)(others)
        } else {
            (self.changed)(others, notice.lines.len())
        };
        (name, tail)
    }

    /// The time of day of an instant in a zone.
    pub fn time_of(&self, at: crate::protocol::Millis, zone: super::Zone) -> String {
        let (hour, minute) = zone.time(at);
        (self.time)(hour, minute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{NoticeLine, RowKey};
    use crate::protocol::{Field, Reason};

    #[test]
    fn the_language_is_what_was_chosen_else_what_the_browser_prefers() {
        assert_eq!(choose(Some("ko"), Some("en")), Lang::Ko);
        assert_eq!(choose(Some("xx"), Some("ko-KR,ko;q=0.9,en;q=0.8")), Lang::Ko);
        assert_eq!(choose(None, Some("fr, ko;q=0.2, en;q=0.7")), Lang::En);
        assert_eq!(choose(None, Some("ko;q=0, en;q=0.1")), Lang::En);
        assert_eq!(choose(None, Some("fr-FR,*;q=0.5")), Lang::En);
        assert_eq!(choose(None, None), Lang::En);
        assert_eq!(choose(Some(""), Some(";;,q=,ko")), Lang::Ko);
    }

    fn notice(ops: &[(&str, Op)]) -> Notice {
        Notice {
            key: RowKey::Event(1),
            lines: ops
                .iter()
                .map(|(name, op)| NoticeLine { name: (*name).to_owned(), at: 0, op: op.clone() })
                .collect(),
        }
    }

    fn said(lang: Lang, ops: &[(&str, Op)]) -> String {
        let (name, tail) = words(lang).notice(&notice(ops));
        name + &tail
    }

    #[test]
    fn a_notice_names_one_person_and_a_number() {
        let three = [("지민", Op::Join), ("Ben", Op::Join), ("하은", Op::Join)];
        assert_eq!(said(Lang::Ko, &three), "지민 님 외 2명이 들어왔어요");
        assert_eq!(said(Lang::En, &three), "지민 and 2 others joined");
        let two = [("Ann", Op::Leave), ("Ben", Op::Leave)];
        assert_eq!(said(Lang::En, &two), "Ann and 1 other left");
        let again = [("Ann", Op::Leave), ("Ann", Op::Join)];
        assert_eq!(said(Lang::En, &again), "Ann came and went");
        assert_eq!(said(Lang::Ko, &again), "Ann 님이 드나들었어요");
        let made = [("Ann", Op::Create { name: "a".to_owned() }), ("Ann", Op::Join)];
        assert_eq!(said(Lang::En, &made), "Ann made the room");
        let changed = [("Ann", Op::Archive { on: true }), ("Ben", Op::Leave)];
        assert_eq!(said(Lang::En, &changed), "Ann and 1 other: 2 room updates");
        assert_eq!(said(Lang::Ko, &changed), "Ann 님 외 1명 · 방 소식 2개");
    }

    #[test]
    fn a_single_event_says_what_was_done() {
        let renamed = [("지민", Op::Rename { name: "가을".to_owned() })];
        assert_eq!(said(Lang::Ko, &renamed), "지민 님이 방 이름을 “가을”로 바꿨어요");
        assert_eq!(said(Lang::En, &renamed), "지민 renamed the room to “가을”");
    }

    #[test]
    fn a_refused_field_says_which_and_why() {
        let failure = Failure::Invalid { field: Field::Name, reason: Reason::TooLong(32) };
        assert_eq!((words(Lang::Ko).failure)(&failure), "이름은 32자까지예요.");
        assert_eq!((words(Lang::En).failure)(&failure), "A name can have up to 32 characters.");
    }
}
