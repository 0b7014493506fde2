//! The real server, driven over real sockets. One file a subject; `kit` holds the people and their server.

mod kit;

mod accounts;
mod amend;
mod bad_input;
mod bad_requests;
mod history;
mod idempotency;
mod limits;
mod logs;
mod origin;
mod pages;
mod restart;
mod resume;
mod rooms;
mod store;
mod talk;
mod tokens;
mod transports;
mod verify;
mod ways;
