//! The stand-in as a shop sees it: over HTTP, from outside.

mod authentication;
mod faults;
mod idempotency;
mod lists;
mod payment_intents;
mod process;
mod refunds;
mod support;
mod webhooks;
