//! What is said of the words of a message.

use super::codec::Reply;
use crate::protocol::Failure;
use leptos::prelude::*;

/// How code in a language is to be coloured: `3k1-`, so many bytes and what they are; empty where that is not known.
#[server(prefix = "/api", endpoint = "colour", output = Reply)]
pub async fn colour(language: String, text: String) -> Result<String, Failure> {
    use crate::server::{colour, respond};
    respond(|call| colour::colour(call, language, text)).await
}
