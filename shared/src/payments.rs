//! Stripe: a client for the calls that the shop makes, and the verification of webhooks. See
//! `docs/decisions/our-own-stripe-client.md`.

mod client;
mod dispute;
mod error;
mod event;
mod intent;
mod object;
mod refund;
mod signature;

pub use client::Stripe;
pub use error::StripeError;
pub use event::{DisputeOrRefund, Event};
pub use intent::{Intent, IntentStatus};
pub use signature::verify_signature;
