//! The sentences of plain pages, which the page's program does not carry: a file for each subject, with
//! both languages side by side.

mod account;
mod audit;
mod desk;
mod doorway;
mod emoji;
mod help;
mod inbox;
mod keys;
mod order;
mod people;
mod rooms;
mod settings;
mod sharing;
mod space;

use super::Lang;
pub use account::AccountWords;
pub use desk::{DeskWords, exactly};
pub use doorway::DoorwayWords;
pub use emoji::EmojiWords;
pub use help::HelpWords;
pub use inbox::InboxWords;
pub use keys::{KeyLine, KeysWords};
pub use order::OrderWords;
pub use people::PeopleWords;
pub use rooms::RoomsWords;
pub use settings::SettingsWords;
pub use sharing::SharingWords;
pub use space::SpaceWords;

/// Every sentence of plain pages in one language.
pub fn plain_words(lang: Lang) -> &'static PlainWords {
    match lang {
        Lang::Ko => &KO,
        Lang::En => &EN,
    }
}

/// Every sentence of plain pages, in one language: a field each, so that none can be missing.
#[expect(
    missing_docs,
    reason = "each field is named after what it says; the sentences are its documentation"
)]
pub struct PlainWords {
    /// Before the title of a page that says a refusal.
    pub refused_title: &'static str,
    pub done: &'static str,
    pub to_the_hall: &'static str,
    pub places: &'static str,
    pub not_found: &'static str,
    pub not_found_text: &'static str,
    pub doorway: DoorwayWords,
    pub desk: DeskWords,
    pub rooms: RoomsWords,
    pub inbox: InboxWords,
    pub people: PeopleWords,
    pub order: OrderWords,
    pub space: SpaceWords,
    pub account: AccountWords,
    pub settings: SettingsWords,
    pub emoji: EmojiWords,
    pub help: HelpWords,
    pub sharing: SharingWords,
    pub keys: KeysWords,
}

static KO: PlainWords = PlainWords {
    refused_title: "다시 봐 주세요: ",
    done: "그렇게 했어요.",
    to_the_hall: "마루로 가기",
    places: "갈 곳",
    not_found: "여기에는 아무것도 없어요",
    not_found_text: "주소가 바뀌었거나, 나에게는 열리지 않는 곳일 수 있어요.",
    doorway: doorway::KO,
    desk: desk::KO,
    rooms: rooms::KO,
    inbox: inbox::KO,
    people: people::KO,
    order: order::KO,
    space: space::KO,
    account: account::KO,
    settings: settings::KO,
    emoji: emoji::KO,
    help: help::KO,
    sharing: sharing::KO,
    keys: keys::KO,
};

static EN: PlainWords = PlainWords {
    refused_title: "Needs a look: ",
    done: "Done.",
    to_the_hall: "To Maru",
    places: "Places",
    not_found: "Nothing is here",
    not_found_text: "The address may have changed, or this place isn’t open to you.",
    doorway: doorway::EN,
    desk: desk::EN,
    rooms: rooms::EN,
    inbox: inbox::EN,
    people: people::EN,
    order: order::EN,
    space: space::EN,
    account: account::EN,
    settings: settings::EN,
    emoji: emoji::EN,
    help: help::EN,
    sharing: sharing::EN,
    keys: keys::EN,
};
