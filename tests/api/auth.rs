//! Accounts.

mod register;
