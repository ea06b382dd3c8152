//! A whole shop in one process for tests: the routers of all functions, on a MongoDB database of
//! its own. `cargo xtask test` says where MongoDB is.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::missing_panics_doc,
    reason = "a test fails by a panic, and is told its surroundings by the environment"
)]

mod answer;
pub mod bucket;
mod captured;
mod client;
mod document;
pub mod leaks;
mod listener;
pub mod sample;
mod shop;
mod stripe;

pub use answer::Answer;
pub use client::Client;
pub use document::openapi;
pub use listener::{Heard, Listener};
pub use shop::{TestShop, router};
pub use stripe::{BANK_ACCOUNT, Stripe};
