//! The server, tested from outside: one binary, so that it is linked once.

mod kit;
mod store;
