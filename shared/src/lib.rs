//! What the functions of the shop have in common: the domain, the database, who is asking, HTTP,
//! payments. See `ARCHITECTURE.md` for the map.

pub mod auth;
pub mod aws;
pub mod chaos;
pub mod checkout;
pub mod config;
pub mod db;
pub mod domain;
pub mod error;
pub mod http;
pub mod lambda;
pub mod media;
pub mod payments;
pub mod secrets;
pub mod show;
pub mod state;
pub mod telemetry;

pub use error::{Error, Result};
pub use state::AppState;
