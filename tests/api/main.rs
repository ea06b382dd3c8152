//! The API in one process, on real MongoDB: a folder for each group of endpoints.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by a panic")]

mod admin;
mod alarms;
mod attacks;
mod auth;
mod authorization;
mod blank_text;
mod breaking_changes;
mod caching;
mod cart;
mod compression;
mod concurrency;
mod cors;
mod deployment_check;
mod docs;
mod events;
mod examples;
mod frozen_connections;
mod guide;
mod head;
mod leaks;
mod maintenance;
mod maintenance_disputes;
mod maintenance_intervals;
mod maintenance_refunds;
mod migrate;
mod openapi;
mod operations;
mod orders;
mod products;
mod query_plans;
mod recompute_terms;
mod routes;
mod sale;
mod sample_requests;
mod schema_versions;
mod secrets;
mod store_currency;
mod stripe_webhook;
mod synthetic_purchases;
mod telemetry;
mod token_keys;
mod undecodable;
mod validators;
mod walk;
