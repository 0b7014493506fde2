//! Which names people may take: none that is taken for the server's own, and none of mixed scripts.
//! Whether one looks like a name there is, the store says.

use super::{Result, store::skeleton};
use crate::protocol::{Failure, Field, Reason, check_name};
use std::{collections::HashSet, sync::LazyLock};
use unicode_security::mixed_script::AugmentedScriptSet;

/// Words that stand for everybody, for the server or for whoever runs it.
const RESERVED: [&str; 48] = [
    "admin",
    "admins",
    "administrator",
    "all",
    "anyone",
    "bot",
    "channel",
    "everybody",
    "everyone",
    "group",
    "guest",
    "help",
    "here",
    "host",
    "info",
    "maru",
    "me",
    "mod",
    "moderator",
    "moderators",
    "nobody",
    "official",
    "operator",
    "owner",
    "room",
    "root",
    "security",
    "server",
    "staff",
    "support",
    "sysadmin",
    "system",
    "webmaster",
    "관리자",
    "공지",
    "나",
    "마루",
    "모두",
    "방장",
    "서버",
    "시스템",
    "여기",
    "운영자",
    "운영진",
    "전체",
    "손님",
    "고객센터",
    "보안",
];

static RESERVED_LOOKS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    // As capitals they may look like other words.
    RESERVED.iter().flat_map(|word| [skeleton(word), skeleton(&word.to_uppercase())]).collect()
});

/// A name that somebody may ask for, trimmed.
///
/// # Errors
/// [`Failure::Invalid`] of [`Field::Name`].
pub fn check_new_name(name: &str) -> Result<String, Failure> {
    let name = check_name(name)?;
    check_looks(Field::Name, &name)?;
    Ok(name)
}

/// Checks that a text which stands where names stand pretends to be nobody.
///
/// # Errors
/// [`Failure::Invalid`] of this field.
pub fn check_looks(field: Field, name: &str) -> Result<(), Failure> {
    if mixes_scripts(name) {
        return Err(Failure::Invalid { field, reason: Reason::MixedScript });
    }
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    let looks = [skeleton(&plain), skeleton(&plain.to_lowercase()), skeleton(name)];
    if looks.iter().any(|look| RESERVED_LOOKS.contains(look)) {
        return Err(Failure::Invalid { field, reason: Reason::Reserved });
    }
    Ok(())
}

/// Is it more than one script, and not one of the mixtures in which languages are written? "Highly
/// restrictive" of UTS 39, 5.2, without its profile of identifiers: `ㅋㅋ` is a name, and so is `지민 🌱`.
fn mixes_scripts(name: &str) -> bool {
    let (mut all, mut beside_latin) = (AugmentedScriptSet::default(), AugmentedScriptSet::default());
    for c in name.chars() {
        let scripts = AugmentedScriptSet::for_char(c);
        all.intersect_with(scripts);
        if !is_latin(c) {
            beside_latin.intersect_with(scripts);
        }
    }
    all.is_empty() && !(beside_latin.kore || beside_latin.hanb || beside_latin.jpan)
}

fn is_latin(c: char) -> bool {
    let mut latin = AugmentedScriptSet::for_char('a');
    latin.intersect_with(AugmentedScriptSet::for_char(c));
    !latin.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str) -> Option<Reason> {
        match check_new_name(name) {
            Err(Failure::Invalid { field: Field::Name, reason }) => Some(reason),
            Err(other) => panic!("{other:?}"),
            Ok(_) => None,
        }
    }

    #[test]
    fn names_as_people_write_them_are_taken() {
        for name in [
            "ann",
            "지민",
            "지민 Kim",
            "ㅋㅋ",
            "Émile Zola",
            "田中さん",
            "田中 Tanaka",
            "山田タロウ ABC",
            "陳ㄅㄆ",
            "Иван",
            "Αλέξης",
            "أحمد",
            "지민 🌱",
            "p1",
            "o'neil-2",
            "  하은 ",
            "李지민",
            "§ 4",
        ] {
            assert_eq!(refused(name), None, "{name}");
        }
    }

    #[test]
    fn letters_that_pretend_to_be_others_are_refused() {
        for name in ["аnn", "pаypal", "Ivаn", "ΑNN", "지мин", "annᎪ", "Ιvan", "지민α"] {
            assert_eq!(refused(name), Some(Reason::MixedScript), "{name}");
        }
    }

    #[test]
    fn words_of_the_server_are_refused_in_every_disguise() {
        for name in [
            "admin",
            "ADMIN",
            " Admin ",
            "a.d.m.i.n",
            "@everyone",
            "here",
            "모두",
            "관리자",
            "운영자!",
            "시스템",
            "Maru",
            "마루",
            "ɑdmin",
            "аӏӏ",
            "1nfo",
            "s y s t e m",
        ] {
            let told = refused(name);
            assert!(matches!(told, Some(Reason::Reserved | Reason::MixedScript)), "{name}: {told:?}");
        }
        assert_eq!(refused("administer"), None);
        assert_eq!(refused(""), Some(Reason::Empty));
        assert_eq!(refused(&"a".repeat(33)), Some(Reason::TooLong(32)));
    }
}
