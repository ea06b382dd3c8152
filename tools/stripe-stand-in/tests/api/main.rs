//! The stand-in through its HTTP API.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by a panic")]

mod authentication;
mod clock;
mod faults;
mod idempotency;
mod lists;
mod payment_intents;
mod process;
mod refunds;
mod support;
mod webhooks;
