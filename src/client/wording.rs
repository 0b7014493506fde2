//! Every sentence that a person reads, in every language Maru speaks.

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// 한국어
    Ko,
    /// English
    #[default]
    En,
}

/// Every sentence, in one language: a field each, so that none can be missing.
pub struct Words {}

/// The sentences of a language.
pub fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Ko | Lang::En => &Words {},
    }
}
