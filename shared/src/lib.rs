//! The common crate of all functions, in layers. `ARCHITECTURE.md` lists them in order; a test derives from the `use`
//! lines that each layer imports only from the layers below it.

pub mod auth;
pub mod aws;
pub mod checkout;
pub mod config;
pub mod db;
pub mod domain;
pub mod error;
pub mod fail_points;
pub mod http;
pub mod lambda;
pub mod media;
pub mod payments;
pub mod secrets;
pub mod state;
pub mod telemetry;

pub use error::{Error, Result, describe};
pub use state::AppState;
