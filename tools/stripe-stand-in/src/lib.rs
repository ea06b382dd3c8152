//! A stand-in for Stripe's API on loopback, for a local shop without a Stripe account and for tests.
//! It answers as Stripe documents it, signs and sends webhooks, and misbehaves when it is told to.

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
