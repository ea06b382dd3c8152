//! A stand-in for AWS Lambda and API Gateway, in the process of a test or a benchmark. It runs the functions' real
//! binaries, and injects faults: it kills them, stops them, and starts them with additional environment variables.
//!
//! [`Lambda`] is the entry point, [`Settings`] its configuration, and [`Routes`] the routes of API Gateway.

mod api_gateway;
mod environment;
mod error;
mod function;
mod lambda;
mod process_group;
mod routes;
mod runtime_api;
mod settings;

pub use error::{InvokeError, StartError};
pub use lambda::Lambda;
pub use routes::{Routes, RoutesError};
pub use settings::Settings;
