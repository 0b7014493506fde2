//! English.

use super::Words;
use crate::client::Day;
use crate::protocol::{Failure, Field, Millis, Op, Reason, Role};

pub(super) static WORDS: Words = Words {
    acts: &super::acts::EN,
    presence: &super::presence::EN,
    skip: "Skip to content",
    close: "Close",
    cancel: "Cancel",
    save: "Save",
    failure,
    heed: &super::heed::EN,

    spaces: "Spaces",
    room_list: "Room list",
    rooms: "Rooms",
    joinable: "Rooms to join",
    archived_rooms: "Archived rooms",
    add_space: "Add a space",
    space_menu: "Space menu",
    space_people: "People",
    invites: "Invitations",
    reports: "Reports",
    audit: "Audit log",
    space_settings: "Space settings",
    browse: "Browse rooms",
    direct_rooms: "Direct messages",
    start_direct: "Start a conversation",
    muted: "Muted",
    here: |n| format!("{n} here"),
    unread: |n| format!("{n} unread"),
    mentions: |n| match n {
        1 => "1 mention".to_owned(),
        n => format!("{n} mentions"),
    },
    create_room: "Create a room",
    create_room_text: "One topic per room keeps things easy to find.",
    room_name: "Room name",
    topic: "Topic",
    optional: "optional",
    topic_placeholder: "What is this room about?",
    room_kind: "Who can come in?",
    kind_public: "Anyone in the space",
    kind_private: "People who are invited",
    kind_announcement: "Anyone reads, helpers write",
    choose_room: "Where to?",
    choose_room_text: "Choose a room from the list and it opens here.",

    back_to_rooms: "Back to rooms",
    room_menu: "Room menu",
    edit_room: "Edit name and topic",
    room_settings: "Members and settings",
    invite: "Invite to this room",
    rename: "Rename",
    set_topic: "Change topic",
    archive: "Archive room",
    restore: "Restore room",
    leave: "Leave room",
    people: "Members",
    show_people: "Show members",
    people_list: "Member list",
    nobody_here: "Nobody’s here right now.",
    is_here: "Here now",
    you: "you",
    others: |n| match n {
        1 => "and 1 other".to_owned(),
        n => format!("and {n} others"),
    },

    reconnecting: |waiting| match waiting {
        0 => "Reconnecting…".to_owned(),
        1 => "Reconnecting… 1 message waiting to send".to_owned(),
        n => format!("Reconnecting… {n} messages waiting to send"),
    },
    offline: "You’re offline. We’ll keep your messages and send them later",
    back: |missed| match missed {
        0 => "Back in sync".to_owned(),
        1 => "Back in sync. 1 missed message loaded".to_owned(),
        n => format!("Back in sync. {n} missed messages loaded"),
    },
    plain: "Using a slower connection. Messages still arrive",
    why_plain: "Why?",
    signed_out: "You’ve signed out here. Come back in to go on",
    try_now: "Try now",
    enter_again: "Come back in",

    conversation: |room| format!("Conversation in {room}"),
    older: "Earlier messages",
    fetching_older: "Loading earlier messages…",
    beginning: |room| format!("“{room}” starts here"),
    empty_title: "Waiting for the first word",
    empty_text: "The cushions are out. Start with a hello?",
    pending: "Sending…",
    failed: "Not sent. Your message is kept.",
    retry: "Retry",
    discard: "Discard",
    gone: "Message deleted",
    message_actions: "Message actions",
    react_with: |emoji| format!("React with {emoji}"),
    reactions: "Reactions",
    edit: "Edit",
    edit_message: "Edit message",
    edit_again: "Edit again",
    edited: "(edited)",
    edited_at: |time| format!("Edited {time}"),
    delete: "Delete",
    delete_title: "Delete this message?",
    delete_text: "It goes away for everyone and can’t be brought back.",
    report: "Report",
    not_edited: "Not changed. Your text is kept.",
    not_deleted: "Not deleted.",
    not_reacted: "Your reaction wasn’t taken.",
    newest: "To the newest",
    time,
    day,
    jumps: &super::jumps::EN,
    did,
    joined: |others| format!("{} joined", and(others)),
    left: |others| format!("{} left", and(others)),
    moved: |others| format!("{} came and went", and(others)),
    changed: |others, n| format!("{}: {n} room updates", and(others)),

    compose_more: &super::compose::EN,
    compose: "Compose",
    compose_in: |room| format!("Message {room}"),
    compose_to: |name| format!("Message {name}"),
    send: "Send",
    key_send: "send",
    key_newline: "new line",
    room_left: |n| match n {
        1 => "1 character left".to_owned(),
        n => format!("{n} characters left"),
    },
    too_much: |n| match n {
        1 => "1 character too many. Send it in parts".to_owned(),
        n => format!("{n} characters too many. Send it in parts"),
    },
    join_to_write: "Join this room to write.",
    join: "Join room",
    no_more_in: "You’re no longer in this room. Join again to write.",
    few_write: "Only helpers and keepers write in this room. You can still react.",
    slow: |n| format!("Slow mode: one message every {n} s."),
    archived: "This room is archived. You can read it, not write.",

    language: "Language",
    settings: "Settings",
    me: "You and your display",
    role: role_name,
    theme: "Appearance",
    theme_auto: "System",
    theme_light: "Light",
    theme_dark: "Dark",
    density: "Messages",
    bubbles: "Bubbles",
    compact: "Compact",
    sign_out: "Sign out",
    sign_out_warning: "A guest’s name lives in this browser only. Once you sign out you can’t come back under it.",

    not_found: "This room isn’t here",
    not_found_text: "It may have moved or closed. Let’s start again from the hall.",
    to_the_hall: "Go to the hall",
    shut_room: "You’re no longer in this room",
    shut_room_text: "Someone who keeps it sent you out, or closed it. What you were writing stays in this browser.",
    other_rooms: "Go to other rooms",
    shut_space: "You’re no longer in this space",
    shut_space_text: "Someone who keeps it may have sent you out. What you were writing stays in this browser.",
    other_space: "Go to another space",
    broken: "This can’t be opened right now",
    try_again: "Try again",
    way: &super::way::EN,
    prose: &super::prose::EN,
};

