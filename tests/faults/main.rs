//! The fault checker: headless devices of several persons write, read, leave and return while the server,
//! the network and the disk are broken on purpose; then all heals, and what everybody saw is compared with
//! what the log says. docs/delivery.md says what it proves.

mod chance;
mod check;
mod clocks;
mod conformance;
mod conversation;
mod device;
mod disk;
mod fold;
mod heal;
mod history;
mod kills;
mod long;
mod mutations;
mod network;
mod outages;
mod patience;
mod person;
mod races;
mod raw;
mod server;
mod slow;
mod storm;
mod wire;
mod world;
