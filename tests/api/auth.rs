//! Accounts: registration, login, sessions, tokens, addresses, throttling.

mod access_tokens;
pub(crate) mod account_links;
mod addresses;
mod browser_sessions;
mod change_email;
mod client_address;
mod delete_me;
mod export_me;
mod log_in;
mod me;
mod own_sessions;
mod password;
mod password_reset;
mod refresh_leeway;
mod register;
mod request_bodies;
mod rolled_keys;
mod session_model;
mod sessions;
mod start_mailer;
mod throttling;
mod verify_email;
