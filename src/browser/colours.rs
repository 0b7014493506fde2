//! Colours of code, as the server tells them: each block is asked about once.

use super::courier;
use leptos::prelude::{RwSignal, Set};
use std::cell::RefCell;
use wasm_bindgen_futures::spawn_local;

/// So many blocks are remembered; then the oldest are asked about again.
const HELD: usize = 200;

/// A block of code that was asked about.
struct Block {
    language: String,
    text: String,
    colours: Option<String>,
    /// Who is told when it is known.
    waiting: Vec<RwSignal<bool>>,
}

thread_local! {
    static BLOCKS: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// What is known of a block, or nothing yet: then it is asked, and the signal is set once there is an answer.
pub(super) fn colours(language: &str, text: &str, is_told: RwSignal<bool>) -> Option<String> {
    let (is_new, colours) = BLOCKS.with_borrow_mut(|blocks| {
        if let Some(block) = blocks.iter_mut().find(|block| block.text == text && block.language == language)
        {
            if block.colours.is_none() {
                block.waiting.push(is_told);
            }
            return (false, block.colours.clone());
        }
        if blocks.len() == HELD {
            blocks.remove(0);
        }
        let (language, text) = (language.to_owned(), text.to_owned());
        blocks.push(Block { language, text, colours: None, waiting: vec![is_told] });
        (true, None)
    });
    if is_new {
        let (language, text) = (language.to_owned(), text.to_owned());
        spawn_local(async move {
            // Without an answer it stays plain, until it is shown anew.
            let answer = ask(&language, &text).await;
            let told = BLOCKS.with_borrow_mut(|blocks| {
                let at = blocks.iter().position(|block| block.text == text && block.language == language)?;
                if answer.is_none() {
                    blocks.remove(at);
                    return None;
                }
                blocks[at].colours = answer;
                Some(std::mem::take(&mut blocks[at].waiting))
            });
            for is_told in told.unwrap_or_default() {
                is_told.try_set(true);
            }
        });
    }
    colours
}

async fn ask(language: &str, text: &str) -> Option<String> {
    let fields = courier::write(&[("language", language), ("text", text)]).ok()?;
    let answer = courier::read(courier::post("/api/colour", &fields).ok()?).await.ok()?;
    // Numbers and letters alone: its JSON has nothing to be read but the quotes.
    answer.ok().map(|json| json.trim_matches('"').to_owned())
}
