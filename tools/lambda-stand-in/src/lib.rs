//! A stand-in for AWS Lambda and for the API Gateway before it, in the process of a test or a
//! benchmark. It runs the functions' real binaries, and can kill them, stop them and arm them.

mod environment;
mod error;
mod front;
mod function;
mod guardian;
mod lambda;
mod routes;
mod runtime_api;
mod settings;

pub use error::{InvokeError, StartError};
pub use lambda::Lambda;
pub use routes::{Routes, RoutesError};
pub use settings::Settings;