/// Nothing, or ` and 3 others`.
fn and(others: usize) -> String {
    match others {
        0 => String::new(),
        1 => " and 1 other".to_owned(),
        n => format!(" and {n} others"),
    }
}

fn time(hour: u8, minute: u8) -> String {
    let half = if hour < 12 { "AM" } else { "PM" };
    format!("{}:{minute:02} {half}", (hour + 11) % 12 + 1)
}

fn day(day: Day, with_year: bool) -> String {
    const WEEKDAYS: [&str; 7] =
        ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let weekday = WEEKDAYS[usize::from(day.weekday % 7)];
    let month = MONTHS[usize::from((day.month + 11) % 12)];
    let year = if with_year { format!(" {}", day.year) } else { String::new() };
    format!("{weekday}, {} {month}{year}", day.day)
}

fn did(op: &Op) -> String {
    match op {
        Op::Create { .. } => " made the room".to_owned(),
        Op::Join => " joined".to_owned(),
        Op::Added { by } => format!(" was brought in by {by}"),
        Op::Leave => " left".to_owned(),
        Op::Removed { by } => format!(" was sent out by {by}"),
        Op::Role { role, by } => format!(" was made {} by {by}", role_name(*role)),
        Op::Rename { name } => format!(" renamed the room to “{name}”"),
        Op::Topic { topic } if topic.is_empty() => " cleared the topic".to_owned(),
        Op::Topic { topic } => format!(" set the topic to “{topic}”"),
        Op::Archive { on: true } => " archived the room".to_owned(),
        Op::Archive { on: false } => " restored the room".to_owned(),
        Op::Message { .. }
        | Op::Edit { .. }
        | Op::Delete { .. }
        | Op::React { .. }
        | Op::Gone
        | Op::Unknown => " left something in the room".to_owned(),
    }
}

/// What a role is called.
pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Guest => "guest",
        Role::Member => "member",
        Role::Moderator => "helper",
        Role::Owner => "keeper",
    }
}

