//! What can go wrong with a function, as the one who invokes it sees it.

use crate::routes::RoutesError;
use serde_json::Value;
use std::io;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;

/// Why a stand-in could not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// No port can be had.
    #[error("cannot listen on 127.0.0.1: {0}")]
    Listen(io::Error),
    /// The process that ends the functions when this one dies cannot be started.
    #[error("cannot start the guardian: {0}")]
    Guardian(io::Error),
    /// The directory for logs cannot be made.
    #[error("cannot make the directory for logs: {0}")]
    Logs(io::Error),
    /// The signal that tells of ended and stopped processes cannot be heard.
    #[error("cannot listen to signals: {0}")]
    Signals(io::Error),
    /// The table of routes makes no sense.
    #[error(transparent)]
    Routes(#[from] RoutesError),
}

/// Why an invocation has no answer.
#[derive(Debug, Clone, Error)]
pub enum InvokeError {
    /// There is no program of this name.
    #[error("there is no function {0}")]
    UnknownFunction(String),
    /// An environment cannot be started.
    #[error("cannot start {function}: {source}")]
    Start {
        /// Which function.
        function: String,
        /// Why not.
        source: Arc<io::Error>,
    },
    /// The environment ended during the request.
    #[error("{function} died ({})", .status.map_or_else(|| "killed".to_owned(), |status| status.to_string()))]
    Died {
        /// Which function.
        function: String,
        /// How it ended; nothing when the stand-in killed it itself.
        status: Option<ExitStatus>,
    },
    /// The time limit was over, and the environment was killed.
    #[error("{function} did not answer within {limit:?}")]
    TimedOut {
        /// Which function.
        function: String,
        /// How long it had.
        limit: Duration,
    },
    /// The function said that it failed, in Lambda's form: `errorType` and `errorMessage`.
    #[error("the function failed: {0}")]
    Failed(Value),
    /// The function's answer is not JSON.
    #[error("the function did not answer with JSON")]
    NotJson,
    /// The stand-in has been dropped.
    #[error("the stand-in is gone")]
    Gone,
}
