//! The page's hands.
