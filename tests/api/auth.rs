//! Accounts.

mod access_tokens;
mod addresses;
mod bodies;
mod delete_me;
mod export_me;
mod log_in;
mod me;
mod own_sessions;
mod password;
mod register;
mod sessions;
mod throttling;
