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
    /// After how long API Gateway gives up, and Lambda kills the environment.
    pub timeout: Duration,
    /// Where the functions' output goes, in a file for each environment; without, nowhere.
    pub logs: Option<PathBuf>,
}

impl Settings {
    /// Eight environments for each function, which have 29 seconds for a request.
    #[must_use]
    pub fn new(binaries: impl Into<PathBuf>, routes: Routes) -> Self {
        let binaries = binaries.into();
        Self { binaries, routes, environment: Vec::new(), concurrency: 8, timeout: Duration::from_secs(29), logs: None }
    }
}
