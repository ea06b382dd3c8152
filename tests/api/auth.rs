//! Accounts: registration, login, sessions, tokens, addresses, throttling.

mod access_tokens;
mod addresses;
mod delete_me;
mod export_me;
mod log_in;
mod me;
mod own_sessions;
mod password;
mod refresh_leeway;
mod register;
mod request_bodies;
mod session_model;
mod sessions;
mod throttling;
