//! Stripe: our own client for the few calls that the shop makes, and the check of its webhooks.
//! See `docs/decisions/our-own-stripe-client.md`.

mod client;
mod dispute;
mod error;
mod event;
mod intent;
mod refund;
mod signature;

pub use client::Stripe;
pub use error::StripeError;
pub use event::{DisputeOrRefund, Event};
pub use intent::{Intent, IntentStatus};
pub use signature::verify;
