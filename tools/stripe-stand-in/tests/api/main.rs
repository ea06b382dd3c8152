//! The stand-in as a shop sees it: over HTTP, from outside.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests panic as tests do")]

mod authentication;
mod faults;
mod idempotency;
mod lists;
mod payment_intents;
mod process;
mod refunds;
mod support;
mod webhooks;
