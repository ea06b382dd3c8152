//! A harness that proves that no order, payment or piece of stock is lost or duplicated under faults.
//!
//! It starts the real functions behind a gateway, a real MongoDB replica set and the Stripe stand-in ([`World`]).
//! Clients send requests and record every observed response ([`ApiClient`], [`History`]), while a test or the
//! [`Nemesis`] injects faults. Then the harness removes the faults and runs recovery, and the [`checker`] verifies
//! eight invariants against the database, Stripe and the history. The method and its terms are those of
//! [Jepsen](https://jepsen.io).

#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by a panic, and reads its configuration from the environment"
)]

pub mod checker;
mod client;
mod fuzz;
mod history;
mod mongo;
mod nemesis;
mod process_group;
mod random_load;
mod ses;
mod stripe;
mod wait;
mod workload;
mod world;

pub use client::{Api, ApiClient, PASSWORD};
pub use fuzz::{Budget, Role, fuzz};
pub use history::{Entry, History, Operation, Outcome};
pub use mongo::{Fault, ReplicaSet, Times};
pub use nemesis::Nemesis;
pub use random_load::{Report, random_load};
pub use stripe::{Stripe, StripeClient};
pub use workload::Workload;
pub use world::{Product, Servers, TOKEN_SEED, World, WorldOptions};
