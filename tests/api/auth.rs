//! Accounts.

mod access_tokens;
mod addresses;
mod bodies;
mod log_in;
mod me;
mod register;
mod sessions;
