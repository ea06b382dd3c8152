//! The settings of a stand-in.

use crate::routes::Routes;
use std::path::PathBuf;
use std::time::Duration;

/// The settings of a stand-in, based on [`Settings::new`]:
/// `Settings { environment, ..Settings::new(binaries, routes) }`.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The directory of the functions' binaries, each with the name of its function: `target/debug`.
    pub binaries: PathBuf,
    /// The routes of API Gateway.
    pub routes: Routes,
    /// Environment variables of all functions. They override the inherited variables of this process.
    pub environment: Vec<(String, String)>,
    /// The maximum number of environments of each function. Further requests wait for a free one.
    pub concurrency: usize,
    /// The maximum number of requests that an environment has at a time: 1, or more as on Lambda Managed Instances.
    /// More than 1 sets `AWS_LAMBDA_MAX_CONCURRENCY`.
    pub requests_each: usize,
    /// The maximum duration of a request, including the start of its environment. After it, API Gateway responds with
    /// 503, and the environment is killed.
    pub timeout: Duration,
    /// The directory for the functions' output, with a file `<function>-<n>.log` for each environment. It is created if
    /// missing. `None` discards the output.
    pub logs: Option<PathBuf>,
}

impl Settings {
    /// Returns the defaults: no variables, 8 environments for each function, 1 request at a time in each, a timeout of
    /// 29 seconds, no logs.
    #[must_use]
    pub fn new(binaries: impl Into<PathBuf>, routes: Routes) -> Self {
        let binaries = binaries.into();
        Self {
            binaries,
            routes,
            environment: Vec::new(),
            concurrency: 8,
            requests_each: 1,
            timeout: Duration::from_secs(29),
            logs: None,
        }
    }
}
