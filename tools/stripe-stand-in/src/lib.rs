//! A stand-in for Stripe's API on loopback, for local development without a Stripe account and for tests. It responds
//! as Stripe documents, signs and sends webhooks, and injects faults on request.

mod account;
mod api;
mod behavior;
mod browser;
mod charges;
mod clock;
mod connection;
mod control;
mod currencies;
mod disputes;
mod errors;
mod events;
mod expand;
mod faults;
mod ids;
mod list;
mod metadata;
mod params;
mod payment_intents;
mod payment_methods;
mod refunds;
mod retrieve;
mod schedule;
mod server;
mod settings;
mod state_file;
mod store;
mod webhooks;

pub use server::{Running, StandIn, StartError};
pub use settings::{Settings, WebhookEndpoint, WebhookPayload, WebhookUrl, WebhookUrlError};
pub use webhooks::signature::sign;
