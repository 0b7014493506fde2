//! Writing: what is suggested, commands, and texts of other devices.

use super::super::Command;

/// The sentences about writing.
pub struct ComposeWords {
    pub people: &'static str,
    pub emoji: &'static str,
    pub commands: &'static str,
    /// How many suggestions there are, for who does not see them.
    pub suggested: fn(usize) -> String,
    pub here: &'static str,
    pub everyone: &'static str,
    /// What a command takes, and what it does.
    pub command: fn(Command) -> (&'static str, &'static str),
    pub unknown: &'static str,
    pub say_anyway: &'static str,
    pub incomplete: &'static str,
    pub elsewhere: &'static str,
    pub bring: &'static str,
    pub unsent: &'static str,
}

pub(super) static KO: ComposeWords = ComposeWords {
    people: "부를 사람",
    emoji: "이모지",
    commands: "명령",
    suggested: |n| format!("고를 수 있는 것 {n}개"),
    here: "지금 여기 있는 모두",
    everyone: "이 방의 모두",
    command: |command| match command {
        Command::Me => ("하는 일", "무엇을 하는지 말해요"),
        Command::Shrug => ("글", "어깨를 으쓱해요"),
        Command::Topic => ("주제", "방 주제를 바꿔요"),
        Command::Invite => ("이름", "이 방에 사람을 불러요"),
        Command::Mute => ("", "방 알림을 끄거나 다시 켜요"),
        Command::Leave => ("", "방에서 나가요"),
        Command::Help => ("", "명령을 모두 보여 줘요"),
    },
    unknown: "그런 명령은 없어요. 글은 그대로 있어요.",
    say_anyway: "글로 보내기",
    incomplete: "명령 뒤에 내용을 더 적어 주세요.",
    elsewhere: "다른 기기에서 쓰던 글이 있어요",
    bring: "가져오기",
    unsent: "쓰던 글이 있어요",
};

pub(super) static EN: ComposeWords = ComposeWords {
    people: "People to mention",
    emoji: "Emoji",
    commands: "Commands",
    suggested: |n| if n == 1 { "1 suggestion".to_owned() } else { format!("{n} suggestions") },
    here: "Everyone who is here now",
    everyone: "Everyone in this room",
    command: |command| match command {
        Command::Me => ("action", "Say what you’re doing"),
        Command::Shrug => ("text", "Add a shrug"),
        Command::Topic => ("topic", "Change the room’s topic"),
        Command::Invite => ("name", "Bring somebody into this room"),
        Command::Mute => ("", "Mute the room, or unmute it"),
        Command::Leave => ("", "Leave the room"),
        Command::Help => ("", "Show every command"),
    },
    unknown: "There’s no such command. Your text is kept.",
    say_anyway: "Send as text",
    incomplete: "Add what the command needs.",
    elsewhere: "You were writing something on another device",
    bring: "Bring it here",
    unsent: "Unsent text",
};
