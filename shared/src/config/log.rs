//! How a function tells what it does: known before anything else.

use super::{Settings, environment};

/// How lines of the log are written.
#[derive(Debug, Clone)]
pub struct LogConfig {
    /// `LOG_FORMAT=text`: for people; by default JSON.
    pub text: bool,
    /// `RUST_LOG`: which lines are written, such as `debug` or `warn,ferrocart=debug`; by default `info`. A program
    /// that is built to be deployed has nothing below that.
    pub filter: Option<String>,
    /// `METRICS_NAMESPACE`: under which name CloudWatch counts; by default `Ferrocart`.
    pub namespace: String,
}

impl LogConfig {
    /// Reads the environment.
    #[must_use]
    pub fn from_env() -> Self {
        let settings = Settings { lookup: environment, errors: Vec::new() };
        Self {
            text: settings.optional("LOG_FORMAT").is_some_and(|format| format == "text"),
            filter: settings.optional("RUST_LOG"),
            namespace: settings.optional("METRICS_NAMESPACE").unwrap_or_else(|| "Ferrocart".to_owned()),
        }
    }
}
