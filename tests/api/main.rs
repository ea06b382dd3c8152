//! The API in one process, on real MongoDB: a folder for each group of endpoints.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by a panic")]

mod admin;
mod at_once;
mod attacks;
mod auth;
mod authorization;
mod cart;
mod docs;
mod events;
mod finders;
mod leaks;
mod maintenance;
mod maintenance_refunds;
mod migrate;
mod openapi;
mod orders;
mod products;
mod secrets;
mod stripe_webhook;
mod telemetry;
mod validators;
mod walk;
mod who_may;
