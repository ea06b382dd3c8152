//! A shop for tests: the endpoints of all functions in one process, with a MongoDB database per shop. The environment
//! variable `MONGODB_URI` names the server; `cargo xtask test` sets it.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::missing_panics_doc,
    reason = "a test fails by a panic, and the environment names its servers"
)]

mod answer;
pub mod bucket;
mod captured;
mod client;
mod contract;
mod decoded;
mod document;
pub mod keys;
pub mod leaks;
mod lines;
pub mod sample;
mod shop;
mod stripe;

pub use answer::Answer;
pub use client::Client;
pub use document::openapi;
pub use lines::Lines;
pub use shop::{MAIL, TestShop};
pub use stripe::{BANK_ACCOUNT, Stripe};
