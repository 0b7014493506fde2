//! Korean particles, which depend on how the word before them ends.

/// A pair of particles: after a final consonant, and after a vowel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Particle {
    /// 은/는
    Topic,
    /// 이/가
    Subject,
    /// 을/를
    Object,
    /// 으로/로; ㄹ counts as a vowel.
    Toward,
}

/// How a word ends, as far as particles care.
#[derive(PartialEq)]
enum Ending {
    Vowel,
    Rieul,
    Consonant,
}

impl Particle {
    /// The form that follows `word`. Where nobody can tell how it is read, the form after a vowel.
    pub fn after(self, word: &str) -> &'static str {
        let ending = ending(word);
        let closed = ending != Ending::Vowel;
        match self {
            Self::Topic if closed => "은",
            Self::Topic => "는",
            Self::Subject if closed => "이",
            Self::Subject => "가",
            Self::Object if closed => "을",
            Self::Object => "를",
            Self::Toward if ending == Ending::Consonant => "으로",
            Self::Toward => "로",
        }
    }
}

/// Reads the last letter or digit of a word, as Korean says it.
fn ending(word: &str) -> Ending {
    let Some(last) = word.chars().rev().find(|c| c.is_alphanumeric()) else { return Ending::Vowel };
    match last {
        '가'..='힣' => match (u32::from(last) - u32::from('가')) % 28 {
            0 => Ending::Vowel,
            8 => Ending::Rieul,
            _ => Ending::Consonant,
        },
        '1' | '7' | '8' | 'l' | 'L' | 'r' | 'R' => Ending::Rieul,
        '0' | '3' | '6' | 'm' | 'n' | 'M' | 'N' => Ending::Consonant,
        _ => Ending::Vowel,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_particle_follows_the_final_consonant() {
        for (word, topic, subject, object, toward) in [
            ("지민", "은", "이", "을", "으로"),
            ("윤아", "는", "가", "를", "로"),
            ("서울", "은", "이", "을", "로"),
            ("방 7", "은", "이", "을", "로"),
            ("방 3", "은", "이", "을", "으로"),
            ("Ben", "은", "이", "을", "으로"),
            ("Ana", "는", "가", "를", "로"),
            ("가을!”", "은", "이", "을", "로"),
            ("", "는", "가", "를", "로"),
            ("🙋", "는", "가", "를", "로"),
        ] {
            assert_eq!(Particle::Topic.after(word), topic, "{word}");
            assert_eq!(Particle::Subject.after(word), subject, "{word}");
            assert_eq!(Particle::Object.after(word), object, "{word}");
            assert_eq!(Particle::Toward.after(word), toward, "{word}");
        }
    }
}