fn failure(failure: &Failure) -> String {
    match failure {
        Failure::SignedOut => "You’ve signed out. Come back in to go on.".to_owned(),
        Failure::ForeignOrigin => {
            "That came from another site, so it wasn’t taken. Reload this page.".to_owned()
        }
        Failure::NotFound => "What you’re looking for isn’t here.".to_owned(),
        Failure::Forbidden => "That isn’t yours to do here. Ask whoever made the room.".to_owned(),
        Failure::Invalid { field, reason } => invalid(*field, *reason),
        Failure::Taken { field } => format!("Someone already has that {}. Choose another.", noun(*field)),
        Failure::TooLarge { limit } => format!("That’s too long. Up to {limit} characters can be sent."),
        Failure::Conflict => {
            "That clashes with a message you’ve sent. Retry sends it as a new one.".to_owned()
        }
        Failure::LastOwner => "There has to be a keeper. Make someone else one first.".to_owned(),
        Failure::Archived => "This room is archived, so nothing can be added.".to_owned(),
        Failure::RateLimited { retry_ms } => {
            format!("That was a bit fast. Try again in {}.", seconds(*retry_ms))
        }
        Failure::Unavailable { retry_ms } => {
            format!("The server is taking a break. Try again in {}.", seconds(*retry_ms))
        }
        Failure::BadFrame { .. } => {
            "The request couldn’t be read. Try again, or reload this page.".to_owned()
        }
        Failure::Unknown => "The server doesn’t know how to do that yet. Reload this page.".to_owned(),
        Failure::Internal { request } => {
            format!("Something broke on the server. Try again in a while. (No. {request})")
        }
        Failure::Unreachable => {
            "The server couldn’t be reached. Check your connection and try again.".to_owned()
        }
        Failure::Other => "That couldn’t be done. Reloading this page may help.".to_owned(),
    }
}

fn invalid(field: Field, reason: Reason) -> String {
    let noun = noun(field);
    match reason {
        Reason::Empty => format!("The {noun} is empty. Write at least one character."),
        Reason::TooLong(limit) => format!("A {noun} can have up to {limit} characters."),
        Reason::Unshowable => {
            format!("The {noun} has characters that can’t be shown. Remove them and try again.")
        }
        Reason::TooShort(limit) => format!("A {noun} has at least {limit} characters."),
        Reason::Common => "That’s easy to guess. Choose another.".to_owned(),
        Reason::MixedScript => "That mixes different alphabets. Use one.".to_owned(),
        Reason::Reserved => "That name can’t be used. Choose another.".to_owned(),
        Reason::Wrong => format!("The {noun} isn’t right."),
        Reason::Malformed => format!("Check the {noun} again."),
        Reason::NotAnImage => "Only PNG, JPEG, WebP and GIF pictures are taken.".to_owned(),
        Reason::TooBig => "The picture is too big. Up to 5 MB is taken.".to_owned(),
        Reason::Last => format!("There has to be at least one {noun}."),
        Reason::Oneself => "That’s you. Choose someone else.".to_owned(),
        Reason::TooMany(limit) => format!("Up to {limit}."),
    }
}

fn noun(field: Field) -> &'static str {
    match field {
        Field::Name => "name",
        Field::RoomName => "room name",
        Field::Topic => "topic",
        Field::Slug => "address",
        Field::Text => "message",
        Field::Emoji => "emoji",
        Field::SignIn => "name or password",
        Field::Password => "password",
        Field::Current => "current password",
        Field::Email => "e-mail address",
        Field::Display => "display name",
        Field::Status => "status line",
        Field::Face => "picture",
        Field::Admin => "administrator",
        Field::SpaceName => "space name",
        Field::Glyph => "sign",
        Field::Note => "note",
        Field::People => "list of people",
        Field::Number => "number",
        Field::Day => "date",
    }
}

fn seconds(ms: Millis) -> String {
    match ms.div_ceil(1000).max(1) {
        1 => "a second".to_owned(),
        n => format!("{n} seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_days_read_as_english() {
        assert_eq!(time(9, 2), "9:02 AM");
        assert_eq!(time(0, 0), "12:00 AM");
        assert_eq!(time(12, 30), "12:30 PM");
        let wednesday = Day { year: 2026, month: 7, day: 8, weekday: 3 };
        assert_eq!(day(wednesday, false), "Wednesday, 8 July");
        assert_eq!(day(wednesday, true), "Wednesday, 8 July 2026");
    }
}
