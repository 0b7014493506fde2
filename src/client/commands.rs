//! What can be commanded by a line that begins with `/`.

use super::{Choice, matches, wording::Words};
use crate::protocol::{Mute, RoomAct};

/// What a shrug looks like.
const SHRUG: &str = "¯\\_(ツ)_/¯";

/// A command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Say what one does; it is said as it was typed.
    Me,
    /// Say something with a shrug.
    Shrug,
    /// Change the room's topic.
    Topic,
    /// Bring somebody in.
    Invite,
    /// Be told less of the room, or all again.
    Mute,
    /// Go out of the room.
    Leave,
    /// Show all commands.
    Help,
}

/// Each with its names in both languages.
pub const COMMANDS: [(Command, &str, &str); 7] = [
    (Command::Me, "me", "나"),
    (Command::Shrug, "shrug", "으쓱"),
    (Command::Topic, "topic", "주제"),
    (Command::Invite, "invite", "초대"),
    (Command::Mute, "mute", "알림"),
    (Command::Leave, "leave", "나가기"),
    (Command::Help, "help", "도움말"),
];

/// What is to be done with a line that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// It is said.
    Say(String),
    /// It is a command, with what follows it.
    Do(Command, String),
    /// It looks like a command, and there is none of this name.
    Unknown,
}

impl Command {
    /// What it takes to be allowed to.
    pub fn act(self) -> RoomAct {
        match self {
            Self::Topic => RoomAct::Rename,
            Self::Invite => RoomAct::Invite,
            Self::Leave => RoomAct::Leave,
            Self::Mute => RoomAct::Amend,
            Self::Me | Self::Shrug | Self::Help => RoomAct::Send,
        }
    }

    fn of(name: &str) -> Option<Self> {
        let known = |(_, en, ko): &&(Self, &str, &str)| en.eq_ignore_ascii_case(name) || *ko == name;
        COMMANDS.iter().find(known).map(|(command, ..)| *command)
    }
}

/// Reads a line that was sent. Two slashes are one that commands nothing.
pub fn read(text: &str) -> Line {
    let say = || Line::Say(text.to_owned());
    let Some(rest) = text.strip_prefix('/') else { return say() };
    if rest.starts_with('/') {
        return Line::Say(rest.to_owned());
    }
    let (name, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let rest = rest.trim();
    match Command::of(name) {
        Some(Command::Me) if !rest.is_empty() => say(),
        Some(Command::Shrug) => Line::Say(format!("{rest} {SHRUG}").trim_start().to_owned()),
        Some(command) => Line::Do(command, rest.to_owned()),
        // A path is none, and a word of another language is one that somebody says.
        None if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic()) => Line::Unknown,
        None => say(),
    }
}

/// What of a room one wants to hear from now on: what was said, else the other of all and nothing.
pub fn muted(said: &str, now: Mute) -> Option<&'static str> {
    match (said, now) {
        ("", Mute::All) | ("nothing" | "끔", _) => Some("nothing"),
        ("", _) | ("all" | "켬", _) => Some("all"),
        ("mentions" | "호출", _) => Some("mentions"),
        _ => None,
    }
}

/// The commands that may be meant and are allowed.
pub fn commands(query: &str, words: &Words, may: impl Fn(RoomAct) -> bool) -> Vec<Choice> {
    let mut ranked: Vec<(u32, Choice)> = Vec::new();
    for (command, en, ko) in COMMANDS {
        let rank = [matches(query, en), matches(query, ko)].into_iter().flatten().min();
        let Some(rank) = rank.filter(|_| may(command.act())) else { continue };
        let place = ranked.partition_point(|(held, _)| *held <= rank);
        let (takes, does) = (words.compose_more.command)(command);
        let choice = Choice {
            text: format!("/{en}"),
            name: format!("/{en} {takes}").trim_end().to_owned(),
            more: does.to_owned(),
            user: None,
        };
        ranked.insert(place, (rank, choice));
    }
    ranked.into_iter().map(|(_, choice)| choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::wording::{Lang, words};

    fn say(text: &str) -> Line {
        Line::Say(text.to_owned())
    }

    #[test]
    fn a_line_that_commands_nothing_is_said() {
        for text in ["hi", "/me waves", "/usr/bin/env", "/ 3", "/", "/점심 먹자", "and /topic", "/1", ""]
        {
            assert_eq!(read(text), say(text), "{text}");
        }
        assert_eq!(read("//topic x"), say("/topic x"));
        assert_eq!(read("///"), say("//"));
    }

    #[test]
    fn a_command_is_known_in_both_languages_and_an_unknown_one_is_not_said() {
        let topic = |text: &str| Line::Do(Command::Topic, text.to_owned());
        assert_eq!(read("/topic  가을 준비 "), topic("가을 준비"));
        assert_eq!(read("/TOPIC"), topic(""));
        assert_eq!(read("/주제 a\nb"), topic("a\nb"));
        assert_eq!(read("/topics x"), Line::Unknown);
        assert_eq!(read("/me"), Line::Do(Command::Me, String::new()));
        assert_eq!(read("/shrug"), say("¯\\_(ツ)_/¯"));
        assert_eq!(read("/shrug well"), say("well ¯\\_(ツ)_/¯"));
    }

    #[test]
    fn muting_goes_back_and_forth_or_where_one_says() {
        assert_eq!(muted("", Mute::All), Some("nothing"));
        assert_eq!(muted("", Mute::Mentions), Some("all"));
        assert_eq!(muted("mentions", Mute::All), Some("mentions"));
        assert_eq!(muted("loudly", Mute::All), None);
    }

    #[test]
    fn the_table_shows_what_is_allowed_and_fits() {
        let shown = |query, may: fn(RoomAct) -> bool| {
            let choices = commands(query, words(Lang::Ko), may);
            choices.into_iter().map(|choice| choice.text).collect::<Vec<_>>()
        };
        assert_eq!(shown("", |_| true).len(), COMMANDS.len());
        assert_eq!(shown("", |act| act == RoomAct::Send), ["/me", "/shrug", "/help"]);
        assert_eq!(shown("ㅈㅈ", |_| true), ["/topic"]);
        assert_eq!(shown("m", |_| true)[..2], ["/me", "/mute"]);
    }
}
