//! What only a browser can do for a view, beside what forms do. Lent by whoever has one.

use super::form::Answer;

/// Takes what was brought.
pub type Done = Box<dyn FnOnce(Answer)>;

/// Runs for a view. Where nobody lends it, as on the server, views do without.
#[derive(Clone, Copy)]
pub struct Errands {
    /// Brings a file of the site.
    pub bring: fn(&'static str, Done),
    /// Puts a text into the clipboard.
    pub copy: fn(&str),
}
