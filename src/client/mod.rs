//! The page's mind.
