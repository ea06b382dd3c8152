//! Errors of the stand-in and of invocations.

use serde_json::Value;
use std::io;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;

/// An error while a stand-in starts.
#[derive(Debug, Error)]
pub enum StartError {
    /// No port is available.
    #[error("cannot listen on 127.0.0.1: {0}")]
    Listen(io::Error),
    /// The shell that leads the functions' process group cannot be started.
    #[error("cannot start the process group: {0}")]
    ProcessGroup(io::Error),
    /// The directory for logs cannot be created.
    #[error("cannot create the directory for logs: {0}")]
    Logs(io::Error),
    /// The handler for SIGCHLD cannot be installed.
    #[error("cannot install the handler for SIGCHLD: {0}")]
    Signals(io::Error),
}

/// The reason why an invocation has no response.
#[derive(Debug, Clone, Error)]
pub enum InvokeError {
    /// No program has this name.
    #[error("unknown function: {0}")]
    UnknownFunction(String),
    /// An environment cannot be started.
    #[error("cannot start {function}: {source}")]
    Start {
        /// The name of the function.
        function: String,
        /// The error of the operating system.
        source: Arc<io::Error>,
    },
    /// The process ended during the request.
    #[error("{function} exited during the request ({})", .status.map_or_else(|| "killed".to_owned(), |status| status.to_string()))]
    Died {
        /// The name of the function.
        function: String,
        /// The exit status; `None` if the stand-in killed the process.
        status: Option<ExitStatus>,
    },
    /// The request exceeded [`crate::Settings::timeout`], and its environment was killed.
    #[error("{function} did not respond within {limit:?}")]
    TimedOut {
        /// The name of the function.
        function: String,
        /// The exceeded timeout.
        limit: Duration,
    },
    /// The function reported an error, in Lambda's form: `{"errorType", "errorMessage"}`.
    #[error("the function failed: {0}")]
    Failed(Value),
    /// The response is not JSON; through API Gateway, also if it is not an HTTP response.
    #[error("the response of the function is not valid")]
    NotJson,
    /// The stand-in was dropped.
    #[error("the stand-in has ended")]
    Gone,
}
