//! A stand-in for Stripe's API on loopback, for a local shop without a Stripe account and for tests.
//! It answers as Stripe documents it, signs and sends webhooks, and misbehaves when it is told to.
//!
//! What it leaves out is refused rather than ignored: a parameter that it does not model is answered
//! like one that Stripe does not know. Three things are simpler than at Stripe: a refund succeeds at
//! once, confirming never asks for a `return_url`, and search finds an intent at once where Stripe
//! may take a minute.

mod account;
mod api;
mod charges;
mod connection;
mod control;
mod currencies;
mod disputes;
mod errors;
mod events;
mod expand;
mod faults;
mod ids;
mod pages;
mod params;
mod payment_intents;
mod refunds;
mod server;
mod settings;
mod state;
mod test_payment_methods;
mod webhooks;

pub use server::{Running, StandIn, StartError};
pub use settings::{Settings, WebhookEndpoint, WebhookUrl, WebhookUrlError};
pub use webhooks::signature::sign;
