//! What a stand-in is started with.

use crate::routes::Routes;
use std::path::PathBuf;
use std::time::Duration;

/// What a stand-in is started with: `Settings { environment, ..Settings::new(binaries, routes) }`.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the functions' programs are, each under its function's name: `target/debug`.
    pub binaries: PathBuf,
    /// Which function gets which path.
    pub routes: Routes,
    /// Variables for all environments, over those that this process has itself.
    pub environment: Vec<(String, String)>,
    /// How many environments a function has at most; requests beyond wait for a free one.
    pub concurrency: usize,
    /// How many requests an environment gets at a time: one, or several as on Lambda Managed Instances.
    pub requests_each: usize,
    /// After how long API Gateway gives up, and Lambda kills the environment.
    pub timeout: Duration,
    /// Where the functions' output goes, in a file for each environment; without, nowhere.
    pub logs: Option<PathBuf>,
}

impl Settings {
    /// Eight environments for each function, which have one request at a time, and 29 seconds for it.
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
