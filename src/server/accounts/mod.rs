//! Accounts: coming in and going out, what one is known by, and what proves who one is.

mod come;
mod office;
mod presence;
mod profile;
mod recovery;
mod secrets;
mod setup;
mod sign_in;

pub use come::{SignUp, enter, home, is_own_path, me, sign_out, sign_up};
pub use office::{
    accounts, deactivate, make_recovery_link, reactivate, recovery_path, require_admin, set_admin,
};
pub use presence::{set_dnd, set_status, share_presence};
pub use profile::{Choices, Edited, edit_profile, prefer, profile};
pub use recovery::{MADE_MS, Recoveries, ask_recovery, new_recovery, recover};
pub use secrets::{
    become_account, change_password, check_email, end_other_sessions, end_session, open_sessions, sessions,
};
pub use setup::{SetUp, new_setup, set_up};
pub use sign_in::sign_in;
