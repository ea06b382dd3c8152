//! The stand-in through its HTTP API.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by a panic")]

mod authentication;
mod browser;
mod cancellation;
mod clock;
mod description;
mod disputes;
mod faults;
mod idempotency;
mod lists;
mod live_mode;
mod parameters;
mod payment_intents;
mod payment_methods;
mod process;
mod refunds;
mod requires_action;
mod state_file;
mod support;
mod thin_events;
mod webhooks;
