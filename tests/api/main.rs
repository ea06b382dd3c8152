//! The API in one process, on real MongoDB: a folder for each group of endpoints.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by a panic")]

mod admin;
mod auth;
mod cart;
mod events;
mod orders;
mod products;
mod stripe_webhook;
