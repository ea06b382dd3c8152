//! A shop under fire: real functions on a real replica set, faults in everything around them, a
//! history of what clients were told, and a checker of what must hold when the dust has settled.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by a panic, and is told its surroundings by the environment"
)]

pub mod checker;
mod client;
mod fuzz;
mod history;
mod janitor;
mod mongo;
mod nemesis;
mod storm;
mod stripe;
mod wait;
mod workload;
mod world;

pub use client::{Caller, Shopfront};
pub use fuzz::{Extent, Role, fuzz};
pub use history::{Deed, Entry, History, Outcome};
pub use mongo::{Fault, ReplicaSet, Times};
pub use nemesis::Nemesis;
pub use storm::{Report, storm};
pub use stripe::{Stripe, Till};
pub use workload::Workload;
pub use world::{Product, Servers, Terms, World};
