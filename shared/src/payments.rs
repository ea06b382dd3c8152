//! Stripe: a client for the calls that the shop makes, and the verification of webhooks. See
//! `docs/decisions/our-own-stripe-client.md`.

mod client;
mod connection;
mod dispute;
mod error;
mod event;
mod history;
mod intent;
mod object;
mod permissions;
mod rate_limit;
mod recipient;
mod refund;
mod signature;

pub use client::Stripe;
pub use dispute::StripeDispute;
pub use error::StripeError;
pub use event::{DisputeOrRefund, Event};
pub use intent::{Intent, IntentStatus};
pub use permissions::{Access, Permission};
pub use signature::verify_signature;
