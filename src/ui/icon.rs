//! Icons from the sprite that stands in every page, and faces.

use leptos::prelude::*;

/// One symbol of the sprite; its meaning is always said in words beside it.
#[component]
pub(super) fn Icon(
    /// The symbol's name without `i-`.
    name: &'static str,
    /// More classes.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    view! {
        <svg class=format!("icon {class}") aria-hidden="true">
            <use href=format!("#i-{name}")></use>
        </svg>
    }
}

/// A face: initials on the person's own colour.
#[component]
pub(super) fn Avatar(
    /// Whose.
    #[prop(into)]
    name: String,
    /// More classes.
    #[prop(optional)]
    class: &'static str,
    /// One letter: in a pile of faces there is no room for more.
    #[prop(optional)]
    is_small: bool,
    /// With the dot that says that the person is here.
    #[prop(optional)]
    here: bool,
) -> impl IntoView {
    let letters = if is_small { 1 } else { 2 };
    view! {
        <span class=format!("avatar {class}") style=format!("--h:{}", hue(&name)) aria-hidden="true">
            {initials(&name).chars().take(letters).collect::<String>()}
            {here.then(|| view! { <i class="presence"></i> })}
        </span>
    }
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
