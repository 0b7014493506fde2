//! Icons from the sprite that stands in every page, and faces.

use super::element::{El, el};
use crate::protocol::{RoomKind, RoomState, User, UserId};

/// One symbol of the sprite by its name without `i-`; its meaning is always said in words beside it.
pub(super) fn icon(name: &'static str) -> El {
    icon_with(name, "")
}

/// The same with more classes.
pub(super) fn icon_with(name: &'static str, class: &'static str) -> El {
    let address = format!("#i-{name}");
    let class = format!("icon {class}").trim_end().to_owned();
    el("svg").class(class).attr("aria-hidden", "true").with(el("use").attr("href", address))
}

/// A face: initials on the person's own colour.
pub(super) fn avatar(name: &str, class: &'static str) -> El {
    face(name, 2, class)
}

/// A person's picture over the initials, which stand until it is there and where there is none.
pub(super) fn face_of(user: &User, class: &'static str) -> El {
    avatar(user.shown(), class).with(picture(user.id, user.face))
}

/// The picture of this number that a person has.
pub(super) fn picture(user: UserId, face: u32) -> Option<El> {
    let image =
        || el("img").attr("loading", "lazy").attr("alt", "").attr("src", format!("/face/{user}?v={face}"));
    (face > 0).then(image)
}

/// What kind of room it is.
pub(super) fn kind_icon(kind: RoomKind) -> El {
    icon(match kind {
        RoomKind::Private => "lock",
        RoomKind::Announcement => "megaphone",
        RoomKind::Direct => "user",
        RoomKind::Group => "users",
        RoomKind::Public | RoomKind::Other => "hash",
    })
}

/// What a room is known by in a list: its kind, or the faces of the people in it.
pub(super) fn room_mark(room: &RoomState) -> El {
    match room.people.as_slice() {
        _ if room.archived => icon("box"),
        [] => kind_icon(room.kind),
        [one] => face_of(one, "avatar--sm"),
        [one, other, ..] => el("span")
            .class("avatar avatar--sm avatar--group")
            .attr("aria-hidden", "true")
            .with(face_of(one, ""))
            .with(face_of(other, "")),
    }
}

/// A face in a pile, where there is no room for more than one letter.
pub(super) fn avatar_small(name: &str) -> El {
    face(name, 1, "avatar--sm")
}

fn face(name: &str, letters: usize, class: &'static str) -> El {
    el("span")
        .class(format!("avatar {class}").trim_end().to_owned())
        .attr("style", format!("--h:{}", hue(name)))
        .attr("aria-hidden", "true")
        .with(initials(name).chars().take(letters).collect::<String>())
}

/// The last two syllables of a Hangul name, two initials of others.
pub(super) fn initials(name: &str) -> String {
    let is_hangul = |c: char| ('가'..='힣').contains(&c);
    let syllables: Vec<char> = name.chars().filter(|c| is_hangul(*c)).collect();
    if !syllables.is_empty() {
        return syllables[syllables.len().saturating_sub(2)..].iter().collect();
    }
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    match (words.next(), words.next_back()) {
        (Some(first), Some(last)) => [first, last].iter().flat_map(|c| c.to_uppercase()).collect(),
        (Some(_), None) => name.chars().filter(|c| c.is_alphanumeric()).take(2).collect(),
        _ => name.chars().take(1).collect(),
    }
}

/// A hue of the palette, the same for a name wherever it stands.
fn hue(name: &str) -> u16 {
    const HUES: [u16; 10] = [28, 52, 95, 150, 180, 205, 240, 264, 310, 345];
    let hash =
        name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    // The low bits alone hardly differ between short names.
    HUES[(hash ^ (hash >> 15)) as usize % HUES.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_face_shows_how_people_call_each_other() {
        for (name, shown) in [
            ("서지민", "지민"),
            ("윤아", "윤아"),
            ("Ben Carter", "BC"),
            ("ana", "an"),
            ("손님 참새", "참새"),
            ("🙋", "🙋"),
            ("", ""),
        ] {
            assert_eq!(initials(name), shown);
        }
    }
}
