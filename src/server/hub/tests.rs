//! The hub on a real store.
