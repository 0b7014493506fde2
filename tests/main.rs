//! The real server, driven over real sockets. One file a subject; `kit` holds the people and their server.

mod kit;

mod accounts;
mod amend;
mod bad_input;
mod bad_requests;
mod desk;
mod history;
mod idempotency;
mod invites;
mod limits;
mod logs;
mod matrix;
mod moderation;
mod origin;
mod pages;
mod plain;
mod presence;
mod profile;
mod prose;
mod replies;
mod restart;
mod resume;
mod rooms;
mod secrets;
mod security;
mod spaces;
mod store;
mod surface;
mod talk;
mod tokens;
mod transports;
mod unread;
mod unsent;
mod verify;
mod ways;
